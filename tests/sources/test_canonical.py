from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType, LayerKind, SourceKind, Unchanged
from merestone.sources.canonical import canonical, canonical_text, dossier_digest, plain
from merestone.sources.dossier import parse_dossier, read_dossier
from merestone.sources.lock import (
    lock_of,
    read_lock,
    write_lock,
)
from merestone.sources.spec import Lock

HASH = "0" * 64
OPERATION = {
    "crs": "EPSG:4284",
    "code": "EPSG:15865",
    "name": "Pulkovo 1942 to WGS 84 (16)",
    "accuracy_m": 4.0,
    "definition": "+proj=pipeline +step +proj=push",
}

BASE = """format = 1
title = "T"
parties = ["AAA", "BBB"]
[party.AAA.names]
en = "Ah"
[party.BBB.names]
en = "Bee"
[[source]]
id = "one"
path = "one.gpkg"
side = { AAA = "iso = 'A'", BBB = "iso = 'B'" }
accuracy = { measure = "CE95", metres = 50, assumed = true, assumed_by = "AAA" }
standing = { offered_by = ["AAA"], available_to = ["AAA", "BBB"], contested_by = [{ party = "BBB", reason = "AAA drew it" }] }
[[source]]
id = "two"
path = "two.gpkg"
side = { BBB = "iso = 'B'" }
[[source]]
id = "three"
path = "three.gpkg"
kind = "lines"
[[layer]]
kind = "districts"
path = "d.gpkg"
side = { AAA = "x", BBB = "y" }
"""  # noqa: E501

SWAPPED = """format = 1
title = "T"
parties = ["BBB", "AAA"]
[party.BBB.names]
en = "Ah"
[party.AAA.names]
en = "Bee"
[[source]]
id = "one"
path = "one.gpkg"
side = { BBB = "iso = 'A'", AAA = "iso = 'B'" }
accuracy = { measure = "CE95", metres = 50, assumed = true, assumed_by = "BBB" }
standing = { offered_by = ["BBB"], available_to = ["BBB", "AAA"], contested_by = [{ party = "AAA", reason = "AAA drew it" }] }
[[source]]
id = "two"
path = "two.gpkg"
side = { AAA = "iso = 'B'" }
[[source]]
id = "three"
path = "three.gpkg"
kind = "lines"
[[layer]]
kind = "districts"
path = "d.gpkg"
side = { BBB = "x", AAA = "y" }
"""  # noqa: E501


def spec_of(text):
    return parse_dossier(text.encode(), Path("dossier.toml"))


LOCK = lock_of({"one.gpkg": HASH}, {"one": OPERATION})


@pytest.mark.parametrize("lock", [None, LOCK])
def test_the_swapped_dossier_has_the_same_hash_and_the_other_orientation(lock):
    sha256, oriented = dossier_digest(spec_of(BASE), lock)
    swapped_sha256, swapped_oriented = dossier_digest(spec_of(SWAPPED), lock)
    assert swapped_sha256 == sha256
    assert {oriented, swapped_oriented} == {"AAA", "BBB"}


def test_both_parties_may_contest_a_source():
    once = '[{ party = "BBB", reason = "AAA drew it" }]'
    swapped_once = once.replace("BBB", "AAA")
    twice = '[{ party = "AAA", reason = "too old" }, { party = "BBB", reason = "too new" }]'
    swapped_twice = '[{ party = "BBB", reason = "too old" }, { party = "AAA", reason = "too new" }]'
    one = dossier_digest(spec_of(BASE.replace(once, twice)), None)
    other = dossier_digest(spec_of(SWAPPED.replace(swapped_once, swapped_twice)), None)
    assert one[0] == other[0] != dossier_digest(spec_of(BASE), None)[0]
    assert one[1] != other[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('offered_by = ["AAA"]', 'offered_by = ["BBB"]'),
        ("side = { BBB = \"iso = 'B'\" }", "side = { AAA = \"iso = 'B'\" }"),
        ('assumed_by = "AAA"', 'assumed_by = "BBB"'),
        ('party = "BBB"', 'party = "AAA"'),
        ('AAA = "x", BBB = "y"', 'AAA = "y", BBB = "x"'),
        ('en = "Ah"', 'en = "Oh"'),
    ],
)
def test_exchanging_an_id_in_one_place_only_is_another_dossier(old, new):
    assert old in BASE
    assert dossier_digest(spec_of(BASE.replace(old, new)), None)[0] != dossier_digest(spec_of(BASE), None)[0]


def test_a_dossier_that_the_exchange_leaves_as_it_is():
    text = (
        BASE[: BASE.index("[party")] + BASE[BASE.index('[[source]]\nid = "three"') : BASE.index("[[layer]]")]
    )
    assert dossier_digest(spec_of(text), None)[1] == "both"


def test_what_files_hold_is_never_exchanged():
    text = BASE[: BASE.index("[party")] + '[[source]]\nid = "one"\npath = "x"\nparty_field = "iso"\n'
    data = canonical(spec_of(text), None, rename=lambda word: {"AAA": "BBB", "BBB": "AAA"}.get(word, word))
    assert data["sources"]["one"]["side"] == {
        "AAA": {"field": "iso", "value": "BBB"},
        "BBB": {"field": "iso", "value": "AAA"},
    }
    assert dossier_digest(spec_of(text), None)[1] in ("AAA", "BBB")


def test_comments_order_and_spelling_do_not_count():
    same = (
        BASE.replace('["AAA", "BBB"]', '["BBB", "AAA"] # a comment', 1)
        .replace("metres = 50", "metres = 5_0.0")
        .replace('"one.gpkg"', "'./one.gpkg'")
        .replace('[[source]]\nid = "two"', '# another\n[[source]]\ntitle = "two"\nid = "two"')
    )
    same += "[compare]\nstation_m = 100\n"
    assert same != BASE
    assert dossier_digest(spec_of(same), LOCK) == dossier_digest(spec_of(BASE), LOCK)


def test_the_canonical_text_is_pinned():
    """A change of this text changes every dossier's hash: it needs a new format of the canonical form."""
    text = 'format = 1\ntitle = "Ç"\nparties = ["B", "A"]\n'
    text += '[[source]]\nid = "x"\npath = "x.gpkg"\nside = { A = "i = 1" }\n'
    assert canonical_text(canonical(spec_of(text), lock_of({"x.gpkg": "00"}, {}))) == (
        '{"ellipsoid":{"a_m":6378137.0,"f":0.0033528106647474805,"name":"WGS 84"},"files":{"x.gpkg":"00"},'
        '"format":"merestone-dossier/1","layers":[],"operations":{},"parties":{"A":{},"B":{}},'
        '"settings":{"coincide_m":0.001,"corridor_m":25000.0,"facing_m":5000.0,"min_difference_km2":0.01,'
        '"min_section_m":500.0,"realisations":1000,'
        '"rounding":{"degrees":1e-09,"km":0.001,"km2":0.0001,"m":0.001,"other":1e-06},'
        '"seed":1,"station_m":100.0,"tolerance_m":100.0},'
        '"sources":{"x":{"id":"x","kind":"one-sided","path":"x.gpkg","rings":"structure",'
        '"side":{"A":{"where":"i = 1"}},"title":"x"}},"title":"Ç"}'
    )


OTHER = {
    "kind": {SourceKind: SourceKind.LINES, LayerKind: LayerKind.ROADS},
    "side": {"AAA": "z"},
    "edges": EdgeType.GEODESIC,
    "accuracy": Accuracy(Measure.SIGMA, 7.0),
    "names": {"hy": "name"},
    "name_forms": {"1": {"hy": "Սյունիք"}},
    "map": {"series": "s"},
    "covers": {"bbox": [1.0, 2.0, 3.0, 4.0]},
}


def changed(entry, name):
    value = OTHER.get(name)
    if name == "kind":
        return replace(entry, kind=OTHER["kind"][type(entry.kind)])
    if name == "standing":
        return replace(entry, standing=replace(entry.standing, offered_by=("BBB",)))
    if value is None:
        numeric = name.endswith(("_m", "_km")) or name in ("scale", "common_share")
        value = 3.5 if numeric else "changed"
    return replace(entry, **{name: value})


@pytest.mark.parametrize("part", ["sources", "layers"])
def test_every_field_of_every_entry_counts(part):
    spec = spec_of(BASE)
    before = dossier_digest(spec, LOCK)
    for field in fields(getattr(spec, part)[0]):
        entries = list(getattr(spec, part))
        entries[0] = changed(entries[0], field.name)
        assert entries[0] != getattr(spec, part)[0], field.name
        after = dossier_digest(replace(spec, **{part: tuple(entries)}), LOCK)
        assert after[0] != before[0], field.name


def test_settings_ellipsoid_title_and_lock_count():
    spec = spec_of(BASE)
    others = [
        (replace(spec, title="U"), LOCK),
        (replace(spec, ellipsoid=Ellipsoid("x", 6378245.0, 0.0033)), LOCK),
        (spec, None),
        (spec, lock_of({"one.gpkg": "1" * 64}, LOCK.operations)),
        (spec, lock_of(LOCK.files, {"one": {**OPERATION, "accuracy_m": 5.0}})),
        (spec, lock_of({**LOCK.files, "two.gpkg": HASH}, LOCK.operations)),
    ]
    others += [
        (
            replace(
                spec,
                settings=replace(Settings(), **{field.name: "one" if field.name == "axis" else {"m": 1.0}}),
            ),
            LOCK,
        )
        if field.name in ("axis", "rounding")
        else (replace(spec, settings=replace(Settings(), **{field.name: 7.0})), LOCK)
        for field in fields(Settings)
    ]
    digests = {dossier_digest(one, lock)[0] for one, lock in [(spec, LOCK), *others]}
    assert len(digests) == len(others) + 1


def test_the_root_does_not_count(tmp_path):
    digests = set()
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dossier.toml").write_text(BASE, encoding="utf-8")
        digests.add(dossier_digest(read_dossier(tmp_path / name), LOCK))
    assert len(digests) == 1


def test_a_lock_that_was_read_counts_as_the_one_that_was_made(tmp_path):
    made = Lock({"one.gpkg": HASH}, {"one": {**OPERATION, "code": None, "accuracy_m": None}})
    write_lock(tmp_path, made)
    assert dossier_digest(spec_of(BASE), read_lock(tmp_path)) == dossier_digest(spec_of(BASE), made)


def test_plain_refuses_what_has_no_form():
    with pytest.raises(TypeError, match="date has no canonical form"):
        plain({"x": date(1978, 5, 17)})
    with pytest.raises(ValueError, match="JSON"):
        canonical_text({"x": float("nan")})


def test_what_is_said_of_several_sources_counts():
    spec = spec_of(BASE)
    others = [
        replace(spec, same_line=(("one", "two"),)),
        replace(spec, same_line=(("one", "three"),)),
        replace(spec, unchanged=(Unchanged(("one", "two")),)),
        replace(spec, unchanged=(Unchanged(("one", "two"), "AAA"),)),
        replace(spec, unchanged=(Unchanged(("one", "two"), "AAA", "because"),)),
    ]
    assert len({dossier_digest(one, LOCK)[0] for one in [spec, *others]}) == len(others) + 1


def test_a_party_that_states_that_nothing_changed_is_exchanged_with_the_parties():
    said = '[[unchanged]]\nsources = ["one", "two"]\nstated_by = "AAA"\n'
    one, two = (spec_of(text) for text in (BASE + said, SWAPPED + said.replace("AAA", "BBB")))
    assert dossier_digest(one, LOCK)[0] == dossier_digest(two, LOCK)[0]
    assert dossier_digest(one, LOCK)[1] != dossier_digest(two, LOCK)[1]


def test_an_infinite_correlation_length_has_a_canonical_form():
    lengths = ["correlation_km = 20000", "correlation_km = inf", "correlation_km = 0", "scale = 5"]
    specs = [spec_of(BASE.replace('path = "one.gpkg"', f'path = "one.gpkg"\n{line}')) for line in lengths]
    assert '"correlation_km":"inf"' in canonical_text(canonical(specs[1], LOCK))
    assert len({dossier_digest(spec, LOCK)[0] for spec in specs}) == len(lengths)
