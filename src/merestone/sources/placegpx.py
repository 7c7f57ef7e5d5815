"""Places from GPX: waypoints, points of routes and of tracks, in the order of the file."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from merestone.model.coordinates import CoordinateError, parse_angle
from merestone.sources.notes import Notes
from merestone.sources.placegrid import Grid
from merestone.sources.placerows import Collector, Rows

_POINTS = ("wpt", "rtept", "trkpt")
_CHUNK = 1 << 16


def gpx_places(file: BinaryIO, notes: Notes, grid: Grid | None, block: int) -> Iterator[Rows]:
    """Blocks of the points of a GPX file, numbered from 1. Raises BadInputError with the line."""
    if grid is not None:
        raise notes.refuse("GPX is longitude and latitude on WGS 84 by its standard; leave --crs out")
    collector = Collector(notes)
    reader = _Reader(collector, notes)
    while True:
        chunk = file.read(_CHUNK)
        reader.feed(chunk)
        if len(collector) >= block:
            yield collector.taken()
        if not chunk:
            break
    if len(collector):
        yield collector.taken()


class _Reader:
    """Hears the elements of the file as they come."""

    def __init__(self, collector: Collector, notes: Notes) -> None:
        self._collector = collector
        self._notes = notes
        self._count = 0
        self._path: list[str] = []
        self._point: tuple[str, float, float] | None = None
        self._name: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise self._notes.refuse(
                f"line {error.lineno}: it cannot be read as GPX: {expat.ErrorString(error.code)}"
            ) from None

    def _entity(self, *_: object) -> None:
        raise self._notes.refuse("it declares entities, which GPX has no use for; export it anew")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        if not self._path and element != "gpx":
            raise self._notes.refuse(f"its outermost element is <{name}>, not <gpx>")
        self._path.append(element)
        if element in _POINTS:
            self._point = self._placed(attributes)
            self._name = []

    def _placed(self, attributes: dict[str, str]) -> tuple[str, float, float]:
        where = f"line {self._parser.CurrentLineNumber}"
        if "lon" not in attributes or "lat" not in attributes:
            raise self._notes.refuse(f"{where} has a point without lon and lat; leave it out or give it some")
        try:
            return where, parse_angle(attributes["lon"], "lon"), parse_angle(attributes["lat"], "lat")
        except CoordinateError as error:
            raise self._notes.refuse(f"{where}: {error}") from None

    def _text(self, text: str) -> None:
        if self._point is not None and self._path[-1] == "name" and self._path[-2] in _POINTS:
            self._name.append(text)

    def _end(self, _: str) -> None:
        if self._path.pop() in _POINTS and self._point is not None:
            where, lon, lat = self._point
            self._point = None
            self._count += 1
            self._collector.add(where, str(self._count), "".join(self._name).strip() or None, lon, lat, 0.0)
