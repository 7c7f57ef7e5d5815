"""The shipped schema of entries is that of the classes that read them, and tells what they accept."""

import sys
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(Path(__file__).parent)]
import record_schema  # noqa: E402
from pens import exchange, founded, words  # noqa: E402

from merestone.record.bodies import (  # noqa: E402
    BODIES,
    Notice,
    Reserve,
)
from merestone.record.schemas import load_schema  # noqa: E402


def test_it_is_up_to_date():
    assert record_schema.TARGET.read_text(encoding="utf-8") == record_schema.text()


def test_it_tells_of_every_type():
    Draft202012Validator.check_schema(load_schema())
    kinds = [one["if"]["properties"]["type"]["const"] for one in load_schema()["allOf"]]
    assert kinds == list(BODIES)
    assert all("``" + kind + "``: " in (body.__doc__ or "") for kind, body in BODIES.items())


@pytest.fixture(scope="module")
def payloads():
    left, right = founded()
    offer = left.propose()
    exchange(left, right)
    right.write("reserve", Reserve(offer.hash, words()))
    right.write("notice", Notice(words()))
    right.write("weather", {"wind": "north"})
    return [msgspec.json.decode(entry.data) for entry in right.entries]


def test_entries_fit_it(payloads):
    validator = Draft202012Validator(load_schema())
    for payload in payloads:
        validator.validate(payload)


def test_what_entries_cannot_say_does_not_fit(payloads):
    validator = Draft202012Validator(load_schema())
    notice = next(one for one in payloads if one["type"] == "notice")
    for spoiled in (
        {**notice, "more": 1},
        {**notice, "seq": 0},
        {**notice, "body": {}},
        {**notice, "body": {**notice["body"], "mood": "good"}},
        {**notice, "v": 2},
    ):
        assert not validator.is_valid(spoiled)
