"""What single places are held against: limits, labels of lines and sections, without the whole comparison."""

from collections.abc import Mapping
from dataclasses import dataclass

from merestone.compare.along import along_axis
from merestone.compare.families import drawing_of, families
from merestone.compare.overlay import overlay, regions_of
from merestone.compare.run import in_order, limit_lines, measured_of
from merestone.compare.siding import with_sides
from merestone.geometry.corridor import corridor
from merestone.lines.trace import trace
from merestone.model.lines import Tracing
from merestone.model.progress import Progress, silent
from merestone.model.results import Comparison, Family, Regions, Section, StationOffsets
from merestone.model.sources import Case, SourceKind


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A case in order, its limits, what lines-only sources part off (by source id), its families, and
    the sections and stations of its axis."""

    case: Case
    tracing: Tracing
    regions: Mapping[str, Regions]
    families: tuple[Family, ...]
    sections: tuple[Section, ...]
    stations: tuple[StationOffsets, ...]


def ground_of(case: Case, progress: Progress = silent) -> Ground:
    """Trace the limits of `case` and cut its axis into sections, as a comparison does.

    The land is laid over itself only where lines of a lines-only source need it for their labels;
    pairs, differences and areas are left out.
    """
    case = in_order(case)
    tracing = trace(case.parties, case.sources, case.settings, case.ellipsoid, progress)
    regions: Mapping[str, Regions] = {}
    if any(source.info.kind is SourceKind.LINES for source in case.sources):
        progress("corridor")
        around = corridor(limit_lines(tracing), case.settings.corridor_m, case.ellipsoid)
        laid = overlay(case.parties, case.sources, around, case.ellipsoid, progress)
        tracing = with_sides(tracing, laid, case.ellipsoid)
        regions = regions_of(laid)
    measured = measured_of(case, tracing)
    drawings = [drawing_of(source, measured[source.info.id].target) for source in case.sources]
    copies = families(drawings, case.ellipsoid)
    along = along_axis(case, tracing, measured, copies, progress)
    return Ground(case, tracing, regions, copies, along.sections.sections, along.stations)


def ground_under(case: Case, comparison: Comparison) -> Ground:
    """The same from a finished comparison of `case`, which is in order."""
    shapes = comparison.shapes
    return Ground(
        case, shapes.tracing, shapes.regions, comparison.families, comparison.sections, shapes.stations
    )
