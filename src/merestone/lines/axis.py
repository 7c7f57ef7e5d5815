"""The axis: the source along whose limits chainage runs, and its pieces."""

from collections.abc import Mapping, Sequence
from math import fsum

import numpy as np

from merestone.errors import BadInputError
from merestone.geometry.lengths import chainages_m
from merestone.lines.matching import Placed
from merestone.lines.own import OwnPiece
from merestone.lines.two_sided import TwoSided
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.findings import Finding, finding
from merestone.model.lines import AxisPiece, PieceKind
from merestone.model.settings import Settings
from merestone.model.sources import Source, SourceKind


def axis_source(
    sources: Sequence[Source], found: Mapping[str, TwoSided], settings: Settings
) -> tuple[str | None, list[Finding]]:
    """The id of the axis source, None where no two-sided source shows a common boundary.

    Raises BadInputError where the dossier names a source that cannot be the axis.
    """
    if settings.axis is not None:
        _refuse_unfit(settings.axis, sources, found)
        return (settings.axis, []) if found[settings.axis].pieces else (None, [finding("no-axis")])
    shown = [source for source in sources if source.info.id in found and found[source.info.id].pieces]
    if not shown:
        return None, [finding("no-axis")]
    # A source that shows enclaves alone has no line for the main pieces of the others.
    shown = [source for source in shown if _main_m(found[source.info.id])] or shown
    known = [source for source in shown if source.info.accuracy_95_m is not None]
    best_m = min((source.info.accuracy_95_m or 0.0 for source in known), default=None)
    tied = [source for source in known if source.info.accuracy_95_m == best_m] or shown
    chosen = min(tied, key=lambda source: (-round(_main_m(found[source.info.id])), source.info.id))
    return chosen.info.id, _why(chosen, shown, tied, found)


def _why(
    chosen: Source, shown: Sequence[Source], tied: Sequence[Source], found: Mapping[str, TwoSided]
) -> list[Finding]:
    """Findings that tell what the choice rests on, where it was not a stated accuracy alone."""
    info = chosen.info
    notes = []
    if len(shown) > 1 and len(tied) > 1:
        length_km = round(_main_m(found[info.id]) / 1000.0, 3)
        ids = [source.info.id for source in tied]
        notes.append(finding("axis-by-length", source=info.id, length_km=length_km, tied=sorted(ids)))
    if len(shown) > 1 and info.accuracy is not None and info.accuracy.assumed:
        notes.append(
            finding(
                "axis-by-assumed-accuracy",
                source=info.id,
                accuracy_95_m=info.accuracy_95_m,
                assumed_by=info.accuracy.assumed_by or "the dossier",
            )
        )
    return notes


def _main_m(found: TwoSided) -> float:
    return fsum(piece.length_m for piece in found.pieces if piece.kind is PieceKind.MAIN)


def _refuse_unfit(axis: str, sources: Sequence[Source], found: Mapping[str, TwoSided]) -> None:
    kinds = {source.info.id: source.info.kind for source in sources}
    if axis not in kinds:
        raise BadInputError(
            f"axis = '{axis}' names no source of this dossier; name one of {', '.join(sorted(found))}"
        )
    if kinds[axis] is not SourceKind.TWO_SIDED:
        raise BadInputError(
            f"axis = '{axis}' names a {kinds[axis].value} source; chainage needs one that shows both sides"
        )
    fit = sorted(other for other, pieces in found.items() if pieces.pieces)
    if axis not in fit and fit:
        raise BadInputError(
            f"axis = '{axis}' names a source that shows no common boundary; name one of {', '.join(fit)}"
        )


def axis_pieces(placed: Sequence[Placed], ellipsoid: Ellipsoid) -> tuple[AxisPiece, ...]:
    """The pieces of the axis source, in the order of their names."""
    return tuple(_axis_piece(one.piece, one.own, ellipsoid) for one in placed)


def _axis_piece(name: str, own: OwnPiece, ellipsoid: Ellipsoid) -> AxisPiece:
    limits = tuple(sorted(limit_id(own.source, name, key) for key in own.along))
    coords = np.ascontiguousarray(own.line)
    return AxisPiece(name, own.kind, limits, coords, chainages_m(coords, ellipsoid), own.first_on_left)


def limit_id(source: str, piece: str, party: str | None) -> str:
    """``<source>/<piece>`` for a limit of both parties or without sides, else with the party's id."""
    return f"{source}/{piece}" if party is None else f"{source}/{piece}/{party}"
