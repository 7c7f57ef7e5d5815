"""``candidate.html``: a candidate line on one page that opens from disk: map, effects, joins, findings.

It has the look of the report and no script at all (ADR 12).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from jinja2 import Environment

from merestone.geometry.densify import densified
from merestone.model.candidates import Candidate, CandidateLine
from merestone.model.catalogue import CATALOGUE
from merestone.model.sources import EdgeType
from merestone.publish import report_text as text
from merestone.publish.pages import page_environment, style_without_script
from merestone.publish.report_geometry import drawing_tolerance_deg, for_drawing, frame_around, path_data
from merestone.publish.report_palette import dash_array, source_looks

_WIDTH, _TALLEST = 960.0, 900.0
_DRAWN_M = 1.0
_MOST = 40
"""Rows of a list on the page; candidate.json has all."""


def candidate_html(
    candidate: Candidate, head: Mapping[str, Any], drawn: Mapping[str, Sequence["np.ndarray"]]
) -> bytes:
    """The page as UTF-8: the same bytes for the same candidate.

    ``head`` is that of ``candidate.json``; ``drawn`` has the lines that the candidate is drawn beside, by
    source or base, each (n, 2) degrees.
    """
    page = _environment().get_template("candidate.html.j2")
    values = {
        "c": candidate,
        "head": head,
        "title": (head["dossier"] or {}).get("title") or "Candidate line",
        "picture": _picture(candidate, drawn),
        "explanations": {code: entry.explanation for code, entry in CATALOGUE.items()},
        "most": _MOST,
        **style_without_script(),
    }
    return page.render(values).encode("utf-8")


def _environment() -> Environment:
    environment = page_environment()
    environment.filters.update(
        {
            "dms": text.dms,
            "km": text.kilometres,
            "km2": text.square_kilometres,
            "m": text.metres,
            "named": lambda one: text.name_of(one["names"], str(one["id"])),
        }
    )
    return environment


def _picture(candidate: Candidate, drawn: Mapping[str, Sequence["np.ndarray"]]) -> Mapping[str, Any]:
    """The paths of the map in pixels, drawn with the looks of the report."""
    own = [shapely.LineString(_chain(line)) for line in candidate.lines]
    others = {
        name: [shapely.LineString(one) for one in lines if len(one) > 1] for name, lines in drawn.items()
    }
    every = [*own, *(line for lines in others.values() for line in lines)]
    if not every:
        return {"width": 0, "height": 0, "others": (), "own": ""}
    frame = frame_around(own or every, _WIDTH, _TALLEST, margin=0.08)
    looks = source_looks(tuple(sorted(others)))
    tolerance = drawing_tolerance_deg(every)

    def path(lines: Sequence[shapely.LineString]) -> str:
        shapes = np.array([*lines, None], dtype=object)[:-1]
        return path_data(frame.project(for_drawing(shapes, tolerance))) if len(shapes) else ""

    return {
        "width": round(frame.width),
        "height": round(frame.height),
        "own": path(own),
        "others": [
            {
                "name": name,
                "colour": looks[name].colour,
                "dash": dash_array(looks[name], 1.6),
                "path": path(others[name]),
            }
            for name in sorted(others)
        ],
    }


def _chain(line: CandidateLine) -> "np.ndarray":
    if line.drawn is not None:
        return line.drawn
    return densified(line.coords, EdgeType.GEODESIC, _DRAWN_M)[0]
