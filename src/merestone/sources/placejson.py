"""Places from GeoJSON (RFC 7946), feature by feature, without holding the file."""

import codecs
import json
from collections.abc import Iterator
from math import nan
from typing import Any, BinaryIO

from merestone.sources.notes import Notes
from merestone.sources.placegrid import Grid
from merestone.sources.placerows import Collector, Rows, accuracy_m, degrees

_CHUNK = 1 << 20
_SPACE = " \t\r\n"
_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def geojson_places(file: BinaryIO, notes: Notes, grid: Grid | None, block: int) -> Iterator[Rows]:
    """Blocks of the points of a FeatureCollection. Raises BadInputError with the feature."""
    if grid is not None:
        raise notes.refuse("GeoJSON is longitude and latitude on WGS 84 by its standard; leave --crs out")
    collector = Collector(notes)
    for number, feature in enumerate(_Stream(file, notes).features(), start=1):
        _add(collector, feature, number, notes)
        if len(collector) == block:
            yield collector.taken()
    if len(collector):
        yield collector.taken()


def _add(collector: Collector, feature: Any, number: int, notes: Notes) -> None:
    where = f"feature {number}"
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise notes.refuse(f"{where} is no Feature; a FeatureCollection holds nothing else")
    properties = feature.get("properties")
    about = properties if isinstance(properties, dict) else {}
    given = feature.get("id", about.get("id"))
    id_ = str(number if given is None else given)
    where += "" if given is None else f" ('{id_}')"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        raise notes.refuse(f"{where} has no coordinates; leave it out or give it some")
    if geometry.get("type") != "Point":
        raise notes.refuse(f"{where} is a {geometry.get('type')}; places are points")
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) < 2:
        raise notes.refuse(f"{where} has no coordinates; leave it out or give it some")
    lon, lat = degrees(position[0], position[1], where, notes)
    name = about.get("name")
    # Without the property the point is taken as exact; with an empty one its accuracy is unknown.
    radius_m = accuracy_m(about["accuracy_95_m"], where, notes) if "accuracy_95_m" in about else 0.0
    collector.add(where, id_, None if name is None else str(name), lon, lat, radius_m)


class _Stream:
    """A JSON object read member by member, its member ``features`` item by item."""

    def __init__(self, file: BinaryIO, notes: Notes) -> None:
        self._file = file
        self._notes = notes
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_constant=lambda _: nan)
        self._text = ""
        self._at = 0
        self._done = False
        self._read = 0

    def features(self) -> Iterator[Any]:
        self._expect("{")
        kind: Any = None
        found = False
        while self._peek() != "}":
            key = self._value()
            self._expect(":")
            if key == "features" and self._peek() == "[":
                found = True
                yield from self._items()
            else:
                value = self._value()
                kind = value if key == "type" else kind
                if key == "crs":
                    self._check_crs(value)
            if self._peek() != "}":
                self._expect(",")
        if not found:
            raise self._notes.refuse(
                f"it is GeoJSON of the type {kind!r} without features; places are a FeatureCollection of "
                "points"
            )

    def _items(self) -> Iterator[Any]:
        self._expect("[")
        while self._peek() != "]":
            yield self._value()
            if self._peek() != "]":
                self._expect(",")
        self._expect("]")

    def _check_crs(self, value: Any) -> None:
        text = json.dumps(value)
        if value is not None and not any(name in text for name in _WGS84):
            raise self._notes.refuse(
                f"it says crs {text[:80]}, but GeoJSON is longitude and latitude on WGS 84; carry it there "
                "first"
            )

    def _peek(self) -> str:
        """The next character that is no space; refuses the end of the file."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                raise self._broken("it ends in the middle")

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            raise self._broken(f"{mark!r} is missing before {self._text[self._at : self._at + 20]!r}")
        self._at += 1

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                rest = self._text[self._at :].rstrip()
                ends = error.pos - self._at >= len(rest) or rest.count("{") > rest.count("}")
                raise self._broken("it ends in the middle" if ends else error.msg) from None
            except RecursionError:
                raise self._broken("it is nested too deeply") from None
            if end < len(self._text) or not self._more():  # a number may go on in the next chunk
                self._at = end
                return value

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._done:
            return False
        chunk = self._file.read(max(_CHUNK, len(self._text) - self._at))
        self._done = not chunk
        try:
            text = self._decoder.decode(chunk, self._done)
        except UnicodeDecodeError as error:
            raise self._notes.refuse(
                f"the byte 0x{error.object[error.start]:02X} after about {self._read + error.start} bytes is "
                "not UTF-8; save the file as UTF-8"
            ) from None
        self._read += len(chunk)
        self._text = self._text[self._at :] + text
        self._at = 0
        return not self._done

    def _broken(self, what: str) -> Exception:
        return self._notes.refuse(f"it cannot be read as GeoJSON: {what}")
