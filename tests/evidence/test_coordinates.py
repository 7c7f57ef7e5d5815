from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.model.coordinates import CoordinateError, parse_angle, parse_pair

SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "  "])
DEG = st.sampled_from(["°", "deg"])
MIN = st.sampled_from(["′", "'"])
SEC = st.sampled_from(["″", '"'])
MINUS = st.sampled_from(["-", "\u2212"])


@st.composite
def angles(draw, most, letters):
    """(text, exact degrees, letters): written by rules of its own, which the parser does not share."""
    depth = draw(st.integers(0, 2))
    whole = draw(st.integers(0, most - 1))
    decimals = draw(st.text("0123456789", max_size=8))
    parts = [whole, *(draw(st.integers(0, 59)) for _ in range(depth))]
    exact = sum((Fraction(part, 60**k) for k, part in enumerate(parts)), Fraction(0))
    exact += Fraction(int(decimals or 0), 10 ** len(decimals) * 60**depth)
    texts = [str(part) for part in parts]
    if draw(st.booleans()):
        texts[1:] = [text.zfill(2) for text in texts[1:]]
    texts[-1] += f".{decimals}" if decimals else ""
    space = draw(SPACES)
    marks = [draw(DEG) if depth or draw(st.booleans()) else "", draw(MIN), draw(SEC)]
    body = "".join(
        text + mark + (space if k < depth else "")
        for k, (text, mark) in enumerate(zip(texts, marks, strict=False))
    )
    return body, exact, letters


def lettered(body, negative, letters, prefixed, space):
    letter = letters[1] if negative else letters[0]
    return letter + space + body if prefixed else body + space + letter


LAT, LON = angles(90, "NS"), angles(180, "EW")


@given(
    LAT,
    LON,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    SPACES,
    st.sampled_from([" ", ", ", ",", "; ", ""]),
)
def test_a_pair_with_letters_round_trips_in_either_order(
    lat, lon, south, west, prefixed, lat_first, space, part
):
    one = lettered(lat[0], south, "NS", prefixed, space)
    two = lettered(lon[0], west, "EW", prefixed, space)
    text = part.join([one, two] if lat_first else [two, one])
    expected = (float(-lon[1] if west else lon[1]), float(-lat[1] if south else lat[1]))
    assert parse_pair(text) == expected
    assert parse_pair(text, "lonlat") == parse_pair(text, "latlon") == expected


@given(
    LAT,
    LON,
    MINUS,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["lonlat", "latlon"]),
    st.sampled_from([" ", ", ", "; "]),
)
def test_a_plain_pair_follows_the_order(lat, lon, minus, south, west, order, part):
    texts = {"lat": (minus if south else "") + lat[0], "lon": (minus if west else "") + lon[0]}
    text = part.join([texts[order[:3]], texts[order[3:]]])
    expected = (float(-lon[1] if west else lon[1]) + 0.0, float(-lat[1] if south else lat[1]) + 0.0)
    assert parse_pair(text, order) == expected
    with pytest.raises(CoordinateError, match="order"):
        parse_pair(text)


@given(st.floats(-90, 90))
@example(-0.0)
def test_decimal_degrees_come_back_to_the_last_bit(value):
    assume(value == 0 or abs(value) >= 1e-4)  # below, repr writes an exponent
    text = repr(value)
    assert parse_angle(text, "lat") == value
    assert str(parse_angle(text, "lat")) == str(value + 0.0)


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        ("41.125", "lat", 41.125),
        ("41°07′30″", "lat", 41.125),
        ("41°07′30″N", "lat", 41.125),
        ("N 41°07'30\"", "lat", 41.125),
        ("41 deg 7' 30\" S", "lat", -41.125),
        ("\u221241°07.5′", "lat", -41.125),
        ("045°12′W", "lon", -45.2),
        ("359.5", "lon", 359.5),
        ("180W", "lon", -180.0),
        ("90S", "lat", -90.0),
        ("0°00′00.00″S", "lat", 0.0),
        ("  45.2 E\t", "lon", 45.2),
    ],
)
def test_angles(text, axis, degrees):
    made = parse_angle(text, axis)
    assert made == degrees
    assert str(made) == str(degrees)  # no negative zero


def test_the_place_of_the_design_in_all_its_spellings():
    for text in [
        "41°06′N 45°12′E",
        "45°12′E 41°06′N",
        "N41.1 E45.2",
        "41.1N45.2E",
        "E 45.2°, N 41.1°",
        "41deg06'00\"N; 45deg12'00\"E",
    ]:
        assert parse_pair(text) == (45.2, 41.1)
    assert parse_pair("41.1,45.2", "latlon") == parse_pair("45.2 41.1", "lonlat") == (45.2, 41.1)
    assert parse_pair("41, 45", "latlon") == (45.0, 41.0)


REFUSED_PAIRS = [
    ("41,1 45,2", "comma"),
    ("41,1", "comma"),
    ("41,45", "comma"),
    ("41.1,45,2", "left over"),
    ("41.1 45.2 7", "left over"),
    ("41.1-45.2", "no space"),
    ("41.1 - 45.2", "missing"),
    ("41 07 30 45 12 00", "left over"),
    ("41.1N 45.2", "only one"),
    ("41.1 45.2E", "only one"),
    ("41.1N 45.2N", "both are latitude"),
    ("41.1E 45.2W", "both are longitude"),
    ("N41.1 45.2E", "elsewhere"),
    ("41.1N E45.2", "missing"),
    ("-41.1N 45.2E", "minus"),
    ("41.1N -45.2E", "minus"),
    ("41.1", "only one"),
    ("41.1N", "only one"),
    ("41.1N,", "only one"),
    ("(41.1, 45.2)", "'('"),
    ("POINT(45.2 41.1)", "'P'"),
    ("41.1N/45.2E", "'/'"),
    ("41.1n 45.2e", "'n'"),
    ("41°07′45°12′", "not followed"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED_PAIRS)
@pytest.mark.parametrize("order", [None, "latlon", "lonlat"])
def test_refused_pairs(text, said, order):
    with pytest.raises(CoordinateError) as caught:
        parse_pair(text, order)
    if order == "latlon":
        assert said in str(caught.value)
        assert repr(text) in str(caught.value)
        assert "write e.g." in str(caught.value)


REFUSED_ANGLES = [
    ("", "nothing"),
    ("   ", "nothing"),
    ("N", "missing"),
    ("41.", "'.'"),
    (".5", "'.'"),
    ("4.1e1", "'e'"),
    ("+41", "plus"),
    ("--41", "missing"),
    ("- 41", "missing"),
    ("41d07m30s", "'d'"),
    ("41°07′30″NN", "left over"),
    ("N41N", "left over"),
    ("410730", "three digits"),
    ("0410730N", "three digits"),
    ("0041.5", "three digits"),
    ("41 07 30", "left over"),
    ("41 07 30 N", "left over"),
    ("41°07", "not followed"),
    ("41° 07 N", "left over"),
    ("41°07′30", "not followed"),
    ("41.5°07′", "decimals"),
    ("41°07.5′30″", "decimals"),
    ("41°60′", "not below 60"),
    ("41°07′60.0″", "not below 60"),
    ("41°007′", "not below 60"),
    ("41°30″07′", "not followed"),
    ("41′", "no degrees"),
    ("41°-07′", "left over"),
    ("41°07′′", "left over"),
    ("41º", "ordinal"),
    ("41˚", "ring"),
    ("41°07’", "quotation"),
    ("41°07′30”", "quotation"),
    ("–41", "dash"),
    ("٤١", "'٤'"),
    ("41\n", "U+000A"),
    ("41\u200b", "U+200B"),
    ("nan", "'n'"),
    ("inf", "'i'"),
    ("41°С", "'С'"),  # a Cyrillic letter
    ("90.000001", "beyond 90"),
    ("91N", "beyond 90"),
    ("41E", "does not belong"),
    ("1" * 300, "300 characters"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED_ANGLES)
def test_refused_latitudes(text, said):
    with pytest.raises(CoordinateError) as caught:
        parse_angle(text, "lat")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("text", ["181E", "180.5W", "-180.1", "360.1", "41N"])
def test_refused_longitudes(text):
    with pytest.raises(CoordinateError, match=r"beyond|belong"):
        parse_angle(text, "lon")


def test_an_error_is_bad_input_and_a_value_error():
    assert issubclass(CoordinateError, BadInputError)
    assert issubclass(CoordinateError, ValueError)
    with pytest.raises(ValueError, match="order must be"):
        parse_pair("1 2", "latlng")


@given(st.text("0123456789.°'\"′″NSEWdeg-\u2212,; ", max_size=60))
def test_whatever_is_accepted_is_a_place_on_the_earth(text):
    try:
        lon, lat = parse_pair(text, "latlon")
    except CoordinateError:
        return
    assert -180 <= lon <= 360
    assert -90 <= lat <= 90


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_two_spellings_of_one_angle_give_the_same_float(d, m, s, milli):
    exact = Fraction(d) + Fraction(m, 60) + Fraction(s, 3600) + Fraction(milli, 3_600_000)
    assume(exact <= 180)
    seconds = parse_angle(f"{d}°{m}′{s}.{milli:03d}″E", "lon")
    assert seconds == float(exact)
    digits = 40
    decimal = exact.numerator * 10**digits // exact.denominator
    whole, rest = divmod(decimal, 10**digits)
    assert parse_angle(f"{whole}.{rest:0{digits}d}", "lon") == pytest.approx(seconds, rel=1e-15, abs=1e-38)


@pytest.mark.parametrize(
    "text", ["9" * 199, "1 " * 99, "°" * 199, "1°" * 99, "N" * 199, " " * 199 + "x", "1." * 99]
)
def test_texts_that_would_keep_a_loose_grammar_trying_for_ever_are_refused(text):
    with pytest.raises(CoordinateError):
        parse_pair(text, "latlon")
