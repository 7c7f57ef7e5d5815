"""What most control points agree on, however wrong the others are."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST = 60
"""Of more points so many, evenly taken, propose a similarity: 1,770 pairs."""


def most_agreed(pixel: Floats, plane: Floats) -> tuple[Floats, Floats]:
    """Where the similarity that half of the points agree on best puts each, and how far off each is.

    (n, 2) metres in the plane, and (n,) metres. Of the similarities through two points the one with the
    least median of the squares (Rousseeuw 1984, doi:10.1080/01621459.1984.10477105); it serves to word
    what is wrong with points, and places nothing.
    """
    w = pixel[:, 0] - 1j * pixel[:, 1]
    z = plane[:, 0] + 1j * plane[:, 1]
    some = np.unique(np.linspace(0, len(w) - 1, min(len(w), _MOST)).round().astype(int)).tolist()
    pairs = np.array(list(combinations(some, 2)))
    one, other = pairs[:, 0], pairs[:, 1]
    b = (z[other] - z[one]) / (w[other] - w[one])
    a = z[one] - b * w[one]
    off = np.abs(a[:, None] + b[:, None] * w[None, :] - z[None, :])
    best = int(np.argmin(np.median(off, axis=1)))
    foretold = a[best] + b[best] * w
    return np.column_stack([foretold.real, foretold.imag]), off[best]
