"""Directed pairs: Hausdorff, shift of a moved line, verdicts over main, and what is null."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from merestone.compare.accuracies import UNKNOWN, Radius, Term
from merestone.compare.axis import AxisIndex
from merestone.compare.frames import moved
from merestone.compare.offsets import Measured
from merestone.compare.pairs import PairContext, pairs_of, shift_findings, station_blocks, station_normals
from merestone.geometry.lengths import chainages_m
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import AxisPiece, Limit, PieceKind, SourceLimits, Strand
from merestone.model.settings import Settings

GEOD = Geodesic.WGS84


def measured(source, *lines, piece="M1", sided=True, parties=(None,)):
    limits = tuple(
        Limit(
            f"{source}/{piece}" + (f"/{party}" if party else ""),
            source,
            party,
            piece,
            (Strand(np.array(coords, dtype=float), True, True),),
            sided,
            0.0,
            len(coords),
        )
        for coords, party in zip(lines, [*parties, *[None] * len(lines)][: len(lines)], strict=True)
    )
    return Measured(SourceLimits(source, limits, (), (), (), ()), frozenset(), Settings(), WGS84)


def compared(sources, *, tolerance_m=100.0, radii=None, families=None, axis=None):
    ids = [one.source for one in sources]
    context = PairContext(
        ("ARM", "AZE"),
        tolerance_m,
        {name: Radius((Term(50.0),)) for name in ids} | (radii or {}),
        {name: name for name in ids} | (families or {}),
        axis,
    )
    found = pairs_of(sources, context, lambda i, j: {f"{i}>{j}": 1.0}).pairs
    return {(pair.from_, pair.to): pair for pair in found}


def wave(count=400, seed=1):
    """A line of 40 km or so that bends every way."""
    rng = np.random.default_rng(seed)
    turn = np.cumsum(rng.normal(0.0, 0.35, count))
    turn -= np.linspace(0.0, turn[-1], count)
    steps = 0.001 * np.column_stack([np.cos(turn), np.sin(turn)])
    return np.concatenate([[[45.0, 40.0]], np.array([45.0, 40.0]) + np.cumsum(steps, axis=0)])


def test_hausdorff_is_the_larger_of_both_directions():
    """b goes on 10 km further: from b it is far, from a it is not."""
    a = measured("a", [[45.0, 40.0], [45.0, 40.1]])
    b = measured("b", [[45.001, 40.0], [45.001, 40.2]])
    got = compared([a, b])
    far_m = GEOD.Inverse(40.1, 45.0, 40.2, 45.001)["s12"]
    assert got["b", "a"].hausdorff_m == pytest.approx(far_m, abs=1e-4)
    assert got["a", "b"].hausdorff_m == got["b", "a"].hausdorff_m
    assert got["a", "b"].offsets_m.all.max_abs < 86.0


def test_both_directions_of_each_pair_sorted():
    lines = [measured(name, [[45.0, 40.0], [45.0, 40.1]]) for name in ("c", "a", "b")]
    got = compared(lines)
    assert list(got) == [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
    assert got["c", "a"].areas_km2 == {"c>a": 1.0}


def test_a_moved_line_gives_its_translation():
    line = wave()
    a, b = measured("a", line), measured("b", moved(line, 12.0, -7.0, WGS84))
    got = compared([a, b])
    there, back = got["a", "b"].shift, got["b", "a"].shift
    # Round the bends, some nearest points are not the moved ones; they are few and count little.
    assert (there.east_m, there.north_m) == pytest.approx((12.0, -7.0), abs=0.05)
    assert (back.east_m, back.north_m) == pytest.approx((-12.0, 7.0), abs=0.05)
    assert there.after["mean_abs"] < 0.1 < got["a", "b"].offsets_m.main.mean_abs
    assert 0.0 < there.se_east_m < 0.5


def test_a_shift_needs_no_sides():
    line = wave()
    a, b = measured("a", line), measured("b", moved(line, 12.0, -7.0, WGS84), sided=False)
    got = compared([a, b])["a", "b"].shift
    assert (got.east_m, got.north_m) == pytest.approx((12.0, -7.0), abs=0.05)


def test_a_straight_line_has_no_shift_and_says_so():
    a = measured("a", [[45.0, 40.0], [45.0, 40.1]])
    b = measured("b", [[45.001, 39.9], [45.001, 40.2]])
    got = compared([a, b])
    assert got["a", "b"].shift is None
    (note,) = shift_findings(list(got.values()))
    assert note.values["pairs"] == [["a", "b"], ["b", "a"]]


def test_the_same_line_has_no_shift_to_speak_of():
    got = compared([measured("a", wave()), measured("b", wave())])["a", "b"].shift
    assert (got.east_m, got.north_m, got.after) == (0.0, 0.0, {"mean_abs": 0.0, "p95_abs": 0.0})


def test_verdicts_over_main():
    """Half of a lies 10 m from b, half 854 m."""
    a = measured("a", [[45.0, 40.0], [45.0, 40.1]])
    b = measured("b", [[45.000117, 39.9], [45.000117, 40.05], [45.01, 40.05], [45.01, 40.2]])
    pair = compared([a, b])["a", "b"]
    assert str(pair.verdict) == "differing"
    assert sum(pair.verdict_km.values()) == pytest.approx(pair.offsets_m.main.length_km, abs=1e-9)
    assert pair.verdict_km["differing"] == pytest.approx(5.5, abs=0.2)
    assert pair.verdict_km["coincident"] == pytest.approx(5.5, abs=0.2)
    assert pair.verdict_km["cannot-say"] == 0.0
    assert not pair.assumed
    coarse = compared([a, b], radii={"b": Radius((Term(2000.0, True),))})["a", "b"]
    assert (str(coarse.verdict), coarse.assumed) == ("within-accuracy", True)
    unknown = compared([a, b], radii={"b": UNKNOWN})["a", "b"]
    assert (str(unknown.verdict), unknown.assumed) == ("cannot-say", False)
    copies = compared([a, b], families={"a": "f", "b": "f"}, tolerance_m=900.0)["a", "b"]
    assert str(copies.verdict) == "cannot-say"


def test_a_source_without_limits():
    a, none = measured("a", [[45.0, 40.0], [45.0, 40.1]]), measured("b")
    got = compared([a, none])
    for pair in got.values():
        assert str(pair.verdict) == "cannot-say"
        assert (pair.shift, pair.hausdorff_m, pair.offsets_m.main.mean_abs) == (None, None, None)
    length_km = GEOD.Inverse(40.0, 45.0, 40.1, 45.0)["s12"] / 1000.0
    assert got["a", "b"].offsets_m.main.unmatched_km == pytest.approx(length_km, abs=1e-6)
    assert got["a", "b"].offsets_m.main.length_km == 0.0
    assert got["b", "a"].offsets_m.all.length_km == 0.0


def test_normals_are_square_to_the_line():
    one = measured("a", [[45.0, 40.0], [45.1, 40.0], [45.1, 40.1]])
    normals = np.abs(station_normals(one))
    east_leg = one.stations.points[:, 0] < 45.099
    assert normals[east_leg] == pytest.approx(np.tile([0.0, 1.0], (east_leg.sum(), 1)), abs=1e-12)
    north_leg = one.stations.points[:, 1] > 40.001
    assert normals[north_leg] == pytest.approx(np.tile([1.0, 0.0], (north_leg.sum(), 1)), abs=1e-12)


def test_both_limits_of_a_source_fall_into_the_same_blocks():
    """Along an axis of 22 km: three blocks, shared by the limits of both parties beside it."""
    line = np.array([[45.0, 40.0], [45.0, 40.2]])
    axis = AxisIndex(
        [AxisPiece("M1", PieceKind.MAIN, ("x/M1",), line, chainages_m(line, WGS84), True)], WGS84
    )
    beside = measured(
        "a", line + np.array([0.001, 0.0]), line - np.array([0.001, 0.0]), parties=("ARM", "AZE")
    )
    blocks = station_blocks(beside, axis)
    assert np.unique(blocks).tolist() == [0, 1, 2]
    assert all(np.unique(blocks[beside.stations.course == k]).tolist() == [0, 1, 2] for k in (0, 1))
    off = measured("b", line, line + np.array([1.0, 0.0]), piece="X1")
    assert len(np.unique(station_blocks(off, axis))) == 6
    assert (station_blocks(off, axis) < 0).all()
    assert (station_blocks(off, None) == station_blocks(off, axis)).all()
