import re
import time
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import WGS84
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType, LayerKind, SourceKind, Standing
from merestone.sources.dossier import SETTING_READERS, parse_dossier, read_dossier
from merestone.sources.keynames import (
    ACCURACY_KEYS,
    COMPARE_KEYS,
    CONTESTED_KEYS,
    COVERS_KEYS,
    ELLIPSOID_KEYS,
    LAYER_KEYS,
    MAP_KEYS,
    SOURCE_KEYS,
    STANDING_KEYS,
    TOP_KEYS,
)
from merestone.sources.spec import LayerSpec, SourceSpec
from merestone.sources.tomltext import MAX_BYTES, MAX_DEPTH

HEAD = 'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n'
SOURCE = '[[source]]\nid = "one"\npath = "one.gpkg"\nparty_field = "iso"\n'
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


def test_the_shipped_dossier(shipped_dossier):
    spec = read_dossier(shipped_dossier)
    assert spec == read_dossier(shipped_dossier / "dossier.toml")
    assert spec.root == shipped_dossier
    assert [party.id for party in spec.parties] == ["ARM", "AZE"]
    assert spec.parties[0].names["hy"] == "Հայաստան"
    by_id = {source.id: source for source in spec.sources}
    assert list(by_id) == ["dcw", "mesoshapes-aze", "natural-earth", "osm-2017", "wdbii", "whosonfirst"]
    assert by_id["dcw"].accuracy == Accuracy(Measure.CE90, 2042.0)
    assert by_id["dcw"].covers == {"bbox": [45.0, 38.0, 51.0, 42.0]}
    assert by_id["mesoshapes-aze"].kind is SourceKind.ONE_SIDED
    assert by_id["wdbii"].kind is SourceKind.LINES
    assert by_id["natural-earth"].kind is SourceKind.TWO_SIDED
    assert by_id["natural-earth"].accuracy.assumed is True
    assert by_id["natural-earth"].date == "2022"
    assert by_id["natural-earth"].standing == Standing(available_to=("ARM", "AZE"))
    assert spec.settings == Settings(tolerance_m=250.0)
    assert spec.ellipsoid == WGS84
    layers = {layer.kind: layer for layer in spec.layers}
    assert layers[LayerKind.DISTRICTS].names == {"und": "name"}
    assert layers[LayerKind.DISTRICTS].name_forms["3"]["hy"] == "Սյունիք"


EVERY_KEY = """
[party.AAA.names]
en = "A"
az-Latn = "Ä"
[compare]
axis = "one"
tolerance_m = 250
rounding = { m = 0.01 }
[ellipsoid]
name = "Krassovsky 1940"
a_m = 6378245
f = 0.0033523298692591
[[source]]
id = "one"
path = "./sources//one.gpkg"
title = "One"
side = { BBB = "iso = 'B'", AAA = "iso = 'A'" }
layer = "l"
where = "x > 1"
edges = "geodesic"
crs = "EPSG:4284"
operation = "EPSG:15865"
rings = "linework"
encoding = "cp1251"
family = "f"
attribution = "a"
notes = "n\\nm"
common_share = 0.5
correlation_km = 3
generalisation_m = 20
sheets = ["K-38-1", { sheet = "K-38-2", surveyed = "1977–1978" }]
covers = { path = "covers.geojson" }
scale = 100_000
accuracy = { measure = "RMSE", metres = 50, assumed = true, assumed_by = "AAA", reason = "because" }
date = 1978-05-17
publisher = "p"
licence = "l"
order = "latlon"
[source.standing]
offered_by = ["BBB"]
available_to = ["BBB", "AAA"]
accepted_by = []
contested_by = [{ party = "AAA", reason = "r" }]
[source.map]
series = "s"
sheet = "K-38"
edition = 2
surveyed = 1976
published = 1978-05-01
printed_disclaimer = "d"
annexed_to = "t"
[[layer]]
kind = "districts"
path = "d.gpkg"
title = "D"
layer = "l"
where = "w"
party_field = "iso"
id_field = "id"
name_field = "name"
names = { hy = "name_hy" }
name_forms = { "1" = { hy = "Սյունիք" } }
crs = "EPSG:4326"
encoding = "UTF-8"
accuracy = { measure = "CE95", metres = 1000 }
date = "2024-03"
publisher = "p"
licence = "l"
attribution = "a"
"""


def test_every_key_arrives_where_it_belongs(read):
    spec = read(HEAD + EVERY_KEY)
    (source,) = spec.sources
    assert source == SourceSpec(
        id="one",
        path="sources/one.gpkg",
        kind=SourceKind.TWO_SIDED,
        title="One",
        side={"AAA": "iso = 'A'", "BBB": "iso = 'B'"},
        layer="l",
        where="x > 1",
        edges=EdgeType.GEODESIC,
        crs="EPSG:4284",
        operation="EPSG:15865",
        rings="linework",
        encoding="cp1251",
        family="f",
        standing=Standing(("BBB",), ("AAA", "BBB"), (), (("AAA", "r"),)),
        map={
            "series": "s",
            "sheet": "K-38",
            "edition": "2",
            "surveyed": "1976",
            "published": "1978-05-01",
            "printed_disclaimer": "d",
            "annexed_to": "t",
            "sheets": ["K-38-1", {"sheet": "K-38-2", "surveyed": "1977–1978"}],
        },
        covers={"path": "covers.geojson"},
        scale=100_000.0,
        accuracy=Accuracy(Measure.RMSE, 50.0, True, "AAA", "because"),
        generalisation_m=20.0,
        common_share=0.5,
        correlation_km=3.0,
        date="1978-05-17",
        publisher="p",
        licence="l",
        attribution="a",
        notes="n\nm",
        order="latlon",
    )
    (layer,) = spec.layers
    assert layer == LayerSpec(
        kind=LayerKind.DISTRICTS,
        path="d.gpkg",
        title="D",
        layer="l",
        where="w",
        party_field="iso",
        id_field="id",
        names={"hy": "name_hy", "und": "name"},
        name_forms={"1": {"hy": "Սյունիք"}},
        crs="EPSG:4326",
        encoding="UTF-8",
        accuracy=Accuracy(Measure.CE95, 1000.0),
        date="2024-03",
        publisher="p",
        licence="l",
        attribution="a",
    )
    assert spec.parties[0].names == {"en": "A", "az-Latn": "Ä"}
    assert spec.settings == Settings(
        axis="one", tolerance_m=250.0, rounding={**Settings().rounding, "m": 0.01}
    )
    assert (spec.ellipsoid.name, spec.ellipsoid.a_m) == ("Krassovsky 1940", 6378245.0)


def test_the_example_has_every_key():
    """Guards the test above: a new key must be tried there."""
    found = tomllib.loads(HEAD + EVERY_KEY)
    source, layer = found["source"][0], found["layer"][0]
    assert set(found) == set(TOP_KEYS)
    assert set(source) | {"kind", "party_field"} == set(SOURCE_KEYS)
    assert set(layer) | {"side"} == set(LAYER_KEYS)
    assert set(source["map"]) == set(MAP_KEYS)
    assert set(source["standing"]) == set(STANDING_KEYS)
    assert set(source["standing"]["contested_by"][0]) == set(CONTESTED_KEYS)
    assert set(source["accuracy"]) == set(ACCURACY_KEYS)
    assert set(source["covers"]) < set(COVERS_KEYS)
    assert set(found["ellipsoid"]) == set(ELLIPSOID_KEYS)


def test_the_order_of_entries_has_no_meaning(read):
    two = SOURCE.replace("one", "two")
    other = LAYER.replace("waters", "roads")
    assert read(HEAD + SOURCE + two + LAYER + other) == read(HEAD + other + two + LAYER + SOURCE)
    assert read(HEAD) == read(HEAD.replace('"AAA", "BBB"', '"BBB", "AAA"'))


def test_a_dossier_may_still_be_without_sources(read):
    assert read(HEAD).sources == ()


def test_a_byte_order_mark_and_windows_lines_are_read(read):
    assert read(b"\xef\xbb\xbf" + (HEAD + SOURCE).replace("\n", "\r\n").encode()) == read(HEAD + SOURCE)


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        (HEAD.replace("title", "titel"), "titel", "title"),
        (HEAD + SOURCE + "acuracy = {}\n", "source[1].acuracy (source 'one')", "accuracy"),
        (
            HEAD + SOURCE + 'accuracy = { measure = "CE95", meters = 5 }\n',
            "source[1].accuracy.meters",
            "metres",
        ),
        (HEAD + SOURCE + 'License = "x"\n', "source[1].License", "licence"),
        (HEAD + SOURCE + "standing = { offered = [] }\n", "source[1].standing.offered", "offered_by"),
        (HEAD + SOURCE + "covers = { bbox = [1, 2, 3, 4], box = 1 }\n", "source[1].covers.box", "bbox"),
        (HEAD + SOURCE + "map = { serie = 1 }\n", "source[1].map.serie", "series"),
        (HEAD + LAYER + 'namefield = "x"\n', "layer[1].namefield (layer 'lakes.gpkg')", "name_field"),
        (HEAD + "[compare]\ntolerance = 5\n", "compare.tolerance", "tolerance_m"),
        (HEAD + "[compare]\nrounding = { metres = 1 }\n", "compare.rounding.metres", "'"),
        (HEAD + "[ellipsoid]\na = 5\n", "ellipsoid.a", "a_m"),
        (HEAD + "[party.AAB.names]\n", "party.AAB", "AAA"),
        (HEAD + '[party.AAA]\nname = "x"\n', "party.AAA.name", "names"),
        (HEAD + '"a b\\n" = 5\n', "'a b\\\\n'", "nearest"),
    ],
)
def test_an_unknown_key_names_its_place_and_the_nearest(read, text, wrong, right):
    message = refusal(read, text)
    assert f"{wrong}" in message.replace("\\n", "\\\\n")
    assert "unknown key" in message
    assert right in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + SOURCE + "station_m = 50\n", "[compare]"),
        (HEAD + "[compare]\nside = {}\n", "[[source]] or [[layer]]"),
        (HEAD + SOURCE + 'id_field = "x"\n', "[[layer]]"),
        (SOURCE + HEAD.replace("format = 1", "x = 1"), "format"),
        (HEAD + SOURCE + "parties = []\n", "top of the file"),
    ],
)
def test_a_key_in_the_wrong_table_is_sent_to_its_own(read, text, place):
    assert place in refusal(read, text)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", "format"),
        (HEAD.replace('title = "T"\n', ""), "title"),
        ("format = 1\ntitle = 'T'\n", "parties"),
        (HEAD + '[[source]]\npath = "x"\nkind = "lines"\n', "id"),
        (HEAD + '[[source]]\nid = "x"\nkind = "lines"\n', "path"),
        (HEAD + '[[layer]]\npath = "x"\n', "kind"),
        (HEAD + '[[layer]]\nkind = "roads"\n', "path"),
        (HEAD + SOURCE + "accuracy = {}\n", "measure"),
        (HEAD + SOURCE + 'accuracy = { measure = "CE95" }\n', "metres"),
        (HEAD + SOURCE + 'standing = { contested_by = [{ party = "AAA" }] }\n', "reason"),
        (HEAD + "[ellipsoid]\nname = 'x'\na_m = 6378137\n", "f"),
    ],
)
def test_a_missing_key_is_named_with_an_example(read, text, missing):
    message = refusal(read, text)
    assert f"the key '{missing}' is missing; write" in message


# --- values -----------------------------------------------------------------------------------

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
    ("correlation_km = 0", "above 0"),
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


# --- ids, parties, kinds ----------------------------------------------------------------------


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


# --- dates ------------------------------------------------------------------------------------


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


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "absolute"),
        ("//server/share", "absolute"),
        ("C:/x.gpkg", "absolute"),
        ("C:x.gpkg", "absolute"),
        ("../x.gpkg", "goes up"),
        ("a/../../x.gpkg", "goes up"),
        ("a/../x.gpkg", "goes up"),
        ("a\\\\x.gpkg", "write / between"),
        ("\\\\x.gpkg", "absolute"),
        (".", "own folder"),
        ("", "blank"),
        ("a\\u0000b", "U+0000"),
        ("x" * 5000, "cannot be followed"),
    ],
)
@pytest.mark.parametrize("entry", [SOURCE, LAYER])
def test_bad_paths(read, path, said, entry):
    message = refusal(read, HEAD + re.sub('path = ".*"', lambda _: f'path = "{path}"', entry))
    assert said in message
    assert "[1].path = " in message


def test_links_out_of_the_dossier_are_refused(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "x.gpkg").write_bytes(b"x")
    (tmp_path / "one.gpkg").symlink_to(outside / "x.gpkg")
    assert "one.gpkg is a link that leads out" in refusal(read, HEAD + SOURCE)
    (tmp_path / "folder").symlink_to(outside)
    assert "leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "folder/x.gpkg"))
    (tmp_path / "dangling.gpkg").symlink_to(outside / "nothing.gpkg")
    assert "leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "dangling.gpkg"))


def test_a_member_that_is_a_link_out_of_the_dossier_is_refused(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}.dbf"
    outside.write_bytes(b"x")
    (tmp_path / "one.shp").write_bytes(b"x")
    (tmp_path / "one.dbf").symlink_to(outside)
    assert "one.dbf is a link that leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "one.shp"))


def test_links_within_the_dossier_and_to_it_are_followed(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "a.gpkg").write_bytes(b"x")
    (real / "one.gpkg").symlink_to("a.gpkg")
    (real / "dossier.toml").write_text(HEAD + SOURCE)
    (tmp_path / "linked").symlink_to(real)
    assert read_dossier(tmp_path / "linked").sources[0].path == "one.gpkg"


def test_a_loop_of_links_is_refused(read, tmp_path):
    (tmp_path / "one.gpkg").symlink_to("two.gpkg")
    (tmp_path / "two.gpkg").symlink_to("one.gpkg")
    assert "one.gpkg" in refusal(read, HEAD + SOURCE)


# --- the file itself --------------------------------------------------------------------------


def test_a_missing_dossier(tmp_path):
    with pytest.raises(
        BadInputError, match=r"no dossier.toml in this folder; make one with `merestone init`"
    ):
        read_dossier(tmp_path)
    with pytest.raises(BadInputError, match="there is no such file"):
        read_dossier(tmp_path / "other.toml")


def test_a_folder_called_dossier_toml(tmp_path):
    (tmp_path / "dossier.toml").mkdir()
    for path in (tmp_path, tmp_path / "dossier.toml"):
        with pytest.raises(BadInputError, match=r"dossier\.toml: this is a folder"):
            read_dossier(path)


def test_a_pipe_does_not_hang(tmp_path):
    import os

    os.mkfifo(tmp_path / "dossier.toml")
    with pytest.raises(BadInputError, match="not a regular file"):
        read_dossier(tmp_path)


@pytest.mark.parametrize("cut", [5, 30, 45, 60, 75])
def test_half_a_dossier(read, cut):
    text = (HEAD + SOURCE + 'title = "x"')[:cut].rstrip("\n") + " ="
    assert "this is not TOML" in refusal(read, text)
    assert "line " in refusal(read, text) or "at end of document" in refusal(read, text)


def test_bytes_that_are_not_utf8(read):
    message = refusal(read, HEAD.replace("T", "Հ").encode("utf-8").replace("Հ".encode(), b"\xd5\xff"))
    assert "line 2 holds the byte 0xD5, which is not UTF-8" in message


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "[" * 100_000 + "]" * 100_000,
        "x = " + "{a=" * 100_000,
        ".".join(["a"] * 100_000) + " = 1",
        ". ".join(['"a"'] * 100_000) + " = 1",
        "[" + ".".join(["a"] * 100_000) + "]",
        "[[" * 50_000,
    ],
    ids=["arrays", "closed arrays", "tables", "dotted", "quoted dotted", "header", "headers"],
)
def test_deep_nesting_is_refused_quickly(read, text):
    start = time.perf_counter()
    assert f"nests deeper than {MAX_DEPTH} levels" in refusal(read, text)
    assert time.perf_counter() - start < 2


def test_brackets_and_dots_in_texts_are_no_nesting(read):
    many = "[{" * 500 + "." * 500 + "#" + "'"
    text = (
        HEAD
        + SOURCE
        + f"notes = '''{many}'''\n"
        + f'licence = """{many}\\""""\n'
        + f'publisher = "{many}"\n# {many}\n'
    )
    assert read(text).sources[0].notes == many


@pytest.mark.parametrize("opener", ['"""', "'''", '"""\\"""' * 20_000, '"' * 100_001, "'" * 100_001])
def test_texts_without_an_end_are_refused_quickly(read, opener):
    start = time.perf_counter()
    assert "not TOML" in refusal(read, HEAD + "x = " + opener)
    assert time.perf_counter() - start < 2


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    with (tmp_path / "dossier.toml").open("wb") as file:
        file.truncate(200_000_000)
    start = time.perf_counter()
    with pytest.raises(BadInputError, match=f"larger than {MAX_BYTES >> 20} MiB"):
        read_dossier(tmp_path)
    assert time.perf_counter() - start < 1


def test_an_integer_of_thousands_of_digits(read):
    assert "a number too long to be read" in refusal(read, HEAD + "[compare]\nstation_m = 1" + "0" * 5000)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_escape_as_another_error(data):
    with pytest.raises(BadInputError):
        parse_dossier(data, Path("dossier.toml"))


@given(
    st.sampled_from([*SOURCE_KEYS, *LAYER_KEYS, *TOP_KEYS]),
    st.sampled_from(["", "[[source]]", "[[layer]]"]),
    st.data(),
)
def test_no_value_escapes_as_another_error(key, header, data):
    value = data.draw(
        st.sampled_from(
            [
                "5",
                "-1.5",
                "nan",
                '""',
                '"x"',
                "[]",
                "[[]]",
                "[5]",
                "{}",
                "{ a = 1 }",
                "1978-01-01",
                "true",
                "[{}]",
            ]
        )
    )
    text = f"{HEAD if header else ''}{header}\n{key} = {value}\n"
    try:
        spec = parse_dossier(text.encode(), Path("dossier.toml"))
    except BadInputError as error:
        spec, message = None, error.message
    assert spec is not None or message.startswith("dossier.toml: ")


# --- documentation ----------------------------------------------------------------------------


def test_every_key_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "dossier.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", page, flags=re.MULTILINE)

    def documented(start):
        (section,) = [one for one in sections if one.startswith(start)]
        return set(re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE))

    assert documented("The top") == set(TOP_KEYS)
    assert documented("`[[source]]`") == set(SOURCE_KEYS)
    assert documented("`[[layer]]`") == set(LAYER_KEYS)
    assert documented("`[compare]`") == set(COMPARE_KEYS)
    assert documented("`accuracy`") == set(ACCURACY_KEYS)
    assert documented("`standing`") == set(STANDING_KEYS)
    assert documented("`map`") == set(MAP_KEYS)
    assert documented("`covers`") == set(COVERS_KEYS)
    assert documented("`[ellipsoid]`") == set(ELLIPSOID_KEYS)


def test_documented_defaults_of_settings_are_true():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "dossier.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| number[^|]*\| ([\d.e-]+) \|", page, flags=re.MULTILINE))
    named = {name: getattr(Settings(), name) for name in COMPARE_KEYS if name not in ("axis", "rounding")}
    assert {name: float(rows[name]) for name in named} == named
