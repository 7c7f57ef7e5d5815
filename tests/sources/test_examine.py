"""What ``check`` finds in sources beyond reading them."""

import numpy as np
import pytest
import shapely

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.catalogue import CATALOGUE
from merestone.model.catalogue.reading import READING
from merestone.model.ellipsoid import WGS84
from merestone.model.lines import Limit, SourceLimits, Strand, Tracing
from merestone.model.sources import SourceKind, Standing
from merestone.sources.dossier import read_dossier
from merestone.sources.examine import examine
from merestone.sources.load import load_case
from merestone.sources.parting import findings_of_lines
from merestone.sources.sheets import sheet_edges

KNOWN = {
    "date": "2020",
    "licence": "CC0-1.0",
    "publisher": "Someone",
    "standing": Standing(offered_by=("AAA",)),
}


SIDES = {
    "AAA": shapely.Polygon([(45.0, 40.1), (45.5, 40.0), (45.5, 41.0), (45.1, 40.9)]),
    "BBB": shapely.Polygon([(45.5, 40.0), (46.0, 40.1), (45.9, 40.9), (45.5, 41.0)]),
}
"""No edge of them but the shared one runs along a meridian or parallel, as a sheet edge would."""
BOTH = list(SIDES.items())


def found(workshop, *sources, layers=(), tracing=None):
    spec = workshop.spec(*sources, layers=layers)
    case = load_case(spec, None, sha256="", oriented="")
    lines = findings_of_lines(case, tracing) if tracing is not None else ()
    return (*examine(case, spec), *lines)


def codes(findings):
    return [note.code for note in findings]


@pytest.fixture
def known(workshop):
    """A source of which everything is known."""
    return workshop.source(workshop.geojson("one.geojson", BOTH), **KNOWN)


def test_nothing_to_say_of_a_source_that_is_known(workshop, known):
    assert found(workshop, known) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date": None}, "date-unknown"),
        ({"licence": None}, "licence-unknown"),
        ({"publisher": None}, "publisher-unknown"),
        ({"standing": Standing()}, "standing-none"),
        ({"standing": Standing(available_to=("AAA", "BBB"))}, "standing-none"),
        ({"accuracy": None}, "accuracy-unknown"),
        ({"accuracy": Accuracy(Measure.SCALE)}, "accuracy-unknown"),
        (
            {"accuracy": Accuracy(Measure.CE95, 50.0, assumed=True, assumed_by="X", reason="Y")},
            "accuracy-assumed",
        ),
        (
            {"crs": "+proj=longlat +ellps=krass +towgs84=25,-141,-78.5,0,0.35,0.736,0"},
            "operation-accuracy-unknown",
        ),
    ],
)
def test_what_is_not_known_is_said(workshop, change, code):
    source = workshop.source(workshop.geojson("one.geojson", BOTH), **KNOWN | change)
    (note,) = found(workshop, source)
    assert note.code == code
    assert note.source == "one"
    assert "one.geojson" in note.message


def test_an_assumed_accuracy_names_who_and_why(workshop):
    accuracy = Accuracy(
        Measure.CE90, 100.0, assumed=True, assumed_by="the authors", reason="nothing is stated"
    )
    (note,) = found(
        workshop,
        workshop.source(workshop.geojson("one.geojson", BOTH), **KNOWN | {"accuracy": accuracy}),
    )
    assert "by the authors (nothing is stated)" in note.message
    assert note.values["radius_95_m"] == pytest.approx(114.063, abs=1e-3)


def test_an_accepted_source_has_standing(workshop):
    source = workshop.source(
        workshop.geojson("one.geojson", BOTH), **KNOWN | {"standing": Standing(accepted_by=("BBB",))}
    )
    assert found(workshop, source) == ()


def test_enclaves_are_told_for_both_parties(workshop):
    """Three levels: land of AAA within an enclave of BBB within the land of AAA."""
    middle, inner = (shapely.box(45.2 + d, 40.4 + d, 45.4 - d, 40.6 - d) for d in (0.0, 0.05))
    aaa = shapely.MultiPolygon([SIDES["AAA"] - middle, inner])
    bbb = shapely.MultiPolygon([SIDES["BBB"], middle - inner])
    notes = found(
        workshop, workshop.source(workshop.geojson("one.geojson", [("AAA", aaa), ("BBB", bbb)]), **KNOWN)
    )
    assert [
        (note.code, note.values["party"], note.values["within"], note.values["count"]) for note in notes
    ] == [
        ("enclave-shown", "AAA", "BBB", 1),
        ("enclave-shown", "BBB", "AAA", 1),
    ]
    assert shapely.Point(notes[0].place).within(inner)
    assert shapely.Point(notes[1].place).within(middle - inner)


def test_a_party_whose_land_is_all_enclosed_is_no_enclave(workshop):
    hole, land = (shapely.Point(45.3, 40.5).buffer(radius) for radius in (0.1, 0.4))
    source = workshop.source(workshop.geojson("one.geojson", [("AAA", hole), ("BBB", land - hole)]), **KNOWN)
    assert found(workshop, source) == ()


def test_an_enclave_that_both_sides_claim_is_told(workshop):
    both = shapely.Point(45.3, 40.5).buffer(0.1)
    sides = [
        ("AAA", SIDES["AAA"]),
        ("BBB", shapely.MultiPolygon([SIDES["BBB"], both])),
    ]
    (note,) = found(workshop, workshop.source(workshop.geojson("one.geojson", sides), **KNOWN))
    assert (note.code, note.values["party"], note.values["count"]) == ("enclave-shown", "BBB", 1)


def test_holes_that_are_lakes(workshop):
    lake, other = shapely.box(45.1, 40.2, 45.2, 40.3), shapely.box(45.3, 40.2, 45.31, 40.21)
    sides = [("AAA", SIDES["AAA"] - lake - other), ("BBB", SIDES["BBB"])]
    waters = workshop.geojson(
        "waters.geojson",
        [("Sevan", shapely.box(45.101, 40.2, 45.2, 40.3)), ("far", shapely.box(45.8, 40, 45.9, 40.1))],
    )
    layer = workshop.layer("waters", waters, names={"und": "party"}, licence="CC0-1.0")
    (note,) = found(
        workshop, workshop.source(workshop.geojson("one.geojson", sides), **KNOWN), layers=[layer]
    )
    assert (note.code, note.values["count"], note.values["names"]) == ("holes-are-lakes", 1, ["Sevan"])
    assert shapely.Point(note.place).within(lake)


def test_a_layer_without_licence_is_noted(workshop, known):
    layer = workshop.layer("waters", "one.geojson")
    (note,) = found(workshop, known, layers=[layer])
    assert (note.code, note.source) == ("licence-unknown", None)
    assert "layer one.geojson" in note.message


# -- sheet edges ------------------------------------------------------------------------------------


def with_cut(at=45.5):
    """BBB cut off at a meridian although AAA ends farther west; its other outline is ragged."""
    ragged = [(46 + 0.01 * (k % 2), 40 + k / 10) for k in range(11)]
    aaa = shapely.Polygon(
        [(44, 40.2), *[(45.3 + 0.01 * (k % 2), 40 + k / 10) for k in range(11)], (44.01, 40.5)]
    )
    return [("AAA", aaa), ("BBB", shapely.Polygon([(at, 40.05), *ragged, (at, 40.95)]))]


def test_a_straight_cut_along_a_meridian_is_noted_with_a_proposal(workshop):
    (note,) = found(workshop, workshop.source(workshop.geojson("one.geojson", with_cut()), **KNOWN))
    assert note.code == "sheet-edge"
    assert (note.values["party"], note.values["degrees"], note.values["line"]) == (
        "BBB",
        45.5,
        "the meridian of",
    )
    assert note.values["covers"] == [45.5, 40.0, 47.0, 41.0]
    assert note.values["length_km"] == pytest.approx(0.9 * 111.04, rel=1e-3)
    assert note.place == pytest.approx((45.5, 40.5))


def test_a_cut_along_a_parallel(workshop):
    turned = [(party, shapely.transform(shape, lambda xy: xy[:, ::-1])) for party, shape in with_cut()]
    (note,) = found(workshop, workshop.source(workshop.geojson("one.geojson", turned), **KNOWN))
    assert (note.values["line"], note.values["covers"]) == ("the parallel of", [40.0, 45.5, 41.0, 47.0])


def test_a_cut_that_the_dossier_knows_of_is_no_warning(workshop):
    name = workshop.geojson("one.geojson", with_cut())
    (note,) = found(workshop, workshop.source(name, covers={"bbox": [45.5, 40, 47, 41]}, **KNOWN))
    assert (note.code, note.severity) == ("sheet-edge-covered", "info")


def test_a_straight_common_limit_is_no_cut(workshop, known):
    # The sides share the meridian of 45.5, where all land of each ends.
    assert found(workshop, known) == ()
    alone = workshop.source("one.geojson", "two", **KNOWN | {"side": {"BBB": "party = 'BBB'"}})
    assert found(workshop, known, alone) == ()  # the other source bears it out


def test_a_straight_end_far_from_the_other_party_does_not_matter(workshop):
    far = [("AAA", shapely.box(45, 40, 45.5, 41)), ("BBB", shapely.box(46.5, 40, 47, 41))]
    source = workshop.source(workshop.geojson("one.geojson", far), **KNOWN)
    assert found(workshop, source) == ()


def test_a_cut_needs_five_kilometres_and_the_end_of_all_land(shipped_dossier):
    case = load_case(read_dossier(shipped_dossier), None, sha256="", oriented="")
    cuts = {
        source.info.id: [
            (one.party, one.axis, one.value_deg, one.covers)
            for one in sheet_edges(source, [o for o in case.sources if o is not source], 25_000.0, WGS84)
        ]
        for source in case.sources
    }
    assert cuts.pop("dcw") == [("AZE", 0, 45.0, (45.0, 38.0, 51.0, 42.0))]
    assert not any(cuts.values())


# -- axes -----------------------------------------------------------------------------------------


def test_axes_that_only_fit_when_swapped(workshop, known):
    swapped = [(party, shapely.transform(box, lambda xy: xy[:, ::-1])) for party, box in BOTH]
    other = workshop.source(workshop.geojson("two.geojson", swapped), "two", **KNOWN)
    notes = found(workshop, known, other)
    assert [(note.code, note.source) for note in notes if note.code.startswith("axis")] == [
        ("axis-order-suspicious", "one"), ("axis-order-suspicious", "two"),
    ]  # fmt: skip
    far = workshop.source(
        workshop.geojson(
            "far.geojson", [(party, shapely.transform(box, lambda xy: xy - 30)) for party, box in BOTH]
        ),
        "far",
        **KNOWN,
    )
    assert "axis-order-suspicious" not in codes(found(workshop, known, far))


# -- lines-only ------------------------------------------------------------------------------------


def traced(*lines, source="one"):
    strands = tuple(Strand(np.array(line, dtype=float), True, True) for line in lines)
    limit = Limit(f"{source}/M1", source, None, "M1", strands, True, 0.0, 2)
    return Tracing((SourceLimits(source, (limit,), (), (), (), ()),), None, (), ())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ([(45.52, 39.5), (45.48, 41.5)], "lines-labelled-by-others"),
        ([(45.5, 40.2), (45.49, 40.6)], "lines-part-nothing"),
    ],
    ids=["through", "within"],
)
def test_whether_lines_part_the_corridor(workshop, known, line, code):
    lines = workshop.source(
        workshop.geojson("lines.geojson", [("x", shapely.LineString(line))]),
        "two",
        kind=SourceKind.LINES,
        **KNOWN,
    )
    notes = found(workshop, known, lines, tracing=traced([(45.5, 40.0), (45.5, 41.0)]))
    assert [(note.code, note.source) for note in notes] == [(code, "two")]


# -- the catalogue -----------------------------------------------------------------------------------


def test_every_code_is_explained():
    assert set(READING) <= set(CATALOGUE)
    for code, entry in READING.items():
        assert code == code.lower().replace(" ", "-").replace("_", "-")
        assert entry.severity in ("info", "warning", "error")
        assert entry.template[0].islower() or entry.template.startswith("{what}: ")
        assert len(entry.explanation) > 40
        assert entry.explanation.endswith(".")
