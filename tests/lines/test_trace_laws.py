"""Laws of tracing, on small random cases; the oracles are shapely's and exact fractions."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from merestone.model.sources import Party

FEW = settings(max_examples=30, deadline=None)
FEWER = settings(max_examples=10, deadline=None)
"""For cases of several sources, which take longer."""
STEP = 0.01
"""Degrees between the vertices of random cases: about a kilometre, so that every gap is joined."""


@st.composite
def two_shores(draw):
    """Two lines over the same longitudes that coincide, cross and run apart, as integers."""
    count = draw(st.integers(3, 9))
    heights = st.integers(-2, 2)
    one = [draw(heights) for _ in range(count)]
    other = [one[k] if draw(st.booleans()) else draw(heights) for k in range(count)]
    return one, other


def meetings(one, other):
    """Where the shores meet or the north one lies south of the south one: from, to (or None), exactly.

    Straight pieces between integers: the difference is linear in each, so its zeros are fractions.
    """
    found = []
    for k, (d0, d1) in enumerate(itertools.pairwise(one)):
        g0, g1 = d0 - other[k], d1 - other[k + 1]
        if g0 <= 0:
            found.append(Fraction(k))
        if g1 <= 0:
            found.append(Fraction(k + 1))
        if g0 * g1 < 0:
            found.append(k + Fraction(g0, g0 - g1))
    return (min(found), max(found)) if found else None


def land(heights, far):
    shore = [(10 + k * STEP, 45 + y * STEP) for k, y in enumerate(heights)]
    return [*shore, (shore[-1][0], far), (shore[0][0], far)]


def piecewise(heights, start, end):
    """Length in steps of a line between two fractions of its course."""
    places = sorted({start, end, *(Fraction(k) for k in range(len(heights)) if start < k < end)})

    def y(x):
        k = min(int(x), len(heights) - 2)
        return heights[k] + (x - k) * (heights[k + 1] - heights[k])

    return sum(float(np.hypot(float(q - p), float(y(q) - y(p)))) for p, q in itertools.pairwise(places))


@FEW
@given(two_shores())
def test_limits_run_from_the_first_touch_to_the_last(draw, shores):
    """Along either shore the common and own strands together are that shore between the outermost touches."""
    one, other = shores
    met = meetings(one, other)
    _, limits = draw.two(draw.side(land(one, 46)), draw.side(land(other, 44)))
    by_party = {limit.party: limit.strands for limit in limits.limits}
    if met is None or met[0] == met[1]:
        assert met is not None or {"sides-never-touch"} == {note.code for note in limits.findings}
        assert met is None or by_party == {}
        return
    for party, heights in (("AAA", one), ("BBB", other)):
        strands = [*by_party.get(None, ()), *by_party.get(party, ())]
        length = sum(shapely.LineString(strand.coords).length for strand in strands) / STEP
        assert length == pytest.approx(piecewise(heights, *met), abs=1e-6)
        shore = shapely.LineString(land(heights, 46)[: len(heights)])
        assert all(shapely.LineString(strand.coords).hausdorff_distance(shore) < 1 for strand in strands)
        assert all(shapely.distance(shapely.points(strand.coords), shore).max() < 1e-9 for strand in strands)


@FEW
@given(two_shores())
def test_gaps_and_overlaps_have_the_areas_that_shapely_finds(draw, shores):
    one, other = shores
    north, south = draw.side(land(one, 46)), draw.side(land(other, 44))
    assume(meetings(one, other) is not None)
    _, limits = draw.two(north, south)
    both = shapely.intersection(north, south).area
    frame = shapely.box(10, 44, 10 + (len(one) - 1) * STEP, 46)
    open_to_others = shapely.MultiLineString([[(x, 44), (x, 46)] for x in frame.bounds[::2]])
    neither = sum(
        part.area
        for part in shapely.get_parts(frame.difference(shapely.union(north, south)))
        if part.boundary.intersection(open_to_others).length < 1e-12
    )
    assert sum(g.geometry.area for g in limits.overlaps) == pytest.approx(both, abs=1e-12)
    assert sum(g.geometry.area for g in limits.gaps) == pytest.approx(neither, abs=1e-12)


CELLS = 5
cells = st.lists(st.sampled_from("AAB.B"), min_size=CELLS**2, max_size=CELLS**2)


def grid(cells, seed, size=STEP):
    """Lands of both sides from cells between jittered nodes; lists of closed rings of cells."""
    rng = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(CELLS + 1.0), np.arange(CELLS + 1.0), indexing="ij"), axis=-1)
    nodes = np.round((nodes + rng.uniform(-0.3, 0.3, nodes.shape)) * size, 7) + np.array([10.0, 45.0])
    lands = {"A": [], "B": []}
    for k, owner in enumerate(cells):
        i, j = divmod(k, CELLS)
        if owner in lands:
            lands[owner].append(
                shapely.Polygon([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]])
            )
    return [shapely.union_all(lands[owner]) for owner in "AB"]


@FEW
@given(cells, st.integers(0, 99))
def test_where_nothing_faces_limits_are_what_both_boundaries_share(draw, cells, seed):
    """With a facing distance of nothing, only edges that coincide are left: shapely's shared boundary."""
    a, b = grid(cells, seed)
    assume(not a.is_empty and not b.is_empty)
    shared = shapely.intersection(a.boundary, b.boundary)
    lines = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    _, limits = draw.two(draw.side(a), draw.side(b), facing_m=1e-9)
    strands = [shapely.LineString(strand.coords) for limit in limits.limits for strand in limit.strands]
    assert {limit.party for limit in limits.limits} <= {None}
    assert sum(line.length for line in strands) == pytest.approx(
        sum(line.length for line in lines), abs=1e-12
    )
    if strands:
        assert shapely.union_all(strands).difference(shapely.union_all(lines).buffer(1e-9)).is_empty


@FEW
@given(cells, st.integers(0, 99))
def test_the_party_first_by_id_lies_on_the_left_of_every_strand(draw, cells, seed):
    a, b = grid(cells, seed)
    assume(not a.is_empty and not b.is_empty)
    _, limits = draw.two(draw.side(a), draw.side(b))
    for limit in limits.limits:
        for strand in limit.strands:
            middle = 0.5 * (strand.coords[:-1] + strand.coords[1:])
            step = np.diff(strand.coords, axis=0)
            left = middle + 1e-7 * np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
            right = 2 * middle - left
            if limit.party != "BBB":
                assert shapely.contains_xy(a, *left.T).all()
            if limit.party != "AAA":
                assert shapely.contains_xy(b, *right.T).all()


def three_sources(draw, cells, seed, swap=False, parties=("AAA", "BBB"), shake=None):
    """A two-sided source, a displaced one, a one-sided one and lines."""
    sources = []
    for k, (name, owners) in enumerate((("one", "AB"), ("two", "AB"), ("half", "A"), ("lines", ""))):
        a, b = grid(cells, seed + k)
        lands = {"A": draw.side(a), "B": draw.side(b)}
        if shake is not None:
            lands = {owner: shake(side) for owner, side in lands.items()}
        names = dict(zip("AB", reversed(parties) if swap else parties, strict=True))
        sides = {names[owner]: lands[owner] for owner in owners}
        drawn = [np.array(r.coords) for p in shapely.get_parts(a) for r in (p.exterior, *p.interiors)]
        lines = None if owners else drawn
        sources.append(draw.source(name, sides.get("AAA"), sides.get("BBB"), lines=lines))
    return sources


@FEWER
@given(cells, st.integers(0, 99))
def test_exchanging_the_parties_gives_the_mirror_to_the_last_bit(draw, as_plain, cells, seed):
    assume("A" in cells and "B" in cells)
    found = draw.trace(*three_sources(draw, cells, seed))
    swapped = draw.trace(*three_sources(draw, cells, seed, swap=True))
    assert as_plain(swapped, mirrored=True) == as_plain(found)


@FEW
@given(two_shores())
def test_exchanging_the_parties_of_shores_that_cross_gives_the_mirror(draw, as_plain, shores):
    north, south = draw.side(land(shores[0], 46)), draw.side(land(shores[1], 44))
    found = draw.trace(draw.source("s", north, south))
    swapped = draw.trace(draw.source("s", south, north))
    assert as_plain(swapped, mirrored=True) == as_plain(found)


def shaken(seed):
    """Turns every ring to another first vertex, reverses it, and shuffles the polygons."""
    rng = np.random.default_rng(seed)

    def ring(line):
        coords = np.array(line.coords)[:-1]
        coords = np.roll(coords, rng.integers(len(coords)), axis=0)
        return coords[::-1] if rng.random() < 0.5 else coords

    def shake(side):
        parts = [shapely.Polygon(ring(p.exterior), [ring(hole) for hole in p.interiors]) for p in side.geoms]
        return shapely.MultiPolygon([parts[k] for k in rng.permutation(len(parts))])

    return shake


@FEWER
@given(cells, st.integers(0, 99))
def test_first_vertices_directions_and_orders_change_nothing(draw, as_plain, cells, seed):
    assume("A" in cells and "B" in cells)
    found = draw.trace(*three_sources(draw, cells, seed))
    sources = three_sources(draw, cells, seed, shake=shaken(seed))
    parties = (Party("BBB", {}), Party("AAA", {}))
    assert as_plain(draw.trace(*sources[::-1], parties=parties)) == as_plain(found)


@FEWER
@given(cells, st.integers(0, 99), st.sampled_from([169.99, 350.0, -200.0]))
def test_moving_everything_east_across_the_antimeridian_moves_everything(draw, cells, seed, east):
    assume("A" in cells and "B" in cells)

    def moved(side):
        return shapely.transform(side, lambda coords: coords + np.array([east, 0.0]))

    here = draw.trace(*three_sources(draw, cells, seed)[:2])
    there = draw.trace(*three_sources(draw, cells, seed, shake=moved)[:2])
    assert [piece.id for piece in here.pieces] == [piece.id for piece in there.pieces]
    for piece, other in zip(here.pieces, there.pieces, strict=True):
        assert np.abs(piece.coords + np.array([east, 0.0]) - other.coords).max() < 1e-9
        assert piece.length_m == pytest.approx(other.length_m, abs=1e-3)


@FEW
@given(cells, st.integers(0, 99))
def test_splitting_edges_changes_no_length(draw, cells, seed):
    a, b = grid(cells, seed)
    assume(not a.is_empty and not b.is_empty)
    _, whole = draw.two(draw.side(a), draw.side(b))
    _, split = draw.two(draw.side(a), draw.side(shapely.segmentize(b, STEP / 3)))
    assert [limit.id for limit in whole.limits] == [limit.id for limit in split.limits]
    for one, other in zip(whole.limits, split.limits, strict=True):
        assert one.length_m == pytest.approx(other.length_m, abs=1e-3)


@FEW
@given(cells, st.integers(0, 99))
def test_the_axis_is_one_line_over_its_limits(draw, cells, seed):
    """Chainage grows, starts in the west, and no vertex of the axis lies off the limits that it names."""
    a, b = grid(cells, seed)
    assume(not a.is_empty and not b.is_empty)
    found, limits = draw.two(draw.side(a), draw.side(b))
    strands = {limit.id: [shapely.LineString(s.coords) for s in limit.strands] for limit in limits.limits}
    for piece in found.pieces:
        assert (np.diff(piece.chainage_m) > 0).all()
        assert tuple(piece.coords[0]) <= tuple(piece.coords[-1])
        near = shapely.union_all([line for name in piece.limits for line in strands[name]])
        assert shapely.distance(shapely.points(piece.coords), near).max() < 1e-8
    assert sum(piece.length_m for piece in found.pieces) <= sum(x.length_m for x in limits.limits) + 1e-3
