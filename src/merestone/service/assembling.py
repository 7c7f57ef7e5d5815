"""What was chosen for each section, as stretches of lines."""

from dataclasses import asdict, replace
from math import fsum

import numpy as np

from merestone.compare.ground import Ground
from merestone.construct.assembly import Stretch, assembled, cut_to
from merestone.construct.between import chosen_limits
from merestone.construct.drawing import How
from merestone.construct.field import Floats
from merestone.construct.medians import median_between_sources
from merestone.construct.sectioning import sections_named
from merestone.construct.shares import equal_area_between_sources
from merestone.construct.swept import chain
from merestone.errors import BadInputError
from merestone.geometry.lengths import edge_lengths_m
from merestone.model.candidates import Candidate, Leg
from merestone.model.findings import Finding
from merestone.model.results import Section
from merestone.sources.bases import read_base
from merestone.sources.choices import Choice, Choices

_DRAWN = ("median", "equal-area")


def assemble(ground: Ground, choices: Choices, how: How) -> Candidate:
    """The candidate of all choices. Raises BadInputError for a section or choice that cannot be drawn."""
    sections = sections_named(ground.sections, list(choices.sections))
    if any(choice.line in _DRAWN for choice in choices.sections.values()) and not choices.between:
        raise BadInputError(
            "a median or an equal area is chosen, but not between which limits; add between = [ … ]"
        )
    maker = _Maker(ground, choices, how)
    stretches = [maker.stretch(section, choices.sections[section.id]) for section in sections]
    told = {section.id: asdict(choices.sections[section.id]) for section in sections}
    done = assembled(stretches, ground.tracing.pieces, told, ground.case.ellipsoid)
    return replace(done, findings=(*done.findings, *maker.notes))


class _Maker:
    def __init__(self, ground: Ground, choices: Choices, how: How) -> None:
        self._ground, self._choices, self._how = ground, choices, how
        self._parties = (ground.case.parties[0].id, ground.case.parties[1].id)
        self._parted: Candidate | None = None
        self.notes: list[Finding] = []
        """That a median runs where both limits coincide, so that it halves nothing."""

    def stretch(self, section: Section, choice: Choice) -> Stretch:
        stated = {"follows": choice.follows, "moves": choice.moves, "prevails": choice.prevails}
        if choice.line == "median":
            coords, line_type, source = self._median(section), "geodesic", None
        elif choice.line == "equal-area":
            line = self._equal_area(section)
            coords, line_type, source = self._cut(line, section, "the line of equal areas"), "straight", None
        else:
            line, source = self._line(section, choice.line)
            coords, line_type = self._cut(line, section, f"'{choice.line}'"), "straight"
        leg = Leg(line_type, from_source=source, section=section.id, **stated)
        return Stretch(section, choice.line, coords, (leg,) * (len(coords) - 1))

    def _cut(self, line: Floats, section: Section, what: str) -> Floats:
        return cut_to(line, section, what, self._ground.case.ellipsoid)

    def _between(self) -> tuple[str, str]:
        one, other = self._choices.between
        return one, other

    def _median(self, section: Section) -> Floats:
        case = self._ground.case
        drawn = median_between_sources(
            self._ground.tracing, case.sources, self._parties, self._between(), (section,), self._how,
            case.ellipsoid, one_line=True,
        )  # fmt: skip
        self.notes += [note for note in drawn.findings if note.code == "median-coincident"]
        coords = drawn.lines[0].coords
        ends = np.array([section.from_, section.to])
        forth = np.hypot(*(coords[0] - ends[0])) + np.hypot(*(coords[-1] - ends[1]))
        back = np.hypot(*(coords[-1] - ends[0])) + np.hypot(*(coords[0] - ends[1]))
        return coords if forth <= back else coords[::-1].copy()

    def _equal_area(self, section: Section) -> Floats:
        case = self._ground.case
        if self._parted is None:
            self._parted = equal_area_between_sources(
                self._ground.tracing,
                case.sources,
                self._parties,
                self._between(),
                (),
                self._how,
                case.ellipsoid,
            )
        own = [line for line in self._parted.lines if line.piece == section.piece]
        if not own:
            raise BadInputError(f"{section.id}: the two limits do not show its piece")
        return chain(max(own, key=lambda line: line.length_m), case.ellipsoid)

    def _line(self, section: Section, name: str) -> tuple[Floats, str | None]:
        ids = {source.info.id for source in self._ground.case.sources}
        if name.partition(":")[0] in ids:
            chosen = chosen_limits(self._ground.tracing, name, self._parties)
            strands = chosen.pieces.get(section.piece, ())
            if not strands:
                raise BadInputError(
                    f"{section.id}: '{name}' shows nothing of {section.piece}; choose another"
                )
            return self._longest([strand.coords for strand in strands]), chosen.source
        path = self._choices.folder / name
        if not path.is_file():
            raise BadInputError(
                f"{section.id} = '{name}' is no source, median, equal-area nor a file beside the choices;"
                f" the sources are {', '.join(sorted(ids))}"
            )
        base = read_base(section.id, path)
        if base.kind != "lines":
            raise BadInputError(f"{section.id} = '{name}' holds {base.kind}; give a file of lines")
        return self._longest([strand.coords for one in base.features for strand in one.strands]), None

    def _longest(self, lines: list[Floats]) -> Floats:
        ellipsoid = self._ground.case.ellipsoid
        return max(lines, key=lambda line: fsum(edge_lengths_m(line, ellipsoid).tolist()))
