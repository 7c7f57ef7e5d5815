"""Bad input through the command line: one sentence, the exit code, no traceback, nothing written."""

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import zipfile

import pytest

from merestone.cli.app import run

SQUARE = [[[10, 50], [10.5, 50], [10.5, 50.5], [10, 50.5], [10, 50]]]


def geojson(*rings_by_party, kind="Polygon"):
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"iso": party},
                "geometry": {"type": kind, "coordinates": rings},
            }
            for party, rings in rings_by_party
        ],
    }


def east(rings):
    return [[[x + 0.5, y] for x, y in ring] for ring in rings]


def with_vertex(x, y):
    ring = [list(p) for p in SQUARE[0]]
    ring[2] = [x, y]
    return geojson(("AAA", [ring]), ("BBB", east(SQUARE)))


def refused(dossier, capsys, *words, code=20, verb="compare", mentions=()):
    """Run the verb; check the refusal; return the error line."""
    before = dossier.listing()
    assert run([verb, str(dossier.folder), *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert "Traceback" not in err
    for word in mentions:
        assert word in lines[0]
    assert dossier.listing() == before
    return lines[0]


def test_a_good_dossier_is_not_refused(small_dossier, capsys):
    assert run(["compare", str(small_dossier.folder), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (small_dossier.folder / "out" / "comparison.json").exists()


def test_missing_file(small_dossier, capsys):
    (small_dossier.folder / "two.geojson").unlink()
    refused(small_dossier, capsys, mentions=["two.geojson"])


def test_folder_instead_of_file(small_dossier, capsys):
    (small_dossier.folder / "two.geojson").unlink()
    (small_dossier.folder / "two.geojson").mkdir()
    refused(small_dossier, capsys, mentions=["two.geojson", "folder"])


def test_empty_file(small_dossier, capsys):
    small_dossier.put("two.geojson", b"")
    refused(small_dossier, capsys, mentions=["two.geojson", "empty"])


def test_half_a_geojson(small_dossier, capsys):
    whole = (small_dossier.folder / "two.geojson").read_bytes()
    small_dossier.put("two.geojson", whole[: len(whole) // 2])
    refused(small_dossier, capsys, mentions=["two.geojson"])


def test_bytes_that_are_not_utf8(small_dossier, capsys):
    whole = (small_dossier.folder / "two.geojson").read_bytes()
    small_dossier.put("two.geojson", whole.replace(b"AAA", b"A\xffA"))
    refused(small_dossier, capsys, mentions=["two.geojson"])


def test_truncated_geopackage(small_dossier, shipped_dossier, capsys):
    whole = (shipped_dossier / "sources" / "natural-earth.gpkg").read_bytes()
    small_dossier.put("two.gpkg", whole[: len(whole) // 3])
    small_dossier.replace('path = "two.geojson"', 'path = "two.gpkg"')
    refused(small_dossier, capsys, mentions=["two.gpkg"])


def test_zip_bomb(small_dossier, capsys):
    with (
        zipfile.ZipFile(small_dossier.folder / "two.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("two.geojson", "w", force_zip64=True) as member,
    ):
        for _ in range(100):
            member.write(b" " * 1_000_000)
    small_dossier.replace('path = "two.geojson"', 'path = "two.zip"')
    refused(small_dossier, capsys, mentions=["two.zip"])


def test_a_filter_that_selects_nothing(small_dossier, capsys):
    small_dossier.replace(
        'path = "two.geojson"\nparty_field = "iso"',
        'path = "two.geojson"\nside = { AAA = "iso = \'AAA\'", BBB = "iso = \'CCC\'" }',
    )
    refused(small_dossier, capsys, mentions=["two", "BBB", "iso = 'CCC'"])


def test_a_filter_that_selects_the_same_for_both(small_dossier, capsys):
    small_dossier.replace(
        'path = "two.geojson"\nparty_field = "iso"',
        'path = "two.geojson"\nside = { AAA = "iso = \'AAA\'", BBB = "iso = \'AAA\'" }',
    )
    refused(small_dossier, capsys, mentions=["two.geojson", "both parties", "the same features"])


def test_parties_given_thrice(small_dossier, capsys):
    small_dossier.replace('["AAA", "BBB"]', '["AAA", "BBB", "CCC"]')
    refused(small_dossier, capsys, mentions=["parties"])


def test_an_unknown_key_names_the_nearest(small_dossier, capsys):
    small_dossier.replace('title = "Two squares"', 'titel = "Two squares"')
    refused(small_dossier, capsys, mentions=["titel", "title"])


@pytest.mark.parametrize("path", ["../outside.geojson", "/etc/passwd"])
def test_a_path_outside_the_dossier(small_dossier, capsys, path):
    shutil.copy(small_dossier.folder / "two.geojson", small_dossier.folder.parent / "outside.geojson")
    small_dossier.replace('path = "two.geojson"', f'path = "{path}"')
    refused(small_dossier, capsys, mentions=[path])


def test_a_symlink_out_of_the_dossier(small_dossier, capsys):
    (small_dossier.folder / "two.geojson").rename(small_dossier.folder.parent / "outside.geojson")
    (small_dossier.folder / "two.geojson").symlink_to(small_dossier.folder.parent / "outside.geojson")
    refused(small_dossier, capsys, mentions=["two.geojson"])


def test_duplicate_ids(small_dossier, capsys):
    small_dossier.replace('id = "two"', 'id = "one"')
    refused(small_dossier, capsys, mentions=["one"])


@pytest.mark.parametrize(
    ("x", "y"),
    [(math.nan, 50.5), (math.inf, 50.5), (1e308, 50.5), (10.5, 91), (10.5, -1e308), (4500000, 5600000)],
    ids=str,
)
def test_coordinates_that_are_nowhere(small_dossier, capsys, x, y):
    text = json.dumps(with_vertex(x, y)).replace("Infinity", "1e999")
    small_dossier.put("two.geojson", text.encode())
    refused(small_dossier, capsys, mentions=["two"])


@pytest.mark.parametrize(
    ("rings", "kind"),
    [([], "Polygon"), ([[[10, 50], [10.5, 50], [10, 50], [10, 50]]], "Polygon"), ([10, 50], "Point")],
    ids=["empty", "zero area", "point"],
)
def test_geometry_without_land(small_dossier, capsys, rings, kind):
    data = geojson(("BBB", east(SQUARE)))
    data["features"].append(
        {"type": "Feature", "properties": {"iso": "AAA"}, "geometry": {"type": kind, "coordinates": rings}}
    )
    small_dossier.put("two.geojson", data)
    refused(small_dossier, capsys, mentions=["two", "AAA"])


def test_a_json_nested_very_deep(small_dossier, capsys):
    small_dossier.put("two.geojson", b"[" * 100_000 + b" " * 200_000_000 + b"]" * 100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert run(["compare", str(small_dossier.folder)]) == 20
    assert "two.geojson" in capsys.readouterr().err
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 1000
    (small_dossier.folder / "two.geojson").unlink()


def test_a_single_source(small_dossier, capsys):
    text = small_dossier.path.read_text(encoding="utf-8")
    small_dossier.text(text[: text.rindex("[[source]]")])
    refused(small_dossier, capsys, mentions=["source"])


@pytest.mark.parametrize("missing", ["dcw.shx", "dcw.dbf"])
def test_shapefile_without_a_member(small_dossier, shipped_dossier, capsys, missing):
    for name in {"dcw.shp", "dcw.shx", "dcw.dbf", "dcw.prj", "dcw.cpg"} - {missing}:
        shutil.copy(shipped_dossier / "sources" / "dcw" / name, small_dossier.folder / name)
    small_dossier.replace('path = "two.geojson"', 'path = "dcw.shp"')
    refused(small_dossier, capsys, mentions=["dcw.shp", missing])


def test_two_reference_systems_in_one_file(small_dossier, capsys):
    data = json.loads((small_dossier.folder / "two.geojson").read_text(encoding="utf-8"))
    data["features"][1]["crs"] = {"type": "name", "properties": {"name": "EPSG:3857"}}
    small_dossier.put("two.geojson", data)
    refused(small_dossier, capsys, mentions=["two.geojson", "EPSG:3857, EPSG:4326"])


def test_metres_that_are_said_to_be_degrees(small_dossier, capsys):
    data = geojson(("AAA", [[[x * 1e5, y * 1e5] for x, y in SQUARE[0]]]), ("BBB", east(SQUARE)))
    data["features"][1]["geometry"]["coordinates"] = [[[x * 1e5, y * 1e5] for x, y in east(SQUARE)[0]]]
    small_dossier.put("two.geojson", data)
    refused(small_dossier, capsys, mentions=["two.geojson", "EPSG:4326", "metres"])


@pytest.mark.parametrize("text", [b"{}", b"hello", b'{"type": "FeatureCollection", "features": []}'])
def test_a_file_of_no_features(small_dossier, capsys, text):
    small_dossier.put("two.geojson", text)
    refused(small_dossier, capsys, mentions=["two.geojson", "name another"])


def test_a_filter_that_is_no_condition(small_dossier, capsys):
    small_dossier.replace(
        'path = "two.geojson"\nparty_field = "iso"',
        'path = "two.geojson"\nside = { AAA = "iso == \'AAA", BBB = "iso = \'BBB\'" }',
    )
    refused(small_dossier, capsys, mentions=["two.geojson", "iso == 'AAA", "iso3 = 'ARM'"])


def test_a_changed_file_under_lock(small_dossier, capsys):
    assert run(["lock", str(small_dossier.folder), "-q"]) == 0
    path = small_dossier.folder / "two.geojson"
    path.write_bytes(path.read_bytes() + b"\n")
    line = refused(small_dossier, capsys, mentions=["two.geojson"])
    assert len([word for word in line.replace(",", " ").split() if len(word.strip(".;:()")) == 64]) == 2


def test_usage_errors_end_with_2(small_dossier, capsys):
    refused(small_dossier, capsys, "one-word-more", code=2, mentions=["one-word-more"])
    refused(small_dossier, capsys, "--no-such-option", code=2, mentions=["--no-such-option"])


def test_no_dossier_here(tmp_path, capsys):
    assert run(["compare", str(tmp_path)]) == 20
    assert "dossier.toml" in capsys.readouterr().err


def test_out_is_a_file(small_dossier, capsys):
    small_dossier.put("taken", b"mine")
    refused(small_dossier, capsys, "-o", str(small_dossier.folder / "taken"), code=24, mentions=["taken"])


def test_a_file_of_the_dossier_is_never_replaced_by_a_result(small_dossier, capsys):
    """Not even one that an earlier run wrote."""
    assert run(["compare", str(small_dossier.folder), "-q"]) == 0
    small_dossier.replace(
        'path = "two.geojson"\nparty_field = "iso"',
        'path = "out/comparison.gpkg"\nlayer = "limits"\nkind = "lines"',
    )
    refused(small_dossier, capsys, code=24, mentions=["out/comparison.gpkg", "name another folder"])


def test_a_file_of_the_user_is_not_replaced(small_dossier, capsys):
    (small_dossier.folder / "out").mkdir()
    small_dossier.put("out/report.html", b"mine")
    refused(small_dossier, capsys, code=24, mentions=["report.html: this file is there already"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_out_cannot_be_written(small_dossier, capsys):
    small_dossier.folder.chmod(0o555)
    try:
        refused(small_dossier, capsys, code=24)
    finally:
        small_dossier.folder.chmod(0o755)


def test_two_runs_into_one_out(small_dossier, capsys):
    from merestone.publish.output import OutputFolder

    out = small_dossier.folder / "out"
    with OutputFolder(out):
        assert run(["compare", str(small_dossier.folder)]) == 24
    assert str(out) in capsys.readouterr().err
    assert not (out / "comparison.json").exists()


def test_disk_full(small_dossier, tmp_path):
    """A file size limit stands in for a full disk: writes fail in the same way, for root too."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from merestone.cli.app import run\n"
        f"sys.exit(run(['compare', {str(small_dossier.folder)!r}, '-o', {str(tmp_path / 'out')!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 24
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    left = sorted(p.name for p in (tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else []
    assert "manifest.json" not in left
