"""The matrices: transposes to the bit, rows that add up, and the exchange of the parties."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.compare.exchange import Exchange
from merestone.compare.matrices import pair_areas_km2, source_areas_km2
from merestone.compare.overlay import overlay
from merestone.geometry.areas import areas_m2
from merestone.model.sources import Party, Source, SourceInfo, SourceKind

PARTIES = (Party("ARM", {}), Party("AZE", {}))
CORRIDOR = shapely.MultiPolygon([shapely.box(44.5, 39.5, 45.5, 40.5)])
CORRIDOR_KM2 = float(areas_m2(np.array([CORRIDOR], dtype=object))[0]) / 1e6


def a_source(name, covers=None, **sides):
    kind = SourceKind.TWO_SIDED if len(sides) == 2 else SourceKind.ONE_SIDED
    return Source(SourceInfo(name, kind, "0" * 64, name), sides, None, covers, None, ())


@st.composite
def halves(draw):
    """Land west and east of a wavy line from south to north; the sides may overlap or leave a gap."""
    lon = st.lists(st.floats(44.8, 45.2), min_size=4, max_size=4)
    lat = [39.0, 39.8, 40.2, 41.0]

    def side(edge):
        return shapely.MultiPolygon(
            [shapely.Polygon([*zip(draw(lon), lat, strict=True), (edge, 41), (edge, 39)])]
        )

    return side(44.0), side(46.0)


@st.composite
def cases(draw):
    sources = []
    for k in range(draw(st.integers(2, 4))):
        west, east = draw(halves())
        covers = draw(st.sampled_from([None, shapely.MultiPolygon([shapely.box(44.7, 39, 47, 42)])]))
        sides = draw(st.sampled_from([{"ARM": west, "AZE": east}, {"ARM": west}, {"AZE": east}]))
        sources.append(a_source(f"s{k}", covers, **sides))
    return sources


@settings(max_examples=25, deadline=None)
@given(cases())
def test_the_invariants_of_the_matrices(sources):
    laid = overlay(PARTIES, sources, CORRIDOR)
    own, pairs = source_areas_km2(laid), pair_areas_km2(laid)
    assert list(own) == sorted(own)
    assert list(pairs) == [(i, j) for i in own for j in own if i != j]
    for areas in own.values():
        # Sums of thousands of doubles in km²; the corridor itself is right to 1e-3 m².
        assert sum(areas.values()) == pytest.approx(CORRIDOR_KM2, abs=2e-9)
        assert all(km2 > 0 for km2 in areas.values())
        assert list(areas) == sorted(areas)
    for (i, j), cells in pairs.items():
        turned = {">".join(reversed(key.split(">"))): km2 for key, km2 in pairs[j, i].items()}
        assert cells == turned
        assert list(cells) == sorted(cells)
        for label, km2 in own[i].items():
            row = sum(cell for key, cell in cells.items() if key.split(">")[0] == label)
            assert row == pytest.approx(km2, rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_exchanged_parties_and_another_order_of_sources_give_the_same_figures(sources, random):
    exchange = Exchange("ARM", "AZE")
    swapped = [
        a_source(s.info.id, s.covers, **{exchange.party(party): area for party, area in s.sides.items()})
        for s in sources
    ]
    random.shuffle(swapped)
    there, here = overlay(PARTIES, swapped, CORRIDOR), overlay(PARTIES, sources, CORRIDOR)
    assert source_areas_km2(there) == {s: exchange.keys(a) for s, a in source_areas_km2(here).items()}
    assert pair_areas_km2(there) == {p: exchange.keys(a) for p, a in pair_areas_km2(here).items()}


def test_a_matrix_by_hand():
    south, north = shapely.box(44, 39, 46, 40), shapely.box(44, 40, 46, 41)
    west, east = shapely.box(44, 39, 45, 41), shapely.box(45, 39, 46, 41)
    multi = {k: shapely.MultiPolygon([v]) for k, v in {"s": south, "n": north, "w": west, "e": east}.items()}
    sources = [
        a_source("across", ARM=multi["w"], AZE=multi["e"]),
        a_source("along", ARM=multi["s"], AZE=multi["n"]),
    ]
    cells = pair_areas_km2(overlay(PARTIES, sources, CORRIDOR))["across", "along"]

    def km2(*box):
        return float(areas_m2(np.array([shapely.box(*box)]))[0]) / 1e6

    expected = {
        "ARM>ARM": km2(44.5, 39.5, 45, 40),
        "ARM>AZE": km2(44.5, 40, 45, 40.5),
        "AZE>ARM": km2(45, 39.5, 45.5, 40),
        "AZE>AZE": km2(45, 40, 45.5, 40.5),
    }
    assert cells == pytest.approx(expected, rel=1e-12)


def test_one_source_has_no_pairs():
    west = shapely.MultiPolygon([shapely.box(44, 39, 45, 41)])
    laid = overlay(PARTIES, [a_source("only", ARM=west)], CORRIDOR)
    assert pair_areas_km2(laid) == {}
    assert set(source_areas_km2(laid)["only"]) == {"ARM", "not-ARM"}
