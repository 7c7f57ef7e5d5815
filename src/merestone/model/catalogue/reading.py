"""Findings made while a source or layer is read and examined (layer ``sources``).

``{what}`` is the source with its file, or the layer's path.
"""

from merestone.model.catalogue.entry import Entry

READING: dict[str, Entry] = {
    # -- the file ---------------------------------------------------------------------------------
    "reader-says": Entry(
        "warning",
        "{what}: the reader of the format says: {text}",
        "GDAL read the file but had something to say about it. What it says is printed as it came.",
    ),
    "encoding-unknown": Entry(
        "warning",
        "{what}: nothing says in which encoding its attributes are; they were read as ISO-8859-1",
        "Names in other scripts come out wrong, and filters on them select nothing. Say `encoding`, e.g. "
        "'cp1251'.",
    ),
    "ring-unclosed": Entry(
        "warning",
        "{what}: polygons with a ring that did not come back to its first vertex and was closed by a "
        "straight edge: {count}",
        "The publisher's program left out the last vertex, or the ring is cut off. Look at the closing "
        "edge; correct the file if it should run elsewhere. `features` lists the first twenty.",
    ),
    "heights-dropped": Entry(
        "info",
        "{what}: heights (Z) play no part and were left out; features that carry them: {features}",
        "merestone compares lines on the ellipsoid; heights do not move them.",
    ),
    "measures-dropped": Entry(
        "info",
        "{what}: measures (M) play no part and were left out; features that carry them: {features}",
        "Measures are figures that a program attached to vertices, such as distances along a road.",
    ),
    "curves-stroked": Entry(
        "info",
        "{what}: curves were replaced by chains of straight edges that depart at most {departure_m} m from "
        "them",
        "Circular arcs are read with so many vertices that the departure is far below any accuracy of a "
        "map.",
    ),
    "parts-not-land": Entry(
        "info",
        "{what}: points and lines among the polygons of {party} are no land and were left out: {count}",
        "A geometry collection holds lines or points beside polygons. Only polygons make a side.",
    ),
    "outlines-as-lines": Entry(
        "info",
        "{what}: polygons read by their outlines, since the source is of kind 'lines': {count}",
        "A lines-only source has no sides; if the polygons are the land of the parties, give `side` or "
        "`party_field`.",
    ),
    "line-without-length": Entry(
        "info",
        "{what}: a line of feature {feature} has no length and was left out",
        "All of its vertices are at one place, so it shows no direction and bounds nothing.",
    ),
    "part-without-area": Entry(
        "info",
        "{what}: parts of feature {feature} of {party} that enclose no area: {count}",
        "Rings that run back upon themselves. They change no area and may show as limits without width.",
    ),
    "feature-without-geometry": Entry(
        "warning",
        "{what}: features without geometry, or with one that cannot be read, were left out: {count}",
        "In a layer this loses context only; in a source it would be an error. `features` lists the first "
        "twenty.",
    ),
    "feature-on-both-sides": Entry(
        "warning",
        "{what}: features selected for both parties, and counted on both sides: {count}",
        "Where the source means land that both parties claim this is right and shows as an overlap; else "
        "correct `side`.",
    ),
    "features-overlap": Entry(
        "warning",
        "{what}: the {features} features of {party} overlap one another by {overlap_km2} km²; their union "
        "was taken",
        "Land that two features of one party cover counts once. Often a country and its parts are both "
        "selected: narrow the filter.",
    ),
    "legs-of-several-types": Entry(
        "info",
        "{what}: its legs are of several types; each keeps its own",
        "A treaty may define one stretch as a parallel and the next as a geodesic. `legs` counts them by "
        "type.",
    ),
    "osm-area-incomplete": Entry(
        "warning",
        "{what}: areas that the filter asks for lack ways in the file, so the reader left them out: {named}",
        "An extract of OpenStreetMap holds relations whose ways lie outside of it. What is left of the land "
        "then ends where that area would begin. Take a larger extract, or say `covers`, so that the source is "
        "silent there. `areas` lists the first twenty, the most complete first.",
    ),
    "osm-areas-not-checked": Entry(
        "info",
        "{what}: a file of {size_mb} MB is not searched for areas that lack ways",
        "GDAL leaves such areas out without a word. Cut a smaller extract to have them told.",
    ),
    "layer-ids-repeated": Entry(
        "warning",
        "{what}: ids that stand for more than one feature: {count}",
        "Results name features by id. Choose another `id_field`, or correct the file.",
    ),
    # -- reference system and datum ---------------------------------------------------------------
    "crs-by-dossier": Entry(
        "info",
        "{what}: the file names no reference system; {crs} is taken from the dossier",
        "A wrong datum shifts a map by up to some hundred metres, so let the publisher confirm it.",
    ),
    "crs-overridden": Entry(
        "warning",
        "{what}: the dossier says {crs}, the file says {by_file}; the dossier is followed",
        "Somebody judged that the file is mislabelled. The reason belongs into `notes` of the source.",
    ),
    "datum-operation": Entry(
        "info",
        "{what}: carried from {crs} to WGS 84 by {operation} ({name}), accuracy {accuracy}",
        "The operation is pinned by `merestone lock`. Its accuracy is a term of the source's accuracy and "
        "shifts the source as a whole; between two sources that share the operation it cancels.",
    ),
    "operation-outside-area": Entry(
        "warning",
        "{what}: the operation {operation} that the dossier names is not meant for the whole of this place",
        "Its area of use, by the EPSG dataset, does not contain the source's extent in the corridor. Its "
        "accuracy there is unknown.",
    ),
    "edges-by-file": Entry(
        "info",
        "{what}: the file says that its edges are {stated}; they are read as {taken}",
        "GeoParquet can say `spherical` without naming a sphere; geodesics on the ellipsoid are what comes "
        "nearest. Give `edges` to decide.",
    ),
    "outside-area-of-use": Entry(
        "warning",
        "{what}: it reaches {degrees}° beyond the area where {crs} is used",
        "A projection distorts outside its area, and the coordinates may be in another zone. Check the "
        "reference system.",
    ),
    "axis-order-suspicious": Entry(
        "error",
        "{what}: longitude and latitude may be swapped ({reason})",
        "The coordinates make sense the other way round. Correct the file, or for a table say `order`; "
        "merestone does not swap anything.",
    ),
    # -- longitudes -------------------------------------------------------------------------------
    "longitudes-0-360": Entry(
        "info",
        "{what}: longitudes beyond 180 (up to {largest_deg:.9g}) are taken as 0–360; vertices that have one: "
        "{vertices}",
        "181° East is 179° West. Longitudes below -180 or beyond 360 are refused.",
    ),
    "longitudes-beyond-180": Entry(
        "info",
        "{what}: longitudes beyond 180 are taken as 0–360; places that have one: {places}",
        "181° East is 179° West. Longitudes below -180 or beyond 360 are refused.",
    ),
    "edges-over-180": Entry(
        "info",
        "{what}: edges that jump by more than 180° of longitude are taken the short way round: {edges}",
        "Lines drawn across the antimeridian without being cut there. The long way round the Earth is "
        "never meant.",
    ),
    "joined-at-seam": Entry(
        "info",
        "{what}: land of {party} that the file cuts apart at a meridian is joined again; parts fewer: "
        "{parts}",
        "Files cut land at 180° (or 0°). The cut is no limit.",
    ),
    "split-at-cut": Entry(
        "info",
        "{what}: what crosses longitude {longitude_deg}° is cut there, far from the common boundary",
        "Working longitudes are 360° wide. The cut lies where no land of the parties is, or as far as "
        "possible from what they have in common.",
    ),
    "working-longitudes": Entry(
        "info",
        "the dossier is worked out in longitudes {west_deg:.7g}° to {east_deg:.7g}°, so that the line is "
        "continuous across 180°",
        "Results are written with longitudes between -180 and 180.",
    ),
    # -- rings and vertices -----------------------------------------------------------------------
    "ring-invalid": Entry(
        "warning",
        "{what}: the polygon of feature {feature} is invalid ({reason}); read by its {rings} it has "
        "{area_km2} km², by its {other} {other_area_km2} km², {difference_km2} km² apart",
        "By *structure*, outer rings are land and inner rings are not, and overlaps count once; by "
        "*linework*, what an odd number of rings encloses is land. Choose with `rings`, best after asking "
        "the publisher. `place` is the first fault.",
    ),
    "vertices-repeated": Entry(
        "info",
        "{what}: vertices that repeat the one before them: {count}",
        "Harmless for areas and distances; a sign of how the file was made. `place` is the first.",
    ),
    "spike": Entry(
        "warning",
        "{what}: spikes in the outline of {party}: {count}, the longest running {length_m} m out and back "
        "within {width_m} m",
        "A spike turns back upon itself and is seldom meant. `place` is the tip of the longest.",
    ),
    "enclave-shown": Entry(
        "info",
        "{what}: parts of {party} within the land of {within}: {count}, {area_km2} km² in all",
        "Enclaves are compared apart from the main line. `place` is in the largest.",
    ),
    "holes-are-lakes": Entry(
        "info",
        "{what}: holes in the land of {party} that are waters of the waters layer: {count}, {area_km2} km² "
        "in all, the largest {largest}",
        "The source leaves lakes out of the land. Where a lake lies astride the line this makes a gap of "
        "its own, which is no dispute.",
    ),
    "sheet-edge": Entry(
        "warning",
        "{what}: the outline of {party} runs {length_km} km along {line} {degrees}°, where the other "
        "party's does not; it looks cut off at the edge of a sheet",
        "What lies beyond is not shown, which is no statement about it. If that is so, say `covers = {{ "
        "bbox = … }}`; the values hold a proposal as `covers`. If the line is meant to run so, nothing "
        "needs to be done.",
    ),
    "sheet-edge-covered": Entry(
        "info",
        "{what}: the outline of {party} runs straight for {length_km} km along {line} {degrees}°, where the "
        "source is cut off; `covers` says so",
        "Beyond the cut the source is silent, and nothing there counts as a difference.",
    ),
    # -- what is known of a source ----------------------------------------------------------------
    "accuracy-unknown": Entry(
        "warning",
        "{what}: its accuracy is not known, so it neither confirms nor contradicts anything",
        "Give `accuracy` with a figure of the publisher, or an assumed one with its reason.",
    ),
    "accuracy-assumed": Entry(
        "info",
        "{what}: its accuracy of {radius_95_m} m at 95 % is assumed{by} ({reason})",
        "Every result that rests on it says so. `compare --sensitivity` shows which.",
    ),
    "operation-accuracy-unknown": Entry(
        "warning",
        "{what}: nothing is known of the accuracy of its datum operation, so that of the source is unknown "
        "too",
        "Name another `operation`, or a CRS without parameters of its own.",
    ),
    "date-unknown": Entry(
        "info",
        "{what}: nothing says of what time it is",
        "Two maps may differ because the line moved between them. Give `date`: the year or day of what the "
        "map shows.",
    ),
    "licence-unknown": Entry(
        "warning",
        "{what}: its licence is not known",
        "Results show its lines, so the right to publish them should be clear. Give `licence`.",
    ),
    "publisher-unknown": Entry(
        "info",
        "{what}: its publisher is not known",
        "Give `publisher`; a map is as good as who stands behind it.",
    ),
    "standing-none": Entry(
        "info",
        "{what}: neither party offered or accepted it",
        "It is compared all the same. If a party offered or accepted it, say so in `standing`.",
    ),
}  # fmt: skip
