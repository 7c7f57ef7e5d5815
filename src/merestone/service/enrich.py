"""What stands in a comparison: the sources compared, then what rests on that, step after step.

Each step takes the case and the comparison so far and gives the comparison with its own part filled
in. The case has its parties, sources and layers in order, so nothing depends on the order of a dossier.
"""

from collections.abc import Callable

from merestone.compare.run import compare, in_order
from merestone.features.placestep import with_places
from merestone.features.run import with_features
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison
from merestone.model.sources import Case
from merestone.service.result import Comparison as PublicComparison
from merestone.service.result import from_model
from merestone.service.versions import tool
from merestone.uncertainty.assess import assessed

Step = Callable[[Case, Comparison, Progress], Comparison]

_STEPS: tuple[Step, ...] = (assessed, with_features, with_places)
"""In this order: how sure it is, then what lies on which side."""


def compared(case: Case, *, progress: Progress = silent) -> PublicComparison:
    """Compare every source of `case` and add all that a comparison holds."""
    comparison = compare(case, tool=tool(), progress=progress)
    return from_model(enriched(case, comparison, progress=progress))


def enriched(case: Case, comparison: Comparison, *, progress: Progress = silent) -> Comparison:
    """`comparison` of `case` with every step taken."""
    ordered = in_order(case)
    for step in _STEPS:
        comparison = step(ordered, comparison, progress)
    return comparison
