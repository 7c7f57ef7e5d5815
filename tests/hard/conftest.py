"""Whole comparisons on hard inputs: a writer of dossiers, and the laws that every result obeys."""

import json
from math import isfinite

import pytest
import shapely
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import merestone
from merestone.publish.schema import SCHEMAS, load_schema

ONE, TWO = "AAA", "BBB"
REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)
VALIDATOR = Draft202012Validator(load_schema("comparison-1"), registry=REGISTRY)


class Book:
    """A dossier in a folder, written source by source; ``swapped`` writes it with the ids exchanged."""

    def __init__(self, folder, *, swapped=False):
        self.folder, self.swapped = folder, swapped
        folder.mkdir(parents=True, exist_ok=True)
        # What is hard here is the shape of lines; how many errors are drawn changes no law, only the time.
        self.settings, self.sources, self.layers = {"realisations": 50}, [], []

    def id(self, party):
        return {ONE: TWO, TWO: ONE}[party] if self.swapped else party

    def sides(self, name, one=None, two=None, **keys):
        """A source with the land of either party: a shapely geometry each, None where it is not shown."""
        shown = [(ONE, one), (TWO, two)]
        parts = [(party, land) for party, land in shown if land is not None]
        self._put(name, [({"iso": party}, land) for party, land in parts])
        side = ", ".join(f"{self.id(party)} = \"iso = '{party}'\"" for party, _ in parts)
        return self.source(name, f"side = {{ {side} }}", **keys)

    def lines(self, name, *lines, **keys):
        self._put(name, [({}, shapely.LineString(line)) for line in lines])
        return self.source(name, 'kind = "lines"', **keys)

    def source(self, name, kind, path=None, accuracy=50, family=True, **keys):
        """An entry. Each source is a family of its own unless `family` is False (then the program tells)."""
        text = [f'id = "{name}"', f'path = "{path or name + ".geojson"}"', kind]
        if accuracy is not None:
            text.append(f'accuracy = {{ measure = "CE95", metres = {accuracy} }}')
        if family:
            text.append(f'family = "{name}"')
        text += [
            f"{key} = {value if isinstance(value, str) else json.dumps(value)}" for key, value in keys.items()
        ]
        self.sources.append("[[source]]\n" + "\n".join(text) + "\n")
        return self

    def layer(self, name, kind, *shapes, **keys):
        self._put(name, shapes)
        text = [f'kind = "{kind}"', f'path = "{name}.geojson"', *(f"{k} = {v}" for k, v in keys.items())]
        self.layers.append("[[layer]]\n" + "\n".join(text) + "\n")
        return self

    def set(self, **settings):
        self.settings.update(settings)
        return self

    def _put(self, name, shapes):
        features = [
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
            for properties, shape in shapes
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (self.folder / f"{name}.geojson").write_text(text, encoding="utf-8")

    def write(self):
        head = f'format = 1\ntitle = "A hard case"\nparties = ["{ONE}", "{TWO}"]\n'
        settings = "[compare]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in self.settings.items())
        text = head + settings + "".join(self.sources) + "".join(self.layers)
        (self.folder / "dossier.toml").write_text(text, encoding="utf-8")
        return self.folder

    def compare(self):
        result = merestone.open(self.write()).compare()
        obey_the_laws(result)
        return result


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "book")


@pytest.fixture
def books(tmp_path):
    """Makes further dossiers by name."""
    return lambda name, **keys: Book(tmp_path / name, **keys)


@pytest.fixture
def both_ways(tmp_path):
    """Compares what `fill` writes, and again with the ids exchanged: the second is the mirrored first."""

    def compared(fill, name="case"):
        results = []
        for swapped in (False, True):
            one = Book(tmp_path / f"{name}-{swapped}", swapped=swapped)
            fill(one)
            results.append(one.compare())
        assert merestone.mirror(results[0]).to_json() == results[1].to_json()
        return results[0]

    return compared


@pytest.fixture
def obeys():
    """Asserts the laws of a result that a test made in its own way."""
    return obey_the_laws


def obey_the_laws(result):
    """What holds for every comparison, by DESIGN sections 2, 4 and 7."""
    tree = json.loads(result.to_json(), parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    VALIDATOR.validate(tree)
    _matrices(result)
    _differences(result)
    _sections(result)
    _offsets(result)


def _matrices(result):
    areas = {source.id: source.areas_km2 for source in result.sources}
    pairs = {(pair.from_, pair.to): pair for pair in result.pairs}
    assert set(pairs) == {(i, j) for i in areas for j in areas if i != j}
    whole = {name: sum(by_label.values()) for name, by_label in areas.items()}
    assert max(whole.values()) == pytest.approx(min(whole.values()), rel=1e-9)
    for (i, j), pair in pairs.items():
        for label, area in areas[i].items():
            row = sum(v for key, v in pair.areas_km2.items() if key.split(">")[0] == label)
            assert row == pytest.approx(area, abs=1e-6)
        back = {tuple(reversed(key.split(">"))): v for key, v in pairs[j, i].areas_km2.items()}
        assert {tuple(key.split(">")): v for key, v in pair.areas_km2.items()} == back


def _differences(result):
    """Listed and smaller ones `between` the parties cover at least what any pair of sources disputes."""
    one, two = (party.id for party in result.parties)
    between = sum(d.area_km2 for d in result.differences.listed if d.kind == "between")
    between += result.differences.smaller.between_area_km2
    for pair in result.pairs:
        disputed = pair.areas_km2.get(f"{one}>{two}", 0.0) + pair.areas_km2.get(f"{two}>{one}", 0.0)
        assert disputed <= between + 1e-6
    if len(result.sources) == 2 and result.pairs:
        pair = result.pairs[0]
        disputed = pair.areas_km2.get(f"{one}>{two}", 0.0) + pair.areas_km2.get(f"{two}>{one}", 0.0)
        assert disputed == pytest.approx(between, abs=1e-6)


def _sections(result):
    if result.axis is None:
        assert not result.sections
        return
    for piece in result.axis.pieces:
        own = [section for section in result.sections if section.piece == piece.id]
        assert own[0].from_km == 0.0
        assert own[-1].to_km == pytest.approx(piece.length_km, rel=1e-12)
        assert [s.to_km for s in own[:-1]] == [s.from_km for s in own[1:]]
        assert all(s.to_km > s.from_km for s in own)


def _offsets(result):
    for pair in result.pairs:
        every, main = pair.offsets_m.all, pair.offsets_m.main
        if every.mean_abs is None:
            continue
        for one in (every, main):
            if one.mean_abs is not None:
                assert all(isfinite(v) for v in (one.mean_abs, one.median_abs, one.p95_abs, one.max_abs))
                assert 0.0 <= one.median_abs <= one.p95_abs <= one.max_abs * (1 + 1e-12) + 1e-9
                assert one.mean_abs <= one.max_abs + 1e-9
                # Stations without a sign are left out of the signed mean, so it may exceed the other one.
                assert (one.signed_mean is None) or abs(one.signed_mean) <= one.max_abs + 1e-9
        assert every.max_abs <= pair.hausdorff_m + 1e-6
        if main.mean_abs is not None:
            assert sum(pair.verdict_km.values()) == pytest.approx(main.length_km, abs=1e-6)
