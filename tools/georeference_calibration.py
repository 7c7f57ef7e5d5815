"""How often the 95 % radius of a georeferenced scan holds: simulated maps of a real line.

Every map is drawn through a known distortion; its control points and the vertices of its line are off by
independent normal errors, as paper and pen leave them. Printed: the share of vertices within the radius that
the control points gave, one vertex a map so that trials are independent, and how often each model was taken.

    python tools/georeference_calibration.py [maps]
"""

import sys
from collections import Counter
from math import sqrt

import numpy as np

from merestone.construct.georeferencing.choosing import chosen, trial_of
from merestone.construct.georeferencing.warps import to_plane
from merestone.model.georeference import ControlPoint, WarpKind

SIGMA_M = 10.0
SIDE_M, SIDE_PX = 40_000.0, 5_000.0
BENDS = {"similarity": (0.0, 0.0), "affine": (0.004, 0.0), "second order": (0.004, 0.003)}
"""Stretch across, and bend, as shares of the sheet: none, 160 m, and 120 m in the middle of an edge."""


def drawn(pixel, stretch, bend):
    """Where the truth has a pixel, metres in the plane."""
    u, v = (pixel[:, 0] / SIDE_PX - 0.5), (0.5 - pixel[:, 1] / SIDE_PX)
    east = u * (1.0 + stretch) + 0.02 * v + 4.0 * bend * v * v
    north = v - 0.02 * u + 4.0 * bend * u * v
    return SIDE_M * np.column_stack([east, north]) + (8_480_000.0, 4_520_000.0)


def trial(rng, count, stretch, bend):
    """Whether a vertex lies within the radius, and the model that was taken."""
    pixel = rng.uniform(0.05, 0.95, (count, 2)) * SIDE_PX
    plane = drawn(pixel, stretch, bend) + rng.normal(0.0, SIGMA_M, (count, 2))
    points = [ControlPoint(str(k), *at, *to, "") for k, (at, to) in enumerate(zip(pixel, plane, strict=True))]
    ground = np.repeat(np.eye(2)[None], count, axis=0)
    area = np.array([0.05, 0.05, 0.95, 0.95]) * SIDE_PX
    best = chosen([trial_of(kind, points, plane, ground, area) for kind in WarpKind])
    vertex = rng.uniform(0.2, 0.8, (1, 2)) * SIDE_PX
    truth = drawn(vertex, stretch, bend) + rng.normal(0.0, SIGMA_M, (1, 2))
    off_m = float(np.hypot(*(to_plane(best.fit.warp, vertex) - truth)[0]))
    return off_m <= best.tried.radius_95_m, best.tried.kind, best.tried.radius_95_m


def main(maps):
    print("| drawn through | points | within the 95 % radius | median radius | models taken |")
    print("| --- | --- | --- | --- | --- |")
    for name, bend in BENDS.items():
        for count in (6, 9, 16, 30):
            rng = np.random.default_rng([count, len(name)])
            done = [trial(rng, count, *bend) for _ in range(maps)]
            share = float(np.mean([one[0] for one in done]))
            taken = Counter(one[1] for one in done)
            said = ", ".join(f"{kind} {number / maps:.0%}" for kind, number in taken.most_common(3))
            radius = float(np.median([one[2] for one in done]))
            error = sqrt(share * (1.0 - share) / maps)
            print(f"| {name} | {count} | {share:.1%} ± {error:.1%} | {radius:.0f} m | {said} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
