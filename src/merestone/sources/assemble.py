"""Geometry of a source in working longitudes: chains, frame, valid areas, seams joined."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.geometry.areas import areas_m2
from merestone.model.ellipsoid import Ellipsoid
from merestone.model.sources import EdgeType
from merestone.sources.edges import Carrier
from merestone.sources.longitudes import Frame
from merestone.sources.notes import Notes
from merestone.sources.rings import area_of, polygonal, united
from merestone.sources.rows import Features
from merestone.sources.vertices import note_vertices

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Assembler:
    """Builds the areas and lines of one source; remembers which vertices were drawn."""

    def __init__(
        self, carrier: Carrier, frame: Frame, ellipsoid: Ellipsoid, rings: str, notes: Notes
    ) -> None:
        self._carrier = carrier
        self._frame = frame
        self._ellipsoid = ellipsoid
        self._rings = rings
        self._notes = notes
        self._drawn: list[Floats] = []
        self._chained = False
        self._split = 0

    def area(self, features: Features, party: str | None) -> shapely.MultiPolygon:
        """The land of a party: the union of its features' polygons, valid, in working longitudes."""
        areas, drawn = [], []
        for fid, geometry in zip(features.fids.tolist(), features.geometries, strict=True):
            unplaced = self.polygons(geometry, fid, features.legs.get(fid))
            drawn.append(unplaced)
            area = area_of(unplaced, fid, self._rings, self._ellipsoid, self._notes, party)
            if not area.area:
                raise self._notes.refuse(
                    f"feature {fid}{f', on the side of {party},' if party else ''} encloses no area; "
                    "correct the file or "
                    "the filter"
                )
            self._note_slivers(area, fid, party)
            areas.append(area)
        note_vertices(np.array(drawn, dtype=object), self._ellipsoid, self._notes, party)
        whole = self.into_frame(united(areas, self._ellipsoid, self._notes, party), party)
        # One form for one area: direction and start of rings and the order of parts say nothing.
        return polygonal(shapely.normalize(whole))

    def lines(self, features: Features) -> shapely.MultiLineString:
        """The lines of a lines-only source in working longitudes."""
        made: list[shapely.LineString] = []
        for fid, geometry in zip(features.fids.tolist(), features.geometries, strict=True):
            for part in shapely.get_parts(geometry):
                coords, drawn = self._chain(shapely.get_coordinates(part), features.legs.get(fid))
                if len(np.unique(coords, axis=0)) < 2:
                    self._notes.add("line-without-length", _lonlat(coords[0]), feature=str(fid))
                    continue
                turn = self._turn(coords)
                self._remember(coords, drawn, turn)
                made.append(shapely.LineString(_turned(coords, turn)))
        if not made:
            raise self._notes.refuse("none of its lines has a length; correct the file or the filter")
        note_vertices(np.array(made, dtype=object), self._ellipsoid, self._notes, None)
        whole, split = self._frame.split(shapely.MultiLineString(made))
        self._split += split
        return shapely.normalize(shapely.MultiLineString(list(shapely.get_parts(whole))))

    def finish(self) -> "Floats | None":
        """(n, 2) vertices as drawn where edges were replaced by chains, else None; notes what turned."""
        if self._carrier.bent:
            self._notes.add("edges-over-180", edges=self._carrier.bent)
        if self._split:
            self._notes.add("split-at-cut", longitude_deg=(self._frame.cut + 180.0) % 360.0 - 180.0)
        return np.unique(np.concatenate(self._drawn), axis=0) if self._chained else None

    def polygons(
        self, geometry: shapely.MultiPolygon, fid: int | str, legs: Sequence[EdgeType] | None = None
    ) -> shapely.MultiPolygon:
        """Polygons with their edges as chains, each ring continuous; not yet valid nor in the frame."""
        if self._carrier.identity and self._stays(geometry):
            return geometry
        made = []
        for polygon in geometry.geoms:
            shell, shell_drawn = self._ring(polygon.exterior, fid, legs)
            turn = self._turn(shell)
            holes = []
            for hole in polygon.interiors:
                coords, drawn = self._ring(hole, fid, None)
                # A hole lies within its shell, so it takes the whole turns that bring it there.
                own_turn = 360.0 * float(np.rint((_middle(shell) - _middle(coords)) / 360.0))
                self._remember(coords, drawn, own_turn + turn)
                holes.append(_turned(coords, own_turn))
            self._remember(shell, shell_drawn, turn)
            made.append(shapely.Polygon(shell, holes))
        return shapely.MultiPolygon(made)

    def into_frame(self, area: shapely.MultiPolygon, party: str | None) -> shapely.MultiPolygon:
        """A valid area in the frame: parts moved as wholes, joined at seams, split at the cut."""
        parts = []
        for part in area.geoms:
            turn = self._frame.turns(part.bounds[0], part.bounds[2])
            parts.append(
                part if turn == 0.0 else shapely.transform(part, lambda xy, turn=turn: _turned(xy, turn))
            )
        whole, split = self._frame.split(self._joined(shapely.MultiPolygon(parts), party))
        self._split += split
        return polygonal(whole)

    def _stays(self, geometry: shapely.MultiPolygon) -> bool:
        """Whether a geometry lies in the frame already, with no edge over 180°."""
        west, _, east, _ = geometry.bounds
        return bool(west >= self._frame.cut and east <= self._frame.cut + 360.0 and east - west <= 180.0)

    def _ring(
        self, ring: shapely.LinearRing, fid: int | str, legs: Sequence[EdgeType] | None
    ) -> tuple[Floats, Flags]:
        coords, drawn = self._chain(shapely.get_coordinates(ring), legs)
        if coords[0, 0] != coords[-1, 0]:
            raise self._notes.refuse(
                f"a ring of feature {fid} runs once round the Earth without the pole; draw it along the "
                "pole and 180°, "
                "as other polar land is drawn"
            )
        return coords, drawn

    def _chain(self, xy: Floats, legs: Sequence[EdgeType] | None) -> tuple[Floats, Flags]:
        return self._carrier.line(np.asarray(xy, dtype=np.float64), legs)

    def _turn(self, coords: Floats) -> float:
        return self._frame.turns(float(coords[:, 0].min()), float(coords[:, 0].max()))

    def _remember(self, coords: Floats, drawn: Flags, turn: float) -> None:
        """Keep the vertices that were drawn, in working longitudes."""
        self._chained = self._chained or not bool(drawn.all())
        self._drawn.append(_turned(coords[drawn], turn))

    def _note_slivers(self, area: shapely.MultiPolygon, fid: int | str, party: str | None) -> None:
        """Note parts without any area that a valid feature has beside others."""
        km2 = areas_m2(np.array(area.geoms, dtype=object), self._ellipsoid) / 1e6
        if (km2 == 0.0).any():
            self._notes.add("part-without-area", party=party, feature=str(fid), count=int((km2 == 0.0).sum()))

    def _joined(self, whole: shapely.MultiPolygon, party: str | None) -> shapely.MultiPolygon:
        """Parts that a file cut apart at 180° (or 0°) are one again, where the frame runs on."""
        bounds = shapely.bounds(np.array(whole.geoms, dtype=object))
        seams = set(bounds[:, 0].tolist()) & set(bounds[:, 2].tolist())
        if not any(lon % 180.0 == 0.0 for lon in seams):
            return whole
        joined = polygonal(shapely.union_all(list(whole.geoms)))
        if len(joined.geoms) < len(whole.geoms):
            self._notes.add("joined-at-seam", party=party, parts=len(whole.geoms) - len(joined.geoms))
        return joined


def _turned(coords: Floats, turn: float) -> Floats:
    return coords if turn == 0.0 else coords + np.array([turn, 0.0])


def _middle(coords: Floats) -> float:
    return 0.5 * float(coords[:, 0].min() + coords[:, 0].max())


def _lonlat(vertex: Floats) -> tuple[float, float]:
    return float(vertex[0]), float(vertex[1])
