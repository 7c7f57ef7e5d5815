"""How likely sides are told to be, against lines that are known: simulated trials, and the table of the docs.

Each trial takes a line that is known, displaces it by errors of the stated model, as a source does, and
puts a place near it. Trials lie side by side, far beyond each other's reach, as the land of one source. Run
as a script it writes docs/method/_sides.md and _strain.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import pi, sqrt
from pathlib import Path

import numpy as np
import shapely

from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, SourceLimits, Strand
from merestone.model.sources import Source, SourceInfo, SourceKind
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.reasons import CODES, Reason
from merestone.uncertainty.sides import SideModel, SideProbabilities, verdicts
from merestone.uncertainty.together import Alone, Group, Together

TRIALS = 10_000
STRAINS = (0.05, 0.15, 0.25, 0.5)
SIGMA_M = 10.0
HALF_M = 9.0 * SIGMA_M
PER_DEG = np.array([111_319.49, 110_574.39])
"""Metres a degree at the equator, where the trials lie; within 0.3° of it true to 2e-5."""
ROW = 120
APART_DEG = 0.005
PLACE_M = 7.0
"""σ per axis of places that are not exact."""


def model(
    source: str,
    sigma_m: float = SIGMA_M,
    shared: dict[str, float] | None = None,
    length_m: float = 200.0,
    share: float = 0.5,
) -> ErrorModel:
    """Half of the variance common, the rest a field that is smooth within a trial."""
    shared = shared or {}
    own = sigma_m**2 - sum(part**2 for part in shared.values())
    common, field = sqrt(own * share), sqrt(own * (1.0 - share))
    return ErrorModel(source, common, shared, field, length_m, 0.0, 300.0, ())


SHARED = {"operation EPSG:1": 9.0}
ERRORS = (model("a", 10.0, SHARED), model("b", 13.0, SHARED), model("c", 30.0))


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Known lines in metres about the middle of each trial, (vertices, 2) or (trials, vertices, 2), and
    which places (trials, 2) they hold. Places are drawn between ``low`` and ``high``."""

    name: str
    line: np.ndarray
    holds: Callable[[np.ndarray], np.ndarray]
    low: tuple[float, float]
    high: tuple[float, float]
    closed: bool = False


def straight(_count: int) -> Shape:
    x = np.linspace(-HALF_M, HALF_M, 31)
    line = np.stack([x, 0.0 * x], axis=1)
    return Shape("straight", line, lambda xy: xy[:, 1] > 0.0, (-20.0, -65.0), (20.0, 65.0))


def wiggly(count: int) -> Shape:
    """Bends of a radius of 8 σ and more, each trial at another part of a bend.

    With bends all at one place, leaving out places beyond the box would itself tell something of the line.
    """
    high, turn = 2.0 * SIGMA_M, 1.0 / (4.0 * SIGMA_M)
    phase = np.random.default_rng(1001).uniform(0.0, 2.0 * pi, count)
    x = np.broadcast_to(np.linspace(-HALF_M, HALF_M, 73), (count, 73))
    line = np.stack([x, high * np.cos(turn * x + phase[:, None])], axis=2)
    return Shape(
        "wiggly",
        line,
        lambda xy: xy[:, 1] > high * np.cos(turn * xy[:, 0] + phase),
        (-25.0, -85.0),
        (25.0, 85.0),
    )


def enclave(_count: int) -> Shape:
    radius = 4.0 * SIGMA_M
    at = np.linspace(0.0, 2.0 * pi, 60, endpoint=False)
    line = radius * np.stack([np.cos(at), np.sin(at)], axis=1)
    return Shape("enclave", line, lambda xy: np.hypot(*xy.T) < radius, (-85.0, -85.0), (85.0, 85.0), True)


SHAPES = {"straight": straight, "wiggly": wiggly, "enclave": enclave}


class Trials:
    """So many trials of a shape, with random numbers of their own."""

    def __init__(self, name: str, count: int = TRIALS, seed: int = 1) -> None:
        self.shape, self.count = SHAPES[name](count), count
        self.random = np.random.default_rng(seed)
        at = np.arange(count)
        self.middle = np.stack([at % ROW, at // ROW], axis=1) * APART_DEG - [0.0, 0.25]

    def lonlat(self, xy: np.ndarray) -> np.ndarray:
        """(trials, …, 2) metres about the middle of each trial to degrees."""
        shape = (self.count, *[1] * (xy.ndim - 2), 2)
        return np.asarray(xy / PER_DEG + self.middle.reshape(shape))

    def errors(self, error: ErrorModel) -> np.ndarray:
        """Displacements of the vertices, (trials, vertices, 2), by Cholesky from the model's covariance."""
        one = self.shape.line if self.shape.line.ndim == 2 else self.shape.line[0]
        apart_m = np.hypot(*(one[:, None] - one[None, :]).transpose(2, 0, 1))
        scaled = sqrt(3.0) * apart_m / error.correlation_m
        field = np.linalg.cholesky((1.0 + scaled) * np.exp(-scaled) + 1e-9 * np.eye(len(scaled)))
        normal = self.random.standard_normal((len(one), 2 * self.count))
        made = error.field_m * (field @ normal).reshape(len(one), self.count, 2).transpose(1, 0, 2)
        return np.asarray(made + error.common_m * self.random.standard_normal((self.count, 1, 2)))

    def shared(self, sigma_m: float) -> np.ndarray:
        return sigma_m * self.random.standard_normal((self.count, 1, 2))

    def source(self, error: ErrorModel, moved: np.ndarray) -> tuple[SideModel, np.ndarray]:
        """The source that draws all lines displaced, and its land: AAA above them, or within them."""
        drawn = self.lonlat(self.shape.line + moved)
        ring = drawn
        if not self.shape.closed:
            far = [[HALF_M, 12 * SIGMA_M], [-HALF_M, 12 * SIGMA_M]]
            ring = np.concatenate([drawn, self.lonlat(np.broadcast_to(far, (self.count, 2, 2)))], axis=1)
        land = shapely.multipolygons(shapely.polygons(ring))
        shapely.prepare(land)
        info = SourceInfo(error.source, SourceKind.ONE_SIDED, "0" * 64, error.source)
        strands = tuple(Strand(one, False, False) for one in drawn)
        limit = Limit("s/M1", error.source, None, "M1", strands, True, 0.0, 0)
        source = Source(info, {"AAA": land}, None, None, None, ())
        limits = SourceLimits(error.source, (limit,), (), (), (), ())
        return SideModel(source, limits, error, ("AAA", "BBB")), land

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """One place a trial, anywhere alike in a box in metres, and whether the known line holds it."""
        xy = self.random.uniform(self.shape.low, self.shape.high, (self.count, 2))
        return xy, self.shape.holds(xy)

    def seen(self, xy: np.ndarray, place_m: float) -> np.ndarray:
        """Where places are said to be, longitude and latitude, with errors of σ ``place_m`` per axis."""
        return self.lonlat(xy + place_m * self.random.standard_normal(xy.shape))


def label_at(land: shapely.Geometry, side: SideModel) -> Callable[[np.ndarray], np.ndarray]:
    """The code of what the source shows at places, by GEOS."""
    codes = [side.labels.index("AAA"), side.labels.index("not-AAA")]
    return lambda lonlat: np.where(shapely.contains_xy(land, lonlat[:, 0], lonlat[:, 1]), *codes)


def signed(land: shapely.Geometry, lonlat: np.ndarray) -> np.ndarray:
    """Distance from the drawn limit in metres, positive in AAA: by GEOS, in metres at the equator."""
    parts = shapely.get_parts(shapely.transform(land, lambda c: c * PER_DEG))
    points = shapely.points(lonlat * PER_DEG)
    sign = np.where(shapely.contains(parts, points), 1.0, -1.0)
    return np.asarray(sign * shapely.distance(shapely.boundary(parts), points))


def resolved(side: SideModel) -> SideModel:
    """Without the search for enclaves and bends that are too small: these trials have none."""
    side.__dict__["_unresolved"] = ()
    return side


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What is told of the places of trials, and on which side they are: ``held`` whether in AAA."""

    labels: tuple[str, ...]
    p: np.ndarray
    reason: np.ndarray
    held: np.ndarray

    @property
    def said(self) -> np.ndarray:
        """(trials,) whether anything is."""
        return np.asarray(self.reason == 0)

    def first(self) -> np.ndarray:
        """The probability of AAA where something is said."""
        return np.asarray(self.p[self.said, self.labels.index("AAA")])

    def bins(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Ten bins of told probability: how many, mean told, share held of those with any trials."""
        p, held = self.first(), self.held[self.said]
        which = np.minimum((p * 10).astype(int), 9)
        count = np.bincount(which, minlength=10)
        full = count > 0
        told = np.bincount(which, weights=p, minlength=10)[full] / count[full]
        share = np.bincount(which, weights=held, minlength=10)[full] / count[full]
        return count[full], told, share

    def off(self) -> float:
        """The largest departure of a bin from what was told, in standard errors."""
        count, told, share = self.bins()
        return float((np.abs(share - told) / np.sqrt(np.maximum(told * (1.0 - told), 1e-4) / count)).max())

    def slope(self) -> float:
        """Whether it is told too surely (below nothing) or not surely enough, in standard errors: the score
        of a slope in the logistic regression of what is held on the log odds told (Cox 1958)."""
        p = np.clip(self.first(), 1e-9, 1.0 - 1e-9)
        odds = np.log(p / (1.0 - p))
        score = ((self.held[self.said] - p) * odds).sum()
        return float(score / np.sqrt((p * (1.0 - p) * odds * odds).sum()))

    def verdicts(self) -> tuple[np.ndarray, np.ndarray]:
        """(trials,) whether there is a verdict, and whether it is right."""
        code, _ = verdicts(self.labels, self.p, self.reason)
        return code >= 0, (code == self.labels.index("AAA")) == self.held


def one_source(trials: Trials, side: SideModel, land: shapely.Geometry, place_m: float) -> Told:
    """One place a trial, told of by one source."""
    xy, held = trials.places()
    seen = trials.seen(xy, place_m)
    found = side.at(seen, np.full(trials.count, place_m * CE95_PER_SIGMA), label_at(land, side)(seen))
    return Told(found.labels, found.p, found.reason, held)


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """Three sources that draw the same lines, and the places that they tell of; two of them were carried
    over by one operation."""

    sides: dict[str, SideModel]
    alone: dict[str, Alone]
    seen: np.ndarray
    radius_m: np.ndarray
    held: np.ndarray

    def told(self) -> Told:
        group = Group(("a", "b", "c"), ("a", "b", "c"), None)
        found = Together(group, self.sides, WGS84).at(
            self.seen, self.radius_m, self.alone, np.zeros(len(self.held), dtype=bool)
        )
        return Told(found.labels, found.p, found.reason, self.held)

    def by(self, source: str) -> Told:
        found: SideProbabilities = self.alone[source].said
        return Told(found.labels, found.p, found.reason, self.held)


def several(trials: Trials, place_m: float) -> Several:
    """Trials of three sources."""
    alike = trials.shared(SHARED["operation EPSG:1"])
    drawn = {}
    for error in ERRORS:
        side, land = trials.source(error, trials.errors(error) + (alike if error.shared_m else 0.0))
        drawn[error.source] = (resolved(side), land)
    xy, held = trials.places()
    seen = trials.seen(xy, place_m)
    radius_m = np.full(trials.count, place_m * CE95_PER_SIGMA)
    alone = {}
    for source, (side, land) in drawn.items():
        labels_at = label_at(land, side)
        said = side.at(seen, radius_m, labels_at(seen))
        if trials.shape.closed and side.model is not None and side.model.sigma_m > 20.0:
            said.reason[:] = CODES[Reason.ENCLAVE]  # of a radius of 40 m: below 2 σ
        alone[source] = Alone(said, signed(land, seen), labels_at)
    return Several({source: side for source, (side, _) in drawn.items()}, alone, seen, radius_m, held)


def rows() -> Iterator[str]:
    """The table."""
    yield (
        "| line | sources | places | bins: largest departure | slope, standard errors | verdicts "
        "| of which right | `cannot-say`: within the doubt | `cannot-say`: nothing said |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for name in SHAPES:
        for place_m in (0.0, PLACE_M):
            trials = Trials(name)
            error = model("s")
            side, land = trials.source(error, trials.errors(error))
            yield _row(name, "one", place_m, one_source(trials, resolved(side), land, place_m))
        yield _row(name, "three", PLACE_M, several(Trials(name), PLACE_M).told())


def slope_by_strain(name: str, strain: float, batches: int, count: int = TRIALS) -> tuple[float, float]:
    """The slope of the logistic regression of what is held on the log odds told, and its standard error, in
    ``batches`` of ``count`` trials: all of the error is a field that changes by ``strain`` a metre.

    Above 1 probabilities are told less surely than they might be. All strains have the same random numbers.
    """
    found = []
    error = model("s", SIGMA_M, length_m=sqrt(3.0) * SIGMA_M / strain, share=0.0)
    for seed in range(batches):
        trials = Trials(name, count, seed=100 + seed)
        side, land = trials.source(error, trials.errors(error))
        side.__dict__["strain"] = 0.0  # to be told also where the side model would say nothing
        found.append(one_source(trials, resolved(side), land, 0.0))
    p = np.clip(np.concatenate([told.first() for told in found]), 1e-9, 1.0 - 1e-9)
    held = np.concatenate([told.held[told.said] for told in found])
    odds, slope, weight = np.log(p / (1.0 - p)), 1.0, 1.0
    for _ in range(8):  # Newton's steps
        q = 1.0 / (1.0 + np.exp(-slope * odds))
        weight = float((q * (1.0 - q) * odds * odds).sum())
        slope += float(((held - q) * odds).sum()) / weight
    return slope, 1.0 / sqrt(weight)


def off_by_slope(slope: float) -> float:
    """By how much a probability may be off at most where the log odds are off by a factor."""
    odds = np.linspace(0.0, 12.0, 2401)
    return float(np.abs(1.0 / (1.0 + np.exp(-slope * odds)) - 1.0 / (1.0 + np.exp(-odds))).max())


def strain_rows(batches: int = 6) -> Iterator[str]:
    """The table of strains."""
    yield "| line | strain | slope | a probability is off by up to |"
    yield "| --- | --- | --- | --- |"
    for name in ("wiggly", "enclave"):
        for strain in STRAINS:
            slope, error = slope_by_strain(name, strain, batches)
            yield f"| {name} | {strain:g} | {slope:.3f} ± {error:.3f} | {off_by_slope(slope):.3f} |"


def _row(name: str, sources: str, place_m: float, told: Told) -> str:
    _, mean, share = told.bins()
    largest = 100.0 * float(np.abs(share - mean).max())
    given, right = told.verdicts()
    said = told.said
    figures = (given.mean(), right[given].mean(), (said & ~given).mean(), (~said).mean())
    places = "exact" if place_m == 0.0 else f"σ {place_m / SIGMA_M:.1f} of the line’s"
    bins = f"{largest:.1f} %, {told.off():.1f} standard errors"
    slope = f"{told.slope():+.1f}".replace("-", "−")
    return (
        f"| {name} | {sources} | {places} | {bins} | {slope} | "
        + " | ".join(f"{100.0 * x:.1f} %" for x in figures)
        + " |"
    )


def main() -> None:
    """Write the tables."""
    for page, made in (("_sides.md", rows), ("_strain.md", strain_rows)):
        table = "\n".join(made()) + "\n"
        (Path(__file__).parents[1] / "docs" / "method" / page).write_text(table, encoding="utf-8")
        print(table)


if __name__ == "__main__":
    main()
