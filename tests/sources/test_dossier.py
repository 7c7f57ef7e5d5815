import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from merestone.errors import BadInputError
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import WGS84
from merestone.model.settings import Settings
from merestone.model.sources import (
    Access,
    Arrangement,
    EdgeType,
    LayerKind,
    SourceKind,
    Standing,
    Unchanged,
)
from merestone.sources.dossier import read_dossier
from merestone.sources.keynames import (
    ACCESS_KEYS,
    ACCURACY_KEYS,
    ARRANGEMENT_KEYS,
    COMPARE_KEYS,
    CONTESTED_KEYS,
    COVERS_KEYS,
    ELLIPSOID_KEYS,
    LAYER_KEYS,
    MAP_KEYS,
    SOURCE_KEYS,
    STANDING_KEYS,
    TOP_KEYS,
    UNCHANGED_KEYS,
)
from merestone.sources.spec import LayerSpec, SourceSpec

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
same_line = ["two", "one"]
unchanged = [{ sources = ["two", "one"], stated_by = "AAA", reason = "r" }]
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
drafting_m = 4
digitising_m = 5
georeferencing_m = 6
control = "trig points of 1935"
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
[[source]]
id = "two"
path = "two.gpkg"
kind = "lines"
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
ref_field = "ref"
[[arrangement]]
route = "M-2"
from_km = 1
to_km = 2.5
since = 2021-05-12
until = "2022-06-30"
terms = "by day"
entry = "e7"
[[access]]
piece = "M1"
from_km = 0
to_km = 3
months = [6, 5]
reason = "snow"
"""


def test_every_key_arrives_where_it_belongs(read):
    spec = read(HEAD + EVERY_KEY)
    source, _ = spec.sources
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
        drafting_m=4.0,
        digitising_m=5.0,
        georeferencing_m=6.0,
        control="trig points of 1935",
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
        ref_field="ref",
    )
    (carried,), (reached,) = spec.arrangements, spec.access
    assert carried.where.endswith("dossier.toml: arrangement[1]")
    assert replace(carried, where="") == Arrangement(
        "", "M-2", 1.0, 2.5, "2021-05-12", "2022-06-30", "by day", "e7"
    )
    assert replace(reached, where="") == Access("", "M1", 0.0, 3.0, (5, 6), "snow")
    assert spec.same_line == (("one", "two"),)
    assert spec.unchanged == (Unchanged(("one", "two"), "AAA", "r"),)
    assert spec.parties[0].names == {"en": "A", "az-Latn": "Ä"}
    assert spec.settings == Settings(
        axis="one", tolerance_m=250.0, rounding={**Settings().rounding, "m": 0.01}
    )
    assert (spec.ellipsoid.name, spec.ellipsoid.a_m) == ("Krassovsky 1940", 6378245.0)


def test_the_example_has_every_key():
    """Guards the test above: a new key must be tried there."""
    found = tomllib.loads(HEAD + EVERY_KEY)
    source, layer = found["source"][0], found["layer"][0]
    of_documents = {"document", "citation", "instrument", "basis", "position", "name", "evidence"}
    assert set(found) | of_documents == set(TOP_KEYS)  # those are tried in test_documented.py
    assert set(source) | {"kind", "party_field"} == set(SOURCE_KEYS)
    assert set(layer) | {"side"} == set(LAYER_KEYS)
    assert set(source["map"]) == set(MAP_KEYS)
    assert set(source["standing"]) == set(STANDING_KEYS)
    assert set(source["standing"]["contested_by"][0]) == set(CONTESTED_KEYS)
    assert set(source["accuracy"]) == set(ACCURACY_KEYS)
    assert set(source["covers"]) < set(COVERS_KEYS)
    assert set(found["unchanged"][0]) == set(UNCHANGED_KEYS)
    assert set(found["ellipsoid"]) == set(ELLIPSOID_KEYS)
    assert set(found["arrangement"][0]) == set(ARRANGEMENT_KEYS)
    assert set(found["access"][0]) == set(ACCESS_KEYS)


ARRANGEMENT = '[[arrangement]]\nroute = "M-2"\nfrom_km = 1\nto_km = 2\nsince = 2021-05-12\n'
ACCESS = '[[access]]\npiece = "M1"\nfrom_km = 1\nto_km = 2\nmonths = [5]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ARRANGEMENT.replace("to_km = 2", "to_km = 1"), ["arrangement[1].to_km", "not beyond from_km = 1"]),
        (ARRANGEMENT.replace("from_km = 1", "from_km = -1"), ["arrangement[1].from_km", "-1"]),
        (ARRANGEMENT.replace("2021-05-12", "2021"), ["arrangement[1].since", "a whole day"]),
        (ARRANGEMENT + 'until = "2021-05-11"\n', ["arrangement[1].until", "before its first day"]),
        (ARRANGEMENT.replace('route = "M-2"\n', ""), ["arrangement[1]", "'route' is missing"]),
        (ARRANGEMENT + ARRANGEMENT, ["arrangement[2]", "overlaps arrangement[1]", "no end"]),
        (ACCESS.replace("[5]", "[13]"), ["access[1].months[1] = 13", "1 to 12"]),
        (ACCESS.replace("[5]", "[5, 5]"), ["access[1].months", "twice"]),
        (ACCESS.replace('"M1"', '"main"'), ["access[1].piece", "a piece of the axis"]),
        (ACCESS + ACCESS, ["access[2]", "overlaps access[1]"]),
    ],
)
def test_arrangements_and_access_that_cannot_be(read, text, words):
    with pytest.raises(BadInputError) as error:
        read(HEAD + SOURCE + text)
    assert all(word in str(error.value) for word in words)


def test_arrangements_may_follow_one_another_in_kilometres_or_in_days(read):
    later = ARRANGEMENT.replace("2021-05-12", "2022-07-01")
    beyond = ARRANGEMENT.replace("from_km = 1\nto_km = 2", "from_km = 2\nto_km = 3")
    ended = ARRANGEMENT + "until = 2022-06-30\n"
    assert len(read(HEAD + SOURCE + later + beyond + ended).arrangements) == 3


def test_the_order_of_entries_has_no_meaning(read):
    two = SOURCE.replace("one", "two")
    other = LAYER.replace("waters", "roads")
    assert read(HEAD + SOURCE + two + LAYER + other) == read(HEAD + other + two + LAYER + SOURCE)
    assert read(HEAD) == read(HEAD.replace('"AAA", "BBB"', '"BBB", "AAA"'))


def test_a_dossier_may_still_be_without_sources(read):
    assert read(HEAD).sources == ()


def test_a_byte_order_mark_and_windows_lines_are_read(read):
    assert read(b"\xef\xbb\xbf" + (HEAD + SOURCE).replace("\n", "\r\n").encode()) == read(HEAD + SOURCE)


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
