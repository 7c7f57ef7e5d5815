"""Normal probabilities: against `math.erfc`, products of one-dimensional ones, and angles."""

from math import erfc, pi, sqrt

import numpy as np
import pytest

from merestone.uncertainty.gauss import behind_edges, phi


def plain_phi(x):
    return 0.5 * erfc(-x / sqrt(2.0))


def share(ring, place=(0.0, 0.0)):
    """Share of a ring that does not hold the place, or 1 less than that of one that does."""
    a = np.asarray(ring, dtype=float) - place
    b = np.roll(a, -1, axis=0)
    return -behind_edges(a[:, 0], a[:, 1], b[:, 0], b[:, 1]).sum()


def test_phi_is_that_of_the_error_function():
    x = np.linspace(-9.0, 9.0, 4001)
    assert np.abs(phi(x) - [plain_phi(at) for at in x]).max() < 2e-10
    assert (np.diff(phi(x)) >= 0.0).all()


@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-4, 0.3, 1.0, 2.5, 4.4])
def test_behind_a_long_edge_lies_half_a_plane(apart):
    edge = [np.array([v]) for v in (-60.0, -apart, 60.0, -apart)]
    assert behind_edges(*edge)[0] == pytest.approx(plain_phi(-apart), abs=1e-9)


def test_rectangles_are_products():
    """A rectangle's share is the product of two one-dimensional ones: no angle in it."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        (west, south), (wide, high) = (
            rng.normal(0.0, 2.0, 2),
            rng.exponential(rng.choice([0.05, 1.0, 5.0]), 2),
        )
        ring = np.array(
            [[west, south], [west + wide, south], [west + wide, south + high], [west, south + high]]
        )
        # Cut into edges of any length: sums must not hang on where an outline has vertices.
        cut = np.sort(rng.uniform(0.0, 1.0, (4, 3)), axis=1)
        corner = np.concatenate([np.zeros((4, 1)), cut], axis=1)[:, :, None]
        fine = (ring[:, None] * (1.0 - corner) + np.roll(ring, -1, axis=0)[:, None] * corner).reshape(-1, 2)
        across, up = (plain_phi(lo + size) - plain_phi(lo) for lo, size in ((west, wide), (south, high)))
        held = west < 0.0 < west + wide and south < 0.0 < south + high
        assert share(fine) + held == pytest.approx(across * up, abs=2e-6)


@pytest.mark.parametrize("angle", [0.01, 0.5, pi / 2, 2.0, 3.1])
def test_a_wedge_with_the_place_near_its_tip_has_the_share_of_its_angle(angle):
    tip = 1e-7 * np.array([np.cos(angle / 2.0), np.sin(angle / 2.0)])
    ring = np.array([[0.0, 0.0], [80.0, 0.0], [80.0 * np.cos(angle), 80.0 * np.sin(angle)]])
    arc = np.linspace(0.0, angle, 50)[1:-1, None]
    ring = np.concatenate([ring[:2], 80.0 * np.hstack([np.cos(arc), np.sin(arc)]), ring[2:]])
    assert share(ring, tip) + 1.0 == pytest.approx(angle / (2.0 * pi), abs=1e-6)


def test_a_circle_around_the_place_holds_what_the_radius_says():
    at = np.linspace(0.0, 2.0 * pi, 4000, endpoint=False)
    for radius in (0.1, 1.0, 2.4477, 4.0):
        ring = radius * np.stack([np.cos(at), np.sin(at)], axis=1)
        assert share(ring) + 1.0 == pytest.approx(1.0 - np.exp(-0.5 * radius**2), abs=2e-6)


def test_turning_an_edge_round_turns_its_sign():
    rng = np.random.default_rng(2)
    ax, ay, bx, by = rng.normal(size=(4, 1000)) * 2.0
    assert np.allclose(behind_edges(ax, ay, bx, by), -behind_edges(bx, by, ax, ay), atol=1e-14)
