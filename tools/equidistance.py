"""Look at a median with other eyes: are random points of its legs equally far from both limits?

Run: python tools/equidistance.py CANDIDATE.json ONE.geojson OTHER.geojson [--points 10000]

The files hold the lines that the median was drawn between, one for each base in the order of `bases`. Every
distance is a golden section along the edges near the point, by geographiclib; no code of merestone
takes part. Prints the largest departure of a turning point and of a leg, in metres.
"""

import argparse
import json
import random
from itertools import pairwise
from pathlib import Path

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


def rough(place, point):
    """Degrees of a great circle, nearly: enough to pass over edges that are far away."""
    turn = (point[0] - place[0] + 180.0) % 360.0 - 180.0
    return (turn * turn * 0.25 + (point[1] - place[1]) ** 2) ** 0.5


def distance_m(place, lines):
    best = min(far(place, min(line, key=lambda point: rough(place, point))) for line in lines)
    for line in lines:
        for a, b in pairwise(line):
            span = (abs(b[0] - a[0]) + abs(b[1] - a[1])) * 111_700.0
            low_m = min(abs(a[1] - place[1]), abs(b[1] - place[1])) * 110_500.0
            if low_m - span > best:
                continue
            low, high = 0.0, 1.0
            ends = far(place, a), far(place, b)
            if min(ends) - span > best:
                continue
            for _ in range(36):
                one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
                at = [[a[k] + share * (b[k] - a[k]) for k in (0, 1)] for share in (one, other)]
                if far(place, at[0]) < far(place, at[1]):
                    high = other
                else:
                    low = one
            middle = 0.5 * (low + high)
            best = min(best, *ends, far(place, [a[k] + middle * (b[k] - a[k]) for k in (0, 1)]))
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("candidate")
    parser.add_argument("lines", nargs=2)
    parser.add_argument("--points", type=int, default=10_000)
    asked = parser.parse_args()
    points = json.loads(Path(asked.candidate).read_text(encoding="utf-8"))["turning_points"]
    sets = [lines_of(path) for path in asked.lines]
    legs = [(a, b) for a, b in pairwise(points) if a["leg"]]
    chosen = random.Random(1)
    worst = {"turning point": 0.0, "leg": 0.0}
    for number in range(asked.points):
        a, b = chosen.choice(legs)
        way = WGS.InverseLine(a["lat"], a["lon"], b["lat"], b["lon"])
        at = way.Position(way.s13 * (0.0 if number % 2 else chosen.random()))
        one, other = (distance_m((at["lon2"], at["lat2"]), lines) for lines in sets)
        kind = "turning point" if number % 2 else "leg"
        worst[kind] = max(worst[kind], abs(one - other) / 2.0 * max(a["condition"] or 1.0, 1.0))
    for kind, metres in worst.items():
        print(f"{kind}: {metres:.6f} m at most")


if __name__ == "__main__":
    main()
