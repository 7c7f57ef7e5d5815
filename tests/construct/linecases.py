"""Small cases for the tests of candidate lines, and an oracle by geographiclib alone."""

from itertools import pairwise

import numpy as np
from geographiclib.geodesic import Geodesic

from merestone.construct.chains import line_set
from merestone.construct.median import median_of
from merestone.model.lines import Strand

WGS = Geodesic.WGS84


def lines(*coords, sided=False):
    """A set of open lines; single places have no ends."""
    made = [np.array(one, dtype=float) for one in coords]
    closed = [len(one) == 1 or (one[0] == one[-1]).all() for one in made]
    return line_set(
        [Strand(c, not shut, not shut) for c, shut in zip(made, closed, strict=True)], sided=sided
    )


def sides(line):
    """The land of AAA west of a line that runs north, and that of BBB east of it."""
    south, north = line[0][1], line[-1][1]
    rings = (
        ("AAA", [*line, [10.0, north], [10.0, south], line[0]]),
        ("BBB", [*line, [11.0, north], [11.0, south], line[0]]),
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"iso": party},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
            for party, ring in rings
        ],
    }


def wiggle(count, lat, seed, *, step=2e-3, west=44.0, length=1.0):
    """A line that runs east and wanders, (n, 2)."""
    rng = np.random.default_rng(seed)
    x = np.linspace(west, west + length, count)
    y = np.cumsum(rng.normal(0.0, step, count))
    return np.stack([x, lat + y - np.linspace(y[0], y[-1], count)], axis=1)


def lengths_m(points):
    """Geodesic lengths between neighbours, by geographiclib."""
    return [WGS.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in pairwise(points)]


def distance_m(place, line):
    """The least distance of a place from a line, edges straight in longitude/latitude, by geographiclib.

    A golden section on every edge near enough: no code is shared with merestone.
    """
    lon, lat = place

    def far(point):
        return WGS.Inverse(lat, lon, point[1], point[0])["s12"]

    if len(line) == 1:
        return far(line[0])
    ends = [far(point) for point in line]
    best = min(ends)
    golden = (5.0**0.5 - 1.0) / 2.0
    for k in sorted(range(len(line) - 1), key=lambda k: min(ends[k], ends[k + 1])):
        span = WGS.Inverse(line[k][1], line[k][0], line[k + 1][1], line[k + 1][0])["s12"]
        if min(ends[k], ends[k + 1]) - span > best:  # no point of it can be nearer
            continue
        a, b, low, high = line[k], line[k + 1], 0.0, 1.0
        one, other = 1.0 - golden, golden
        at_one, at_other = far(a + one * (b - a)), far(a + other * (b - a))
        for _ in range(37):
            # What is left reaches no farther from the better of both than it is long.
            if min(at_one, at_other) - (high - low) * span * 1.1 > best:
                break
            if at_one < at_other:
                high, other, at_other = other, one, at_one
                one = high - golden * (high - low)
                at_one = far(a + one * (b - a))
            else:
                low, one, at_one = one, other, at_other
                other = low + golden * (high - low)
                at_other = far(a + other * (b - a))
        best = min(best, far(a + 0.5 * (low + high) * (b - a)))
    return best


def departures_m(median, count, seed=0):
    """How far random points of the legs of a median lie from it, by geographiclib: (n,) metres.

    The excess of one distance over the other, over the slope that the angle between both has.
    """
    rng = np.random.default_rng(seed)
    traced, field = median.traced, median.field
    leg = np.flatnonzero(np.diff(traced.line) == 0)
    found = []
    for k in rng.choice(leg, count):
        a, b = traced.points[k], traced.points[k + 1]
        way = WGS.InverseLine(a[1], a[0], b[1], b[0])
        at = way.Position(way.s13 * rng.uniform())
        place = (at["lon2"] + 360.0 * np.rint((a[0] - at["lon2"]) / 360.0), at["lat2"])
        d = [min(distance_m(place, line) for line in some.lines) for some in field.sets]
        slope = max(float(field.at(np.array([place])).slope[0]), 1e-3)
        found.append(abs(field.q * d[0] - field.p * d[1]) / slope)
    return np.array(found)


def points_of(one, other, **how):
    """The turning points of a median, in its own order."""
    return median_of(one, other, **how).traced.points
