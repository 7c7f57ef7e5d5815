"""Helpers for tests of the layer ``lines``: sources from plain shapes, and what a mirrored tracing is."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from merestone.lines.trace import trace
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Strand
from merestone.model.settings import Settings
from merestone.model.sources import Party, Source, SourceInfo, SourceKind

PARTIES = (Party("AAA", {}), Party("BBB", {}))
SWAP = {"AAA": "BBB", "BBB": "AAA"}


class Draw:
    """Sources and tracings from plain shapes. One degree is about 111 km."""

    @staticmethod
    def side(*shapes):
        """Boxes (west, south, east, north), rings or polygons as the land of one side."""
        polygons = []
        for shape in shapes:
            if isinstance(shape, shapely.Geometry):
                polygons += list(shapely.get_parts(shape))
            elif len(shape) == 4 and np.ndim(shape) == 1:
                polygons.append(shapely.box(*shape))
            else:
                polygons.append(shapely.Polygon(shape))
        return shapely.multipolygons(polygons)

    def source(self, name, a=None, b=None, *, lines=None, accuracy_m=None, assumed=False, covers=None):
        """A source of the sides given (either may be None), or of lines."""
        sides = {party: land for party, land in (("AAA", a), ("BBB", b)) if land is not None}
        kinds = {0: SourceKind.LINES, 1: SourceKind.ONE_SIDED, 2: SourceKind.TWO_SIDED}
        accuracy = (
            None
            if accuracy_m is None
            else Accuracy(Measure.CE95, accuracy_m, assumed, "X" if assumed else None)
        )
        info = SourceInfo(name, kinds[len(sides)], "0", name, accuracy=accuracy, accuracy_95_m=accuracy_m)
        drawn_lines = (
            None if lines is None else shapely.multilinestrings([shapely.LineString(x) for x in lines])
        )
        return Source(info, sides, drawn_lines, covers, None, ())

    @staticmethod
    def trace(*sources, parties=PARTIES, **settings):
        return trace(parties, tuple(sources), Settings(**settings), WGS84)

    def two(self, a, b, **settings):
        """Trace one source that shows both sides; (tracing, its limits)."""
        found = self.trace(self.source("s", a, b), **settings)
        return found, found.sources[0]

    @staticmethod
    def codes(found):
        return {note.code for source in found.sources for note in source.findings} | {
            note.code for note in found.findings
        }


@pytest.fixture(scope="session")
def draw():
    return Draw()


def _swapped_id(limit_id):
    *head, last = limit_id.split("/")
    return "/".join([*head, SWAP.get(last, last)])


def _turned(strand):
    return Strand(strand.coords[::-1], strand.open_end, strand.open_start)


def _values(note):
    return {
        key: SWAP.get(value, value) if isinstance(value, str) else value for key, value in note.values.items()
    }


def _limit(limit, mirrored):
    if mirrored:
        strands = tuple(_turned(one) for one in limit.strands) if limit.sided else limit.strands
        limit = replace(limit, id=_swapped_id(limit.id), party=SWAP.get(limit.party), strands=strands)
    strands = [(one.coords.tolist(), one.open_start, one.open_end) for one in limit.strands]
    return [limit.id, limit.party, limit.piece, limit.sided, limit.length_m, limit.vertices, strands]


def plain(tracing, *, mirrored=False):
    """A tracing as plain values; ``mirrored`` with the parties exchanged by plain rules of its own."""

    def party(name):
        return SWAP[name] if mirrored else name

    sources = []
    for one in tracing.sources:
        enclaves = [
            (e.piece, party(e.party), party(e.within), shapely.normalize(e.geometry).wkt)
            for e in one.enclaves
        ]
        gaps = [[(g.area_m2, g.max_width_m, g.point) for g in found] for found in (one.gaps, one.overlaps)]
        notes = [(n.code, n.place, _values(n) if mirrored else dict(n.values)) for n in one.findings]
        sources.append(
            (one.source, sorted(_limit(x, mirrored) for x in one.limits), sorted(enclaves), gaps, notes)
        )
    pieces = [
        (
            piece.id,
            piece.kind.value,
            sorted(_swapped_id(x) if mirrored else x for x in piece.limits),
            piece.coords.tolist(),
            piece.chainage_m.tolist(),
            piece.first_on_left != mirrored,
        )
        for piece in tracing.pieces
    ]
    notes = [
        (n.code, n.source, n.place, _values(n) if mirrored else dict(n.values)) for n in tracing.findings
    ]
    return sources, tracing.axis_source, pieces, notes


@pytest.fixture(scope="session")
def as_plain():
    return plain
