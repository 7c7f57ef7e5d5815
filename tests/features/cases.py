"""Small cases for the tests of features: ARM in the west, AZE in the east of a line near 45° E."""

from dataclasses import replace

import numpy as np
import shapely

from merestone.compare.exchange import Exchange
from merestone.compare.run import compare, in_order
from merestone.features.run import with_features
from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import Case, Feature, Layer, LayerKind, Party, Source, SourceInfo, SourceKind

TOOL = {"name": "merestone", "version": "0", "libraries": {}}
SMALL = Settings(corridor_m=3000.0, facing_m=1000.0)
MERIDIAN = np.array([[45.0, 40.0], [45.0, 40.05], [45.0, 40.1]])
BOWED = np.array([[45.0, 40.0], [45.004, 40.05], [45.0, 40.1]])


def land(line, edge):
    """Land between a line from south to north and a meridian."""
    corners = [(edge, line[-1, 1]), (edge, line[0, 1])]
    return shapely.MultiPolygon([shapely.Polygon([*map(tuple, line), *corners])])


def info(name, radius_m=50.0, kind=SourceKind.TWO_SIDED, **about):
    accuracy = None if radius_m is None else Accuracy(Measure.CE95, radius_m)
    return SourceInfo(
        name,
        kind,
        name.encode().hex().ljust(64, "0"),
        name,
        accuracy=accuracy,
        accuracy_95_m=radius_m,
        **about,
    )


def two_sided(name, line, radius_m=50.0, *, second=None, **about):
    sides = {"ARM": land(line, 44.9), "AZE": land(line if second is None else second, 45.1)}
    return Source(info(name, radius_m, **about), sides, None, None, None, ())


def one_sided(name, line, radius_m=50.0):
    sides = {"AZE": land(line, 45.1)}
    return Source(info(name, radius_m, SourceKind.ONE_SIDED), sides, None, None, None, ())


def lines_only(name, *lines, radius_m=50.0):
    drawn = shapely.MultiLineString(list(lines))
    return Source(info(name, radius_m, SourceKind.LINES), {}, drawn, None, None, ())


def line(id_, *coords, ref=None, **names):
    return Feature(id_, names, None, shapely.LineString(coords), {}, ref)


def area(id_, shape, party=None, **names):
    return Feature(id_, names, party, shape, {})


def layer(kind, *features, radius_m=10.0, date=None, path=None):
    return Layer(
        kind, path or f"layers/{kind}.gpkg", "ab" * 32, f"Title of {kind}", None, None, None, date, radius_m,
        False, tuple(features), (),
    )  # fmt: skip


def a_case(*sources, layers=(), settings=SMALL, **about):
    parties = (Party("ARM", {"en": "Armenia"}), Party("AZE", {"en": "Azerbaijan"}))
    return Case("A case", "cd" * 32, "ARM", parties, settings, sources, tuple(layers), (), **about)


def result(case):
    case = in_order(case)
    return with_features(case, compare(case, tool=TOOL))


def exchanged(case):
    """The case with the ids of the parties exchanged."""
    swap = Exchange("ARM", "AZE").party
    return replace(
        case,
        oriented=swap(case.oriented),
        parties=tuple(Party(swap(party.id), party.names) for party in case.parties),
        sources=tuple(
            replace(source, sides={swap(party): side for party, side in source.sides.items()})
            for source in case.sources
        ),
        layers=tuple(
            replace(
                one,
                features=tuple(
                    replace(feature, party=None if feature.party is None else swap(feature.party))
                    for feature in one.features
                ),
            )
            for one in case.layers
        ),
    )


def full_case(**about):
    """Everything at once: three kinds of sources, every layer."""
    roads = layer(
        LayerKind.ROADS,
        line("a", (44.98, 40.02), (45.01, 40.02), ref="M-2", und="Yol"),
        line("b", (45.01, 40.02), (44.99, 40.03), (45.02, 40.04), ref="M-2"),
        line("c", (45.0, 40.06), (45.0, 40.08), (45.01, 40.09)),
    )
    lake = shapely.box(44.995, 40.04, 45.006, 40.06)
    waters = layer(LayerKind.WATERS, area("lake", lake, az="Göl", hy="Լիճ"), date="2017")
    rivers = layer(LayerKind.RIVERS, line("r", (45.001, 39.99), (45.001, 40.11), und="Çay"), date="1980")
    divides = layer(LayerKind.WATERSHEDS, area("basin", shapely.box(44.97, 39.99, 45.0005, 40.11)))
    districts = layer(
        LayerKind.DISTRICTS,
        area("w1", shapely.box(44.9, 39.9, 45.0, 40.05), "ARM", en="South"),
        area("w2", shapely.box(44.9, 40.05, 45.0, 40.2), "ARM", en="North"),
        area("e1", shapely.box(45.0, 39.9, 45.1, 40.2), "AZE", en="East"),
    )
    settlements = layer(
        LayerKind.SETTLEMENTS,
        Feature("s1", {"und": "A"}, None, shapely.Point(45.001, 40.05), {}),
        Feature("s2", {"und": "B"}, None, shapely.Point(44.99, 40.02), {}),
    )
    return a_case(
        two_sided("one", MERIDIAN, date="2017"),
        two_sided("two", BOWED, 60.0, date="1978"),
        one_sided("alone", MERIDIAN + np.array([0.001, 0.0])),
        lines_only("lines", BOWED + np.array([[0.0, -0.05], [0.0, 0.0], [0.0, 0.05]])),
        layers=(roads, waters, rivers, divides, districts, settlements),
        **about,
    )
