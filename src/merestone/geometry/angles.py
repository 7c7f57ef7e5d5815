"""Sine and cosine of angles in degrees, to the same last bit on every machine.

Only additions and multiplications are used, which IEEE 754 rounds alike everywhere; the functions
of numpy depend on the processor. Degrees are reduced to ±45 without rounding, which a reduction of
radians could not; so places near longitude 180 are as exact as those near 0. The polynomials are
those of fdlibm (Sun Microsystems 1993, ``k_sin.c`` and ``k_cos.c``), good to 2⁻⁵⁸.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SINE = (
    1.58969099521155010221e-10,
    -2.50507602534068634195e-08,
    2.75573137070700676789e-06,
    -1.98412698298579493134e-04,
    8.33333333332248946124e-03,
    -1.66666666666666324348e-01,
)
_COSINE = (
    -1.13596475577881948265e-11,
    2.08757232129817482790e-09,
    -2.75573143513906633035e-07,
    2.48015872894767294178e-05,
    -1.38888888888741095749e-03,
    4.16666666666666019037e-02,
)
_RADIAN = np.pi / 180.0


def sine_cosine(degrees: Floats) -> tuple[Floats, Floats]:
    """Sine and cosine of angles in degrees of any size, within a unit in the last place or two."""
    turns = np.rint(degrees * (1.0 / 90.0))
    rest = degrees - 90.0 * turns
    rest *= _RADIAN
    square = rest * rest
    sine = _polynomial(square, _SINE)
    sine *= square
    sine *= rest
    sine += rest
    cosine = _polynomial(square, _COSINE)
    cosine *= square
    cosine -= 0.5
    cosine *= square
    cosine += 1.0
    return _turned(sine, cosine, turns)


def _polynomial(square: Floats, coefficients: tuple[float, ...]) -> Floats:
    total = square * coefficients[0]
    for coefficient in coefficients[1:-1]:
        total += coefficient
        total *= square
    total += coefficients[-1]
    return total


def _turned(sine: Floats, cosine: Floats, turns: Floats) -> tuple[Floats, Floats]:
    """The sine and cosine so many right angles further on."""
    first = turns[0] if len(turns) else 0.0
    if (turns == first).all():  # as a rule: places come in neighbourhoods
        quarter = int(first) % 4
        if quarter % 2:
            sine, cosine = cosine, -sine
        return (sine, cosine) if quarter < 2 else (-sine, -cosine)
    quarters = turns - 4.0 * np.floor(turns * 0.25)
    odd = (quarters == 1.0) | (quarters == 3.0)
    sine, cosine = np.where(odd, cosine, sine), np.where(odd, -sine, cosine)
    back = quarters >= 2.0
    return np.where(back, -sine, sine), np.where(back, -cosine, cosine)
