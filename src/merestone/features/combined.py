"""What sources that mean the same line say together of places."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from merestone.compare.ground import Ground
from merestone.features.labels import LabelSource
from merestone.features.located import AtSource, SameLine
from merestone.uncertainty.agreeing import agreements_of
from merestone.uncertainty.sides import SideModel, SideProbabilities
from merestone.uncertainty.together import Alone, Group, Together, groups_of

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Combiner:
    """The lists of ``same_line`` of a dossier, ready to be asked about places."""

    def __init__(
        self, ground: Ground, says: Mapping[str, LabelSource], sides: Mapping[str, SideModel]
    ) -> None:
        models = {id_: side.model for id_, side in sides.items()}
        self._lines = [
            _Line(group, ground, says, sides) for group in groups_of(ground.case, ground.families, models)
        ]

    def at(self, lonlat: Floats, place_95_m: Floats, found: Mapping[str, AtSource]) -> tuple[SameLine, ...]:
        """For (n, 2) places with a 95 % radius (n,), of which each source by itself says ``found``."""
        return tuple(line.at(lonlat, place_95_m, found) for line in self._lines)


class _Line:
    """One list of sources that mean the same line."""

    def __init__(
        self,
        group: Group,
        ground: Ground,
        says: Mapping[str, LabelSource],
        sides: Mapping[str, SideModel],
    ) -> None:
        self._group = group
        self._says = says
        self._together = Together(group, sides, ground.case.ellipsoid)
        models = {id_: side.model for id_, side in sides.items()}
        tests = agreements_of(group.members, models, ground.sections, ground.stations, ground.case.ellipsoid)
        failed = {test.section for test in tests if not test.holds}
        # The last, at −1, stands for no section.
        self._failed = np.array([*(section.id in failed for section in ground.sections), False])

    def at(self, lonlat: Floats, place_95_m: Floats, found: Mapping[str, AtSource]) -> SameLine:
        """As `Combiner.at`. A place belongs to the section that its most accurate source gives it."""
        section = np.full(len(lonlat), -1)
        for member in reversed(self._group.members):
            own = found[member].section
            section = np.where(own >= 0, own, section)
        alone = {id_: self._alone(self._says[id_], found[id_]) for id_ in self._group.members}
        said = self._together.at(lonlat, place_95_m, alone, self._failed[section])
        likely = sorted({code for id_ in self._group.sources for code in found[id_].p_labels})
        return SameLine(self._group.sources, said.p[:, likely], tuple(likely), *said.verdicts())

    def _alone(self, says: LabelSource, at: AtSource) -> Alone:
        labels = says.vocabulary.labels
        p = np.zeros((len(at.label), len(labels)))
        p[:, at.p_labels] = at.p
        unsaid = np.isnan(at.p).any(axis=1)
        p[unsaid] = np.nan
        reason = np.where(unsaid, at.reason, 0).astype(np.int8)
        # On the limit a place has no side, and a distance all the same.
        signed_m = np.where((at.sign != 0) | (at.distance_m == 0.0), at.sign * at.distance_m, np.nan)
        said = SideProbabilities(labels, p, reason, np.ones(len(p), dtype=bool))
        return Alone(said, signed_m, says.codes_at)
