"""The context layers of ``comparison.gpkg``: ``features_settlements``, ``features_districts``, …"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from math import isfinite
from typing import Any

import numpy as np
import shapely

from merestone.model.results import Comparison
from merestone.model.sources import Feature, Layer
from merestone.publish.rounding import Rounding, Unit, normal_longitude
from merestone.publish.tables import Column, Table, Value, column_names, figure, rounded_rows, text
from merestone.publish.worldmap import as_multi, handed_out

Getter = Callable[[Feature], Any]
Said = Mapping[str, Mapping[str, Any]]
"""What each source says of one feature."""


def feature_tables(comparison: Comparison, rounding: Rounding) -> list[Table]:
    """One table for each layer of the dossier, by kind and path; a second one of a kind is numbered."""
    done: list[Table] = []
    layers = sorted(comparison.shapes.layers, key=lambda one: (one.kind, one.path, one.title))
    for kind, group in groupby(layers, key=lambda one: one.kind):
        said = _Said(comparison.features.get(kind.value) or [])
        for i, layer in enumerate(group):
            name = f"features_{kind.value}" + (f"_{i + 1}" if i else "")
            done.append(_table(name, layer, said, rounding))
    return done


class _Said:
    """What the sources say of places, by id and place: ids may recur, within a layer and between two."""

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self._last: tuple[Feature, Said] | None = None
        placed = [one for one in results if "lon" in one and "lat" in one]
        self._by_place: dict[tuple[Any, ...], Said] = {
            (str(one.get("id")), *_place(one["lon"], one["lat"])): one.get("sources") or {} for one in placed
        }

    def of(self, feature: Feature) -> Said:
        # Asked for every column of a row, one after the other.
        if self._last is None or self._last[0] is not feature:
            self._last = feature, self._found(feature)
        return self._last[1]

    def _found(self, feature: Feature) -> Said:
        if not self._by_place or feature.geometry.is_empty:
            return {}
        inner = shapely.point_on_surface(feature.geometry)
        point = _place(inner.x, inner.y)
        return self._by_place.get((feature.id, *point), {})


def _place(lon: float, lat: float) -> tuple[float, float]:
    return (round(normal_longitude(lon), 6), round(lat, 6))


def _table(name: str, layer: Layer, said: _Said, rounding: Rounding) -> Table:
    features = layer.features
    columns, getters = _columns(features, said)
    rows = [[get(one) for get in getters] for one in features]
    shapes = np.array([*(one.geometry for one in features), None], dtype=object)[:-1]
    geometry, shapes = _one_type(handed_out(shapes, rounding))
    parts = [layer.title, layer.publisher, layer.licence, layer.attribution]
    about = "; ".join(dict.fromkeys(part for part in parts if part))
    return Table(name, about, geometry, tuple(columns), rounded_rows(columns, rows, rounding), shapes)


def _one_type(shapes: "np.ndarray") -> tuple[str, "np.ndarray"]:
    """The geometry type that all shapes of a layer have, single ones taken as collections of one."""
    kinds = set(shapely.get_type_id(shapes))
    if kinds and kinds <= {shapely.GeometryType.POINT}:
        return "POINT", shapes
    multi = as_multi(shapes)
    for name, kind in (
        ("MULTILINESTRING", shapely.GeometryType.MULTILINESTRING),
        ("MULTIPOLYGON", shapely.GeometryType.MULTIPOLYGON),
    ):
        if len(multi) and (shapely.get_type_id(multi) == kind).all():
            return name, multi
    return "GEOMETRY", shapes


def _columns(features: Sequence[Feature], said: _Said) -> tuple[list[Column], list[Getter]]:
    """The columns of a layer, and for each how to read it from a feature."""
    pairs: list[tuple[Column, Getter]] = [(text("id", "Id in the layer"), lambda one: one.id)]
    languages = sorted({language for one in features for language in one.names})
    for language in languages:
        name = "name" if language == "und" else f"name_{language}"
        about = "Name, language not stated" if language == "und" else f"Name in the language {language}"
        pairs.append((text(name, about), partial(_name, language)))
    pairs.append((text("party", "Party under which the layer lists it"), lambda one: one.party))
    pairs += _source_columns([said.of(one) for one in features], said, [column.name for column, _ in pairs])
    if any(one.attributes for one in features):
        pairs.append((text("attributes", "Its attributes in the file, as JSON"), _attributes))
    return [column for column, _ in pairs], [get for _, get in pairs]


def _source_columns(found: Sequence[Said], said: _Said, taken: Sequence[str]) -> list[tuple[Column, Getter]]:
    """Label and distance by source, where the result has them (settlements)."""
    ids = sorted({id_ for sources in found for id_ in sources})
    reserved = ["fid", "geom", "attributes", *taken]
    names = column_names(ids, reserved)
    metres = column_names([f"{id_}_m" for id_ in ids], [*reserved, *names.values()])
    taken_too = [*reserved, *names.values(), *metres.values()]
    verdicts = column_names([f"{id_}_verdict" for id_ in ids], taken_too)
    done: list[tuple[Column, Getter]] = []
    for id_ in ids:
        has = {key for sources in found for key in sources.get(id_, {})}
        if "label" in has:
            done.append(
                (text(names[id_], f"Label of {id_} at the place"), partial(_said_value, said, id_, "label"))
            )
        if "distance_m" in has:
            about = f"Distance to the nearest limit of {id_}, in metres"
            column = figure(metres[f"{id_}_m"], Unit.METRES, about)
            done.append((column, partial(_said_value, said, id_, "distance_m")))
        if "verdict" in has:
            about = f"The label of {id_} that has at least 95 %, or cannot-say"
            done.append((text(verdicts[f"{id_}_verdict"], about), partial(_said_value, said, id_, "verdict")))
    return done


def _name(language: str, one: Feature) -> str | None:
    return one.names.get(language)


def _said_value(said: _Said, source: str, key: str, one: Feature) -> Any:
    return said.of(one).get(source, {}).get(key)


def _attributes(one: Feature) -> str | None:
    if not one.attributes:
        return None
    table = {key: _plain_attribute(one.attributes[key]) for key in sorted(one.attributes)}
    return json.dumps(table, ensure_ascii=False, allow_nan=False)


def _plain_attribute(value: Any) -> Value:
    """An attribute as it came from its file: NaN stands for nothing there; dates and the like as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
