"""Enclaves over the sources: who shows them, who does not, and who cannot say."""

import numpy as np
import pytest
import shapely

from merestone.compare.enclaves import enclaves_at, find_enclaves
from merestone.geometry.areas import areas_m2
from merestone.model.lines import EnclaveLand, SourceLimits, Tracing
from merestone.model.sources import Feature, Layer, LayerKind, Source, SourceInfo, SourceKind

SMALL, LARGE = shapely.Point(44.8, 40.0).buffer(0.02), shapely.Point(44.8, 40.0).buffer(0.03)
FAR = shapely.Point(45.4, 40.2).buffer(0.01)


def a_source(name, kind=SourceKind.TWO_SIDED, covers=None):
    return Source(SourceInfo(name, kind, "0" * 64, name), {}, None, covers, None, ())


def traced(*lands, axis=None):
    names = sorted({land.source for land in lands})
    by_source = {name: tuple(land for land in lands if land.source == name) for name in names}
    return Tracing(tuple(SourceLimits(n, (), e, (), (), ()) for n, e in by_source.items()), axis, (), ())


def km2(area):
    return float(areas_m2(np.array([area]))[0]) / 1e6


WEST = shapely.MultiPolygon([shapely.box(44, 39, 45, 41)])
SOURCES = [
    a_source("a"),
    a_source("b"),
    a_source("c"),
    a_source("d", SourceKind.ONE_SIDED),
    a_source("e", SourceKind.LINES),
    a_source("west", covers=WEST),
]


def test_one_entry_for_each_piece_in_order():
    tracing = traced(
        EnclaveLand("b", "X1", "ARM", "AZE", FAR),
        EnclaveLand("a", "E2", "AZE", "ARM", SMALL),
        EnclaveLand("b", "E2", "AZE", "ARM", LARGE),
        EnclaveLand("c", "E10", "ARM", "AZE", FAR),
    )
    found = find_enclaves(tracing, SOURCES)
    assert [enclave.id for enclave in found] == ["E2", "E10", "X1"]
    e2, _, x1 = found
    assert (e2.party, e2.within, e2.name) == ("AZE", "ARM", None)
    assert e2.area_km2 == pytest.approx({"a": km2(SMALL), "b": km2(LARGE)})
    assert e2.shown_by == ("a", "b")
    # Lines alone cannot show land; all others speak there and show none.
    assert e2.not_shown_by == ("c", "d", "west")
    # What a source does not cover it neither shows nor fails to show.
    assert x1.not_shown_by == ("a", "c", "d")
    assert shapely.contains_xy(LARGE, *e2.point)


def test_the_axis_source_is_typical_or_else_the_largest():
    lands = [EnclaveLand("a", "E1", "AZE", "ARM", SMALL), EnclaveLand("b", "E1", "ARM", "AZE", LARGE)]
    assert find_enclaves(traced(*lands), SOURCES)[0].party == "ARM"
    assert find_enclaves(traced(*lands, axis="a"), SOURCES)[0].party == "AZE"


def test_several_parts_of_one_enclave_in_one_source_are_added():
    tracing = traced(EnclaveLand("a", "E1", "AZE", "ARM", SMALL), EnclaveLand("a", "E1", "AZE", "ARM", FAR))
    (enclave,) = find_enclaves(tracing, SOURCES)
    assert enclave.area_km2 == pytest.approx({"a": km2(SMALL) + km2(FAR)})


def test_a_place_is_in_the_smallest_land_around_it():
    tracing = traced(EnclaveLand("a", "E1", "AZE", "ARM", LARGE), EnclaveLand("b", "E2", "ARM", "AZE", SMALL))
    places = np.array([(44.8, 40.0), (44.825, 40.0), (45.8, 40.0), (44.8 - 360.0, 40.0)])
    assert enclaves_at(places, tracing) == ["E2", "E1", None, "E2"]
    assert enclaves_at(places, traced()) == [None] * 4
    assert enclaves_at(np.empty((0, 2)), tracing) == []
    assert find_enclaves(traced(), SOURCES) == ()


def places(*named, kind=LayerKind.SETTLEMENTS):
    """A layer of points: (id, names, place)."""
    features = tuple(Feature(name, names, None, place, {}) for name, names, place in named)
    return Layer(kind, "places.gpkg", "0" * 64, "Places", None, None, None, None, None, False, features, ())


BASHKEND = {"az": "Başkənd", "en": "Artsvashen", "hy": "Արծվաշեն", "und": "Artsvashen"}
CENTRE, RIM = shapely.Point(44.8, 40.0), shapely.Point(44.825, 40.0)
"""RIM lies within LARGE only."""


def test_an_enclave_has_every_form_of_the_name_of_the_settlement_in_it():
    layers = [places(("1", BASHKEND, CENTRE), ("2", {"en": "Elsewhere"}, shapely.Point(44.9, 40.0)))]
    tracing = traced(EnclaveLand("a", "E1", "ARM", "AZE", SMALL))
    (enclave,) = find_enclaves(tracing, SOURCES, layers)
    assert enclave.name == "Başkənd / Artsvashen / Արծվաշեն"


def test_the_settlements_are_those_within_what_the_axis_source_shows():
    layers = [places(("1", {"az": "Sofulu"}, CENTRE), ("2", {"hy": "Բ", "az": "B"}, RIM))]
    lands = EnclaveLand("a", "E1", "ARM", "AZE", SMALL), EnclaveLand("b", "E1", "ARM", "AZE", LARGE)
    assert find_enclaves(traced(*lands, axis="a"), SOURCES, layers)[0].name == "Sofulu"
    assert find_enclaves(traced(*lands, axis="b"), SOURCES, layers)[0].name == "Sofulu; B / Բ"
    assert find_enclaves(traced(*lands), SOURCES, layers)[0].name == "Sofulu; B / Բ"  # b shows most of it


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [places()],
        [places(("1", {}, CENTRE))],
        [places(("1", BASHKEND, CENTRE), kind=LayerKind.MARKS)],
        [places(*[(str(k), {"en": f"Place {k}"}, CENTRE) for k in range(4)])],
    ],
    ids=["no layer", "empty layer", "no names", "no settlements", "too many to be a name"],
)
def test_an_enclave_without_a_name(layers):
    tracing = traced(EnclaveLand("a", "E1", "ARM", "AZE", SMALL))
    assert find_enclaves(tracing, SOURCES, layers)[0].name is None
