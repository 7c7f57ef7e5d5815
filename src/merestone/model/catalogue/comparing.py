"""Findings made while sources are compared (layer ``compare``)."""

from merestone.model.catalogue.entry import Entry

COMPARING: dict[str, Entry] = {
    "short-section-joined": Entry(
        "info",
        "section {section} ({verdict}) holds {count} stretch(es) shorter than {min_section_m:g} m that"
        " had another verdict or other districts, the longest {longest_m:.1f} m",
        "Stretches shorter than `min_section_m` join the neighbour with the less certain verdict; the"
        " values list each with its chainage and its own verdict. Set `min_section_m = 0` to keep all.",
    ),
    "copies-counted-once": Entry(
        "warning",
        "{members} copy one another and are counted once: {representative} speaks for them",
        "Agreement between a map and its copy confirms nothing. The members, their representative and"
        ' the evidence are in `families`; `family = "…"` in the dossier decides otherwise.',
    ),
    "copies-coarse": Entry(
        "warning",
        "{members} are taken as copies by coordinates of {decimals} decimal(s) of a degree, {last_decimal_m:,.0f} m:"
        " so coarse that two maps may meet by chance",
        "Vertices that are written so coarsely meet in independent maps too. If these are no copies, give each"
        ' a `family = "…"` of its own in the dossier; if they are, the same word at each ends this warning.',
    ),
    "layer-shares-vertices": Entry(
        "info",
        "the layer {layer} has {count} of the {vertices} limit vertices of source {source}: it was drawn"
        " from the same line and does not bear it out",
        "A layer that shares vertices with a source is no evidence independent of it, and districts of"
        " that layer meet exactly at that source's limits.",
    ),
    "layer-outside-corridor": Entry(
        "warning",
        "no feature of the layer {layer} lies within {corridor_km:g} km of any limit",
        "Nothing of the layer appears in the result: the file may be of another place, its coordinates"
        " swapped, or the filter of the layer too narrow.",
    ),
    "dates-differ": Entry(
        "info",
        "{sources[0]} shows the state of {dates[0]}, {sources[1]} that of {dates[1]}: what differs may have"
        " changed in between",
        "The dates are those of what the maps show, as the dossier gives them. Where they differ, an"
        " offset can be a change of the line and not an error of either map.",
    ),
    "shift-undetermined": Entry(
        "info",
        "for {count} directed pair(s) of sources the main line is too straight or too short to tell a shift",
        "A translation along a straight line leaves all offsets as they are. `shift` is null for these"
        " pairs, which the values list.",
    ),
    "lines-part-nothing": Entry(
        "info",
        "the lines of source {source} part off no region that the two-sided sources give to one party: it shows"
        " no areas and stays silent in them",
        "A lines-only source says on which side a place lies only where a line of it parts the corridor"
        " in two. One that ends within the corridor, or leaves a gap, does not, nor where a region on either side"
        " of it is two thirds of no one's; its offsets have no sides.",
    ),
    "lines-labelled-by-others": Entry(
        "info",
        "the lines of source {source} part the corridor: {area_km2} (km²) are labelled from the sides that"
        " the two-sided sources give there; in {silent_km2:.1f} km² it is silent",
        "A lines-only source names no parties. Each region that its lines part off has the label that the"
        " two-sided sources give to two thirds of it; where none is that clear, it is silent.",
    ),
    "overlay-snapped": Entry(
        "warning",
        "the boundaries could not be cut against one another exactly; vertices were moved by up to"
        " {grid_m:.1e} m, and the parts miss the corridor by {missing_m2:.2g} m²",
        "Lines that nearly coincide over long stretches can defeat exact arithmetic. The overlay was then"
        " repeated on a fine grid; offsets are not affected.",
    ),
    "overlay-incomplete": Entry(
        "error",
        "the boundaries could not be cut against one another: on a grid of {grid_m:.1e} m the parts still"
        " miss the corridor by {missing_m2:.2g} m², so areas and differences are not to be relied on",
        "Please report the dossier if you can. Offsets and sections are not affected; areas are.",
    ),
    "limit-crosses-itself": Entry(
        "warning",
        "displaced by its stated errors, the limit of source {source} crosses itself in {share:.0%} of"
        " {realisations:,} realisations",
        "A line that crosses itself bounds nothing, so the error model is at odds with the line: the correlation"
        " length is too short for the accuracy, or the line has bends finer than its accuracy. Give"
        " `correlation_km`, or a better figure for the accuracy. Intervals of the source's areas and mean offsets"
        " are left out where it folds.",
    ),
}
