"""Answers about places: JSON (format ``merestone-places/1``), CSV and GeoJSON, a block at a time.

A file of a million places is never held whole: its head is written, then the places of one block
after another, one line each, then its end.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from merestone.features.located import Located
from merestone.features.placewords import said, together
from merestone.model.places import Places
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, Unit

FORMAT = "merestone-places/1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ROUNDING = Rounding(FALLBACK)
_AT_ONCE = 4096

Record = dict[str, Any]


def place_records(places: Places, located: Located) -> Iterator[Record]:
    """One object a place, as it stands in JSON, figures rounded as in every result.

    A few thousand are made at a time: as objects they take ten times the memory that they take in arrays.
    """
    for start in range(0, len(places), _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, len(places)))
        heads = places.ids[start : start + _AT_ONCE], places.names[start : start + _AT_ONCE]
        yield from _records(*heads, located.taken(rows))


def _records(ids_: Sequence[str], names: Sequence[str | None], located: Located) -> Iterator[Record]:
    sources = {id_: said(at, located, _FIGURES) for id_, at in located.sources.items()}
    ids = list(sources)
    of_all = together(located, _FIGURES)
    lon, lat = _FIGURES.degrees(located.lonlat)
    accuracy = _ROUNDING.figures(located.accuracy_95_m, Unit.METRES)
    rows = zip(*(sources[id_] for id_ in ids), strict=True) if ids else iter(())
    heads = zip(ids_, names, lon, lat, accuracy, located.in_corridor.tolist(), strict=True)
    for k, ((id_, name, east, north, radius_m, near), own) in enumerate(zip(heads, rows, strict=True)):
        yield {
            "id": id_, "name": name, "lon": east, "lat": north, "accuracy_95_m": radius_m,
            "in_corridor": near, **of_all[k], "sources": dict(zip(ids, own, strict=True)),
        }  # fmt: skip


class _Rounded:
    """Figures rounded as in every result."""

    def metres(self, values: np.ndarray) -> list[float | None]:
        return _ROUNDING.figures(values, Unit.METRES)

    def km(self, values: np.ndarray) -> list[float | None]:
        return _ROUNDING.figures(values, Unit.KM)

    def shares(self, values: np.ndarray) -> list[float | None]:
        return _ROUNDING.figures(values, Unit.OTHER)

    def degrees(self, lonlat: np.ndarray) -> tuple[list[float | None], list[float | None]]:
        lon = [None if x != x else _ROUNDING.longitude(x) for x in lonlat[:, 0].tolist()]  # noqa: PLR0124
        return lon, _ROUNDING.figures(lonlat[:, 1], Unit.DEGREES)


_FIGURES = _Rounded()


class JsonForm:
    """``merestone-places/1``: the head as in other results, then one line a place."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        self._head = head
        self._first = True

    def start(self) -> str:
        text = json_bytes(plain({"format": FORMAT, **self._head})).decode("utf-8")
        return text.removesuffix("\n}\n") + ',\n  "places": ['

    def lines(self, records: Iterator[Record]) -> Iterator[str]:
        for record in records:
            lead = "" if self._first else ","
            self._first = False
            yield f"{lead}\n    {_ENCODER.encode(record)}"

    def end(self) -> str:
        return "\n  ]\n}\n"


class GeoJsonForm:
    """A FeatureCollection of points with the columns of the table as properties."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        self._head = head
        self._first = True

    def start(self) -> str:
        return '{"type": "FeatureCollection", "features": ['

    def lines(self, records: Iterator[Record]) -> Iterator[str]:
        for record in records:
            lead = "" if self._first else ","
            self._first = False
            feature = {
                "type": "Feature",
                "id": record["id"],
                "geometry": {"type": "Point", "coordinates": [record["lon"], record["lat"]]},
                "properties": dict(_flat(record, self._head["maps"])),
            }
            yield f"{lead}\n{_ENCODER.encode(feature)}"

    def end(self) -> str:
        return "\n]}\n"


class CsvForm:
    """A table: one row a place, the columns of each source side by side, an empty cell for nothing."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        self._head = head
        self._names: Sequence[str] | None = None

    def start(self) -> str:
        return ""

    def lines(self, records: Iterator[Record]) -> Iterator[str]:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for record in records:
            cells = _flat(record, self._head["maps"])
            if self._names is None:
                self._names = [name for name, _ in cells]
                writer.writerow(self._names)
            writer.writerow([_cell(value) for _, value in cells])
            if text.tell() > 1 << 16:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
        yield text.getvalue()

    def end(self) -> str:
        return ""


Form = JsonForm | GeoJsonForm | CsvForm
FORMS: Mapping[str, type[Form]] = {".json": JsonForm, ".geojson": GeoJsonForm, ".csv": CsvForm}


def _flat(record: Record, maps: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """A record as columns: those of a source are named ``<source>_<key>``, probabilities by label.

    Of several lines each has its columns, ``line_1_verdict`` and so on.
    """
    every = sorted({label for one in maps for label in one["labels"]})
    cells: list[tuple[str, Any]] = []
    for key, value in record.items():
        if key == "same_line":
            lines = value if len(value) > 1 else []
            for number, line in enumerate(lines, start=1):
                own = [(name, line[name]) for name in line if name != "sources"]
                cells += _columns(own, f"line_{number}_", every)
        elif key != "sources":
            cells += _columns([(key, value)], "", every)
    for one in maps:
        cells += _columns(record["sources"][one["id"]].items(), f"{one['id']}_", one["labels"])
    return cells


def _columns(items: Iterable[tuple[str, Any]], lead: str, labels: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Cells of simple values: a place as two, probabilities as one for each label."""
    for key, value in items:
        if key == "nearest":
            lon, lat = value or (None, None)
            yield from ((f"{lead}nearest_lon", lon), (f"{lead}nearest_lat", lat))
        elif key == "p_side":
            for name in labels:
                yield f"{lead}p_{name}", None if value is None else value.get(name, 0.0)
        else:
            yield f"{lead}{key}", value


def _cell(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
