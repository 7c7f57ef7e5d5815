"""The pictures of a dossier: whole, the same for both parties, nothing in them markup of a dossier."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from merestone.compare.mirror import mirror
from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier import maps
from merestone.publish.dossier.drawing import Figures
from merestone.publish.dossier.picture import chainage, length, words_svg
from merestone.publish.dossier.speech import speaker
from merestone.publish.report_palette import source_looks

from .conftest import EVIL

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(along_the_line):
    return Figures(along_the_line)


def keys_of(c):
    sections = [key for section in c.sections for key in (f"section:{section.id}", f"profile:{section.id}")]
    return [
        "overview",
        *(f"source:{one.id}" for one in c.sources),
        *sections,
        f"profile:{c.sections[0].piece}",
    ]


def complete(c):
    """The comparison made by hand with the settings that its differences are told by."""
    return replace(c, parameters={**c.parameters, "min_difference_km2": 0.01})


def words_of(layers):
    svg = ET.fromstring(words_svg(layers.width, layers.height, layers.words))
    return [text.text for text in svg.iter(f"{SVG}text")]


def test_every_figure_is_one_svg_document_and_loads_nothing(figures, along_the_line):
    for key in keys_of(along_the_line):
        layers = figures.layers(key, speaker("en"))
        svg = layers.drawn
        root = ET.fromstring(svg)
        assert {one.tag.removeprefix(SVG) for one in ET.fromstring(words_svg(9, 9, layers.words)).iter()} == {
            "svg", "g", "text",
        }  # fmt: skip
        assert root.tag == f"{SVG}svg"
        tags = {one.tag.removeprefix(SVG) for one in root.iter()}
        assert tags <= {"svg", "g", "path", "rect", "circle", "defs", "pattern"}, key
        assert not re.search(r"(href|url\((?!#)|style|on\w+)\s*=", svg)


def test_a_figure_that_is_not_there_is_told(figures):
    for key in ("section:M9-S99", "source:nobody", "profile:M9", "elsewhere"):
        with pytest.raises(KeyError):
            figures.layers(key, speaker("en"))


def test_figures_are_the_same_bytes_when_drawn_anew(figures, along_the_line):
    again = Figures(along_the_line)
    for key in reversed(keys_of(along_the_line)):
        assert again.layers(key, speaker("hy")) == figures.layers(key, speaker("hy"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_of_the_language_and_the_drawing_is_not(figures, along_the_line, language):
    key = f"section:{along_the_line.sections[0].id}"
    assert "<text" not in figures.layers(key, speaker(language)).drawn
    assert figures.layers(key, speaker(language)).drawn == figures.layers(key, speaker("en")).drawn
    north = {"az": "Ş", "en": "N", "fr": "N", "hy": "Հ", "ru": "С", "zh": "北"}
    kilometres = {"az": "km", "en": "km", "fr": "km", "hy": "կմ", "ru": "км", "zh": "公里"}
    words = words_of(figures.layers(key, speaker(language)))
    assert north[language] in words
    assert any(re.fullmatch(rf"\d+\s?{kilometres[language]}", one) for one in words)


@pytest.mark.parametrize(
    ("language", "one", "half"),
    [
        ("az", "1\u00a0km", "0,5\u00a0km"), ("en", "1\u00a0km", "0.5\u00a0km"),
        ("fr", "1\u202fkm", "0,5\u202fkm"),
        ("hy", "1\u00a0կմ", "0,5\u00a0կմ"), ("ru", "1\u00a0км", "0,5\u00a0км"), ("zh", "1公里", "0.5公里"),
    ],
)  # fmt: skip
def test_lengths_on_a_scale_are_all_written_alike(language, one, half):
    """By hand from the CLDR charts; Azerbaijani has no short form for one kilometre alone."""
    assert length(1000.0)(speaker(language)) == one
    assert chainage(0.5, 1)(speaker(language)) == half


def test_parties_exchanged_make_the_same_maps_and_the_profile_turned_over(along_the_line):
    """A map does not know who is first; in a profile what was above the axis is below."""
    one, other = Figures(along_the_line), Figures(mirror(along_the_line))
    for section in along_the_line.sections:
        key = f"section:{section.id}"
        assert one.layers(key, speaker("en")).drawn == other.layers(key, speaker("en")).drawn
    for key in ("overview", *(f"source:{source.id}" for source in along_the_line.sources)):
        assert one.layers(key, speaker("en")).drawn == other.layers(key, speaker("en")).drawn
    key = f"profile:{along_the_line.sections[0].id}"
    drawn = [figures.layers(key, speaker("en")).drawn for figures in (one, other)]
    zero = [
        float(re.search(r'd="M[\d.]+ ([\d.]+)H[\d.]+" fill="none" stroke="#33312c"', d)[1]) for d in drawn
    ]
    starts = [
        re.findall(r'd="M[\d.]+ ([\d.]+)[^"]*" fill="none" stroke="[^"]+" stroke-width="1.7"', d)
        for d in drawn
    ]
    assert len(starts[0]) == len(starts[1]) > 0
    for up, down in zip(*starts, strict=True):
        assert float(up) - zero[0] == pytest.approx(zero[1] - float(down), abs=0.11)
    assert {float(up) - zero[0] for up in starts[0]} != {0.0}


def test_names_of_a_dossier_are_text_and_never_markup(along_the_line):
    party, other = along_the_line.parties
    evil = replace(along_the_line, parties=(replace(party, names={"en": EVIL + "\x00\x1f"}), other))
    layers = Figures(evil).layers("overview", speaker("en"))
    assert "<script" not in words_svg(layers.width, layers.height, layers.words)
    said = [text for text in words_of(layers) if "hacked" in text]
    assert all(text.endswith("‹U+0000›‹U+001F›") for text in said)


def test_a_section_lies_within_its_map_and_its_ends_are_marked(figures, along_the_line):
    for section in along_the_line.sections:
        layers = figures.layers(f"section:{section.id}", speaker("en"))
        rings = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4"', layers.drawn)
        assert len(rings) == 2
        for x, y in np.array(rings, dtype=float):
            assert 0 < x < layers.width
            assert 0 < y < layers.height


def test_no_verdict_is_told_by_colour_alone_and_no_source_either(along_the_line):
    assert len(set(maps.CASING.values())) == len(maps.CASING)
    looks = source_looks(tuple(f"s{k}" for k in range(56))).values()
    assert len({(look.dash, look.marker) for look in looks}) == 56


def test_signs_of_a_legend_are_drawn_like_the_figures(figures, along_the_line):
    source = along_the_line.sources[0].id
    colour = source_looks(tuple(one.id for one in along_the_line.sources))[source].colour
    assert f'stroke="{colour}"' in figures.sign(source)
    for key in ("band", "difference", "differing", "coincident", "within-accuracy", "cannot-say"):
        ET.fromstring(figures.sign(key))
    assert figures.sign("unheard of") is None


def test_a_map_without_limits_shows_what_the_sources_show(comparison):
    shapes = replace(comparison.shapes, sections={}, stations=(), corridor=shapely.MultiPolygon())
    tracing = replace(shapes.tracing, sources=(), pieces=())
    bare = complete(replace(comparison, sections=(), shapes=replace(shapes, tracing=tracing), axis=None))
    ET.fromstring(Figures(bare).layers("overview", speaker("en")).drawn)


def test_a_map_on_the_antimeridian_has_no_longitude_beyond_180(comparison_at_180):
    layers = Figures(complete(comparison_at_180)).layers("overview", speaker("en"))
    words = words_of(layers)
    for look in source_looks(tuple(one.id for one in comparison_at_180.sources)).values():
        assert f'stroke="{look.colour}"' in layers.drawn
    assert "180°" in words
    assert "179°58′\u00a0W" in [word.replace(" ", "\u00a0") for word in words]
    assert not [word for word in words if re.match(r"(18[1-9]|19\d)°", word)]


@pytest.fixture(scope="module")
def shipped(shipped_result):
    return Figures(shipped_result)


def test_the_pictures_of_the_shipped_dossier_stay_small(shipped, shipped_result):
    """A tenth of a millimetre on paper is the finest step that is drawn, so dense sources cost no more."""
    sizes = [
        len(shipped.layers(f"section:{one.id}", speaker("en")).drawn) for one in shipped_result.sections[::12]
    ]
    assert max(sizes) < 60_000
    assert len(shipped.layers("overview", speaker("en")).drawn) < 400_000
    assert len(shipped.layers("source:osm-2017", speaker("en")).drawn) < 40_000


def test_every_limit_near_a_section_of_the_shipped_dossier_is_on_its_map(shipped, shipped_result):
    looks = source_looks(tuple(one.id for one in shipped_result.sources))
    section = next(one for one in shipped_result.sections if one.id == "M1-S40")
    drawn = shipped.layers("section:M1-S40", speaker("en")).drawn
    for source in section.sources:
        assert re.search(rf'stroke="{looks[source].colour}" stroke-width="1.5"', drawn), source


def test_bands_that_are_wider_than_the_map_are_named(shipped):
    words = words_of(shipped.layers("section:M1-S04", speaker("en")))
    assert "95 % bands wider than this map: dcw, natural-earth, wdbii" in words
