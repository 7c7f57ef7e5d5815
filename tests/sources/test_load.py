"""The whole case: the shipped dossier, layers, accuracy, covers, and independence of order."""

import hashlib
import math

import numpy as np
import pytest
import shapely

from merestone.errors import BadInputError
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType, LayerKind, SourceKind
from merestone.sources.dossier import read_dossier
from merestone.sources.load import load_case, pin_operations
from merestone.sources.spec import Lock


@pytest.fixture(scope="module")
def shipped(shipped_dossier):
    spec = read_dossier(shipped_dossier)
    return load_case(spec, None, sha256="s", oriented="o")


@pytest.fixture
def by_id(shipped):
    return {source.info.id: source for source in shipped.sources}


def codes(source):
    return [note.code for note in source.findings]


# -- the shipped dossier -----------------------------------------------------------------------------


def test_six_sources_and_four_layers_are_read(shipped, by_id):
    assert list(by_id) == ["dcw", "mesoshapes-aze", "natural-earth", "osm-2017", "wdbii", "whosonfirst"]
    kinds = {ident: source.info.kind for ident, source in by_id.items()}
    assert kinds.pop("wdbii") is SourceKind.LINES
    assert kinds.pop("mesoshapes-aze") is SourceKind.ONE_SIDED
    assert set(kinds.values()) == {SourceKind.TWO_SIDED}
    assert [party.id for party in shipped.parties] == ["ARM", "AZE"]
    assert [layer.kind for layer in shipped.layers] == ["districts", "rivers", "settlements", "waters"]
    assert shipped.settings.tolerance_m == 250
    assert (shipped.sha256, shipped.oriented) == ("s", "o")
    assert shipped.findings == ()


def test_the_two_readings_of_dcw_differ_by_23_and_40_km2(by_id):
    """DESIGN section 4, "Rings"."""
    notes = [note for note in by_id["dcw"].findings if note.code == "ring-invalid"]
    assert [round(note.values["difference_km2"]) for note in notes] == [23, 40]
    assert [note.values["party"] for note in notes] == ["ARM", "AZE"]


def test_what_is_invalid_and_what_is_not(by_id):
    assert {ident for ident, source in by_id.items() if "ring-invalid" in codes(source)} == {
        "dcw",
        "osm-2017",
    }
    for source in by_id.values():
        assert all(side.is_valid and side.geom_type == "MultiPolygon" for side in source.sides.values())
        assert source.drawn is None


def test_radii_of_the_shipped_sources(by_id):
    radii = {ident: source.info.accuracy_95_m for ident, source in by_id.items()}
    assert radii.pop("dcw") == pytest.approx(2042 * math.sqrt(math.log(20) / math.log(10)))
    assert radii == {
        "mesoshapes-aze": 500, "natural-earth": 10_000, "osm-2017": 100, "wdbii": 3_000, "whosonfirst": 250,
    }  # fmt: skip
    assert {ident for ident, source in by_id.items() if not source.info.accuracy.assumed} == {"dcw"}


def test_decimals_of_the_shipped_sources(by_id):
    decimals = {ident: source.info.coordinate_decimals for ident, source in by_id.items()}
    assert decimals["osm-2017"] == 5
    assert decimals["natural-earth"] == decimals["whosonfirst"] == 6


def test_covers_of_the_shipped_dossier(by_id):
    assert by_id["dcw"].covers.equals(shapely.box(45, 38, 51, 42))
    assert by_id["osm-2017"].covers is None


def test_districts_of_both_sides_with_their_names(shipped):
    districts = shipped.layers[0]
    lachin = next(one for one in districts.features if one.id == "37")
    assert dict(lachin.names) == {
        "az": "Laçın",
        "en": "Lachin",
        "hy": "Լաչին",
        "ru": "Лачин",
        "und": "Lachin",
    }
    assert lachin.party == "AZE"
    assert [one.id for one in districts.features] == sorted((one.id for one in districts.features), key=int)
    assert {one.party for one in districts.features} == {"ARM", "AZE"}
    assert districts.accuracy_95_m == 1000
    assert districts.accuracy_assumed


def test_settlements_and_waters(shipped):
    settlements, waters = shipped.layers[2:]
    assert len(settlements.features) == 1257
    assert {one.geometry.geom_type for one in settlements.features} == {"Point"}
    lake = next(one for one in waters.features if one.geometry.contains(shapely.Point(46.2323, 39.6015)))
    assert "Qaragöl" in " ".join(lake.names.values())
    assert lake.attributes["area_km2"] == pytest.approx(1.99, abs=0.01)


def test_reading_leaves_no_trace(shipped_copy, capfd):
    def listing():
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(shipped_copy.rglob("*"))
            if path.is_file()
        }

    before = listing()
    load_case(read_dossier(shipped_copy), None, sha256="", oriented="")
    assert listing() == before
    assert capfd.readouterr() == ("", "")


def test_the_shipped_sources_need_no_datum_operation(shipped_dossier):
    assert pin_operations(read_dossier(shipped_dossier)) == {}


# -- order and hashes ----------------------------------------------------------------------------------


def test_the_order_of_sources_changes_nothing(workshop, two_boxes):
    one = workshop.source(workshop.geojson("one.geojson", two_boxes), "one")
    two = workshop.source(workshop.geojson("two.geojson", two_boxes[::-1]), "two", crs="EPSG:4284")
    there, back = workshop.case(one, two), workshop.case(two, one)
    for first, second in zip(there.sources, back.sources, strict=True):
        assert first.info == second.info
        assert first.findings == second.findings
        assert [shapely.to_wkb(side) for side in first.sides.values()] == [
            shapely.to_wkb(side) for side in second.sides.values()
        ]


def test_exchanged_parties_give_exchanged_sides(workshop):
    """The law of the mirror, as far as reading goes: across 180 degrees, on SK-42, with an invalid ring."""
    bow = shapely.Polygon([(178, 60), (182, 64), (182, 60), (178, 64)])
    name = workshop.geojson("one.geojson", [("x", bow), ("y", shapely.box(182, 60, 184, 64))])
    filters = ["party = 'x'", "party = 'y'"]
    one, other = (
        workshop.read(name, crs="EPSG:4284", side=dict(zip(("AAA", "BBB"), some, strict=True)))
        for some in (filters, filters[::-1])
    )
    for here, there in (("AAA", "BBB"), ("BBB", "AAA")):
        assert shapely.to_wkb(one.sides[here]) == shapely.to_wkb(other.sides[there])
    assert one.drawn.tolist() == other.drawn.tolist()
    swap = {"AAA": "BBB", "BBB": "AAA"}
    exchanged = {(n.code, n.place, swap.get(n.values.get("party"))) for n in other.findings}
    assert {(n.code, n.place, n.values.get("party")) for n in one.findings} == exchanged


def test_hashes_come_from_the_lock_or_the_file(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    digest = hashlib.sha256((workshop.root / name).read_bytes()).hexdigest()
    assert workshop.read(name).info.sha256 == digest
    assert (
        workshop.case(workshop.source(name), lock=Lock({name: "f" * 64}, {})).sources[0].info.sha256
        == "f" * 64
    )


def test_progress_is_told(workshop, two_boxes):
    told = []
    spec = workshop.spec(
        workshop.source(workshop.geojson("one.geojson", two_boxes)),
        layers=[workshop.layer("waters", "one.geojson")],
    )
    load_case(spec, None, sha256="", oriented="", progress=lambda *what: told.append(what))
    assert told == [("reading", "one", 0.0), ("reading", "one.geojson", 0.5), ("reading", None, 1.0)]


def test_each_file_is_read_once(shipped_copy, monkeypatch):
    """Without a lock as with one; what pinning notes is not noted again when the case is made."""
    from merestone.service.workbench import open_dossier
    from merestone.sources import load

    opened = []
    for name in ("raw_source", "raw_layer"):
        plain = getattr(load, name)
        monkeypatch.setattr(
            load, name, lambda root, spec, *more, plain=plain: opened.append(spec) or plain(root, spec, *more)
        )
    dossier = open_dossier(shipped_copy)
    every = [*sorted(dossier.spec.sources, key=lambda one: one.id), *dossier.spec.layers]
    (shipped_copy / "dossier.lock").unlink(missing_ok=True)
    free = dossier.read()
    assert opened == every
    dossier.lock()
    opened.clear()
    locked = dossier.read()
    assert opened == every
    assert [one.findings for one in free.sources] == [one.findings for one in locked.sources]
    assert free.sha256 == locked.sha256


# -- accuracy -------------------------------------------------------------------------------------


def test_terms_are_combined_in_quadrature(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    source = workshop.read(name, accuracy=Accuracy(Measure.SIGMA, 10.0), generalisation_m=30.0)
    radii = [term["radius_95_m"] for term in source.info.accuracy_budget]
    assert radii == [pytest.approx(24.477, abs=1e-3), 30.0]
    assert source.info.accuracy_95_m == pytest.approx(math.hypot(*radii))


def test_every_term_of_the_budget_is_listed_with_what_it_is_common_to(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    source = workshop.read(
        name, accuracy=Accuracy(Measure.CE95, 10.0), drafting_m=1.0, digitising_m=2.0, georeferencing_m=3.0,
        control="points of 1935", common_share=0.25, correlation_km=4.0,
    )  # fmt: skip
    budget = {term["term"]: term for term in source.info.accuracy_budget}
    assert {name: term["radius_95_m"] for name, term in budget.items()} == {
        "source": 10.0, "drafting": 1.0, "digitising": 2.0, "georeferencing": 3.0,
    }  # fmt: skip
    assert {name for name, term in budget.items() if term["common"]} == {"georeferencing"}
    assert {term["shared"] for term in budget.values()} == {None, "control points of 1935"}
    assert {name for name, term in budget.items() if not term["assumed"]} == {"source"}
    assert source.info.accuracy_95_m == pytest.approx(math.sqrt(100.0 + 1.0 + 4.0 + 9.0))
    assert (source.info.common_share, source.info.correlation_km) == (0.25, 4.0)


def test_unknown_accuracy_stays_unknown(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    assert workshop.read(name, accuracy=None, generalisation_m=30.0).info.accuracy_95_m is None
    assert workshop.read(name, accuracy=Accuracy(Measure.SCALE)).info.accuracy_95_m is None
    own = workshop.read(name, crs="+proj=longlat +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0")
    assert own.info.operation.accuracy_m is None
    assert own.info.accuracy_95_m is None


def test_what_follows_from_a_scale_is_assumed(workshop, two_boxes):
    source = workshop.read(
        workshop.geojson("one.geojson", two_boxes), accuracy=Accuracy(Measure.SCALE), scale=100_000
    )
    assert source.info.accuracy.assumed
    assert source.info.accuracy_95_m == pytest.approx(57.9, abs=0.05)  # DESIGN section 4


@pytest.mark.parametrize(
    ("decimals", "crs", "expected"), [(3, None, 3), (7, None, 7), (12, None, 9), (1, "EPSG:32638", 6)]
)
def test_decimals_are_those_of_the_file(workshop, decimals, crs, expected):
    numbers = np.random.default_rng(1)
    scale, origin = (1.0, (45.0, 40.0)) if crs is None else (1000.0, (500_000.0, 4_400_000.0))
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + numbers.uniform(0, 0.3, (4, 2))
    rings = [np.round(origin + scale * (square + shift), decimals) for shift in ([0, 0], [2, 0])]
    rows = [
        f'"{shapely.Polygon(ring).wkt}",{party}' for ring, party in zip(rings, ("AAA", "BBB"), strict=True)
    ]
    name = workshop.put("some.csv", "WKT,party\n" + "\n".join(rows) + "\n")
    assert workshop.read(name, crs=crs or "EPSG:4326").info.coordinate_decimals == expected


# -- covers ---------------------------------------------------------------------------------------


def test_covers_as_a_box_or_a_file(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    area = workshop.geojson(
        "covers.geojson",
        [("x", shapely.box(45.1, 40.1, 45.9, 40.9)), ("y", shapely.box(45.1, 40.9, 45.9, 41))],
    )
    assert workshop.read(name, covers={"bbox": [45.1, 40, 46, 41]}).covers.equals(
        shapely.box(45.1, 40, 46, 41)
    )
    assert workshop.read(name, covers={"path": area}).covers.equals(shapely.box(45.1, 40.1, 45.9, 41))


def test_covers_across_180_follow_into_the_frame(workshop):
    name = workshop.geojson(
        "one.geojson", [("AAA", shapely.box(178, -18, 182, -16)), ("BBB", shapely.box(182, -18, 184, -16))]
    )
    assert workshop.read(name, covers={"bbox": [179, -17, -177, -16]}).covers.equals(
        shapely.box(179, -17, 183, -16)
    )


@pytest.mark.parametrize(
    "covers",
    [
        {"bbox": [45, 40, 46]},
        {"bbox": [45, 41, 46, 40]},
        {"bbox": [45, 40, "x", 41]},
        {"bbox": [500, 40, 501, 41]},
    ],
)
def test_covers_that_are_no_box_are_refused(workshop, two_boxes, covers):
    name = workshop.geojson("one.geojson", two_boxes)
    with pytest.raises(BadInputError, match=r"covers\.bbox"):
        workshop.read(name, covers=covers)


def test_covers_need_polygons_on_wgs84(workshop, two_boxes):
    name = workshop.geojson("one.geojson", two_boxes)
    with pytest.raises(BadInputError, match="no polygon"):
        workshop.read(
            name, covers={"path": workshop.geojson("point.geojson", [("x", shapely.Point(45, 40))])}
        )
    csv = workshop.put("covers.csv", 'WKT,x\n"POLYGON ((45 40,46 40,46 41,45 40))",1\n')
    with pytest.raises(BadInputError, match=r"covers\.csv"):
        workshop.read(name, covers={"path": csv})


# -- layers ---------------------------------------------------------------------------------------


def layer(workshop, two_boxes, kind="districts", **more):
    name = workshop.geojson("layer.geojson", more.pop("features", two_boxes))
    source = workshop.source(workshop.geojson("one.geojson", two_boxes))
    return workshop.case(source, layers=[workshop.layer(kind, name, **more)]).layers[0]


def test_a_layer_takes_parties_and_ids(workshop, two_boxes):
    by_field = layer(workshop, two_boxes, party_field="party", names={"en": "party"})
    assert [(one.id, one.party, dict(one.names)) for one in by_field.features] == [
        ("0", "AAA", {"en": "AAA"}), ("1", "BBB", {"en": "BBB"}),
    ]  # fmt: skip
    by_filter = layer(
        workshop,
        two_boxes,
        side={"BBB": "party = 'BBB'"},
        id_field="party",
        name_forms={"AAA": {"en": "West", "und": "W"}},
    )
    assert [(one.id, one.party, dict(one.names)) for one in by_filter.features] == [
        ("AAA", None, {"en": "West", "und": "W"}), ("BBB", "BBB", {}),
    ]  # fmt: skip
    assert by_field.kind is LayerKind.DISTRICTS


def test_layers_hold_any_geometry_on_any_datum(workshop, two_boxes):
    shapes = [
        shapely.Point(45.2, 41.1), shapely.MultiPoint([(45.2, 41.1), (45, 41)]),
        shapely.LineString([(45.2, 41.1), (45.3, 41)]),
        shapely.MultiLineString([[(45.2, 41.1), (45.3, 41)]]),
        shapely.Polygon([(45.2, 41.1), (45.3, 41), (45.3, 41.1)]),
        shapely.GeometryCollection([shapely.Point(45.2, 41.1)]),
    ]  # fmt: skip
    found = layer(workshop, two_boxes, features=[("x", shape) for shape in shapes], crs="EPSG:4284")
    assert [one.geometry.geom_type for one in found.features] == [shape.geom_type for shape in shapes]
    for one in found.features:
        nearest = shapely.get_coordinates(one.geometry)
        assert np.abs(nearest - (45.198750840, 41.099910832)).max(axis=1).min() < 1e-9
    assert [note.code for note in found.findings] == ["crs-overridden", "datum-operation"]


def test_a_layer_passes_over_what_has_no_geometry(workshop, two_boxes):
    found = layer(workshop, two_boxes, features=[*two_boxes, ("x", None)])
    assert len(found.features) == 2
    assert [(note.code, note.values["features"]) for note in found.findings] == [
        ("feature-without-geometry", [2])
    ]


def test_invalid_polygons_and_repeated_ids_of_a_layer_are_noted(workshop, two_boxes):
    bow = shapely.Polygon([(45, 40), (46, 41), (46, 40), (45, 41)])
    found = layer(workshop, two_boxes, features=[("x", bow), ("x", bow)], id_field="party")
    assert [note.code for note in found.findings] == ["ring-invalid", "layer-ids-repeated"]
    assert all(one.geometry.is_valid for one in found.features)


@pytest.mark.parametrize(
    "more",
    [{"id_field": "nr"}, {"party_field": "iso"}, {"names": {"en": "title"}}],
    ids=lambda more: next(iter(more)),
)
def test_a_layer_names_missing_attributes(workshop, two_boxes, more):
    with pytest.raises(BadInputError, match="there is no attribute"):
        layer(workshop, two_boxes, **more)


def test_a_layer_feature_cannot_be_on_both_sides(workshop, two_boxes):
    with pytest.raises(BadInputError, match="both parties"):
        layer(workshop, two_boxes, side={"AAA": "party = 'AAA'", "BBB": "party <> 'x'"})


def test_a_locked_layer_keeps_its_operation(workshop, two_boxes):
    source = workshop.source(workshop.geojson("one.geojson", two_boxes))
    marks = workshop.layer(
        "marks", workshop.geojson("marks.geojson", [("x", shapely.Point(45.2, 41.0))]), crs="EPSG:4284"
    )
    operations = pin_operations(workshop.spec(source, layers=[marks]))
    assert list(operations) == ["marks.geojson"]
    workshop.case(source, layers=[marks], lock=Lock({}, operations))
    with pytest.raises(BadInputError, match="pins no datum operation"):
        workshop.case(source, layers=[marks], lock=Lock({}, {}))


# -- kinds ----------------------------------------------------------------------------------------


def test_a_one_sided_source(workshop, two_boxes):
    source = workshop.read(workshop.geojson("one.geojson", two_boxes), side={"BBB": "party = 'BBB'"})
    assert source.info.kind is SourceKind.ONE_SIDED
    assert list(source.sides) == ["BBB"]
    assert source.lines is None


def test_a_lines_only_source_takes_lines_alone(workshop, two_boxes):
    drawn = [
        ("x", shapely.MultiLineString([[(45, 40), (45.5, 41)], [(45.5, 41), (46, 41)]])),
        ("y", shapely.LineString([(44, 40), (44, 40)])),
    ]
    source = workshop.read(workshop.geojson("lines.geojson", drawn), kind=SourceKind.LINES)
    assert source.sides == {}
    assert source.lines.equals(drawn[0][1])
    assert "line-without-length" in codes(source)
    with pytest.raises(BadInputError, match="Point"):
        workshop.read(
            workshop.geojson("points.geojson", [("x", shapely.Point(45, 40))]), kind=SourceKind.LINES
        )
    with pytest.raises(BadInputError, match="none of its lines has a length"):
        workshop.read(workshop.geojson("dots.geojson", drawn[1:]), kind=SourceKind.LINES)


def test_projected_sources_default_to_grid_edges(workshop):
    boxes = {
        "AAA": shapely.box(500_000, 4_400_000, 510_000, 4_450_000),
        "BBB": shapely.box(510_000, 4_400_000, 520_000, 4_450_000),
    }
    rows = "\n".join(f'"{box.wkt}",{party}' for party, box in boxes.items())
    name = workshop.put("utm.csv", f"WKT,party\n{rows}\n")
    source = workshop.read(name, crs="EPSG:32638")
    assert source.info.edges is EdgeType.GRID
    assert len(source.drawn) == 6
    # On the ellipsoid 10 by 50 km of the grid are larger than 500 km² by the square of the scale.
    from merestone.geometry.areas import areas_m2

    middle = areas_m2(np.array([source.sides["AAA"]], dtype=object))[0]
    assert middle == pytest.approx(500e6 / 0.9996**2, rel=3e-6)
    assert workshop.read(name, crs="EPSG:32638", edges=EdgeType.STRAIGHT).info.edges is EdgeType.STRAIGHT


def test_settings_reach_the_case(workshop, two_boxes):
    source = workshop.source(workshop.geojson("one.geojson", two_boxes))
    assert workshop.case(source, settings=Settings(corridor_m=5_000.0)).settings.corridor_m == 5_000.0
