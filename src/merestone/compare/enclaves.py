"""Enclaves: closed limits within the other party's side, matched over the sources by their piece.

An enclave is named by the settlements in it, each by every form of its name that a layer has: to choose one
language would be to take a side.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from merestone.compare.order import piece_key
from merestone.geometry.areas import areas_m2
from merestone.geometry.faces import inside
from merestone.geometry.inner import inner_point
from merestone.model.ellipsoid import WGS84, Ellipsoid
from merestone.model.lines import EnclaveLand, Tracing
from merestone.model.results import Enclave
from merestone.model.sources import Feature, Layer, LayerKind, Source, SourceKind

_M2_PER_KM2 = 1e6
_MOST_NAMED = 3
"""An enclave with more settlements than this is not named by them."""


def find_enclaves(
    tracing: Tracing, sources: Sequence[Source], layers: Sequence[Layer] = (), ellipsoid: Ellipsoid = WGS84
) -> tuple[Enclave, ...]:
    """One entry for each enclave that any source shows, in the order of the pieces.

    Party, place and the settlements of the name are as the axis source shows the enclave, or else the
    source that shows most of it. ``not_shown_by`` are the other sources with areas that speak of that
    place; a source that is silent there, and one of lines only, is in neither list.
    """
    lands: dict[str, list[EnclaveLand]] = {}
    for traced in tracing.sources:
        for land in traced.enclaves:
            lands.setdefault(land.piece, []).append(land)
    settlements = [
        place for layer in layers if layer.kind is LayerKind.SETTLEMENTS for place in layer.features
    ]
    return tuple(
        _enclave(piece, lands[piece], tracing, sources, settlements, ellipsoid)
        for piece in sorted(lands, key=piece_key)
    )


def enclaves_at(points: np.ndarray, tracing: Tracing) -> list[str | None]:
    """The enclave, as any source shows it, in which each of (n, 2) places lies: the smallest, if several."""
    lands = [land for traced in tracing.sources for land in traced.enclaves]
    found: list[str | None] = [None] * len(points)
    # The smallest last, so that it has the last word.
    for land in sorted(lands, key=lambda land: (land.geometry.area, land.piece), reverse=True):
        for k in np.flatnonzero(inside(land.geometry, points)).tolist():
            found[k] = land.piece
    return found


def _enclave(
    piece: str, lands: list[EnclaveLand], tracing: Tracing, sources: Sequence[Source],
    settlements: Sequence[Feature], ellipsoid: Ellipsoid,
) -> Enclave:  # fmt: skip
    sizes_m2 = areas_m2(np.array([land.geometry for land in lands], dtype=object), ellipsoid)
    area_m2: dict[str, float] = {}
    for land, size_m2 in sorted(zip(lands, sizes_m2.tolist(), strict=True), key=lambda pair: pair[0].source):
        area_m2[land.source] = area_m2.get(land.source, 0.0) + size_m2
    largest = sorted(
        zip(lands, sizes_m2.tolist(), strict=True),
        key=lambda pair: (pair[0].source != tracing.axis_source, -pair[1], pair[0].source),
    )
    typical = largest[0][0]
    point = inner_point(typical.geometry, ellipsoid)
    return Enclave(
        id=piece,
        party=typical.party,
        within=typical.within,
        name=_name([place for place in settlements if typical.geometry.contains(place.geometry)]),
        point=point,
        area_km2={source: size_m2 / _M2_PER_KM2 for source, size_m2 in area_m2.items()},
        shown_by=tuple(area_m2),
        not_shown_by=tuple(
            sorted(s.info.id for s in sources if s.info.id not in area_m2 and _speaks_at(s, point))
        ),
    )


def _name(settlements: Sequence[Feature]) -> str | None:
    """``Başkənd / Artsvashen / Արծվաշեն``: forms by language code, settlements by id with ``;`` between."""
    named = [" / ".join(forms) for place in settlements if (forms := _forms(place.names))]
    return "; ".join(named) if 0 < len(settlements) <= _MOST_NAMED and named else None


def _forms(names: Mapping[str, str]) -> list[str]:
    """Every form of a name once, by language code; the one of no stated language last."""
    return list(dict.fromkeys(names[code] for code in sorted(names, key=lambda code: (code == "und", code))))


def _speaks_at(source: Source, point: tuple[float, float]) -> bool:
    if source.info.kind is SourceKind.LINES:
        return False
    return source.covers is None or bool(shapely.contains_xy(source.covers, *point))
