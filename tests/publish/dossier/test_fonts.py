"""The vendored fonts, and the characters that none of them has."""

import re
from hashlib import sha256

import pytest

from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier import fonts
from merestone.publish.dossier.speech import catalogue

# What somebody who types in these scripts uses, written down by hand.
ALPHABETS = {
    "Azerbaijani": "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz",
    "Armenian": "".join(map(chr, [*range(0x531, 0x557), *range(0x561, 0x588)])) + "՚՛՜՝՞՟։֊«»",
    "Russian": "".join(map(chr, range(0x410, 0x450))) + "Ёё№",
    "French": "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ",
    "Chinese": "中华人民共和国决议号、。《》（）：；“”‘’……——一二三四五六七八九十〇年月日号第条",
    "signs": "°′″±−×≤≥≈²³½§†‡•–—…→←↑↓√∑",
}


def test_the_fonts_are_those_of_the_table():
    table = (fonts.folder() / "README.md").read_text("utf-8")
    named = dict(re.findall(r"^\| `(.+?\.ttf)` \|.*`([0-9a-f]{64})` \|$", table, re.MULTILINE))
    shipped = {path.name for path in fonts.folder().glob("*.ttf")}
    assert set(named) == shipped
    for name, digest in named.items():
        assert sha256((fonts.folder() / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("script", ALPHABETS)
def test_each_alphabet_is_covered(script):
    assert fonts.spelled(ALPHABETS[script]) == ALPHABETS[script]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_merestone_can_be_set(language):
    assert [text for text in catalogue(language).sentences.values() if fonts.spelled(text) != text] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("თბილისი x", "‹U+10D7 U+10D1 U+10D8 U+10DA U+10D8 U+10E1 U+10D8› x", id="Georgian"),
        pytest.param("a\u202eb\u2066", "a‹U+202E›b‹U+2066›", id="turns the order around"),
        pytest.param("a\x00b\x1b", "a‹U+0000›b‹U+001B›", id="controls"),
        pytest.param("𠀀", "‹U+20000›", id="beyond the basic plane"),
        pytest.param("a\nb\tc", "a\nb\tc", id="lines and tabs stay"),
        pytest.param("‹U+10D0›", "‹U+10D0›", id="its own writing"),
    ],
)
def test_what_no_font_has_is_written_by_its_number(text, shown):
    assert fonts.spelled(text) == shown


def test_the_characters_are_told_one_by_one():
    assert list(fonts.missing("ə ქ中ქ")) == ["ქ", "ქ"]
