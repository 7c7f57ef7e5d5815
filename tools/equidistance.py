"""Look at a median with other eyes: are random points of its legs equally far from both limits?

Run: python tools/equidistance.py CANDIDATE.json ONE.geojson OTHER.geojson [--points 10000]

The files hold the lines that the median was drawn between, one for each base in the order of `bases`. Every
distance is a golden section along the edges near the point, by geographiclib; which edges can be near is
told by chords in space. No code of merestone takes part. Prints the largest departure of a turning
point and of a leg, in metres.
"""

import argparse
import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
from geographiclib.geodesic import Geodesic

WGS = Geodesic.WGS84
GOLDEN = (5.0**0.5 - 1.0) / 2.0


def lines_of(path):
    features = json.loads(Path(path).read_text(encoding="utf-8"))["features"]
    found = []
    for feature in features:
        geometry = feature["geometry"]
        parts = geometry["coordinates"]
        found += [parts] if geometry["type"] == "LineString" else parts
    return found


def far(place, point):
    return WGS.Inverse(place[1], place[0], point[1], point[0], Geodesic.DISTANCE)["s12"]


class Lines:
    """Edges and their vertices in space: a straight chord is never longer than the geodesic."""

    def __init__(self, lines):
        self.edges = np.array([(*a, *b) for line in lines for a, b in pairwise(line)])
        self.start, self.end = in_space(self.edges[:, :2]), in_space(self.edges[:, 2:])
        self.along = self.end - self.start
        self.square = np.maximum((self.along**2).sum(axis=1), 1e-12)
        # What lies between its ends departs from the chord by the bulge of the ellipsoid and the bend of a
        # line that is straight in degrees: together less than square/R below latitude 80.
        self.bulge = self.square / WGS.a

    def distance_m(self, place):
        """The least distance: edges by lower bound, until the next cannot be nearer."""
        from_start = in_space(np.array([place]))[0] - self.start
        share = np.clip((from_start * self.along).sum(axis=1) / self.square, 0.0, 1.0)
        least = np.linalg.norm(from_start - share[:, None] * self.along, axis=1) - self.bulge
        best = float("inf")
        for k in np.argsort(least):
            if least[k] > best:
                break
            best = min(best, to_edge_m(place, self.edges[k, :2], self.edges[k, 2:]))
        return best


def in_space(lonlat):
    lon, lat = np.deg2rad(lonlat).T
    square = WGS.f * (2.0 - WGS.f)
    normal = WGS.a / np.sqrt(1.0 - square * np.sin(lat) ** 2)
    x, y = normal * np.cos(lat) * np.cos(lon), normal * np.cos(lat) * np.sin(lon)
    return np.stack([x, y, normal * (1.0 - square) * np.sin(lat)], axis=1)


def to_edge_m(place, a, b):
    low, high = 0.0, 1.0
    for _ in range(36):
        one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if far(place, a + one * (b - a)) < far(place, a + other * (b - a)):
            high = other
        else:
            low = one
    return min(far(place, a + share * (b - a)) for share in (0.0, 1.0, 0.5 * (low + high)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("candidate")
    parser.add_argument("lines", nargs=2)
    parser.add_argument("--points", type=int, default=10_000)
    asked = parser.parse_args()
    points = json.loads(Path(asked.candidate).read_text(encoding="utf-8"))["turning_points"]
    sets = [Lines(lines_of(path)) for path in asked.lines]
    legs = [(a, b) for a, b in pairwise(points) if a["leg"]]
    chosen = random.Random(1)
    worst = {"turning point": 0.0, "leg": 0.0}
    for number in range(asked.points):
        a, b = chosen.choice(legs)
        way = WGS.InverseLine(a["lat"], a["lon"], b["lat"], b["lon"])
        at = way.Position(way.s13 * (0.0 if number % 2 else chosen.random()))
        one, other = (lines.distance_m((at["lon2"], at["lat2"])) for lines in sets)
        kind = "turning point" if number % 2 else "leg"
        worst[kind] = max(worst[kind], abs(one - other) / 2.0 * max(a["condition"] or 1.0, 1.0))
    for kind, metres in worst.items():
        print(f"{kind}: {metres:.6f} m at most")


if __name__ == "__main__":
    main()
