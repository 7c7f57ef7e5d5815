"""What the report says of how sure figures are: bands, bars, intervals, chance."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.publish import report_sure as sure
from merestone.publish.report import report_html
from merestone.publish.report_bands import outline
from merestone.publish.report_groups import groups_of
from merestone.publish.report_livemap import live_map
from merestone.publish.report_palette import source_looks
from merestone.publish.report_staticmap import frame_of, static_map


@pytest.fixture
def whole(comparison):
    """With the parameters that the report names."""
    more = {"facing_m": 5000.0, "min_difference_km2": 0.01, "min_section_m": 500.0, "station_m": 100.0}
    return replace(comparison, parameters={**comparison.parameters, **more}, features={}, findings=())


def maps(comparison):
    looks = source_looks(tuple(source.id for source in comparison.sources))
    groups = groups_of(comparison, looks)
    frame = frame_of(comparison, groups)
    return groups, live_map(comparison, groups, frame), static_map(comparison, groups, looks, frame)


def test_bands_lie_about_limits_of_known_accuracy_as_wide_as_both_maps_say(whole):
    groups, live, still = maps(whole)
    bands = {group.title: group for group in groups if group.draw == "band"}
    assert set(bands) == {source.id for source in whole.sources if source.accuracy_95_m is not None}
    width_m = 2.0 * 1.96 * 50.0 / 2.4477
    assert bands["map-a"].look["width_m"] == pytest.approx(width_m, abs=0.1)
    assert bands["map-a"].note == "40 m to either hand, at any one place"
    (drawn,) = (group for group in still.drawn if group.key == "band:map-a")
    assert drawn.paths[0].width == pytest.approx(width_m * still.frame.px_per_m, abs=0.1)
    packed = next(group for group in live["groups"] if group["key"] == "band:map-a")
    (shape,) = packed["shapes"]
    assert shape[0] in ("Polygon", "MultiPolygon")


@pytest.mark.parametrize("lat", [0.0, 40.0, -60.0, 80.0])
def test_the_outline_of_a_band_lies_as_far_away_as_it_says_in_all_directions(lat):
    """By geodesics of geographiclib. 0.3 % by the sphere, 0.1 % by chords of the arcs, 8 % by
    thinning, and
    the change of the scale within half a row of latitude: tan φ times 0.25°."""
    half_m = 2_000.0
    line = shapely.LineString([(179.0, lat), (181.0, lat), (181.5, lat + 1.5)])
    edge = shapely.get_coordinates(
        shapely.get_exterior_ring(outline([shapely.MultiLineString([line])], half_m))
    )
    fine = shapely.get_coordinates(shapely.segmentize(line, 0.002))
    for lon, at in edge[:: max(len(edge) // 12, 1)]:
        near = fine[np.argsort(np.hypot((fine[:, 0] - lon) * np.cos(np.radians(at)), fine[:, 1] - at))[:5]]
        apart_m = min(Geodesic.WGS84.Inverse(at, lon, y, x)["s12"] for x, y in near)
        within = 0.085 + np.radians(0.25) * np.tan(np.radians(abs(lat) + 1.5))
        assert apart_m == pytest.approx(half_m, rel=within)


def test_a_band_wider_than_a_kilometre_to_either_hand_is_switched_off(whole):
    coarse = replace(
        whole, sources=tuple(replace(source, accuracy_95_m=10_000.0) for source in whole.sources)
    )
    shown = {group.shown for group in maps(coarse)[0] if group.draw == "band"}
    assert shown == {False}
    assert {group.shown for group in maps(whole)[0] if group.draw == "band"} == {True}


def test_bars_are_logarithmic_and_end_with_the_widest(whole):
    (bar,) = sure.area_bars(whole).values()
    assert bar.high == 100.0
    assert 0.0 < bar.low < bar.area < bar.high
    listed = replace(whole.differences.listed[0], area_95_km2=None)
    without = replace(whole, differences=replace(whole.differences, listed=(listed,)))
    (bar,) = sure.area_bars(without).values()
    assert (bar.low, bar.high) == (None, None)
    assert b'class="areabar"' in report_html(without)


def test_chance_is_said_with_its_range_and_what_is_confirmed(whole):
    one, two = whole.sections
    assert sure.chance_words(whole, one) == ("0.013", "0.013–0.020")
    assert sure.chance_words(whole, two) == ("cannot say", "")
    assert sure.is_confirmed(one)
    assert not sure.is_confirmed(replace(one, p_chance=0.051))
    assert sure.is_confirmed(replace(one, p_chance=0.05))
    found = sure.confirmed(whole)
    assert (found.sections, found.of_sections, found.length_km) == (1, 1, one.length_km)
    assert sure.confirmed(replace(whole, uncertainty={})) is None


def test_intervals_name_the_party_and_never_bear_a_sign():
    parties = ("ARM", "AZE")
    assert sure.offset_interval((105.2, 535.5), "ARM", parties) == "105 m to 536 m"
    both = sure.offset_interval((-112.6, 735.1), "ARM", parties)
    assert both == "113 m toward AZE to 735 m toward ARM"
    assert sure.offset_interval(None, "ARM", parties) == ""
    assert sure.signed_interval((-40.1, 33.6), parties) == "40 m toward ARM to 34 m toward AZE"
    assert sure.signed_interval(None, parties) == "cannot say"
    assert sure.net_words(-4.7) == "4.70 km² less"
    assert sure.net_interval((-6.0, 3.4)) == "6.00 km² less to 3.40 km² more"
    assert sure.area_interval((3.5, 5.9)) == "3.50 km² to 5.90 km²"
    assert sure.unbroken("1.5 km² less to 3 m more") == "1.5\xa0km²\xa0less to\xa03\xa0m\xa0more"
    assert sure.area_interval(None) == sure.net_interval(None) == "cannot say"
