"""What every source says of places, as plain objects: one form for results and for `locate`."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from merestone.features.located import AtSource, Located, SameLine
from merestone.uncertainty.reasons import REASONS

Floats = NDArray[np.float64]
CANNOT_SAY = "cannot-say"


class Figures(Protocol):
    """How figures are written: (n,) each, None for NaN."""

    def metres(self, values: Floats) -> list[float | None]: ...
    def km(self, values: Floats) -> list[float | None]: ...
    def degrees(self, lonlat: Floats) -> tuple[list[float | None], list[float | None]]: ...
    def shares(self, values: Floats) -> list[float | None]: ...


class Exact:
    """As they are: what stands in a comparison is rounded when it is written."""

    def metres(self, values: Floats) -> list[float | None]:
        return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124

    km = metres
    shares = metres

    def degrees(self, lonlat: Floats) -> tuple[list[float | None], list[float | None]]:
        return self.metres(lonlat[:, 0]), self.metres(lonlat[:, 1])


def said(at: AtSource, located: Located, figures: Figures) -> list[dict[str, Any]]:
    """One object a place of what a source says there."""
    first, second = located.parties
    toward = {0: None, 1: second, -1: first}
    sections, pieces, labels = located.sections, located.pieces, located.labels
    lon, lat = figures.degrees(at.nearest)
    columns = zip(
        at.label.tolist(), figures.metres(at.distance_m), at.sign.tolist(), lon, lat,
        at.piece.tolist(), figures.km(at.chainage_m / 1000.0), at.section.tolist(),
        likely(at, located, figures), at.verdict.tolist(), at.reason.tolist(), strict=True,
    )  # fmt: skip
    return [
        {
            "label": labels[label],
            "distance_m": metres,
            "toward": toward[sign],
            "nearest": None if east is None else [east, north],
            "piece": pieces[piece] if piece >= 0 else None,
            "chainage_km": km,
            "section": sections[section] if section >= 0 else None,
            "p_side": p,
            "verdict": _verdict(verdict, located),
            "reason": REASONS[reason],
        }
        for label, metres, sign, east, north, piece, km, section, p, verdict, reason in columns
    ]


def together(located: Located, figures: Figures) -> list[dict[str, Any]]:
    """One object a place of what may be combined there, with the answer for each list of ``same_line``."""
    lines = [
        [{"sources": list(line.sources), **own} for own in _same_line(line, located, figures)]
        for line in located.same_line
    ]
    whole = _same_line(located.together, located, figures)
    return [{**own, "same_line": [line[k] for line in lines]} for k, own in enumerate(whole)]


def _same_line(at: SameLine, located: Located, figures: Figures) -> list[dict[str, Any]]:
    columns = zip(likely(at, located, figures), at.verdict.tolist(), at.reason.tolist(), strict=True)
    return [
        {"verdict": _verdict(verdict, located), "p_side": p, "reason": REASONS[reason]}
        for p, verdict, reason in columns
    ]


def _verdict(code: int, located: Located) -> str:
    return located.labels[code] if code >= 0 else CANNOT_SAY


def likely(at: AtSource | SameLine, located: Located, figures: Figures) -> list[Mapping[str, float] | None]:
    """The probability of each label at every place, labels that have none left out; None: not known."""
    order = sorted(range(len(at.p_labels)), key=lambda k: located.labels[at.p_labels[k]])
    names = [located.labels[at.p_labels[k]] for k in order]
    columns = [figures.shares(at.p[:, k]) for k in order]
    return [
        None if row[0] is None else {name: p for name, p in zip(names, row, strict=True) if p}
        for row in zip(*columns, strict=True)
    ]
