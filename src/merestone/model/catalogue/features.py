"""Findings about features along the line (layer ``features``)."""

from merestone.model.catalogue.entry import Entry

FEATURES: dict[str, Entry] = {
    "feature-of-wrong-type": Entry(
        "warning",
        "the layer {layer} of kind {kind} has {count} feature(s) that are no {wanted}: left out",
        "Roads and rivers are lines, waters and districts are areas. Choose the right `layer` of the file,"
        " or narrow `where`. `features` lists the first twenty.",
    ),
    "settlements-outside-corridor": Entry(
        "info",
        "{count} of {settlements} settlements are farther than {corridor_km:g} km from every limit and are not"
        " listed",
        "Results are about the corridor; `corridor_m` makes it wider. `merestone locate` answers for any place.",
    ),
    "mark-state-unknown": Entry(
        "warning",
        "marks have states that are none of found, moved and lost: {states}",
        "The attribute `state` of a marks layer is one of the three words. Others are told as null.",
    ),
    "road-without-length": Entry(
        "warning",
        "the layer {layer} has {count} road(s) whose vertices are all at one place: left out",
        "They have no direction and cross nothing. `features` lists the first twenty.",
    ),
    "routes-outside-corridor": Entry(
        "info",
        "{count} of the {routes} routes of the layer {layer} do not come into the corridor and are not listed",
        "Results are about the corridor; `corridor_m` makes it wider. A route that comes into it is told"
        " over its whole length.",
    ),
    "waters-cut-out": Entry(
        "info",
        "{source} leaves {count} of the waters out of the land of both, {area_km2:.2f} km² that it shows as"
        " neither's; {reason}",
        "Some maps show land alone, so a lake is a hole in it. That is how the map is made and no statement"
        " about whose water it is. Where such a lake lies between the two, the map shows no line across it,"
        " and a difference that comes from it has the cause `lake`. `ids` lists all, `astride` those between.",
    ),
    "river-dates-differ": Entry(
        "info",
        "limits of {source} follow lines of the layer {layer}, which shows the state of {layer_date}, the"
        " source that of {date}: a river moves in between",
        "Where a river moved, a limit that was drawn along it departs from it without an error of either"
        " map. Whether a boundary moves with its river is for the parties to state.",
    ),
    "river-date-unknown": Entry(
        "info",
        "limits of {source} follow lines of the layer {layer}, but {undated} has no date: whether the river"
        " moved in between cannot be said",
        "A river moves. Give `date`, the year or day of what the map shows, for both.",
    ),
    "access-off-axis": Entry(
        "warning",
        "the access given for {piece}, km {from_km:g} to {to_km:g}, meets no section: the axis has no such"
        " stretch",
        "Chainage runs along the axis source; another axis, or another version of it, has other kilometres."
        " Correct `[[access]]`.",
    ),
}
