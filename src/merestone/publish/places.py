"""Answers about places: JSON (format ``merestone-places/1``), CSV and GeoJSON, a block at a time.

A file of a million places is never held whole: its head is written, then the places of one block
after another, one line each, then its end.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from merestone.features.places import AtSource, Located
from merestone.model.places import Places
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, Unit

FORMAT = "merestone-places/1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ROUNDING = Rounding(FALLBACK)

Record = dict[str, Any]


def place_records(places: Places, located: Located) -> Iterator[Record]:
    """One object a place, as it stands in JSON, figures rounded as in every result."""
    sources = {id_: _at_source(at, located) for id_, at in located.sources.items()}
    ids = list(sources)
    lon, lat = _degrees(located.lonlat)
    accuracy = _ROUNDING.figures(located.accuracy_95_m, Unit.METRES)
    rows = zip(*(sources[id_] for id_ in ids), strict=True) if ids else iter(())
    heads = zip(places.ids, places.names, lon, lat, accuracy, located.in_corridor.tolist(), strict=True)
    for (id_, name, east, north, radius_m, near), said in zip(heads, rows, strict=True):
        yield {
            "id": id_, "name": name, "lon": east, "lat": north, "accuracy_95_m": radius_m,
            "in_corridor": near, "sources": dict(zip(ids, said, strict=True)),
        }  # fmt: skip


def _at_source(at: AtSource, located: Located) -> list[Record]:
    """What one source says of every place."""
    first, second = located.parties
    toward = {0: None, 1: second, -1: first}
    sections, pieces = located.sections, located.pieces
    lon, lat = _degrees(at.nearest)
    columns = zip(
        at.label.tolist(), _ROUNDING.figures(at.distance_m, Unit.METRES), at.sign.tolist(), lon, lat,
        at.piece.tolist(), _ROUNDING.figures(at.chainage_m / 1000.0, Unit.KM), at.section.tolist(),
        strict=True,
    )  # fmt: skip
    return [
        {
            "label": located.labels[label],
            "distance_m": metres,
            "toward": toward[sign],
            "nearest": None if east is None else [east, north],
            "piece": pieces[piece] if piece >= 0 else None,
            "chainage_km": km,
            "section": sections[section] if section >= 0 else None,
        }
        for label, metres, sign, east, north, piece, km, section in columns
    ]


def _degrees(lonlat: Any) -> tuple[list[float | None], list[float | None]]:
    lon = [None if x != x else _ROUNDING.longitude(x) for x in lonlat[:, 0].tolist()]  # noqa: PLR0124
    return lon, _ROUNDING.figures(lonlat[:, 1], Unit.DEGREES)


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
                "properties": dict(_flat(record)),
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
            cells = _flat(record)
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


def _flat(record: Record) -> list[tuple[str, Any]]:
    """A record as columns: those of a source are named ``<source>_<key>``."""
    cells = [(key, value) for key, value in record.items() if key != "sources"]
    for id_, said in record["sources"].items():
        for key, value in said.items():
            if key == "nearest":
                lon, lat = value or (None, None)
                cells += [(f"{id_}_nearest_lon", lon), (f"{id_}_nearest_lat", lat)]
            else:
                cells.append((f"{id_}_{key}", value))
    return cells


def _cell(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
