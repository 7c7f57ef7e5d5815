"""A comparison in notebooks."""

import builtins
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

from merestone.errors import MissingExtraError
from merestone.model.sources import Party
from merestone.publish.frames import repr_html, to_geopandas
from merestone.publish.geopackage import write_geopackage

geopandas = pytest.importorskip("geopandas")


def test_frames_hold_what_the_file_holds(comparison, tmp_path):
    write_geopackage(comparison, tmp_path / "x.gpkg")
    frames = to_geopandas(comparison)
    layers = [name for name, kind in pyogrio.list_layers(tmp_path / "x.gpkg") if kind is not None]
    assert list(frames) == layers
    for name, frame in frames.items():
        from_file = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer=name)
        assert list(frame.columns) == list(from_file.columns)
        assert frame.crs == from_file.crs == "EPSG:4326"
        assert shapely.equals_exact(frame.geometry, from_file.geometry).all()
        for column in frame.columns.drop("geometry"):
            here, there = frame[column], from_file[column]
            assert (here.isna() == there.isna()).all()
            assert (here.dropna() == there.dropna()).all(), (name, column)


def test_frames_of_layers_without_rows_have_their_columns(comparison):
    shapes = replace(comparison.shapes, sections={}, stations=(), differences=())
    bare = replace(comparison, axis=None, sections=(), findings=(), shapes=shapes)
    frames = to_geopandas(bare)
    assert len(frames["sections"]) == len(frames["offsets"]) == len(frames["differences"]) == 0
    assert list(frames["sections"].columns[:2]) == ["id", "piece"]
    assert frames["sections"].crs == "EPSG:4326"


def test_frames_have_plain_types(comparison):
    frames = to_geopandas(comparison)
    assert frames["sections"]["length_km"].dtype == np.float64
    assert frames["limits"]["vertices"].dtype == np.int64
    assert frames["limits"]["sided"].dtype == np.bool_
    assert np.isnan(frames["offsets"]["map-b"].iloc[3])
    assert frames["offsets"]["map-b_toward"].tolist() == [None, "AZE", "ARM", None]


def test_without_geopandas_the_extra_is_named(comparison, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "geopandas":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"merestone\[geo\]"):
        to_geopandas(comparison)


def as_tree(comparison):
    """The summary parsed as XML: every element is closed, every ampersand escaped."""
    return ET.fromstring(repr_html(comparison).replace("<br>", "<br/>"))


def words(element):
    return " ".join("".join(element.itertext()).split())


def test_the_summary_tells_the_result(comparison):
    text = words(as_tree(comparison))
    for expected in (
        "Two maps of a meridian",
        "ARM Armenia / Հայաստան · AZE Azərbaycan",
        "50 m assumed",
        "unknown",
        "Axis along map-a",
        "differing 11.1 km (50.0%)",
        "cannot say 11.1 km (50.0%)",
        "700 m",
        "1 listed, 1 smaller",
        "4.73 km²",
        "ARM: map-b; AZE: map-a; silent: old_lines",
        "0 error, 1 warning, 1 info",
        "No 95 % radius is computed",
    ):
        assert expected in text


def test_the_summary_loads_and_runs_nothing(comparison):
    html = repr_html(comparison)
    assert "<script" not in html
    assert "http" not in html
    assert "url(" not in html
    assert len(html) < 10_000


def test_names_cannot_carry_markup(comparison):
    evil = "<img src=x onerror=alert(1)>\"'&"
    parties = (Party(evil, {"en": evil}), comparison.parties[1])
    case = replace(comparison, parties=parties, dossier={"title": evil, "sha256": ""})
    tree = as_tree(case)
    assert tree.find(".//img") is None
    assert words(tree).count("onerror=alert(1)") == 3


def test_the_summary_of_a_result_without_axis(comparison):
    bare = replace(comparison, axis=None, sections=(), pairs=())
    assert "no source shows a common boundary" in words(as_tree(bare))
