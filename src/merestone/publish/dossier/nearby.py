"""Roads and waters at each section: which there are, and what every map says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from merestone.model.results import Comparison
from merestone.model.sources import LayerKind
from merestone.publish.dossier.content import (
    Amount,
    Block,
    Column,
    Forms,
    Listed,
    Named,
    Table,
    Text,
    Unit,
    Verbatim,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.words import count, km, km2, label

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Nearby:
    """By section the ids of routes that some map shows crossing there, and of waters that lie there."""

    roads: Mapping[str, tuple[str, ...]]
    waters: Mapping[str, tuple[str, ...]]

    def blocks(self, desk: Desk, section: str) -> Iterator[Block]:
        """What the sheet of a section says of roads and waters."""
        features = desk.comparison.features
        for kind, ids, make in (("roads", self.roads, _road_table), ("waters", self.waters, _water_table)):
            wanted = set(ids.get(section, ()))
            if wanted and not desk.leaves_out(kind):
                yield make(desk, section, [one for one in features[kind] if one["id"] in wanted])


def nearby(c: Comparison) -> Nearby:
    """Find them: roads by the section of their crossings, waters by the nearest section line."""
    roads: dict[str, set[str]] = {}
    for road in c.features.get("roads", ()):
        for said in road["sources"].values():
            for crossing in said["crossed_at"]:
                if crossing["section"] is not None:
                    roads.setdefault(crossing["section"], set()).add(road["id"])
    return Nearby(_sorted(roads), _sorted(_waters(c)))


def _sorted(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {section: tuple(sorted(ids)) for section, ids in found.items()}


def _waters(c: Comparison) -> dict[str, set[str]]:
    """By section the waters that it touches; a water that none touches belongs to the nearest section."""
    ids = list(c.shapes.sections)
    lines = [shapely.linestrings(c.shapes.sections[id_]) for id_ in ids]
    known = {one["id"] for one in c.features.get("waters", ())}
    shapes = [
        (feature.id, feature.geometry)
        for layer in c.shapes.layers
        if layer.kind is LayerKind.WATERS
        for feature in layer.features
        if feature.id in known
    ]
    if not lines or not shapes:
        return {}
    tree = shapely.STRtree(lines)
    geometries = np.array([geometry for _, geometry in shapes], dtype=object)
    found: dict[str, set[str]] = {}
    touched = tree.query(geometries, predicate="intersects")
    alone = np.setdiff1d(np.arange(len(shapes)), touched[0])
    near = np.vstack([alone, tree.nearest(geometries[alone])]) if len(alone) else touched[:, :0]
    for water, line in np.hstack([touched, near]).T.tolist():
        found.setdefault(ids[line], set()).add(shapes[water][0])
    return found


def feature_name(one: Entry) -> Text:
    """Every form of a feature's name; its id where it has none."""
    forms = tuple(sorted((code, name) for code, name in one["names"].items() if name))
    if not forms:
        return say("without a name ({id})", id=Verbatim(str(one["id"])))
    return Forms(Named(str(one["id"]), forms))


def _road_table(desk: Desk, section: str, roads: list[Entry]) -> Block:
    sources = [source.id for source in desk.comparison.sources]
    columns = (
        Column(say("Road")),
        Column(say("Length"), figures=True),
        *(Column(say("Crossings, {source}", source=Verbatim(id_)), figures=True) for id_ in sources),
    )
    rows = [
        (
            _road_name(road),
            km(road["length_km"]),
            *(count(_crossings(road, id_, section)) for id_ in sources),
        )
        for road in roads
    ]
    caption = say("Roads that some map shows crossing the line in this section")
    return Table(f"roads-{section}", caption, columns, tuple(rows))


def crossing_roads(desk: Desk) -> Iterator[Block]:
    """Every road that some map shows crossing a limit, wherever that is."""
    if desk.leaves_out("roads"):
        return
    sources = [source.id for source in desk.comparison.sources]
    columns = (
        Column(say("Road")),
        Column(say("Length"), figures=True),
        *(Column(say("Crossings, {source}", source=Verbatim(id_)), figures=True) for id_ in sources),
    )
    rows = []
    for road in desk.comparison.features.get("roads", ()):
        crossed = [road["sources"].get(id_, {}).get("crossings", 0) for id_ in sources]
        if any(crossed):
            rows.append((_road_name(road), km(road["length_km"]), *(count(one) for one in crossed)))
    yield Table("roads", say("Roads that some map shows crossing the line"), columns, tuple(rows))


def _road_name(road: Entry) -> Text:
    if road["ref"] is None:
        return feature_name(road)
    return (
        say("{ref} {name}", ref=Verbatim(str(road["ref"])), name=feature_name(road))
        if road["names"]
        else Verbatim(str(road["ref"]))
    )


def _crossings(road: Entry, source: str, section: str) -> int:
    said = road["sources"].get(source)
    return sum(1 for one in said["crossed_at"] if one["section"] == section) if said else 0


def _water_table(desk: Desk, section: str, waters: list[Entry]) -> Block:
    sources = [source.id for source in desk.comparison.sources]
    columns = (
        Column(say("Water")),
        Column(say("Area"), figures=True),
        *(Column(Verbatim(id_)) for id_ in sources),
    )
    rows = [
        (feature_name(water), km2(water["area_km2"]), *(_shares(desk, water, id_) for id_ in sources))
        for water in waters
    ]
    return Table(
        f"waters-{section}", say("Waters here, and on whose side each map shows them"), columns, tuple(rows)
    )


def _shares(desk: Desk, water: Entry, source: str) -> Text:
    said = water["sources"].get(source)
    shares = said["share"] if said else {}
    codes = [code for code in desk.labels(shares) if shares[code] > 0]
    if not codes:
        return say("silent")
    return Listed(
        tuple(
            say("{label} {share}", label=label(code), share=Amount(shares[code], Unit.SHARE))
            if len(codes) > 1
            else label(code)
            for code in codes
        )
    )
