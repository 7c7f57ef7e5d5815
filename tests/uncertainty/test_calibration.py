"""Calibration: what is told of places, held against lines that are known, in thousands of independent trials.

Each trial draws a line that is known, displaces it by errors of the stated model, as a source does, and
puts a place near it. Trials lie side by side, far beyond each other's reach, as the land of one source.
Tolerances are those of the issue of this part, three standard errors of a share at 10,000 trials.
"""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
import shapely

from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, SourceLimits, Strand
from merestone.model.sources import Source, SourceInfo, SourceKind
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.reasons import CODES, Reason
from merestone.uncertainty.sides import SideModel
from merestone.uncertainty.together import Alone, Group, Together

TRIALS = 10_000
SIGMA_M = 10.0
HALF_M = 9.0 * SIGMA_M
PER_DEG = np.array([111_319.49, 110_574.39])
"""Metres a degree at the equator, where the trials lie; within 0.3° of it true to 2e-5."""
ROW = 120
APART_DEG = 0.005


def model(source, sigma_m=SIGMA_M, shared=(), length_m=200.0, share=0.5):
    """Half of the variance common, the rest a field that is smooth within a trial."""
    shared = dict(shared)
    own = sigma_m**2 - sum(part**2 for part in shared.values())
    return ErrorModel(
        source, sqrt(own * share), shared, sqrt(own * (1.0 - share)), length_m, 0.0, 300.0, ()
    )  # fmt: skip


class Trials:
    """Lines that are known, (vertices, 2) metres about the middle of each trial, or (trials, vertices, 2)."""

    def __init__(self, shape, line, holds, count=TRIALS, closed=False, seed=1):
        self.shape = shape
        self.line, self.holds, self.count, self.closed = np.asarray(line), holds, count, closed
        self.random = np.random.default_rng(seed)
        at = np.arange(count)
        self.middle = np.stack([at % ROW, at // ROW], axis=1) * APART_DEG - [0.0, 0.25]

    def lonlat(self, xy):
        """(trials, …, 2) metres about the middle of each trial to degrees."""
        shape = (self.count, *[1] * (xy.ndim - 2), 2)
        return xy / PER_DEG + self.middle.reshape(shape)

    def errors(self, error):
        """Displacements of the vertices, (trials, vertices, 2), by Cholesky from the model's covariance."""
        one = self.line if self.line.ndim == 2 else self.line[0]
        apart_m = np.hypot(*(one[:, None] - one[None, :]).transpose(2, 0, 1))
        scaled = sqrt(3.0) * apart_m / error.correlation_m
        field = np.linalg.cholesky((1.0 + scaled) * np.exp(-scaled) + 1e-9 * np.eye(len(scaled)))
        normal = self.random.standard_normal((len(one), 2 * self.count))
        made = error.field_m * (field @ normal).reshape(len(one), self.count, 2).transpose(1, 0, 2)
        return made + error.common_m * self.random.standard_normal((self.count, 1, 2))

    def shared(self, sigma_m):
        return sigma_m * self.random.standard_normal((self.count, 1, 2))

    def source(self, error, moved):
        """The source that draws all lines displaced: AAA above them, or within them."""
        drawn = self.lonlat(self.line + moved)
        ring = drawn
        if not self.closed:
            far = self.lonlat(
                np.broadcast_to([[HALF_M, 12 * SIGMA_M], [-HALF_M, 12 * SIGMA_M]], (self.count, 2, 2))
            )
            ring = np.concatenate([drawn, far], axis=1)
        land = shapely.multipolygons(shapely.polygons(ring))
        info = SourceInfo(error.source, SourceKind.ONE_SIDED, "0" * 64, error.source)
        strands = tuple(Strand(one, False, False) for one in drawn)
        limit = Limit("s/M1", error.source, None, "M1", strands, True, 0.0, 0)
        source = Source(info, {"AAA": land}, None, None, None, ())
        self.land, self._drawn = land, (source, SourceLimits(error.source, (limit,), (), (), (), ()))
        return self.source_again(error)

    def source_again(self, error):
        """The source drawn last, under another model."""
        return SideModel(*self._drawn, error, ("AAA", "BBB"))

    def label_at(self, land, side):
        shapely.prepare(land)
        codes = [side.labels.index("AAA"), side.labels.index("not-AAA")]
        return lambda lonlat: np.where(shapely.contains_xy(land, lonlat[:, 0], lonlat[:, 1]), *codes)

    def places(self, low, high):
        """One place a trial, anywhere alike in a box in metres, and whether the known line holds it."""
        xy = self.random.uniform(low, high, (self.count, 2))
        return xy, self.holds(xy)


def straight(**more):
    x = np.linspace(-HALF_M, HALF_M, 31)
    return Trials(straight, np.stack([x, 0.0 * x], axis=1), lambda xy: xy[:, 1] > 0.0, **more)


def wiggly(count=TRIALS, seed=1):
    """Bends of a radius of 8 σ and more, each trial at another part of a bend.

    With bends all at one place, leaving out places beyond the box would itself tell something of the line.
    """
    high, turn = 2.0 * SIGMA_M, 1.0 / (4.0 * SIGMA_M)
    phase = np.random.default_rng(seed + 1000).uniform(0.0, 2.0 * pi, count)
    x = np.broadcast_to(np.linspace(-HALF_M, HALF_M, 73), (count, 73))
    line = np.stack([x, high * np.cos(turn * x + phase[:, None])], axis=2)
    return Trials(
        wiggly, line, lambda xy: xy[:, 1] > high * np.cos(turn * xy[:, 0] + phase), count, seed=seed
    )


def enclave(**more):
    radius = 4.0 * SIGMA_M
    at = np.linspace(0.0, 2.0 * pi, 60, endpoint=False)
    return Trials(
        enclave,
        radius * np.stack([np.cos(at), np.sin(at)], axis=1),
        lambda xy: np.hypot(*xy.T) < radius,
        closed=True,
        **more,
    )


BOXES = {straight: ([-20, -65], [20, 65]), wiggly: ([-25, -85], [25, 85]), enclave: ([-85, -85], [85, 85])}


def signed(trials, land, lonlat):
    """Distance from the drawn limit in metres, positive in AAA: by GEOS, in metres at the equator."""
    flat = shapely.transform(land, lambda c: c * PER_DEG)
    parts = shapely.get_parts(flat)
    points = shapely.points(lonlat * PER_DEG)
    return np.where(shapely.contains(parts, points), 1.0, -1.0) * shapely.distance(
        shapely.boundary(parts), points
    )


def bins_of(p, held):
    """Ten bins of told probability: (how many, mean told, share held) of those with any trials."""
    which = np.minimum((p * 10).astype(int), 9)
    count = np.bincount(which, minlength=10)
    full = count > 0
    told = np.bincount(which, weights=p, minlength=10)[full] / count[full]
    share = np.bincount(which, weights=held, minlength=10)[full] / count[full]
    return count[full], told, share


def off(p, held):
    """The largest departure of a bin from what was told, in standard errors."""
    count, told, share = bins_of(p, held)
    return (np.abs(share - told) / np.sqrt(np.maximum(told * (1.0 - told), 1e-4) / count)).max()


def coverage_holds(z):
    """Whether intervals of 68, 95 and 99 % hold as often as they say."""
    levels = ((0.68, 0.994458, 0.015), (0.95, 1.959964, 0.007), (0.99, 2.575829, 0.003))
    return [abs((np.abs(z) < bound).mean() - level) <= within for level, bound, within in levels]


def resolved(side):
    """Without the search for enclaves and bends that are too small: these trials have none (see below)."""
    side.__dict__["_unresolved"] = ()
    return side


def first(found):
    return found.p[:, found.labels.index("AAA")]


@pytest.mark.parametrize("place_m", [0.0, 7.0])
@pytest.mark.parametrize("shape", [straight, wiggly, enclave])
def test_by_one_source_sides_are_as_likely_as_told(shape, place_m):
    trials, error = shape(), model("s")
    side = resolved(trials.source(error, trials.errors(error)))
    xy, held = trials.places(*BOXES[shape])
    seen = trials.lonlat(xy + place_m * trials.random.standard_normal(xy.shape))
    label = trials.label_at(trials.land, side)(seen)
    found = side.at(seen, np.full(trials.count, place_m * CE95_PER_SIGMA), label)
    p = first(found)
    assert bins_of(p, held)[0].min() > 150
    assert off(p, held) < 3.5
    verdicts, _ = found.verdicts()
    sure = verdicts >= 0
    right = (verdicts == found.labels.index("AAA")) == held
    assert right[sure].mean() >= 0.95


def test_errors_that_are_larger_than_stated_are_found_out():
    trials, error = straight(), model("s")
    larger = replace(error, common_m=1.4 * error.common_m, field_m=1.4 * error.field_m)
    side = resolved(trials.source(error, trials.errors(larger)))
    xy, held = trials.places(*BOXES[straight])
    seen = trials.lonlat(xy)
    found = side.at(seen, np.zeros(trials.count), trials.label_at(trials.land, side)(seen))
    assert off(first(found), held) > 5.0


@pytest.mark.parametrize("shape", [straight, wiggly])
def test_by_one_source_intervals_of_the_distance_hold(shape):
    """At 68, 95 and 99 %, within 3 σ of the line; by an enclave distances are not normal."""
    trials, error = shape(count=30_000), model("s")
    trials.source(error, trials.errors(error))
    xy, held = trials.places(*BOXES[shape])
    lines = shapely.linestrings(trials.line)
    true_m = np.where(held, 1.0, -1.0) * shapely.distance(lines, shapely.points(xy))
    # Farther away the nearest point may lie on another bend.
    near = np.abs(true_m) < 3.0 * SIGMA_M
    z = ((signed(trials, trials.land, trials.lonlat(xy)) - true_m) / SIGMA_M)[near]
    assert near.sum() > 10_000
    assert coverage_holds(z) == [True] * 3
    assert coverage_holds(1.3 * z) != [True] * 3


SHARED = {"operation EPSG:1": 9.0}
ERRORS = (
    model("a", 10.0, SHARED),
    model("b", 13.0, SHARED),
    model("c", 30.0),
)


def several(trials, place_m):
    """Three sources that draw the same lines; two of them were carried over by one operation."""
    alike = trials.shared(SHARED["operation EPSG:1"])
    sides, lands = {}, {}
    for error in ERRORS:
        moved = trials.errors(error) + (alike if error.shared_m else 0.0)
        sides[error.source] = resolved(trials.source(error, moved))
        lands[error.source] = trials.land
    xy, held = trials.places(*BOXES[trials.shape])
    seen = trials.lonlat(xy + place_m * trials.random.standard_normal(xy.shape))
    radius_m = np.full(trials.count, place_m * CE95_PER_SIGMA)
    told = {}
    for source, side in sides.items():
        label_at = trials.label_at(lands[source], side)
        said = side.at(seen, radius_m, label_at(seen))
        if trials.shape is enclave and side.model.sigma_m > 20.0:
            said.reason[:] = CODES[Reason.ENCLAVE]  # of a radius of 40 m: below 2 σ
        told[source] = Alone(said, signed(trials, lands[source], seen), label_at)
    return sides, told, seen, radius_m, held


@pytest.mark.parametrize("shape", [straight, wiggly, enclave])
def test_by_several_sources_sides_are_as_likely_as_told(shape):
    trials = shape()
    sides, told, seen, radius_m, held = several(trials, 7.0)
    group = Group(("a", "b", "c"), ("a", "b", "c"), None)
    none = np.zeros(trials.count, dtype=bool)
    found = Together(group, sides, WGS84).at(seen, radius_m, told, none)
    said = found.reason == 0
    assert said.mean() > 0.995
    p = first(found)[said]
    assert bins_of(p, held[said])[0].min() > 100
    assert off(p, held[said]) < 3.5
    # Together they say no less than the best of them alone (Brier's score).
    alone = first(told["a"].said)
    assert np.square(p - held[said]).mean() < np.square(alone - held)[said].mean()


@pytest.mark.parametrize(
    ("shape", "factor", "least", "most"),
    [(straight, 1.0, 1.0, 1.0), (wiggly, 1.0, 1.0, 1.0), (enclave, 1.0, 1.0, 1.0), (enclave, 3.0, 0.0, 0.2)],
)
def test_how_often_something_can_be_said(shape, factor, least, most):
    """By these lines always; by the same enclaves, of a radius of 4/3 σ then, next to never."""
    trials = shape(count=200)
    side = trials.source(model("s", factor * SIGMA_M, length_m=600.0), trials.errors(model("s")))
    xy, _ = trials.places(*BOXES[shape])
    seen = trials.lonlat(xy)
    found = side.at(seen, np.zeros(trials.count), trials.label_at(trials.land, side)(seen))
    assert least <= (found.reason == 0).mean() <= most


def test_what_two_sources_share_must_not_be_left_out():
    """As if the operation's error were each source's own: too sure of itself, and found out."""
    trials = straight()
    sides, told, seen, radius_m, held = several(trials, 0.0)
    for source, error in zip("abc", ERRORS, strict=True):
        apart = replace(error, shared_m={f"{source} {key}": value for key, value in error.shared_m.items()})
        sides[source].model = apart
    group = Group(("a", "b", "c"), ("a", "b", "c"), None)
    found = Together(group, sides, WGS84).at(seen, radius_m, told, np.zeros(trials.count, dtype=bool))
    assert off(first(found)[found.reason == 0], held[found.reason == 0]) > 5.0
