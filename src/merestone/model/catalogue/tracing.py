"""Findings made while limits and pieces are taken from sources (layer ``lines``)."""

from merestone.model.catalogue.entry import Entry

TRACING: dict[str, Entry] = {
    "no-axis": Entry(
        "warning",
        "no two-sided source shows a common boundary: there is no axis, and there are no sections",
        "Chainage runs along the limits of a source that shows both sides. Without one, areas and"
        " differences are still compared; `axis` is null.",
    ),
    "axis-by-assumed-accuracy": Entry(
        "info",
        "chainage runs along {source}: of the two-sided sources its accuracy, {accuracy_95_m:g} m, is the best,"
        " but that figure is assumed by {assumed_by}",
        "The axis only says where kilometres are counted; no verdict prefers its source. `axis` under"
        " `[compare]` names another one.",
    ),
    "axis-by-length": Entry(
        "info",
        "chainage runs along {source}: the accuracies of the two-sided sources do not decide, and its main"
        " line, {length_km:.3f} km, is the longest of {tied}",
        "No accuracy is known, or several sources share the best one; then the longest main line is"
        " taken, then the id. `axis` under `[compare]` names another one.",
    ),
    "axis-along-one-limit": Entry(
        "info",
        "where the sides of {source} run apart, the axis follows the limit of {party} along {piece}: it is the"
        " shorter one",
        "Chainage needs one line. The choice moves no offset: both limits are measured. A side whose"
        " boundary through the piece is not one line does not come into question.",
    ),
    "no-common-boundary": Entry(
        "warning",
        "the sides of {source} touch nowhere and come nowhere within {facing_m:g} m of each other: it shows no"
        " common boundary",
        "The file may show other places than meant, the side filters may select the wrong features, or the"
        " parties are no neighbours on this map. `facing_m` says how near sides must come.",
    ),
    "sides-never-touch": Entry(
        "warning",
        "the sides of {source} touch nowhere: {length_km:.3f} km of their boundaries lie within {facing_m:g} m of"
        " each other and are taken for limits",
        "Nothing but the distance tells here where the common boundary ends, so its ends reach up to"
        " `facing_m` into third countries or the sea.",
    ),
    "sides-touch-at-points": Entry(
        "warning",
        "the sides of {source} share {count} place(s) and no line: it shows no common boundary",
        "A point, as where four lands meet, is no limit. If the sides were meant to share a boundary,"
        " they are drawn apart; look at their gap near the place given.",
    ),
    "own-gaps": Entry(
        "warning",
        "{source} leaves {count} gap(s) between its own sides, {area_km2:.4f} km² together, up to"
        " {max_width_m:.1f} m wide",
        "Land that the map gives to neither party, on the line between them: a lake cut out of both, or"
        " sides that were drawn or rounded apart. Each side keeps its own limit there; `gaps` lists them.",
    ),
    "own-overlaps": Entry(
        "warning",
        "the sides of {source} overlap in {count} place(s), {area_km2:.4f} km² together, up to {max_width_m:.1f} m"
        " wide",
        "Land that the map gives to both parties: a claim drawn twice, an enclave not cut out of what is"
        " around it, or rounding. Each side keeps its own limit there; `overlaps` lists them.",
    ),
    "slivers": Entry(
        "info",
        "the sides of {source} leave {gaps} gap(s) and {overlaps} overlap(s) that are nowhere {under_m:g} m wide,"
        " {area_m2:.3f} m² together",
        "Such slivers come from rounding or from vertices that one side lacks. They are not listed, and"
        " their areas are in the label areas like any other.",
    ),
    "gap-too-wide": Entry(
        "warning",
        "{source} leaves a gap of {area_km2:.3f} km² between its own sides, whose shores run more than"
        " {facing_m:g} m apart: the common boundary is interrupted there",
        "A large lake, or a third land between the two. The shores are no limits, and pieces end where"
        " it begins. A larger `facing_m` would join them.",
    ),
    "enclosed-land-apart": Entry(
        "warning",
        "in {source} land of one side lies in a hole of the other, and their boundaries run more than"
        " {facing_m:g} m apart: it is no enclave",
        "The land is surrounded by land that the map gives to nobody, such as a lake. A larger"
        " `facing_m` would make it an enclave.",
    ),
    "beside-islets": Entry(
        "info",
        "in {source} {length_m:.1f} m of a side's boundary lie between an islet of the other side and other land"
        " of it and are taken for a limit ({count} stretch(es))",
        "Where a boundary runs in a river, the land of one side may lie in islets. The water between"
        " them does not interrupt the common boundary.",
    ),
    "boundary-branches": Entry(
        "warning",
        "the common boundary of {source} branches: neither side's boundary is one line there, so the piece is"
        " told in parts",
        "Four lands that meet at a place like the squares of a chessboard, for instance. Chainage needs"
        " lines, so the piece is parted along those of one side.",
    ),
    "outside-coverage": Entry(
        "info",
        "{area_km2:.3f} km² of the land drawn in {source} lie outside of what it covers: no limits are taken from"
        " there",
        "`covers` in the dossier says where the source speaks at all; outside it is silent.",
    ),
    "outline-left-out": Entry(
        "info",
        "{length_km:.3f} km of the outline in {source} are no common boundary by any two-sided source",
        "What of a party's outline is common a one-sided source cannot tell. A stretch belongs where its"
        " nearest point on that party's boundary in some two-sided source is on a limit there.",
    ),
    "lines-left-out": Entry(
        "info",
        "{length_km:.3f} km of the lines in {source} are no common boundary by any two-sided source",
        "A line belongs where its nearest point on the boundaries of both parties in some two-sided"
        " source is on a limit there.",
    ),
    "holes-left-out": Entry(
        "info",
        "{count} hole(s) of the outline in {source} near the common boundary hold nothing of the other party in any"
        " two-sided source: they are no limits",
        "Most are lakes. A hole counts as an enclave where a two-sided source shows a tenth of it or more"
        " as land of the other party.",
    ),
    "no-limits": Entry(
        "warning",
        "nothing in {source} lies along the common boundary that the two-sided sources show",
        "The file may be of another place, or no two-sided source shows a common boundary to compare with.",
    ),
    "piece-not-on-axis": Entry(
        "info",
        "{source} shows {piece}, {length_km:.3f} km long, which the axis source does not show",
        "Its offsets are measured against the other sources; it has no chainage and no sections. `axis`"
        " under `[compare]` names another axis source.",
    ),
}
