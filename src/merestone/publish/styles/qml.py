"""QGIS layer styles (QML, as QGIS 3.22 and later read it), written from a few plain parts.

Only what differs from the defaults of QGIS is written. Sizes are millimetres on the screen or paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

VERSION = "3.22.0"
_GEOMETRY_TYPE = {"marker": 0, "line": 1, "fill": 2}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of one or more layers, the lowest first: (QGIS class, properties)."""

    kind: str
    """``marker``, ``line`` or ``fill``."""
    layers: tuple[tuple[str, Mapping[str, str]], ...]
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Category:
    """A value of the attribute, its words in the legend, and how it is drawn."""

    value: str
    words: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Label:
    """Labels: a QGIS expression, text size in points, and the scale from which on they show."""

    expression: str
    size: float = 8.0
    colour: str = "#222222"
    from_scale: float = 0.0
    """Smallest scale (as its denominator) at which labels show; 0: always."""
    along_line: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is drawn: by category of an attribute, or all alike (one category, no attribute)."""

    categories: tuple[Category, ...]
    attribute: str | None = None
    label: Label | None = None
    from_scale: float = 0.0
    """Smallest scale (as its denominator) at which the layer shows; 0: always."""
    aliases: Mapping[str, str] = field(default_factory=dict)


def colour(hexadecimal: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes colours."""
    parts = [int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, round(255 * opacity)))


def line(
    ink: str, width: float, dash: Sequence[float] = (), opacity: float = 1.0
) -> tuple[str, dict[str, str]]:
    """A stroke; `dash` in multiples of its width."""
    properties = {
        "line_color": colour(ink, opacity),
        "line_style": "solid",
        "line_width": f"{width:g}",
        "line_width_unit": "MM",
        "capstyle": "flat",
        "joinstyle": "round",
    }
    if dash:
        properties |= {
            "use_custom_dash": "1",
            "customdash": ";".join(f"{part * width:g}" for part in dash),
            "customdash_unit": "MM",
        }
    return "SimpleLine", properties


def fill(ink: str, brush: str, edge: str, width: float, dash: str = "solid") -> tuple[str, dict[str, str]]:
    """An area: Qt's brush (``solid``, ``no``, ``b_diagonal``, …) in `ink`, an edge round it."""
    return "SimpleFill", {
        "color": colour(ink),
        "style": brush,
        "outline_color": colour(edge),
        "outline_style": dash,
        "outline_width": f"{width:g}",
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def marker(shape: str, ink: str, size: float, edge: str = "#ffffff") -> tuple[str, dict[str, str]]:
    """A point drawn as one of QGIS's simple markers."""
    return "SimpleMarker", {
        "name": shape,
        "color": colour(ink),
        "size": f"{size:g}",
        "size_unit": "MM",
        "outline_color": colour(edge),
        "outline_width": "0.2",
        "outline_width_unit": "MM",
    }


def qml(style: Style) -> str:
    """The style as the text of a QML document."""
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})
    root.set("labelsEnabled", "1" if style.label else "0")
    if style.from_scale:
        root.set("hasScaleBasedVisibilityFlag", "1")
        root.set("minScale", f"{style.from_scale:.0f}")
        root.set("maxScale", "0")
    _renderer(root, style)
    if style.label:
        _labeling(root, style)
    kind = style.categories[0].symbol.kind
    ET.SubElement(root, "layerGeometryType").text = str(_GEOMETRY_TYPE[kind])
    ET.indent(root, "  ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _renderer(root: ET.Element, style: Style) -> None:
    alike = style.attribute is None
    renderer = ET.SubElement(root, "renderer-v2", {"type": "singleSymbol" if alike else "categorizedSymbol"})
    if style.attribute is not None:
        renderer.set("attr", style.attribute)
        categories = ET.SubElement(renderer, "categories")
        for number, one in enumerate(style.categories):
            shown = {"symbol": str(number), "value": one.value, "label": one.words, "render": "true"}
            ET.SubElement(categories, "category", {**shown, "type": "string"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, one in enumerate(style.categories):
        _symbol(symbols, str(number), one.symbol)


def _symbol(parent: ET.Element, name: str, symbol: Symbol) -> None:
    attributes = {"type": symbol.kind, "name": name, "alpha": f"{symbol.opacity:g}", "clip_to_extent": "1"}
    element = ET.SubElement(parent, "symbol", attributes)
    for kind, properties in symbol.layers:
        layer = ET.SubElement(element, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
        options = ET.SubElement(layer, "Option", {"type": "Map"})
        for key, value in properties.items():
            ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})


def _labeling(root: ET.Element, style: Style) -> None:
    label = style.label
    assert label is not None
    settings = ET.SubElement(ET.SubElement(root, "labeling", {"type": "simple"}), "settings")
    ink = {"textColor": colour(label.colour), "fontSize": f"{label.size:g}", "fontSizeUnit": "Point"}
    words = {"fieldName": label.expression, "isExpression": "1"}
    text = ET.SubElement(settings, "text-style", {**words, **ink})
    halo = {
        "bufferDraw": "1",
        "bufferSize": "0.8",
        "bufferSizeUnits": "MM",
        "bufferColor": colour("#ffffff", 0.85),
    }
    ET.SubElement(text, "text-buffer", halo)
    kind = style.categories[0].symbol.kind
    # 0: around a point; 2: along a line; 1: over the inside of an area
    placement = {"marker": "0", "fill": "1", "line": "2"}[kind]
    ET.SubElement(settings, "placement", {"placement": placement, "dist": "0.8", "placementFlags": "10"})
    # QGIS keeps denominators: labels show where the scale's lies between scaleMin and scaleMax.
    shown = {"scaleVisibility": "1", "scaleMin": "0", "scaleMax": f"{label.from_scale:.0f}"}
    ET.SubElement(settings, "rendering", shown if label.from_scale else {"scaleVisibility": "0"})
