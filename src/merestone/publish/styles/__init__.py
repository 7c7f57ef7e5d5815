"""How each layer of ``comparison.gpkg`` looks in QGIS.

The colours of sources and verdicts are those of the report: told apart without colour vision, by dash
and pattern too. Parties have no colour, so neither has a bad one.
"""

from collections.abc import Callable

from merestone.model.results import Comparison
from merestone.publish.report_palette import VERDICTS, SourceLook, source_looks
from merestone.publish.styles.qml import Category, Label, Style, Symbol, fill, line, marker, qml
from merestone.publish.tables import Table

_INK = "#222222"
_QUIET = "#8a8578"
_WATER = "#5b8db8"


def style_of(table: Table, comparison: Comparison) -> str:
    """The QML of the default style of a layer."""
    if table.name in _OWN:
        return qml(_OWN[table.name](comparison))
    return qml(_context(table))


def _looks(comparison: Comparison) -> tuple[SourceLook, ...]:
    ids = tuple(source.id for source in comparison.sources)
    looks = source_looks(ids)
    return tuple(looks[id_] for id_ in ids)


def _alike(symbol: Symbol, label: Label | None = None, from_scale: float = 0.0) -> Style:
    return Style((Category("", "", symbol),), None, label, from_scale)


def _corridor(_: Comparison) -> Style:
    return _alike(Symbol("fill", (fill("#ffffff", "no", _QUIET, 0.3, "dash"),)))


def _limits(comparison: Comparison) -> Style:
    # A pale casing keeps lines apart where they run on top of hatching or of one another.
    categories = tuple(
        Category(
            look.id,
            look.id,
            Symbol("line", (line("#ffffff", 0.7, opacity=0.5), line(look.colour, 0.4, look.dash))),
        )
        for look in _looks(comparison)
    )
    return Style(categories, "source")


def _sections(_: Comparison) -> Style:
    categories = tuple(
        Category(
            look.verdict.value,
            look.words,
            Symbol("line", (line("#55524a", 3.1), line(look.colour, 2.8))),
        )
        for look in VERDICTS
    )
    return Style(categories, "verdict", Label('"id"', 7.5, from_scale=400_000.0, along_line=True))


def _differences(_: Comparison) -> Style:
    between = Symbol("fill", (fill("#7a4b00", "f_diagonal", "#7a4b00", 0.2),))
    own = Symbol("fill", (fill(_QUIET, "dense6", _QUIET, 0.2, "dot"),))
    words = "\"id\" || '\\n' || format_number(\"area_km2\", 2) || ' km²'"
    return Style(
        (
            Category("between", "between the parties", between),
            Category("own", "a source's own: lake, third country, coverage", own),
        ),
        "kind",
        Label(f'CASE WHEN "listed" THEN {words} END', 7.5, from_scale=250_000.0),
    )


def _enclaves(comparison: Comparison) -> Style:
    shown = {source.source for source in comparison.shapes.tracing.sources if source.enclaves}
    categories = tuple(
        Category(look.id, look.id, Symbol("fill", (fill("#ffffff", "no", look.colour, 0.5),)))
        for look in _looks(comparison)
        if look.id in shown or not shown
    )
    return Style(categories, "source", Label('coalesce("name", "id")', 8.0, from_scale=750_000.0))


def _offsets(_: Comparison) -> Style:
    return _alike(
        Symbol("marker", (marker("circle", _INK, 1.2),)),
        Label('format_number("chainage_km", 1)', 6.5, from_scale=10_000.0),
        from_scale=100_000.0,
    )


def _findings(_: Comparison) -> Style:
    shapes = (("error", "triangle", 3.0), ("warning", "diamond", 2.6), ("info", "circle", 1.8))
    categories = tuple(
        Category(severity, severity, Symbol("marker", (marker(shape, "#f7f4e8", size, _INK),)))
        for severity, shape, size in shapes
    )
    return Style(categories, "severity", Label('"code"', 7.0, from_scale=100_000.0))


def _by_source(comparison: Comparison) -> Style:
    """Lines in the colour of the source that shows them."""
    categories = tuple(
        Category(look.id, look.id, Symbol("line", (line(look.colour, 0.5, look.dash),)))
        for look in _looks(comparison)
    )
    return Style(categories, "source")


def _crossings(_: Comparison) -> Style:
    shapes = (
        ("clear", "circle", _INK),
        ("in-doubt", "circle", "#ffffff"),
        ("cannot-say", "diamond", "#ffffff"),
    )
    categories = tuple(
        Category(verdict, verdict, Symbol("marker", (marker(shape, colour, 2.0, _INK),)))
        for verdict, shape, colour in shapes
    )
    label = '"route" || \' km \' || format_number("at_km", 3)'
    return Style(categories, "verdict", Label(label, 7.0, from_scale=50_000.0))


def _waters_parts(comparison: Comparison) -> Style:
    categories = tuple(
        Category(look.id, look.id, Symbol("fill", (fill("#ffffff", "no", look.colour, 0.4),)))
        for look in _looks(comparison)
    )
    return Style(categories, "source", Label('"label"', 7.0, from_scale=100_000.0))


_OWN: dict[str, Callable[[Comparison], Style]] = {
    "corridor": _corridor,
    "differences": _differences,
    "enclaves": _enclaves,
    "features_followed": _by_source,
    "features_roads_crossings": _crossings,
    "features_roads_stretches": _by_source,
    "features_waters_parts": _waters_parts,
    "findings": _findings,
    "limits": _limits,
    "offsets": _offsets,
    "sections": _sections,
}


def _context(table: Table) -> Style:
    """A quiet style for a layer of the dossier, by its kind and geometry."""
    kind = table.name.removeprefix("features_").rstrip("_0123456789")
    names = sorted(column.name for column in table.columns if column.name.startswith("name"))
    # English where there is one, since it is neither party's language; else whatever there is.
    order = sorted(names, key=lambda name: (name != "name_en", name != "name", name))
    quoted = ", ".join(f'"{name}"' for name in order)
    label = Label(f"coalesce({quoted})", 7.5, _QUIET_TEXT[kind], _FROM_SCALE[kind]) if quoted else None
    shapes = {"POINT": "marker", "MULTILINESTRING": "line"}
    geometry = shapes.get(table.geometry, "fill")
    return _alike(_CONTEXT_SYMBOLS[geometry](kind), label, _SHOWN_FROM.get(kind, 0.0))


_QUIET_TEXT = {
    "districts": "#4a463c",
    "settlements": "#333333",
    "waters": "#2f5f8a",
    "rivers": "#2f5f8a",
    "watersheds": "#6b6558",
    "roads": "#6b5136",
    "marks": "#333333",
    "parcels": "#6b6558",
}
_FROM_SCALE = {
    "districts": 2_500_000.0,
    "settlements": 250_000.0,
    "waters": 500_000.0,
    "rivers": 500_000.0,
    "watersheds": 500_000.0,
    "roads": 250_000.0,
    "marks": 50_000.0,
    "parcels": 50_000.0,
}


_SHOWN_FROM = {"settlements": 600_000.0, "marks": 250_000.0, "parcels": 100_000.0}
"""Many small things hide the line on an overview."""


def _context_area(kind: str) -> Symbol:
    if kind == "waters":
        return Symbol("fill", (fill("#cfe0ee", "solid", _WATER, 0.2),))
    return Symbol("fill", (fill("#ffffff", "no", _QUIET, 0.25, "dot"),))


def _context_line(kind: str) -> Symbol:
    return Symbol("line", (line(_WATER if kind == "rivers" else "#a08a6b", 0.35),))


def _context_point(kind: str) -> Symbol:
    return Symbol("marker", (marker("square" if kind == "marks" else "circle", "#666666", 1.4),))


_CONTEXT_SYMBOLS: dict[str, Callable[[str], Symbol]] = {
    "fill": _context_area,
    "line": _context_line,
    "marker": _context_point,
}
