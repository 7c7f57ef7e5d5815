"""What layers have to do with limits: layers drawn from a source's line, layers out of reach."""

from collections.abc import Sequence

import numpy as np
import shapely

from merestone.compare.families import Drawing, rounded_places
from merestone.model.findings import Finding, finding
from merestone.model.sources import Layer

_DECIMALS = 6
"""0.1 m: finer than chance meets, coarse enough for files that were written with fewer decimals."""
_FEWEST = 2
"""One vertex in common is a tripoint that anyone may know; two are an edge."""


def layers_sharing_vertices(layers: Sequence[Layer], drawings: Sequence[Drawing]) -> list[Finding]:
    """A finding for each source of whose limit vertices a layer has two or more."""
    found = []
    for layer in layers:
        coordinates = shapely.get_coordinates([feature.geometry for feature in layer.features])
        own = rounded_places(coordinates, _DECIMALS)
        for drawing in drawings:
            limit = rounded_places(drawing.vertices, _DECIMALS)
            count = int(np.isin(limit, own).sum())
            if count >= _FEWEST:
                found.append(
                    finding(
                        "layer-shares-vertices",
                        source=drawing.info.id,
                        layer=layer.path,
                        count=count,
                        vertices=len(limit),
                    )
                )
    return found


def layers_outside(
    layers: Sequence[Layer], corridor: shapely.MultiPolygon, corridor_m: float
) -> list[Finding]:
    """A finding for each layer of which no feature meets the corridor; none where no limit makes one."""
    if corridor.is_empty:
        return []
    shapely.prepare(corridor)
    return [
        finding("layer-outside-corridor", layer=layer.path, corridor_km=corridor_m / 1000.0)
        for layer in layers
        if not shapely.intersects(corridor, [feature.geometry for feature in layer.features]).any()
    ]
