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
