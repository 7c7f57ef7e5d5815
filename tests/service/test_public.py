"""The public Python interface on the shipped dossier, and the laws that hold for the whole."""

import json

import pytest

import merestone
from merestone.cli.app import run


@pytest.fixture(scope="module")
def result(shipped_result):
    return shipped_result


def test_mirroring_twice_changes_nothing(result):
    assert merestone.mirror(merestone.mirror(result)).to_json() == result.to_json()


def test_the_command_writes_what_the_library_gives(result, shipped_run):
    assert (shipped_run.out / "comparison.json").read_text(encoding="utf-8") == result.to_json()


def test_the_command_prints_the_file(small_dossier, tmp_path, capsys):
    assert run(["compare", str(small_dossier.folder), "--json", "-o", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "comparison.json").read_text(encoding="utf-8")
    assert printed == merestone.open(small_dossier.folder).compare().to_json()


def test_verify_says_equal_and_names_what_was_changed(small_dossier, tmp_path, capsys):
    dossier = str(small_dossier.folder)
    assert run(["compare", dossier, "-q", "-o", str(tmp_path)]) == 0
    assert run(["verify", str(tmp_path), dossier]) == 0
    assert capsys.readouterr().out.startswith("equal")
    tree = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))
    tree["sections"][0]["length_km"] += 1
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(tree), encoding="utf-8")
    assert run(["verify", str(changed), dossier]) == 1
    assert "sections[0].length_km" in capsys.readouterr().out


def test_frames_hold_what_the_result_says(result):
    pytest.importorskip("geopandas")
    frames = result.to_geopandas()
    assert len(frames["sections"]) == len(result.sections)
    assert frames["differences"].crs.to_epsg() == 4326


def test_a_prompt_shows_one_line(result, shipped_dossier):
    assert repr(merestone.open(shipped_dossier)) == f"<Dossier {result.dossier['title']!r}: 6 sources>"
    assert repr(result).startswith(f"<Comparison {result.dossier['title']!r}: 6 sources, ")
    assert "\n" not in repr(result)


def test_a_notebook_shows_a_summary(result):
    html = result._repr_html_()
    assert "osm-2017" in html
    assert "<script" not in html


def test_the_matrices_add_up(result):
    for pair in result.pairs:
        own = next(source.areas_km2 for source in result.sources if source.id == pair.from_)
        for label, area in own.items():
            row = sum(v for key, v in pair.areas_km2.items() if key.partition(">")[0] == label)
            assert row == pytest.approx(area, abs=1e-6)
        back = next(other for other in result.pairs if (other.from_, other.to) == (pair.to, pair.from_))
        assert {tuple(k.split(">")): v for k, v in pair.areas_km2.items()} == {
            tuple(reversed(k.split(">"))): v for k, v in back.areas_km2.items()
        }


def test_six_sources_two_main_pieces_and_the_enclaves(result):
    assert len(result.sources) == 6
    assert [piece.id for piece in result.axis.pieces if piece.id.startswith("M")] == ["M1", "M2"]
    assert len(result.enclaves) >= 3
    lengths = sum(section.length_km for section in result.sections)
    pieces = sum(piece.length_km for piece in result.axis.pieces)
    assert lengths == pytest.approx(pieces, rel=1e-9)


def test_an_open_line_along_an_enclave_belongs_to_the_enclave(result):
    """2026-11-24: 200 m of a lines-only source along E1 went to M1, eleven kilometres off."""
    lines = next(source for source in result.sources if source.id == "wdbii")
    assert {limit.piece for limit in lines.limits} == {"M1", "M2", "E1", "E2", "E3"}
    for pair in result.pairs:
        if pair.from_ == "wdbii":
            assert pair.offsets_m.main.max_abs < 6000
