"""What a dossier says of documents: every key read, every slip refused with its place."""

import re
import tomllib
from pathlib import Path

import pytest

from merestone.errors import BadInputError
from merestone.model.documents import (
    Basis,
    Citation,
    Document,
    Instrument,
    NameForm,
    PlaceName,
    Position,
    Precedence,
    Statement,
    Translation,
    Weight,
)
from merestone.sources import keynames
from merestone.sources.canonical import dossier_digest
from merestone.sources.dossier import parse_dossier

HEAD = 'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n'
HASH = "ab" * 32
FULL = f"""
[evidence]
precedence = ["text", "map"]
precedence_agreed_in = "c1"
[[source]]
id = "sheet"
path = "sheet.gpkg"
kind = "lines"
[[document]]
id = "note"
title = "A note"
symbol = ["A/1/2", "S/3"]
date = "1999-04"
party = "AAA"
kind = "letter"
language = "zh"
path = "documents/note.txt"
sha256 = "{HASH}"
publisher = "p"
licence = "l"
stated_by = "s"
facts = ["f"]
refers_to = "S/4"
[[document]]
id = "act"
body = "An assembly"
[[citation]]
id = "c1"
document = "note"
sha256 = "{HASH}"
quote = "words < & \\" 字"
range = [3, 9]
page = 2
translation = [{{ language = "en", text = "t", by = "b" }}]
[[instrument]]
id = "treaty"
titles = {{ en = "Treaty" }}
date = 1921-10-13
parties = ["BBB", "CCC", "AAA"]
tripoint = "45°30′E 41.25N"
in_force_since = 1922
in_force_until = 1991
critical_date = 1921-10-13
says = "c1"
stated_by = "s"
[[basis]]
section = "M1-S03"
party = "BBB"
instruments = ["treaty"]
maps = ["sheet"]
citations = ["c1"]
stated_in = "note"
[[position]]
section = "all"
party = "BBB"
date = 2001-02-03
language = "hy"
text = "x"
translation = []
citations = ["c1"]
reply = {{ party = "AAA", date = 2001-02-04, language = "az", text = "y", translation = [], citations = [] }}
[[name]]
place = "lake"
forms = [{{ language = "hy", form = "b", used_by = ["BBB"] }},
         {{ language = "az", form = "a", used_by = ["AAA"] }}]
"""


def read(text, tmp_path):
    return parse_dossier(text.encode(), tmp_path / "dossier.toml")


def test_every_key_arrives(tmp_path):
    made = read(HEAD + FULL, tmp_path).evidence
    act, note = made.documents
    assert act == Document(id="act", title="act", body="An assembly")
    assert note == Document(
        "note", "A note", ("A/1/2", "S/3"), "1999-04", "AAA", None, "letter", "zh", "documents/note.txt",
        HASH, "p", "l", "s", ("f",), ("S/4",),
    )  # fmt: skip
    by = (Translation("en", "t", "b"),)
    assert made.citations == (Citation("c1", "note", HASH, 'words < & " 字', 3, 9, 2, by),)
    assert made.instruments == (
        Instrument(
            "treaty",
            {"en": "Treaty"},
            "1921-10-13",
            ("AAA", "BBB", "CCC"),
            "1922",
            "1991",
            "1921-10-13",
            ("c1",),
            "s",
            (45.5, 41.25),
        ),
    )
    assert made.basis == (Basis("M1-S03", "BBB", ("treaty",), ("sheet",), ("c1",), "note"),)
    said = Statement("BBB", "2001-02-03", "hy", "x", (), ("c1",))
    assert made.positions == (Position("all", said, Statement("AAA", "2001-02-04", "az", "y")),)
    assert made.names == (PlaceName("lake", (NameForm("az", "a", ("AAA",)), NameForm("hy", "b", ("BBB",)))),)
    assert made.precedence == Precedence((Weight.TEXT, Weight.MAP), "c1")
    assert made.where["document act"].endswith("dossier.toml: document[2]")


def test_the_example_and_the_reference_have_every_key():
    found = tomllib.loads(HEAD + FULL)
    page = (Path(__file__).parents[2] / "docs" / "reference" / "dossier.md").read_text(encoding="utf-8")
    sections = {one.partition("\n")[0]: one for one in re.split(r"^## ", page, flags=re.MULTILINE)}

    def documented(start):
        return set(re.findall(r"^\| `([^`]+)` \|", sections[start], flags=re.MULTILINE))

    for name in ("document", "citation", "instrument", "basis", "position", "name"):
        known = set(getattr(keynames, f"{name.upper()}_KEYS"))
        used = set().union(*(set(one) for one in found[name]))
        assert used == known == documented(f"`[[{name}]]`"), name
    assert set(found["evidence"]) == set(keynames.EVIDENCE_KEYS) == documented("`[evidence]`")
    assert set(found["citation"][0]["translation"][0]) == set(keynames.TRANSLATION_KEYS)
    assert set(found["position"][0]["reply"]) == set(keynames.REPLY_KEYS)
    assert set(found["name"][0]["forms"][0]) == set(keynames.FORM_KEYS)


DOCUMENT = '[[document]]\nid = "note"\n'
CITATION = '[[citation]]\nid = "c1"\ndocument = "note"\nquote = "q"\n'
POSITION = '[[position]]\nsection = "all"\nparty = "AAA"\ndate = 2001-02-03\nlanguage = "hy"\ntext = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DOCUMENT + 'symbl = "A/1"\n', ["document[1].symbl", "unknown key", "'symbol'"]),
        (DOCUMENT + DOCUMENT, ["document[2].id = 'note'", "document[1] has the same id"]),
        (DOCUMENT + 'language = "qqz"\n', ["document[1].language = 'qqz'", "not known"]),
        (DOCUMENT + 'language = "1"\n', ["document[1].language", "a language code"]),
        (DOCUMENT + 'party = "CCC"\n', ["document[1].party = 'CCC'", "'AAA' and 'BBB'"]),
        (DOCUMENT + 'party = "AAA"\nbody = "b"\n', ["document[1].body", "remove one"]),
        (DOCUMENT + 'path = "/etc/hosts"\n', ["document[1].path", "absolute"]),
        (DOCUMENT + 'path = "../x"\n', ["document[1].path", "goes up"]),
        (DOCUMENT + 'sha256 = "12"\n', ["document[1].sha256", "64 hexadecimal"]),
        (DOCUMENT + CITATION.replace('"note"', '"nott"'), ["citation[1].document", "nearest id is 'note'"]),
        (
            DOCUMENT + CITATION.replace('quote = "q"\n', ""),
            ["citation[1]", "neither quote nor range nor page"],
        ),
        (DOCUMENT + CITATION + "range = [5, 5]\n", ["citation[1].range", "behind the start"]),
        (DOCUMENT + CITATION + "range = [5]\n", ["citation[1].range", "[start, end]"]),
        (DOCUMENT + CITATION + "page = 0\n", ["citation[1].page", "from 1"]),
        (
            DOCUMENT + CITATION + 'translation = [{ language = "en", text = "t" }]\n',
            ["citation[1].translation[1]", "'by' is missing"],
        ),
        ('[[instrument]]\nid = "t"\ntitles = {}\n', ["instrument[1].titles", "no title"]),
        (
            '[[instrument]]\nid = "t"\ntitles = { en = "T" }\nin_force_since = 1950\nin_force_until = 1949\n',
            ["instrument[1].in_force_until", "exchange"],
        ),
        (
            '[[instrument]]\nid = "t"\ntitles = { en = "T" }\nparties = ["AAA", "BBB"]\ntripoint = "4E 4N"\n',
            ["instrument[1].tripoint", "third State"],
        ),
        (
            '[[instrument]]\nid = "t"\ntitles = { en = "T" }\ntripoint = "45, 41"\n',
            ["instrument[1].tripoint", "45.0014E 41.2963N"],
        ),
        (
            '[[instrument]]\nid = "t"\ntitles = { en = "T" }\nsays = "c9"\n',
            ["instrument[1].says", "no citation"],
        ),
        ('[[basis]]\nsection = "all"\nparty = "AAA"\n', ["basis[1]", "rests on nothing"]),
        ('[[basis]]\nsection = "all"\nparty = "AAA"\nmaps = ["m"]\n', ["basis[1].maps[1]", "no source"]),
        ('[[basis]]\nsection = "S3"\nparty = "AAA"\nmaps = []\n', ["basis[1].section", "M1-S03"]),
        (POSITION.replace("2001-02-03", "2001"), ["position[1].date", "a whole day"]),
        (
            POSITION + 'reply = { party = "AAA", date = 2001-02-04, language = "az", text = "y" }\n',
            ["position[1].reply.party", "of the other party"],
        ),
        (
            POSITION + 'reply = { party = "BBB", date = 2001-02-02, language = "az", text = "y" }\n',
            ["position[1].reply.date", "before what it replies to"],
        ),
        ('[[name]]\nplace = "p"\nforms = []\n', ["name[1].forms", "no form"]),
        (
            '[evidence]\nprecedence = ["text", "map"]\n',
            ["'precedence_agreed_in' is missing", "merestone ranks nothing"],
        ),
        ('[evidence]\nprecedence = ["maps"]\n', ["evidence.precedence[1]", "'map'"]),
        ('[evidence]\nprecedence = ["map", "map"]\n', ["evidence.precedence", "once"]),
        (
            '[evidence]\nprecedence = ["map"]\nprecedence_agreed_in = "c2"\n',
            ["evidence.precedence_agreed_in = 'c2'", "entry of the record"],
        ),
        ('[evidence]\nprecedence_agreed_in = "AAA-7"\n', ["evidence", "without precedence"]),
    ],
)
def test_what_cannot_be_used_names_its_place(tmp_path, text, words):
    with pytest.raises(BadInputError) as error:
        read(HEAD + text, tmp_path)
    assert [word for word in words if word not in str(error.value)] == []


def test_documents_are_no_setting_of_a_comparison(tmp_path):
    """A citation that is added must not make an earlier comparison look changed."""
    bare = FULL[FULL.index("[[source]]") : FULL.index("[[document]]")]
    with_documents, without = (dossier_digest(read(HEAD + text, tmp_path), None) for text in (FULL, bare))
    assert with_documents == without
