"""How the layers of ``candidate.gpkg`` look in QGIS. Parties have no colour, so neither has a bad one."""

from merestone.publish.styles.qml import Category, Label, Style, Symbol, fill, line, marker, qml
from merestone.publish.tables import Table

_INK = "#222222"
_QUIET = "#8a8578"


def candidate_style(table: Table) -> str:
    """The QML of the default style of a layer."""
    symbol, label, from_scale = _LOOKS[table.name]
    return qml(Style((Category("", "", symbol),), None, label, from_scale))


def description_style(table: Table) -> str:
    """The same for the layers of ``description.gpkg``, drawn as those of a candidate are."""
    symbol, label, from_scale = _LOOKS[
        {"description_lines": "candidate_lines", "description_points": "turning_points"}[table.name]
    ]
    if table.name == "description_points":
        label = Label('"number"', 7.0, from_scale=25_000.0)
    return qml(Style((Category("", "", symbol),), None, label, from_scale))


_LOOKS = {
    "candidate_areas": (
        Symbol("fill", (fill("#7a4b00", "f_diagonal", "#7a4b00", 0.2),)),
        Label("format_number(\"area_km2\", 2) || ' km²'", 7.0, from_scale=100_000.0),
        0.0,
    ),
    "candidate_lines": (
        Symbol("line", (line("#ffffff", 1.2), line(_INK, 0.7))),
        Label('"id"', 8.0, from_scale=750_000.0, along_line=True),
        0.0,
    ),
    "turning_points": (
        Symbol("marker", (marker("circle", "#ffffff", 1.8, _INK),)),
        Label('"n"', 7.0, from_scale=25_000.0),
        250_000.0,
    ),
    "base_points": (Symbol("marker", (marker("diamond", _QUIET, 1.5),)), None, 100_000.0),
}
