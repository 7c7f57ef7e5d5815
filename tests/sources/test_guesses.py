from pathlib import Path

import pytest

from merestone.sources.guesses import date_in, scale_in, source_id_for
from merestone.sources.iso3166 import ALPHA_2, forms


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("ne_10m_admin_0_countries", 10_000_000),
        ("NE-110m", 110_000_000),
        ("genshtab-1-100000", 100_000),
        ("genshtab_1_200_000", 200_000),
        ("genshtab-100k", 100_000),
        ("topo50K", None),
        ("countries-land-1m", None),
        ("map-10m", None),
        ("sheet-1-2", None),
        ("map", None),
    ],
)
def test_scales_in_names(name, scale):
    found = scale_in(name, [])
    assert (found and found[0]) == scale


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("Scale 1:1 000 000", 1_000_000),
        ("1 : 100.000, Generalstab", 100_000),
        ("масштаб 1:50000", 50_000),
        ("1:25,000", 25_000),
        ("ratio 1:2", None),
        ("21:100000", None),
        ("time 11:1000", None),
    ],
)
def test_scales_in_metadata(text, scale):
    found = scale_in("map", [text])
    assert (found and found[0]) == scale


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("osm-2017", "2017"),
        ("osm-2017-11", "2017-11"),
        ("osm_20171130", "2017-11-30"),
        ("osm-2017-11-31", "2017"),
        ("genshtab-1976-1978", None),
        ("k38-021", None),
        ("map-201712", None),
        ("12017", None),
        ("map", None),
    ],
)
def test_dates_in_names(name, date):
    assert date_in(name) == date


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Natural Earth (10m)", (), "natural-earth-10m"),
        ("Österreich", (), "osterreich"),
        ("Հայաստան", (), "source"),
        ("Հայաստան", ("source", "source-2"), "source-3"),
        ("a" * 200, (), "a" * 56),
        ("--", (), "source"),
    ],
)
def test_ids_from_names(name, taken, made):
    assert source_id_for(name, taken) == made


def test_iso_codes():
    assert len(ALPHA_2) == 249
    assert len(set(ALPHA_2.values())) == 249
    assert (forms("ARM"), forms("aze"), forms("AM"), forms("XX")) == (("AM",), ("AZ",), ("ARM",), ())
    zones = Path("/usr/share/zoneinfo/iso3166.tab")
    if zones.exists():
        lines = zones.read_text(encoding="utf-8").splitlines()
        assert set(ALPHA_2.values()) == {line[:2] for line in lines if line and not line.startswith("#")}
