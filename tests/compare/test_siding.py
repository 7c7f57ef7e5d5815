"""Lines that name no parties: which get sides, and which way round."""

import numpy as np
import pytest
import shapely

from merestone.compare.mirror import mirror
from merestone.compare.overlay import overlay
from merestone.compare.run import compare
from merestone.compare.siding import with_sides
from merestone.model.lines import Limit, SourceLimits, Strand, Tracing
from merestone.model.settings import Settings
from merestone.model.sources import Case, Party, Source, SourceInfo, SourceKind
from merestone.publish.jsonform import comparison_json

PARTIES = (Party("ARM", {}), Party("AZE", {}))
CORRIDOR = shapely.MultiPolygon([shapely.box(44.5, 39.5, 45.5, 40.5)])
WEST = shapely.MultiPolygon([shapely.box(44, 39, 45, 41)])
EAST = shapely.MultiPolygon([shapely.box(45, 39, 46, 41)])
LINE = np.array([[45.02, 39.0], [45.05, 39.8], [45.01, 40.2], [45.03, 41.0]])


def two_sided(west="ARM", east="AZE"):
    info = SourceInfo("areas", SourceKind.TWO_SIDED, "0" * 64, "areas")
    return Source(info, {west: WEST, east: EAST}, None, None, None, ())


def lines_source(*lines):
    info = SourceInfo("lines", SourceKind.LINES, "0" * 64, "lines")
    return Source(info, {}, shapely.MultiLineString(list(lines)), None, None, ())


def traced(*lines, sided=False):
    strands = tuple(Strand(np.array(line), True, False) for line in lines)
    limits = (
        Limit("lines/M1", "lines", None, "M1", strands, sided, 1.0, 4),
        Limit("areas/M1", "areas", None, "M1", strands[:1], True, 1.0, 4),
    )
    made = [SourceLimits(limit.source, (limit,), (), (), (), ()) for limit in limits]
    return Tracing(tuple(made), None, (), ())


def limit_of(tracing, source="lines"):
    return next(traced.limits[0] for traced in tracing.sources if traced.source == source)


def within(line):
    """The middle part of a line, as a limit may be only a part of what is drawn."""
    return line[1:3]


@pytest.mark.parametrize("turned", [False, True], ids=["northward", "southward"])
@pytest.mark.parametrize(("west", "east"), [("ARM", "AZE"), ("AZE", "ARM")])
def test_the_party_first_by_id_comes_to_lie_on_the_left(turned, west, east):
    line = LINE[::-1] if turned else LINE
    laid = overlay(PARTIES, [two_sided(west, east), lines_source(line)], CORRIDOR)
    found = limit_of(with_sides(traced(within(line)), laid))
    assert found.sided
    (strand,) = found.strands
    # Northward the west is on the left.
    northward = strand.coords[-1, 1] > strand.coords[0, 1]
    assert northward == (west == "ARM")
    kept = northward != turned
    assert (strand.open_start, strand.open_end) == ((True, False) if kept else (False, True))
    expected = within(line) if kept else within(line)[::-1]
    np.testing.assert_array_equal(strand.coords, expected)


def test_lines_that_part_nothing_stay_without_sides():
    short = LINE[:3]
    laid = overlay(PARTIES, [two_sided(), lines_source(short)], CORRIDOR)
    tracing = traced(within(short))
    assert limit_of(with_sides(tracing, laid)) is limit_of(tracing)


def test_a_line_beside_one_that_parts_has_no_sides():
    beside = np.array([[45.2, 39.7], [45.25, 39.9]])
    laid = overlay(PARTIES, [two_sided(), lines_source(LINE, beside)], CORRIDOR)
    assert not limit_of(with_sides(traced(beside), laid)).sided
    # One strand without sides is enough to leave a limit without.
    assert not limit_of(with_sides(traced(within(LINE), beside), laid)).sided


def test_other_limits_and_sources_stay():
    laid = overlay(PARTIES, [two_sided(), lines_source(LINE)], CORRIDOR)
    tracing = traced(within(LINE), sided=True)
    done = with_sides(tracing, laid)
    assert limit_of(done) is limit_of(tracing)
    assert limit_of(done, "areas") is limit_of(tracing, "areas")


@pytest.mark.parametrize("turned", [False, True], ids=["northward", "southward"])
def test_in_the_whole_run_their_offsets_have_signs_and_mirror(turned):
    """West is ARM's; the line lies east of the border, so it is displaced toward AZE."""
    lat = np.linspace(39.6, 40.4, 30)
    border = np.stack([45.0 + 0.001 * np.sin(lat * 40), lat], axis=1)
    drawn = np.stack([border[:, 0] + 0.004, lat], axis=1)
    drawn = np.concatenate([[[45.004, 39.3]], drawn, [[45.004, 40.7]]])

    def case(west, east):
        sides = {
            west: shapely.MultiPolygon([shapely.Polygon([*border, (44.0, 40.4), (44.0, 39.6)])]),
            east: shapely.MultiPolygon([shapely.Polygon([*border, (46.0, 40.4), (46.0, 39.6)])]),
        }
        info = SourceInfo("areas", SourceKind.TWO_SIDED, "0" * 64, "areas")
        sources = (Source(info, sides, None, None, None, ()), lines_source(drawn[::-1] if turned else drawn))
        return Case("case", "0" * 64, west, PARTIES, Settings(corridor_m=3000.0), sources, (), ())

    tool = {"name": "merestone", "version": "0", "libraries": {}}
    found = compare(case("ARM", "AZE"), tool=tool)
    offsets = {pair.from_: pair.offsets_m.main for pair in found.pairs}
    assert (offsets["areas"].toward, offsets["lines"].toward) == ("AZE", "ARM")
    # 0.004 degrees of longitude at 40 degrees north, less what the waves slant: 320 to 342 m.
    assert 320.0 < offsets["areas"].signed_mean < 342.0
    assert offsets["areas"].signed_mean == pytest.approx(offsets["areas"].mean_abs)
    assert comparison_json(mirror(found)) == comparison_json(compare(case("AZE", "ARM"), tool=tool))
