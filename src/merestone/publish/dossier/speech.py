"""How a language says the texts of a dossier: words by the catalogues, figures, dates and places by CLDR.

The catalogues are gettext files (``locales/LANGUAGE.po``), read through Babel. A text becomes a few `Run`
values, so that each writer can mark foreign words and links in its own way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from math import isfinite

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from merestone.publish.descriptiontext import LANGUAGES, compass
from merestone.publish.dossier.content import (
    Amount,
    At,
    Day,
    Forms,
    Language,
    Link,
    Listed,
    Named,
    Reviewed,
    Said,
    Text,
    Unit,
    Verbatim,
    say,
)
from merestone.publish.report_text import sexagesimal
from merestone.publish.rounding import normal_longitude

__all__ = ["LANGUAGES", "Run", "Speaker", "catalogue", "speaker"]

SOURCE = "en"
"""The language of the keys."""
_NO_BREAK = "\u00a0"
_UNITS = {
    Unit.METRE: "length-meter",
    Unit.KILOMETRE: "length-kilometer",
    Unit.SQUARE_KILOMETRE: "area-square-kilometer",
}
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text. ``language`` where it is not the reader's, ``to`` where it leads somewhere."""

    text: str
    language: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language by their keys, and who has reviewed them."""

    language: str
    reviewed_by: str | None
    sentences: dict[str, str]


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of `LANGUAGES`."""
    data = (files("merestone.publish") / "locales" / f"{language}.po").read_bytes()
    found = read_po(BytesIO(data), locale=language)
    reviewed = re.search(r"^# Reviewed by: (.+)$", found.header_comment, re.MULTILINE)
    who = reviewed[1].strip() if reviewed else "nobody"
    texts = {str(one.id): str(one.string) for one in found if one.id and one.string}
    return Catalogue(language, None if who == "nobody" else who, texts)


class Speaker:
    """Says texts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._catalogue = catalogue(language)
        self._comma = self.locale.list_patterns["standard"]["middle"].replace("{0}", "").replace("{1}", "")

    @property
    def reviewed(self) -> bool:
        """Whether a speaker has reviewed the catalogue."""
        return self._catalogue.reviewed_by is not None

    def plain(self, text: Text) -> str:
        """The text without marks, on one line."""
        return "".join(run.text for run in self.runs(text))

    def runs(self, text: Text) -> Iterator[Run]:
        """The stretches of a text. Raises KeyError where a sentence has no translation."""
        match text:
            case str():
                yield Run(text)
            case Said():
                yield from self._sentence(text)
            case Verbatim():
                yield Run(text.text, text.language if text.language not in (self.language, "und") else None)
            case Named():
                yield self._name(text)
            case Forms():
                yield from _forms(text.of)
            case Link():
                for run in self.runs(text.text):
                    yield Run(run.text, run.language, text.to)
            case Listed():
                for number, item in enumerate(text.items):
                    if number:
                        yield Run(self._comma)
                    yield from self.runs(item)
            case Reviewed():
                yield from self._sentence(self._review())
            case _:
                yield Run(self._figure(text))

    def _sentence(self, said: Said) -> Iterator[Run]:
        values = dict(said.values)
        template = self._catalogue.sentences[said.key]
        for number, part in enumerate(_SLOT.split(template)):
            if number % 2:
                yield from self.runs(values[part])
            elif part:
                yield Run(part)

    def _review(self) -> Said:
        who = self._catalogue.reviewed_by
        if who is None:
            return say(
                "No speaker of {language} has reviewed the wording of this version. The figures are the same in every language.",
                language=Language(self.language),
            )
        return say(
            "The wording of this version in {language} was reviewed by {reviewer}. The figures are the same in every language.",
            language=Language(self.language),
            reviewer=who,
        )

    def _name(self, thing: Named) -> Run:
        """The name in the reader's language, else in English, else the one without a language."""
        forms = dict(thing.forms)
        for code in (self.language, SOURCE, "und", *forms):
            if code in forms:
                return Run(forms[code], code if code not in (self.language, "und") else None)
        return Run(thing.id)

    def _figure(self, value: Amount | At | Day | Language) -> str:
        match value:
            case Amount():
                return self._amount(value)
            case At():
                return self._place(value)
            case Day():
                return self._day(value.iso)
        return self._language(value.code)

    def _language(self, code: str) -> str:
        try:
            return Locale.parse(code).get_display_name(self.language) or code
        except ValueError:
            return code

    def number(self, value: float, decimals: int = 0) -> str:
        """A figure with so many decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, pattern, locale=self.locale))

    def _amount(self, amount: Amount) -> str:
        value, unit = amount.value, amount.unit
        if not isfinite(value):
            return "–"
        match unit:
            case Unit.COUNT:
                return self.number(value)
            case Unit.CHAINAGE:
                return self.number(value, 3)
            case Unit.SCALE:
                return f"1:{self.number(value)}"
            case Unit.SHARE:
                return str(format_decimal(value, "0.0 %", locale=self.locale)).replace(" ", _NO_BREAK)
        pattern = "#,##0" + ("." + "0" * decimals if (decimals := _decimals(value, unit)) else "")
        text = format_unit(value, _UNITS[unit], "short", format=pattern, locale=self.locale)
        return str(text).replace(" ", _NO_BREAK)

    def _day(self, iso: str) -> str:
        parts = [int(part) for part in iso.split("-")]
        if len(parts) == 1:
            return iso
        if len(parts) == 2:
            return str(format_skeleton("yMMMM", date(parts[0], parts[1], 1), locale=self.locale))
        return str(format_date(date(parts[0], parts[1], parts[2]), "long", locale=self.locale))

    def _place(self, at: At) -> str:
        lat, lon = self._angle(at.lat, "NS"), self._angle(normal_longitude(at.lon), "EW")
        return f"{lat}{self._comma}{lon}"

    def _angle(self, value_deg: float, letters: str) -> str:
        """Degrees, minutes and seconds to 0.1″ (about 3 m)."""
        degrees, minutes, tenths = sexagesimal(value_deg)
        seconds = format_decimal(tenths / 10, "00.0", locale=self.locale)
        letter = letters[1] if value_deg < 0 and (degrees or minutes or tenths) else letters[0]
        angle = compass(self.language)[letter].format(f"{degrees}°{minutes:02d}′{seconds}″")
        return angle.replace(" ", _NO_BREAK)


def _forms(thing: Named) -> Iterator[Run]:
    """Each form once, with its language where only one has it; without a language only where no other is."""
    told: dict[str, str | None] = {}
    for code, form in thing.forms:
        if code != "und":
            told[form] = code if form not in told else None
    if not told:
        told = {form: None for _, form in thing.forms} or {thing.id: None}
    for number, (form, language) in enumerate(told.items()):
        if number:
            yield Run(" / ")
        yield Run(form, language)


def _decimals(value: float, unit: Unit) -> int:
    """As in the report: no more figures than can be read, never zero for what is something."""
    size = abs(value)
    if unit is Unit.METRE:
        return 0 if round(size, 1) >= 10 or not size else 1 if round(size, 3) >= 1 else 3
    if unit is Unit.KILOMETRE:
        return 1 if size >= 10 else 3 if size else 0
    return 1 if size >= 100 else 2 if size >= 1 else 4 if size else 0


@cache
def speaker(language: str) -> Speaker:
    """The speaker of one of `LANGUAGES`."""
    return Speaker(language)
