"""Tracing on shapes whose limits are known in closed form."""

import itertools

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from pyproj import Geod

from merestone.errors import BadInputError
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import PieceKind

GEOD = Geod(a=WGS84.a_m, f=WGS84.f)


def parallel_m(lat, degrees):
    """Length of an arc of a parallel: N(lat) cos(lat) times the angle."""
    phi = np.radians(lat)
    return WGS84.a_m / np.sqrt(1 - WGS84.e2 * np.sin(phi) ** 2) * np.cos(phi) * np.radians(degrees)


def meridian_m(south, north):
    return Geodesic.WGS84.Inverse(south, 0.0, north, 0.0)["s12"]


def area_m2(*ring):
    """By Karney's planimeter, with edges cut so finely that geodesics follow straight ones."""
    closed = np.array([*ring, ring[0]], dtype=float)
    fine = np.concatenate([np.linspace(p, q, 200, endpoint=False) for p, q in itertools.pairwise(closed)])
    return abs(GEOD.polygon_area_perimeter(*fine.T)[0])


def piece_lengths(found):
    return {piece.id: round(piece.length_m, 3) for piece in found.pieces}


def test_two_boxes_share_the_parallel_between_them(draw):
    found, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((10, 44, 11, 45)))
    (limit,) = limits.limits
    assert (limit.id, limit.party, limit.piece) == ("s/M1", None, "M1")
    assert limit.length_m == pytest.approx(parallel_m(45, 1), abs=1e-3)
    (strand,) = limit.strands
    # AAA lies north: on the left of the way east.
    assert strand.coords.tolist() == [[10, 45], [11, 45]]
    assert strand.open_start
    assert strand.open_end
    (piece,) = found.pieces
    assert piece.coords.tolist() == [[10, 45], [11, 45]]
    assert piece.first_on_left
    assert piece.limits == ("s/M1",)


def test_the_party_first_by_id_is_on_the_left_wherever_it_lies(draw):
    found, limits = draw.two(draw.side((10, 44, 11, 45)), draw.side((10, 45, 11, 46)))
    assert limits.limits[0].strands[0].coords.tolist() == [[11, 45], [10, 45]]
    assert found.pieces[0].coords.tolist() == [[10, 45], [11, 45]]
    assert not found.pieces[0].first_on_left


def test_vertices_that_one_side_lacks_part_nothing(draw):
    whole = draw.side((10, 45, 11, 46))
    split = draw.side([(10, 44), (11, 44), (11, 45), (10.7, 45), (10.2, 45), (10, 45)])
    _, limits = draw.two(whole, split)
    (limit,) = limits.limits
    assert limit.strands[0].coords.tolist() == [[10, 45], [10.2, 45], [10.7, 45], [11, 45]]
    assert limit.vertices == 4


def test_half_a_side_in_common(draw):
    """The limit ends where a corner of one side lies on an edge of the other: at a cut, no vertex of it."""
    _, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((10.4, 44, 12, 45)))
    (limit,) = limits.limits
    assert limit.length_m == pytest.approx(parallel_m(45, 0.6), abs=2e-3)
    assert limit.strands[0].coords[:, 0].tolist() == pytest.approx([10.4, 11])


@pytest.mark.parametrize(("apart_m", "common"), [(0.0009, True), (0.0011, False)])
def test_edges_up_to_a_millimetre_apart_coincide(draw, apart_m, common):
    step = apart_m / meridian_m(44.5, 45.5)
    _, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((10, 44, 11, 45 - step)))
    assert ([limit.party for limit in limits.limits] == [None]) is common


def test_a_notch_between_the_sides_is_a_gap_with_a_limit_on_either_shore(draw):
    notched = draw.side(
        [(10, 44), (11, 44), (11, 45), (10.02, 45), (10.02, 44.99), (10.01, 44.99), (10.01, 45), (10, 45)]
    )
    found, limits = draw.two(draw.side((10, 45, 11, 46)), notched)
    assert [limit.id for limit in limits.limits] == ["s/M1", "s/M1/AAA", "s/M1/BBB"]
    common, one, other = limits.limits
    assert len(common.strands) == 2
    assert one.length_m == pytest.approx(parallel_m(45, 0.01), abs=1e-3)
    assert other.length_m == pytest.approx(2 * meridian_m(44.99, 45) + parallel_m(44.99, 0.01), abs=1e-3)
    assert not any(strand.open_start or strand.open_end for strand in (*one.strands, *other.strands))
    assert sum(strand.open_start + strand.open_end for strand in common.strands) == 2
    (gap,) = limits.gaps
    assert gap.area_m2 == pytest.approx(
        area_m2((10.01, 44.99), (10.02, 44.99), (10.02, 45), (10.01, 45)), rel=1e-7
    )
    assert gap.max_width_m == pytest.approx(parallel_m(44.995, 0.01), rel=0.02)
    # The axis runs along the shorter of the two.
    assert found.pieces[0].limits == ("s/M1", "s/M1/AAA")
    assert found.pieces[0].length_m == pytest.approx(parallel_m(45, 1), abs=1e-3)
    assert {"own-gaps", "axis-along-one-limit"} <= draw.codes(found)
    (note,) = (note for note in found.findings if note.code == "axis-along-one-limit")
    assert note.place == tuple(found.pieces[0].coords[0])


def test_gaps_are_listed_by_size(draw):
    """Two notches: the smaller one lies first along the line and comes first by place."""
    low = [(11, 45), (10.8, 45), (10.8, 44.98), (10.7, 44.98), (10.7, 45)]
    low += [(10.2, 45), (10.2, 44.99), (10.1, 44.99), (10.1, 45), (10, 45)]
    _, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side([(10, 44), (11, 44), *low]))
    assert [round(gap.area_m2 / 1e6, 1) for gap in limits.gaps] == [17.5, 8.8]
    assert [round(gap.max_width_m, -2) for gap in limits.gaps] == [2200, 1100]


def test_a_strip_that_both_claim_is_an_overlap(draw):
    found, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((10, 44, 11, 45.01)))
    assert [limit.party for limit in limits.limits] == ["AAA", "BBB"]
    assert limits.limits[0].length_m == pytest.approx(parallel_m(45, 1), abs=1e-3)
    assert limits.limits[1].length_m == pytest.approx(parallel_m(45.01, 1), abs=1e-3)
    (overlap,) = limits.overlaps
    assert overlap.area_m2 == pytest.approx(area_m2((10, 45), (11, 45), (11, 45.01), (10, 45.01)), rel=1e-7)
    assert overlap.max_width_m == pytest.approx(meridian_m(45, 45.01), rel=0.02)
    # Its west and east ends are the sides' ends against others, and no limits.
    assert len(found.pieces) == 1
    assert found.pieces[0].limits == ("s/M1/BBB",)


def test_slivers_are_one_finding(draw):
    step = 0.5 / meridian_m(44.5, 45.5)
    low = [(10 + k / 10, 45 - step * (k % 2)) for k in range(11)]
    _, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side([(10, 44), (11, 44), *low[::-1]]))
    assert limits.gaps == ()
    (note,) = [note for note in limits.findings if note.code == "slivers"]
    assert (note.values["gaps"], note.values["overlaps"]) == (5, 0)
    width = parallel_m(45, 0.2) * 0.5 / 2
    assert note.values["area_m2"] == pytest.approx(5 * width, rel=1e-3)


def test_hundreds_of_crossings_are_one_piece(draw):
    count = 401
    lon = np.linspace(10, 11, count)
    wave = 0.001 * np.where(np.arange(count) % 2 == 0, 1, -1)
    one = draw.side([*zip(lon, 45 + wave, strict=True), (11, 46), (10, 46)])
    other = draw.side([*zip(lon, 45 - wave, strict=True), (11, 44), (10, 44)])
    found, limits = draw.two(one, other)
    assert [piece.id for piece in found.pieces] == ["M1"]
    assert [limit.party for limit in limits.limits] == ["AAA", "BBB"]
    assert [len(limit.strands) for limit in limits.limits] == [1, 1]
    # 400 crossings; before the first and after the last one the sides open toward others.
    assert (len(limits.gaps), len(limits.overlaps)) == (199, 200)
    expected = GEOD.line_length(*np.array(limits.limits[0].strands[0].coords).T)
    assert limits.limits[0].length_m == pytest.approx(expected, rel=1e-9)


def test_a_wide_lake_interrupts_the_line_and_a_narrow_one_does_not(draw):
    def with_lake(depth):
        shore = [(10.6, 45), (10.6, 45 - depth), (10.4, 45 - depth), (10.4, 45)]
        return draw.side([(10, 44), (11, 44), (11, 45), *shore, (10, 45)])

    north = draw.side((10, 45, 11, 46))
    narrow, limits = draw.two(north, with_lake(0.04))
    assert [piece.id for piece in narrow.pieces] == ["M1"]
    assert len(limits.gaps) == 1
    wide, limits = draw.two(north, with_lake(0.06))
    assert piece_lengths(wide) == {
        "M1": pytest.approx(parallel_m(45, 0.4), abs=1e-2),
        "M2": pytest.approx(parallel_m(45, 0.4), abs=1e-2),
    }
    assert limits.gaps == ()
    assert "gap-too-wide" in draw.codes(wide)


def test_a_third_country_parts_the_line_in_two_and_its_edges_never_belong(draw):
    north = draw.side((10, 45, 13, 46))
    south = draw.side((10, 44, 11, 45), (12, 44, 13, 45))
    found, limits = draw.two(north, south)
    assert sorted(piece_lengths(found)) == ["M1", "M2"]
    assert sum(limit.length_m for limit in limits.limits) == pytest.approx(parallel_m(45, 2), abs=1e-2)


def test_lakes_of_one_side_are_no_limits(draw):
    lake = shapely.box(10.4, 45.4, 10.6, 45.6)
    north = draw.side(shapely.box(10, 45, 11, 46).difference(lake))
    found, limits = draw.two(north, draw.side((10, 44, 11, 45)))
    assert [limit.id for limit in limits.limits] == ["s/M1"]
    assert limits.gaps == ()
    assert [piece.id for piece in found.pieces] == ["M1"]


def nested(draw, levels=3):
    """BBB south; in AAA an enclave of BBB, in that one of AAA, in that again one of BBB."""
    boxes = [shapely.box(10.2 + k / 50, 45.2 + k / 50, 10.5 - k / 50, 45.5 - k / 50) for k in range(levels)]
    a, b = shapely.box(10, 45, 11, 46), shapely.box(10, 44, 11, 45)
    for k, box in enumerate(boxes):
        if k % 2 == 0:
            a, b = a.difference(box), b.union(box)
        else:
            a, b = a.union(box), b.difference(box)
    return draw.side(a), draw.side(b), boxes


def test_enclaves_and_counter_enclaves_three_levels_deep(draw):
    a, b, boxes = nested(draw)
    found, limits = draw.two(a, b)
    assert [(piece.id, piece.kind, piece.closed) for piece in found.pieces] == [
        ("M1", PieceKind.MAIN, False),
        ("E1", PieceKind.ENCLAVE, True),
        ("E2", PieceKind.ENCLAVE, True),
        ("E3", PieceKind.ENCLAVE, True),
    ]
    assert [(e.piece, e.party, e.within) for e in limits.enclaves] == [
        ("E1", "BBB", "AAA"),
        ("E2", "AAA", "BBB"),
        ("E3", "BBB", "AAA"),
    ]
    for enclave, box, inner in zip(limits.enclaves, boxes, [*boxes[1:], shapely.Polygon()], strict=True):
        assert enclave.geometry.symmetric_difference(box.difference(inner)).area < 1e-12
    for piece, box, inside_is_first in zip(found.pieces[1:], boxes, (False, True, False), strict=True):
        west, south = box.bounds[:2]
        assert piece.coords[0].tolist() == pytest.approx([west, south])
        assert shapely.LinearRing(piece.coords).is_ccw
        assert piece.first_on_left is inside_is_first


def test_an_enclave_that_both_sides_claim(draw):
    b = draw.side((10, 44, 11, 45), (10.3, 45.3, 10.4, 45.4))
    _found, limits = draw.two(draw.side((10, 45, 11, 46)), b)
    assert [limit.id for limit in limits.limits] == ["s/M1", "s/E1/BBB"]
    assert [(e.party, e.within) for e in limits.enclaves] == [("BBB", "AAA")]
    assert [round(overlap.area_m2) for overlap in limits.overlaps] == [
        round(area_m2((10.3, 45.3), (10.4, 45.3), (10.4, 45.4), (10.3, 45.4)))
    ]


@pytest.mark.parametrize("inset", [0.001, -0.001])
def test_a_hole_and_the_land_in_it_that_do_not_coincide_are_one_enclave(draw, inset):
    """A ring of neither, or of both, between the two drawings of one enclave."""
    a = draw.side(shapely.box(10, 45, 11, 46).difference(shapely.box(10.3, 45.3, 10.4, 45.4)))
    b = draw.side((10, 44, 11, 45), (10.3 + inset, 45.3 + inset, 10.4 - inset, 45.4 - inset))
    found, limits = draw.two(a, b)
    assert [limit.id for limit in limits.limits] == ["s/M1", "s/E1/AAA", "s/E1/BBB"]
    assert [(e.piece, e.party, e.within) for e in limits.enclaves] == [("E1", "BBB", "AAA")]
    assert (len(limits.gaps), len(limits.overlaps)) == ((1, 0) if inset > 0 else (0, 1))
    shorter = "AAA" if inset < 0 else "BBB"
    assert found.pieces[1].limits == (f"s/E1/{shorter}",)


def test_land_in_a_lake_far_from_its_shore_is_no_enclave(draw):
    a = draw.side(shapely.box(10, 45, 11, 46).difference(shapely.box(10.3, 45.3, 10.7, 45.7)))
    found, limits = draw.two(a, draw.side((10, 44, 11, 45), (10.45, 45.45, 10.55, 45.55)))
    assert [limit.id for limit in limits.limits] == ["s/M1"]
    assert "enclosed-land-apart" in draw.codes(found)


def test_a_party_all_of_whose_land_is_enclosed_has_a_main_piece(draw):
    holes = [shapely.box(10.2, 45.2, 10.5, 45.5), shapely.box(10.7, 45.7, 10.75, 45.75)]
    around = draw.side(shapely.box(10, 45, 11, 46).difference(shapely.union_all(holes)))
    found, limits = draw.two(around, draw.side(*holes))
    assert [(piece.id, piece.kind, piece.closed) for piece in found.pieces] == [
        ("M1", PieceKind.MAIN, True),
        ("E1", PieceKind.ENCLAVE, True),
    ]
    assert [e.piece for e in limits.enclaves] == ["E1"]
    assert found.pieces[0].coords[0].tolist() == [10.2, 45.2]
    assert not found.pieces[0].first_on_left


def test_sides_that_never_touch_have_the_stretches_that_face(draw):
    """Two boxes 0.02 degrees apart: the facing shores, and the corners as far as 5 km reach."""
    found, limits = draw.two(draw.side((10, 45.02, 11, 46)), draw.side((10, 44, 11, 45)))
    assert [limit.id for limit in limits.limits] == ["s/M1/AAA", "s/M1/BBB"]
    assert "sides-never-touch" in draw.codes(found)
    beyond = 5000 - meridian_m(45, 45.02)
    for limit in limits.limits:
        (strand,) = limit.strands
        assert strand.open_start
        assert strand.open_end
        lat = 45.02 if limit.party == "AAA" else 45
        assert limit.length_m == pytest.approx(parallel_m(lat, 1) + 2 * beyond, abs=0.5)


def test_no_common_boundary_is_an_answer(draw):
    found, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((20, 44, 21, 45)))
    assert limits.limits == ()
    assert found.axis_source is None
    assert found.pieces == ()
    assert {"no-common-boundary", "no-axis"} <= draw.codes(found)


def test_sides_that_touch_at_one_point_share_no_line(draw):
    found, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((11, 44, 12, 45)))
    assert limits.limits == ()
    (note,) = limits.findings
    assert (note.code, note.place) == ("sides-touch-at-points", (11.0, 45.0))
    assert found.axis_source is None


def test_four_lands_like_a_chessboard_are_told_in_parts(draw):
    a = draw.side((10, 45, 11, 46), (11, 44, 12, 45))
    b = draw.side((10, 44, 11, 45), (11, 45, 12, 46))
    found, limits = draw.two(a, b)
    assert "boundary-branches" in draw.codes(found)
    assert [piece.id for piece in found.pieces] == ["M1", "M2"]
    total = 2 * parallel_m(45, 1) + meridian_m(44, 46)
    assert sum(limit.length_m for limit in limits.limits) == pytest.approx(total, abs=1e-2)
    assert sum(piece.length_m for piece in found.pieces) == pytest.approx(total, abs=1e-2)
    # Where all four meet no arm ends.
    ends = [
        strand.coords[k].tolist()
        for limit in limits.limits
        for strand in limit.strands
        for k, is_open in ((0, strand.open_start), (-1, strand.open_end))
        if is_open
    ]
    assert sorted(ends) == [[10, 45], [11, 44], [11, 46], [12, 45]]


def test_four_lands_round_a_lake_part_along_its_shores(draw):
    """A lake where four lands meet: each of the two parts goes on along one shore of it."""
    a = draw.side(
        [(10, 45), (10.99, 45), (11, 45.01), (11, 46), (10, 46)],
        [(11, 44), (12, 44), (12, 45), (11.01, 45), (11, 44.99)],
    )
    b = draw.side(
        [(10, 44), (11, 44), (11, 44.99), (10.99, 45), (10, 45)],
        [(11, 45.01), (11.01, 45), (12, 45), (12, 46), (11, 46)],
    )
    found, limits = draw.two(a, b)
    assert [piece.coords.tolist() for piece in found.pieces] == [
        [[11, 46], [11, 45.01], [11.01, 45], [12, 45]],
        [[10, 45], [10.99, 45], [11, 44.99], [11, 44]],
    ]
    assert len(limits.gaps) == 1


def test_an_islet_in_the_river_does_not_interrupt_the_line(draw):
    """South of 45 N lies a mainland from 10 E, and an islet of 1 km beyond 300 m of water."""
    north = draw.side((9, 45, 11, 46))
    mainland, islet = (10, 44, 11, 45), (9.98, 44.99, 9.995, 45)
    found, limits = draw.two(north, draw.side(mainland, islet))
    assert piece_lengths(found) == {"M1": pytest.approx(parallel_m(45, 1.02), abs=1e-2)}
    water = next(limit for limit in limits.limits if limit.party == "AAA")
    assert water.length_m == pytest.approx(parallel_m(45, 0.005), abs=1e-2)
    assert not water.strands[0].open_start
    assert "beside-islets" in draw.codes(found)
    exclave = (9.2, 44.2, 9.995, 45)
    apart, _ = draw.two(north, draw.side(mainland, exclave))
    assert len(apart.pieces) == 2


def test_a_common_boundary_of_20_m(draw):
    step = 20 / parallel_m(45, 1)
    found, limits = draw.two(draw.side((10, 45, 11, 46)), draw.side((11 - step, 44, 12, 45)))
    assert found.pieces[0].length_m == pytest.approx(20, abs=2e-3)
    assert limits.limits[0].party is None


def test_a_common_boundary_of_7000_km(draw):
    found, _ = draw.two(draw.side((0, 10, 63.5, 20)), draw.side((0, 0, 63.5, 10)))
    assert found.pieces[0].length_m == pytest.approx(parallel_m(10, 63.5), abs=1e-2)


@pytest.mark.parametrize("lat", [89.9, -89.9])
def test_near_the_poles(draw, lat):
    low, high = sorted((lat - 0.05, lat + 0.05))
    one, other = draw.side((10, low, 40, high)), draw.side((40, low, 80, high))
    found, _ = draw.two(one, other)
    assert found.pieces[0].length_m == pytest.approx(meridian_m(low, high), abs=1e-3)
    along, _ = draw.two(draw.side((10, lat, 40, high)), draw.side((10, low, 40, lat)))
    assert along.pieces[0].length_m == pytest.approx(parallel_m(lat, 30), abs=1e-3)


def test_chainage_starts_at_the_westernmost_end_then_the_southernmost(draw):
    found, _ = draw.two(draw.side((9, 44, 10, 45)), draw.side((10, 44, 11, 45)))
    assert found.pieces[0].coords.tolist() == [[10, 44], [10, 45]]
    assert found.pieces[0].first_on_left
    assert found.pieces[0].chainage_m[0] == 0


def test_pieces_across_the_antimeridian_start_in_their_own_unwrapped_longitudes(draw):
    found, _ = draw.two(draw.side((179, 45, 182, 46)), draw.side((179, 44, 182, 45)))
    assert found.pieces[0].coords[[0, -1], 0].tolist() == [179, 182]


class TestAxis:
    north, south = (10, 45, 11, 46), (10, 44, 11, 45)

    def sources(self, draw, *accuracies, assumed=False):
        return [
            draw.source(
                f"s{k}",
                draw.side((10, 45, 11 - k / 100, 46)),
                draw.side(self.south),
                accuracy_m=m,
                assumed=assumed,
            )
            for k, m in enumerate(accuracies)
        ]

    def test_the_best_accuracy_chooses(self, draw):
        found = draw.trace(*self.sources(draw, 100.0, 50.0, None))
        assert found.axis_source == "s1"
        assert not {"axis-by-length", "axis-by-assumed-accuracy"} & draw.codes(found)

    def test_an_assumed_accuracy_chooses_with_a_finding(self, draw):
        found = draw.trace(*self.sources(draw, 100.0, 50.0, assumed=True))
        assert found.axis_source == "s1"
        assert "axis-by-assumed-accuracy" in draw.codes(found)

    @pytest.mark.parametrize("accuracy", [None, 50.0])
    def test_ties_or_none_known_go_by_length_then_id(self, draw, accuracy):
        found = draw.trace(*self.sources(draw, accuracy, accuracy, accuracy))
        assert found.axis_source == "s0"
        assert "axis-by-length" in draw.codes(found)
        twins = [draw.source(name, draw.side(self.north), draw.side(self.south)) for name in ("z", "k")]
        assert draw.trace(*twins).axis_source == "k"

    def test_the_dossier_decides(self, draw):
        assert draw.trace(*self.sources(draw, 100.0, 50.0), axis="s0").axis_source == "s0"

    @pytest.mark.parametrize(
        ("axis", "words"),
        [("nowhere", "names no source"), ("half", "one-sided"), ("far", "no common boundary")],
    )
    def test_an_unfit_axis_is_refused(self, draw, axis, words):
        half = draw.source("half", draw.side(self.north))
        far = draw.source("far", draw.side(self.north), draw.side((30, 10, 31, 11)))
        with pytest.raises(BadInputError, match=words):
            draw.trace(*self.sources(draw, 100.0), half, far, axis=axis)
