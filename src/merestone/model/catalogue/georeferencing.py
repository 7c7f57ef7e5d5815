"""Findings about scanned maps and their control points (verb ``georeference``)."""

from merestone.model.catalogue.entry import Entry

GEOREFERENCING: dict[str, Entry] = {
    "georeference-outlier": Entry(
        "warning",
        "control point {point} lies {distance_m:,.1f} m from where the others put it{reading} ({model},"
        " p = {p_value:.1g}); it is not left out: with it the error at points left out is {loo_rmse_m:,.1f} m,"
        " without it (and those named before) {without_loo_rmse_m:,.1f} m ({without_model})",
        "The point is farther off than the errors of the others explain, counted over all points and models."
        " Look at it on the scan and in its list. If it is wrong, correct it or take it out of the file; a"
        " place that the map draws wrongly tells how far the map is to be trusted, and stays.",
    ),
    "georeference-few-points": Entry(
        "warning",
        "{model} leaves {freedom} degrees of freedom: an error of {loo_rmse_m:,.1f} m that is known from so"
        " little is {radius_95_m:,.1f} m with 95 %",
        "The error is itself known only roughly, and the 95 % radius is widened for it. More control points,"
        " well spread, narrow it.",
    ),
    "georeference-untested": Entry(
        "warning",
        "{count} control points are too few to tell whether one of them stands out",
        "With so few points a wrong one is taken up by the model. Add points.",
    ),
    "georeference-left-out": Entry(
        "info",
        "{what}: {count} control point(s) are marked as not in use, and were left out",
        "The column `enable` has 0 there. Who made the list left them out, not merestone.",
    ),
    "georeference-scan-placed": Entry(
        "info",
        "{scan} says itself where it lies on the ground; that is not used, its pixels and the control points are",
        "Somebody has georeferenced the scan before. Control points and lines that QGIS saves over such a scan are"
        " in its coordinates, not in pixels, and are refused: remove its coordinates first, or load it without.",
    ),
    "georeference-rows-upward": Entry(
        "info",
        "{what}: its rows are negative, as QGIS counts them; they were read as rows from the top",
        "The georeferencer of QGIS counts rows upward from the top edge, so that they are negative on the scan.",
    ),
    "georeference-extrapolates": Entry(
        "warning",
        "{count} vertices of the line lie outside the area that the control points enclose, by up to"
        " {pixels:,.0f} pixels ({distance_m:,.0f} m)",
        "There the model is not held by points on both sides, and the error told for the points says little of"
        " it. Add control points beyond the line.",
    ),
    "georeference-scale-unknown": Entry(
        "warning",
        "nothing says the scale of the map, so that its own accuracy is unknown, and that of the line with it",
        "Georeferencing tells how well the scan lies on the ground, not how well the map was drawn. Give"
        " --scale, or set `accuracy` of the source in the dossier.",
    ),
    "georeference-operation": Entry(
        "info",
        "the map's coordinates are carried from {crs} to WGS 84 by {operation} ({name}), accuracy {accuracy}",
        "The operation is a term of the line's accuracy. `merestone lock` pins it; --operation names another.",
    ),
    "georeference-bent": Entry(
        "info",
        "{count} vertices were added to {lines} line(s), so that their edges run as the model bends them",
        "An edge that is straight on the scan is a curve on the ground unless the model keeps lines straight."
        " No chord departs from it by more than 0.01 m.",
    ),
}
