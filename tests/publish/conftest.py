"""A small comparison made by hand, complete in every part; nothing in it is computed by merestone."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.findings import finding
from merestone.model.lines import AxisPiece, EnclaveLand, Limit, PieceKind, SourceLimits, Strand, Tracing
from merestone.model.results import (
    Axis,
    AxisPieceResult,
    Comparison,
    Difference,
    Differences,
    Enclave,
    Family,
    GapResult,
    LimitResult,
    Offsets,
    OffsetStatistics,
    Pair,
    Section,
    SectionOffset,
    Shapes,
    Shift,
    SmallerDifferences,
    SourceResult,
    StationOffsets,
    Verdict,
)
from merestone.model.sources import (
    Access,
    Arrangement,
    Feature,
    Layer,
    LayerKind,
    Party,
    Source,
    SourceInfo,
    SourceKind,
)

SOURCES = ("map-a", "map-b", "old_lines")


def make_comparison(east: float = 0.0) -> Comparison:
    """Two maps and one set of lines along a meridian at `east` degrees, 0.2 degrees long."""
    at = _Geometry(east)
    shapes = Shapes(
        tracing=_tracing(at),
        sources=tuple(_source(id_, at) for id_ in SOURCES),
        layers=_layers(at),
        corridor=shapely.MultiPolygon([shapely.box(east - 0.3, 39.9, east + 0.3, 40.3)]),
        sections={
            "M1-S01": np.array([[east, 40.0], [east, 40.1]]),
            "M1-S02": np.array([[east, 40.1], [east, 40.2]]),
        },
        differences=tuple(
            (item, at.lens if item.id == "D1" else at.sliver) for item in _all_differences(east)
        ),
        stations=(_stations(at),),
    )
    return Comparison(
        format="merestone-comparison/1",
        tool={
            "name": "merestone",
            "version": "0.1.0",
            "libraries": {"shapely": "2.1.0", "geos": "3.13.1", "numpy": "2.4.0"},
        },
        dossier={"sha256": "ab" * 32, "title": "Two maps of a meridian"},
        parties=(Party("ARM", {"hy": "Հայաստան", "en": "Armenia"}), Party("AZE", {"az": "Azərbaycan"})),
        parameters={
            "axis": None,
            "coincide_m": 0.0005,
            "corridor_m": 25_000.0,
            "tolerance_m": 100.0,
            "rounding": {"degrees": 1e-9, "km": 0.001, "km2": 0.0001, "m": 0.001, "other": 1e-6},
        },
        sources=tuple(_source_result(id_, east) for id_ in SOURCES),
        families=(
            Family(("map-a",), "map-a", {}),
            Family(("map-b", "old_lines"), "map-b", {"shared_share": 0.8123456789}),
        ),
        pairs=tuple(_pair(i, j, east) for i in SOURCES for j in SOURCES if i != j),
        axis=Axis(
            "map-a", (AxisPieceResult("M1", ("map-a/M1",), 22.2391234567, (east, 40.0), (east, 40.2)),)
        ),
        sections=_sections(east),
        differences=Differences(
            listed=tuple(item for item in _all_differences(east) if item.id == "D1"),
            smaller=SmallerDifferences(1, 0.00123456, 1, 0.00123456),
        ),
        enclaves=(
            Enclave(
                "E1",
                "ARM",
                "AZE",
                "Ծովակ",
                (east + 0.15, 40.05),
                {"map-a": 1.23456789},
                ("map-a",),
                ("map-b",),
            ),
        ),
        features=_features(east),
        findings=(
            finding("dates-differ", sources=["map-a", "map-b"], dates=["2024-03", "1976"], share=0.123456789),
        ),
        shapes=shapes,
        uncertainty=_uncertainty(),
    )


def _uncertainty() -> dict[str, object]:
    model = {
        "sigma_m": 20.4264, "common_m": 14.4436, "shared_m": {"EPSG:15865": 1.5}, "field_m": 14.4436,
        "correlation_km": 10.0, "drafting_m": 0.0, "drafting_length_m": 300.0,
        "assumed": ("common_share", "correlation_km"), "crosses_itself": 0.0,
    }  # fmt: skip
    tried = {
        "length_factor": 0.2, "largest_95": 4.3123456, "p_chance": {"M1-S01": 0.02, "M1-S02": None},
        "pairs": (
            {
                "from": "map-a", "to": "map-b", "areas_95_km2": {"ARM>AZE": (3.6, 5.8), "AZE>ARM": None},
                "net_area_95_km2": {"ARM": None}, "signed_mean_95_m": (-30.0, 23.6),
            },
        ),
        "differences_95_km2": {"D1": (3.6, 5.8)},
    }  # fmt: skip
    return {
        "realisations": 1000,
        "standard_error": 0.0223606798,
        "largest_95": 4.0123456,
        "sources": {"map-a": model, "map-b": {**model, "correlation_km": None}, "old_lines": None},
        "sensitivity": (tried, {**tried, "length_factor": 5.0}),
    }


class _Geometry:
    """Lines, lens and lake of the example, `east` degrees from Greenwich."""

    def __init__(self, east: float) -> None:
        self.east = east
        self.axis = np.array([[east, 40.0], [east, 40.1], [east, 40.2]])
        self.bowed = np.array([[east, 40.0], [east + 0.01, 40.05], [east, 40.1], [east, 40.2]])
        self.lens = shapely.Polygon(np.vstack([self.bowed[:3], self.axis[:1]]))
        self.sliver = shapely.Polygon([(east, 40.15), (east + 1e-4, 40.16), (east, 40.17)])
        self.west = shapely.MultiPolygon([shapely.box(east - 1, 40.0, east, 40.2)])
        self.island = shapely.box(east + 0.14, 40.04, east + 0.16, 40.06)


def _tracing(at: _Geometry) -> Tracing:
    def limit(source: str, piece: str, party: str | None, coords: np.ndarray, *, sided: bool = True) -> Limit:
        strand = Strand(coords, open_start=True, open_end=True)
        return Limit(f"{source}/{piece}", source, party, piece, (strand,), sided, 22239.123456, len(coords))

    ring = shapely.get_coordinates(at.island)
    limits = {
        "map-a": (limit("map-a", "M1", None, at.axis), limit("map-a", "E1", "ARM", ring)),
        "map-b": (limit("map-b", "M1", None, at.bowed),),
        "old_lines": (limit("old_lines", "M1", None, at.axis + np.array([0.002, 0.0]), sided=False),),
    }
    land = (EnclaveLand("map-a", "E1", "ARM", "AZE", at.island),)
    chainage = np.array([0.0, 11_119.5, 22_239.1])
    return Tracing(
        sources=tuple(
            SourceLimits(id_, limits[id_], land if id_ == "map-a" else (), (), (), ()) for id_ in SOURCES
        ),
        axis_source="map-a",
        pieces=(AxisPiece("M1", PieceKind.MAIN, ("map-a/M1",), at.axis, chainage, first_on_left=True),),
        findings=(),
    )


def _source(id_: str, at: _Geometry) -> Source:
    kind = SourceKind.LINES if id_ == "old_lines" else SourceKind.TWO_SIDED
    info = SourceInfo(id_, kind, "cd" * 32, f"Title of {id_}", accuracy=Accuracy(Measure.CE95, 50.0))
    return Source(info, {"ARM": at.west} if kind is SourceKind.TWO_SIDED else {}, None, None, None, ())


def _layers(at: _Geometry) -> tuple[Layer, ...]:
    def layer(kind: LayerKind, path: str, *features: Feature) -> Layer:
        about = (path, "ef" * 32, f"Title of {path}", "A publisher", "CC-BY-4.0", "© A publisher", "2024")
        return Layer(kind, *about, 1000.0, True, features, ())  # type: ignore[arg-type]

    east = at.east
    return (
        layer(
            LayerKind.SETTLEMENTS,
            "layers/places.gpkg",
            Feature(
                "s1", {"hy": "Գյուղ", "en": "Village"}, "ARM", shapely.Point(east - 0.1, 40.1), {"people": 12}
            ),
            Feature("s2", {"az": "Kənd"}, "AZE", shapely.Point(east + 0.1, 40.1), {}),
        ),
        layer(
            LayerKind.DISTRICTS,
            "layers/districts.gpkg",
            Feature("d1", {"en": "West"}, "ARM", shapely.box(east - 0.3, 40.0, east, 40.2), {}),
            Feature("d2", {"en": "East"}, "AZE", shapely.box(east, 40.0, east + 0.3, 40.2), {}),
        ),
        layer(
            LayerKind.RIVERS,
            "layers/rivers.geojson",
            Feature(
                "r1", {"und": "Çay"}, None, shapely.LineString([(east - 0.1, 40.0), (east + 0.1, 40.2)]), {}
            ),
        ),
    )


def _stations(at: _Geometry) -> StationOffsets:
    chainage = np.array([0.0, 7_413.041, 14_826.082, 22_239.1])
    return StationOffsets(
        piece="M1",
        chainage_m=chainage,
        lon=np.full(4, at.east),
        lat=np.linspace(40.0, 40.2, 4),
        offset_m={
            "map-a": np.zeros(4),
            "map-b": np.array([0.0, 812.34567, -12.00049, np.nan]),
            "old_lines": np.array([170.0, 170.1, 170.2, 170.3]),
        },
        signed={
            "map-a": np.full(4, True),
            "map-b": np.full(4, True),
            "old_lines": np.full(4, False),
        },
    )


def _source_result(id_: str, east: float) -> SourceResult:
    lines = id_ == "old_lines"
    note = finding("accuracy-unknown", source=id_, place=(east, 40.1), what=f"source {id_}")
    return SourceResult(
        id=id_,
        sha256="cd" * 32,
        kind="lines" if lines else "two-sided",
        title=f"Title of {id_}",
        publisher="A publisher",
        licence="CC-BY-4.0",
        attribution=f"© {id_}",
        standing={"offered_by": [], "available_to": ["ARM", "AZE"], "accepted_by": [], "contested_by": []},
        map={"series": "K-38", "published": 1976},
        date="2024-03",
        scale=None if lines else 100_000.0,
        edges="straight",
        rings="structure",
        covers=None,
        crs="EPSG:4326",
        operation=None,
        family="map-a" if id_ == "map-a" else "map-b",
        accuracy=None
        if lines
        else {"measure": "CE95", "metres": 50.0, "assumed": True, "assumed_by": "us", "reason": "no figure"},
        accuracy_95_m=None if lines else 50.0,
        accuracy_budget=(),
        legs=({"from": "1", "to": "2", "follows": "thalweg", "moves": "ambulatory", "prevails": "text"},)
        if lines
        else (),
        limits=(LimitResult(f"{id_}/M1", None, "M1", 22.2391234567, 3),),
        areas_km2={} if lines else {"ARM": 1234.56789012, "AZE": 987.65432109, "neither": 0.0},
        gaps=() if lines else (GapResult(0.01234567, 12.3456789, (east, 40.15)),),
        overlaps=(),
        findings=(note,) if lines else (),
    )


def _pair(i: str, j: str, east: float) -> Pair:
    unsigned = "old_lines" in {i, j}
    statistics = OffsetStatistics(
        mean_abs=123.4567891,
        median_abs=99.9995,
        p95_abs=700.0004999,
        max_abs=812.34567,
        max_at=(east + 0.01, 40.05),
        signed_mean=None if unsigned else -3.21,
        toward=None if unsigned else "ARM",
        length_km=22.2391234567,
    )
    return Pair(
        from_=i,
        to=j,
        areas_km2={} if unsigned else {"ARM>AZE": 4.73456789, "AZE>ARM": 0.0012345},
        offsets_m=Offsets(
            statistics,
            replace(statistics, unmatched_km=0.0, signed_mean_95=None if unsigned else (-40.1, 33.6)),
        ),
        hausdorff_m=812.34567,
        shift=None
        if unsigned
        else Shift(1.23456789, -0.0, 0.5, None, {"mean_abs": 120.98765, "p95_abs": 690.0}),
        verdict=Verdict.CANNOT_SAY if unsigned else Verdict.DIFFERING,
        verdict_km={"differing": 11.1195, "cannot-say": 11.1196},
        assumed=True,
        areas_95_km2={} if unsigned else {"ARM>AZE": (3.5, 5.96913578), "AZE>ARM": None},
        net_area_km2={} if unsigned else {"ARM": -4.73333, "AZE": 4.73333},
        net_area_95_km2={} if unsigned else {"ARM": (-6.0, -3.4), "AZE": (3.4, 6.0)},
    )


def _sections(east: float) -> tuple[Section, ...]:
    return (
        Section(
            "M1-S01", "M1", 0.0, 11.1195, (east, 40.0), (east, 40.1), 11.1195, Verdict.DIFFERING, True,
            0.0129870129, {"map-b": SectionOffset(406.123456, 812.34567, "AZE", (300.00049, 512.3))}, ("D1",),
            4.73456789,
            {"AZE": ("d2",), "ARM": ("d1",)},
        ),
        Section(
            "M1-S02", "M1", 11.1195, 22.2391234567, (east, 40.1), (east, 40.2), 11.1196, Verdict.CANNOT_SAY,
            False, None, {"old_lines": SectionOffset(170.15, 170.3, None)}, (), 0.0, {"ARM": (), "AZE": ()},
        ),
    )  # fmt: skip


def _all_differences(east: float) -> tuple[Difference, ...]:
    labels = {"old_lines": "silent", "map-a": "AZE", "map-b": "ARM"}
    one = Difference(
        "D1",
        "between",
        None,
        4.73456789,
        labels,
        (east + 0.004, 40.05),
        "M1-S01",
        None,
        False,
        (3.5, 5.96913578),
    )
    two = replace(one, id="D2", area_km2=0.00123456, point=(east, 40.16), section="M1-S02", area_95_km2=None)
    return (one, two)


def _features(east: float) -> dict[str, object]:
    return {
        "settlements": [
            {
                "id": "s1",
                "names": {"hy": "Գյուղ", "en": "Village"},
                "lon": east - 0.1,
                "lat": 40.1,
                "accuracy_95_m": 1000.0,
                "sources": {
                    "map-a": {"label": "ARM", "distance_m": 8510.1234567, "p_side": {"ARM": 0.9999999999}},
                    "map-b": {"label": "ARM", "distance_m": 8510.1234567, "p_side": {}},
                },
            }
        ],
        "districts": [{"id": "d1", "names": {"en": "West"}, "party": "ARM", "axis_km": 22.2391234567}],
        "waters": [
            {
                "id": "w1",
                "names": {"und": "Lich"},
                "area_km2": 1.98765,
                "sources": {"map-a": {"share": {"ARM": 0.98765432}}},
            }
        ],
    }


@pytest.fixture(scope="session")
def along_the_line() -> Comparison:
    """A computed comparison with every layer that features know, arrangements and access."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "features"))
    from cases import full_case, result

    carried = Arrangement("", "M-2", 0.5, 2.0, "2021-05-12", None, "by day & night", "e7")
    return result(full_case(arrangements=(carried,), access=(Access("", "M1", 1.0, 3.0, (5, 6), "snow"),)))


@pytest.fixture
def comparison() -> Comparison:
    return make_comparison()


@pytest.fixture
def comparison_at_180() -> Comparison:
    """The same on the antimeridian, in working longitudes that pass 180 degrees."""
    return make_comparison(180.0)


def without_room(node):
    """A JSON Schema with no room for keys that it does not describe."""
    if isinstance(node, list):
        return [without_room(item) for item in node]
    if not isinstance(node, dict):
        return node
    done = {key: without_room(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        done["additionalProperties"] = False
    return done


@pytest.fixture
def closed():
    return without_room
