"""Findings about descriptions of a line (layer ``construct``, verb ``describe``)."""

from merestone.model.catalogue.entry import Entry

DESCRIBING: dict[str, Entry] = {
    "describe-frame-ensemble": Entry(
        "warning",
        "the coordinates name WGS 84 without frame and epoch: such coordinates are good to 2 m at best",
        "Plain WGS 84 is an ensemble of frames. Coordinates that are to be settled need a frame and an epoch,"
        " such as `--frame ITRF2020@2025.0`, if those of the line are known.",
    ),
    "describe-legs-redrawn": Entry(
        "warning",
        "line {line}: the legs of the table depart from the edges as drawn by up to {departure_m:.3f} m",
        "Edges straight in a projection, or in another datum's longitude and latitude, have no name of their"
        " own in a table on WGS 84; the legs are stated by the nearest type. Add vertices to the line to"
        " come closer.",
    ),
    "describe-open-end": Entry(
        "info",
        "line {line} ends open at point {point}, in the direction {bearing_deg:.1f}° from north",
        "Where a map's limit of two parties ends there is a third State, or the map. The last point as"
        " drawn is not stated: a tripoint is for three States to state.",
    ),
    "describe-ends-not-told": Entry(
        "info",
        "line {line}: nothing says whether its ends are tripoints; its first and last points are stated as given",
        "A file of a line does not tell what lies beyond its ends. If an end is a tripoint, leave that point out"
        " unless the third State has agreed to it.",
    ),
    "describe-points-merged": Entry(
        "warning",
        "line {line}: rounding puts {count} point(s) upon the one before; they are left out",
        "The points are nearer to one another than the step of rounding. Round more finely to keep them.",
    ),
    "describe-line-crosses": Entry(
        "warning",
        "line {line} crosses or touches itself, in {legs} of its legs",
        "So it was drawn, before anything was rounded. A line that crosses itself bounds nothing there.",
    ),
    "describe-rounding-crosses": Entry(
        "warning",
        "line {line}: once rounded, {legs} of its legs cross or touch one another, which they did not before",
        "Round more finely, or thin the line first.",
    ),
    "describe-dense": Entry(
        "info",
        "line {line} has {count} turning points; nothing was thinned, since that was not asked for",
        "A table that people are to read and sign is short. `--departure-m` thins it within what you allow.",
    ),
    "table-legs-agree": Entry(
        "info",
        "{what}: azimuths and lengths of {count} leg(s) were held against the coordinates and agree",
        "A table that states azimuths or lengths says its line twice. Both were compared, to what the figures are"
        " rounded to.",
    ),
}
