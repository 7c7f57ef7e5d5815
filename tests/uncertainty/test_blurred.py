"""Shares of the error around places: against products of one-dimensional ones and brute force over edges."""

from math import erfc, sqrt

import numpy as np
import pytest
import shapely

from merestone.model.ellipsoid import WGS84
from merestone.uncertainty.blurred import Blurred
from merestone.uncertainty.neighbours import EdgeGrid

PLACES = [(45.0, 40.0), (180.0, -17.0), (20.0, 88.0), (-70.0, -55.0)]


def phi(x):
    return 0.5 * erfc(-x / sqrt(2.0))


def product(box, place, sigma):
    """The share of a rectangle: two one-dimensional ones."""
    west, south, east, north = box
    across = phi((east - place[0]) / sigma) - phi((west - place[0]) / sigma)
    return across * (phi((north - place[1]) / sigma) - phi((south - place[1]) / sigma))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sigma_m", [0.1, 30.0, 2000.0])
def test_shares_of_rectangles_anywhere_on_earth(workshops, place, sigma_m):
    """Also across 180° and around a pole. The plane of the oracle is good to 0.1 m at 10 km."""
    workshop = workshops[place]
    rng = np.random.default_rng(3)
    xy = rng.normal(0.0, 2.0, (60, 2)) * sigma_m
    for box in sigma_m * np.array([[-1.0, -3.0, 2.0, 0.5], [-0.2, -0.3, 0.1, 0.4], [-9.0, -9.0, 9.0, 0.0]]):
        blurred = Blurred(workshop.ground.area(shapely.box(*box)), WGS84)
        share, _ = blurred.shares(workshop.ground.lonlat(xy), np.full(60, sigma_m))
        assert share == pytest.approx([product(box, at, sigma_m) for at in xy], abs=3e-5)


def test_places_on_edges_and_corners(workshop):
    """On a vertex, on an edge, a hair beside it: nothing jumps where inside turns to outside."""
    sigma_m, box = 40.0, (-300.0, -400.0, 300.0, 0.0)
    area = workshop.ground.area(shapely.box(*box))
    corner = workshop.ground.lonlat([(-300.0, -400.0), (300.0, -400.0), (300.0, 0.0), (-300.0, 0.0)])
    vertex = shapely.get_coordinates(area)
    # Vertices of the edges, 5 σ from the corners, and places between two of them.
    on_edge = vertex[np.abs(vertex[:, None] - corner).max(axis=2).min(axis=1) > 1e-9]
    between = 0.5 * (on_edge[:-1] + on_edge[1:])
    between = between[shapely.dwithin(shapely.points(between), shapely.boundary(area), 1e-12)]
    ring = np.concatenate([corner, on_edge, between])
    aside = np.array([0.0, 1e-13, -1e-13, 1e-11, -1e-11])
    places = np.concatenate([ring + np.array([a, b]) for a in aside for b in aside])
    share, away = Blurred(area, WGS84).shares(places, np.full(len(places), sigma_m))
    at_corner = np.tile(np.arange(len(ring)) < 4, len(aside) ** 2)
    assert share[at_corner] == pytest.approx(0.25, abs=1e-5)
    assert share[~at_corner] == pytest.approx(0.5, abs=1e-5)
    assert np.abs(away).max() < 1e-4


def test_distances_are_geodesic_and_have_the_sign_of_the_side(workshop):
    area = workshop.ground.area(shapely.box(-3000.0, -3000.0, 3000.0, 0.0))
    places = workshop.ground.lonlat([(0.0, -200.0), (10.0, 350.0), (0.0, -460.0), (0.0, 460.0)])
    _, away = Blurred(area, WGS84).shares(places, np.full(4, 100.0))
    assert away == pytest.approx([2.0, -3.5, np.inf, -np.inf], abs=1e-3)


def test_what_is_told_of_a_place_does_not_depend_on_the_others(workshop):
    rng = np.random.default_rng(4)
    star = shapely.Polygon(
        [
            (r * np.cos(t), r * np.sin(t))
            for t, r in zip(np.linspace(0, 6.2, 200), rng.uniform(200, 900, 200), strict=True)
        ]
    )
    blurred = Blurred(workshop.ground.area(star), WGS84)
    places = workshop.ground.lonlat(rng.uniform(-1500.0, 1500.0, (400, 2)))
    sigma_m = rng.choice([5.0, 60.0, 61.0, 400.0], 400)
    together, _ = blurred.shares(places, sigma_m)
    order = rng.permutation(400)
    again, _ = Blurred(blurred.area, WGS84).shares(places[order], sigma_m[order])
    alone = [blurred.shares(places[k : k + 1], sigma_m[k : k + 1])[0][0] for k in range(0, 400, 13)]
    assert (together[order] == again).all()
    assert (together[::13] == alone).all()


def test_parts_add_up_to_the_whole(workshop):
    """Holes, islands in them, and areas that touch: shares are additive."""
    sigma_m = np.full(300, 100.0)
    ring, hole, island = (shapely.Point(0, 0).buffer(r) for r in (400.0, 150.0, 60.0))
    areas = [ring - hole, hole - island, island]
    places = workshop.ground.lonlat(np.random.default_rng(5).normal(0.0, 250.0, (300, 2)))
    parts = [Blurred(workshop.ground.area(area), WGS84).shares(places, sigma_m)[0] for area in areas]
    apart = Blurred(workshop.ground.area(areas[0], island), WGS84).shares(places, sigma_m)[0]
    whole = Blurred(workshop.ground.area(ring), WGS84).shares(places, sigma_m)[0]
    assert sum(parts) == pytest.approx(whole, abs=2e-5)
    assert parts[0] + parts[2] == pytest.approx(apart, abs=2e-5)


def test_nothing_has_no_share(workshop):
    share, away = Blurred(shapely.MultiPolygon(), WGS84).shares(workshop.ground.lonlat([(0, 0)]), np.ones(1))
    assert (share.tolist(), away.tolist()) == ([0.0], [-np.inf])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reach_m", [1.0, 500.0, 20_000.0])
def test_every_edge_within_reach_is_seen(workshops, place, reach_m):
    workshop = workshops[place]
    rng = np.random.default_rng(6)
    spread = 10.0 * reach_m
    start = rng.uniform(-spread, spread, (300, 2))
    end = start + rng.normal(0.0, 0.2 * reach_m, (300, 2))
    places = rng.uniform(-spread, spread, (100, 2))
    grid = EdgeGrid(workshop.ground.lonlat(start), workshop.ground.lonlat(end), reach_m, WGS84)
    lonlat = workshop.ground.lonlat(places)
    turned = lonlat + np.array([360.0, 0.0])
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    near = shapely.distance(shapely.points(places)[:, None], lines[None, :]) < 0.999 * reach_m
    assert near.any()
    for asked in (lonlat, turned):
        seen = grid.seen(asked)
        assert (np.diff(seen.place * 1000 + seen.edge) > 0).all()
        assert grid.counts(asked).sum() == len(seen.place)
        found = np.zeros_like(near)
        found[seen.place, seen.edge] = True
        assert not (near & ~found).any()
        # How far an edge ends is known from the geodesic too.
        far_m = workshop.geod.inv(*asked[seen.place].T, *workshop.ground.lonlat(end)[seen.edge].T)[2]
        assert np.hypot(seen.bx, seen.by) == pytest.approx(far_m, rel=3e-4, abs=1e-6)
