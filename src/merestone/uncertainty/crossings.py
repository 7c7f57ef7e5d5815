"""How often a limit, displaced by its errors, crosses itself: then the error model is at odds with the line.

A limit that crosses itself bounds nothing. Errors that change slowly beside their size keep every line
whole: where the relative displacement of neighbours, σ·√3/length a metre, is at most a tenth, a
crossing is an event of ten standard deviations, and nothing is drawn. Else realisations are counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import shapely

from merestone.compare.frames import frames_at
from merestone.geometry.lengths import chainages_m, points_at
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.results import Comparison
from merestone.model.sources import Case
from merestone.uncertainty.fields import ROOT_3
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.movement import Line, Movable

_SAFE_STRAIN = 0.1
_MOST_VERTICES = 1_000_000
_FEWEST = 20
_MOST_PLACES = 5_000


@dataclass(frozen=True, slots=True)
class Crossing:
    """The share of realisations in which a limit crosses itself; of how many (0: none had to be drawn)."""

    share: float
    realisations: int


def crossings(case: Case, comparison: Comparison, models: Mapping[str, ErrorModel]) -> dict[str, Crossing]:
    """By source; one that shows no limit has none."""
    found = {}
    for limits in comparison.shapes.tracing.sources:
        strands = [strand.coords for limit in limits.limits for strand in limit.strands]
        if strands and limits.source in models:
            settings = case.settings
            found[limits.source] = crossing(
                strands, models[limits.source], settings.seed, settings.realisations, case.ellipsoid
            )
    return found


def strain(model: ErrorModel) -> float:
    """Standard deviation of the displacement of a place relative to one a metre away, metres."""
    total = 0.0
    for sigma_m, length_m in (
        (model.field_m, model.correlation_m),
        (model.drafting_m, model.drafting_length_m),
    ):
        if sigma_m > 0.0:
            total += inf if length_m == 0.0 else (sigma_m * ROOT_3 / length_m) ** 2
    return float(np.sqrt(total))


def crossing(
    strands: Sequence[np.ndarray], model: ErrorModel, seed: int, count: int, ellipsoid: Ellipsoid
) -> Crossing:
    """The share of realisations in which one of `strands`, (n, 2) longitude, latitude each, crosses itself.

    Of long lines fewer than ``count`` are drawn, at least 20: a million vertices in all.
    """
    if strain(model) <= _SAFE_STRAIN:
        return Crossing(0.0, 0)
    parts = [_dense(line, model, ellipsoid) for line in strands]
    coords = np.concatenate([points for points, _ in parts])
    most = min(count, max(_FEWEST, _MOST_VERTICES // len(coords)))
    strand = np.repeat(np.arange(len(parts)), [len(points) for points, _ in parts])
    chainage_m = np.concatenate([at_m for _, at_m in parts])
    line = Line(frames_at(coords, ellipsoid).origin, chainage_m, strand)
    moved = Movable(line).moved(model, seed, 0, most)
    metres_per_degree = _metres_per_degree(coords[:, 1], ellipsoid)
    crossed = 0
    for number in range(most):
        displaced = coords + moved.metres[moved.node, :, number] / metres_per_degree
        lines = shapely.linestrings(displaced, indices=strand)
        crossed += not bool(shapely.is_simple(lines).all())
    return Crossing(crossed / most, most)


def _dense(line: np.ndarray, model: ErrorModel, ellipsoid: Ellipsoid) -> tuple[np.ndarray, np.ndarray]:
    """Vertices of a line and places between them, and their chainages, fine enough for its shortest field."""
    chainage_m = chainages_m(line, ellipsoid)
    lengths_m = [model.correlation_m] * (model.field_m > 0.0) + [model.drafting_length_m] * (
        model.drafting_m > 0.0
    )
    step_m = max(min(lengths_m) / 6.0, float(chainage_m[-1]) / _MOST_PLACES)
    at_m = np.union1d(chainage_m, np.arange(0.0, float(chainage_m[-1]), step_m))
    return points_at(line, chainage_m, at_m, ellipsoid), at_m


def _metres_per_degree(lat_deg: np.ndarray, ellipsoid: Ellipsoid) -> np.ndarray:
    """(n, 2): a degree of longitude and one of latitude at each latitude."""
    phi = np.radians(lat_deg)
    w2 = 1.0 - ellipsoid.e2 * np.sin(phi) ** 2
    nu_m = ellipsoid.a_m / np.sqrt(w2)
    rho_m = nu_m * (1.0 - ellipsoid.e2) / w2
    return np.column_stack([np.radians(1.0) * nu_m * np.cos(phi), np.radians(1.0) * rho_m])
