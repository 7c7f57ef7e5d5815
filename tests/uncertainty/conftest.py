"""Sources drawn in metres around a place."""

import numpy as np
import pytest
import shapely
from pyproj import Geod

from merestone.model.accuracy import CE95_PER_SIGMA
from merestone.model.lines import Limit, SourceLimits, Strand
from merestone.model.sources import Source, SourceInfo, SourceKind
from merestone.uncertainty.model import ErrorModel
from merestone.uncertainty.sides import SideModel

GEOD = Geod(ellps="WGS84")
FAR_M = 20_000.0


class Ground:
    """A plane of metres east and north around a place: azimuthal equidistant, by geodesics."""

    def __init__(self, lon=45.0, lat=40.0):
        self.lon, self.lat = lon, lat
        # Edges straight in longitude/latitude bend, most so near the poles: these by 1 and 3 mm.
        self.longest_m = 70.0 if abs(lat) > 80.0 else 200.0

    def lonlat(self, xy):
        x, y = np.asarray(xy, dtype=float).reshape(-1, 2).T
        azimuth = np.rad2deg(np.arctan2(x, y))
        lon, lat, _ = GEOD.fwd(np.full(len(x), self.lon), np.full(len(x), self.lat), azimuth, np.hypot(x, y))
        lon -= 360.0 * np.rint((lon - self.lon) / 360.0)
        return np.stack([lon, lat], axis=1)

    def area(self, *shapes):
        """Polygons in metres to a MultiPolygon in degrees, with short edges."""
        cut = shapely.segmentize(shapely.union_all(list(shapes)), self.longest_m)
        return shapely.multipolygons(shapely.get_parts(shapely.transform(cut, self.lonlat)))

    def line(self, xy):
        cut = shapely.segmentize(shapely.LineString(xy), self.longest_m)
        return shapely.get_coordinates(shapely.transform(cut, self.lonlat))


def half(side, line):
    """The land on one side (+1: above) of a line that runs from west to east, 60 km deep."""
    line = np.asarray(line, dtype=float)
    away = side * FAR_M
    return shapely.Polygon([*line, (line[-1, 0], away), (line[0, 0], away)])


def straight_model(sigma_m, **more):
    """Everything common: no field that could vary."""
    parts = {"common_m": sigma_m, "field_m": 0.0, "correlation_m": 10_000.0, "drafting_m": 0.0, **more}
    return ErrorModel(source="s", shared_m={}, drafting_length_m=300.0, assumed=(), **parts)


class Workshop:
    """Makes side models from shapes in metres."""

    geod = GEOD
    half = staticmethod(half)
    model_of = staticmethod(straight_model)

    def __init__(self, lon=45.0, lat=40.0):
        self.ground = Ground(lon, lat)

    def model(self, sides, limits, sigma_m, *, covers=None, error=None, parties=("AAA", "BBB")):
        """``sides`` by party and ``covers`` are shapes in metres, ``limits`` lines in metres."""
        kind = {1: SourceKind.ONE_SIDED, 2: SourceKind.TWO_SIDED}[len(sides)]
        covers = None if covers is None else self.ground.area(covers)
        areas = {party: self.ground.area(shape) for party, shape in sides.items()}
        source = Source(SourceInfo("s", kind, "0" * 64, "S"), areas, None, covers, None, ())
        strands = tuple(Strand(self.ground.line(line), False, False) for line in limits)
        limit = Limit("s/M1", "s", None, "M1", strands, True, 0.0, 0)
        taken = SourceLimits("s", (limit,), (), (), (), ())
        error = error if error is not None or sigma_m is None else straight_model(sigma_m)
        return SideModel(source, taken, error, parties)

    def at(self, model, xy, labels, place_sigma_m=0.0):
        xy = np.asarray(xy, dtype=float).reshape(-1, 2)
        codes = np.array([model.labels.index(label) for label in np.broadcast_to(labels, len(xy)).tolist()])
        radius_m = np.broadcast_to(np.asarray(place_sigma_m) * CE95_PER_SIGMA, len(xy))
        return model.at(self.ground.lonlat(xy), radius_m, codes)


@pytest.fixture(scope="session")
def workshop():
    return Workshop()


@pytest.fixture(scope="session")
def workshops():
    """Workshops where longitudes jump, meridians meet, and nothing happens."""
    return {place: Workshop(*place) for place in ((45.0, 40.0), (180.0, -17.0), (20.0, 88.0), (-70.0, -55.0))}
