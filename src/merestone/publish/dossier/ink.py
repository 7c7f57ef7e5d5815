"""The geometry of a comparison, ready to be drawn many times: thinned once, found by window."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from merestone.publish.dossier.mapframe import MapFrame
from merestone.publish.report_geometry import FINEST_DEG, for_drawing
from merestone.publish.report_groups import Group, Shape

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees; longitudes are working longitudes."""
_OUTLINED = ("district", "parcel")
"""Areas of which only the outline is drawn: a fill would say whose they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Inked:
    """One group: its shapes as drawn, (n,) geometries, and what can be named of it."""

    group: Group
    drawn: np.ndarray
    bounds: np.ndarray
    named: tuple[Shape, ...]
    named_bounds: np.ndarray

    def within(self, window: Window) -> np.ndarray:
        """What lies in a window, cut to it."""
        chosen = self.drawn[_meet(self.bounds, window)]
        cut = shapely.clip_by_rect(chosen, *window) if len(chosen) else chosen
        return np.asarray(cut[~shapely.is_empty(cut)])

    def named_within(self, window: Window) -> Iterator[Shape]:
        """The shapes with a name that meet a window."""
        for k in np.flatnonzero(_meet(self.named_bounds, window)).tolist():
            yield self.named[k]


def inked(groups: Iterable[Group]) -> dict[str, Inked]:
    """Every group by its key, in the order given."""
    return {group.key: _inked(group) for group in groups}


def _inked(group: Group) -> Inked:
    shapes = [shape.geometry for shape in group.shapes if not shape.is_label]
    if group.draw in _OUTLINED:
        shapes = [shapely.boundary(one) if shapely.get_dimensions(one) == 2 else one for one in shapes]
    drawn = np.empty(len(shapes), dtype=object)
    drawn[:] = shapes
    # Which way a line runs may follow the order of the parties; dashes and markers must not.
    drawn = shapely.normalize(drawn)
    if len(drawn) and shapely.get_dimensions(drawn).max() > 0:
        drawn = for_drawing(drawn, FINEST_DEG)
    named = tuple(_named(group))
    return Inked(
        group, drawn, _bounds(drawn), named, _bounds(np.array([s.geometry for s in named], dtype=object))
    )


def _named(group: Group) -> Iterator[Shape]:
    """What carries a name: a place for a party or an enclave, else the thing itself."""
    only_places = group.draw in ("party", "enclave")
    for shape in group.shapes:
        if shape.is_label is only_places and (shape.names or shape.properties.get("label")):
            yield shape


def _bounds(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.bounds(shapes).reshape(-1, 4))


def _meet(bounds: np.ndarray, window: Window) -> np.ndarray:
    west, south, east, north = window
    met = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return np.asarray(met)


def window_of(frame: MapFrame, beyond_px: float) -> Window:
    """The window that holds a frame and so much around it."""
    n = 16
    x = np.linspace(-beyond_px, frame.width + beyond_px, n)
    y = np.linspace(-beyond_px, frame.height + beyond_px, n)
    edge = np.vstack(
        [
            np.column_stack([x, np.full(n, y[0])]),
            np.column_stack([x, np.full(n, y[-1])]),
            np.column_stack([np.full(n, x[0]), y]),
            np.column_stack([np.full(n, x[-1]), y]),
        ]
    )
    lonlat = frame.lonlat(edge)
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    poles = np.array([[frame.lon0_deg, 90.0], [frame.lon0_deg, -90.0]])
    at = frame.xy(poles)
    within = (at >= -beyond_px).all(axis=1)
    within &= (at <= np.array([frame.width, frame.height]) + beyond_px).all(axis=1)
    if within.any():
        lat = np.append(lonlat[:, 1], poles[within, 1])
        return -540.0, float(lat.min()), 540.0, float(lat.max())
    return float(west), float(south), float(east), float(north)
