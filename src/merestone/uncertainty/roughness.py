"""The area that errors alone make between lines that lie near one another.

Where two lines are drawn d apart and their offset has the deviation σ, the area on one side of them is on
average larger by σ (φ(z) − z Φ(−z)), z = d/σ, a metre than what is drawn: an error can make area where
there is none, but no negative one. Where that matters the area that is drawn tells little.
"""

from collections.abc import Mapping
from math import pi, sqrt

import numpy as np

from merestone.geometry.nearest import EdgeIndex
from merestone.model.labels import SILENT
from merestone.model.results import Comparison, DrawnEdges
from merestone.model.sources import Case
from merestone.uncertainty.chance import offset_sigma_m
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.quantities import DIFFERENCE, EdgeShape, Figures, Key

Made = Mapping[tuple[str, str], np.ndarray]
"""By source and other source, (edges,): the area that the errors of both make beside an edge of the one."""


def rough_m2(
    figures: Figures,
    case: Case,
    comparison: Comparison,
    drawn: tuple[EdgeShape, np.ndarray],
    models: Mapping[str, ErrorModel],
) -> dict[Key, float]:
    """The area that errors alone make, m², of the cells and differences among the figures.

    ``drawn`` are the shape of the drawn edges and which of them move with which source.
    """
    edges = comparison.shapes.edges
    assert edges is not None
    made = _made_m2(case, edges, drawn, models)
    nothing = np.zeros(len(edges.start))
    found: dict[Key, float] = {}
    for key, parts in figures.rows.items():
        one, two = str(key[1]), str(key[2])
        other = {one: two, two: one}
        found[key] = float(sum(made.get((s, other[s]), nothing)[rows].sum() for s, rows in parts))
    by_difference = _of_differences(comparison, edges, drawn[1], made)
    found.update({(DIFFERENCE, number): area for number, area in enumerate(by_difference.tolist())})
    return found


def _of_differences(comparison: Comparison, edges: DrawnEdges, moves: np.ndarray, made: Made) -> np.ndarray:
    """(listed,): beside each edge what the errors of the nearest of the other sources make.

    That is of all that say something there, also of those whose line is not the edge of the difference: if it
    ran through it, part of the area would be no such difference.
    """
    listed = comparison.differences.listed
    speaks = np.array(
        [[one.labels[source] != SILENT for source in edges.sources] for one in listed], dtype=bool
    )
    total = np.zeros(len(listed))
    for side in (edges.left_difference, edges.right_difference):
        for column, source in enumerate(edges.sources):
            rows = np.flatnonzero(moves[:, column] & (side >= 0) & (side < len(listed)))
            if not len(rows):
                continue
            most = np.zeros(len(rows))
            for other, name in enumerate(edges.sources):
                here = made.get((source, name))
                if here is not None:
                    most = np.maximum(most, here[rows] * speaks[side[rows], other])
            total += np.bincount(side[rows], most, minlength=len(listed))
    return total


def _made_m2(
    case: Case,
    edges: DrawnEdges,
    drawn: tuple[EdgeShape, np.ndarray],
    models: Mapping[str, ErrorModel],
) -> Made:
    shape, moves = drawn
    known = np.array([source in models for source in edges.sources])
    found = {}
    for other in sorted(models):
        columns = np.flatnonzero(known & (np.array(edges.sources) != other))
        asked = np.flatnonzero(moves[:, columns].any(axis=1))
        # Its outline in the corridor, whoever lies beyond: a third country's share is no other error.
        outline = np.flatnonzero(moves[:, edges.sources.index(other)])
        if not len(outline) or not len(asked):
            continue
        lines = np.stack([edges.start[outline], edges.end[outline]], axis=1)
        distance_m = np.full(len(edges.start), np.nan)
        distance_m[asked] = EdgeIndex(list(lines), case.ellipsoid).query(shape.middle[asked]).distance_m
        for column in columns.tolist():
            source = edges.sources[column]
            rows = np.flatnonzero(moves[:, column])
            sigma_m = offset_sigma_m(models[source], models[other])
            if len(rows) and sigma_m > 0.0:
                made = np.zeros(len(edges.start))
                made[rows] = shape.length_m[rows] * sigma_m * _excess(distance_m[rows] / sigma_m)
                found[source, other] = made
    return found


def _excess(z: np.ndarray) -> np.ndarray:
    """φ(z) − z·Φ(−z) for z ≥ 0: by how much max(z + e, 0) is on average larger than z, e standard normal."""
    density = np.exp(-z * z / 2.0) / sqrt(2.0 * pi)
    # Φ(−z) to 1e-7 by Abramowitz and Stegun (1964), 26.2.17.
    t = 1.0 / (1.0 + 0.2316419 * z)
    series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    return np.asarray(density * (1.0 - z * series))
