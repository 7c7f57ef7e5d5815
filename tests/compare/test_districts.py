"""Nearest districts against a search over all of them with shapely in a local plane."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.districts import NONE, districts_at_axis, districts_of
from merestone.model.ellipsoid import WGS84
from merestone.model.sources import Feature, Layer, LayerKind


def district(name, party, geometry):
    return Feature(name, {"en": name.upper()}, party, geometry, {})


def layer(*features, kind=LayerKind.DISTRICTS, path="d.gpkg"):
    return Layer(kind, path, "0" * 64, path, None, None, None, None, None, False, features, ())


WEST = [district(f"w{k}", "ARM", shapely.box(44.0, 39.0 + k, 45.0, 40.0 + k)) for k in range(3)]
EAST = [district(f"e{k}", "AZE", shapely.box(45.001, 39.0 + 1.5 * k, 46.0, 40.5 + 1.5 * k)) for k in range(2)]


def numbers(points, within_m=25_000.0, features=(*WEST, *EAST)):
    found = districts_of([layer(*features)], ("ARM", "AZE"))
    return [side.nearest(np.array(points, dtype=float), within_m, WGS84).tolist() for side in found]


def test_each_party_has_its_own_nearest():
    assert numbers([[45.0005, 39.5], [45.0005, 40.2], [45.0005, 41.8]]) == [[0, 1, 2], [0, 0, 1]]


def test_inside_is_nearest_and_the_first_by_id_of_several():
    both = [
        district("b", "ARM", shapely.box(44, 39, 45, 40)),
        district("a", "ARM", shapely.box(44.5, 39, 45, 40)),
    ]
    assert numbers([[44.6, 39.5], [44.2, 39.5]], features=both)[0] == [0, 1]


def test_none_beyond_the_corridor():
    assert numbers([[47.0, 39.5], [46.1, 39.5]]) == [[NONE, NONE], [NONE, 0]]
    assert numbers([[47.0, 39.5]], features=WEST)[1] == [NONE]


def test_a_hole_in_a_district_is_not_inside():
    ring = shapely.Polygon(
        shapely.box(44, 39, 45, 40).exterior, [shapely.box(44.4, 39.4, 44.6, 39.6).exterior]
    )
    within = shapely.box(44.45, 39.45, 44.55, 39.55)
    found = numbers(
        [[44.5, 39.5], [44.41, 39.5]], features=[district("a", "ARM", ring), district("b", "ARM", within)]
    )
    assert found[0] == [1, 0]


def test_other_layers_and_features_without_party_or_area_do_not_count():
    features = (
        *WEST,
        district("x", None, shapely.box(44, 38, 46, 42)),
        district("l", "ARM", shapely.Point(45, 40)),
    )
    found = districts_of([layer(*features), layer(*EAST, kind=LayerKind.PARCELS, path="p")], ("ARM", "AZE"))
    assert [len(side.features) for side in found] == [3, 0]


@settings(deadline=None, max_examples=40)
@given(st.floats(44.2, 45.9), st.floats(39.1, 41.9))
def test_by_a_search_over_all(lon, lat):
    scale = np.cos(np.radians(lat))
    for side, features in zip(numbers([[lon, lat]], 1e6), (WEST, EAST), strict=True):
        away = []
        for feature in features:
            plane = shapely.transform(feature.geometry, lambda c: (c - [lon, lat]) * [scale, 1.0])
            away.append(plane.distance(shapely.Point(0, 0)))
        nearest, second = sorted(away)[:2]
        if second - nearest > 0.02:  # clear in spite of the plane
            assert side == [int(np.argmin(away))]


def test_lengths_along_the_axis():
    found = districts_of([layer(*WEST, *EAST)], ("ARM", "AZE"))
    entries = districts_at_axis(
        found,
        [np.array([[0, 0], [0, NONE], [1, 1]]), np.array([[1, 0]])],
        [np.array([50.0, 100.0, 50.0]), np.array([9.0])],
    )
    got = [(entry["party"], entry["id"], entry["axis_km"]) for entry in entries]
    assert got == [
        ("AZE", "e0", pytest.approx(0.059)),
        ("AZE", "e1", pytest.approx(0.05)),
        ("ARM", "w0", pytest.approx(0.15)),
        ("ARM", "w1", pytest.approx(0.059)),
    ]
    assert entries[0]["names"] == {"en": "E0"}
