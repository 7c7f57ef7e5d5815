"""Places by the thousand: what is interpolated is what is told of each by itself."""

import numpy as np
import pytest

from merestone.model.ellipsoid import WGS84
from merestone.uncertainty.lattice import Lattice
from merestone.uncertainty.many import ManyPlaces

SIGMA_M = 1000.0
BENT = [(-20_000.0, 0.0), (-3_000.0, 0.0), (0.0, 2_500.0), (4_000.0, -1_000.0), (20_000.0, 0.0)]


def test_a_polynomial_of_degree_five_is_interpolated_exactly():
    def function(places):
        x, y = places.T
        return np.stack([x**5 - 2.0 * x * y**4, 1.0 + x**2 * y**5], axis=1)

    places = np.random.default_rng(1).uniform(-2.0, 2.0, (500, 2))
    found = Lattice(function, (0.5, 0.3)).at(places)
    np.testing.assert_allclose(found, function(places), atol=1e-11)  # rounding of 36 terms


def test_nodes_are_worked_out_once_and_no_place_hangs_on_the_others():
    asked = []

    def function(places):
        asked.append(len(places))
        return np.sin(places.sum(axis=1))[:, None]

    lattice = Lattice(function, (0.1, 0.1))
    places = np.random.default_rng(2).uniform(-1.0, 1.0, (2_000, 2))
    together = lattice.at(places)
    assert lattice.missing(places) == 0
    assert len(asked) == 1
    assert asked[0] <= 25 * 25  # 21 nodes and two more at either end, both ways
    np.testing.assert_array_equal(lattice.at(places[:7]), together[:7])
    alone = Lattice(function, (0.1, 0.1))
    np.testing.assert_array_equal(alone.at(places[:7]), together[:7])
    # The bound of the module: 15/3072 of the sixth derivative, 1, times the sixth power of the step, twice.
    assert np.abs(together[:, 0] - np.sin(places.sum(axis=1))).max() <= 2.0 * 15.0 / 3072.0 * 0.1**6


@pytest.mark.parametrize("place_sigma_m", [0.0, 10.0, 150.0])
def test_many_places_are_told_as_each_by_itself(workshop, place_sigma_m):
    sides = {"AAA": workshop.half(+1, BENT), "BBB": workshop.half(-1, BENT)}
    model = workshop.model(sides, [BENT], SIGMA_M)
    xy = np.random.default_rng(3).uniform((-4_000.0, -6_000.0), (4_000.0, 6_000.0), (8_000, 2))
    above = xy[:, 1] > np.interp(xy[:, 0], *np.transpose(BENT))
    codes = np.array([model.labels.index("AAA" if up else "BBB") for up in above.tolist()])
    radius_m = np.full(len(xy), 2.4477 * place_sigma_m)
    places = workshop.ground.lonlat(xy)
    alone = model.at(places, radius_m, codes)
    told = []

    def tell(lonlat, sigma_m, label):
        told.append(ManyPlaces(model, WGS84)(lonlat, sigma_m, label))
        return told[-1]

    many = model.at(places, radius_m, codes, tell)
    assert np.isfinite(many.p).any()
    np.testing.assert_array_equal(many.reason, alone.reason)
    np.testing.assert_array_equal(many.verdicts(), alone.verdicts())
    apart = np.abs(many.p - alone.p)[alone.reason == 0]
    assert 0.0 < apart.max() <= 1e-4  # some are interpolated, all as near as is promised
