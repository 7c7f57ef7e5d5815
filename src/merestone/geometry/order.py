"""An order in which neighbours in a list are neighbours in space."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_SAMPLE = 256
"""Blocks looked at to judge an order."""
_BITS = 16
"""Bits of a coordinate that the order goes by."""


def neighbourly(place: Floats, block: int) -> Indices | None:
    """An order of places (3, n) in which blocks of ``block`` are compact; None: they stand so already.

    Places that follow a line are left alone: their blocks are short. Others are put in `z_order`.
    """
    if place.shape[1] <= block or _compact(place, block):
        return None
    return z_order(place)


def z_order(place: Floats) -> Indices:
    """The order of places (3, n) along a Z-shaped curve through space (Morton 1966)."""
    low = place.min(axis=1)
    scale = (2.0**_BITS - 1.0) / max(float((place.max(axis=1) - low).max()), 1e-9)
    code = np.zeros(place.shape[1], dtype=np.uint64)
    for axis in range(3):
        code |= _spread(((place[axis] - low[axis]) * scale).astype(np.uint64)) << np.uint64(axis)
    return np.argsort(code, kind="stable")


def _compact(place: Floats, block: int) -> bool:
    """Whether typical blocks are no larger than if the places filled a square of their extent."""
    blocks = place.shape[1] // block
    chosen = np.unique(np.linspace(0, blocks - 1, min(_SAMPLE, blocks)).astype(np.intp))
    some = place[:, : blocks * block].reshape(3, blocks, block)[:, chosen]
    size = np.sqrt(np.square(np.ptp(some, axis=2)).sum(axis=0))
    extent = np.sqrt(np.square(np.ptp(some, axis=(1, 2))).sum())
    return bool(np.median(size) <= extent / np.sqrt(blocks))


def _spread(code: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The bits of 16-bit numbers with two places left free after each."""
    for shift, mask in ((16, 0xFF0000FF), (8, 0xF00F00F00F), (4, 0xC30C30C30C3), (2, 0x249249249249)):
        code = (code | (code << np.uint64(shift))) & np.uint64(mask)
    return code
