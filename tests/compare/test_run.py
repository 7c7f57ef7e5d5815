"""The whole comparison: the mirror to the byte, and what must not matter."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merestone.compare.mirror import mirror
from merestone.compare.run import compare
from merestone.errors import BadInputError
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import (
    Case,
    Feature,
    Layer,
    LayerKind,
    Party,
    Source,
    SourceInfo,
    SourceKind,
    Standing,
)
from merestone.publish.jsonform import comparison_json, comparison_tree

TOOL = {"name": "merestone", "version": "0", "libraries": {}}
EXCHANGED = {"ARM": "AZE", "AZE": "ARM"}
SMALL = Settings(corridor_m=3000.0, facing_m=1000.0)
"""A narrow corridor keeps the overlay of small cases quick."""


# Cases


def border(*east, south=40.0, step=0.01):
    """From south to north, at `east` thousandths of a degree east of 45° E."""
    return np.array([[45.0 + 0.001 * e, south + step * k] for k, e in enumerate(east)])


def west_of(line, edge=44.9):
    """Land between a meridian in the west and the line."""
    corners = [(edge, line[-1, 1]), (edge, line[0, 1])]
    return shapely.MultiPolygon([shapely.Polygon([*map(tuple, line), *corners])])


def east_of(line, edge=45.1):
    return west_of(line, edge)


def info(name, radius_m=50.0, *, kind=SourceKind.TWO_SIDED, assumed=False, **about):
    accuracy = (
        None if radius_m is None else Accuracy(Measure.CE95, radius_m, assumed, "ARM" if assumed else None)
    )
    return SourceInfo(
        name,
        kind,
        about.pop("sha256", name.encode().hex().ljust(64, "0")),
        name,
        accuracy=accuracy,
        accuracy_95_m=radius_m,
        **about,
    )


def two_sided(name, line, radius_m=50.0, *, second=None, **about):
    """ARM west of `line`, AZE east of it, or of `second` where the sides are drawn apart."""
    sides = {"ARM": west_of(line), "AZE": east_of(line if second is None else second)}
    return Source(info(name, radius_m, **about), sides, None, None, None, ())


def one_sided(name, line, radius_m=50.0, **about):
    kind = SourceKind.ONE_SIDED
    return Source(info(name, radius_m, kind=kind, **about), {"AZE": east_of(line)}, None, None, None, ())


def lines_only(name, line, radius_m=50.0, **about):
    lines = shapely.MultiLineString([line])
    return Source(info(name, radius_m, kind=SourceKind.LINES, **about), {}, lines, None, None, ())


def districts():
    shapes = [
        ("w1", "ARM", shapely.box(44.9, 39.0, 45.0, 40.03)),
        ("w2", "ARM", shapely.box(44.9, 40.03, 45.0, 41.0)),
    ]
    shapes.append(("e1", "AZE", shapely.box(45.0, 39.0, 45.1, 41.0)))
    made = tuple(Feature(name, {"en": name}, party, shape, {}) for name, party, shape in shapes)
    return Layer(LayerKind.DISTRICTS, "d.gpkg", "0" * 64, "d", None, None, None, None, None, False, made, ())


def a_case(*sources, layers=(), parameters=SMALL):
    parties = (Party("ARM", {"en": "Armenia"}), Party("AZE", {"en": "Azerbaijan"}))
    ordered = tuple(sorted(sources, key=lambda s: s.info.id))
    return Case("A case", "0" * 64, "ARM", parties, parameters, ordered, tuple(layers), ())


def with_enclave(source, where=(44.93, 40.02), size=0.008):
    """A square of AZE within ARM."""
    ring = shapely.box(where[0], where[1], where[0] + size, where[1] + size)
    sides = {
        "ARM": shapely.MultiPolygon([source.sides["ARM"].geoms[0].difference(ring)]),
        "AZE": shapely.MultiPolygon([*source.sides["AZE"].geoms, ring]),
    }
    return replace(source, sides=sides)


ONE = border(0, 2, -1, 3, 0, 1, -2, 0, 1)
TWO = border(1, 2, 4, 9, 12, 6, 1, 0, 0)
APART = TWO + np.array([0.002, 0.0]) * np.array([[0], [0], [1], [1], [0], [0], [1], [1], [0]])


def everything():
    """Every kind of source, sides apart, an enclave, standing, dates, districts, an assumed accuracy."""
    standing = Standing(("ARM",), ("ARM", "AZE"), (), (("ARM", "too coarse"), ("AZE", "another line")))
    return a_case(
        with_enclave(two_sided("a", ONE, date="2017", standing=standing)),
        two_sided("b", TWO, 80.0, second=APART, assumed=True, date="2019-05"),
        one_sided("c", border(0, 1, 1, 1, 2, 1, 0, 1, 1), 2000.0),
        lines_only("d", border(0, 3, 3, 3, 2, 3, 3, 3, 0), None),
        with_enclave(two_sided("e", ONE + np.array([0.0003, 0.0]), 30.0), (44.931, 40.021)),
        layers=[districts()],
    )


def exchanged(case):
    """The same dossier with the ids of the parties exchanged: names go with the land."""
    swap = EXCHANGED

    def source(s):
        was = s.info.standing
        parties = [
            tuple(sorted(swap[p] for p in listed))
            for listed in (was.offered_by, was.available_to, was.accepted_by)
        ]
        standing = Standing(*parties, tuple(sorted((swap[p], reason) for p, reason in was.contested_by)))
        accuracy = s.info.accuracy
        if accuracy is not None and accuracy.assumed_by is not None:
            accuracy = replace(accuracy, assumed_by=swap.get(accuracy.assumed_by, accuracy.assumed_by))
        sides = {party: s.sides[swap[party]] for party in sorted(swap) if swap[party] in s.sides}
        return replace(s, info=replace(s.info, standing=standing, accuracy=accuracy), sides=sides)

    def layer(at):
        features = tuple(replace(f, party=swap.get(f.party, f.party)) for f in at.features)
        return replace(at, features=features)

    names = {party.id: party.names for party in case.parties}
    return replace(
        case,
        oriented=swap[case.oriented],
        parties=tuple(Party(party, names[swap[party]]) for party in sorted(swap)),
        sources=tuple(map(source, case.sources)),
        layers=tuple(map(layer, case.layers)),
    )


def result(case):
    return compare(case, tool=TOOL)


@pytest.fixture(scope="module")
def full():
    """The comparison of `everything`."""
    return result(everything())


def text(comparison):
    return comparison_json(comparison).decode()


# The mirror


@pytest.fixture(scope="module")
def full_exchanged():
    return result(exchanged(everything()))


def test_the_mirror_is_the_comparison_of_the_exchanged_dossier(full, full_exchanged):
    assert text(mirror(full)) == text(full_exchanged)
    assert text(mirror(mirror(full))) == text(full)
    assert text(mirror(full)) != text(full)


def test_the_mirror_turns_the_geometry_too(full, full_exchanged):
    one, other = mirror(full).shapes, full_exchanged.shapes
    for a, b in zip(one.stations, other.stations, strict=True):
        for name in a.offset_m:
            assert np.array_equal(a.offset_m[name], b.offset_m[name], equal_nan=True)
    for a, b in zip(one.tracing.sources, other.tracing.sources, strict=True):
        for x, y in zip(a.limits, b.limits, strict=True):
            assert (x.id, x.party, x.piece) == (y.id, y.party, y.piece)
            assert sorted(s.coords.tolist() for s in x.strands) == sorted(
                s.coords.tolist() for s in y.strands
            )
    assert [p.first_on_left for p in one.tracing.pieces] == [p.first_on_left for p in other.tracing.pieces]
    assert [list(s.sides) for s in one.sources] == [list(s.sides) for s in other.sources]
    assert [s.info for s in one.sources] == [s.info for s in other.sources]
    assert [[f.party for f in layer.features] for layer in one.layers] == [
        [f.party for f in layer.features] for layer in other.layers
    ]


wiggle = st.lists(st.integers(-6, 6), min_size=5, max_size=5)


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(wiggle, wiggle, wiggle, st.booleans(), st.booleans())
def test_the_mirror_of_any_lines(one, two, three, apart, enclave):
    line = border(*two)
    second = line + np.array([0.0015, 0.0]) if apart else None
    a = two_sided("a", border(*one))
    case = a_case(
        with_enclave(a, (44.95, 40.012)) if enclave else a,
        two_sided("b", line, 120.0, second=second),
        one_sided("c", border(*three), None),
    )
    assert text(mirror(result(case))) == text(result(exchanged(case)))


# What must not matter


def test_neither_the_order_of_sources_nor_the_direction_of_rings_matters(full):
    case = everything()
    turned = tuple(
        replace(s, sides={p: shapely.reverse(area) for p, area in s.sides.items()})
        for s in reversed(case.sources)
    )
    again = replace(case, sources=turned, parties=case.parties[::-1])
    assert text(result(again)) == text(full)


def flat(tree, path=""):
    """Every figure and word with its path."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from flat(value, f"{path}/{key}")
    elif isinstance(tree, list):
        for k, value in enumerate(tree):
            yield from flat(value, f"{path}/{k}")
    else:
        yield path, tree


def assert_alike(one, two, ignored=()):
    """The same structure and words; figures within a few units of rounding."""
    a, b = dict(flat(comparison_tree(one))), dict(flat(comparison_tree(two)))
    skipped = [path for path in {*a, *b} if any(part in path for part in ignored)]
    for path in skipped:
        a.pop(path, None)
        b.pop(path, None)
    assert a.keys() == b.keys()
    for path, value in a.items():
        if isinstance(value, float):
            # Coordinates of 1e-9 degrees are 0.1 mm; a shift rests on thousands of them.
            assert b[path] == pytest.approx(value, abs=0.011 if "shift" in path else 0.0021), path
        else:
            assert b[path] == value, path


def moved_east(case, degrees):
    def east(geometry):
        return shapely.transform(geometry, lambda c: c + np.array([degrees, 0.0]))

    sources = tuple(
        replace(
            s,
            sides={p: east(a) for p, a in s.sides.items()},
            lines=None if s.lines is None else east(s.lines),
        )
        for s in case.sources
    )
    layers = tuple(
        replace(at, features=tuple(replace(f, geometry=east(f.geometry)) for f in at.features))
        for at in case.layers
    )
    return replace(case, sources=sources, layers=layers)


def test_moving_east_across_the_antimeridian_changes_nothing_but_longitudes():
    case = a_case(two_sided("a", ONE), two_sided("b", TWO, 80.0), layers=[districts()])
    places = ("max_at", "/start", "/end", "/from/", "/to/", "/point", "/place", "message", "lon")
    assert_alike(result(case), result(moved_east(case, 135.0)), ignored=places)


def test_splitting_edges_changes_nothing():
    def split(geometry):
        return shapely.segmentize(geometry, 0.006)

    case = a_case(two_sided("a", ONE), two_sided("b", TWO, 80.0))
    sources = tuple(replace(s, sides={p: split(a) for p, a in s.sides.items()}) for s in case.sources)
    assert_alike(result(case), result(replace(case, sources=sources)), ignored=("vertices",))


def test_a_source_with_itself_is_all_zero_and_one_family():
    one = two_sided("a", ONE, sha256="f" * 64)
    again = replace(one, info=replace(one.info, id="b"))
    found = result(a_case(one, again))
    assert [family.members for family in found.families] == [("a", "b")]
    for pair in found.pairs:
        for figures in (pair.offsets_m.all, pair.offsets_m.main):
            assert (figures.mean_abs, figures.max_abs, figures.signed_mean, figures.toward) == (
                0.0,
                0.0,
                0.0,
                None,
            )
        assert (pair.hausdorff_m, pair.offsets_m.main.unmatched_km) == (0.0, 0.0)
    assert found.differences.listed == ()
    assert found.differences.smaller.count == 0
    assert {str(section.verdict) for section in found.sections} == {"cannot-say"}
    assert any(note.code == "copies-counted-once" for note in found.findings)


@pytest.mark.parametrize(("name", "original"), [("z", "a"), ("0", "a"), ("z", "b"), ("0", "b")])
def test_adding_a_copy_changes_no_verdict(name, original):
    case = a_case(two_sided("a", ONE), two_sided("b", TWO, 80.0))
    source = next(s for s in case.sources if s.info.id == original)
    copy = replace(source, info=replace(source.info, id=name))
    before, after = result(case), result(a_case(*case.sources, copy))
    names = [[(s.id, str(s.verdict)) for s in found.sections] for found in (before, after)]
    assert names[0] == names[1]
    breaks_km = [[s.to_km for s in found.sections] for found in (before, after)]
    assert breaks_km[0] == pytest.approx(breaks_km[1], abs=1e-9)
    for one, two in zip(before.sections, after.sections, strict=True):
        assert one.sources.get("b") == two.sources.get("b")


# What is in it


def test_sections_cover_the_axis_and_differences_belong_to_them(full):
    found = full
    for piece in found.axis.pieces:
        on = [s for s in found.sections if s.piece == piece.id]
        assert sum(s.length_km for s in on) == pytest.approx(piece.length_km, abs=1e-9)
        assert [s.id for s in on] == [f"{piece.id}-S{k:02d}" for k in range(1, len(on) + 1)]
        assert (on[0].from_, on[-1].to) == (piece.start, piece.end)
    for section in found.sections:
        assert section.differences == tuple(d.id for d in found.differences.listed if d.section == section.id)
    between = sum(d.area_km2 for d, _ in found.shapes.differences if d.kind == "between")
    assert sum(s.area_km2 for s in found.sections) == pytest.approx(between, abs=1e-9)


def test_matrices_are_transposes_and_add_up(full):
    found = full
    pairs = {(pair.from_, pair.to): pair for pair in found.pairs}
    for (one, two), pair in pairs.items():
        turned = {">".join(reversed(key.split(">"))): area for key, area in pairs[two, one].areas_km2.items()}
        assert pair.areas_km2 == dict(sorted(turned.items()))
        own = next(s for s in found.sources if s.id == one).areas_km2
        for label, area in own.items():
            row = sum(km2 for key, km2 in pair.areas_km2.items() if key.split(">")[0] == label)
            assert row == pytest.approx(area, abs=1e-9)


def test_findings_about_a_source_stand_with_it(full):
    found = full
    ids = {s.id for s in found.sources}
    assert all(note.source == s.id for s in found.sources for note in s.findings)
    assert all(note.source not in ids for note in found.findings)
    assert [n.values["sources"] for n in found.findings if n.code == "dates-differ"] == [["a", "b"]]


def test_what_rests_on_an_assumed_accuracy_says_so(full):
    pairs = {(pair.from_, pair.to): pair for pair in full.pairs}
    assert pairs["a", "b"].assumed
    assert not pairs["a", "e"].assumed


def test_parameters_are_the_settings_that_were_used():
    found = result(
        a_case(two_sided("a", ONE), two_sided("b", TWO), parameters=replace(SMALL, station_m=250.0))
    )
    assert found.parameters["station_m"] == 250.0
    assert found.parameters["axis"] is None
    assert set(found.parameters) == {f.name for f in Settings.__dataclass_fields__.values()}
    assert found.dossier == {"title": "A case", "sha256": "0" * 64, "oriented": "ARM"}


def test_no_common_boundary_is_an_answer():
    """The parties lie 40 km apart in both sources."""
    far = border(500, 500, 500)
    sources = [
        Source(info(name), {"ARM": west_of(ONE), "AZE": east_of(far, 45.6)}, None, None, None, ())
        for name in "ab"
    ]
    found = result(a_case(*sources))
    assert found.axis is None
    assert found.sections == ()
    assert [str(pair.verdict) for pair in found.pairs] == ["cannot-say", "cannot-say"]
    assert comparison_json(found)


def test_one_source_is_no_comparison():
    with pytest.raises(BadInputError, match="at least two sources, 1 given"):
        result(a_case(two_sided("a", ONE)))
