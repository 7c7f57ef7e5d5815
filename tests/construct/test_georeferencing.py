"""Laying scans onto the plane: models, errors at points left out, outliers, and the way back.

Oracles share no code: plain least squares, Umeyama's similarity, the bordered system of the spline, a
homography by four points, GDAL's own transformers, and simulation.
"""

import json
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.construct.georeferencing.arrangement import check_arrangement, check_orientation
from merestone.construct.georeferencing.choosing import Trial, chosen, folds, p_values, radius_95_m, trial_of
from merestone.construct.georeferencing.fitting import PARAMETERS, UnfitError, fit
from merestone.construct.georeferencing.robust import most_agreed
from merestone.construct.georeferencing.sheet import Lookup, sheet_of
from merestone.construct.georeferencing.warps import plane_slopes, to_pixel, to_plane
from merestone.errors import BadInputError
from merestone.model.georeference import ControlPoint, Tried, WarpKind

KINDS = list(WarpKind)
CORNER = np.array([8_480_000.0, 4_520_000.0])


def truth(pixel, bend=0.003):
    """A sheet of 40 km and 5,000 pixels, turned, stretched, and bent by 120 m in the middle of its edges."""
    u, v = pixel[:, 0] / 5000.0 - 0.5, 0.5 - pixel[:, 1] / 5000.0
    east = 1.004 * u + 0.02 * v + 4.0 * bend * v * v
    north = v - 0.02 * u + 4.0 * bend * u * v
    return CORNER + 40_000.0 * np.column_stack([east, north])


def sheet_points(count=14, sigma_m=10.0, seed=1, bend=0.003):
    rng = np.random.default_rng(seed)
    pixel = rng.uniform(100.0, 4900.0, (count, 2))
    return pixel, truth(pixel, bend) + rng.normal(0.0, sigma_m, (count, 2))


def as_points(pixel, plane):
    pairs = zip(pixel.tolist(), plane.tolist(), strict=True)
    return [ControlPoint(str(k), *at, *to, f"line {k + 1}") for k, (at, to) in enumerate(pairs, start=1)]


def level(count):
    return np.repeat(np.eye(2)[None], count, axis=0)


# -- the models ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "degree"), [(WarpKind.AFFINE, 1), (WarpKind.POLYNOMIAL_2, 2)])
def test_polynomials_are_plain_least_squares(kind, degree):
    pixel, plane = sheet_points()
    x, y = ((pixel - 2500.0) / 2500.0).T
    columns = [np.ones_like(x), x, y, *([x * x, x * y, y * y] if degree == 2 else [])]
    solved = np.linalg.lstsq(np.column_stack(columns), plane - CORNER, rcond=None)[0]
    expected = np.column_stack(columns) @ solved + CORNER
    # Coefficients are rounded to 1e-12 of 20 km: 2e-8 m each.
    np.testing.assert_allclose(to_plane(fit(kind, pixel, plane).warp, pixel), expected, rtol=0, atol=1e-6)


def test_a_similarity_is_that_of_umeyama():
    pixel, plane = sheet_points()
    a = (pixel * (1.0, -1.0)) - (pixel * (1.0, -1.0)).mean(axis=0)
    b = plane - plane.mean(axis=0)
    u, s, vt = np.linalg.svd(b.T @ a)
    turn = u @ np.diag([1.0, np.linalg.det(u @ vt)]) @ vt
    scale = (s * [1.0, np.linalg.det(u @ vt)]).sum() / (a**2).sum()
    expected = plane.mean(axis=0) + scale * a @ turn.T
    done = fit(WarpKind.SIMILARITY, pixel, plane)
    np.testing.assert_allclose(to_plane(done.warp, pixel), expected, rtol=0, atol=1e-6)


def test_a_projective_model_goes_through_a_homography():
    """That of four points, solved as eight linear equations, is found again from eight of its points."""
    pixel = np.array([[0.0, 0.0], [5000.0, 100.0], [4800.0, 5000.0], [200.0, 4700.0]])
    plane = CORNER + np.array([[0.0, 40_000.0], [39_000.0, 41_000.0], [43_000.0, 500.0], [-1000.0, 0.0]])
    rows, right = [], []
    for (x, y), (e, n) in zip(pixel / 5000.0, (plane - CORNER) / 40_000.0, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -e * x, -e * y], [0, 0, 0, x, y, 1, -n * x, -n * y]]
        right += [e, n]
    h = np.append(np.linalg.solve(rows, right), 1.0).reshape(3, 3)

    def put(places):
        done = np.column_stack([places / 5000.0, np.ones(len(places))]) @ h.T
        return CORNER + 40_000.0 * done[:, :2] / done[:, 2:]

    more = np.vstack([pixel, [[2500.0, 2400.0], [1000.0, 3000.0], [4000.0, 900.0], [2500.0, 4500.0]]])
    done = fit(WarpKind.PROJECTIVE, more, put(more))
    elsewhere = np.array([[700.0, 650.0], [3300.0, 2100.0]])
    np.testing.assert_allclose(to_plane(done.warp, elsewhere), put(elsewhere), rtol=0, atol=1e-5)
    assert np.abs(done.loo).max() < 1e-5


def test_a_projective_model_is_a_least_sum_of_squares():
    pixel, plane = sheet_points()
    done = fit(WarpKind.PROJECTIVE, pixel, plane)
    least = (done.residual**2).sum()
    from merestone.construct.georeferencing.warps import Projective

    for k in range(8):
        for step in (-1e-5, 1e-5):
            moved = done.warp.coefficients.copy()
            moved[k] += step
            other = to_plane(Projective(done.warp.normal, moved), pixel) - plane
            assert (other**2).sum() > least


def test_the_spline_solves_its_defining_equations():
    """The bordered system of interpolation and side conditions, as a whole."""
    pixel, plane = sheet_points(count=9)
    done = fit(WarpKind.THIN_PLATE_SPLINE, pixel, plane)
    assert np.abs(done.residual).max() < 1e-5
    x = (pixel - 2500.0) / 2500.0
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    bending = np.where(squared > 0, squared * np.log(np.where(squared > 0, squared, 1.0)) / 2.0, 0.0)
    terms = np.column_stack([np.ones(9), x])
    whole = np.block([[bending, terms], [terms.T, np.zeros((3, 3))]])
    solved = np.linalg.solve(whole, np.vstack([plane - CORNER, np.zeros((3, 2))]))
    at = (np.array([[1200.0, 3300.0], [5200.0, -50.0]]) - 2500.0) / 2500.0
    away = ((at[:, None] - x[None]) ** 2).sum(axis=2)
    expected = (away * np.log(away) / 2.0) @ solved[:9] + np.column_stack([np.ones(2), at]) @ solved[9:]
    placed = to_plane(done.warp, at * 2500.0 + 2500.0)
    np.testing.assert_allclose(placed, expected + CORNER, rtol=0, atol=1e-4)


def _by_gdal(pixel, plane, at, **how):
    """Where GDAL's transformer puts pixels, less the corner."""
    transform = pytest.importorskip("rasterio.transform")
    control = pytest.importorskip("rasterio.control")
    gcps = [
        control.GroundControlPoint(row=row, col=column, x=x, y=y)
        for (column, row), (x, y) in zip(pixel.tolist(), (plane - CORNER).tolist(), strict=True)
    ]
    with transform.GCPTransformer(gcps, **how) as gdal:
        return np.column_stack(gdal.xy(at[:, 1], at[:, 0], offset="ul"))


ELSEWHERE = np.random.default_rng(3).uniform(500.0, 4500.0, (40, 2))


@pytest.mark.parametrize(("kind", "count"), [(WarpKind.AFFINE, 5), (WarpKind.POLYNOMIAL_2, 9)])
def test_polynomials_agree_with_gdal(kind, count):
    """GDAL takes order 1 for fewer than six points, and order 2 from there."""
    pixel, plane = sheet_points(count=count)
    placed = to_plane(fit(kind, pixel, plane).warp, ELSEWHERE) - CORNER
    # Both lose some digits of 40 km to the normal equations (GDAL) or to rounded coefficients (here).
    np.testing.assert_allclose(placed, _by_gdal(pixel, plane, ELSEWHERE), rtol=0, atol=1e-4)


def test_the_spline_agrees_with_gdal():
    """GDAL fits its spline from the ground to the scan, and turns that round; so it is asked here."""
    pixel, plane = sheet_points(count=12)
    ground = _by_gdal(pixel, plane, ELSEWHERE, tps=True)
    warp = fit(WarpKind.THIN_PLATE_SPLINE, plane - CORNER, pixel).warp
    np.testing.assert_allclose(to_plane(warp, ground), ELSEWHERE, rtol=0, atol=1e-6)


# -- errors at points left out ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_out_is_as_fitting_anew(kind):
    pixel, plane = sheet_points(count=11)
    done = fit(kind, pixel, plane)
    for k in range(len(pixel)):
        others = np.arange(len(pixel)) != k
        anew = fit(kind, pixel[others], plane[others])
        expected = to_plane(anew.warp, pixel[k : k + 1])[0] - plane[k]
        np.testing.assert_allclose(done.loo[k], expected, rtol=0, atol=1e-4)
        if kind not in (WarpKind.PROJECTIVE, WarpKind.THIN_PLATE_SPLINE):
            assert done.drop[k] == pytest.approx(done.quadratic - anew.quadratic, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_no_redundancy_is_no_error(kind):
    pixel, plane = sheet_points(count=12)
    least = PARAMETERS[kind] // 2
    with pytest.raises(UnfitError, match=f"it needs {least + 1} points"):
        fit(kind, pixel[:least], plane[:least])


@pytest.mark.parametrize("kind", KINDS)
@given(shift=st.integers(-9, 9), turns=st.integers(0, 3))
def test_where_the_plane_begins_and_how_it_is_turned_changes_nothing(kind, shift, turns):
    if kind is WarpKind.PROJECTIVE and turns > 1:
        return  # the same law, at fifty times the cost
    pixel, plane = sheet_points(count=10)
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    turn = np.linalg.matrix_power(quarter, turns)
    moved = (plane - CORNER) @ turn.T + shift * 1e6
    one, other = fit(kind, pixel, plane).loo, fit(kind, pixel, moved).loo
    np.testing.assert_allclose(other, one @ turn.T, rtol=0, atol=1e-4)


# -- how sure -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("freedom", [2, 8, 26])
def test_the_radius_holds_95_percent_by_simulation(freedom):
    """A place and the errors that tell its σ, drawn 200,000 times: the share is binomial, ± 4 σ = 0.2 %."""
    rng = np.random.default_rng(freedom)
    count = 200_000
    off = np.hypot(*rng.normal(0.0, 1.0, (2, count)))
    rmse = np.sqrt(2.0 * rng.chisquare(freedom, count) / freedom)
    share = float((off <= rmse * radius_95_m(1.0, freedom)).mean())
    assert share == pytest.approx(0.95, abs=4.0 * sqrt(0.95 * 0.05 / count))


def test_with_many_points_the_radius_is_that_of_a_circular_normal_error():
    assert radius_95_m(1.0, 10**7) == pytest.approx(sqrt(log(20.0)), rel=1e-6)


def test_a_true_map_stands_out_by_chance_as_seldom_as_said():
    """A tail is uniform where errors are normal, on 600 sheets; that of one point in eight counts 8 times."""
    tails = []
    for seed in range(600):
        pixel, plane = sheet_points(count=8, seed=seed, bend=0.0)
        done = fit(WarpKind.AFFINE, pixel, plane)
        rest = fit(WarpKind.AFFINE, pixel[1:], plane[1:]).quadratic
        quotient = (done.quadratic - rest) / 2.0 / (rest / (done.freedom - 2))
        tails.append((1.0 + 2.0 * quotient / (done.freedom - 2)) ** (-(done.freedom - 2) / 2.0))
    # Kolmogorov's distance from uniform exceeds 1.63/√n with 1 %; the seeds are fixed.
    steps = np.arange(1, 601) / 600.0
    assert np.abs(np.sort(tails) - steps).max() < 1.63 / sqrt(600)


def test_all_points_and_models_that_are_asked_count():
    """Of a point 90 m off: the tail by two fits, times eight points and two models; no spline is asked."""
    pixel, plane = sheet_points(count=8, bend=0.0)
    plane[0] += [60.0, -67.0]
    points, area = as_points(pixel, plane), np.array([0.0, 0.0, 5e3, 5e3])
    asked = [WarpKind.SIMILARITY, WarpKind.AFFINE, WarpKind.PROJECTIVE, WarpKind.THIN_PLATE_SPLINE]
    trials = [trial_of(kind, points, plane, level(8), area) for kind in asked]
    value, by = p_values(trials, WarpKind.AFFINE, 8)[0]
    assert by is WarpKind.AFFINE
    with_it = fit(WarpKind.AFFINE, pixel, plane)
    rest = fit(WarpKind.AFFINE, pixel[1:], plane[1:]).quadratic
    assert value == pytest.approx(16.0 * (rest / with_it.quadratic) ** ((16 - 6 - 2) / 2), rel=1e-6)
    assert value < 0.5


def test_a_richer_model_must_be_better_by_more_than_a_standard_error():
    """Mean squares 105 and 100; the standard error of the latter, of 64 … 136, is 21; of 99 … 101, 0.6."""

    def trial(kind, squares):
        loo = np.column_stack([np.sqrt(squares), np.zeros(4)])
        done = fit(WarpKind.AFFINE, *sheet_points(count=5))
        return Trial(Tried(kind, None), done, loo, loo)

    simple = trial(WarpKind.SIMILARITY, [105.0] * 4)
    wide = trial(WarpKind.AFFINE, [64.0, 136.0, 64.0, 136.0])
    narrow = trial(WarpKind.AFFINE, [99.0, 101.0, 99.0, 101.0])
    assert chosen([simple, wide]) is simple
    assert chosen([simple, narrow]) is narrow
    assert chosen([Trial(Tried(WarpKind.AFFINE, "folds"), None, simple.loo_m, simple.loo_m)]) is None


def test_the_simplest_model_that_does_as_well_is_taken():
    area = np.array([0.0, 0.0, 5000.0, 5000.0])

    def taken(bend, sigma_m, count=30):
        pixel, plane = sheet_points(count=count, sigma_m=sigma_m, bend=bend)
        points = as_points(pixel, plane)
        return chosen([trial_of(kind, points, plane, level(count), area) for kind in KINDS]).tried.kind

    assert taken(0.0, 200.0) is WarpKind.SIMILARITY  # the stretch of 160 m is lost in the noise
    assert taken(0.0, 5.0) is WarpKind.AFFINE
    assert taken(0.003, 5.0) is WarpKind.POLYNOMIAL_2


def test_lines_of_maps_that_were_drawn_with_known_errors_lie_within_the_radius(shipped_dossier):
    """A real limit, drawn through a known distortion on 100 sheets, one vertex of each looked at.

    The share within is binomial; a choice of the model by the same points costs a per cent or two
    (docs/method/georeferencing.md), so 0.93 less four σ is the floor.
    """
    tree = json.loads((shipped_dossier / "sources" / "osm-2017.geojson").read_text())
    ring = np.array(tree["features"][0]["geometry"]["coordinates"][0][0])[:2000]
    ring = (ring - ring.min(axis=0)) / np.ptp(ring, axis=0)
    line = 800.0 + 3400.0 * ring
    area = np.array([0.0, 0.0, 5000.0, 5000.0])
    within, radii = 0, []
    for seed in range(100):
        rng = np.random.default_rng([seed, 5])
        pixel, plane = sheet_points(count=12, seed=seed)
        points = as_points(pixel, plane)
        best = chosen([trial_of(kind, points, plane, level(12), area) for kind in KINDS])
        vertex = line[rng.integers(len(line), size=1)]
        drawn = truth(vertex) + rng.normal(0.0, 10.0, (1, 2))
        off_m = np.hypot(*(to_plane(best.fit.warp, vertex) - drawn)[0])
        within += off_m <= best.tried.radius_95_m
        radii.append(best.tried.radius_95_m)
    assert within >= 100 * (0.93 - 4.0 * sqrt(0.93 * 0.07 / 100))
    # Of a vertex alone, of 10 m an axis, the radius is 24.5 m; twelve points tell a bent sheet no better.
    assert np.median(radii) < 2.5 * 24.5


# -- points that are wrong ----------------------------------------------------------------------------------


def test_most_agreed_is_not_moved_by_two_points_in_five():
    pixel, plane = sheet_points(count=10, sigma_m=1.0, bend=0.0)
    plane[:4] += [[90_000.0, 0.0], [0.0, -70_000.0], [3e5, 3e5], [-5e4, 9e4]]
    _, off_m = most_agreed(pixel, plane)
    assert (off_m[:4] > 10_000.0).all()
    assert (off_m[4:] < 500.0).all()  # a similarity leaves the stretch


def test_arrangements_that_cannot_place_a_scan_are_refused():
    pixel, plane = sheet_points(count=6)
    with pytest.raises(BadInputError, match=r"3 control point\(s\) are too few: 4 are needed"):
        check_arrangement(as_points(pixel[:3], plane[:3]), plane[:3])
    thin = np.column_stack([pixel[:, 0], 2000.0 + 0.03 * pixel[:, 1]])
    with pytest.raises(BadInputError, match=r"nearly on a line on the scan: they spread .* pixels along it"):
        check_arrangement(as_points(thin, truth(thin)), truth(thin))
    twice = np.vstack([pixel, pixel[2]])
    with pytest.raises(BadInputError, match=r"points 3 .* and 7 .* have one pixel; leave one out"):
        check_arrangement(as_points(twice, np.vstack([plane, plane[2]])), np.vstack([plane, plane[2]]))
    other = np.vstack([plane, plane[2] + 500.0])
    with pytest.raises(BadInputError, match="have one pixel, but two places on the map"):
        check_arrangement(as_points(twice, other), other)


def test_a_mirror_image_is_refused_with_both_figures():
    pixel, plane = sheet_points(count=6, bend=0.0)
    check_orientation(as_points(pixel, plane), plane)
    with pytest.raises(BadInputError, match=r"mirror image: a similarity leaves .* and \d+ m with the"):
        check_orientation(as_points(pixel, plane), plane[:, ::-1])


def test_points_on_a_circle_and_its_middle_line_determine_no_second_order():
    angle = np.linspace(0.0, 2.0 * np.pi, 9)[:-1]
    pixel = 2500.0 + 2000.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    with pytest.raises(UnfitError, match="on one curve"):
        fit(WarpKind.POLYNOMIAL_2, pixel, truth(pixel))


def test_a_model_that_folds_the_scan_is_seen():
    pixel, _ = sheet_points(count=12)
    u = pixel[:, :1] / 5000.0 - 0.5
    folded = CORNER + 40_000.0 * np.column_stack([u + 1.5 * u * u, -pixel[:, 1:] / 5000.0])
    warp = fit(WarpKind.POLYNOMIAL_2, pixel, folded).warp
    # It turns where 1 + 3 u = 0: at column 833.
    assert folds(warp, np.array([0.0, 0.0, 5000.0, 5000.0]))
    assert not folds(warp, np.array([900.0, 0.0, 5000.0, 5000.0]))


# -- the way back, and the raster ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_back_undoes_the_way_there(kind):
    pixel, plane = sheet_points()
    warp = fit(kind, pixel, plane).warp
    at = np.random.default_rng(4).uniform(0.0, 5000.0, (50, 2))
    np.testing.assert_allclose(to_pixel(warp, to_plane(warp, at)), at, rtol=0, atol=1e-6)
    for k, step in enumerate(np.eye(2)):
        numeric = (to_plane(warp, at + step) - to_plane(warp, at - step)) / 2.0
        # A central difference over two pixels errs by the third derivative, most near a knot of the spline.
        np.testing.assert_allclose(plane_slopes(warp, at)[:, :, k], numeric, rtol=0, atol=1e-3)


class Level:
    """A map's system that is its own plane."""

    def enter(self, xy):
        return xy

    def leave(self, plane):
        return plane


@pytest.mark.parametrize(
    ("kind", "bend"), [*((kind, 0.003) for kind in KINDS), (WarpKind.POLYNOMIAL_2, 0.15)]
)
def test_a_pixel_of_the_sheet_takes_the_place_where_the_model_has_it(kind, bend):
    """The last sheet is bent so much that the widest lattice is 0.1 pixels off, and a finer one is due."""
    pixel, plane = sheet_points(bend=bend)
    warp = fit(kind, pixel, plane).warp
    sheet = sheet_of(warp, Level(), 5000, 5000)
    lookup = Lookup(warp, Level(), sheet, (5000, 5000))
    columns, rows = lookup.tile(2048, 2560, 200, 300)
    assert columns.shape == (200, 300)
    x = sheet.west + (2560 + np.arange(300) + 0.5) * sheet.across
    y = sheet.north - (2048 + np.arange(200) + 0.5) * sheet.down
    placed = to_plane(warp, np.column_stack([columns.ravel(), rows.ravel()])).reshape(200, 300, 2)
    off_px = np.abs(placed - np.stack(np.meshgrid(x, y), axis=2)) / sheet.across
    assert off_px.max() < 0.075  # half as much again as promised: the lattice is measured in its middles


def test_a_model_that_runs_wild_makes_no_sheet():
    pixel, plane = sheet_points(count=12, sigma_m=0.0)
    small = pixel / 10.0
    bent = plane + 4e4 * (small[:, :1] / 500.0) ** 2
    warp = fit(WarpKind.POLYNOMIAL_2, small, bent).warp
    with pytest.raises(BadInputError, match="runs wild beyond the control points"):
        sheet_of(warp, Level(), 20_000, 20_000)
