from dataclasses import fields

import pytest

from merestone.errors import BadInputError
from merestone.model.settings import Settings
from merestone.sources.dossier import SETTING_READERS, read_dossier
from merestone.sources.keynames import (
    COMPARE_KEYS,
)

HEAD = 'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n'
SOURCE = '[[source]]\nid = "one"\npath = "one.gpkg"\nparty_field = "iso"\n'
THREE = SOURCE + SOURCE.replace("one", "two") + SOURCE.replace("one", "three")
PLACED = 'georeferencing_m = {}\ncontrol = "c"\n'
LAYER = '[[layer]]\nkind = "waters"\npath = "lakes.gpkg"\n'


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "dossier.toml").write_bytes(data)
        return read_dossier(tmp_path)

    return read_text


def refusal(read, text):
    with pytest.raises(BadInputError) as caught:
        read(text)
    message = caught.value.message
    assert "dossier.toml" in message
    assert "\n" not in message
    assert len(message) < 600
    return message


WRONG_SOURCE_VALUES = [
    ("title = 5", "source[1].title = 5 (source 'one'): this must be text"),
    ('title = "  "', "this is blank"),
    ('title = "a\\u0000b"', "U+0000"),
    ('title = "a\\nb"', "U+000A"),
    ('scale = "1:100000"', "source[1].scale = '1:100000'"),
    ("scale = 0", "source[1].scale = 0"),
    ("scale = 0.00001", "out of range"),
    ("scale = -5", "out of range"),
    ("scale = nan", "source[1].scale = nan"),
    ("scale = true", "source[1].scale = true"),
    ("scale = inf", "out of range"),
    ("scale = 1" + "0" * 400, "out of range"),
    ('edges = "geodetic"', "did you mean 'geodesic'?"),
    ("edges = 5", "must be one of 'straight', 'geodesic'"),
    ('rings = "lines"', "did you mean 'linework'?"),
    ('order = "lat"', "Known are 'latlon', 'lonlat'"),
    ('encoding = "utf9"', "encoding is not known"),
    ('encoding = "hex"', "encoding is not known"),
    ("generalisation_m = -1", "from 0"),
    ("common_share = 1.5", "from 0 to 1"),
    ("common_share = -0.1", "from 0 to 1"),
    ("correlation_km = -1", "from 0 to 20,000 kilometres, or inf"),
    ("correlation_km = -inf", "or inf"),
    ("correlation_km = nan", "or inf"),
    ("correlation_km = true", "or inf"),
    ('correlation_km = "inf"', "without quotes"),
    ("drafting_m = -1", "from 0"),
    ("digitising_m = nan", "digitising_m = nan"),
    ("georeferencing_m = inf", "out of range"),
    ('control = "points"', "give its error as georeferencing_m"),
    ('control = " "\ngeoreferencing_m = 5', "this is blank"),
    ("accuracy = 50", "source[1].accuracy = 50 (source 'one'): this must be a table"),
    ('accuracy = { measure = "CE96", metres = 5 }', "did you mean 'CE95'?"),
    ('accuracy = { measure = "CE95", metres = 0 }', "source[1].accuracy.metres = 0 (source 'one')"),
    ('accuracy = { measure = "CE95", metres = -5 }', "source[1].accuracy.metres = -5"),
    ('accuracy = { measure = "CE95", metres = nan }', "metres = nan"),
    ('accuracy = { measure = "CE95", metres = "5 m" }', "without quotes"),
    ('accuracy = { measure = "CE95", metres = 5, assumed = "yes" }', "true or false"),
    ('accuracy = { measure = "CE95", metres = 5, assumed = 1 }', "assumed = 1"),
    ('accuracy = { measure = "CE95", metres = 5, assumed_by = "me" }', "nothing is assumed here"),
    ('accuracy = { measure = "scale" }', "no map scale is given"),
    ('scale = 5000\naccuracy = { measure = "scale", metres = 5 }', "takes its figure from the map scale"),
    ('scale = 5000\naccuracy = { measure = "scale", assumed = false }', "always assumed"),
    ('standing = { offered_by = ["CCC"] }', "source[1].standing.offered_by[1] = 'CCC'"),
    ('standing = { offered_by = "AAA" }', "this must be a list"),
    ('standing = { accepted_by = ["AAA", "AAA"] }', "twice"),
    ("covers = {}", "either bbox"),
    ('covers = { bbox = [1, 2, 3, 4], path = "x" }', "either bbox"),
    ("covers = { bbox = [1, 2, 3] }", "[west, south, east, north]"),
    ("covers = { bbox = [1, 2, 3, 91] }", "source[1].covers.bbox[4] = 91"),
    ("covers = { bbox = [1, 3, 3, 2] }", "south is not below north"),
    ("covers = { bbox = [1, 2, 3, 2] }", "south is not below north"),
    ("covers = { bbox = [1, 2, 1, 3] }", "no width"),
    ("covers = { bbox = [-180, 2, 181, 3] }", "more than 360"),
    ("covers = { bbox = [nan, 2, 3, 4] }", "covers.bbox[1] = nan"),
    ('covers = { path = "../x" }', "source[1].covers.path = '../x'"),
    ("sheets = [true]", "source[1].sheets[1] = true"),
]


@pytest.mark.parametrize(("line", "said"), WRONG_SOURCE_VALUES)
def test_a_wrong_value_of_a_source(read, line, said):
    assert said in refusal(read, HEAD + SOURCE + line + "\n")


WRONG_TEXTS = [
    (HEAD.replace("format = 1", "format = 2"), "reads format 1"),
    (HEAD.replace("format = 1", "format = true"), "format = true"),
    (HEAD.replace("format = 1", 'format = "1"'), "format = '1'"),
    (HEAD.replace("format = 1", "format = 1.0"), "format = 1.0"),
    (HEAD + 'source = "x"\n', "this must be a list"),
    (HEAD + "source = [5]\n", "source[1] = 5: this must be a table"),
    (HEAD + "[source]\nid = 'one'\n", "this must be a list"),
    (HEAD + "compare = 5\n", "compare = 5"),
    (HEAD + '[party.AAA.names]\n"not a language" = "x"\n', "a language code"),
    (HEAD + "[party.AAA.names]\nen = 5\n", "party.AAA.names.en = 5"),
    (HEAD + LAYER.replace("waters", "water"), "did you mean 'waters'?"),
    (HEAD + LAYER + 'side = { AAA = "x" }\nparty_field = "y"\n', "both 'side' and 'party_field'"),
    (HEAD + LAYER + 'name_field = "x"\nnames = { und = "y" }\n', "both 'name_field' and names.und"),
    (HEAD + LAYER + 'accuracy = { measure = "scale" }\n', "no map scale"),
    (HEAD + LAYER + 'name_forms = { "1" = "x" }\n', "layer[1].name_forms.1 = 'x'"),
    (HEAD + "[ellipsoid]\nname = 'x'\na_m = 6378\nf = 0.003\n", "ellipsoid.a_m = 6378"),
    (HEAD + "[ellipsoid]\nname = 'x'\na_m = 6378137\nf = 298.257\n", "ellipsoid.f = 298.257"),
    (HEAD + '[compare]\naxis = "one"\n', "no source with this id"),
    (
        HEAD + '[compare]\naxis = "one"\n' + SOURCE.replace('party_field = "iso"', 'kind = "lines"'),
        "is lines",
    ),
    (HEAD + "[compare]\nrounding = { m = 0.5 }\n", "unit of rounding"),
    (HEAD + 'same_line = "one"\n' + SOURCE, "same_line = 'one': this must be a list"),
    (HEAD + 'same_line = ["one"]\n' + SOURCE, "two or more different sources"),
    (HEAD + 'same_line = [["one", "one"]]\n' + SOURCE, "same_line[1] = ['one', 'one']"),
    (
        HEAD + 'same_line = ["one", "ona"]\n' + SOURCE,
        "same_line[2] = 'ona': there is no source with this id; the",
    ),
    (HEAD + 'same_line = ["one", "two"]\n', "there is no source with this id"),
    (HEAD + 'same_line = [["one", "two"], ["two", "three"]]\n' + THREE, "'two' stands in another group too"),
    (HEAD + 'same_line = [["one", "two"], "three"]\n' + THREE, "same_line[2] = 'three'"),
    (HEAD + 'unchanged = ["one", "two"]\n' + THREE, "unchanged[1] = 'one': this must be a table"),
    (HEAD + "unchanged = [{}]\n" + THREE, "the key 'sources' is missing"),
    (HEAD + 'unchanged = [{ sources = ["one", "four"] }]\n' + THREE, "unchanged[1].sources[2] = 'four'"),
    (
        HEAD + 'unchanged = [{ sources = ["one", "two"], by = "x" }]\n' + THREE,
        "nearest known one is 'stated_by'",
    ),
    (HEAD + 'same_line = [["one", "two"]]\n[[same_line]]\n', "is not TOML"),
    (
        HEAD + SOURCE + PLACED.format(5) + SOURCE.replace("one", "two") + PLACED.format(6),
        "source[2].georeferencing_m = 6.0: source 'one' has the same control, 'c', with 5.0",
    ),
    (HEAD + "[compare]\nrounding = { m = 0 }\n", "out of range"),
]


@pytest.mark.parametrize(("text", "said"), WRONG_TEXTS)
def test_a_wrong_value_elsewhere(read, text, said):
    assert said in refusal(read, text)


@pytest.mark.parametrize("name", [name for name in COMPARE_KEYS if name not in ("axis", "rounding")])
@pytest.mark.parametrize("value", ["-1", "nan", "inf", "-inf", "1e308", '"5"', "true", "[]"])
def test_settings_out_of_range(read, name, value):
    message = refusal(read, f"{HEAD}[compare]\n{name} = {value}\n")
    assert f"compare.{name} = " in message


@pytest.mark.parametrize("name", ["station_m", "corridor_m"])
def test_settings_that_must_not_be_zero(read, name):
    assert f"compare.{name} = 0" in refusal(read, f"{HEAD}[compare]\n{name} = 0\n")


def test_every_setting_has_a_reader_and_its_default_is_in_range(read):
    assert set(SETTING_READERS) == {field.name for field in fields(Settings)}
    lines = [
        f"{name} = {getattr(Settings(), name)!r}" for name in COMPARE_KEYS if name not in ("axis", "rounding")
    ]
    assert read(HEAD + "[compare]\n" + "\n".join(lines)).settings == Settings()


@pytest.mark.parametrize("name", ["", "A", "-a", ".a", "a b", "a/b", "ä", "a\\n", "a" * 65, "a:b"])
def test_ids_of_sources(read, name):
    assert "source[1].id = " in refusal(read, HEAD + SOURCE.replace('"one"', f'"{name}"'))


@pytest.mark.parametrize("name", ["0", "a.b_c-d", "a" * 64, "1978"])
def test_good_ids_of_sources(read, name):
    assert read(HEAD + SOURCE.replace('"one"', f'"{name}"')).sources[0].id == name


def test_duplicate_ids(read):
    message = refusal(read, HEAD + SOURCE + SOURCE.replace("one", "two") + SOURCE)
    assert "source[3].id = 'one'" in message
    assert "source[1] has the same id" in message


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        ('["AAA", "BBB", "CCC"]', "3 are given; a dossier has exactly two"),
        ('["AAA"]', "1 are given"),
        ("[]", "0 are given"),
        ('["AAA", "AAA"]', "the same"),
        ('["AAA", "aaa"]', "case alone"),
        ('"AAA"', "this must be a list"),
        ('["AAA", 5]', "parties[2] = 5"),
        ('["AAA", ""]', "parties[2] = ''"),
        ('["AAA", "B B"]', "parties[2] = 'B B'"),
        ('["AAA", "BBBBBBBBBBBBBBBBB"]', "16 letters"),
        ('["AAA", "Ä"]', "parties[2]"),
        ('["AAA", "both"]', "label"),
        ('["AAA", "Neither"]', "label"),
        ('["AAA", "silent"]', "label"),
        ('["AAA", "not-AAA"]', "label"),
    ],
)
def test_parties(read, parties, said):
    assert said in refusal(read, HEAD.replace('["AAA", "BBB"]', parties))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "none is given"),
        ("party_field = 'x'\nkind = 'lines'", "both 'party_field' and 'kind' are given"),
        ("party_field = 'x'\nside = { AAA = 'x' }", "both 'side' and 'party_field' are given"),
        ("kind = 'two-sided'", "source[1].kind = 'two-sided'"),
        ("kind = 'line'", "did you mean 'lines'?"),
        ("side = {}", "names no party"),
        ("side = 'x'", "this must be a table"),
        ("side = { CCC = 'x' }", "its parties are 'AAA' and 'BBB'"),
        ("side = { AAA = '' }", "source[1].side.AAA = ''"),
        ("side = { AAA = 5 }", "source[1].side.AAA = 5"),
    ],
)
def test_how_the_land_is_told(read, lines, said):
    assert said in refusal(read, HEAD + SOURCE.replace('party_field = "iso"', lines))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1978", "1978"),
        ('"1978"', "1978"),
        ('"1978-05"', "1978-05"),
        ('"1978-05-17"', "1978-05-17"),
        ("1978-05-17", "1978-05-17"),
        ('"2024-02-29"', "2024-02-29"),
    ],
)
def test_dates(read, value, text):
    assert read(f"{HEAD}{SOURCE}date = {value}\n").sources[0].date == text


@pytest.mark.parametrize(
    "value",
    [
        "78", "20220517", "-1978", "1978.5", "true", '"17.05.1978"', '"1978-13"', '"1978-00"', '"2023-02-29"',
        '"1978-5"', '"1978-05-17T00:00"', "1978-05-17T00:00:00", "00:00:00", '""', '"19780517"', '"１９７８"',
        "[]", '"0000"',
    ],
)  # fmt: skip
def test_bad_dates(read, value):
    message = refusal(read, f"{HEAD}{SOURCE}date = {value}\n")
    assert "source[1].date = " in message
    assert "year" in message or "calendar" in message
