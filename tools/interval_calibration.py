"""How often 95 % intervals hold the truth: simulated trials, and the pictures of docs/method/realisations.md.

In every trial two maps draw two known closed lines, each with errors of its own. The errors come from the
Cholesky factor of their exact covariance, written down here anew; the intervals come from merestone. Run
as a script it draws the pictures into docs/images (matplotlib, extra `docs`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import pi, sqrt
from pathlib import Path

import numpy as np
import shapely

from merestone.compare.run import compare, in_order
from merestone.model.accuracy import CE95_PER_SIGMA, Z_95, Accuracy, Measure
from merestone.model.results import Comparison
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind
from merestone.uncertainty.intervals import half_widths, plan
from merestone.uncertainty.linear import deviations
from merestone.uncertainty.model import ErrorModel, error_model
from merestone.uncertainty.quantities import Key

TOOL = {"name": "merestone", "version": "0", "libraries": {}}
CENTRE = (45.0, 40.0)
PARTIES = ("ARM", "AZE")
TRIALS = 40_000
REALISATIONS = 100_000
FACTORS = {0.68: 0.99445788, 0.95: Z_95, 0.99: 2.57582930}
"""How many σ an interval reaches to either hand, by its level."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Two true closed lines, (n, 2) metres east and north of a centre, one for each map; its errors.

    ARM lies within, AZE around. σ per axis, half of the variance common, the rest a field.
    """

    name: str
    lines: tuple[np.ndarray, np.ndarray]
    sigma_m: tuple[float, float]
    length_m: float
    every: int = 1
    """Offsets are taken at one vertex of so many of the first line."""


def ring(radius_m: float, waves: int = 0, swing_m: float = 0.0, vertices: int = 180) -> np.ndarray:
    """A closed line of `vertices`, wiggling about a circle; the last vertex is not the first again."""
    angle = np.arange(vertices) * (2.0 * pi / vertices)
    radius = radius_m + swing_m * np.sin(waves * angle)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def bulged(line: np.ndarray, by_m: float) -> np.ndarray:
    """The same, moved outwards by up to `by_m` in the west and inwards in the east."""
    angle = np.arctan2(line[:, 1], line[:, 0])
    return np.asarray(line * (1.0 - by_m * np.cos(angle) / np.hypot(*line.T))[:, None])


def worlds() -> tuple[World, ...]:
    """Smooth, wiggly, and small: an enclave whose radius is forty σ."""
    smooth, wiggly, small = ring(10_000.0), ring(10_000.0, 12, 400.0), ring(1_500.0, vertices=60)
    return (
        World("smooth", (smooth, bulged(smooth, 1_200.0)), (40.0, 60.0), 8_000.0, 4),
        World("wiggly", (wiggly, bulged(wiggly, 1_200.0)), (40.0, 60.0), 8_000.0, 2),
        World("enclave", (small, bulged(small, 500.0)), (20.0, 30.0), 8_000.0),
    )


def degrees(metres: np.ndarray) -> np.ndarray:
    """Longitude and latitude of places given in metres about the centre."""
    lat = CENTRE[1] + metres[:, 1] / 111_035.0
    return np.column_stack([CENTRE[0] + metres[:, 0] / (111_320.0 * np.cos(np.radians(lat)) * 1.00276), lat])


def source(name: str, line: np.ndarray, sigma_m: float, length_m: float) -> Source:
    """A map that shows ARM within the line, AZE around it."""
    within = shapely.Polygon(degrees(line))
    around = shapely.box(44.5, 39.6, 45.5, 40.4).difference(within)
    radius_m = sigma_m * CE95_PER_SIGMA
    info = SourceInfo(
        name,
        SourceKind.TWO_SIDED,
        name.encode().hex().ljust(64, "0"),
        name,
        accuracy=Accuracy(Measure.CE95, radius_m),
        accuracy_95_m=radius_m,
        correlation_km=length_m / 1000.0,
        common_share=0.5,
    )
    sides = {"ARM": shapely.MultiPolygon([within]), "AZE": shapely.MultiPolygon([around])}
    return Source(info, sides, None, None, None, ())


def case_of(world: World, lines: tuple[np.ndarray, np.ndarray] | None = None) -> Case:
    """The dossier of two maps that draw `lines`, as a rule the true ones."""
    drawn = world.lines if lines is None else lines
    sources = tuple(
        source(name, line, sigma_m, world.length_m)
        for name, line, sigma_m in zip(("one", "two"), drawn, world.sigma_m, strict=True)
    )
    parties = (Party("ARM", {}), Party("AZE", {}))
    settings = Settings(corridor_m=3000.0, facing_m=500.0, station_m=200.0)
    return in_order(Case(world.name, "0" * 64, "ARM", parties, settings, sources, (), ()))


def halves(
    case: Case, comparison: Comparison, models: dict[str, ErrorModel] | None = None, count: int = 20_000
) -> dict[Key, float]:
    """Half widths of the 95 % intervals by figure, from merestone."""
    known = {s.info.id: error_model(s.info) for s in case.sources} if models is None else models
    return half_widths(plan(case, comparison, known), known, 1, count)


def correlation(world: World, which: int) -> np.ndarray:
    """(n, n) of the field of one of the maps at its vertices: Matérn, order 3/2."""
    line = world.lines[which]
    apart = np.sqrt(((line[:, None] - line[None]) ** 2).sum(axis=2)) * sqrt(3.0) / world.length_m
    return np.asarray((1.0 + apart) * np.exp(-apart))


def errors(world: World, which: int, trials: int, seed: int) -> np.ndarray:
    """(trials, n, 2) errors of one of the maps, from the Cholesky factor of the exact covariance."""
    field = np.linalg.cholesky(correlation(world, which) + 1e-9 * np.eye(len(world.lines[which])))
    random = np.random.default_rng([seed, which])
    whole = (field @ random.standard_normal((len(field), 2 * trials))).reshape(len(field), 2, trials)
    whole += random.standard_normal((2, trials))
    return np.moveaxis(whole * world.sigma_m[which] * sqrt(0.5), 2, 0)


def drawn(world: World, trials: int = TRIALS, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """(trials, n, 2) each: what the two maps draw."""
    one, two = (world.lines[k] + errors(world, k, trials, seed) for k in (0, 1))
    return one, two


def areas_m2(lines: np.ndarray) -> np.ndarray:
    """(…,) areas within closed lines (…, n, 2), by the shoelace formula."""
    after = np.roll(lines, -1, axis=-2)
    return 0.5 * (lines[..., 0] * after[..., 1] - lines[..., 1] * after[..., 0]).sum(axis=-1)


def radii_m(lines: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """(trials, k) distance from the centre at which lines (trials, n, 2) pass each of (k,) directions.

    Vertices stay in the order of their directions, since neighbours are displaced nearly alike.
    """
    at = np.unwrap(np.arctan2(lines[..., 1], lines[..., 0]), axis=1)
    radius = np.hypot(lines[..., 0], lines[..., 1])
    assert (np.diff(at, axis=1) > 0.0).all()
    turn = 2.0 * pi
    at, radius = np.hstack([at - turn, at, at + turn]), np.hstack([radius] * 3)
    # All trials in one row, each in a range of directions of its own. Straight between vertices some
    # degrees apart in direction and radius instead of in the plane: 1e-4 too large at most, in both lines.
    shift = 10.0 * turn * np.arange(len(lines))[:, None]
    found = np.interp((angle + shift).ravel(), (at + shift).ravel(), radius.ravel())
    return np.asarray(found.reshape(len(lines), len(angle)))


def share_held(truth: float, figures: np.ndarray, sigma: float, level: float) -> float:
    """The share of intervals at `level` about `figures` that hold the truth."""
    return float((np.abs(figures - truth) <= FACTORS[level] * sigma).mean())


def without_correlation(case: Case, spacing_m: float) -> dict[str, ErrorModel]:
    """The wrong model: the same σ, but the errors of vertices have nothing to do with one another."""
    found = {}
    for one in case.sources:
        model = error_model(one.info)
        assert model is not None
        name, sigma_m = one.info.id, model.sigma_m
        found[name] = ErrorModel(name, 0.0, {}, sigma_m, spacing_m, 0.0, model.drafting_length_m, ())
    return found


def offsets_m(lines: tuple[np.ndarray, np.ndarray], every: int) -> np.ndarray:
    """(trials, k) signed distance of the second line from one of `every` vertices of the first, outwards.

    The nearest of the twelve edges of the second line about the vertex of the same number.
    """
    places, count = lines[0][:, ::every], lines[1].shape[1]
    least, outwards = np.full(places.shape[:2], np.inf), np.zeros(places.shape[:2])
    for step in range(-6, 6):
        first = (np.arange(0, count, every) + step) % count
        start, end = lines[1][:, first], lines[1][:, (first + 1) % count]
        along, out = end - start, places - start
        share = (out * along).sum(axis=2) / (along * along).sum(axis=2)
        apart = out - np.clip(share, 0.0, 1.0)[..., None] * along
        square = (apart * apart).sum(axis=2)
        nearer = square < least
        least[nearer] = square[nearer]
        # Lines run anticlockwise: what lies to the right of the second line lies outside it.
        outwards[nearer] = (along[..., 0] * out[..., 1] - along[..., 1] * out[..., 0])[nearer]
    return np.asarray(np.copysign(np.sqrt(least), outwards))


def weights(line: np.ndarray, every: int, begin: float = 0.0, stretch: float = 1.0) -> np.ndarray:
    """What the offset at one of `every` vertices counts in the mean over a stretch of a closed line.

    The stretch begins after the share `begin` of the line and is the share `stretch` of it; offsets change
    evenly from one place to the next.
    """
    length = np.hypot(*(np.roll(line, -1, axis=0) - line).T)
    whole = np.concatenate([[0.0], np.cumsum(length)])
    at = np.append(whole[:-1][::every], whole[-1]) / whole[-1]
    along = (begin + stretch * (np.arange(20_000) + 0.5) / 20_000) % 1.0
    place = np.searchsorted(at, along, side="right") - 1
    share = (along - at[place]) / np.diff(at)[place]
    count = len(at) - 1
    found = np.bincount(place, 1.0 - share, count) + np.bincount((place + 1) % count, share, count)
    return np.asarray(found / len(along))


def outside_m2(lines: tuple[np.ndarray, np.ndarray], angle: np.ndarray) -> np.ndarray:
    """(trials,) area of the second line's land outside the first's, over (k,) even directions."""
    one, two = radii_m(lines[0], angle), radii_m(lines[1], angle)
    return np.maximum(two**2 - one**2, 0.0).sum(axis=1) * 0.5 * float(angle[1] - angle[0])


def largest_null(world: World, trials: int = TRIALS, seed: int = 5) -> np.ndarray:
    """(trials,) largest |offset| / σ where both maps mean the first line: errors across a circle."""
    across = world.lines[0] / np.hypot(*world.lines[0].T)[:, None]
    both = World(world.name, (world.lines[0], world.lines[0]), world.sigma_m, world.length_m)
    apart = errors(both, 1, trials, seed) - errors(both, 0, trials, seed)
    return np.abs((apart * across).sum(axis=2)).max(axis=1) / float(np.hypot(*world.sigma_m))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one kind of figure gave in the trials: σ by merestone with the right and with the wrong model,
    the deviation that the trials have, and the share held by level for either model."""

    figure: str
    sigma: float
    sigma_wrong: float
    deviation: float
    right: dict[float, float]
    wrong: dict[float, float]


DIRECTIONS = np.arange(360) * (2.0 * pi / 360.0) - pi


@dataclass(frozen=True, eq=False)
class Drawn:
    """Realisations, (trials, n, 2) each, of what the two maps draw."""

    one: np.ndarray
    two: np.ndarray
    every: int

    @cached_property
    def offsets_m(self) -> np.ndarray:
        """(trials, k) as `offsets_m`."""
        return offsets_m((self.one, self.two), self.every)


def true_lines(world: World) -> Drawn:
    """Without errors."""
    return Drawn(world.lines[0][None], world.lines[1][None], world.every)


PLACE = "offset at one place"


def figures(world: World, comparison: Comparison) -> dict[str, tuple[Key, Callable[[Drawn], np.ndarray]]]:
    """The key of each figure in merestone, and what it is for given lines, (trials,), by the code above."""
    west = DIRECTIONS[np.cos(DIRECTIONS) < 0.0]
    section, begin, stretch = widest_section(world, comparison)
    whole = weights(world.lines[0], world.every)
    part = weights(world.lines[0], world.every, begin, stretch)
    return {
        "net area": (("net", "one", "two", "ARM"), lambda lines: areas_m2(lines.two) - areas_m2(lines.one)),
        "area of a difference": (
            _largest_outside(comparison),
            lambda lines: outside_m2((lines.one, lines.two), west),
        ),
        "mean offset": (("mean", "one", "two"), lambda lines: lines.offsets_m @ whole),
        "mean offset of a section": (
            ("section", section, "two"),
            lambda lines: lines.offsets_m @ part,
        ),
    }


def linear_sigma(world: World, figure: Callable[[Drawn], np.ndarray], step_m: float = 0.01) -> float:
    """The deviation of a figure to first order, exactly: gᵀCg with its slope for every vertex and axis."""
    variance = 0.0
    for which, (line, sigma_m) in enumerate(zip(world.lines, world.sigma_m, strict=True)):
        moved = np.repeat(line[None], 2 * len(line), axis=0)
        moved.reshape(len(moved), -1)[np.arange(len(moved)), np.arange(len(moved))] += step_m
        still = np.broadcast_to(world.lines[1 - which][None], (len(moved), *world.lines[1 - which].shape))
        lines = Drawn(*((moved, still) if which == 0 else (still, moved)), world.every)
        slope = (figure(lines) - figure(true_lines(world))) / step_m
        covariance = 0.5 + 0.5 * correlation(world, which)
        variance += sigma_m**2 * sum(g @ covariance @ g for g in (slope[::2], slope[1::2]))
    return sqrt(variance)


def compared(world: World) -> tuple[Case, Comparison]:
    """The dossier of two maps that draw the true lines, and what merestone finds in it."""
    case = case_of(world)
    return case, compare(case, tool=TOOL)


def outcomes(
    world: World,
    case: Case,
    comparison: Comparison,
    trials: int = TRIALS,
    count: int = REALISATIONS,
) -> list[Outcome]:
    """The trials of one world: net area, area of a difference, mean offset, mean offset of a section, and the
    offset at one place. σ comes from `count` realisations."""
    right = halves(case, comparison, count=count)
    lines, true = Drawn(*drawn(world, trials), world.every), true_lines(world)
    known = figures(world, comparison)
    keys = [key for key, _ in known.values()]
    taken = plan(case, comparison, {s.info.id: error_model(s.info) for s in case.sources}).figures.of(keys)
    spacing_m = float(np.hypot(*(world.lines[0][1] - world.lines[0][0])))
    wrong = deviations(taken, without_correlation(case, spacing_m), len(keys), 1, 4000).tolist()
    found = [
        _outcome(name, (right[key] / Z_95, alone), figure(lines), float(figure(true)[0]))
        for (name, (key, figure)), alone in zip(known.items(), wrong, strict=True)
    ]
    sigma, place = float(np.hypot(*world.sigma_m)), len(world.lines[0]) // world.every // 4
    one, one_true = (some.offsets_m[:, place] for some in (lines, true))
    return [*found, _outcome(PLACE, (sigma, sigma), one, float(one_true[0]))]


def _outcome(name: str, sigmas: tuple[float, float], found: np.ndarray, truth: float) -> Outcome:
    right, wrong = ({level: share_held(truth, found, one, level) for level in FACTORS} for one in sigmas)
    return Outcome(name, *sigmas, float(found.std()), right, wrong)


def _largest_outside(comparison: Comparison) -> Key:
    """The key of the largest difference in which the second map shows ARM."""
    listed = comparison.differences.listed
    number = next((k for k, one in enumerate(listed) if one.labels["two"] == "ARM"), -1)
    return ("difference", number)


def widest_section(world: World, comparison: Comparison) -> tuple[str, float, float]:
    """The section with the largest offset, after what share of the first line it begins, and its share."""
    section = max(comparison.sections, key=lambda one: one.sources["two"].max_m)
    ring = shapely.LinearRing(degrees(world.lines[0]))
    middle = shapely.linestrings(comparison.shapes.sections[section.id])
    at = [
        shapely.line_locate_point(ring, shapely.line_interpolate_point(middle, share, normalized=True))
        for share in (0.0, 0.01, 1.0)
    ]
    first, _, last = at if (at[1] - at[0]) % ring.length < 0.5 * ring.length else at[::-1]
    return section.id, first / ring.length, (last - first) % ring.length / ring.length


def main() -> None:
    """Draw the picture and write the table."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    docs = Path(__file__).parents[1] / "docs"
    picture, axes = plt.subplots(1, 2, figsize=(10, 4.6), sharey=True)
    rows = [
        "| line | figure | 68 % | 95 % | 99 % | 95 % without correlation |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    shades = {"smooth": "#1b6ca8", "wiggly": "#b3541e", "enclave": "#3a7d44"}
    for world in worlds():
        for one in outcomes(world, *compared(world)):
            share = [f"{100.0 * one.right[level]:.1f} %" for level in FACTORS]
            rows.append(
                f"| {world.name} | {one.figure} | {' | '.join(share)} | {100.0 * one.wrong[0.95]:.1f} % |"
            )
            for axis, held in zip(axes, (one.right, one.wrong), strict=True):
                marker = "x" if one.figure == PLACE else "o"
                label = world.name if one.figure == "net area" else None
                axis.plot(
                    list(held),
                    list(held.values()),
                    marker=marker,
                    color=shades[world.name],
                    lw=0.8,
                    label=label,
                )
    for axis, title in zip(axes, ("errors as they are", "correlation ignored"), strict=True):
        axis.plot([0.6, 1.0], [0.6, 1.0], color="black", lw=0.8, ls=":")
        axis.set_title(title)
        axis.set_xlabel("what the interval promises")
        axis.set_ylim(0.2, 1.02)
    axes[0].set_ylabel(f"share of {TRIALS:,} trials that it holds")
    axes[0].legend(title="line", loc="lower right")
    axes[0].text(0.61, 0.23, "circles: areas and means; crosses: one place", fontsize=8)
    picture.tight_layout()
    picture.savefig(docs / "images" / "calibration.png", dpi=110, metadata={"Software": None})
    (docs / "method" / "_calibration.md").write_text("\n".join(rows) + "\n", encoding="utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
