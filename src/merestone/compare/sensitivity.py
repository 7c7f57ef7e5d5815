"""How far verdicts hang on the tolerance and on assumed accuracies: both halved and doubled.

Nothing is measured anew: the offsets of the comparison are judged again under each variation. The
axis and the sections stay those of the comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from merestone.compare.accuracies import accuracies, radius_of
from merestone.compare.axis import station_weights_m
from merestone.compare.verdicts import VERDICTS, classify, shown_by_families
from merestone.model.results import Comparison, Section, StationOffsets, Verdict
from merestone.model.sources import Case

TOLERANCE = "tolerance"
ASSUMED_ACCURACY = "assumed-accuracy"
_FACTORS = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Variation:
    """One way of judging again. ``tolerance_m`` is the one used, ``assumed_factor`` multiplies every
    assumed accuracy; ``verdict_km`` is the length of the axis by verdict, station by station, and
    ``changed_km`` the length of the axis whose verdict is another than without the variation."""

    tolerance_m: float
    assumed_factor: float
    verdict_km: Mapping[str, float]
    changed_km: float


@dataclass(frozen=True, slots=True)
class SectionSensitivity:
    """A section of which some part changes its verdict.

    ``hangs_on`` has ``tolerance`` or ``assumed-accuracy`` where halving or doubling it gives more
    than half of the section's length another verdict; ``changed_km`` is the largest length that
    changes, by what is varied.
    """

    section: str
    verdict: Verdict
    hangs_on: tuple[str, ...]
    changed_km: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The comparison judged as it is (``base``) and under each variation."""

    base: Variation
    variations: tuple[Variation, ...]
    sections: tuple[SectionSensitivity, ...]
    assumed_sources: tuple[str, ...]
    """Sources whose accuracy is assumed and was varied."""


def sensitivity(case: Case, comparison: Comparison) -> Sensitivity:
    """Judge the stations of `comparison` again with tolerance and assumed accuracies changed."""
    judge = _Judge(case, comparison)
    tolerance_m = case.settings.tolerance_m
    plain = judge.verdicts(tolerance_m, 1.0)
    varied = {
        TOLERANCE: [(tolerance_m * factor, 1.0) for factor in _FACTORS],
        ASSUMED_ACCURACY: [(tolerance_m, factor) for factor in _FACTORS],
    }
    verdicts = {name: [judge.verdicts(*how) for how in ways] for name, ways in varied.items()}
    variations = [
        judge.variation(*how, plain, found)
        for name, ways in varied.items()
        for how, found in zip(ways, verdicts[name], strict=True)
    ]
    sections = [judge.section(section, plain, verdicts) for section in comparison.sections]
    return Sensitivity(
        base=judge.variation(tolerance_m, 1.0, plain, plain),
        variations=tuple(variations),
        sections=tuple(section for section in sections if any(section.changed_km.values())),
        assumed_sources=tuple(sorted(s for s, radius in judge.radii.items() if radius.assumed)),
    )


class _Judge:
    """The stations of a comparison, by piece, ready to be judged again."""

    def __init__(self, case: Case, comparison: Comparison) -> None:
        self.radii = {source.info.id: radius_of(source.info) for source in case.sources}
        self.families = comparison.families
        self.ellipsoid = case.ellipsoid
        self.stations: Mapping[str, StationOffsets] = {at.piece: at for at in comparison.shapes.stations}
        self.weight_m = {piece: station_weights_m(at) for piece, at in self.stations.items()}

    def verdicts(self, tolerance_m: float, assumed_factor: float) -> Mapping[str, np.ndarray]:
        """Verdict of every station by piece."""
        known = accuracies({source: radius.scaled(assumed_factor) for source, radius in self.radii.items()})
        return {
            piece: classify(shown_by_families(at, self.families, known), known, tolerance_m, self.ellipsoid)[
                0
            ]
            for piece, at in self.stations.items()
        }

    def variation(
        self,
        tolerance_m: float,
        assumed_factor: float,
        plain: Mapping[str, np.ndarray],
        found: Mapping[str, np.ndarray],
    ) -> Variation:
        length_m = np.zeros(len(VERDICTS))
        changed_m = 0.0
        for piece, verdict in found.items():
            length_m += np.bincount(verdict, self.weight_m[piece], minlength=len(VERDICTS))
            changed_m += float(self.weight_m[piece][verdict != plain[piece]].sum())
        verdict_km = dict(zip(map(str, VERDICTS), (length_m / 1000.0).tolist(), strict=True))
        return Variation(tolerance_m, assumed_factor, verdict_km, changed_m / 1000.0)

    def section(
        self,
        section: Section,
        plain: Mapping[str, np.ndarray],
        verdicts: Mapping[str, Sequence[Mapping[str, np.ndarray]]],
    ) -> SectionSensitivity:
        at_km = self.stations[section.piece].chainage_m / 1000.0
        on = (at_km >= section.from_km) & (at_km <= section.to_km)
        weight_m, before = self.weight_m[section.piece][on], plain[section.piece][on]
        changed_km = {
            name: max(float(weight_m[found[section.piece][on] != before].sum()) for found in ways) / 1000.0
            for name, ways in verdicts.items()
        }
        half_km = float(weight_m.sum()) / 2000.0
        hangs_on = tuple(name for name, changed in changed_km.items() if changed > half_km)
        return SectionSensitivity(section.id, section.verdict, hangs_on, changed_km)
