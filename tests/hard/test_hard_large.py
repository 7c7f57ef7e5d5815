"""A whole comparison with a hundred thousand vertices a side."""

import numpy as np
import pyogrio.raw
import pytest
import shapely

import merestone

VERTICES = 100_000
WEST, EAST = 10.0, 12.0


@pytest.mark.slow
def test_a_hundred_thousand_vertices_a_side(tmp_path, obeys):
    """Two waves about 41 N of which the second lies a constant 1e-5 degrees north: offsets by the slope."""
    lon = np.linspace(WEST, EAST, VERTICES)
    lat = 41.0 + 0.01 * np.sin(20 * lon) + 1e-5 * np.sin(5000 * lon)
    settings = "[compare]\ncorridor_m = 5000\nrealisations = 50\n"
    text = [f'format = 1\ntitle = "Many vertices"\nparties = ["AAA", "BBB"]\n{settings}']
    for name, north in (("one", 0.0), ("two", 1e-5)):
        line = np.column_stack([lon, lat + north])
        lands = [shapely.Polygon(np.vstack([line, [(EAST, edge), (WEST, edge)]])) for edge in (40, 42)]
        pyogrio.raw.write(
            tmp_path / f"{name}.gpkg", shapely.to_wkb(lands), geometry_type="Polygon", crs="EPSG:4326",
            field_data=[np.array(["AAA", "BBB"], dtype=object)], fields=["iso"],
        )  # fmt: skip
        text.append(f'[[source]]\nid = "{name}"\npath = "{name}.gpkg"\nparty_field = "iso"\n')
        text.append(f'accuracy = {{ measure = "CE95", metres = 5 }}\nfamily = "{name}"\n')
    (tmp_path / "dossier.toml").write_text("".join(text), encoding="utf-8")
    result = merestone.open(tmp_path).compare()
    obeys(result)
    forth = next(pair for pair in result.pairs if pair.from_ == "one")
    # 1e-5 degrees of latitude at 41 N are 1.1106 m; the slope, up to 0.27 in metres, brings the line nearer.
    assert forth.offsets_m.main.max_abs <= 1.11062
    assert forth.offsets_m.main.max_abs == pytest.approx(1.1106, abs=2e-3)
    assert forth.offsets_m.main.toward == "BBB"
    assert forth.offsets_m.main.unmatched_km < 0.2
    assert {str(section.verdict) for section in result.sections} <= {"coincident", "cannot-say"}
    # The strip between: its height in latitude is the same everywhere, so shears change nothing to 1e-4.
    strip_km2 = 1.11055e-3 * (EAST - WEST) * 84.135
    assert forth.areas_km2["BBB>AAA"] == pytest.approx(strip_km2, rel=1e-3)
    assert all(limit.vertices == VERTICES for source in result.sources for limit in source.limits)
