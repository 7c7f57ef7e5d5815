"""Labels of faces: what each kind of source says, and where it is silent."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

import merestone.compare.overlay as module
from merestone.compare.overlay import overlay
from merestone.geometry.areas import areas_m2
from merestone.model.sources import Party, Source, SourceInfo, SourceKind

PARTIES = (Party("ARM", {}), Party("AZE", {}))
CORRIDOR = shapely.MultiPolygon([shapely.box(44.5, 39.5, 45.5, 40.5)])
WEST, EAST = shapely.box(44, 39, 45, 41), shapely.box(45, 39, 46, 41)


def a_source(name, *, covers=None, lines=None, **sides):
    kind = SourceKind.LINES if lines else SourceKind.TWO_SIDED if len(sides) == 2 else SourceKind.ONE_SIDED
    return Source(
        info=SourceInfo(name, kind, "0" * 64, name),
        sides={party: multi(area) for party, area in sides.items()},
        lines=shapely.MultiLineString(lines) if lines else None,
        covers=None if covers is None else multi(covers),
        drawn=None,
        findings=(),
    )


def multi(area):
    return shapely.MultiPolygon(list(shapely.get_parts(area)))


def km2(area):
    return float(areas_m2(np.array([area & CORRIDOR], dtype=object))[0]) / 1e6


def shown_km2(laid, source):
    """Area by label, added up face by face."""
    column = laid.sources.index(source)
    found = {}
    for code, area_m2 in zip(laid.codes[:, column], laid.faces.areas_m2, strict=True):
        label = laid.vocabulary.labels[code]
        found[label] = found.get(label, 0.0) + float(area_m2) / 1e6
    return found


def test_a_two_sided_source_says_party_both_or_neither():
    # The sides overlap by 0.1° in the south and leave a gap of 0.2° in the north.
    arm = shapely.union_all([shapely.box(44, 39, 45.1, 40), shapely.box(44, 40, 45, 41)])
    aze = shapely.union_all([shapely.box(45, 39, 46, 40), shapely.box(45.2, 40, 46, 41)])
    laid = overlay(PARTIES, [a_source("one", ARM=arm, AZE=aze)], CORRIDOR)
    expected = {
        "ARM": km2(arm - aze),
        "AZE": km2(aze - arm),
        "both": km2(arm & aze),
        "neither": km2(CORRIDOR - arm - aze),
    }
    assert shown_km2(laid, "one") == pytest.approx(expected, rel=1e-9)
    assert laid.findings == ()


@pytest.mark.parametrize("party", ["ARM", "AZE"])
def test_a_one_sided_source_says_its_party_or_not(party):
    laid = overlay(PARTIES, [a_source("alone", **{party: EAST})], CORRIDOR)
    assert shown_km2(laid, "alone") == pytest.approx({party: km2(EAST), f"not-{party}": km2(WEST)}, rel=1e-9)
    assert laid.one_sided == (party,)
    column = laid.codes[:, 0].tolist()
    said = {laid.vocabulary.labels[code]: laid.says([code], party)[0] for code in column}
    assert said == {party: True, f"not-{party}": False}
    other = "AZE" if party == "ARM" else "ARM"
    assert {laid.says([code], other) for code in column} == {(None,)}


def test_outside_what_it_covers_a_source_is_silent():
    covers = shapely.box(44.7, 39, 47, 42)
    laid = overlay(PARTIES, [a_source("one", ARM=WEST, AZE=EAST, covers=covers)], CORRIDOR)
    expected = {"ARM": km2(WEST & covers), "AZE": km2(EAST), "silent": km2(WEST - covers)}
    assert shown_km2(laid, "one") == pytest.approx(expected, rel=1e-9)


TWO_SIDED = a_source("areas", ARM=WEST, AZE=EAST)


def test_lines_that_part_the_corridor_get_the_labels_of_the_others():
    line = [(45.05, 39.0), (45.02, 40.0), (45.05, 41.0)]
    laid = overlay(PARTIES, [TWO_SIDED, a_source("lines", lines=[line])], CORRIDOR)
    west = shapely.Polygon([*line, (44, 41), (44, 39)])
    expected = {"ARM": km2(west), "AZE": km2(shapely.box(44, 39, 46, 41) - west)}
    assert shown_km2(laid, "lines") == pytest.approx(expected, rel=1e-9)
    (note,) = laid.findings
    assert (note.code, note.source) == ("lines-labelled-by-others", "lines")
    assert note.values["area_km2"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([[(45.05, 39.0), (45.02, 40.0)]], id="ends within the corridor"),
        pytest.param([[(45.05, 39.0), (45.02, 40.0)], [(45.02, 40.001), (45.05, 41.0)]], id="leaves a gap"),
        pytest.param([[(44.0, 39.0), (44.1, 41.0)]], id="passes by"),
        pytest.param([[(44.5, 39.0), (44.5, 41.0)]], id="along the edge of the corridor"),
    ],
)
def test_lines_that_do_not_part_the_corridor_are_silent(lines):
    laid = overlay(PARTIES, [TWO_SIDED, a_source("lines", lines=lines)], CORRIDOR)
    assert shown_km2(laid, "lines") == pytest.approx({"silent": km2(CORRIDOR)})
    assert [note.code for note in laid.findings] == ["lines-part-nothing"]


def test_a_closed_line_labels_what_it_encloses_and_leaves_the_rest_silent():
    pocket = shapely.box(44.7, 39.8, 44.8, 39.9)
    areas = a_source("areas", ARM=WEST - pocket, AZE=shapely.union_all([EAST, pocket]))
    ring = list(shapely.box(44.71, 39.8, 44.8, 39.9).exterior.coords)
    laid = overlay(PARTIES, [areas, a_source("lines", lines=[ring])], CORRIDOR)
    inner = shapely.Polygon(ring)
    assert shown_km2(laid, "lines") == pytest.approx(
        {"AZE": km2(inner), "silent": km2(CORRIDOR - inner)}, rel=1e-9
    )
    assert laid.findings[0].code == "lines-labelled-by-others"


def test_lines_say_nothing_where_no_source_shows_either_party():
    """Beyond a tripoint the line goes on between others: their land is not the parties'."""
    north = shapely.box(44, 40.2, 46, 41)
    areas = a_source("areas", ARM=WEST - north, AZE=EAST - north)
    laid = overlay(PARTIES, [areas, a_source("lines", lines=[[(45, 39), (45, 41)]])], CORRIDOR)
    expected = {"ARM": km2(WEST - north), "AZE": km2(EAST - north), "silent": km2(north)}
    assert shown_km2(laid, "lines") == pytest.approx(expected, rel=1e-9)


def test_a_region_between_lines_may_be_neither():
    north = shapely.box(44, 40.2, 46, 41)
    areas = a_source("areas", ARM=WEST - north, AZE=EAST - north)
    lines = [[(45, 39), (45, 40.21)], [(44, 40.21), (46, 40.21)]]
    laid = overlay(PARTIES, [areas, a_source("lines", lines=lines)], CORRIDOR)
    assert shown_km2(laid, "lines")["neither"] == pytest.approx(km2(shapely.box(44, 40.21, 46, 41)), rel=1e-9)


def test_lines_alone_with_nobody_to_say_a_side():
    laid = overlay(PARTIES, [a_source("lines", lines=[[(45, 39), (45, 41)]])], CORRIDOR)
    assert set(shown_km2(laid, "lines")) == {"silent"}


def test_the_order_of_sources_does_not_matter_and_exchanged_parties_exchange_the_labels():
    sources = [
        a_source("a", ARM=WEST, AZE=EAST),
        a_source("b", AZE=shapely.box(44.9, 39, 46, 41)),
        a_source("c", lines=[[(45.1, 39), (45.2, 41)]]),
    ]
    laid, again = overlay(PARTIES, sources, CORRIDOR), overlay(PARTIES, sources[::-1], CORRIDOR)
    np.testing.assert_array_equal(laid.codes, again.codes)
    np.testing.assert_array_equal(laid.faces.areas_m2, again.faces.areas_m2)
    other = {"ARM": "AZE", "AZE": "ARM"}
    swapped = [
        a_source("a", ARM=EAST, AZE=WEST),
        a_source("b", ARM=shapely.box(44.9, 39, 46, 41)),
        sources[2],
    ]
    mirrored = overlay(PARTIES, swapped, CORRIDOR)
    np.testing.assert_array_equal(mirrored.faces.areas_m2, laid.faces.areas_m2)
    for mine, theirs in zip(laid.codes.tolist(), mirrored.codes.tolist(), strict=True):
        expected = {
            k: label.replace(label[-3:], other.get(label[-3:], label[-3:]))
            for k, label in laid.labels_of(mine).items()
        }
        assert mirrored.labels_of(theirs) == expected


@pytest.mark.parametrize(("missing_m2", "code"), [(0.02, "overlay-snapped"), (50.0, "overlay-incomplete")])
def test_what_could_not_be_cut_exactly_is_told(monkeypatch, missing_m2, code):
    true_faces = module.faces

    def snapped(*args):
        return replace(true_faces(*args), snapped_m=1e-6, missing_m2=missing_m2)

    monkeypatch.setattr(module, "faces", snapped)
    (note,) = overlay(PARTIES, [TWO_SIDED], CORRIDOR).findings
    assert note.code == code
    assert note.values == {"grid_m": 1e-6, "missing_m2": missing_m2}
