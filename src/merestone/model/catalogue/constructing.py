"""Findings about candidate lines (layer ``construct``)."""

from merestone.model.catalogue.entry import Entry

CONSTRUCTING: dict[str, Entry] = {
    "candidate-side-chosen": Entry(
        "info",
        "the two sides of {source} run apart along {piece}; its limit of {party}, the shorter of the two"
        " ({length_km:.3f} km beside {other_km:.3f} km), was taken",
        "A source whose sides share no edge has a limit for each party. The shorter one counts, as for the"
        " axis; `source:PARTY` names the other.",
    ),
    "candidate-frame-ensemble": Entry(
        "warning",
        "the coordinates name WGS 84 without frame and epoch: such coordinates are good to 2 m at best",
        "Plain WGS 84 is an ensemble of frames. Coordinates that are to be settled need a frame and an epoch,"
        " such as `--frame ITRF2020@2025.0`, if those of the sources are known.",
    ),
    "candidate-piece-not-in-both": Entry(
        "warning",
        "{piece} is shown by {shown_by} and not by {missing_in}: nothing is drawn for it",
        "A median needs both limits. An enclave or a stretch that one source alone shows stays as it is.",
    ),
    "candidate-open-end": Entry(
        "info",
        "line {line} ends open, {bearing_deg:.1f}° from north: {why}",
        "A candidate stops short of a tripoint, or where one of the limits ends or reaches no farther. A"
        " consensus stops where the weights are equal, and where most weight shows both or neither, as in a"
        " lake that a map cuts out of both sides."
        " The tripoint itself is for three States to state.",
    ),
    "candidate-tripoint-stated": Entry(
        "info",
        "{instrument} of {parties} states the tripoint here, {distance_m:.3f} m from the open end of line {line}",
        "The dossier's register of the legal basis has an instrument of three States that states the point. The"
        " line is not drawn to it.",
    ),
    "median-rough": Entry(
        "warning",
        "{count} leg(s) depart from the median by more than {chord_m:g} m, the worst by {departure_m:g} m",
        "There the base points nearly line up with the turning point, so that the median is all but"
        " undefined. Leave the base points out that cause it (`--ignore`), or draw the stretch otherwise.",
    ),
    "median-ill-conditioned": Entry(
        "info",
        "{count} turning point(s) magnify an error of their base points more than tenfold; the worst,"
        " {turning_point}, {condition:g} times",
        "Where both base points lie on nearly the same side, a small error of either moves the median far."
        " `condition` tells it for each turning point; it is 1 straight between two base points.",
    ),
    "median-coincident": Entry(
        "info",
        "the two limits coincide along {length_km:.3f} km: there the candidate is both of them",
        "Where both sources show one and the same line there is nothing to halve.",
    ),
    "consensus-is-a-count": Entry(
        "info",
        "this line counts maps by weight: it is no allocation, and says nothing of the legal weight of any map",
        "Every face of the overlay is put on the side that most weight of independent maps shows. What a map is"
        " worth is for the parties to state; `--weight` gives other weights.",
    ),
    "consensus-tie": Entry(
        "warning",
        "{area_km2:.4f} km² are shown as either party's with equal weight: cannot-say, the line stays open there",
        "No side has more weight. Another source, or weights that both parties accept, would decide.",
    ),
    "consensus-undivided": Entry(
        "info",
        "{count} face(s), {area_km2:.4f} km², that some map shows as one party's are both parties' or neither's"
        " by most weight: no line is drawn in them",
        "Land of a third State, a gap between the two sides of a map, or an overlap of them. That a lighter map"
        " shows one party there makes no line: cannot-say. `--weight` gives other weights.",
    ),
    "consensus-without": Entry(
        "warning",
        "sources of unknown accuracy have no weight and are left out: {sources}",
        "A weight is 1/a², a the 95 % radius. Give `accuracy` in the dossier, or `--weight`.",
    ),
    "consensus-unweighted": Entry(
        "warning",
        "no source has a known accuracy: every family counts the same",
        "Give `accuracy` in the dossier, or `--weight`.",
    ),
    "assembly-joined": Entry(
        "info",
        "{after} and {before} are joined by a geodesic of {length_m:.3f} m",
        "What was chosen for neighbouring sections ends at different places. The way between is a leg of the"
        " candidate like any other, and nobody's line.",
    ),
    "candidate-crosses-itself": Entry(
        "warning",
        "line {line} crosses itself: it parts no land from other land there",
        "Stretches of different origin can overlap where sections meet. Choose another line for one of them.",
    ),
    "equal-area-not-parted": Entry(
        "warning",
        "a difference along {piece} that begins here could not be parted by area: the median stands there",
        "Its edge is not one stretch of each limit, as where a limit folds back and forth over the other.",
    ),
    "equal-area-cut": Entry(
        "info",
        "a difference along {piece} that begins here goes on beyond the sections: it is parted as a whole",
        "The areas that stand as asked are those of the whole difference. What lies beside the sections alone"
        " need not.",
    ),
    "base-ignored": Entry(
        "info",
        "left out of {base}: {features}; that moves the line by up to {largest_m:.3f} m and"
        " {area_km2:.4f} km² to the other side of it",
        "A base feature was left out on demand (`--ignore`). The line with it was drawn as well, and both"
        " are compared.",
    ),
    "base-as-points": Entry(
        "info",
        "{base}: {count} point(s) are taken as base points, with no coast between them",
        "A file of points gives selected base points. A coast or a baseline is given as lines or areas.",
    ),
    "base-crs": Entry(
        "info",
        "{base}: carried from {crs} to WGS 84 by {operation} ({name}), accuracy {accuracy}",
        "The operation without grid that is the most accurate one where the file lies. A dossier can name"
        " another and pin it.",
    ),
}
