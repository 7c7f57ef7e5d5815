"""Copies and families by hand-made drawings; the dossier's own word; order never matters."""

from itertools import permutations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.courses import courses_of
from merestone.compare.families import (
    Drawing,
    copied,
    drawing_of,
    families,
    family_findings,
    family_names,
    rounded_places,
)
from merestone.compare.layers import layers_outside, layers_sharing_vertices
from merestone.compare.targets import Target
from merestone.geometry.nearest import EdgeIndex
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, Strand
from merestone.model.sources import Feature, Layer, LayerKind, Source, SourceInfo, SourceKind

RNG = np.random.default_rng(5)
LINE = np.column_stack([np.linspace(45.0, 46.0, 101), 40.0 + np.round(RNG.uniform(0.0, 0.05, 101), 6)])


def drawing(name, coords, **about):
    info = SourceInfo(name, SourceKind.TWO_SIDED, about.pop("sha256", name.ljust(64, "0")), name, **about)
    coords = np.asarray(coords, dtype=float)
    return Drawing(info, np.unique(coords, axis=0), lambda: EdgeIndex([coords]))


def grouped(*drawings):
    return [family.members for family in families(drawings, WGS84)]


def test_maps_of_their_own_are_families_of_one():
    other = LINE + np.array([0.0, 0.0003])
    assert grouped(drawing("a", LINE), drawing("b", other)) == [("a",), ("b",)]


def test_one_file_twice_is_one_family():
    a, b = drawing("a", LINE, sha256="f" * 64), drawing("b", LINE[:0], sha256="f" * 64)
    assert grouped(a, b) == [("a", "b")]
    assert copied(a, b, WGS84).by == "same-file"


@pytest.mark.parametrize(("kept", "is_copy"), [(81, True), (79, False)])
def test_four_fifths_of_the_vertices_make_a_copy(kept, is_copy):
    """The other 20 % are moved by 30 m, far off the line."""
    edited = LINE[:100].copy()
    edited[kept:] += [0.0, 0.0003]
    found = copied(drawing("a", LINE), drawing("b", edited), WGS84)
    assert (found is not None) is is_copy
    if found:
        assert (found.by, found.share) == ("shared-vertices", kept / 100)


def test_the_share_is_of_the_source_with_fewer_vertices():
    """A copy of a part, in a map that goes on elsewhere; and the whole in the part."""
    longer = np.concatenate([LINE, LINE + np.array([2.0, 0.0])])
    assert copied(drawing("a", LINE[:30]), drawing("b", longer), WGS84).share == 1.0
    assert copied(drawing("b", longer), drawing("a", LINE[:30]), WGS84).share == 1.0


def test_rounded_copies_are_found_at_the_decimals_of_the_coarser_file():
    coarse = drawing("b", np.round(LINE, 4), coordinate_decimals=4)
    assert copied(drawing("a", LINE), coarse, WGS84).by == "shared-vertices"
    assert copied(drawing("a", LINE), drawing("b", np.round(LINE, 4)), WGS84) is None


def test_a_thinned_copy_with_other_vertices_lies_on_the_line():
    """Middles of every edge: no vertex in common, all of them on the line."""
    middles = (LINE[:-1] + LINE[1:]) / 2.0
    found = copied(
        drawing("a", LINE, coordinate_decimals=7), drawing("b", middles, coordinate_decimals=6), WGS84
    )
    assert (found.by, found.share, found.decimals) == ("on-the-line", 0.0, 6)
    moved = middles.copy()
    moved[50] += [0.0, 3e-5]  # one vertex more than 1 m off; the last decimal is 0.11 m
    assert copied(drawing("a", LINE), drawing("b", moved, coordinate_decimals=6), WGS84) is None


def test_a_copy_drawn_beyond_the_antimeridian_is_found():
    assert (
        copied(drawing("a", LINE), drawing("b", LINE + np.array([360.0, 0.0])), WGS84).by == "shared-vertices"
    )


def test_a_source_without_limits_copies_nobody():
    assert copied(drawing("a", LINE), drawing("b", LINE[:0]), WGS84) is None
    assert copied(drawing("b", LINE[:0]), drawing("a", LINE), WGS84) is None


def test_rounded_places_are_counted_once():
    places = rounded_places(
        np.array([[45.0004, 40.0], [45.0, 40.0004], [405.0, 40.0], [-0.0, -0.0], [0.0, 0.0]]), 3
    )
    assert places.tolist() == [0j, 45000 + 40000j]


def test_families_are_connected_components():
    """b has half of a and half of c, which share nothing with each other."""
    a, c = drawing("a", LINE[:40]), drawing("c", LINE[60:])
    b = drawing("b", np.concatenate([LINE[:40], LINE[60:]]))
    for order in permutations((a, b, c)):
        assert grouped(*order) == [("a", "b", "c")]


def test_the_dossier_decides():
    apart = [drawing("a", LINE, family="x"), drawing("b", LINE, family="y"), drawing("c", LINE)]
    assert grouped(*apart) == [("a",), ("b",), ("c",)]
    together = [drawing("a", LINE, family="x"), drawing("b", LINE + np.array([0.0, 0.01]), family="x")]
    assert grouped(*together) == [("a", "b")]
    joins = [drawing("a", LINE), drawing("b", LINE + np.array([0.0, 0.01]), family="a"), drawing("c", LINE)]
    assert grouped(*joins) == [("a", "b", "c")]
    found = families(together, WGS84)
    assert found[0].evidence == {"named": "x"}
    assert family_names(found, [d.info for d in together]) == {"a": "x", "b": "x"}
    assert family_findings(found, WGS84) == []


def test_the_most_accurate_member_stands_for_the_family():
    found = families(
        [
            drawing("a", LINE),
            drawing("b", LINE, accuracy_95_m=50.0),
            drawing("c", LINE, accuracy_95_m=50.0),
            drawing("d", LINE, accuracy_95_m=90.0),
        ],
        WGS84,
    )
    assert [family.representative for family in found] == ["b"]
    assert found[0].evidence["copies"][0]["by"] == "shared-vertices"
    note = family_findings(found, WGS84)[0]
    assert note.message == "a, b, c, d copy one another and are counted once: b speaks for them"


@pytest.mark.parametrize(("decimals", "doubted"), [(2, True), (3, False)])
def test_copies_by_coarse_coordinates_are_doubted(decimals, doubted):
    near = drawing("b", LINE + 0.4 * 10.0**-decimals, coordinate_decimals=decimals)
    found = families([drawing("a", LINE), near], WGS84)
    assert [family.members for family in found] == [("a", "b")]
    notes = family_findings(found, WGS84)
    assert [note.code for note in notes] == ["copies-counted-once", *["copies-coarse"] * doubted]
    if doubted:
        assert notes[1].values["last_decimal_m"] == 1113.195  # 0.01 degree of 6378137 m, to a millimetre


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_the_order_of_sources_does_not_matter(order, copies):
    shapes = [LINE + np.array([0.0, 0.01 * (0 if k in copies else k + 1)]) for k in range(4)]
    drawings = [drawing("abcd"[k], shapes[k], accuracy_95_m=100.0 - k) for k in range(4)]
    assert families([drawings[k] for k in order], WGS84) == families(drawings, WGS84)


def test_only_vertices_of_the_source_itself_count():
    """The strand has a node that tracing put in; the polygon has vertices away from the limit."""
    square = shapely.Polygon([(45.0, 40.0), (46.0, 40.0), (46.0, 41.0), (45.0, 41.0)])
    info = SourceInfo("a", SourceKind.TWO_SIDED, "0" * 64, "a")
    source = Source(info, {"ARM": shapely.MultiPolygon([square])}, None, None, None, ())
    strand = Strand(np.array([[45.0, 40.0], [45.5, 40.0], [46.0, 40.0]]), True, True)
    limit = Limit("a/M1", "a", None, "M1", (strand,), True, 0.0, 2)
    found = drawing_of(source, Target(courses_of([limit]), WGS84, 0.001))
    assert found.vertices.tolist() == [[45.0, 40.0], [46.0, 40.0]]
    assert len(drawing_of(source, Target((), WGS84, 0.001)).vertices) == 0


# Layers


def layer(*geometries, path="layers/x.gpkg"):
    features = tuple(Feature(str(k), {}, None, geometry, {}) for k, geometry in enumerate(geometries))
    return Layer(LayerKind.DISTRICTS, path, "0" * 64, path, None, None, None, None, None, False, features, ())


def test_a_layer_drawn_from_a_source_is_told():
    taken = shapely.Polygon([*LINE[:3].tolist(), (45.0, 39.0)])
    found = layers_sharing_vertices(
        [layer(taken)], [drawing("a", LINE), drawing("b", LINE + np.array([0.0, 0.01]))]
    )
    assert [(note.source, note.values["count"], note.values["vertices"]) for note in found] == [("a", 3, 101)]
    edge = shapely.Polygon([*np.round(LINE[:2] + 4e-7, 6).tolist(), (45.0, 39.0)])
    assert [
        note.values["count"] for note in layers_sharing_vertices([layer(edge)], [drawing("a", LINE)])
    ] == [2]
    tripoint = shapely.Polygon([LINE[0].tolist(), (45.0, 39.0), (44.0, 39.0)])
    assert layers_sharing_vertices([layer(tripoint)], [drawing("a", LINE)]) == []


def test_a_layer_away_from_every_limit_is_told():
    corridor = shapely.MultiPolygon([shapely.box(45.0, 39.0, 46.0, 41.0)])
    near, far = layer(shapely.Point(45.5, 40.0), path="near"), layer(shapely.Point(50.0, 40.0), path="far")
    found = layers_outside([near, far, layer(path="empty")], corridor, 25_000.0)
    assert [note.values["layer"] for note in found] == ["far", "empty"]
    assert found[0].message == "no feature of the layer far lies within 25 km of any limit"
