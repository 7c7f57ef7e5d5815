"""What results show along the line: layers of the GeoPackage, tables and map of the report, the schema."""

import json
import sqlite3

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.compare.mirror import mirror
from merestone.publish.along_layers import stretches_of
from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json
from merestone.publish.report import report_html
from merestone.publish.report_along import along
from merestone.publish.report_groups import groups_of
from merestone.publish.report_palette import source_looks
from merestone.publish.schema import SCHEMAS, load_schema


def test_it_fits_the_closed_schema(along_the_line, closed):
    registry = Registry().with_resources(
        (load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS
    )
    tree = json.loads(comparison_json(along_the_line))
    Draft202012Validator(closed(load_schema("comparison-1")), registry=registry).validate(tree)
    assert {"roads", "waters", "rivers", "watersheds", "districts", "adjoining", "access"} <= set(
        tree["features"]
    )


@pytest.fixture(scope="module")
def package(along_the_line, tmp_path_factory):
    path = tmp_path_factory.mktemp("along") / "x.gpkg"
    write_geopackage(along_the_line, path)
    database = sqlite3.connect(path)
    yield database
    database.close()


def test_the_layers_hold_what_the_result_says(along_the_line, package):
    roads = along_the_line.features["roads"]
    said = [one for road in roads for one in road["sources"].values()]
    assert package.execute("SELECT count(*) FROM features_roads_stretches").fetchone()[0] == sum(
        len(one["stretches"]) for one in said
    )
    crossings = package.execute("SELECT route, source, verdict FROM features_roads_crossings").fetchall()
    assert len(crossings) == sum(one["crossings"] for one in said)
    parts = dict(
        package.execute("SELECT label, area_km2 FROM features_waters_parts WHERE source = 'one'").fetchall()
    )
    (lake,) = along_the_line.features["waters"]
    assert sum(parts.values()) == pytest.approx(lake["area_km2"], abs=2e-4)
    followed = package.execute(
        "SELECT length_km FROM features_followed WHERE source = 'one' AND follows"
    ).fetchall()
    assert sum(km for (km,) in followed) == pytest.approx(
        sum(
            entry["sources"]["one"]["follows_km"]
            for kind in ("rivers", "watersheds")
            for entry in along_the_line.features[kind]
        ),
        abs=2e-3,
    )


def test_stretches_are_drawn_from_end_to_end_of_their_route(along_the_line):
    for route, source, from_km, _, _, coords in stretches_of(along_the_line):
        whole = along_the_line.shapes.features.routes[route]
        if source == "one" and from_km == 0.0:
            assert (coords[0] == whole[0]).all()


def test_the_report_has_every_table_and_a_switch_for_crossings(along_the_line):
    page = report_html(along_the_line).decode("utf-8")
    for words in (
        "Along the line", "Transit arrangements", "by day &amp; night", "Rivers and divides",
        "Districts that adjoin",
        "km 1.000–3.000: May, Jun", "snow", "Göl", "Լիճ", 'data-group="crossing:one"',
    ):  # fmt: skip
        assert words in page, words


def test_the_map_shows_each_crossing_once(along_the_line):
    looks = source_looks(tuple(source.id for source in along_the_line.sources))
    drawn = {
        group.key: len(group.shapes) for group in groups_of(along_the_line, looks) if group.draw == "crossing"
    }
    for id_ in ("one", "two", "alone", "lines"):
        count = sum(road["sources"][id_]["crossings"] for road in along_the_line.features["roads"])
        assert drawn.get(f"crossing:{id_}", 0) == count


def test_rows_of_waters_are_those_that_a_source_parts_or_cuts_out(along_the_line):
    rows = along(along_the_line).waters
    assert {row.source for row in rows} >= {"one", "two", "alone"}
    assert all(";" in row.share or row.cut_out for row in rows)


def test_layers_and_tables_mirror(along_the_line):
    turned = mirror(along_the_line)
    swap = {"ARM": "AZE", "AZE": "ARM", "not-AZE": "not-ARM"}
    there = [(r, s, swap.get(label, label)) for r, s, _, _, label, _ in stretches_of(along_the_line)]
    assert [(r, s, label) for r, s, _, _, label, _ in stretches_of(turned)] == there
    assert report_html(turned) != report_html(along_the_line)


def test_where_no_source_has_a_limit_the_map_shows_what_they_draw(along_the_line):
    from cases import MERIDIAN, a_case, one_sided, result

    case = a_case(one_sided("alone", MERIDIAN), one_sided("other", MERIDIAN + 0.001))
    found = result(case)
    groups = {group.key: group for group in groups_of(found, source_looks(("alone", "other")))}
    assert groups["source:alone"].shapes[0].geometry.length > 0.0
    assert groups["source:alone"].note == "as drawn: which of it is common no source tells"
    assert b"as drawn: which of it is common" in report_html(found)
