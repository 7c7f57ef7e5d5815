"""Sections along a hand-made axis: chainages by geographiclib, verdicts by rule, names, districts."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.compare.along import along_axis
from merestone.compare.axis import AxisIndex
from merestone.compare.offsets import Measured
from merestone.geometry.lengths import chainages_m
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import AxisPiece, Limit, PieceKind, SourceLimits, Strand, Tracing
from merestone.model.results import Family, Verdict
from merestone.model.settings import Settings
from merestone.model.sources import Case, Feature, Layer, LayerKind, Party, Source, SourceInfo, SourceKind

GEOD = Geodesic.WGS84
LENGTH_M = GEOD.Inverse(40.0, 45.0, 40.1, 45.0)["s12"]
WIDTH_M = 85.4  # a thousandth of a degree of longitude at 40 N, roughly


def limit(source, coords, piece="M1", *, sided=True):
    coords = np.array(coords, dtype=float)
    closed = bool((coords[0] == coords[-1]).all())
    strand = Strand(coords, not closed, not closed)
    return Limit(f"{source}/{piece}", source, None, piece, (strand,), sided, 0.0, len(coords))


def piece(limit_, kind=PieceKind.MAIN):
    coords = limit_.strands[0].coords
    return AxisPiece(limit_.piece, kind, (limit_.id,), coords, chainages_m(coords, WGS84), True)


def source(name, radius_m=50.0, *, assumed=False):
    accuracy = None if radius_m is None else Accuracy(Measure.CE95, radius_m, assumed)
    info = SourceInfo(
        name, SourceKind.TWO_SIDED, name.ljust(64, "0"), name, accuracy=accuracy, accuracy_95_m=radius_m
    )
    return Source(info, {}, None, None, None, ())


def a_case(limits, sources, pieces, layers=(), **how):
    parties = (Party("ARM", {}), Party("AZE", {}))
    settings = Settings(**{"min_section_m": 0.0, **how})
    case = Case("t", "0" * 64, "ARM", parties, settings, tuple(sources), tuple(layers), ())
    taken = tuple(
        SourceLimits(s.info.id, tuple(at for at in limits if at.source == s.info.id), (), (), (), ())
        for s in sources
    )
    return case, Tracing(taken, "a", tuple(pieces), ())


def along(case, tracing, families=None):
    enclaves = frozenset(p.id for p in tracing.pieces if p.kind is PieceKind.ENCLAVE)
    measured = {at.source: Measured(at, enclaves, case.settings, WGS84) for at in tracing.sources}
    alone = [Family((s.info.id,), s.info.id, {}) for s in case.sources]
    return along_axis(case, tracing, measured, families or alone)


AXIS = limit("a", [[45.0, 40.0], [45.0, 40.1]])


def stepped(name, degrees_east, *, sided=True):
    """Beside the axis at 10 m up to 40.05 N, from there further east; beyond the ends of the axis."""
    near = 45.0 + 0.000117
    return limit(
        name,
        [[near, 39.99], [near, 40.05], [45.0 + degrees_east, 40.05001], [45.0 + degrees_east, 40.11]],
        sided=sided,
    )


def shown(found):
    return [(s.id, str(s.verdict), round(s.from_km, 3), round(s.to_km, 3)) for s in found.sections.sections]


def test_two_fine_maps_that_part_half_way():
    case, tracing = a_case([AXIS, stepped("b", 0.01)], [source("a"), source("b")], [piece(AXIS)])
    found = along(case, tracing)
    step_m = GEOD.Inverse(40.0, 45.0, 40.05, 45.0)["s12"]
    got = shown(found)
    assert [name[:2] for name in got] == [("M1-S01", "coincident"), ("M1-S02", "differing")]
    assert got[0][2:] == (0.0, pytest.approx(step_m / 1000.0, abs=0.11))
    assert got[1][3] == pytest.approx(LENGTH_M / 1000.0, abs=1e-3)
    first, second = found.sections.sections
    assert first.to_km == second.from_km
    assert (first.to_km * 1000.0 - 50.0) % 100.0 == pytest.approx(0.0, abs=1e-6)  # midway between stations
    assert first.to == second.from_
    assert GEOD.Inverse(40.0, 45.0, first.to[1], first.to[0])["s12"] == pytest.approx(
        first.to_km * 1000.0, abs=1e-3
    )
    assert found.sections.shapes["M1-S01"][0].tolist() == [45.0, 40.0]
    assert found.sections.shapes["M1-S01"][-1].tolist() == list(first.to)
    assert first.p_chance is None
    # b runs 10 m east of a and shows a's stations on ARM's side, in the west: displaced toward AZE.
    ten_m = GEOD.Inverse(40.02, 45.0, 40.02, 45.000117)["s12"]
    assert first.sources["b"].mean_m == pytest.approx(ten_m, abs=1.0)  # the last stations face the step
    assert found.stations[0].offset_m["b"][20] == pytest.approx(ten_m, abs=0.01)
    assert first.sources["b"].toward == "AZE"
    assert (first.sources["a"].mean_m, first.sources["a"].max_m, first.sources["a"].toward) == (
        0.0,
        0.0,
        None,
    )
    assert second.sources["b"].max_m == pytest.approx(854.0, abs=1.0)


@pytest.mark.parametrize(
    ("radii", "expected"),
    [
        pytest.param((50.0, 50.0), ["coincident", "differing"], id="both fine"),
        pytest.param((50.0, 2000.0), ["within-accuracy"], id="one coarse"),
        pytest.param((50.0, None), ["cannot-say"], id="one unknown"),
        pytest.param((None, None), ["cannot-say"], id="both unknown"),
        pytest.param((300.0, 300.0), ["within-accuracy", "differing"], id="neither fine"),
    ],
)
def test_verdicts_by_accuracy(radii, expected):
    case, tracing = a_case(
        [AXIS, stepped("b", 0.01)], [source("a", radii[0]), source("b", radii[1])], [piece(AXIS)]
    )
    assert [str(s.verdict) for s in along(case, tracing).sections.sections] == expected


def test_two_maps_on_either_side_differ_from_each_other():
    """60 m west and 60 m east of the axis: each within 100 m of it, 120 m from each other."""
    off = 60.0 / 85394.0
    west = limit("b", [[45.0 - off, 39.9], [45.0 - off, 40.2]])
    east = limit("c", [[45.0 + off, 39.9], [45.0 + off, 40.2]])
    both = [source("a", 2000.0), source("b"), source("c")]
    case, tracing = a_case([AXIS, west, east], both, [piece(AXIS)])
    assert [str(s.verdict) for s in along(case, tracing).sections.sections] == ["differing"]
    same_side = limit("c", [[45.0 - off, 39.9], [45.0 - off, 40.2]])
    case, tracing = a_case([AXIS, west, same_side], both, [piece(AXIS)])
    found = along(case, tracing)
    assert [str(s.verdict) for s in found.sections.sections] == ["coincident"]
    assert found.sections.sections[0].sources["b"].toward == "ARM"


def test_a_line_without_sides_is_compared_by_its_nearest_points():
    """60 m west, signed, and 60 m east without sides: 120 m apart all the same; no toward."""
    off = 60.0 / 85394.0
    west = limit("b", [[45.0 - off, 39.9], [45.0 - off, 40.2]])
    east = limit("c", [[45.0 + off, 39.9], [45.0 + off, 40.2]], sided=False)
    case, tracing = a_case([AXIS, west, east], [source("a", 2000.0), source("b"), source("c")], [piece(AXIS)])
    found = along(case, tracing)
    assert [str(s.verdict) for s in found.sections.sections] == ["differing"]
    assert found.sections.sections[0].sources["c"].toward is None
    assert found.sections.sections[0].sources["c"].mean_m == pytest.approx(60.0, abs=0.1)
    assert not found.stations[0].signed["c"].any()


def test_where_a_map_ends_it_reaches_no_further():
    half = limit("b", [[45.0001, 39.9], [45.0001, 40.05]])
    case, tracing = a_case([AXIS, half], [source("a"), source("b")], [piece(AXIS)])
    found = along(case, tracing)
    assert [str(s.verdict) for s in found.sections.sections] == ["coincident", "cannot-say"]
    assert "b" not in found.sections.sections[1].sources
    assert np.isnan(found.stations[0].offset_m["b"][-1])
    assert np.isnan(found.stations[0].nearest["b"][-1]).all()


def test_maps_that_end_at_one_tripoint_reach_it():
    """Both begin and end at the very same places: no cannot-say at the ends."""
    bent = limit("b", [[45.0, 40.0], [45.0001, 40.05], [45.0, 40.1]])
    case, tracing = a_case([AXIS, bent], [source("a"), source("b")], [piece(AXIS)])
    assert [str(s.verdict) for s in along(case, tracing).sections.sections] == ["coincident"]


def test_only_the_matched_piece_counts():
    """Where b shows another piece right on a's axis, it does not reach it."""
    other = limit("b", [[45.0, 39.9], [45.0, 40.2]], "X1")
    case, tracing = a_case([AXIS, other], [source("a"), source("b")], [piece(AXIS)])
    found = along(case, tracing)
    assert [str(s.verdict) for s in found.sections.sections] == ["cannot-say"]
    assert list(found.stations[0].offset_m) == ["a"]


def test_enclaves_have_sections_of_their_own_after_the_main_pieces():
    ring = [[45.2, 40.05], [45.21, 40.05], [45.21, 40.06], [45.2, 40.05]]
    enclave = limit("a", ring, "E1")
    case, tracing = a_case(
        [AXIS, enclave, stepped("b", 0.000117)],
        [source("a"), source("b")],
        [piece(enclave, PieceKind.ENCLAVE), piece(AXIS)],
    )
    assert [(s.id, str(s.verdict)) for s in along(case, tracing).sections.sections] == [
        ("M1-S01", "coincident"),
        ("E1-S01", "cannot-say"),
    ]


def test_copies_speak_once():
    """b and its copy c agree with each other and with nobody: one family, cannot-say."""
    a, b, c = source("a", None), source("b"), source("c")
    limits = [AXIS, stepped("b", 0.000117), stepped("c", 0.000117)]
    case, tracing = a_case(limits, [a, b, c], [piece(AXIS)])
    assert [str(s.verdict) for s in along(case, tracing).sections.sections] == ["coincident"]
    families = [Family(("a",), "a", {}), Family(("b", "c"), "b", {})]
    assert [str(s.verdict) for s in along(case, tracing, families).sections.sections] == ["cannot-say"]


def test_adding_a_copy_changes_no_verdict():
    limits = [AXIS, stepped("b", 0.01)]
    before = along(*a_case(limits, [source("a"), source("b")], [piece(AXIS)]))
    for name, original in (("c", "b"), ("0", "b"), ("0", "a")):
        copy = replace(limits[original == "b"], id=f"{name}/M1", source=name)
        families = [
            Family(tuple(sorted((name, original))), min(name, original), {}),
            Family(("b" if original == "a" else "a",), "b" if original == "a" else "a", {}),
        ]
        sources = sorted([source("a"), source("b"), source(name)], key=lambda s: s.info.id)
        after = along(*a_case([*limits, copy], sources, [piece(AXIS)]), families)
        assert shown(after) == shown(before), (name, original)


def districts(*features):
    made = tuple(Feature(name, {}, party, geometry, {}) for name, party, geometry in features)
    return Layer(LayerKind.DISTRICTS, "d", "0" * 64, "d", None, None, None, None, None, False, made, ())


SOUTH_NORTH = districts(
    ("south", "ARM", shapely.box(44.0, 39.0, 45.0, 40.03)),
    ("north", "ARM", shapely.box(44.0, 40.03, 45.0, 41.0)),
    ("all", "AZE", shapely.box(45.0, 39.0, 46.0, 41.0)),
)


def test_a_change_of_district_parts_a_section():
    case, tracing = a_case(
        [AXIS, stepped("b", 0.000117)], [source("a"), source("b")], [piece(AXIS)], [SOUTH_NORTH]
    )
    found = along(case, tracing)
    first, second = found.sections.sections
    at_km = GEOD.Inverse(40.0, 45.0, 40.03, 45.0)["s12"] / 1000.0
    assert first.to_km == pytest.approx(at_km, abs=0.051)
    assert first.districts == {"ARM": ("south",), "AZE": ("all",)}
    assert second.districts == {"ARM": ("north",), "AZE": ("all",)}
    got = {d["id"]: d["axis_km"] for d in found.districts}
    assert got["all"] == pytest.approx(LENGTH_M / 1000.0, abs=1e-6)
    assert got["south"] == pytest.approx(at_km, abs=0.051)
    assert got["south"] + got["north"] == pytest.approx(got["all"], abs=1e-9)


def notched(radius_b_m, tolerance_m):
    """b is 150 m off on a stretch of 300 m, c is near all along."""
    near, off = 45.000117, 45.0 + 150.0 / 85394.0
    notch = [[near, 39.99], [near, 40.05], [off, 40.05001], [off, 40.0527], [near, 40.05271], [near, 40.11]]
    limits = [AXIS, limit("b", notch), limit("c", [[near, 39.99], [near, 40.11]])]
    sources = [source("a"), source("b", radius_b_m), source("c")]
    case, tracing = a_case(limits, sources, [piece(AXIS)], min_section_m=500.0, tolerance_m=tolerance_m)
    return along(case, tracing).sections


def test_a_short_differing_section_stays():
    found = notched(50.0, 100.0)
    assert [str(s.verdict) for s in found.sections] == ["coincident", "differing", "coincident"]
    assert (
        0.0 < found.sections[1].length_km <= 0.3
    )  # at both ends of the notch the nearest point is before it
    assert found.findings == ()


def test_a_coarse_map_does_not_break_a_section():
    """b is not able to tell: its notch neither vetoes nor confirms."""
    assert [str(s.verdict) for s in notched(160.0, 100.0).sections] == ["coincident"]


def test_a_joined_stretch_is_told_with_its_own_verdict():
    """District `sliver` is the nearest for 200 m only."""
    sliver = districts(
        ("south", "ARM", shapely.box(44.0, 39.0, 44.999, 41.0)),
        ("sliver", "ARM", shapely.box(44.9995, 40.05, 45.0, 40.0518)),
    )
    case, tracing = a_case(
        [AXIS, stepped("b", 0.000117)],
        [source("a"), source("b")],
        [piece(AXIS)],
        [sliver],
        min_section_m=500.0,
    )
    found = along(case, tracing)
    assert [s.id for s in found.sections.sections] == ["M1-S01"]
    assert found.sections.sections[0].districts["ARM"] == ("sliver", "south")
    (note,) = found.sections.findings
    assert note.code == "short-section-joined"
    assert note.values["stretches"][0]["verdict"] == "coincident"
    assert note.values["longest_m"] < 500.0
    assert note.place[1] == pytest.approx(40.0509, abs=0.001)
    assert note.message.startswith("section M1-S01 (coincident) holds 1 stretch(es) shorter than 500 m")


def test_places_beside_the_axis_find_their_section():
    case, tracing = a_case([AXIS, stepped("b", 0.01)], [source("a"), source("b")], [piece(AXIS)])
    found = along(case, tracing)
    places = np.array([[45.1, 40.01], [44.9, 40.09], [45.0, 39.0], [45.0, 41.0]])
    assert found.section_of(places) == ["M1-S01", "M1-S02", "M1-S01", "M1-S02"]


def test_places_are_referred_to_the_chainage_of_their_foot():
    """Beside a line of many edges along a parallel and a meridian; by geographiclib."""
    line = limit("a", [[45.0, 40.0], [45.0, 40.02], [45.0, 40.05], [45.03, 40.05], [45.1, 40.05]])
    index = AxisIndex([piece(AXIS), piece(line)], WGS84)
    up_m = GEOD.Inverse(40.0, 45.0, 40.05, 45.0)["s12"]
    # Along 40.05 N: the length of the parallel itself.
    per_degree_m = (
        WGS84.a_m * np.cos(np.radians(40.05)) / np.sqrt(1 - WGS84.e2 * np.sin(np.radians(40.05)) ** 2)
    )
    got = index.refer(np.array([[45.06, 40.049], [45.02, 40.051]]))
    assert got.piece.tolist() == [1, 1]
    expected = [up_m + per_degree_m * np.radians(0.06), up_m + per_degree_m * np.radians(0.02)]
    assert got.chainage_m == pytest.approx(expected, abs=1e-3)
    alone = AxisIndex([piece(line)], WGS84).refer(np.array([[44.9999, 40.035]]))
    assert alone.chainage_m[0] == pytest.approx(GEOD.Inverse(40.0, 45.0, 40.035, 45.0)["s12"], abs=1e-3)


def test_without_an_axis_there_are_no_sections():
    case, tracing = a_case([AXIS], [source("a")], [])
    found = along(case, replace(tracing, axis_source=None))
    assert (found.sections.sections, found.districts, found.stations) == ((), (), ())
    assert found.section_of(np.zeros((2, 2))) == [None, None]


def test_the_verdicts_are_those_of_the_catalogue():
    assert [str(v) for v in Verdict] == ["differing", "cannot-say", "within-accuracy", "coincident"]
