import numpy as np
import shapely

from merestone.lines.rings import rings_of
from merestone.model.ellipsoid import WGS84

SQUARE = [(0, 0), (2, 0), (2, 2), (0, 2)]
HOLE = [(0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)]


def rings(*polygons):
    return rings_of(shapely.MultiPolygon(polygons), WGS84)


def test_rings_run_with_their_land_on_the_left_from_their_westernmost_vertex():
    found = rings(shapely.Polygon(SQUARE[::-1], [HOLE]))
    assert found.closed(0).tolist() == [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
    # Around a hole the land is outside: clockwise.
    assert found.closed(1).tolist() == [[0.5, 0.5], [0.5, 1], [1, 1], [1, 0.5], [0.5, 0.5]]
    assert found.exterior.tolist() == [True, False]
    assert found.polygon.tolist() == [0, 0]


def test_repeated_vertices_are_one():
    doubled = [SQUARE[0], SQUARE[0], *SQUARE[1:], SQUARE[3], SQUARE[0]]
    assert rings(shapely.Polygon(doubled)).xy.tolist() == rings(shapely.Polygon(SQUARE)).xy.tolist()


def test_the_order_of_polygons_and_first_vertices_do_not_matter():
    far = [(x + 5, y) for x, y in SQUARE]
    turned = [SQUARE[k] for k in (2, 3, 0, 1)]
    one, other = (
        rings(shapely.Polygon(SQUARE), shapely.Polygon(far)),
        rings(shapely.Polygon(far), shapely.Polygon(turned)),
    )
    assert np.array_equal(one.xy, other.xy)
    assert np.array_equal(one.along_m, other.along_m)
    assert other.polygon.tolist() == [1, 0]


def test_metres_along_grow_by_the_length_of_each_edge():
    found = rings(shapely.Polygon([(10, 60), (10.001, 60), (10.001, 60.001), (10, 60.001)]))
    # At 60 N a degree of longitude is about half one of latitude (55.80 and 111.41 km).
    assert np.allclose(found.edge_m, [55.800, 111.412, 55.798, 111.412], atol=0.002)
    assert np.allclose(np.diff(found.along_m), found.edge_m[:-1])
