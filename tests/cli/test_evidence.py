"""`merestone evidence`: what is printed, and what is refused, as a user meets it."""

import json
from pathlib import Path

import jsonschema
import pytest
import referencing

from merestone.cli.app import run
from merestone.publish.schema import SCHEMAS, load_schema

DOCUMENTS = Path(__file__).parents[1] / "data" / "documents"


@pytest.fixture(scope="module")
def validator():
    resources = [(load_schema(name)["$id"], load_schema(name)) for name in SCHEMAS]
    contents = [(ident, referencing.Resource.from_contents(schema)) for ident, schema in resources]
    registry = referencing.Registry().with_resources(contents)
    return lambda name: jsonschema.Draft202012Validator(load_schema(name), registry=registry)


@pytest.fixture
def printed(capsys):
    def run_(*words, code=0):
        assert run(["evidence", *map(str, words)]) == code
        return capsys.readouterr()

    return run_


@pytest.mark.parametrize("name", ["zh.txt", "ar.txt"])
def test_read_json_is_as_its_schema_says(printed, validator, name):
    tree = json.loads(printed("read", DOCUMENTS / name, "--json").out)
    validator("document-1").validate(tree)
    assert tree["language"] == name[:2]
    assert tree["encoding"] == "UTF-8"


def test_read_lists_each_thing_once_and_every_mention_on_demand(printed):
    once = printed("read", DOCUMENTS / "en.txt").out
    assert "symbols       A/74/812-S/2020/391; A/73/501-S/2018/877; A/73/601\n" in once
    assert "agenda items  34; 40; 135 (b)\n" in once
    every = printed("read", DOCUMENTS / "en.txt", "-v")
    assert "resolutions   Security Council 1202 (1998)  [" in every.out
    assert "document-encoding" in every.err


def test_read_matches_places_of_a_dossier(printed, shipped_dossier, tmp_path):
    (tmp_path / "note.txt").write_text(
        "The Lachin district, 克尔巴贾尔区 and Lake Garagol.", encoding="utf-8"
    )
    tree = json.loads(printed("read", tmp_path / "note.txt", "--dossier", shipped_dossier, "--json").out)
    found = {one["text"]: (one["matches"][0]["name"], one["matches"][0]["sure"]) for one in tree["places"]}
    assert found == {
        "Lachin district": ("Lachin", "same"),
        "克尔巴贾尔区": ("Kəlbəcər", "similar"),
        "Lake Garagol": ("Qaragöl", "variant"),
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.txt", "there is no such file; check the path"),
        ("encrypted.pdf", "it is encrypted and asks for a password; save a copy without one"),
    ],
)
def test_read_refuses_in_one_sentence(printed, name, words):
    said = printed("read", DOCUMENTS / name, code=20)
    assert said.out == ""
    assert said.err == f"error: {DOCUMENTS / name}: {words}\n"


TEXT = (
    "The line follows the ridge to stone 7. The surveyors met twice, and the line was drawn.\n"
    "See S/2020/1. They met twice, in the self-\ngoverning town.\n"
)
HEAD = 'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n[party.AAA.names]\nen = "Altavia"\n'


class Folder:
    """A dossier of documents alone."""

    def __init__(self, folder):
        self.path = folder / "dossier"
        self.path.mkdir()
        self.toml = self.path / "dossier.toml"
        self.toml.write_text("# ours\n" + HEAD, encoding="utf-8")
        self.file = folder / "note.txt"
        self.file.write_text(TEXT, encoding="utf-8")

    def say(self, text):
        self.toml.write_text(self.toml.read_text(encoding="utf-8") + text, encoding="utf-8")

    @property
    def text(self):
        return self.toml.read_text(encoding="utf-8")

    def listing(self):
        return {
            str(one.relative_to(self.path)): one.read_bytes()
            for one in sorted(self.path.rglob("*"))
            if one.is_file()
        }


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def with_note(folder, printed):
    printed("add", folder.file, "--dossier", folder.path)
    return folder


def test_add_writes_a_first_description(folder, printed):
    said = printed("add", DOCUMENTS / "en.txt", "--dossier", folder.path).out
    for line in (
        'id = "letter-2020-07-16"',
        'symbol = ["A/74/812", "S/2020/391"]',
        'date = "2020-07-16"',
        'party = "AAA"',
        'kind = "letter"',
        'language = "en"',
        'path = "documents/en.txt"',
        'facts = ["session 74", "year 75", "agenda items 34, 40, 135 (b)"]',
        'refers_to = ["A/73/501", "S/2018/877", "A/73/601"]',
        "instruments   Treaty on the Border between Altavia and Borland (1921-03-03)",
    ):
        assert line in said
    assert folder.text.startswith("# ours\n" + HEAD)
    assert (folder.path / "documents" / "en.txt").read_bytes() == (DOCUMENTS / "en.txt").read_bytes()
    assert "0 errors" in printed("check", folder.path).out


def test_add_completes_what_was_registered_by_its_facts(folder, printed):
    import hashlib

    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    folder.say(
        f'[[document]]\nid = "x"  # by facts\nsha256 = "{sha256}"\n'
        '[[citation]]\nid = "c1"\ndocument = "x"\nrange = [4, 26]\n'
        '[[citation]]\nid = "c2"\ndocument = "x"\nquote = "the self-governing town"\n'
    )
    assert "c1: characters 4 to 26, words not here" in printed("list", folder.path).out
    printed("add", folder.file, "--dossier", folder.path)
    assert 'id = "x"  # by facts' in folder.text
    assert 'quote = "line follows the ridge"' in folder.text
    assert "range = [121, 145]" in folder.text
    assert printed("check", folder.path).out.startswith("info: document 'x' refers to S/2020/1")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_completing_puts_lines_between_and_changes_none(folder, printed, newline):
    import hashlib

    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    entry = f'[[document]]{newline}id = "x"  # by facts{newline}'
    rest = (
        f'sha256 = "{sha256}"{newline}{newline}# Of the other.{newline}[[document]]{newline}id = "y"{newline}'
    )
    head = HEAD.replace("\n", newline)
    folder.toml.write_bytes((head + entry + rest).encode())
    printed("add", folder.file, "--dossier", folder.path)
    expected = head + entry + f'path = "documents/note.txt"{newline}' + rest
    assert folder.toml.read_bytes() == expected.encode()


def test_an_entry_that_stands_in_brackets_is_left_to_a_person(folder, printed):
    import hashlib

    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    folder.toml.write_text(f'document = [{{ id = "x", sha256 = "{sha256}" }}]\n' + HEAD, encoding="utf-8")
    before = folder.listing()
    said = printed("add", folder.file, "--dossier", folder.path, code=20).err
    assert 'add path = "documents/note.txt" to it by hand' in said
    assert folder.listing() == before


def test_cite_writes_words_range_and_hash(with_note, printed):
    words = "the self-governing town"
    said = printed(
        "cite", "note", words, "--dossier", with_note.path, "--translation", "fr", "la ville", "a friend"
    ).out
    assert 'id = "note-1"' in said
    assert 'quote = "the self-governing town"' in said
    assert "range = [121, 145]" in said
    assert 'translation = [{ language = "fr", text = "la ville", by = "a friend" }]' in said
    assert "0 errors" in printed("check", with_note.path).out
    assert with_note.text.endswith(said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["note", "met twice"],
            "the words stand in it 2 times; say which with --range, one of 53:62, 107:116",
        ),
        (["note", "The line follows a ridge"], "nearest is 'The line follows the rid'; correct"),
        (["note", "Ganz andere Worte"], "nothing is like it"),
        (["noet", "x"], "no document with this id; the nearest is 'note'"),
        (["note", "met twice", "--range", "0:9"], "at characters 0 to 9 stands 'The line ', not 'met twice'"),
    ],
)
def test_cite_refuses_in_one_sentence_and_writes_nothing(with_note, printed, words, said):
    before = with_note.listing()
    error = printed("cite", *words, "--dossier", with_note.path, code=20).err
    assert said in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert with_note.listing() == before


def test_words_that_stand_twice_are_cited_by_range(with_note, printed):
    printed("cite", "note", "met twice", "--range", "107:116", "--dossier", with_note.path)
    assert "0 errors" in printed("check", with_note.path).out


@pytest.mark.parametrize(("answer", "files"), [("y\n", 2), ("n\n", 1)])
def test_add_asks_on_a_terminal(folder, printed, monkeypatch, answer, files):
    import io

    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    assert "write this into the dossier?" in printed("add", folder.file, "--dossier", folder.path).err
    assert len(folder.listing()) == files


def test_a_scan_is_registered_and_cited_by_page(folder, printed, tmp_path):
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 99)
    printed("add", tmp_path / "scan.png", "--dossier", folder.path)
    assert "it has no text layer" in printed("cite", "scan", "x", "--dossier", folder.path, code=20).err
    folder.say('[[citation]]\nid = "c"\ndocument = "scan"\npage = 1\n')
    assert "no text layer, so its words cannot be checked" in printed("check", folder.path).out
    assert "c: page 1" in printed("list", folder.path).out


@pytest.mark.parametrize("span", ["7", "9:7", "a:b"])
def test_a_range_that_is_none_is_a_slip_of_usage(with_note, printed, span):
    assert (
        f"'{span}'" in printed("cite", "note", "x", "--range", span, "--dossier", with_note.path, code=2).err
    )


def test_add_refuses_and_writes_nothing(with_note, printed):
    before = with_note.listing()
    for words, said in (
        ([with_note.file], "it is already document 'note', and nothing is left to complete"),
        ([DOCUMENTS / "en.txt", "--as", "note"], "it is another file, so register it under an id of its own"),
        ([DOCUMENTS / "en.txt", "--as", "noet"], "the dossier has no such document; it has 'note'"),
        ([DOCUMENTS / "encrypted.pdf"], "it is encrypted"),
        ([DOCUMENTS / "en.txt", DOCUMENTS / "en.txt"], "it is given twice"),
    ):
        assert said in printed("add", *words, "--dossier", with_note.path, code=20).err
    assert with_note.listing() == before


def citation(quote, more=""):
    return f'[[citation]]\nid = "c"\ndocument = "note"\nquote = "{quote}"\n{more}\n'


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (citation("the line was drawn"), 0, "0 errors"),
        (
            citation("the line was dwran"),
            1,
            "Cited: 'the line was dwran'. Nearest in the text: 'the line was drawn'",
        ),
        (
            citation("met twice"),
            1,
            "its words stand 2 times in document 'note', at characters 53–62, 107–116",
        ),
        (citation("met twice", "range = [107, 116]"), 0, "0 errors"),
        (citation("met twice", "range = [0, 9]"), 1, "at characters 0 to 9 of document 'note' stands"),
        (citation("the line was drawn", "range = [1, 9]"), 0, "stand at characters 68 to 86, not 1 to 9"),
        (citation("x", "range = [1, 9999]"), 1, "lie beyond the"),
        ('[[citation]]\nid = "c"\ndocument = "note"\npage = 1\n', 0, "0 errors"),
        ('[[citation]]\nid = "c"\ndocument = "note"\npage = 7\n', 1, "document 'note' has no page 7"),
        (citation("the ridge", f'sha256 = "{"ab" * 32}"'), 1, "was taken from a file with sha256 abab"),
    ],
)
def test_check_finds_every_quotation_anew(with_note, printed, text, code, said):
    with_note.say(text)
    assert said in printed("check", with_note.path, code=code).out


def test_check_sees_a_document_that_changed_or_is_gone(with_note, printed):
    file = with_note.path / "documents" / "note.txt"
    file.write_text(TEXT + "x", encoding="utf-8")
    assert "is another file than the one registered" in printed("check", with_note.path, code=1).out
    file.unlink()
    assert "there is no file documents/note.txt" in printed("check", with_note.path, code=1).out


SIDES = """
[[document]]
id = "letter"
party = "{one}"
date = 2020-07-16
[[instrument]]
id = "treaty"
titles = {{ en = "Treaty" }}
date = 1921
in_force_since = 1922
[[basis]]
section = "M1-S03"
party = "{one}"
instruments = ["treaty"]
[[position]]
section = "all"
party = "{one}"
date = 2021-02-03
language = "hy"
text = "our words"
"""


def test_room_for_both_and_what_was_not_received(folder, printed):
    folder.say(SIDES.format(one="AAA"))
    found = printed("check", folder.path).out
    assert "documents of AAA are registered (1), and none of BBB" in found
    assert "section all: AAA states its position; of BBB there is neither a position nor a reply" in found
    assert "section M1-S03: what AAA relies on is entered, and nothing for BBB" in found
    said = printed("basis", folder.path).out
    assert "AAA states, 2021-02-03 (hy): our words\n    reply: not received\n" in said
    assert "BBB: its position was not received" in said
    assert "AAA relies on treaty" in said
    assert "none is assumed" in said
    assert "S03" not in printed("basis", folder.path, "--section", "M1-S01").out
    assert printed("timeline", folder.path).out.split("\n")[:2] == [
        "1921        instrument       treaty: Treaty",
        "1922        in force since   treaty: Treaty",
    ]


def test_a_section_that_the_comparison_does_not_have_is_named(folder, printed):
    folder.say(SIDES.format(one="AAA"))
    (folder.path / "out").mkdir()
    result = folder.path / "out" / "comparison.json"
    for section, told in (("M1-S03", False), ("M1-S04", True)):
        result.write_text(json.dumps({"sections": [{"id": section}]}), encoding="utf-8")
        assert ("has no section M1-S03" in printed("check", folder.path).out) is told
    result.write_text("[]", encoding="utf-8")
    assert "this is no comparison" in printed("check", folder.path, code=20).err


def test_json_is_as_its_schema_says_and_swapped_parties_give_swapped_output(folder, printed, validator):
    plain = folder.text
    outputs = []
    for one in ("AAA", "BBB"):
        folder.toml.write_text(plain.replace("[party.AAA", f"[party.{one}") + SIDES.format(one=one), "utf-8")
        text = printed("list", folder.path, "--json").out
        validator("evidence-1").validate(json.loads(text))
        tree = json.loads(text)
        del tree["parties"]
        check = sorted(printed("check", folder.path).out.split("\n"))
        outputs.append((json.dumps(tree), check))
    swap = str.maketrans({"A": "B", "B": "A"})
    tree, check = outputs[1]
    assert tree.translate(swap).replace("BLL", "ALL") == outputs[0][0].replace("BLL", "ALL")
    swapped = sorted(line.replace("AAA", "#").replace("BBB", "AAA").replace("#", "BBB") for line in check)
    assert swapped == outputs[0][1]


def test_the_shipped_example_has_no_text_and_no_error(printed, shipped_dossier):
    assert not (shipped_dossier / "documents").exists()
    found = printed("check", shipped_dossier).out
    assert "0 errors, 0 warnings" in found
    tree = json.loads(printed("list", shipped_dossier, "--json").out)
    assert {one["party"] for one in tree["documents"]} == {"ARM", "AZE", None}
    assert [one["quote"] for one in tree["citations"]] == [None] * 4
