"""Invalid rings, repeated vertices and spikes."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from merestone.model.ellipsoid import WGS84
from merestone.model.sources import SourceKind
from merestone.sources.notes import Notes
from merestone.sources.rings import area_of, explained, polygonal
from merestone.sources.vertices import spikes_of

TWICE = shapely.MultiPolygon([shapely.box(45, 40, 47, 42), shapely.box(46, 41, 48, 43)])
"""Land drawn twice: 4 + 4 square degrees that share one."""
BOW_TIE = shapely.Polygon([(45, 40), (47, 42), (47, 40), (45, 42)])


def read(geometry, rings="structure"):
    notes = Notes("one", "one.gpkg")
    return area_of(geometry, 7, rings, WGS84, notes, "AAA"), notes.findings


def km2(geometry):
    """Area on the authalic sphere by a fine grid of parallels: independent of the code under test."""
    west, south, east, north = geometry.bounds
    edges = np.linspace(south, north, 4001)
    middle = np.deg2rad(0.5 * (edges[1:] + edges[:-1]))
    e2 = WGS84.e2
    cell = (
        np.deg2rad(edges[1] - edges[0]) * WGS84.b_m**2 * np.cos(middle) / (1 - e2 * np.sin(middle) ** 2) ** 2
    )
    lines = shapely.linestrings([[(west - 1, lat), (east + 1, lat)] for lat in np.rad2deg(middle)])
    return float((np.deg2rad(shapely.length(shapely.intersection(geometry, lines))) * cell).sum() / 1e6)


def test_a_valid_polygon_stays_as_it_is():
    area, findings = read(shapely.MultiPolygon([shapely.box(45, 40, 46, 41)]))
    assert area.equals_exact(shapely.MultiPolygon([shapely.box(45, 40, 46, 41)]))
    assert findings == ()


@pytest.mark.parametrize(("rings", "square_degrees"), [("structure", 7.0), ("linework", 6.0)])
def test_land_drawn_twice_counts_once_or_not_at_all(rings, square_degrees):
    area, (note,) = read(TWICE, rings)
    assert area.area == pytest.approx(square_degrees)
    assert note.code == "ring-invalid"
    assert note.values["rings"] == rings
    assert note.values["feature"] == "7"
    both = {rings: note.values["area_km2"], note.values["other"]: note.values["other_area_km2"]}
    middle = shapely.box(46, 41, 47, 42)
    whole = shapely.union_all(list(TWICE.geoms))
    assert both["structure"] == pytest.approx(km2(whole), rel=1e-4)
    assert both["linework"] == pytest.approx(km2(whole) - km2(middle), rel=1e-4)
    assert note.values["difference_km2"] == pytest.approx(km2(middle), rel=1e-4)


def test_the_finding_tells_why_and_where():
    _, (note,) = read(shapely.MultiPolygon([BOW_TIE]))
    assert note.values["reason"] == "Self-intersection"
    assert note.place == pytest.approx((46.0, 41.0))
    assert explained(shapely.box(0, 0, 1, 1)) == ("Valid Geometry", None)


def test_a_bow_tie_keeps_both_wings():
    area, _ = read(shapely.MultiPolygon([BOW_TIE]))
    assert area.area == pytest.approx(2.0)
    assert len(area.geoms) == 2


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=9))
def test_whatever_is_drawn_is_read_as_a_valid_area(vertices):
    ring = [(45 + x / 8, 40 + y / 8) for x, y in vertices]
    for rings in ("structure", "linework"):
        area, _ = read(shapely.MultiPolygon([shapely.Polygon(ring)]), rings)
        assert area.is_valid
        assert area.geom_type == "MultiPolygon"


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=9), st.integers(0, 8))
def test_direction_and_start_of_a_ring_change_nothing(vertices, start):
    ring = [(45 + x / 8, 40 + y / 8) for x, y in vertices]
    turned = (ring[start % len(ring) :] + ring[: start % len(ring)])[::-1]
    one, other = (read(shapely.MultiPolygon([shapely.Polygon(r)]))[0] for r in (ring, turned))
    assert one.symmetric_difference(other).area == pytest.approx(0.0, abs=1e-12)


def test_polygons_are_found_however_deep():
    nested = shapely.GeometryCollection(
        [
            shapely.Point(0, 0),
            shapely.GeometryCollection([TWICE.geoms[0], shapely.MultiPolygon([TWICE.geoms[1]])]),
        ]
    )
    assert polygonal(nested).equals_exact(TWICE)
    assert polygonal(shapely.Point(0, 0)).is_empty


# -- through a dossier --------------------------------------------------------------------------------


def test_the_dossier_chooses_the_reading(workshop):
    name = workshop.geojson("twice.geojson", [("AAA", TWICE), ("BBB", shapely.box(48, 40, 49, 41))])
    assert workshop.read(name).sides["AAA"].area == pytest.approx(7.0)
    source = workshop.read(name, rings="linework")
    assert source.sides["AAA"].area == pytest.approx(6.0)
    assert source.info.rings == "linework"


def test_reversed_rings_give_the_same_bytes(workshop):
    boxes = [("AAA", shapely.box(45, 40, 45.5, 41)), ("BBB", shapely.box(45.5, 40, 46, 41))]
    one = workshop.read(workshop.geojson("one.geojson", boxes))
    other = workshop.read(workshop.geojson("other.geojson", [(party, box.reverse()) for party, box in boxes]))
    assert [shapely.to_wkb(one.sides[party]) for party in ("AAA", "BBB")] == [
        shapely.to_wkb(other.sides[party]) for party in ("AAA", "BBB")
    ]


def test_repeated_vertices_are_noted(workshop):
    ring = [(45, 40), (45.5, 40), (45.5, 40), (45.5, 41), (45, 41), (45, 41), (45, 41)]
    name = workshop.geojson(
        "twice.geojson", [("AAA", shapely.Polygon(ring)), ("BBB", shapely.box(46, 40, 47, 41))]
    )
    (note,) = workshop.read(name).findings
    assert (note.code, note.values["count"], note.place) == ("vertices-repeated", 3, (45.5, 40.0))
    lines = workshop.geojson("lines.geojson", [("x", shapely.LineString([(45, 40), (45, 40), (46, 41)]))])
    (note,) = workshop.read(lines, kind=SourceKind.LINES).findings
    assert note.code == "vertices-repeated"


def test_a_spike_is_noted_with_its_tip(workshop):
    # 0.01 degrees of latitude are 1,110.5 m at 41 degrees north; its arms are 0.85 m apart at the foot.
    ring = [(45, 40), (46, 40), (46, 41), (45.50001, 41), (45.5, 41.01), (45.5, 41), (45, 41)]
    name = workshop.geojson(
        "spike.geojson", [("AAA", shapely.Polygon(ring)), ("BBB", shapely.box(46, 40, 47, 41))]
    )
    (note,) = workshop.read(name).findings
    assert note.code == "spike"
    assert note.place == (45.5, 41.01)
    assert note.values["length_m"] == pytest.approx(1110.5, abs=0.5)
    assert note.values["width_m"] == pytest.approx(0.84, abs=0.01)


@pytest.mark.parametrize(
    ("tip", "found"),
    [((45.5, 41.01), 1), ((45.5, 41.00005), 0), ((45.52, 41.01), 1), ((45.4, 41.0), 2)],
    ids=["out", "shorter than 10 m", "askew", "a fold along the edge turns twice"],
)
def test_what_counts_as_a_spike(tip, found):
    ring = shapely.LinearRing([(45, 40), (46, 40), (46, 41), (45.500005, 41), tip, (45.5, 41), (45, 41)])
    assert len(spikes_of(np.array([ring], dtype=object), WGS84).tip) == found


def test_right_angles_are_no_spikes():
    rings = np.array([shapely.box(45, 40, 46, 41).exterior], dtype=object)
    assert len(spikes_of(rings, WGS84).tip) == 0
