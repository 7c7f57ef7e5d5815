"""Whole comparisons with a real file that is no fair picture of anything: 112 parts, 760 holes."""

from pathlib import Path

import pyogrio.raw
import pytest
import shapely

import merestone
from merestone.service.run import compare_into

PATCHWORK = Path(__file__).parents[1] / "data" / "hard" / "mesoshapes-arm-patchwork.gpkg"


@pytest.fixture
def patchy(shipped_copy):
    """Two of the shipped sources, with the patchwork as a one-sided source of ARM beside them."""
    (shipped_copy / "sources" / PATCHWORK.name).write_bytes(PATCHWORK.read_bytes())
    path = shipped_copy / "dossier.toml"
    head, *entries = path.read_text(encoding="utf-8").split("[[source]]\n")
    entries[-1] = entries[-1].split("[[layer]]")[0]
    kept = [entry for entry in entries if 'id = "natural-earth"' in entry or 'id = "mesoshapes-aze"' in entry]
    kept.append(
        f'id = "patchwork"\npath = "sources/{PATCHWORK.name}"\nside = {{ ARM = "iso3 = \'ARM\'" }}\n'
        'accuracy = { measure = "CE95", metres = 500 }\n'
    )
    head = head.replace("[compare]\n", "[compare]\nrealisations = 50\n")
    path.write_text("[[source]]\n".join([head, *kept]), encoding="utf-8")
    return shipped_copy


def test_the_patchwork_is_compared_and_its_areas_are_those_of_the_file(patchy, obeys, tmp_path):
    run = compare_into(merestone.open(patchy), tmp_path / "out", with_sensitivity=True)
    assert {"comparison.json", "comparison.gpkg", "report.html"} <= {path.name for path in run.files}
    result = run.comparison
    obeys(result)
    patchwork = next(source for source in result.sources if source.id == "patchwork")
    assert patchwork.kind == "one-sided"
    assert set(patchwork.areas_km2) <= {"ARM", "not-ARM"}
    # Its area within the corridor by another way: cut by GEOS in an equal-area plane.
    drawn = shapely.from_wkb(pyogrio.raw.read(PATCHWORK)[2])
    inside = shapely.intersection(shapely.union_all(drawn), result.shapes.corridor)
    assert patchwork.areas_km2["ARM"] == pytest.approx(equal_area_km2(inside), rel=1e-6)
    # It lies beside limits of the two-sided source here and there only; the rest is told.
    told = {note.code for note in result.findings if note.source == "patchwork"}
    assert "outline-left-out" in told | {note.code for note in patchwork.findings}


def equal_area_km2(land):
    """By Albers's projection of the ellipsoid, edges split finely so that they stay straight in degrees."""
    import pyproj

    plane = pyproj.Proj("+proj=aea +lat_1=38.5 +lat_2=41.5 +lat_0=40 +lon_0=45 +ellps=WGS84")

    def laid(xy):
        east, north = plane(xy[:, 0], xy[:, 1])
        return list(zip(east, north, strict=True))

    return shapely.transform(shapely.segmentize(land, 0.01), laid).area / 1e6
