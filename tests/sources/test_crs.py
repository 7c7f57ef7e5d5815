"""Reference systems, pinned datum operations, ranges of coordinates, edges and longitudes."""

import json

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from merestone.errors import BadInputError
from merestone.model.sources import EdgeType, SourceKind
from merestone.sources.crs import pin_operation, reference
from merestone.sources.edges import CHAIN_M, Carrier
from merestone.sources.load import pin_operations
from merestone.sources.longitudes import Frame, frame_for, unwrapped
from merestone.sources.notes import Notes
from merestone.sources.spec import Lock

CAUCASUS = (44.7, 38.5, 46.9, 41.5)
SK42 = {"lon": 45.2, "lat": 41.1}
WGS = {"lon": 45.198750840, "lat": 41.099910832}  # DESIGN section 8, by EPSG:15865


def pinned(crs, extent=CAUCASUS, code=None):
    notes = Notes("one", "one.gpkg")
    return pin_operation(reference(crs, notes), extent, code, notes), notes


def codes(source):
    return [note.code for note in source.findings]


def refused(action, *words):
    with pytest.raises(BadInputError) as caught:
        action()
    for word in words:
        assert word in caught.value.message
    return caught.value.message


# -- pinning -----------------------------------------------------------------------------------------


def test_sk42_in_the_caucasus_is_carried_by_15865():
    operation, notes = pinned("EPSG:4284")
    assert operation["code"] == "EPSG:15865"
    assert operation["accuracy_m"] == 4.5
    assert notes.findings == ()
    lon, lat = Transformer.from_pipeline(operation["definition"]).transform(SK42["lon"], SK42["lat"])
    assert (lon, lat) == (pytest.approx(WGS["lon"], abs=5e-10), pytest.approx(WGS["lat"], abs=5e-10))


def test_helmert_by_hand_agrees_with_the_pinned_operation():
    """EPSG:15865 is a coordinate frame rotation; applied here in earth-centred coordinates."""
    operation, _ = pinned("EPSG:4284")
    lon, lat = Transformer.from_pipeline(operation["definition"]).transform(SK42["lon"], SK42["lat"])
    second = np.pi / 648_000.0
    shift, turn = np.array([25.0, -141.0, -78.5]), np.array([0.0, -0.35, -0.736]) * second
    x = _cartesian(SK42["lon"], SK42["lat"], 6378245.0, 1 / 298.3)
    x = shift + x - np.cross(turn, x)
    assert (
        np.linalg.norm(x - _cartesian(lon, lat, 6378137.0, 1 / 298.257223563)) < 50.0
    )  # the height is left out
    up = np.array(
        [
            np.cos(np.deg2rad(lat)) * np.cos(np.deg2rad(lon)),
            np.cos(np.deg2rad(lat)) * np.sin(np.deg2rad(lon)),
            np.sin(np.deg2rad(lat)),
        ]
    )
    beside = x - _cartesian(lon, lat, 6378137.0, 1 / 298.257223563)
    assert np.linalg.norm(beside - up * (beside @ up)) < 1e-4  # linear rotation against PROJ's


def _cartesian(lon, lat, a, f):
    lon, lat, e2 = np.deg2rad(lon), np.deg2rad(lat), f * (2 - f)
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.array(
        [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)]
    )


def test_the_area_of_use_decides_not_the_accuracy_alone():
    # In Russia EPSG:5044 (3 m) is the more accurate; its area does not reach the Caucasus south of 41.2 N.
    assert pinned("EPSG:4284", (60.0, 55.0, 61.0, 56.0))[0]["code"] == "EPSG:5044"
    # The area of use of 15865 runs across 180 degrees.
    assert pinned("EPSG:4284", (179.0, 65.0, 181.0, 66.0))[0]["code"] in ("EPSG:5044", "EPSG:15865")


def test_a_projected_crs_is_carried_by_the_operation_of_its_datum():
    assert pinned("EPSG:28408")[0]["code"] == "EPSG:15865"


def test_the_dossier_may_name_an_operation():
    operation, notes = pinned("EPSG:4284", code="EPSG:5044")
    assert operation["code"] == "EPSG:5044"
    assert [note.code for note in notes.findings] == ["operation-outside-area"]


def test_never_ballpark():
    unknown = (
        'GEOGCS["Somewhere",DATUM["Own datum",SPHEROID["Krass",6378245,298.3]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
    )
    refused(lambda: pinned(unknown), "no datum operation", "operation")
    refused(lambda: pinned("EPSG:4610"), "EPSG:4610", "no datum operation")  # Xian 1980
    refused(lambda: pinned("EPSG:4284", (100.0, -20.0, 101.0, -19.0)), "EPSG:15865 (4.5 m)")
    refused(lambda: pinned("EPSG:4284", code="EPSG:9999"), "EPSG:9999", "EPSG:15865")


def test_an_operation_with_a_grid_is_never_chosen_and_refused_if_named():
    nad27 = pinned("EPSG:4267", (-110.0, 48.0, -100.0, 50.0))[0]
    assert nad27["accuracy_m"] >= 8.0
    assert "grid" not in nad27["definition"]
    refused(lambda: pinned("EPSG:4267", (-110.0, 48.0, -100.0, 50.0), code="EPSG:1692"), "needs the grid")


def test_a_crs_with_parameters_of_its_own_is_carried_by_them():
    text = "+proj=longlat +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0"
    operation, _ = pinned(text)
    lon, lat = Transformer.from_pipeline(operation["definition"]).transform(SK42["lon"], SK42["lat"])
    assert (lon, lat) == (pytest.approx(WGS["lon"], abs=5e-10), pytest.approx(WGS["lat"], abs=5e-10))
    assert operation["accuracy_m"] is None


@pytest.mark.parametrize("text", ["EPSG:4978", "EPSG:5703", 'LOCAL_CS["site"]', "nonsense", "EPSG:999999"])
def test_what_is_no_position_on_the_earth_is_refused(text):
    refused(lambda: reference(text, Notes("one", "one.gpkg")), "one.gpkg", "crs")


# -- through a whole dossier ---------------------------------------------------------------------------


def sk42(workshop, two_boxes, **more):
    name = workshop.geojson("sk42.geojson", two_boxes)
    return workshop.source(name, crs="EPSG:4284", **more)


def test_a_source_on_sk42_lands_on_wgs84(workshop, two_boxes):
    source = workshop.case(
        sk42(workshop, [("AAA", shapely.box(45.0, 41.1, 45.2, 42.0)), two_boxes[1]])
    ).sources[0]
    corner = min(source.drawn.tolist(), key=lambda place: np.hypot(place[0] - 45.2, place[1] - 41.1))
    assert corner == [pytest.approx(WGS["lon"], abs=5e-10), pytest.approx(WGS["lat"], abs=5e-10)]
    assert source.info.crs == "EPSG:4284"
    assert source.info.operation.code == "EPSG:15865"
    assert codes(source) == ["crs-overridden", "datum-operation"]
    terms = {term["term"]: term for term in source.info.accuracy_budget}
    assert terms["operation"]["radius_95_m"] == pytest.approx(4.5 * np.sqrt(np.log(20.0)))
    assert terms["operation"]["common"]
    assert terms["operation"]["shared"] == "operation EPSG:15865"
    assert terms["operation"]["assumed"]
    assert source.info.accuracy_95_m == pytest.approx(np.hypot(100.0, 4.5 * np.sqrt(np.log(20.0))))


def test_a_lock_pins_the_operation_and_refuses_any_other(workshop, two_boxes):
    spec = workshop.spec(sk42(workshop, two_boxes))
    operations = pin_operations(spec)
    assert operations["one"]["code"] == "EPSG:15865"
    lock = Lock({}, operations)
    free, locked = workshop.case(*spec.sources), workshop.case(*spec.sources, lock=lock)
    assert free.sources[0].sides["AAA"].equals_exact(locked.sources[0].sides["AAA"])
    assert free.sources[0].info.operation == locked.sources[0].info.operation

    other = sk42(workshop, two_boxes, operation="EPSG:5044")
    refused(lambda: workshop.case(other, lock=lock), "EPSG:15865", "EPSG:5044", "merestone lock")
    refused(lambda: workshop.case(*spec.sources, lock=Lock({}, {})), "pins no datum operation")
    moved = json.loads(json.dumps(operations))
    moved["one"]["definition"] = moved["one"]["definition"].replace("x=25", "x=26")
    refused(lambda: workshop.case(*spec.sources, lock=Lock({}, moved)), "other parameters")
    moved["one"] = operations["one"] | {"crs": "EPSG:4314"}
    refused(lambda: workshop.case(*spec.sources, lock=Lock({}, moved)), "EPSG:4314")


def test_an_operation_outside_its_area_is_noted_with_a_lock_as_without(workshop, two_boxes):
    spec = workshop.spec(sk42(workshop, two_boxes, operation="EPSG:5044"))
    lock = Lock({}, pin_operations(spec))
    for case in (workshop.case(*spec.sources), workshop.case(*spec.sources, lock=lock)):
        assert codes(case.sources[0]).count("operation-outside-area") == 1


def test_wgs84_needs_no_operation(workshop, two_boxes):
    name = workshop.geojson("two.geojson", two_boxes)
    assert pin_operations(workshop.spec(workshop.source(name))) == {}
    refused(lambda: workshop.read(name, operation="EPSG:15865"), "nothing to do")


def test_without_a_crs_nothing_is_read(workshop):
    name = workshop.put("two.csv", 'WKT,party\n"POLYGON ((45 40,45.5 40,45.5 41,45 40))",AAA\n')
    refused(lambda: workshop.read(name), "two.csv", "reference system", "crs")


# -- zones -----------------------------------------------------------------------------------------


def gauss_krueger(workshop, swap=False, prefix=8_000_000.0, name="gk.csv"):
    """Two quadrilaterals about the meridian of 45.5 degrees in EPSG:28408, east before north."""
    to_grid = Transformer.from_crs("EPSG:4284", "EPSG:28408", always_xy=True)
    rows = ["WKT,party"]
    for party, box in (
        ("AAA", shapely.box(45.0, 40.0, 45.5, 41.0)),
        ("BBB", shapely.box(45.5, 40.0, 46.0, 41.0)),
    ):
        east, north = to_grid.transform(*shapely.get_coordinates(box).T)
        xy = np.column_stack([east - 8_000_000.0 + prefix, north])
        rows.append(f'"{shapely.Polygon(xy[:, ::-1] if swap else xy).wkt}",{party}')
    return workshop.put(name, "\n".join(rows) + "\n")


def test_gauss_krueger_with_zone_prefix(workshop):
    source = workshop.read(gauss_krueger(workshop), crs="EPSG:28408")
    assert source.info.edges is EdgeType.GRID
    corner = min(source.drawn.tolist(), key=lambda place: np.hypot(place[0] - 45.5, place[1] - 40.0))
    expected = Transformer.from_pipeline(source.info.operation.definition).transform(45.5, 40.0)
    assert corner == [pytest.approx(expected[0], abs=1e-9), pytest.approx(expected[1], abs=1e-9)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"swap": True}, "swapped"),
        ({"prefix": 0.0}, "zone number 8"),
        ({"prefix": 7_000_000.0}, "zone number 8"),
    ],
)
def test_swapped_or_off_zone_values_are_refused(workshop, options, words):
    name = gauss_krueger(workshop, **options)
    message = refused(lambda: workshop.read(name, crs="EPSG:28408"), words)
    assert "feature 1, vertex 1" in message


def test_a_utm_zone_that_is_swapped_or_far_away_is_refused(workshop):
    utm = "POLYGON ((4500000 500000, 4500000 510000, 4510000 510000, 4500000 500000))"
    name = workshop.put("utm.csv", f'WKT,party\n"{utm}",AAA\n"{utm}",BBB\n')
    refused(
        lambda: workshop.read(name, crs="EPSG:32638", side={"AAA": "party = 'AAA'"}), "swapped", "EPSG:32638"
    )


# -- ranges ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (float("nan"), 40.5, "feature 1, vertex 3"),
        (1e308, 40.5, "longitude 1e+308"),
        (46.0, 91.0, "latitude 91"),
        (46.0, -1e308, "latitude -1e+308"),
        (361.0, 40.0, "longitude 361"),
        (-181.0, 40.0, "longitude -181"),
        (4500000.0, 5600000.0, "mixes reference systems"),
    ],
)
def test_coordinates_that_cannot_be(workshop, two_boxes, x, y, words):
    data = json.loads(
        (workshop.root / workshop.geojson("two.geojson", two_boxes)).read_text(encoding="utf-8")
    )
    data["features"][1]["geometry"]["coordinates"][0][2] = [x, y]
    workshop.put("two.geojson", data)
    assert "two.geojson" in refused(lambda: workshop.read("two.geojson"), words)


def test_projected_coordinates_declared_geographic(workshop):
    name = workshop.geojson(
        "metres.geojson",
        [
            ("AAA", shapely.box(500000, 4400000, 510000, 4410000)),
            ("BBB", shapely.box(510000, 4400000, 520000, 4410000)),
        ],
    )
    refused(lambda: workshop.read(name), "metres", "crs")


def test_swapped_axes_are_told_from_the_area_of_the_crs(workshop):
    # Both orders are possible numbers; only the area where SK-42 is used tells.
    boxes = [("AAA", shapely.box(55.0, 30.0, 55.5, 31.0)), ("BBB", shapely.box(55.5, 30.0, 56.0, 31.0))]
    spec = workshop.source(workshop.geojson("swap.geojson", boxes), crs="EPSG:4284", operation="EPSG:15865")
    assert "axis-order-suspicious" in codes(workshop.case(spec).sources[0])


# -- edges -----------------------------------------------------------------------------------------


def carrier(crs, edges, operation=None):
    notes = Notes("one", "one.gpkg")
    ref = reference(crs, notes)
    if operation is None and not ref.on_wgs84:
        from merestone.model.sources import Operation

        found = pin_operation(ref, CAUCASUS, None, notes)
        operation = Operation(found["code"], found["name"], found["accuracy_m"], found["definition"])
    return Carrier(ref, operation, edges, notes)


def departures_m(chain, truth):
    """Distance of each true place from the chain, in a local plane: independent of the code under test."""
    scale = np.array([np.cos(np.deg2rad(truth[:, 1].mean())), 1.0]) * 111_195.0
    return shapely.distance(shapely.points(truth * scale), shapely.LineString(chain * scale))


def test_a_geodesic_becomes_a_chain_within_a_fifth_of_a_millimetre():
    """DESIGN section 8: the chord from 45.2 E 41.1 N to 46.4 E 39.5 N is 627.8 m off."""
    ends = np.array([[45.2, 41.1], [46.4, 39.5]])
    chain, drawn = carrier("EPSG:4326", EdgeType.GEODESIC).line(ends)
    assert chain[drawn].tolist() == ends.tolist()
    line = Geodesic.WGS84.InverseLine(41.1, 45.2, 39.5, 46.4)
    truth = np.array(
        [[p["lon2"], p["lat2"]] for s in np.linspace(0, line.s13, 200) for p in [line.Position(s)]]
    )
    assert departures_m(chain, truth).max() <= CHAIN_M
    assert departures_m(ends, truth).max() == pytest.approx(627.8, rel=0.04)


def test_edges_straight_in_a_grid_stay_so():
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:32638", always_xy=True)
    ends = np.column_stack(to_grid.transform([45.2, 46.4], [41.1, 39.5]))
    chain, drawn = carrier("EPSG:32638", EdgeType.GRID).line(ends)
    assert drawn.sum() == 2
    east, north = (ends[0] + np.linspace(0, 1, 101)[:, None] * (ends[1] - ends[0])).T
    truth = np.column_stack(to_grid.transform(east, north, direction="INVERSE"))
    assert departures_m(chain, truth).max() <= CHAIN_M


def test_edges_straight_on_another_datum_are_bent_by_the_operation():
    """Straight on SK-42 departs by centimetres from straight on WGS 84 over 200 km; the chain follows."""
    ends = np.array([[45.2, 41.1], [46.4, 39.5]])
    chain, _ = carrier("EPSG:4284", EdgeType.STRAIGHT).line(ends)
    operation = Transformer.from_pipeline(pinned("EPSG:4284")[0]["definition"])
    truth = np.column_stack(
        operation.transform(*(ends[0] + np.linspace(0, 1, 101)[:, None] * (ends[1] - ends[0])).T)
    )
    assert departures_m(chain, truth).max() <= CHAIN_M
    assert departures_m(truth[[0, -1]], truth).max() > 0.03


def test_a_geodesic_on_another_datum_is_one_of_its_ellipsoid():
    ends = np.array([[45.2, 41.1], [46.4, 39.5]])
    chain, drawn = carrier("EPSG:4284", EdgeType.GEODESIC).line(ends)
    line = Geodesic(6378245.0, 1 / 298.3).InverseLine(41.1, 45.2, 39.5, 46.4)
    places = np.array(
        [[p["lon2"], p["lat2"]] for s in np.linspace(0, line.s13, 100) for p in [line.Position(s)]]
    )
    operation = Transformer.from_pipeline(pinned("EPSG:4284")[0]["definition"])
    assert departures_m(chain, np.column_stack(operation.transform(*places.T))).max() <= CHAIN_M
    assert drawn.sum() == 2


ON_SK42 = carrier("EPSG:4284", EdgeType.GEODESIC)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_shared_edges_have_one_chain_whichever_way_they_run(seed):
    numbers = np.random.default_rng(seed)
    ends = numbers.uniform((44, 39), (47, 42), (3, 2))
    there, back = ON_SK42.line(ends)[0], ON_SK42.line(ends[::-1])[0]
    assert there.tolist() == back[::-1].tolist()


def test_a_parallel_needs_one_latitude():
    along = carrier("EPSG:4326", EdgeType.PARALLEL)
    assert along.line(np.array([[45.0, 40.0], [46.0, 40.0]]))[0].tolist() == [[45.0, 40.0], [46.0, 40.0]]
    refused(lambda: along.line(np.array([[45.0, 40.0], [46.0, 40.1]])), "parallel", "40.1")


def test_vertices_as_drawn_are_told_from_those_of_the_chains(workshop, two_boxes):
    source = workshop.read(workshop.geojson("two.geojson", two_boxes), edges=EdgeType.GEODESIC)
    drawn = {tuple(place) for place in source.drawn.tolist()}
    assert drawn == {(lon, lat) for lon in (45.0, 45.5, 46.0) for lat in (40.0, 41.0)}
    shared = shapely.get_coordinates(
        shapely.intersection(source.sides["AAA"].boundary, source.sides["BBB"].boundary)
    )
    assert set(shared[:, 0].tolist()) == {45.5}
    assert shapely.get_num_coordinates(source.sides["AAA"]) > 100


# -- longitudes ------------------------------------------------------------------------------------


def test_an_edge_over_180_degrees_takes_the_short_way():
    coords = np.array([[179.0, 10.0], [-179.0, 11.0], [178.0, 12.0]])
    assert unwrapped(coords)[0][:, 0].tolist() == [179.0, 181.0, 178.0]
    assert unwrapped(coords)[1] == 2
    polar = np.array([[-180.0, -90.0], [-180.0, -80.0], [180.0, -80.0], [180.0, -90.0], [-180.0, -90.0]])
    assert unwrapped(polar[[2, 3, 4]])[0][:, 0].tolist() == [180.0, 180.0, -180.0]


def test_the_frame_is_the_usual_one_where_180_is_free():
    assert (
        frame_for([([np.array([[44.0, 40.0], [47.0, 41.0]])], [np.array([[47.0, 40.0], [50.0, 41.0]])])]).cut
        == -180.0
    )
    assert frame_for([]) == Frame()


def test_the_frame_is_cut_in_the_widest_gap():
    west = np.array([[20.0, 50.0], [180.0, 70.0]]), np.array([[-180.0, 60.0], [-170.0, 70.0]])
    east = np.array([[-168.0, 60.0], [-60.0, 70.0]])
    frame = frame_for([([*west], [east])])
    assert frame.cut == pytest.approx(-20.0)
    assert frame.placed(west[1])[:, 0].tolist() == [180.0, 190.0]
    assert frame.placed(east)[:, 0].tolist() == [192.0, 300.0]


@given(st.floats(-180, 179), st.floats(0.5, 40), st.floats(0.5, 40))
def test_the_frame_never_cuts_land_that_leaves_a_gap(start, width, other):
    ends = [(start, start + width), (start + width, start + width + other)]
    rings = [
        np.array([[(x + 180) % 360 - 180 if x < 180 else x - 360, 10.0] for x in np.linspace(*e, 9)])
        for e in ends
    ]
    one, two = ([unwrapped(ring)[0]] for ring in rings)
    frame = frame_for([(one, two)])
    assert frame == frame_for([(two, one)])
    for ring in (one[0], two[0]):
        placed = frame.placed(ring)
        assert placed[:, 0].min() >= frame.cut - 1e-9
        assert placed[:, 0].max() <= frame.cut + 360.0 + 1e-9


@pytest.mark.parametrize("style", ["cut at 180", "over 180", "0-360"])
def test_land_across_the_antimeridian_is_one(workshop, style):
    """AAA from 178 to 182 degrees east, BBB from 182 to 184, drawn in three ways."""
    halves = [shapely.box(178, -18, 180, -16), shapely.box(-180, -18, -178, -16)]
    drawn = {
        "cut at 180": [("AAA", shapely.MultiPolygon(halves)), ("BBB", shapely.box(-178, -18, -176, -16))],
        "over 180": [
            ("AAA", shapely.Polygon([(178, -18), (-178, -18), (-178, -16), (178, -16)])),
            ("BBB", shapely.box(-178, -18, -176, -16)),
        ],
        "0-360": [("AAA", shapely.box(178, -18, 182, -16)), ("BBB", shapely.box(182, -18, 184, -16))],
    }
    case = workshop.case(workshop.source(workshop.geojson("two.geojson", drawn[style])))
    source = case.sources[0]
    assert source.sides["AAA"].equals(shapely.box(178, -18, 182, -16))
    assert source.sides["BBB"].equals(shapely.box(182, -18, 184, -16))
    assert len(source.sides["AAA"].geoms) == 1
    expected = {
        "cut at 180": ["joined-at-seam"],
        "over 180": ["edges-over-180"],
        "0-360": ["longitudes-0-360"] * 2,
    }
    assert codes(source) == expected[style]
    assert [note.code for note in case.findings] == ["working-longitudes"]


def test_other_sources_and_layers_follow_into_the_frame(workshop):
    two = workshop.geojson(
        "two.geojson", [("AAA", shapely.box(178, -18, 182, -16)), ("BBB", shapely.box(182, -18, 184, -16))]
    )
    line = workshop.geojson("line.geojson", [(None, shapely.LineString([(-178, -18), (-178, -16)]))])
    place = workshop.geojson("place.geojson", [("x", shapely.Point(-179, -17))])
    case = workshop.case(
        workshop.source(two),
        workshop.source(line, "two", kind=SourceKind.LINES),
        layers=[workshop.layer("settlements", place)],
    )
    assert case.sources[1].lines.equals(shapely.LineString([(182, -18), (182, -16)]))
    assert case.layers[0].features[0].geometry.equals(shapely.Point(181, -17))


def test_what_crosses_the_cut_is_split_there(workshop):
    two = workshop.geojson(
        "two.geojson", [("AAA", shapely.box(178, -18, 182, -16)), ("BBB", shapely.box(182, -18, 184, -16))]
    )
    world = workshop.geojson("line.geojson", [(None, shapely.LineString([(-30, 0), (30, 0)]))])
    case = workshop.case(workshop.source(two), workshop.source(world, "two", kind=SourceKind.LINES))
    cut = case.findings[0].values["west_deg"]
    assert cut == pytest.approx(1.0)
    assert case.sources[1].lines.bounds == (pytest.approx(cut), 0.0, pytest.approx(cut + 360), 0.0)
    assert case.sources[1].lines.length == pytest.approx(60.0)
    assert codes(case.sources[1]) == ["split-at-cut"]


def test_a_ring_round_the_pole_without_the_pole_is_refused(workshop, two_boxes):
    ring = shapely.Polygon([(lon, 80) for lon in (0, 90, 180, -90)])
    name = workshop.geojson("polar.geojson", [("AAA", ring), two_boxes[1]])
    refused(lambda: workshop.read(name), "round the Earth", "pole")
