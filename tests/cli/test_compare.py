"""What `merestone compare` prints and writes; every option has an effect that is checked."""

import json
import re

import pytest

from merestone.cli.app import run


@pytest.fixture(scope="module")
def tree(shipped_run):
    return json.loads((shipped_run.out / "comparison.json").read_text(encoding="utf-8"))


def test_all_files_are_written_and_named(shipped_run):
    printed, err, out = shipped_run.stdout, shipped_run.stderr, shipped_run.out
    names = {"comparison.json", "comparison.gpkg", "report.html", "manifest.json", "sensitivity.json"}
    assert {path.name for path in out.iterdir()} == names
    assert all(f"out/{name}" in printed for name in names)
    assert err
    assert all(line.startswith("warning: ") for line in err.splitlines())


def test_the_report_is_small_enough_to_send(shipped_run):
    assert (shipped_run.out / "report.html").stat().st_size <= 6_000_000


def test_the_pair_matrix_is_that_of_the_file(shipped_run, tree):
    printed = shipped_run.stdout
    pairs = {(p["from"], p["to"]): p for p in tree["pairs"]}
    one = pairs["osm-2017", "whosonfirst"]
    back = pairs["whosonfirst", "osm-2017"]
    row = re.search(r"^osm-2017 +whosonfirst +(.*)$", printed, re.MULTILINE).group(1).split()
    assert row[0] == f"{one['areas_km2']['ARM>AZE']:,.2f}"
    assert row[1] == f"{one['areas_km2']['AZE>ARM']:,.2f}"
    main = [p["offsets_m"]["main"] for p in (one, back)]
    assert row[2] == f"{max(m['p95_abs'] for m in main):,.0f}"
    assert row[3] == f"{max(m['max_abs'] for m in main):,.0f}"


def test_the_verdict_lengths_are_sums_of_the_sections(shipped_run, tree):
    km = sum(s["length_km"] for s in tree["sections"] if s["verdict"] == "differing" and s["piece"][0] == "M")
    whole = sum(s["length_km"] for s in tree["sections"] if s["piece"][0] == "M")
    assert re.search(rf"differing +{km:,.1f} km +{100 * km / whole:.1f} %", shipped_run.stdout)


def test_standing_and_assumed_accuracy_are_said(shipped_run):
    assert re.search(
        r"^osm-2017 +two-sided +2017-11 +100 m assumed +nobody +nobody", shipped_run.stdout, re.MULTILINE
    )


def test_the_five_largest_differences_come_first(shipped_run, tree):
    between = [d for d in tree["differences"]["listed"] if d["kind"] == "between"]
    assert between[0]["area_km2"] == max(d["area_km2"] for d in between)
    for item in between[:5]:
        assert re.search(rf"^  {item['id']} +{item['area_km2']:,.2f} km²", shipped_run.stdout, re.MULTILINE)


def test_smaller_differences_are_counted_between_the_parties(shipped_run, tree):
    """Found 2026-11-28: the sources' own ones were counted too, under a heading that says otherwise."""
    smaller = tree["differences"]["smaller"]
    assert smaller["between_count"] < smaller["count"]
    said = f"  and {smaller['between_count']:,} smaller ones, {smaller['between_area_km2']:.2f} km² in all\n"
    assert said in shipped_run.stdout


def test_enclaves_are_printed_with_their_names(shipped_run, tree):
    named = [enclave for enclave in tree["enclaves"] if enclave["name"]]
    assert len(named) >= 4
    for enclave in named:
        said = f"  {enclave['id']:<4} {enclave['party']} within {enclave['within']} ({enclave['name']}): "
        assert said in shipped_run.stdout


def test_verbose_prints_the_notes_too(small_dossier, capsys):
    assert run(["compare", str(small_dossier.folder), "-v"]) == 0
    loud = capsys.readouterr().out
    assert run(["compare", str(small_dossier.folder)]) == 0
    assert "info: " in loud
    printed = capsys.readouterr()
    assert "info: " not in printed.out
    # The same count as in the report: what `check` finds belongs to it.
    told = printed.err.count("warning: "), loud.count("info: ")
    assert "findings: 0 errors, {} warnings, {} notes".format(*told) in printed.out
    assert "[licence-unknown]" in printed.err


def test_fail_on_differing(small_dossier, capsys):
    assert run(["compare", str(small_dossier.folder), "-q"]) == 0
    assert run(["compare", str(small_dossier.folder), "-q", "--fail-on-differing"]) == 1
    small_dossier.replace('title = "Two squares"', 'title = "Two squares"\n[compare]\ntolerance_m = 5000\n')
    text = small_dossier.path.read_text(encoding="utf-8")
    head, rest = text.split("[compare]\ntolerance_m = 5000\n")
    small_dossier.text(
        head
        + rest.split("[[source]]", 1)[0]
        + "[compare]\ntolerance_m = 5000\n[[source]]"
        + rest.split("[[source]]", 1)[1]
    )
    assert run(["compare", str(small_dossier.folder), "-q", "--fail-on-differing"]) == 0
    assert capsys.readouterr() == ("", "")


def test_sensitivity_is_written_only_when_asked(small_dossier):
    assert run(["compare", str(small_dossier.folder), "-q"]) == 0
    assert not (small_dossier.folder / "out" / "sensitivity.json").exists()
    assert run(["compare", str(small_dossier.folder), "-q", "--sensitivity"]) == 0
    written = json.loads((small_dossier.folder / "out" / "sensitivity.json").read_text(encoding="utf-8"))
    assert written["format"].startswith("merestone-")


def test_files_without_a_dossier(small_dossier, tmp_path, capsys):
    files = [str(small_dossier.folder / name) for name in ("one.geojson", "two.geojson")]
    words = ["compare", *files, "--parties", "AAA,BBB", "--party-field", "iso", "-o", str(tmp_path / "o")]
    assert run([*words, "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert [source["accuracy_95_m"] for source in tree["sources"]] == [None, None]
    assert {section["verdict"] for section in tree["sections"]} == {"cannot-say"}
    assert (tmp_path / "o" / "dossier" / "dossier.toml").exists()
    assert run(["verify", str(tmp_path / "o")]) == 0
    assert capsys.readouterr().out.startswith("equal")


def test_a_dossier_of_files_that_somebody_filled_in_is_not_replaced(small_dossier, tmp_path, capsys):
    files = [str(small_dossier.folder / name) for name in ("one.geojson", "two.geojson")]
    words = [
        "compare",
        *files,
        "--parties",
        "AAA,BBB",
        "--party-field",
        "iso",
        "-q",
        "-o",
        str(tmp_path / "o"),
    ]
    assert run(words) == 0
    assert run(words) == 0
    toml = tmp_path / "o" / "dossier" / "dossier.toml"
    filled = toml.read_text(encoding="utf-8") + 'licence = "CC0"\n'
    toml.write_text(filled, encoding="utf-8")
    assert run(words) == 24
    assert "dossier.toml: this file is there already" in capsys.readouterr().err
    assert toml.read_text(encoding="utf-8") == filled


@pytest.mark.parametrize(
    "words",
    [
        ("--parties", "AAA,BBB"),
        ("--party-field", "iso"),
        ("--parties", "AAA", "--party-field", "iso"),
        ("--parties", "AAA,BBB,CCC", "--party-field", "iso"),
        ("--parties", "AAA,aaa", "--party-field", "iso"),
    ],
)
def test_files_without_a_dossier_need_both_options(small_dossier, capsys, words):
    files = [str(small_dossier.folder / name) for name in ("one.geojson", "two.geojson")]
    assert run(["compare", *files, *words]) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("parties", "field", "said"),
    [
        ("AAA,BBB", "iso2", ["source 'one'", "no attribute 'iso2'", "iso"]),
        ("AAA,CCC", "iso", ["source 'one' (sources/one/one.geojson)", "iso = 'CCC'", "AAA, BBB"]),
        ("AAA,B B", "iso", ["error: dossier.toml: parties[2]", "party id"]),
    ],
)
def test_files_that_need_a_dossier_lead_to_one(small_dossier, tmp_path, capsys, parties, field, said):
    files = [str(small_dossier.folder / name) for name in ("one.geojson", "two.geojson")]
    words = ["compare", *files, "--parties", parties, "--party-field", field, "-o", str(tmp_path / "o")]
    assert run(words) == 20
    error, hint = capsys.readouterr().err.splitlines()
    assert all(text in error for text in said)
    assert "/merestone-" not in error
    assert hint.startswith("hint: ")
    assert "merestone init" in hint
    assert not (tmp_path / "o").exists()


def test_files_of_one_name_and_of_another_script_have_ids_of_their_own(small_dossier, tmp_path, capsys):
    other = tmp_path / "Карта"
    other.mkdir()
    files = [small_dossier.folder / "one.geojson", other / "one.geojson", other / "Граница.geojson"]
    for file in files[1:]:
        file.write_bytes((small_dossier.folder / "two.geojson").read_bytes())
    words = ["--parties", "BBB, AAA", "--party-field", "iso", "-o", str(tmp_path / "o"), "--json", "-q"]
    assert run(["compare", *map(str, files), *words]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert [source["id"] for source in tree["sources"]] == ["one", "one-2", "source"]


def test_titles_and_names_are_printed_as_they_are(small_dossier, capsys):
    """Found 2026-11-28: text in brackets was taken for a style and left out."""
    small_dossier.replace('title = "Two squares"', 'title = "Sheet [draft] [red]2[/red]"')
    text = small_dossier.path.read_text(encoding="utf-8")
    head, rest = text.split("[[source]]", 1)
    small_dossier.text(f'{head}[party.AAA.names]\nen = "A [old]"\n[[source]]{rest}')
    assert run(["compare", str(small_dossier.folder)]) == 0
    assert capsys.readouterr().out.startswith("Sheet [draft] [red]2[/red]\nAAA A [old] · BBB\n")


def test_contested_maps_are_named(small_dossier, capsys):
    assert run(["compare", str(small_dossier.folder)]) == 0
    assert "contested" not in capsys.readouterr().out.partition("pairs")[0]
    small_dossier.replace(
        'path = "two.geojson"',
        'path = "two.geojson"\nstanding = { offered_by = ["AAA"], '
        'contested_by = [{ party = "BBB", reason = "old" }] }',
    )
    assert run(["compare", str(small_dossier.folder)]) == 0
    printed = capsys.readouterr().out
    assert "contested" in printed.partition("pairs")[0]
    assert re.search(r"^two .* AAA +nobody +BBB", printed, re.MULTILINE)


def test_what_hangs_on_a_figure_is_printed(shipped_run):
    written = json.loads((shipped_run.out / "sensitivity.json").read_text(encoding="utf-8"))
    for variation in written["variations"]:
        assert f"{variation['changed_km']:,.1f} km get another verdict" in shipped_run.stdout
    hanging = sum(bool(section["hangs_on"]) for section in written["sections"])
    assert hanging > 0
    assert f"sections of which more than half does: {hanging}\n" in shipped_run.stdout


def test_interruption_leaves_no_half_file(small_dossier, monkeypatch, capsys):
    import merestone.service.run as service

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "write_geopackage", interrupt)
    assert run(["compare", str(small_dossier.folder)]) == 23
    assert capsys.readouterr().err.strip().startswith("error: interrupted")
    out = small_dossier.folder / "out"
    assert not out.exists() or list(out.iterdir()) == []
