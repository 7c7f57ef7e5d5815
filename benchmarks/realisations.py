"""1,000 realisations of a correlated error along a line of 20,000 vertices, against the Cholesky factor.

    python benchmarks/realisations.py [VERTICES] [REALISATIONS]

Three ways to the same field, a Matérn field of order 3/2 and length 10 km, in one run, each in a process
of its own on one thread of linear algebra: `line` is the recursion along the line, `places` draws by
straight distances on a line that meanders, `cholesky` factors the whole covariance and multiplies. Processor
time, and the most memory that a process held. Cholesky of 20,000 vertices takes minutes and some 10 GB.
"""

import os
import resource
import subprocess
import sys
import time

VERTICES, REALISATIONS = 20_000, 1_000
LENGTH_M, STEP_M = 10_000.0, 45.0
WAYS = ("line", "places", "cholesky")


def main():
    vertices, count = (
        int(word) for word in (sys.argv[1:3] + [str(VERTICES), str(REALISATIONS)][len(sys.argv[1:3]) :])
    )
    print(f"{count:,} realisations along {vertices:,} vertices")
    print(f"{'way':10} {'seconds':>9} {'MB':>7} {'times':>7} {'deviation':>10} {'correlation':>12}")
    found = {way: measured(way, vertices, count) for way in WAYS}
    for way, (seconds, megabytes, deviation, correlation) in found.items():
        times = found["cholesky"][0] / seconds
        print(f"{way:10} {seconds:9.2f} {megabytes:7.0f} {times:7.1f} {deviation:10.4f} {correlation:12.4f}")
    print(
        "the formula gives a deviation of 1 and, at a length along a straight line, a correlation of 0.4834"
    )


def measured(way, vertices, count):
    """Seconds, megabytes and two figures that tell whether the field is right; the best of some runs."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    best = None
    for _ in range(1 if way == "cholesky" else 3):
        command = [sys.executable, __file__, "--one", way, str(vertices), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        figures = tuple(float(word) for word in done.stdout.split())
        best = figures if best is None else min(best, figures)
    return best


def one(way, vertices, count):
    import numpy as np

    from merestone.uncertainty.fields import along_line, at_places, generator

    at_m = np.arange(vertices) * STEP_M
    begun = time.process_time()
    if way == "line":
        field = along_line(at_m, LENGTH_M, generator(1, way), count)
    elif way == "places":
        places_m = np.column_stack([at_m * 0.6, 8_000.0 * np.sin(at_m / 12_000.0)])
        field = at_places(places_m, LENGTH_M, generator(1, way), count)
    else:
        field = by_cholesky(np, at_m, count)
    seconds = time.process_time() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    step = round(LENGTH_M / STEP_M)
    correlation = (
        float((field[:-step:step] * field[step::step]).mean()) if vertices > 2 * step else float("nan")
    )
    print(seconds, megabytes, float(field.std()), correlation)


def by_cholesky(np, at_m, count):
    """As the textbooks do it; in place where that saves memory."""
    covariance = np.abs(at_m[:, None] - at_m[None])
    covariance *= np.sqrt(3.0) / LENGTH_M
    covariance = (1.0 + covariance) * np.exp(-covariance)
    covariance[np.diag_indices(len(at_m))] += 1e-9
    factor = np.linalg.cholesky(covariance)
    del covariance
    return factor @ np.random.default_rng(1).standard_normal((len(at_m), count))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
