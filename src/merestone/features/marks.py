"""Boundary marks: pillars, posts and the like, held against every source's limit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from merestone.features.layerplaces import LayerPlaces, natural, placed_in
from merestone.features.located import AtSource
from merestone.features.places import PlaceFinder
from merestone.features.placewords import Exact, said
from merestone.model.findings import Finding, finding
from merestone.model.sources import Case, Feature, LayerKind

Entry = dict[str, Any]

STATES = ("found", "moved", "lost")
_TEXTS = ("type", "date", "protocol")


def marks(case: Case, finder: PlaceFinder) -> tuple[list[Entry], list[Finding]]:
    """Every mark of the marks layers, by number; those outside the corridor too.

    The attributes ``number``, ``type``, ``date``, ``state`` and ``protocol`` of the layer are told as they
    are; a state other than found, moved or lost is null, with a finding. Raises BadInputError for
    an accuracy that cannot be.
    """
    found, notes = placed_in(case, LayerKind.MARKS, 0)
    located = finder.find(found.lonlat, found.accuracy_95_m)
    numbers = [_number(one) for one in found.features]
    by_source = {id_: said(at, located, Exact()) for id_, at in located.sources.items()}
    for id_, at in located.sources.items():
        for entry, kept in zip(by_source[id_], _order_kept(numbers, at), strict=True):
            entry["in_order"] = kept
    order = sorted(range(len(numbers)), key=lambda k: natural(numbers[k]))
    entries = [_entry(found, k, numbers[k], {id_: own[k] for id_, own in by_source.items()}) for k in order]
    strange = sorted({str(one.attributes["state"]) for one in found.features if _state(one) is False})
    if strange:
        notes.append(finding("mark-state-unknown", states=strange))
    return entries, notes


def _entry(found: LayerPlaces, k: int, number: str, sources: Entry) -> Entry:
    feature = found.features[k]
    lon, lat = found.lonlat[k].tolist()
    radius_m = float(found.accuracy_95_m[k])
    return {
        "id": feature.id,
        "names": dict(feature.names),
        "number": number,
        **{key: _text(feature, key) for key in _TEXTS},
        "state": _state(feature) or None,
        "lon": lon,
        "lat": lat,
        "accuracy_95_m": None if np.isnan(radius_m) else radius_m,
        "sources": sources,
    }


def _number(feature: Feature) -> str:
    return _text(feature, "number") or feature.id


def _text(feature: Feature, key: str) -> str | None:
    value = feature.attributes.get(key)
    return None if value is None or value == "" else str(value)


def _state(feature: Feature) -> str | bool | None:
    """found, moved or lost; None where nothing is said, False where something else is."""
    text = _text(feature, "state")
    return text if text is None or text in STATES else False


def _order_kept(numbers: Sequence[str], at: AtSource) -> list[bool | None]:
    """Whether each mark stands along the axis where its number says it does; None: alone on its piece.

    On each piece as many marks as can be keep the order, running up or down; the others do not. Marks
    with one number (on both banks of a river, say) may stand in any order.
    """
    kept: list[bool | None] = [None] * len(numbers)
    keys = [natural(number) for number in numbers]
    for piece in sorted(set(at.piece.tolist()) - {-1}):
        rows = np.flatnonzero(at.piece == piece).tolist()
        if len(rows) < 2:
            continue
        up = _longest(rows, keys, at.chainage_m)
        down = _longest(rows, keys, -at.chainage_m)
        best = set(up if len(up) >= len(down) else down)
        for k in rows:
            kept[k] = k in best
    return kept


def _longest(rows: Sequence[int], keys: Sequence[Any], along_m: np.ndarray) -> list[int]:
    """The longest selection of marks whose chainage never falls as their numbers rise."""
    ordered = sorted(rows, key=lambda k: (keys[k], along_m[k], k))
    length, before = [1] * len(ordered), [-1] * len(ordered)
    for j, k in enumerate(ordered):
        for i in range(j):
            if along_m[ordered[i]] <= along_m[k] and length[i] + 1 > length[j]:
                length[j], before[j] = length[i] + 1, i
    j = max(range(len(ordered)), key=lambda j: (length[j], -j))
    chosen = []
    while j >= 0:
        chosen.append(ordered[j])
        j = before[j]
    return chosen
