"""What is proposed for a layer: the shapes of its kind, ids, names, sides; and how it is registered."""

import json
import warnings

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.cli.app import run
from merestone.cli.commands.add import KINDS
from merestone.errors import BadInputError
from merestone.model.sources import LayerKind, Party
from merestone.sources.dossier import read_dossier
from merestone.sources.layers import raw_layer
from merestone.sources.propose_layer import propose_layer
from merestone.sources.register import add_layers, make_dossier

PARTIES = (Party("ARM", {"en": "Armenia"}), Party("AZE", {"en": "Azerbaijan"}))
POINTS = [shapely.Point(45.0, 40.0), shapely.Point(46.0, 40.0)]
LINES = [shapely.LineString([(45, 40), (46, 41)]), shapely.LineString([(45, 41), (46, 40)])]
AREAS = [shapely.box(45, 40, 46, 41), shapely.box(46, 40, 47, 41)]


def write(path, geometries, kind, layer=None, append=False, **columns):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array(geometries, dtype=object)),
            [np.array(values, dtype=object) for values in columns.values()],
            list(columns),
            geometry_type=kind,
            crs="EPSG:4326",
            layer=layer,
            append=append,
        )
    return path


def values(proposal):
    return {entry.key: entry.value for entry in proposal.entries}


def proposed(path, kind):
    return values(propose_layer(path, LayerKind(kind), PARTIES))


def test_the_command_knows_every_kind():
    assert sorted(KINDS) == sorted(kind.value for kind in LayerKind)


def test_the_shipped_layers_are_proposed_as_they_are_shipped(shipped_dossier):
    shipped = {layer.path: layer for layer in read_dossier(shipped_dossier).layers}
    for path, layer in shipped.items():
        found = proposed(shipped_dossier / path, layer.kind.value)
        assert found["kind"] == layer.kind.value
        assert found.get("side", {}) == layer.side
        assert found.get("id_field") == layer.id_field
        names = found.get("names") or ({"und": found["name_field"]} if "name_field" in found else {})
        assert names == layer.names
        assert "crs" not in found
        assert "layer" not in found


@pytest.mark.parametrize(
    ("kind", "layer", "where"),
    [
        ("roads", "lines", "highway IS NOT NULL"),
        ("rivers", "lines", "waterway IN ('river', 'stream')"),
        ("districts", "multipolygons", "boundary = 'administrative'"),
        ("waters", "multipolygons", "natural = 'water'"),
        ("settlements", "points", "place IN ('city', 'town', 'village', 'hamlet')"),
        ("marks", "points", None),
    ],
)
def test_openstreetmap_is_filtered_by_its_own_words(shipped_dossier, kind, layer, where):
    path = shipped_dossier.parent / "andorra" / "andorra.osm.pbf"
    proposal = propose_layer(path, LayerKind(kind), PARTIES)
    found = values(proposal)
    assert (found["layer"], found.get("where")) == (layer, where)
    assert any(f"layer '{layer}' is taken" in note for note in proposal.notes)
    assert any(remark.startswith("where = ") for remark in proposal.remarks) == (where is None)


def test_the_layer_with_the_shapes_of_the_kind_is_taken(tmp_path):
    path = tmp_path / "all.gpkg"
    write(path, AREAS, "Polygon", layer="a", name=["x", "y"])
    write(path, LINES, "LineString", layer="b", append=True, name=["x", "y"])
    write(path, POINTS, "Point", layer="c", append=True, name=["x", "y"])
    write(path, LINES[:1], "LineString", layer="d", append=True, name=["x"])
    assert {kind: proposed(path, kind)["layer"] for kind in KINDS} == {
        "districts": "a", "settlements": "c", "waters": "a", "rivers": "b", "watersheds": "b",
        "roads": "b", "marks": "c", "parcels": "a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "shapes", "shape"), [("roads", POINTS, "Point"), ("waters", LINES, "LineString")]
)
def test_shapes_that_the_kind_cannot_have_are_refused(tmp_path, kind, shapes, shape):
    path = write(tmp_path / "x.gpkg", shapes, shape, name=["a", "b"])
    with pytest.raises(BadInputError, match=f"which {kind} are; name another file or kind"):
        proposed(path, kind)


def test_ids_must_tell_features_apart_and_names_be_there(tmp_path):
    path = write(
        tmp_path / "places.gpkg", POINTS, "Point",
        id=["7", "7"], code=["a", "b"], name_hy=["Ա", None], name_az=[None, None], name_long=["L", "L"],
        NAME=["A", "B"],
    )  # fmt: skip
    found = proposed(path, "settlements")
    assert found["id_field"] == "code"
    assert found["names"] == {"hy": "name_hy", "und": "NAME"}


def test_the_number_of_a_road_and_a_name_alone(tmp_path):
    path = write(tmp_path / "roads-2019.gpkg", LINES, "LineString", ref=["M2", None], name=["North", None])
    found = proposed(path, "roads")
    assert (found["ref_field"], found["name_field"], found["date"]) == ("ref", "name", "2019")
    assert "names" not in found


def test_sides_come_from_codes_and_for_districts_from_names_too(tmp_path):
    codes = write(tmp_path / "codes.gpkg", POINTS, "Point", country=["AM", "AZ"])
    assert proposed(codes, "settlements")["side"] == {"ARM": "country = 'AM'", "AZE": "country = 'AZ'"}
    assert "side" not in proposed(codes, "marks")
    names = write(tmp_path / "names.gpkg", AREAS, "Polygon", of=["Armenia", "Azerbaijan"])
    assert proposed(names, "districts")["side"] == {"ARM": "of = 'Armenia'", "AZE": "of = 'Azerbaijan'"}
    towns = write(tmp_path / "towns.gpkg", POINTS, "Point", name=["Armenia", "Goris"])
    assert "side" not in proposed(towns, "settlements")  # Armenia is a town in Colombia


def test_a_table_of_points(tmp_path):
    path = tmp_path / "pillars.csv"
    path.write_text("id,lat,lon,name\n1,41.1,45.2,One\n2,41.2,45.3,Two\n", encoding="utf-8")
    proposal = propose_layer(path, LayerKind.MARKS, PARTIES)
    assert values(proposal) == {"kind": "marks", "title": "pillars", "id_field": "id", "name_field": "name"}
    assert any(remark.startswith("crs = ") for remark in proposal.remarks)
    path.write_text("# datum: EPSG:4326\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert not any(
        remark.startswith("crs = ") for remark in propose_layer(path, LayerKind.MARKS, PARTIES).remarks
    )
    with pytest.raises(BadInputError, match="holds points, and roads are lines"):
        propose_layer(path, LayerKind.ROADS, PARTIES)


def test_layers_are_registered_copied_and_can_be_read(tmp_path, shipped_dossier):
    make_dossier(tmp_path / "case", ["ARM", "AZE"])
    shipped = shipped_dossier / "layers" / "districts.gpkg"
    (added,) = add_layers(tmp_path / "case", [shipped], LayerKind.DISTRICTS)
    assert added.path == "layers/districts.gpkg"
    assert (tmp_path / "case" / added.path).read_bytes() == shipped.read_bytes()
    spec = read_dossier(tmp_path / "case")
    raw = raw_layer(spec.root, spec.layers[0], spec.parties)
    assert set(raw.party.values()) == {"ARM", "AZE"}
    with pytest.raises(BadInputError, match="already the layer of districts"):
        add_layers(tmp_path / "case", [shipped], LayerKind.DISTRICTS)
    (again,) = add_layers(tmp_path / "case", [shipped], LayerKind.PARCELS)  # another use of the same copy
    assert again.path == added.path


def test_the_command_registers_layers_and_asks_nothing(tmp_path, shipped_dossier, capsys):
    case, places = str(tmp_path / "case"), str(shipped_dossier / "layers" / "places.gpkg")
    assert run(["init", case, "--parties", "ARM,AZE", "-q"]) == 0
    assert run(["add", "--dossier", case, "--layer", "settlements", places]) == 0
    out, err = capsys.readouterr()
    assert out.startswith('[[layer]]\nkind = "settlements"\npath = "layers/places.gpkg"\n')
    assert "is copied to" in err
    assert run(["add", "--dossier", case, "--layer", "rivers", "--json", places]) == 20
    before = (tmp_path / "case" / "dossier.toml").read_bytes()
    out, err = capsys.readouterr()
    assert out == ""
    assert "it holds no lines or areas, which rivers are" in err
    assert run(["add", "--dossier", case, "--layer", "towns", places]) == 2
    assert (tmp_path / "case" / "dossier.toml").read_bytes() == before
    capsys.readouterr()
    lakes = str(shipped_dossier / "layers" / "lakes.geojson")
    assert run(["add", "--dossier", case, "--layer", "waters", "--json", lakes]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["added"]
    assert entry["path"] == "layers/lakes.geojson"
