"""Colours, dashes and markers of the report.

Each source has a colour, a dash and a marker of its own, so that none is told by colour alone. The
colours keep a contrast of 3 to 1 on the paper (WCAG 2.2, 1.4.11) and stay apart under the three kinds of
dichromacy (tested with the matrices of Machado, Oliveira and Fernandes 2009,
doi:10.1109/TVCG.2009.113). Parties have no colour. Verdicts go from blue to orange, with patterns.
"""

from dataclasses import dataclass

from merestone.model.results import Verdict

PAPER = "#fbfaf7"
"""What maps and profiles are drawn on."""

COLOURS = ("#0077bb", "#d24a00", "#111111", "#9a2be0", "#7a7a55", "#64005c", "#00604a", "#0020a0")
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (6.0, 2.0),
    (2.0, 2.0),
    (8.0, 2.0, 2.0, 2.0),
    (4.0, 1.5),
    (10.0, 3.0, 3.0, 3.0),
    (1.0, 1.5),
)
"""In multiples of the line's width; their number and that of the colours have no common factor."""
MARKERS = ("circle", "square", "up", "diamond", "down", "cross", "plus", "star", "bar")


@dataclass(frozen=True, slots=True)
class SourceLook:
    """How one source is drawn everywhere in a report."""

    id: str
    colour: str
    dash: tuple[float, ...]
    marker: str


@dataclass(frozen=True, slots=True)
class VerdictLook:
    """How one verdict is named and drawn. ``pattern`` is the id of an SVG pattern, or None."""

    verdict: Verdict
    words: str
    sentence: str
    colour: str
    ink: str
    """Text on the colour."""
    pattern: str | None


VERDICTS: tuple[VerdictLook, ...] = (
    VerdictLook(Verdict.COINCIDENT, "coincident", "the maps coincide", "#2b6ca3", "#ffffff", None),
    VerdictLook(
        Verdict.WITHIN_ACCURACY,
        "within accuracy",
        "the maps are within their accuracy",
        "#9cc4e0",
        "#10222f",
        None,
    ),
    VerdictLook(Verdict.DIFFERING, "differing", "the maps differ", "#f2a33a", "#2b1a00", "p-differing"),
    VerdictLook(
        Verdict.CANNOT_SAY, "cannot say", "the accuracy cannot say", "#e6e3dc", "#222222", "p-cannot-say"
    ),
)
VERDICT_LOOKS = {look.verdict: look for look in VERDICTS}


def source_looks(ids: tuple[str, ...]) -> dict[str, SourceLook]:
    """A look for each source id, in the order given; combinations repeat after 504 sources."""
    return {
        id_: SourceLook(id_, COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)], MARKERS[i % len(MARKERS)])
        for i, id_ in enumerate(ids)
    }


def dash_array(look: SourceLook, width: float) -> str:
    """The dash for SVG's ``stroke-dasharray`` at a line `width`; empty for a solid line."""
    return " ".join(f"{part * width:g}" for part in look.dash)


def marker_path(marker: str, x: float, y: float, r: float) -> str:
    """SVG path data of a marker of about radius `r` around (x, y)."""
    if marker == "circle":
        return f"M{x - r:.1f} {y:.1f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
    corners = _CORNERS[marker]
    return "".join(
        "M" + "L".join(f"{x + r * dx:.1f} {y + r * dy:.1f}" for dx, dy in part) + "z" for part in corners
    )


_CORNERS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "square": (((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),),
    "up": (((0, -1.1), (1, 0.8), (-1, 0.8)),),
    "down": (((0, 1.1), (1, -0.8), (-1, -0.8)),),
    "diamond": (((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),),
    "bar": (((-1.2, -0.35), (1.2, -0.35), (1.2, 0.35), (-1.2, 0.35)),),
    "plus": (
        ((-1.2, -0.3), (1.2, -0.3), (1.2, 0.3), (-1.2, 0.3)),
        ((-0.3, -1.2), (0.3, -1.2), (0.3, 1.2), (-0.3, 1.2)),
    ),
    "cross": (
        ((-1, -0.6), (-0.6, -1), (1, 0.6), (0.6, 1)),
        ((1, -0.6), (0.6, -1), (-1, 0.6), (-0.6, 1)),
    ),
    "star": (((0, -1.3), (0.4, -0.4), (1.3, 0), (0.4, 0.4), (0, 1.3), (-0.4, 0.4), (-1.3, 0), (-0.4, -0.4)),),
}
