"""Every key and column that is written stands in the reference pages."""

import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest

from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json
from merestone.publish.schema import SCHEMAS

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
import schema_pages  # noqa: E402

OPEN = {
    "areas_km2",
    "areas_95_km2",
    "net_area_km2",
    "net_area_95_km2",
    "differences_95_km2",
    "p_chance",
    "shared_m",
    "area_km2",
    "labels",
    "libraries",
    "names",
    "values",
    "map",
    "evidence",
    "verdict_km",
    "share",
    "shore_share",
    "reach_m",
    "difference_km2",
}
"""Objects whose keys are ids, labels or languages, or free."""


def paths(tree, path=""):
    """The documented form of every key of a result: lists as [], members by id as {}."""
    if isinstance(tree, list):
        for item in tree:
            yield from paths(item, f"{path}[]")
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if path.endswith((".sources", ".districts", ".p_side")):
                yield from paths(value, f"{path}{{}}")
            elif path.endswith((".sources{}.settlements", ".sources{}.length_km")):
                continue  # by label
            else:
                yield f"{path}.{key}".lstrip(".")
                if key not in OPEN:
                    yield from paths(value, f"{path}.{key}".lstrip("."))


@pytest.fixture(params=["by hand", "along the line"])
def any_comparison(request, comparison, along_the_line):
    return {"by hand": comparison, "along the line": along_the_line}[request.param]


def test_every_key_of_a_comparison_is_in_its_page(any_comparison):
    comparison = any_comparison
    page = schema_pages.page("comparison-1")
    documented = set(re.findall(r"^(?:\| |## )`([^`]+)`", page, re.MULTILINE))
    missing = sorted(
        {path for path in paths(json.loads(comparison_json(comparison))) if path not in documented}
    )
    assert missing == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_row_of_a_page_has_a_type_and_a_meaning(name):
    rows = [line.split(" | ") for line in schema_pages.page(name).splitlines() if line.startswith("| `")]
    assert rows
    assert all(len(row) == 3 and row[1] and len(row[2]) > 5 for row in rows)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_has_a_page(name):
    pages = [path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md")]
    assert any(f"_generated/{name}.md" in text for text in pages)


def test_every_layer_and_column_is_in_its_page(any_comparison, tmp_path):
    comparison = any_comparison
    write_geopackage(comparison, tmp_path / "x.gpkg")
    page = (DOCS / "reference" / "geopackage.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    database = sqlite3.connect(tmp_path / "x.gpkg")
    layers = [name for (name,) in database.execute("SELECT table_name FROM gpkg_geometry_columns")]
    for layer in layers:
        text = next(section for section in sections if f"`{layer}`" in section.partition("\n")[0])
        for (column,) in database.execute(
            "SELECT column_name FROM gpkg_data_columns WHERE table_name = ?", (layer,)
        ):
            general = re.sub(r"^(map-a|map-b|old_lines|one|two|alone|lines)(?=$|_)", "<source>", column)
            general = re.sub(r"^name_..$", "name_en", general)  # any language
            assert f"`{general}`" in text, f"{layer}.{column}"
    database.close()
