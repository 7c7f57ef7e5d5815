"""Settlements: what every source says of them, who puts them where, and which are in doubt."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from merestone.compare.order import sorted_keys
from merestone.features.layerplaces import LayerPlaces, placed_in
from merestone.features.located import Located
from merestone.features.places import PlaceFinder
from merestone.features.placewords import Exact, said, together
from merestone.geometry.areas import areas_m2
from merestone.model.findings import Finding, finding
from merestone.model.sources import Case, LayerKind
from merestone.uncertainty.reasons import Reason

Entry = dict[str, Any]

_TOLD = ("label", "distance_m", "toward", "section", "p_side", "verdict", "reason")
"""What is told of a settlement; `locate` tells the rest for any place."""


def settlements(case: Case, finder: PlaceFinder) -> tuple[list[Entry], Entry, list[Finding]]:
    """The settlements in the corridor, sorted by id; the lists of them; what is to be said.

    A settlement that is an area stands for the place within it that GEOS gives as its point on the
    surface; ``area_km2`` tells its size. Raises BadInputError for an accuracy that cannot be.
    """
    found, notes = placed_in(case, LayerKind.SETTLEMENTS)
    located = finder.find(found.lonlat, found.accuracy_95_m)
    near = np.flatnonzero(located.in_corridor)
    if len(near) < len(found.features):
        notes.append(
            finding(
                "settlements-outside-corridor",
                count=len(found.features) - len(near),
                settlements=len(found.features),
                corridor_km=case.settings.corridor_m / 1000.0,
            )
        )
    entries = _entries(case, found, located, near.tolist())
    return entries, _lists(entries, located), notes


def _entries(case: Case, found: LayerPlaces, located: Located, rows: Sequence[int]) -> list[Entry]:
    by_source = {
        id_: [{key: own[key] for key in _TOLD} for own in said(at, located, Exact())]
        for id_, at in located.sources.items()
    }
    of_all = together(located, Exact())
    geometries = np.array([*(one.geometry for one in found.features), None], dtype=object)[:-1]
    areal = shapely.get_dimensions(geometries) == 2
    area_m2 = np.full(len(geometries), np.nan)
    area_m2[areal] = areas_m2(geometries[areal], case.ellipsoid)
    home = _districts(case, found.lonlat)
    made = []
    for k in rows:
        feature = found.features[k]
        lon, lat = found.lonlat[k].tolist()
        radius_m = float(found.accuracy_95_m[k])
        made.append(
            {
                "id": feature.id,
                "names": dict(feature.names),
                "party": feature.party,
                "lon": lon,
                "lat": lat,
                "accuracy_95_m": None if np.isnan(radius_m) else radius_m,
                "area_km2": float(area_m2[k]) / 1e6 if areal[k] else None,
                "district": home[k],
                **of_all[k],
                "sources": {id_: own[k] for id_, own in by_source.items()},
            }
        )
    return made


def _districts(case: Case, lonlat: np.ndarray) -> list[Entry | None]:
    """The district that holds each place, the first by id and party of several; None: none does."""
    home: list[Entry | None] = [None] * len(lonlat)
    districts = [one for layer in case.layers if layer.kind is LayerKind.DISTRICTS for one in layer.features]
    for one in sorted(districts, key=lambda one: (one.id, one.geometry.wkb), reverse=True):
        shapely.prepare(one.geometry)
        for k in np.flatnonzero(shapely.contains_xy(one.geometry, *lonlat.T)).tolist():
            home[k] = {"id": one.id, "names": dict(one.names), "party": one.party}
    return home


def _lists(entries: Sequence[Entry], located: Located) -> Entry:
    """Counts by source and label, and the ids of those that sources put apart or that are in doubt."""
    ids = sorted(located.sources)
    counts: dict[str, Mapping[str, int]] = {}
    doubt: dict[str, list[str]] = {}
    for id_ in ids:
        labels = [entry["sources"][id_]["label"] for entry in entries]
        counts[id_] = sorted_keys({label: labels.count(label) for label in set(labels)})
        reasons = [entry["sources"][id_]["reason"] for entry in entries]
        doubt[id_] = [e["id"] for e, why in zip(entries, reasons, strict=True) if why is Reason.DOUBT]
    apart = [
        entry["id"]
        for entry in entries
        if {own["label"] for own in entry["sources"].values()}.issuperset(located.parties)
    ]
    return {
        "count": len(entries),
        "sources": {id_: {"counts": counts[id_], "in_doubt_ids": doubt[id_]} for id_ in ids},
        "different_sides_ids": apart,
    }
