"""One strict grammar of coordinates: what is ambiguous is refused, never guessed.

An angle is decimal degrees (``41.125``, ``41.125°``) or degrees, minutes and seconds
(``41°07′30″``; ``'`` and ``"`` stand for ′ and ″, ``deg`` for °), minutes and seconds below 60, only the
last component with decimals. A hemisphere letter N, S, E or W stands before or after it; without a
letter, ``-`` or U+2212 may make it negative. A pair with letters may have either first; a pair without
letters needs an order from elsewhere. The text is cut into tokens, which are read once from left to
right, so time is linear in its length.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from merestone.errors import BadInputError

Axis = Literal["lat", "lon"]

MAX_LENGTH = 200
_AXIS_OF = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}
_NAME = {"lat": "latitude", "lon": "longitude"}
_FORMS = "write e.g. 41°07′30″N 45°12′00″E or 41.125N 45.2E"
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<deg>°|deg)|(?P<min>[′'])|(?P<sec>[″\"])"
    r"|(?P<hem>[NSEW])|(?P<sign>[-\u2212])|(?P<comma>[,;])|(?P<space>[ \t\u00a0\u2009\u202f]+)"
)
_LOOKALIKES = {
    "º": "the ordinal sign º; write ° (U+00B0)",
    "˚": "the ring ˚; write ° (U+00B0)",
    "’": "the quotation mark ’; write ′ or '",
    "‘": "the quotation mark ‘; write ′ or '",
    "”": 'the quotation mark ”; write ″ or "',
    "“": 'the quotation mark “; write ″ or "',
    "–": "a dash; write - or − (U+2212)",
    "—": "a dash; write - or − (U+2212)",
    "+": "a plus sign; leave it out",
}


class CoordinateError(BadInputError, ValueError):
    """A text is no coordinate by the grammar, or one that could be read in two ways."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Angle:
    """What was read: exact degrees, the hemisphere letter, and whether a sign stood before it."""

    degrees: Fraction
    letter: str | None
    signed: bool

    @property
    def axis(self) -> str | None:
        return None if self.letter is None else _AXIS_OF[self.letter]


def parse_angle(text: str, axis: Axis) -> float:
    """A latitude (``lat``) or longitude (``lon``) in degrees, north and east positive.

    A latitude is within ±90. A longitude with a letter is within 180; without one it is from -180 to
    360, and a caller that lets one beyond 180 through says so in a finding. Raises CoordinateError
    (a ValueError too) that says what was read and how to write it.
    """
    reader = _Reader(text)
    angle = reader.angle(prefixed=reader.starts_with_letter())
    reader.end()
    if angle.axis not in (None, axis):
        raise reader.refuse(f"{angle.letter} does not belong to a {_NAME[axis]}")
    return _in_range(angle, axis, reader)


def parse_pair(text: str, order: str | None = None) -> tuple[float, float]:
    """A place as (longitude, latitude) in degrees.

    ``order`` (``lonlat`` or ``latlon``) is needed, and used, only where the text has no hemisphere
    letters. Ranges and errors as for `parse_angle`.
    """
    if order not in (None, "lonlat", "latlon"):
        raise ValueError(f"order must be 'lonlat' or 'latlon', not {order!r}")
    reader = _Reader(text)
    prefixed = reader.starts_with_letter()
    one = reader.angle(prefixed=prefixed)
    reader.separator(needed=one.letter is None)
    other = reader.angle(prefixed=prefixed)
    reader.end()
    lat, lon = _latlon(one, other, order, reader)
    return _in_range(lon, "lon", reader), _in_range(lat, "lat", reader)


def _latlon(one: _Angle, other: _Angle, order: str | None, reader: "_Reader") -> tuple[_Angle, _Angle]:
    axes = (one.axis, other.axis)
    if axes == ("lat", "lon"):
        return one, other
    if axes == ("lon", "lat"):
        return other, one
    if axes != (None, None):
        if None in axes:
            raise reader.refuse("only one of the two has a hemisphere letter; give both theirs")
        raise reader.refuse(f"both are {_NAME[str(one.axis)]}s")
    reader.check_comma()
    if order is None:
        raise reader.refuse(
            "nothing says which of the two is the latitude; add letters, or give the order (lonlat or latlon)"
        )
    return (one, other) if order == "latlon" else (other, one)


def _in_range(angle: _Angle, axis: Axis, reader: "_Reader") -> float:
    """The angle as float, correctly rounded; refused outside the range of its axis."""
    value = angle.degrees
    most = 90 if axis == "lat" else 180 if angle.letter or value < 0 else 360
    if abs(value) > most:
        raise reader.refuse(f"the {_NAME[axis]} {float(value):g} is beyond {most}°", form=False)
    return float(value)  # an exact zero has no sign


class _Reader:
    """Reads the tokens of one text from left to right."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._tokens = self._cut(text)
        self._at = 0

    def refuse(self, what: str, *, form: bool = True) -> CoordinateError:
        shown = self._whole if len(self._whole) <= 60 else self._whole[:59] + "…"
        return CoordinateError(
            f"the coordinates {shown!r} cannot be read: {what}" + (f"; {_FORMS}" if form else "")
        )

    def _cut(self, text: str) -> Sequence[_Token]:
        if len(text) > MAX_LENGTH:
            raise self.refuse(f"they have {len(text)} characters, more than {MAX_LENGTH}")
        tokens: list[_Token] = []
        at = 0
        stripped = text.strip(" \t\u00a0\u2009\u202f")
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None:
                raise self.refuse(f"there is {_described(stripped[at])}")
            tokens.append(_Token(str(match.lastgroup), match[0]))
            at = match.end()
        if not tokens:
            raise self.refuse("there is nothing in them")
        return tokens

    def _peek(self, ahead: int = 0) -> str | None:
        k = self._at + ahead
        return self._tokens[k].kind if k < len(self._tokens) else None

    def _take(self, kind: str) -> str | None:
        """The text of the next token if it is of this kind, else None and nothing happens."""
        if self._peek() != kind:
            return None
        self._at += 1
        return self._tokens[self._at - 1].text

    def _skip_space_before(self, *kinds: str) -> None:
        if self._peek() == "space" and self._peek(1) in kinds:
            self._at += 1

    def starts_with_letter(self) -> bool:
        return self._peek() == "hem"

    def angle(self, *, prefixed: bool) -> _Angle:
        letter = self._take("hem") if prefixed else None
        if prefixed and letter is None:
            raise self.refuse(
                "the letter of the second stands elsewhere than that of the first, or is missing"
            )
        self._skip_space_before("number", "sign")
        signed = self._take("sign") is not None
        degrees = self._body()
        if not prefixed:
            self._skip_space_before("hem")
            letter = self._take("hem")
        if signed and letter:
            raise self.refuse(f"a minus and the letter {letter} together could mean either side")
        negative = signed or letter in ("S", "W")
        return _Angle(-degrees if negative else degrees, letter, signed)

    def _body(self) -> Fraction:
        """Degrees, or degrees and minutes, or degrees, minutes and seconds."""
        text = self._number("degrees")
        if len(text.partition(".")[0]) > 3:
            raise self.refuse(
                f"{text} has more than three digits for degrees; part degrees, minutes and seconds by signs"
            )
        self._skip_space_before("deg")
        if self._take("deg") is None:
            if self._peek() in ("min", "sec"):
                raise self.refuse(f"{text} has a sign of minutes or seconds, but no degrees stand before it")
            return Fraction(text)
        total = Fraction(text)
        for unit, kind, share in (("minutes", "min", 60), ("seconds", "sec", 3600)):
            if not self._component_follows():
                break
            if "." in text:
                raise self.refuse(f"decimals stand in {text}, but only the last component may have them")
            self._skip_space_before("number")
            text = self._number(unit)
            self._skip_space_before(kind)
            if self._take(kind) is None:
                raise self.refuse(f"{text} is not followed by the sign of {unit}")
            if len(text.partition(".")[0]) > 2 or Fraction(text) >= 60:
                raise self.refuse(f"{text} {unit} are not below 60")
            total += Fraction(text) / share
        return total

    def _component_follows(self) -> bool:
        """Whether a number follows that belongs to this angle and not to the next one."""
        k = 1 if self._peek() == "space" else 0
        if self._peek(k) != "number":
            return False
        after = self._peek(k + 1)
        if after == "space":
            after = self._peek(k + 2)
        # After a space a number without a sign of minutes or seconds begins the next angle.
        return k == 0 or after in ("min", "sec")

    def _number(self, unit: str) -> str:
        text = self._take("number")
        if text is None:
            raise self.refuse(
                f"{unit} are missing"
                if self._peek() is None
                else f"{unit} are missing before {self._rest()!r}"
            )
        return text

    def separator(self, *, needed: bool) -> None:
        """A comma or semicolon with or without spaces, or spaces, between the two of a pair."""
        start = self._at
        self._take("space")
        if self._take("comma"):
            self._take("space")
        if self._at == start and needed:
            what = "there is only one number" if self._peek() is None else "no space or comma parts the two"
            raise self.refuse(what)
        if self._peek() is None:
            raise self.refuse("there is only one of the two")

    def check_comma(self) -> None:
        """Refuse ``41,1``: one number with a decimal comma, or two."""
        texts = [token.text for token in self._tokens]
        for k, token in enumerate(self._tokens[1:-1], start=1):
            bare = token.text == "," and self._tokens[k - 1].kind == self._tokens[k + 1].kind == "number"
            if bare and not any("." in text for text in texts):
                raise self.refuse(
                    "its comma may part two numbers or be a decimal comma; write a point, or a space after it"
                )

    def end(self) -> None:
        """Refuse anything that is left."""
        if self._peek() is None:
            return
        if "," in self._rest():
            raise self.refuse(f"{self._rest()!r} is left over; decimals stand after a point, not a comma")
        raise self.refuse(f"{self._rest()!r} is left over")

    def _rest(self) -> str:
        return "".join(token.text for token in self._tokens[self._at :])[:20]


def _described(mark: str) -> str:
    if mark in _LOOKALIKES:
        return _LOOKALIKES[mark]
    if mark.isprintable():
        return f"{mark!r}, which has no place in them"
    return f"the character U+{ord(mark):04X}, which has no place in them"
