"""Canonical JSON against the reference package for RFC 8785, and everything that must not pass."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.record import canonical

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
VALUES = st.recursive(
    st.booleans() | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


def written(value):
    """Canonical bytes, None for a string that no record takes."""
    try:
        return canonical.encode(value)
    except BadInputError:
        with pytest.raises(BadInputError):
            canonical.check_text(rfc8785.dumps(value))
        return None


@settings(max_examples=50)
@given(VALUES)
def test_same_bytes_as_the_reference_package(value):
    """The subset is one of RFC 8785: what we write, the package of that name writes too."""
    data = written(value)
    if data is None:
        return
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"b": 1, "a": [True, False]}, b'{"a":[true,false],"b":1}'),
        ({"t": 'say "so" \\ now'}, b'{"t":"say \\"so\\" \\\\ now"}'),
        ({"t": "Հայաստան / Azərbaycan €"}, '{"t":"Հայաստան / Azərbaycan €"}'.encode()),
        ({"n": -(2**53 - 1)}, b'{"n":-9007199254740991}'),
        ([], b"[]"),
    ],
)
def test_written_out(value, data):
    assert canonical.encode(value) == data
    assert canonical.decode(data) == value


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"a":1.5}', "floats"),
        (b'{"a":1e2}', "floats"),
        (b'{"a":null}', "null"),
        (b'{"a":9007199254740992}', "2^53"),
        (b'{"a":123456789012345678901234567890}', "2^53"),
        (b'{"a":1,"a":2}', "key twice"),
        (b'{"a":1,"a":1}', "key twice"),
        (b'{"b":1,"a":2}', "canonical"),
        (b'{"a": 1}', "canonical"),
        (b'{"a":1} ', "canonical"),
        (b'{"a":01}', "not JSON"),
        (b'{"a":-0}', "canonical"),
        (b'{"A":1}', "no key"),
        ('{"ä":1}'.encode(), "no key"),
        (b'{"":1}', "no key"),
        (b'{"a":"\\u0061"}', "escape"),
        (b'{"a":"\\/"}', "escape"),
        (b'{"a":"\\n"}', "escape"),
        (b'{"a":"\n"}', "U+000A"),
        (b'{"a":"\x7f"}', "U+007F"),
        ('{"a":"e\u0301"}'.encode(), "normal form C"),
        ('{"a":"\u202e"}'.encode(), "U+202E"),
        ('{"a":"a\u200bb"}'.encode(), "U+200B"),
        ('{"a":"\u00ad"}'.encode(), "U+00AD"),
        ('{"a":"\ufeff"}'.encode(), "U+FEFF"),
        ('{"a":"\u2028"}'.encode(), "U+2028"),
        ('{"a":"\ue000"}'.encode(), "U+E000"),
        ('{"a":"\U000e0041"}'.encode(), "U+E0041"),
        (b'{"a":"\xc0\xaf"}', "UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8"),
        (b'{"a":"\xf5\x80\x80\x80"}', "UTF-8"),
        (b"[" * 18 + b"]" * 18, "nested"),
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"", "not JSON"),
        (b"[" + b"1," * 300_000 + b"1]", "bytes of JSON"),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_what_is_refused(data, says):
    with pytest.raises(BadInputError, match=says.replace("^", r"\^").replace("+", r"\+")):
        canonical.decode(data)


@settings(max_examples=50)
@given(VALUES, st.integers(0, 10**6))
def test_no_flipped_bit_reads_as_the_same_value(value, which):
    """Every value has one form: bytes that differ are another value, or refused."""
    data = written(value)
    if data is None:
        return
    place = which % (len(data) * 8)
    other = bytearray(data)
    other[place // 8] ^= 1 << (place % 8)
    try:
        read = canonical.decode(bytes(other))
    except BadInputError:
        return
    assert json.dumps(read) != json.dumps(value)


@pytest.mark.parametrize(
    "value", [1.0, None, {"a": None}, {1: 2}, b"x", {"A": 1}, 2**53, {"a": float("nan")}]
)
def test_what_has_no_form_is_not_written(value):
    with pytest.raises(BadInputError):
        canonical.encode(value)


def test_what_a_person_types_is_brought_into_normal_form():
    assert canonical.clean("e\u0301") == "é"
    with pytest.raises(BadInputError, match=r"U\+202E"):
        canonical.clean("a\u202eb")
    with pytest.raises(BadInputError, match="no assigned"):
        canonical.clean("\u0378")
