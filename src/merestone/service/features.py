"""Features of a dossier alone: what each source shows of roads, waters, rivers, districts and places."""

from dataclasses import dataclass, replace

from merestone.features.arrangements import with_states
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison
from merestone.publish.featuresform import features_json
from merestone.service.enrich import compared
from merestone.service.workbench import Dossier
from merestone.sources.carried import day_of


@dataclass(frozen=True, slots=True)
class FeaturesRun:
    """The comparison with its features, and the bytes of ``merestone features --json``."""

    comparison: Comparison
    as_of: str | None
    json: bytes


def features_of(dossier: Dossier, *, as_of: str | None = None, progress: Progress = silent) -> FeaturesRun:
    """Everything that lies along the line of `dossier`; nothing is written.

    ``as_of`` is a day, YYYY-MM-DD, on which arrangements are open, closed or expired; without it
    their state is null. Raises UsageError for what is no day.
    """
    day = None if as_of is None else day_of(as_of)
    comparison = compared(dossier.read(progress=progress), progress=progress)
    if day is not None and "roads" in comparison.features:
        roads = with_states(comparison.features["roads"], day)
        comparison = replace(comparison, features={**comparison.features, "roads": roads})
    return FeaturesRun(comparison, day, features_json(comparison, day))
