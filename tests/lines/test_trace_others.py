"""Limits of one-sided and lines-only sources, and pieces matched across sources."""

import numpy as np
import pytest
import shapely

from merestone.lines.matching import best_pairs
from merestone.lines.own import OwnPiece
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import PieceKind

NORTH, SOUTH = (10, 45, 11, 46), (10, 44, 11, 45)
ENCLAVE = (10.3, 45.3, 10.4, 45.4)


def parallel_m(lat, degrees):
    """Length of an arc of a parallel: N(lat) cos(lat) times the angle."""
    phi = np.radians(lat)
    return WGS84.a_m / np.sqrt(1 - WGS84.e2 * np.sin(phi) ** 2) * np.cos(phi) * np.radians(degrees)


def of(found, source):
    return next(one for one in found.sources if one.source == source)


def ids(found, source):
    return [limit.id for limit in of(found, source).limits]


def reference(draw, name="ref", south=SOUTH):
    """AAA north of 45 N with an enclave of BBB in it."""
    a = draw.side(shapely.box(*NORTH).difference(shapely.box(*ENCLAVE)))
    return draw.source(name, a, draw.side(south, ENCLAVE))


def test_a_one_sided_copy_has_the_limits_of_its_party(draw):
    found = draw.trace(reference(draw), draw.source("half", b=draw.side(SOUTH, ENCLAVE)))
    assert ids(found, "half") == ["half/M1/BBB", "half/E1/BBB"]
    main, enclave = of(found, "half").limits
    (strand,) = main.strands
    assert strand.open_start
    assert strand.open_end
    assert main.length_m == pytest.approx(parallel_m(45, 1), abs=1e-3)
    # BBB lies south, AAA is first by id and so on the left of the way east.
    assert strand.coords[0].tolist() == pytest.approx([10, 45], abs=1e-9)
    assert not enclave.strands[0].open_start
    assert [(e.piece, e.party, e.within) for e in of(found, "half").enclaves] == [("E1", "BBB", "AAA")]
    (note,) = of(found, "half").findings
    outline = 2 * 111_136 + parallel_m(44, 1)
    assert note.code == "outline-left-out"
    assert note.values["length_km"] == pytest.approx(outline / 1000, rel=1e-3)


def test_a_hole_that_holds_the_other_party_is_an_enclave_and_a_lake_is_not(draw):
    lake = shapely.box(10.6, 45.05, 10.65, 45.1)
    a = draw.side(shapely.box(*NORTH).difference(shapely.box(*ENCLAVE)).difference(lake))
    found = draw.trace(reference(draw), draw.source("half", a))
    assert ids(found, "half") == ["half/M1/AAA", "half/E1/AAA"]
    assert [(e.party, e.within) for e in of(found, "half").enclaves] == [("BBB", "AAA")]
    assert of(found, "half").enclaves[0].geometry.area == pytest.approx(0.01)
    (note,) = [note for note in of(found, "half").findings if note.code == "holes-left-out"]
    assert note.values["count"] == 1


def test_any_two_sided_source_suffices(draw):
    """One reference shows the west of the line, the other the east; the one-sided source shows all."""
    west = draw.source("west", draw.side((10, 45, 10.5, 46)), draw.side((10, 44, 10.5, 45)))
    east = draw.source("east", draw.side((10.5, 45, 11, 46)), draw.side((10.5, 44, 11, 45)))
    found = draw.trace(west, east, draw.source("half", draw.side(NORTH)))
    total = sum(limit.length_m for limit in of(found, "half").limits)
    assert total == pytest.approx(parallel_m(45, 1), abs=1)


def test_beyond_the_corridor_nothing_belongs(draw):
    far = draw.source("half", draw.side((10, 45.3, 11, 46)))
    found = draw.trace(draw.source("ref", draw.side(NORTH), draw.side(SOUTH)), far)
    assert of(found, "half").limits == ()
    assert "no-limits" in draw.codes(found)
    wider = draw.trace(draw.source("ref", draw.side(NORTH), draw.side(SOUTH)), far, corridor_m=50_000.0)
    assert [limit.piece for limit in of(wider, "half").limits] == ["M1"]


def test_lines_have_no_sides_and_go_on_where_they_meet(draw):
    lines = [
        [(10.01, 45.001), (10.5, 45.001)],
        [(10.99, 45.001), (10.5, 45.001)],
        [(10, 44.2), (10.02, 44.7)],
        [(10.3, 45.3), (10.4, 45.3), (10.4, 45.4), (10.3, 45.4), (10.3, 45.3)],
    ]
    found = draw.trace(reference(draw), draw.source("lines", lines=lines))
    assert ids(found, "lines") == ["lines/M1", "lines/E1"]
    main, enclave = of(found, "lines").limits
    assert not main.sided
    assert main.party is None
    (strand,) = main.strands
    assert strand.coords == pytest.approx(np.array([[10.01, 45.001], [10.5, 45.001], [10.99, 45.001]]))
    assert strand.open_start
    assert strand.open_end
    assert len(enclave.strands) == 1
    assert of(found, "lines").enclaves == ()
    (note,) = of(found, "lines").findings
    assert (note.code, round(note.values["length_km"])) == ("lines-left-out", 56)


def test_what_a_source_does_not_cover_is_no_limit(draw):
    half = draw.source(
        "s", draw.side(NORTH), draw.side(SOUTH), covers=shapely.multipolygons([shapely.box(10.5, 40, 12, 50)])
    )
    found = draw.trace(half)
    assert found.pieces[0].length_m == pytest.approx(parallel_m(45, 0.5), abs=1e-2)
    assert found.pieces[0].coords[0].tolist() == [10.5, 45]
    assert "outside-coverage" in draw.codes(found)


def test_vertices_are_counted_as_drawn(draw):
    """A cut where the other side's corner meets an edge is no vertex of the source."""
    found = draw.trace(draw.source("s", draw.side(NORTH), draw.side((10.5, 45, 12, 44))))
    (limit,) = found.sources[0].limits
    assert limit.vertices == 2
    notched = [(10, 45.1), (10.6, 45), (11, 45.1), (11, 46), (10, 46)]
    found = draw.trace(draw.source("s", draw.side(notched), draw.side((10, 44, 11, 45.05))))
    crossing = next(limit for limit in found.sources[0].limits if limit.party == "AAA")
    assert len(crossing.strands[0].coords) == 3
    assert crossing.vertices == 1


class TestMatching:
    def test_enclaves_match_by_land_the_largest_overlap_first(self, draw):
        def with_enclaves(name, *boxes):
            a = draw.side(shapely.box(*NORTH).difference(shapely.union_all([shapely.box(*b) for b in boxes])))
            return draw.source(name, a, draw.side(SOUTH, *boxes))

        axis = with_enclaves("axis", (10.2, 45.2, 10.3, 45.3), (10.6, 45.6, 10.65, 45.65))
        other = with_enclaves(
            "other", (10.21, 45.2, 10.31, 45.3), (10.25, 45.31, 10.3, 45.35), (10.64, 45.64, 10.7, 45.7)
        )
        found = draw.trace(axis, other, axis="axis")
        # IoU 0.09/0.11 for the first; the third overlaps its neighbour by 1 part in 60: another enclave.
        assert ids(found, "other") == ["other/M1", "other/E1", "other/X1", "other/X2"]
        assert [e.piece for e in of(found, "other").enclaves] == ["E1", "X1", "X2"]
        assert {"piece-not-on-axis"} <= draw.codes(found)

    def test_what_the_axis_does_not_show_has_one_name_in_all_sources(self, draw):
        bare = draw.source("axis", draw.side(NORTH), draw.side(SOUTH))
        found = draw.trace(bare, reference(draw, "k"), reference(draw, "z"), axis="axis")
        assert ids(found, "k") == ["k/M1", "k/X1"]
        assert ids(found, "z") == ["z/M1", "z/X1"]
        assert [piece.id for piece in found.pieces] == ["M1"]

    def test_a_main_piece_far_from_the_axis_is_another_piece(self, draw):
        axis = draw.source("axis", draw.side(NORTH), draw.side(SOUTH))
        more = draw.source("more", draw.side(NORTH, (14, 45, 14.5, 46)), draw.side(SOUTH, (14, 44, 14.5, 45)))
        found = draw.trace(axis, more, axis="axis")
        assert ids(found, "more") == ["more/M1", "more/X1"]

    def test_one_line_where_the_axis_has_two_pieces_is_compared_with_both(self, draw):
        """A lake of 0.2 degrees parts the axis; the other source draws the line through it."""
        lake = [(10.6, 45), (10.6, 44.9), (10.4, 44.9), (10.4, 45)]
        parted = draw.source(
            "axis", draw.side(NORTH), draw.side([(10, 44), (11, 44), (11, 45), *lake, (10, 45)])
        )
        through = draw.source("through", draw.side((10, 45.001, 11, 46)), draw.side((10, 44, 11, 45.001)))
        found = draw.trace(parted, through, axis="axis")
        assert [piece.id for piece in found.pieces] == ["M1", "M2"]
        assert ids(found, "through") == ["through/M1", "through/M2"]
        one, other = of(found, "through").limits
        assert one.length_m + other.length_m == pytest.approx(parallel_m(45.001, 1), abs=1e-2)
        # Parted in the middle of the lake, where neither part ends.
        at = sorted(
            strand.coords[k, 0] for limit in (one, other) for strand in limit.strands for k in (0, -1)
        )
        assert at == pytest.approx([10, 10.5, 10.5, 11], abs=1e-3)
        assert sum(s.open_start + s.open_end for limit in (one, other) for s in limit.strands) == 2

    def test_pieces_are_ordered_by_length_on_the_axis(self, draw):
        found = draw.trace(
            draw.source("s", draw.side((10, 45, 14, 46)), draw.side((10, 44, 10.5, 45), (12, 44, 13, 45)))
        )
        assert [round(piece.coords[0, 0]) for piece in found.pieces] == [12, 10]

    def test_a_pair_is_matched_once(self):
        def ring(name, *bounds):
            box = shapely.box(*bounds)
            line = np.array(box.exterior.coords)
            return OwnPiece(
                name, PieceKind.ENCLAVE, True, True, {}, line, 1.0, party="AAA", within="BBB", land=box
            )

        one, two = ring("r", 0, 0, 1, 1), ring("r", 0.5, 0, 1.5, 1)
        lead = ring("s", 0.1, 0, 1.1, 1)
        assert best_pairs([one, two], [lead], WGS84) == {0: 0}
        assert best_pairs([two], [lead], WGS84) == {0: 0}
        assert best_pairs([ring("r", 0.95, 0, 1.95, 1)], [ring("s", 0, 0, 1, 1)], WGS84) == {}
        # Squares of one size that share 0.2 or 0.18 of it: 0.2/1.8 is more than a tenth, 0.18/1.82 less.
        assert best_pairs([ring("r", 0.80, 0, 1.80, 1)], [ring("s", 0, 0, 1, 1)], WGS84) == {0: 0}
        assert best_pairs([ring("r", 0.82, 0, 1.82, 1)], [ring("s", 0, 0, 1, 1)], WGS84) == {}
