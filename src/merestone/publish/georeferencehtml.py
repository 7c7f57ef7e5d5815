"""``georeference.html``: how a scan lies, on one page that opens from disk: residuals, models, accuracy.

It has the look of the report and no script at all (ADR 12).
"""

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

import numpy as np

from merestone.model.catalogue import CATALOGUE
from merestone.publish import report_text as text
from merestone.publish.pages import page_environment, style_without_script

_WIDTH, _TALLEST, _MARGIN = 900.0, 760.0, 60.0
_LONGEST = 80.0
"""The longest vector is drawn no longer than this many pixels."""


def georeference_html(
    tree: Mapping[str, Any], places: "np.ndarray", outline: "np.ndarray", lines: Sequence["np.ndarray"]
) -> bytes:
    """The page as UTF-8: the same bytes for the same values.

    ``tree`` is that of georeference.json; in metres of the plane, (n, 2): ``places`` of the control points in
    its order, the ``outline`` of the scan (or of the points), and the carried ``lines``.
    """
    environment = page_environment()
    environment.filters.update({"m": text.metres, "km": text.kilometres})
    values = {
        "g": tree,
        "chosen": next(one for one in tree["models"] if one["chosen"]),
        "plot": _plot(tree, places, outline, lines),
        "explanations": {code: entry.explanation for code, entry in CATALOGUE.items()},
        **style_without_script(),
    }
    return environment.get_template("georeference.html.j2").render(values).encode("utf-8")


def _plot(
    tree: Mapping[str, Any], places: "np.ndarray", outline: "np.ndarray", lines: Sequence["np.ndarray"]
) -> dict[str, Any]:
    """Paths and points in pixels, north up; vectors are drawn ``times`` as long as the map."""
    every = np.concatenate([places, outline, *lines])
    low, high = every.min(axis=0), every.max(axis=0)
    span = np.maximum(high - low, 1.0)
    inner = (_WIDTH - 2.0 * _MARGIN, _TALLEST - 2.0 * _MARGIN)
    per_m = float(min(inner[0] / span[0], inner[1] / span[1]))
    height = float(span[1]) * per_m + 2.0 * _MARGIN

    def put(plane: "np.ndarray") -> "np.ndarray":
        x = _MARGIN + (plane[:, 0] - low[0]) * per_m
        return np.column_stack([x, height - _MARGIN - (plane[:, 1] - low[1]) * per_m])

    longest = max(point["loo"]["distance_m"] for point in tree["control_points"])
    pixels_per_m = _neat(_LONGEST / longest) if longest > 0.0 else per_m
    return {
        "width": round(_WIDTH),
        "height": round(height),
        "outline": _path(put(outline)) + "Z",
        "lines": " ".join(_path(put(line)) for line in lines),
        "points": [
            _drawn(point, at, pixels_per_m)
            for point, at in zip(tree["control_points"], put(places).tolist(), strict=True)
        ],
        "bar_m": _neat(60.0 / pixels_per_m),
        "bar": round(_neat(60.0 / pixels_per_m) * pixels_per_m, 1),
        "times": _neat(pixels_per_m / per_m),
    }


def _drawn(point: Mapping[str, Any], at: Sequence[float], pixels_per_m: float) -> dict[str, Any]:
    def tip(vector: Mapping[str, float]) -> tuple[float, float]:
        return (
            round(at[0] + vector["east_m"] * pixels_per_m, 1),
            round(at[1] - vector["north_m"] * pixels_per_m, 1),
        )

    return {
        "id": point["id"],
        "at": (round(at[0], 1), round(at[1], 1)),
        "residual": tip(point["residual"]),
        "loo": tip(point["loo"]),
        "outlier": point["outlier"],
    }


def _path(places: "np.ndarray") -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places.tolist())


def _neat(figure: float) -> float:
    """The next figure of one digit below."""
    unit = 10.0 ** floor(log10(figure))
    return floor(figure / unit + 1e-9) * unit
