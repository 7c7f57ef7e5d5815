#!/usr/bin/python3
"""Draw a comparison.gpkg in QGIS, without a screen, with the styles that it holds.

Needs Debian's python3-qgis (QGIS 3.22 or later), so it runs under the system's Python:

    /usr/bin/python3 tools/qgis_picture.py out/comparison.gpkg docs/images/qgis.png
    /usr/bin/python3 tools/qgis_picture.py GPKG PNG --extent 46.0,39.4,46.6,39.8

Nothing is set but the order of the layers, which QGIS leaves to its user: what is seen is what the
styles say.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
    QgsVectorLayer,
)

WIDTH_MM, HEIGHT_MM, LEGEND_MM = 300.0, 200.0, 78.0
LAYERS = (
    "corridor",
    "features_districts",
    "features_waters",
    "features_rivers",
    "differences",
    "sections",
    "limits",
    "enclaves",
    "offsets",
    "features_settlements",
)
"""Drawn from the first to the last; those that the file does not have are left out."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("geopackage", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--extent", help="west,south,east,north in degrees; default: that of the corridor")
    parser.add_argument("--layers", help="comma-separated, lowest first", default=",".join(LAYERS))
    parser.add_argument("--crs", help="of the picture", default="EPSG:3857")
    parser.add_argument("--dpi", type=float, default=110.0)
    options = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    try:
        draw(options)
    finally:
        application.exitQgis()
    return 0


def draw(options: argparse.Namespace) -> None:
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem(options.crs))
    layers = [opened(options.geopackage, name) for name in options.layers.split(",")]
    layers = [layer for layer in layers if layer is not None]
    project.addMapLayers(list(reversed(layers)))
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(WIDTH_MM, HEIGHT_MM))
    drawn = add_map(layout, project, layers, options.extent)
    add_legend(layout, drawn)
    add_scale_bar(layout, drawn)
    add_credit(layout, layers)
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = options.dpi
    settings.generateWorldFile = False
    result = QgsLayoutExporter(layout).exportToImage(str(options.picture), settings)
    if result != QgsLayoutExporter.Success:
        sys.exit(f"error: {options.picture}: QGIS wrote no picture (code {result})")


def opened(path: Path, name: str) -> "QgsVectorLayer | None":
    """A layer with the default style that the file has for it."""
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    if not layer.isValid():
        return None
    _, found = layer.loadDefaultStyle()
    if not found:
        sys.exit(f"error: {path}: layer {name} has no default style that QGIS takes")
    return layer


def add_map(
    layout: QgsPrintLayout, project: QgsProject, layers: list, extent: "str | None"
) -> QgsLayoutItemMap:
    item = QgsLayoutItemMap(layout)
    item.attemptMove(QgsLayoutPoint(0, 0))
    item.attemptResize(QgsLayoutSize(WIDTH_MM - LEGEND_MM, HEIGHT_MM))
    item.setLayers(list(reversed(layers)))
    if extent is None:
        box = next((layer for layer in layers if layer.name() == "corridor"), layers[0]).extent()
    else:
        box = QgsRectangle(*(float(part) for part in extent.split(",")))
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    item.zoomToExtent(QgsCoordinateTransform(degrees, project.crs(), project).transformBoundingBox(box))
    item.setFrameEnabled(True)
    layout.addLayoutItem(item)
    return item


def add_legend(layout: QgsPrintLayout, drawn: QgsLayoutItemMap) -> None:
    legend = QgsLayoutItemLegend(layout)
    legend.setLinkedMap(drawn)
    legend.setAutoUpdateModel(True)
    legend.setWrapString("|")
    for part, points in ((QgsLegendStyle.Subgroup, 8.5), (QgsLegendStyle.SymbolLabel, 7.5)):
        style = legend.style(part)
        font = style.font()
        font.setPointSizeF(points)
        style.setFont(font)
        legend.setStyle(part, style)
    legend.attemptMove(QgsLayoutPoint(WIDTH_MM - LEGEND_MM + 2, 2))
    layout.addLayoutItem(legend)


def add_scale_bar(layout: QgsPrintLayout, drawn: QgsLayoutItemMap) -> None:
    bar = QgsLayoutItemScaleBar(layout)
    bar.setLinkedMap(drawn)
    bar.setStyle("Single Box")
    bar.applyDefaultSize(QgsUnitTypes.DistanceKilometers)
    text = bar.textFormat()
    text.setSize(8)
    bar.setTextFormat(text)
    bar.attemptMove(QgsLayoutPoint(4, HEIGHT_MM - 16))
    bar.setBackgroundEnabled(True)
    layout.addLayoutItem(bar)


def add_credit(layout: QgsPrintLayout, layers: list) -> None:
    """Which QGIS drew it; the attribution of the sources stands with the picture."""
    from qgis.core import Qgis

    label = QgsLayoutItemLabel(layout)
    label.setText(
        f"comparison.gpkg in QGIS {Qgis.QGIS_VERSION.split('-')[0]}, {len(layers)} layers, own styles"
    )
    font = label.font()
    font.setPointSizeF(6.5)
    label.setFont(font)
    label.attemptMove(QgsLayoutPoint(WIDTH_MM - LEGEND_MM + 2, HEIGHT_MM - 7))
    label.attemptResize(QgsLayoutSize(LEGEND_MM - 4, 6))
    layout.addLayoutItem(label)


if __name__ == "__main__":
    sys.exit(main())
