"""One letter in eight languages, the sentences ours and the countries invented: the same is found in each.

What is in it was written down before it was read (`EXPECTED`), and shares nothing with the patterns.
"""

from pathlib import Path

import pytest

from merestone.evidence.gazetteer import Entry, Gazetteer
from merestone.evidence.reading import read_text
from merestone.evidence.text import text_of

FOLDER = Path(__file__).parents[1] / "data" / "documents"
LANGUAGES = ("ar", "az", "en", "es", "fr", "hy", "ru", "zh")
EXPECTED = {
    "symbols": {"A/74/812", "S/2020/391", "A/73/501", "S/2018/877", "A/73/601"},
    "resolutions": {
        ("Security Council", 1202, 1998),
        ("Security Council", 1215, 1998),
        ("Security Council", 1227, 1999),
        ("General Assembly", "62/343", 2008),
    },
    "sessions": {("session", 74), ("year", 75)},
    "agenda_items": {34, 40, 135},
    "dates": {
        "2020-07-17", "2020-07-16", "2018-04-02", "2008-03-14", "1921-03-03", "1991-10-21", "2019-06-05",
        "2020-05-08", "2020-05-12",
    },
    "instruments": {"1921-03-03", "1991-10-21", "2019-06-05"},
    "articles": {"5"},
    "footnotes": {"1"},
    "coordinates": {(45.2, 41.125)},
    "distances": {3500.0},
    "scales": {200_000},
    "kinds": {"district", "water", "road"},
}  # fmt: skip
ALTAVIA = Gazetteer(
    [
        Entry("districts", "d1", "Karsan", "en"),
        Entry("waters", "w1", "Oragel", "en"),
        Entry("settlements", "s1", "Orsak", "en"),
        Entry("settlements", "s2", "Velim", "en"),
    ]
)


def reading(language):
    text = text_of([(FOLDER / f"{language}.txt").read_text(encoding="utf-8")], paged=False)
    return text, read_text(text, ALTAVIA)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_is_found_in_every_language(language):
    _, found = reading(language)
    assert found.language.code == language
    assert {
        "symbols": {one.symbol for one in found.symbols},
        "resolutions": {(one.body, one.number, one.year) for one in found.resolutions},
        "sessions": {(one.kind, one.number) for one in found.sessions},
        "agenda_items": {one.number for one in found.agenda_items},
        "dates": {one.iso for one in found.dates},
        "instruments": {one.date for one in found.instruments},
        "articles": {one.label for one in found.articles},
        "footnotes": {one.label for one in found.footnotes},
        "coordinates": {(one.lon, one.lat) for one in found.coordinates},
        "distances": {one.metres for one in found.distances},
        "scales": {one.denominator for one in found.scales},
        "kinds": {one.kind for one in found.places},
    } == EXPECTED
    assert len(found.instruments) == 3
    assert len(found.annexes) == 1
    assert [one.part is not None for one in found.agenda_items] == [False, False, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_places_are_those_of_the_gazetteer_in_every_script(language):
    _, found = reading(language)
    assert {one.kind: {match.id for match in one.matches} for one in found.places} == {
        "district": {"d1"},
        "water": {"w1"},
        "road": {"s1", "s2"},
    }
    sure = {match.sure for one in found.places for match in one.matches}
    same_letters = language in ("az", "en", "es", "fr")
    assert sure == {"same"} if same_letters else "same" not in sure or language == "zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_range_is_where_the_words_stand(language):
    text, found = reading(language)
    lists = [
        found.symbols, found.resolutions, found.sessions, found.agenda_items, found.dates, found.instruments,
        found.articles, found.places, found.coordinates, found.distances, found.scales,
    ]  # fmt: skip
    for one in [item for items in lists for item in items]:
        start, end = one.range
        assert text.text[start:end].replace("\n", " ") == one.text, one
        assert one.page is None


def test_a_joint_symbol_is_one_document():
    _, found = reading("en")
    joints = [one.joint for one in found.symbols]
    assert joints == ["A/74/812-S/2020/391"] * 2 + ["A/73/501-S/2018/877"] * 2 + [None]


def test_pages_are_counted_from_one():
    text = text_of(["one A/1/2", "", "three S/PV.3"], paged=True)
    assert text.page_starts == (0, 10, 11)
    assert [(one.symbol, one.page) for one in read_text(text, Gazetteer(())).symbols] == [
        ("A/1/2", 1),
        ("S/PV.3", 3),
    ]


def test_what_is_unclear_is_said_and_not_guessed():
    found = read_text(text_of(["On 3/4/2021 and 31 February 2021; 25/12/2020."], paged=False), Gazetteer(()))
    assert [one.iso for one in found.dates] == [None, None, "2020-12-25"]
    assert [one.code for one in found.findings].count("document-date-unclear") == 2


def test_a_text_of_no_language_is_cannot_say():
    found = read_text(text_of(["12 34"], paged=False), Gazetteer(()))
    assert (found.language.code, found.language.sure) == ("und", "cannot-say")
    assert [one.code for one in found.findings] == ["document-language-unknown"]
