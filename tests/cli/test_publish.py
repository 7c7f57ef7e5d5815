"""`merestone publish` and `explain`: what they write, what they refuse, and what a check finds."""

import csv
import hashlib
import json
import re
import shutil
import sys

import pytest
import shapely
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema
from merestone.service.desk.place import desk as a_desk
from merestone.service.desk.show import log
from merestone.store import keyfiles

REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)
EVIL = '=1+1"><script>alert(1)</script>'


def fits(name, tree):
    Draft202012Validator(load_schema(name), registry=REGISTRY).validate(tree)


def said(capsys, *words, code=0):
    """What a command printed; one sentence without a traceback where it was refused."""
    capsys.readouterr()
    assert run([str(word) for word in words]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    if code >= 2:
        assert [line[:7] for line in err.splitlines() if not line.startswith("hint")] == ["error: "]
    return out if code < 2 else err


@pytest.fixture(scope="module")
def folder(tmp_path_factory, a_small_dossier):
    """A dossier of two squares with settlements, whose names try to be markup and formulas."""
    base = tmp_path_factory.mktemp("publish")
    dossier = a_small_dossier(base / "case")
    dossier.replace('title = "Two squares"', f"title = 'Two squares {EVIL}'")
    points = [
        {
            "type": "Feature",
            "properties": {"name": EVIL},
            "geometry": {"type": "Point", "coordinates": [10.505, 50.2]},
        },
        {
            "type": "Feature",
            "properties": {"name": "Far"},
            "geometry": {"type": "Point", "coordinates": [10.4, 50.3]},
        },
    ]
    dossier.put("places.geojson", {"type": "FeatureCollection", "features": points})
    text = dossier.path.read_text() + (
        '[[layer]]\nkind = "settlements"\npath = "places.geojson"\nname_field = "name"\n'
        'accuracy = { measure = "CE95", metres = 5 }\n'
        '[[position]]\nsection = "M1-S01"\nparty = "AAA"\ndate = "2021-05-12"\nlanguage = "fr"\n'
        'text = "Nos propres mots"\n'
    )
    dossier.text(text)
    return base


@pytest.fixture(scope="module")
def out(folder):
    words = ["publish", folder / "case", "-q", "--lang", "en,hy", "--format", "html,gpkg,geojson,csv"]
    assert run([str(word) for word in words]) == 0
    return folder / "case" / "publication"


def tree_of(path):
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in path.rglob("*") if one.is_file()}


def test_the_publication_says_what_it_is(out):
    tree = json.loads((out / "publication.json").read_text())
    fits("publication-1", tree)
    assert [one["code"] for one in tree["languages"]] == ["en", "hy"]
    assert not any(one["reviewed"] for one in tree["languages"])
    assert (tree["reader"], tree["record"], tree["left_out"]) == ("public", None, {})
    assert {"index.html", "style.css", "en/index.html", "hy/sections/M1-S01.html"} <= tree_of(out).keys()
    assert "Nos propres mots" in (out / "hy" / "sections" / "M1-S01.html").read_text()


def test_the_lists_hold_everything_and_sha256sum_reads_them(out):
    files = tree_of(out)
    listed = {}
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        listed |= {line[66:]: line[:64] for line in files[name].decode().splitlines()}
    assert listed.keys() == files.keys() - {"tagmanifest-sha256.txt", "manifest.json"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in listed.items())
    assert files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_the_same_dossier_gives_the_same_bytes(folder, out, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(folder / "case", copy, ignore=shutil.ignore_patterns("publication"))
    words = [
        "publish",
        copy,
        "-q",
        "--lang",
        "hy,en",
        "--format",
        "csv,html,gpkg,geojson",
        "-o",
        tmp_path / "out",
    ]
    assert run([str(word) for word in words]) == 0
    assert tree_of(tmp_path / "out") == tree_of(out)


def test_every_form_of_the_data_has_the_same_rows(out):
    package = json.loads((out / "datapackage.json").read_text())
    by_path = {one["path"]: one for one in package["resources"]}
    assert package["licenses"] == [{"name": "other", "title": "not stated"}]
    assert all(re.fullmatch("[-a-z0-9._]+", one["name"]) for one in package["resources"])
    assert len({one["name"] for one in package["resources"]}) == len(by_path)
    assert by_path.keys() == {name for name in tree_of(out) if name.startswith("data/")}
    for path, one in by_path.items():
        data = (out / path).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    for name in ("sections", "limits", "features_settlements"):
        shown = json.loads((out / "data" / f"{name}.geojson").read_text())["features"]
        with (out / "data" / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        fields = [field["name"] for field in by_path[f"data/{name}.csv"]["schema"]["fields"]]
        assert len(rows) == len(shown) > 0
        assert list(rows[0]) == fields == [*shown[0]["properties"], "wkt"]
        for row, feature in zip(rows, shown, strict=True):
            one, other = shapely.from_wkt(row["wkt"]), shapely.geometry.shape(feature["geometry"])
            assert shapely.equals_exact(one, other, 1e-9)


def test_a_name_is_no_formula_in_a_spreadsheet(out):
    with (out / "data" / "features_settlements.csv").open(newline="") as file:
        cells = {cell for row in csv.DictReader(file) for cell in row.values()}
    assert f"'{EVIL}" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_the_comparison_that_is_published_can_be_verified(folder, out, capsys):
    answer = said(capsys, "verify", out / "data" / "comparison.json", folder / "case")
    assert answer.startswith("equal")


@pytest.mark.parametrize(
    ("spoil", "key", "name"),
    [
        (lambda out: (out / "en" / "index.html").write_text("x"), "changed", "en/index.html"),
        (lambda out: (out / "data" / "comparison.json").unlink(), "missing", "data/comparison.json"),
        (lambda out: (out / "data" / "more.txt").write_text("x"), "unlisted", "data/more.txt"),
    ],
    ids=["changed", "missing", "unlisted"],
)
def test_a_check_finds_what_is_not_as_it_was_published(out, tmp_path, capsys, spoil, key, name):
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    whole = json.loads(said(capsys, "publish", "--check", copy, "--json"))
    fits("publication-check-1", whole)
    assert whole["whole"]
    spoil(copy)
    found = json.loads(said(capsys, "publish", "--check", copy, "--json", code=1))
    assert (found["whole"], found[key]) == (False, [name])
    assert name in said(capsys, "publish", "--check", copy, code=1)


def test_the_other_copy_differs_in_the_order_of_the_parties(folder, out, tmp_path):
    words = ["publish", folder / "case", "-q", "--lang", "en", "--first", "BBB", "-o", tmp_path / "out"]
    assert run([str(word) for word in words]) == 0
    trees = [json.loads((path / "publication.json").read_text()) for path in (out, tmp_path / "out")]
    assert [[one["id"] for one in tree["parties"]] for tree in trees] == [["AAA", "BBB"], ["BBB", "AAA"]]
    pages = [(path / "en" / "sections" / "M1-S01.html").read_text() for path in (out, tmp_path / "out")]
    assert pages[0].index("<h3>AAA") < pages[0].index("<h3>BBB")
    assert pages[1].index("<h3>BBB") < pages[1].index("<h3>AAA")


def test_what_is_left_out_is_in_no_file(folder, tmp_path):
    words = ["publish", folder / "case", "-q", "--lang", "en", "--without", "settlements,statements"]
    words += ["--format", "html,csv,gpkg,geojson", "-o", tmp_path / "out"]
    assert run([str(word) for word in words]) == 0
    files = tree_of(tmp_path / "out")
    assert json.loads(files["publication.json"])["left_out"] == {"settlements": 2, "statements": 1}
    assert b"settlements: 2" in files["en/index.html"]
    assert "data/comparison-reduced.json" in files
    assert not [name for name, data in files.items() if b"Nos propres mots" in data or b">Far<" in data]
    assert b'"Far"' not in b"".join(files.values())


REFUSED = [
    (["--lang", "en,xx"], 2, "--lang 'xx'"),
    (["--format", "html,docx"], 2, "--format 'docx'"),
    (["--without", "people"], 2, "--without 'people'"),
    (["--first", "CCC"], 2, "--first CCC"),
    (["--lang", ","], 2, "names nothing"),
    (["--sign"], 2, "joint record"),
    (["--check", "nowhere"], 20, "nowhere"),
]


@pytest.mark.parametrize(("words", "code", "what"), REFUSED, ids=[" ".join(words) for words, _, _ in REFUSED])
def test_what_cannot_be_done_is_refused_and_nothing_written(folder, tmp_path, capsys, words, code, what):
    target = tmp_path / "out"
    assert what in said(capsys, "publish", folder / "case", "-o", target, *words, code=code)
    assert not target.exists()


def test_words_that_do_not_stand_in_their_text_are_not_published(folder, tmp_path, capsys):
    copy = tmp_path / "case"
    shutil.copytree(folder / "case", copy, ignore=shutil.ignore_patterns("publication"))
    words = b"The line follows the ridge to the spring."
    (copy / "treaty.txt").write_bytes(words)
    digest = hashlib.sha256(words).hexdigest()
    with (copy / "dossier.toml").open("a") as file:
        file.write(
            f'[[document]]\nid = "t"\npath = "treaty.txt"\nsha256 = "{digest}"\nlanguage = "en"\n'
            f'[[citation]]\nid = "c"\ndocument = "t"\nsha256 = "{digest}"\n'
            'quote = "the line follows the river"\n'
        )
    assert "evidence check" in said(capsys, "publish", copy, "-o", tmp_path / "out", code=20)
    assert not (tmp_path / "out").exists()


def test_a_list_that_leads_out_of_the_folder_is_refused(out, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    (copy / "tagmanifest-sha256.txt").write_text(f"{'0' * 64}  ../secret\n")
    assert "line 1" in said(capsys, "publish", "--check", copy, code=20)


def test_explain_says_it_in_sentences(folder, capsys):
    text = said(capsys, "explain", folder / "case")
    assert "2 maps are compared." in text
    assert "There is no joint record" in text
    tree = json.loads(said(capsys, "explain", folder / "case", "M1-S01", "--lang", "fr", "--json"))
    fits("explanation-1", tree)
    lines = [(one["kind"], one["text"]) for one in tree["lines"]]
    assert ("words", "Nos propres mots") in lines
    assert [text for kind, text in lines if kind == "side"] == ["AAA (AAA)", "BBB (BBB)"]
    assert "Non reçu." in [text for _, text in lines]


def test_explain_refuses_what_there_is_not(folder, capsys):
    assert "'M9-S01' is no section" in said(capsys, "explain", folder / "case", "M9-S01", code=20)
    assert "--lang 'xx'" in said(capsys, "explain", folder / "case", "--lang", "xx", code=2)
    assert "one word too many" in said(capsys, "explain", folder / "case", "M1-S01", "M1-S02", code=2)


@pytest.fixture(scope="module")
def recorded(folder, tmp_path_factory):
    """A dossier with a record in which a section is settled, by both parties' folders."""
    base = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfiles, "COST", 16)
        parties = {}
        for name in ("AAA", "BBB"):
            shutil.copytree(folder / "case", base / name, ignore=shutil.ignore_patterns("publication"))
            (base / name / "pass").write_text("secret\n")
            parties[name] = Desk(name, base / name)
            parties[name].do("key", "new", "--party", name)
        one, two = parties["AAA"], parties["BBB"]
        one.do("init", "--party", "AAA", "--root", two.root)
        one.do("export", "-o", base / "1")
        two.do("join", base / "1", "--party", "BBB")
        two.give(one, base / "2")
        one.do("propose", "M1-S01", "--text", "Along the ridge")
        one.do("notify", "--text", "Said to both", "--section", "M1-S01", "--disclosure", "public")
        one.give(two, base / "3")
        two.do("accept", "M1-S01")
        notice = log(a_desk(two.folder / "record.mrec", None, None, lambda _: ""), type_="notice")[0]
        opened = {"entries": [notice["hash"]], "level": "public"}
        (base / "opened.json").write_text(json.dumps(opened))
        two.do("say", "disclosure", base / "opened.json")
        two.give(one, base / "4")
        one.do("receipt")
        yield one


class Desk:
    """One party's folder and what it types there."""

    def __init__(self, name, folder):
        self.folder = folder
        self.options = ["--key", folder / f"{name}.mkey", "--passphrase-file", folder / "pass"]
        self.root_file = folder / f"{name}.mkey.root"

    @property
    def root(self):
        return json.loads(self.root_file.read_text())["public"]

    def do(self, *words):
        place = ["--record", self.folder / "record.mrec", "--dossier", self.folder, *self.options, "-q"]
        assert run([str(word) for word in ("record", *words, *place)]) == 0

    def give(self, other, path):
        self.do("export", "-o", path)
        other.do("import", path)


def test_only_what_is_disclosed_is_told(recorded, tmp_path):
    def published(reader):
        words = ["publish", recorded.folder, "-q", "--lang", "en", "--for", reader, "-o", tmp_path / reader]
        assert run([str(word) for word in words]) == 0
        files = tree_of(tmp_path / reader)
        tree = json.loads(files["publication.json"])
        fits("publication-1", tree)
        return files, tree["record"]["not_disclosed"]

    files, hidden = published("public")
    page = files["en/sections/M1-S01.html"].decode()
    assert hidden == {
        "accept": 1, "disclosure": 1, "founding": 1, "join": 1, "key": 2, "proposal": 1, "receipt": 1,
    }  # fmt: skip
    assert "Said to both" in page  # both parties have opened it
    assert "In the joint record: no state is disclosed to these readers." in page
    assert b"Along the ridge" not in b"".join(files.values())
    assert not [name for name, data in files.items() if b"settled: both" in data]
    files, hidden = published("parties")
    page = files["en/sections/M1-S01.html"].decode()
    assert hidden == {}
    assert "settled: both have accepted the same content" in page
    assert "Along the ridge" in page
    assert "Said to both" in page


def test_a_state_is_told_where_every_act_on_which_it_rests_is_disclosed(recorded, tmp_path):
    one, two = (Desk(name, tmp_path / name) for name in ("AAA", "BBB"))
    shutil.copytree(recorded.folder.parent, tmp_path, dirs_exist_ok=True)
    acts = log(a_desk(one.folder / "record.mrec", None, None, lambda _: ""), section="M1-S01")
    hashes = [act["hash"] for act in acts if act["type"] in {"proposal", "accept"}]
    (tmp_path / "all.json").write_text(json.dumps({"entries": hashes, "level": "public"}))
    (tmp_path / "one.json").write_text(json.dumps({"entries": hashes[:1], "level": "public"}))

    def page(name):
        words = ["publish", one.folder, "-q", "--lang", "en", "--format", "html", "-o", tmp_path / name]
        assert run([str(word) for word in words]) == 0
        return (tmp_path / name / "en" / "sections" / "M1-S01.html").read_text()

    for desk in (one, two):
        desk.do("say", "disclosure", tmp_path / "one.json")
    two.give(one, tmp_path / "5")
    assert "no state is disclosed" in page("half")  # the acceptance is hidden
    for desk in (one, two):
        desk.do("say", "disclosure", tmp_path / "all.json")
    two.give(one, tmp_path / "6")
    assert "settled: both have accepted the same content" in page("whole")


def test_the_record_goes_along_as_a_bundle_that_anyone_can_verify(recorded, tmp_path, capsys):
    words = ["publish", recorded.folder, "-q", "--lang", "en", "--format", "html"]
    said(capsys, *words, "--for", "observers", "-o", tmp_path / "out")
    told = json.loads(said(capsys, "record", "verify", tmp_path / "out" / "data" / "record.bundle", "--json"))
    assert (told["reader"], told["redacted"]["proposal"]) == ("observers", 1)
    said(capsys, *words, "-o", tmp_path / "public")
    assert not (tmp_path / "public" / "data" / "record.bundle").exists()  # its founding is not disclosed
    said(capsys, *words, "--for", "observers", "--without", "history", "-o", tmp_path / "less")
    assert not (tmp_path / "less" / "data" / "record.bundle").exists()


def test_a_publication_is_signed_with_a_key_of_the_record(recorded, tmp_path, capsys):
    place = tmp_path / "out"
    words = ["publish", recorded.folder, "-q", "--lang", "en", "--sign", *recorded.options, "-o", place]
    said(capsys, *words)
    record = recorded.folder / "record.mrec"
    found = json.loads(said(capsys, "publish", "--check", place, "--record", record, "--json"))
    assert [(one["party"], one["known"], one["reason"]) for one in found["signatures"]] == [
        ("AAA", True, None)
    ]
    assert json.loads(said(capsys, "publish", "--check", place, "--json"))["signatures"][0]["known"] is None
    listing = place / "tagmanifest-sha256.txt"
    listing.write_bytes(listing.read_bytes().replace(b"  style.css", b"  style.cs2"))
    (place / "style.css").rename(place / "style.cs2")
    spoilt = json.loads(said(capsys, "publish", "--check", place, "--json", code=1))
    assert "over another folder" in spoilt["signatures"][0]["reason"]
    envelope = place / "signatures" / "AAA.dsse"
    envelope.write_bytes(envelope.read_bytes().replace(b"merestone", b"merestome"))
    spoilt = json.loads(said(capsys, "publish", "--check", place, "--json", code=1))
    assert spoilt["signatures"][0]["reason"].startswith("not a signature of a dossier")


def test_a_pdf_in_each_language_with_what_its_fonts_lack_named(folder, tmp_path, capsys):
    pypdfium2 = pytest.importorskip("pypdfium2")
    shutil.copytree(folder / "case", tmp_path / "case", ignore=shutil.ignore_patterns("publication"))
    path = tmp_path / "case" / "dossier.toml"
    path.write_text(path.read_text().replace("Two squares", "ორი squares"))
    words = ["publish", tmp_path / "case", "--format", "pdf", "--lang", "hy,fr"]
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        assert run([str(word) for word in (*words, "-o", out)]) == 0
        told = capsys.readouterr().err
        assert "warning: the PDF in fr has" in told
        assert "‹U+10D8›" in told
    files = tree_of(outs[0])
    assert {name for name in files if name.endswith(".pdf")} == {"dossier-fr.pdf", "dossier-hy.pdf"}
    assert "index.html" not in files
    assert files == tree_of(outs[1])
    tree = json.loads(files["publication.json"])
    fits("publication-1", tree)
    assert [one["values"]["language"] for one in tree["findings"]] == ["fr", "hy"]
    with pypdfium2.PdfDocument(files["dossier-fr.pdf"]) as document:
        pages = [document[k].get_textpage().get_text_bounded() for k in range(len(document))]
    text = " ".join(" ".join(pages).split())
    assert "‹U+10DD U+10E0 U+10D8› squares" in text
    assert "Nos propres mots" in text
    assert EVIL in text


def test_a_pdf_without_typst_names_the_extra_first(folder, tmp_path, monkeypatch, capsys):
    from merestone.publish.dossier import typst_pdf

    typst_pdf.typeset_in.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    words = ("publish", folder / "case", "--format", "html,pdf", "-o", tmp_path / "out")
    assert "merestone[report]" in said(capsys, *words, code=21)
    assert not (tmp_path / "out").exists()


def test_what_is_left_out_is_on_no_map(folder, tmp_path):
    words = ["publish", folder / "case", "-q", "--lang", "en", "-o", tmp_path / "out"]
    assert run([str(word) for word in words]) == 0
    assert run([str(word) for word in (*words[:-1], tmp_path / "less", "--without", "settlements")]) == 0
    dots = 'stroke="#4d4a42"'
    assert dots in (tmp_path / "out" / "figures" / "overview.svg").read_text()
    assert dots not in (tmp_path / "less" / "figures" / "overview.svg").read_text()
    assert (
        "&gt;alert"
        not in (tmp_path / "less" / "en" / "sections" / "M1-S01.html").read_text().split("<h1>")[1]
    )
