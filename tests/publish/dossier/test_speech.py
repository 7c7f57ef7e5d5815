"""How a language says a text: words, figures, dates and places."""

import string
import sys
from pathlib import Path

import pytest

from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier.content import (
    Amount,
    At,
    Day,
    Forms,
    Language,
    Link,
    Listed,
    Said,
    Unit,
    Verbatim,
    named,
)
from merestone.publish.dossier.speech import Run, catalogue, speaker

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import catalogues  # noqa: E402


def slots(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_code_has_a_translation_with_the_same_values(language):
    texts = catalogue(language).sentences
    assert sorted(texts) == catalogues.sentences()
    assert {key: slots(text) for key, text in texts.items()} == {key: slots(key) for key in texts}


def test_the_catalogues_are_as_the_tool_writes_them():
    for language in LANGUAGES:
        reviewed, texts = catalogues.stored(language)
        kept = (catalogues.LOCALES / f"{language}.po").read_text(encoding="utf-8")
        assert kept == catalogues.text_of(language, reviewed, texts)


def test_a_sentence_without_a_translation_is_an_error():
    with pytest.raises(KeyError, match="Nobody wrote this"):
        speaker("az").plain(Said("Nobody wrote this."))


# Written down by hand from the CLDR charts 47; nothing here is computed by merestone.
FIGURES = [
    ("en", Amount(1234.5, Unit.METRE), "1,234\u00a0m"),
    ("en", Amount(0.25, Unit.METRE), "0.250\u00a0m"),
    ("fr", Amount(12.346, Unit.SQUARE_KILOMETRE), "12,35\u202fkm²"),
    ("ru", Amount(662.66, Unit.KILOMETRE), "662,7\u00a0км"),
    ("hy", Amount(662.66, Unit.KILOMETRE), "662,7\u00a0կմ"),
    ("az", Amount(0.36, Unit.SHARE), "36,0\u00a0%"),
    ("zh", Day("2020-05-07"), "2020年5月7日"),
    ("ru", Day("2020-05-07"), "7 мая 2020\u202fг."),
    ("fr", Day("2020-05"), "mai 2020"),
    ("az", Day("2020"), "2020"),
    ("zh", At(45.5, 40.25), "北纬40°15′00.0″、东经45°30′00.0″"),
    ("en", At(-0.000001, 40.0), "40°00′00.0″\u00a0N, 0°00′00.0″\u00a0E"),
    ("fr", Language("hy"), "arménien"),
    ("en", Language("not a code"), "not a code"),
]


@pytest.mark.parametrize(("language", "value", "expected"), FIGURES)
def test_figures_are_written_as_the_language_writes_them(language, value, expected):
    assert speaker(language).plain(value) == expected


def test_a_name_is_that_of_the_reader_and_marked_where_it_is_another_language():
    place = named("7", {"az": "Daşkəsən", "en": "Dashkasan", "und": "Daskesen"})
    assert list(speaker("az").runs(place)) == [Run("Daşkəsən")]
    assert list(speaker("zh").runs(place)) == [Run("Dashkasan", "en")]
    assert speaker("zh").plain(named("7", {})) == "7"


def test_every_form_of_a_name_stands_once_in_the_order_of_the_codes():
    place = named("7", {"hy": "Գյուղ", "az": "Kənd", "ru": "Село", "en": "Kənd", "und": "Kend"})
    shown = [Run("Kənd"), Run(" / "), Run("Գյուղ", "hy"), Run(" / "), Run("Село", "ru")]
    assert list(speaker("fr").runs(Forms(place))) == shown
    assert speaker("fr").plain(Forms(named("7", {"und": "Kend"}))) == "Kend"
    assert speaker("fr").plain(Forms(named("7", {}))) == "7"


def test_links_and_lists_keep_what_is_in_them():
    text = Listed((Link("section-M1-S01", Verbatim("M1-S01")), Verbatim("Լոռի", "hy")))
    assert list(speaker("zh").runs(text)) == [
        Run("M1-S01", None, "section-M1-S01"),
        Run("、"),
        Run("Լոռի", "hy"),
    ]
