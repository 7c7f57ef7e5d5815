"""Accuracy: the radius in metres within which the true place lies with 95 %.

Circular normal error with standard deviation sigma per axis; conversions by DESIGN section 4 and
FGDC-STD-007.3-1998, appendix 3-A; the scale rule is that of the United States National Map
Accuracy Standards (1947) down to 1:250,000 and 1 mm at map scale for smaller scales.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

CE95_PER_SIGMA = sqrt(log(20.0) * 2.0)
"""2.4477: radius of the 95 % circle of a circular normal error, in standard deviations per axis."""
Z_95 = 1.959963984540054
"""95 % of a normal error lie within so many standard deviations to either hand."""
_CE95_PER_CE90 = sqrt(log(20.0) / log(10.0))
_CE95_PER_MEAN = sqrt(log(20.0) * 4.0 / 3.141592653589793)
"""1.9530: the mean radial error is sigma times sqrt(pi / 2)."""


class Measure(StrEnum):
    """What a stated accuracy figure measures."""

    SIGMA = "sigma"
    RMSE = "RMSE"
    MEAN = "mean"
    CE90 = "CE90"
    CE95 = "CE95"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A stated or assumed accuracy. ``metres`` is None only for ``Measure.SCALE``."""

    measure: Measure
    metres: float | None = None
    assumed: bool = False
    assumed_by: str | None = None
    reason: str | None = None


def radius_95_m(accuracy: Accuracy | None, scale: float | None) -> float | None:
    """The 95 % radius in metres, or None where nothing is known.

    ``scale`` is the denominator of the map scale (10_000_000 for 1:10,000,000).
    """
    if accuracy is None:
        return None
    if accuracy.measure is Measure.SCALE:
        return None if scale is None else _radius_by_scale_m(scale)
    if accuracy.metres is None:
        return None
    per_metre = {
        Measure.SIGMA: CE95_PER_SIGMA,
        Measure.RMSE: sqrt(log(20.0)),
        Measure.MEAN: _CE95_PER_MEAN,
        Measure.CE90: _CE95_PER_CE90,
        Measure.CE95: 1.0,
    }
    return accuracy.metres * per_metre[accuracy.measure]


def _radius_by_scale_m(scale: float) -> float:
    if scale > 250_000:
        return 0.001 * scale
    ce90_mm = 0.847 if scale < 20_000 else 0.508
    return ce90_mm / 1000.0 * scale * _CE95_PER_CE90
