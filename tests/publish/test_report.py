"""report.html as a file: what it holds, what it must never hold, and that it is the same each time."""

import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from gzip import decompress
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from merestone.compare.mirror import mirror
from merestone.compare.sensitivity import SectionSensitivity, Sensitivity, Variation
from merestone.model.findings import Finding, Severity, finding
from merestone.model.results import Verdict
from merestone.publish import report_geometry as drawing
from merestone.publish import report_palette as palette
from merestone.publish import report_profile as profile
from merestone.publish import report_text as text
from merestone.publish import report_view as view
from merestone.publish.report import report_html
from merestone.publish.report_groups import Group, Shape
from merestone.publish.report_livemap import live_map
from merestone.publish.report_staticmap import frame_of

EVIL = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">&"\'{{7*7}}'
VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """Elements in order with their attributes, and the text outside scripts and styles."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self.inside, self._open = [], [], {}, []
        self.feed(source.decode("utf-8"))
        self.close()
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open[-1:] and self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1:]}"  # noqa: PT018
        self._open.pop()

    def handle_data(self, data):
        if self._open and self._open[-1][0] in ("script", "style"):
            self.inside[self._open[-1][1]] = self.inside.get(self._open[-1][1], "") + data
        else:
            self.words += data.split()

    @property
    def text(self):
        return " ".join(self.words)

    def all(self, tag):
        return [(number, attrs) for number, (name, attrs) in enumerate(self.elements) if name == tag]

    def json(self, id_):
        (number,) = [number for number, attrs in self.all("script") if attrs.get("id") == id_]
        return json.loads(self.inside[number])


@pytest.fixture
def whole(comparison):
    """The hand-made comparison with every parameter and with findings that the catalogue knows."""
    return complete(comparison)


def complete(comparison):
    more = {"facing_m": 5000.0, "min_difference_km2": 0.01, "min_section_m": 500.0, "station_m": 100.0}
    unknown = finding("accuracy-unknown", source="old_lines", place=(20.0, 40.1), what="old_lines")
    dates = finding("dates-differ", sources=["map-a", "map-b"], dates=["2024", "1976"])
    return replace(
        comparison,
        parameters={**comparison.parameters, **more},
        sources=tuple(replace(s, findings=(unknown,) if s.findings else ()) for s in comparison.sources),
        features={},
        findings=(dates,),
    )


@pytest.fixture
def page(whole):
    return Page(report_html(whole))


def test_the_same_comparison_gives_the_same_bytes(whole):
    assert report_html(whole) == report_html(whole)


def test_nothing_is_loaded_from_anywhere(page):
    for tag, attrs in page.elements:
        assert "src" not in attrs, (tag, attrs)
        assert attrs.get("href", "#").startswith("#"), (tag, attrs)
        assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
        assert tag not in {"link", "iframe", "object", "embed", "img", "base"}
    for number, _ in page.all("style"):
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]{0,8})", page.inside[number])
        assert all(address.startswith(("data:", "#")) for address in addresses)
        assert "@import" not in page.inside[number]


def test_the_policy_allows_exactly_the_scripts_and_styles_of_the_page(page):
    (policy,) = [
        a["content"] for _, a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == ["'none'"]
    assert {word for words in rules.values() for word in words if not word.startswith("'")} == {
        "blob:",
        "data:",
    }
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    run = [page.inside[n] for n, a in page.all("script") if a["type"] == "module"]
    assert sorted(rules["script-src"]) == sorted(["blob:", *map(hashed, run)])
    assert sorted(rules["style-src"]) == sorted(hashed(page.inside[n]) for n, _ in page.all("style"))


def hashed(inline):
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


def test_names_that_are_markup_stay_text(whole):
    source = replace(whole.sources[0], title=EVIL, publisher=EVIL, licence=EVIL, attribution=EVIL, date=EVIL)
    note = Finding("accuracy-unknown", Severity.ERROR, None, EVIL, None, {})
    layers = tuple(
        replace(layer, title=EVIL, features=tuple(replace(f, names={"en": EVIL}) for f in layer.features))
        for layer in whole.shapes.layers
    )
    spoiled = replace(
        whole,
        dossier={**whole.dossier, "title": EVIL},
        parties=tuple(replace(party, names={"en": EVIL}) for party in whole.parties),
        sources=(replace(source, map={"series": EVIL}), *whole.sources[1:]),
        enclaves=tuple(replace(enclave, name=EVIL) for enclave in whole.enclaves),
        findings=(note,),
        shapes=replace(whole.shapes, layers=layers),
    )
    spoiled_page, plain_page = Page(report_html(spoiled)), Page(report_html(whole))
    counts = [
        Counter(tag for tag, _ in p.elements if tag in {"script", "img", "style"})
        for p in (spoiled_page, plain_page)
    ]
    assert counts[0] == counts[1]
    assert spoiled_page.text.count("window.hacked=1") > 20
    assert "{{7*7}}" in spoiled_page.text
    names = json.dumps(spoiled_page.json("map-data"))
    assert "</script><script>" in names, "the name is there, inside a JSON string"


def test_ids_that_are_markup_stay_text(whole):
    evil = 'a"><b onclick=x>'
    page = Page(report_html(_with_source_renamed(whole, "map-b", evil)))
    assert not page.all("b") or all("onclick" not in attrs for _, attrs in page.all("b"))
    assert any(attrs.get("id") == f"source-{evil}" for _, attrs in page.elements)


def _with_source_renamed(c, old, new):
    """Rename one source everywhere in nested results."""

    def renamed(value):
        if isinstance(value, str):
            return new if value == old else value
        if isinstance(value, dict):
            return {renamed(k): renamed(v) for k, v in value.items()}
        if isinstance(value, tuple):
            return tuple(renamed(v) for v in value)
        if hasattr(value, "__dataclass_fields__") and not hasattr(value, "geom_type"):
            return replace(value, **{f: renamed(getattr(value, f)) for f in value.__dataclass_fields__})
        return value

    return renamed(c)


def test_exchanging_the_parties_gives_the_same_words(whole):
    exchanged = {"ARM": "AZE", "AZE": "ARM"}
    here, there = (re.findall(r"\w+|[^\w\s]", Page(report_html(c)).text) for c in (whole, mirror(whole)))
    assert here.count("ARM") > 10
    assert Counter(exchanged.get(word, word) for word in here) == Counter(there)


def test_exchanging_the_parties_mirrors_the_profile(whole):
    here, there = (Page(report_html(c)).json("profile-data") for c in (whole, mirror(whole)))
    assert (here["up"], here["down"]) == (there["up"], there["down"]) == ("AZE", "ARM")
    ours, theirs = (data["pieces"][0]["offsets"]["map-b"] for data in (here, there))
    assert theirs == [None if value is None else -value for value in ours]


def test_up_in_the_profile_is_where_the_sections_say_that_the_limit_lies(whole, page):
    """A positive offset is toward the other party than the first by id; the section says AZE."""
    (section, _) = whole.sections
    assert section.sources["map-b"].toward == "AZE"
    data = page.json("profile-data")
    assert max(value for value in data["pieces"][0]["offsets"]["map-b"] if value is not None) == 812.3
    assert data["up"] == "AZE"
    (drawn,) = profile.profiles(whole, palette.source_looks(("map-a", "map-b", "old_lines")))
    (curve,) = [curve for curve in drawn.curves if curve.source == "map-b"]
    heights = [float(pair.split()[1]) for pair in re.findall(r"[ML]([\d.]+ [\d.]+)", curve.data)]
    assert min(heights) < drawn.zero_y < max(heights)
    assert drawn.zero_y - min(heights) > max(heights) - drawn.zero_y


def test_what_has_no_side_is_drawn_alike_on_both(whole):
    (drawn,) = profile.profiles(whole, palette.source_looks(("map-a", "map-b", "old_lines")))
    (curve,) = [curve for curve in drawn.curves if curve.source == "old_lines"]
    assert curve.data == ""
    heights = [
        float(pair.split()[1]) - drawn.zero_y for pair in re.findall(r"[ML]([\d.]+ [\d.]+)", curve.unsided)
    ]
    half = len(heights) // 2
    assert heights[:half] == pytest.approx([-height for height in heights[half:]], abs=0.11)
    assert heights[0] != 0


def test_every_figure_has_its_radius_or_says_that_it_has_none(page):
    assert "± 71 m" in page.text, "the root of 50² + 50²"
    cells_without = page.text.count(f"largest 812 m radius {text.NO_RADIUS}")
    assert (page.text.count("largest 812 m radius ± 71 m"), cells_without) == (2, 4)
    assert f"map-b ± 71 m old_lines {text.NO_RADIUS} land between the maps" in page.text, "heads of sections"
    for words in (
        "no 95 % radius is computed",
        "No 95 % radius is computed",
        "No interval is computed for lengths",
    ):
        assert words in page.text
    assert "4.73 km² 3.50 km² to 5.97 km²" in page.text, "a difference with its interval"


def test_no_bare_signs_and_no_taking_of_sides(page):
    assert not re.search(r"(?<![\d–.])[-−]\d+([.,]\d+)* ?(m|km|km²)\b", page.text)
    before_about = page.text[: page.text.rindex("What this is not")]
    for word in (
        "gain",
        "lose",
        "loses",
        "lost",
        "won",
        "agreed",
        "settled",
        "disputed",
        "claims",
        "encroach",
    ):
        assert not re.search(rf"\b{word}\b", before_about, re.IGNORECASE), word


def test_standing_is_said_plainly(page):
    assert "None of these sources was offered by either party, and none was accepted by either." in page.text
    assert page.text.count("offered by nobody; accepted by nobody; available to ARM, AZE") == 3
    assert "CE95 50 m; assumed by us (no figure)" in page.text


def test_standing_of_a_source_that_a_party_contests(whole):
    standing = {
        "offered_by": ["AZE"],
        "available_to": ["AZE", "ARM"],
        "accepted_by": [],
        "contested_by": [{"party": "ARM", "reason": "another sheet"}],
    }
    assert view.standing_words(replace(whole.sources[0], standing=standing)) == (
        "offered by AZE; accepted by nobody; available to ARM, AZE; contested by ARM: another sheet"
    )


def test_every_part_is_there_and_linked(page):
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    targets = {attrs["href"][1:] for _, attrs in page.all("a")}
    assert targets <= ids, targets - ids
    assert {"summary", "map", "profile", "pairs", "sections", "differences", "enclaves", "findings"} <= ids
    assert {"sources", "parameters", "about", "section-M1-S01", "difference-D1", "enclave-E1"} <= ids
    assert len(ids) == sum("id" in attrs for _, attrs in page.elements), "an id stands twice"


def test_names_carry_their_language(page):
    languages = {attrs["lang"] for _, attrs in page.all("span") if "lang" in attrs}
    assert languages == {"az", "en", "hy"}
    assert "Հայաստան" in page.words


def test_findings_of_a_check_are_listed_once_with_the_meaning_of_their_code(whole):
    extra = finding("date-unknown", source="map-a", what="map-a")
    page = Page(report_html(whole, check_findings=(extra, extra, *whole.findings)))
    assert page.text.count("nothing says of what time it is") == 1
    assert page.text.count("what differs may have changed in between") == 1
    assert "Give date : the year or day" in page.text, "the meaning of the code, with its marks read"
    groups = view.findings_by_severity(whole, (extra,))
    assert [(group.severity, group.count) for group in groups] == [
        (Severity.ERROR, 0),
        (Severity.WARNING, 1),
        (Severity.INFO, 2),
    ]


def test_a_sensitivity_gets_its_own_part(whole):
    base = Variation(100.0, 1.0, {"differing": 11.0, "cannot-say": 11.2}, 0.0)
    half = Variation(50.0, 1.0, {"differing": 15.0, "cannot-say": 7.2}, 4.0)
    hangs = SectionSensitivity(
        "M1-S02", Verdict.CANNOT_SAY, ("tolerance",), {"tolerance": 4.0, "assumed-accuracy": 0.0}
    )
    page = Page(report_html(whole, sensitivity=Sensitivity(base, (half,), (hangs,), ("map-a",))))
    assert "On 1 of 2 sections more than half of the length changes its verdict" in page.text
    assert "15.0 km" in page.text
    assert any(attrs.get("href") == "#sensitivity" for _, attrs in page.all("a"))


def test_without_an_axis_the_report_says_so(whole):
    shapes = replace(whole.shapes, stations=(), sections={}, differences=())
    none = replace(whole, axis=None, sections=(), pairs=(), shapes=shapes)
    page = Page(report_html(none))
    assert "No source of this dossier shows a common boundary" in page.text
    assert "There is no axis, so there is no profile." in page.text


@pytest.mark.parametrize("degrees", [180.0, -180.0])
def test_across_the_antimeridian_longitudes_are_written_within_180(comparison_at_180, degrees):
    page = Page(report_html(complete(comparison_at_180)))
    assert "179°59′45.6″W" in page.text, "the point of D1, at 180.004 in working longitudes"
    west, _, east, _ = page.json("map-data")["bounds"]
    assert east - west < 1, "one continuous picture"
    assert text.decimal((degrees, 0.0)).endswith("180.00000° W")


# -- numbers for people ------------------------------------------------------------------------


@given(st.floats(-180, 179.9999), st.floats(-90, 90))
def test_degrees_minutes_seconds_read_back_to_half_a_tenth(lon, lat):
    found = re.fullmatch(
        r"(\d+)°(\d\d)′(\d\d\.\d)″([NS]) (\d+)°(\d\d)′(\d\d\.\d)″([EW])", text.dms((lon, lat))
    )
    assert found is not None
    for value, (degrees, minutes, seconds, letter) in ((lat, found.groups()[:4]), (lon, found.groups()[4:])):
        assert float(minutes) < 60
        assert float(seconds) < 60
        size = float(degrees) + float(minutes) / 60 + float(seconds) / 3600
        assert (-size if letter in "SW" else size) == pytest.approx(value, abs=0.05 / 3600 + 1e-9)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0.0, "0.000 m"),
        (0.0004, "0.000 m"),
        (0.9996, "1.0 m"),
        (1.0, "1.0 m"),
        (9.96, "10 m"),
        (-12.4, "12 m"),
        (12345.6, "12,346 m"),
        (float("nan"), "–"),
    ],
)
def test_metres(value, words):
    assert text.metres(value) == words


def test_the_radius_of_a_pair_is_the_root_of_the_sum_of_squares():
    assert text.pair_radius_m(3.0, 4.0) == 5.0
    assert text.pair_radius_m(None, 4.0) is None
    assert text.radius(None) == "no 95 % radius known"


@pytest.mark.parametrize(
    ("row_label", "column_label", "arm", "aze"),
    [
        ("ARM", "AZE", 1.0, 0.0),
        ("AZE", "ARM", 0.0, 1.0),
        ("ARM", "not-ARM", 1.0, 0.0),
        ("not-AZE", "AZE", 1.0, 0.0),
        ("AZE", "not-AZE", 0.0, 1.0),
        ("not-ARM", "ARM", 0.0, 1.0),
        ("not-AZE", "not-ARM", 0.0, 0.0),  # each is silent about the other's party: no conflict
        ("ARM", "not-AZE", 0.0, 0.0),
        ("ARM", "both", 0.0, 0.0),
    ],
)
def test_the_land_of_a_cell_counts_what_one_shows_and_the_other_denies(
    whole, row_label, column_label, arm, aze
):
    pair = replace(whole.pairs[0], areas_km2={f"{row_label}>{column_label}": 1.0, "ARM>ARM": 7.0})
    cell = view.pair_matrix(replace(whole, pairs=(pair,)))[pair.from_][pair.to]
    assert cell.shown == (("ARM", arm), ("AZE", aze))


def test_the_bar_adds_up(whole):
    (bar,) = view.bars(whole)
    assert sum(share.length_km for share in bar.shares) == pytest.approx(bar.length_km)
    assert sum(share.width for share in bar.shares) == pytest.approx(100.0, abs=0.01)
    assert [share.x for share in bar.shares] == [0.0, 0.0, 0.0, pytest.approx(50.0, abs=0.001)]
    assert {share.look.verdict: share.assumed_km for share in bar.shares}[Verdict.DIFFERING] == 11.1195


def test_totals_hold_listed_and_smaller_differences(whole):
    sums = view.totals(whole)
    assert (sums.between_count, sums.own_count) == (2, 0)
    assert sums.between_km2 == pytest.approx(4.73456789 + 0.00123456)


# -- drawing -----------------------------------------------------------------------------------

lonlats = st.lists(st.tuples(st.floats(-170, 170), st.floats(-85, 85)), min_size=2, max_size=6, unique=True)


@given(st.floats(-180, 180), st.floats(-89, 89), lonlats)
def test_the_frame_is_a_stereographic_projection(lon0, lat0, places):
    """Against PROJ on the same sphere, away from the antipode, and back again."""
    frame = drawing.Frame(lon0, lat0, 1e-3, 480.0, 300.0, 960.0, 600.0)
    coords = np.array(places)
    proj = Proj(proj="stere", lat_0=lat0, lon_0=lon0, R=6_371_008.8)
    east, north = proj(coords[:, 0], coords[:, 1])
    near = np.hypot(east, north) < 2e7
    xy = frame.xy(coords)
    assert xy[near, 0] == pytest.approx(480 + 1e-3 * np.asarray(east)[near], abs=1e-5)
    assert xy[near, 1] == pytest.approx(300 - 1e-3 * np.asarray(north)[near], abs=1e-5)
    back = frame.lonlat(xy[near])
    assert np.cos(np.radians(back[:, 0] - coords[near, 0])) == pytest.approx(np.ones(near.sum()), abs=1e-9)
    assert back[:, 1] == pytest.approx(coords[near, 1], abs=1e-6)


@given(st.floats(0, 80), st.floats(0.01, 20))
def test_long_edges_are_cut_so_that_mercator_bends_them_by_less_than_a_metre(south, span):
    """The oracle is the isometric latitude itself, on dense points of the edge as the model has it."""
    line = shapely.linestrings([(10.0, south), (10.0 + span, min(south + span, 84.0))])
    drawn = shapely.get_coordinates(drawing.for_drawing(np.array([line]), 1e-5))

    def northing(lat):
        return 6_371_008.8 * np.arctanh(np.sin(np.radians(lat)))

    at = np.linspace(0, 1, 2001)
    whole = shapely.get_coordinates(line)
    lon, lat = (whole[0] + at[:, None] * (whole[1] - whole[0])).T
    flat = np.interp(lon, drawn[:, 0], northing(drawn[:, 1]))
    # On the ground, since Mercator enlarges; 1 m allowed at the highest latitude of the edge.
    off_m = np.abs(flat - northing(lat)) * np.cos(np.radians(lat))
    assert off_m.max() <= 1.001


@given(st.lists(st.tuples(st.floats(44, 46), st.floats(39, 41)), min_size=2, max_size=40))
def test_thinning_moves_no_line_by_more_than_its_tolerance(points):
    line = shapely.linestrings(points)
    (thin,) = drawing.for_drawing(np.array([line]), 1e-3)
    share = np.linspace(0, 1, 50)[:, None]
    dense = shapely.points(
        np.vstack([np.array(a) * (1 - share) + np.array(b) * share for a, b in pairwise(points)])
    )
    assert shapely.distance(dense, thin).max() <= 1e-3 + 1e-12


def test_the_tolerance_grows_only_for_very_dense_lines():
    rng = np.random.default_rng(7)
    walk = np.cumsum(rng.normal(0, 1e-4, (400_000, 2)), axis=0)
    assert drawing.drawing_tolerance_deg([shapely.linestrings(walk[:1000])]) == drawing.FINEST_DEG
    coarse = drawing.drawing_tolerance_deg([shapely.linestrings(walk)])
    assert coarse > drawing.FINEST_DEG
    drawn = drawing.for_drawing(np.array([shapely.linestrings(walk)]), coarse)
    assert shapely.get_num_coordinates(drawn).sum() <= 150_000


def test_a_sliver_smaller_than_the_rounding_stays_a_ring():
    ring = shapely.Polygon([(45, 40), (45 + 1e-7, 40), (45, 40 + 1e-7)])
    assert drawing.packed(np.array([ring])) == [["Polygon", [[4_500_000, 4_000_000, 0, 0, 0, 0, 0, 0]]]]


@given(st.lists(st.tuples(st.floats(-190, 190), st.floats(-90, 90)), min_size=2, max_size=30))
def test_packed_positions_are_the_rounded_ones(points):
    ((kind, flat),) = drawing.packed(np.array([shapely.linestrings(points)]))
    units = np.round(np.array(points) / 1e-5).astype(int).tolist()
    found = np.cumsum(np.array(flat).reshape(-1, 2), axis=0).tolist()
    assert kind == "LineString"
    assert {tuple(place) for place in found} == {tuple(place) for place in units}
    assert (found[0], found[-1]) == (units[0], units[-1])


def test_packed_shapes_keep_their_structure():
    holed = shapely.box(0, 0, 1, 1) - shapely.box(0.2, 0.2, 0.4, 0.4)
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.MultiPolygon([holed])])
    shapes = [shapely.MultiPolygon([holed, shapely.box(2, 2, 3, 3)]), shapely.Point(1, 2), mixed, holed]
    (kind, parts), point, most, one = drawing.packed(np.array(shapes))
    assert (kind, [len(rings) for rings in parts]) == ("MultiPolygon", [2, 1])
    assert point == ["Point", [100_000, 200_000]]
    assert most == ["MultiPolygon", [one[1]]]
    assert (one[0], len(one[1])) == ("Polygon", 2)


places = st.tuples(st.floats(44, 46), st.floats(39, 41))
some_shapes = st.one_of(
    st.builds(shapely.Point, places),
    st.lists(places, min_size=2, max_size=9).map(shapely.LineString),
    st.lists(places, min_size=1, max_size=4).map(
        lambda them: shapely.MultiPolygon([shapely.box(x, y, x + 0.3, y + 0.2) for x, y in them])
    ),
    places.map(lambda at: shapely.Point(at).buffer(0.3) - shapely.Point(at).buffer(0.1)),
)


@given(st.lists(some_shapes, max_size=8))
def test_shapes_are_drawn_together_as_each_is_alone(shapes):
    frame = drawing.frame_around([shapely.box(44.2, 39.2, 45.8, 40.8)], 960.0, 1250.0)
    together = drawing.for_drawing(np.array(shapes, dtype=object), 1e-4)
    alone = [drawing.for_drawing(np.array([shape], dtype=object), 1e-4) for shape in shapes]
    assert drawing.packed(together) == [drawing.packed(one)[0] for one in alone]
    assert drawing.path_data(frame.project(together)) == "".join(
        drawing.path_data(frame.project(one)) for one in alone
    )


@given(st.lists(some_shapes, min_size=1, max_size=4))
def test_svg_paths_follow_what_is_drawn(shapes):
    """Read back as SVG says: M is absolute, l relative, z closes; oracle is the distance to the shapes."""
    frame = drawing.frame_around(shapes, 960.0, 1250.0)
    pixels = frame.project(drawing.for_drawing(np.array(shapes, dtype=object), 1e-4))
    lengthy = pixels[(shapely.get_dimensions(pixels) > 0) & (shapely.length(pixels) > 3.0)]
    found = []
    for path in drawing.path_data(lengthy).split("M")[1:]:
        head, _, body = path.rstrip("z").partition("l")
        head, dot, _ = head.partition("h.1")
        steps = np.array([*head.split(), *body.split()], dtype=float).reshape(-1, 2)
        walked = np.cumsum(steps, axis=0)
        found.append(walked if not path.endswith("z") else np.vstack([walked, walked[:1]]))
        assert not (dot and body)
    outlines = [line if line.geom_type.endswith("String") else line.boundary for line in lengthy]
    drawn = shapely.union_all([shapely.linestrings(one) for one in found if len(one) > 1])
    # A third of a pixel by thinning, and half a tenth along each axis by rounding.
    for line in outlines:
        dense = shapely.points(shapely.get_coordinates(shapely.segmentize(line, 0.5)))
        assert shapely.distance(dense, drawn).max() <= 0.3 + 0.05 * np.sqrt(2) + 1e-6


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=300), st.floats(0.5, 50))
def test_the_drawn_profile_keeps_every_extreme_of_every_column(values, columns):
    x, y = np.linspace(0.0, columns, len(values)), np.array(values)
    kept = profile.extremes_by_column(x, y)
    assert (np.diff(kept) > 0).all()
    for column in np.unique(np.floor(x)):
        inside = np.floor(x) == column
        chosen = y[kept[np.floor(x[kept]) == column]]
        assert (chosen.min(), chosen.max()) == (y[inside].min(), y[inside].max())


@given(st.floats(0.1, 1e4), st.floats(1.0, 1e5))
def test_the_scale_of_offsets_is_symmetric_and_rising(bend_m, ratio):
    scale = profile.Scale(bend_m * ratio, bend_m)
    offsets = np.linspace(0, bend_m * ratio, 50)
    assert scale.share(-offsets) == pytest.approx(-scale.share(offsets))
    assert (np.diff(scale.share(offsets)) > 0).all()
    assert scale.share(offsets[-1:])[0] == pytest.approx(1.0)
    assert all(0 < tick <= bend_m * ratio * 1.0001 for tick in scale.ticks_m())


def test_of_too_many_stations_each_group_keeps_its_extreme(whole):
    n = 1000
    offsets = np.zeros(n)
    offsets[377] = -900.0
    (stations,) = whole.shapes.stations
    many = replace(
        stations,
        chainage_m=np.arange(n) * 10.0,
        lon=np.full(n, 45.0),
        lat=np.full(n, 40.0),
        offset_m={"map-b": offsets},
        signed={"map-b": np.full(n, True)},
    )
    kept = profile._kept_stations(many, 100)
    assert 377 in kept
    assert {0, n - 1} <= set(kept)
    assert len(kept) <= 12


# -- looks -------------------------------------------------------------------------------------

MACHADO = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Severity 1.0, Machado, Oliveira and Fernandes 2009, table 1; applied to linear RGB."""
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    channel = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def contrast(one, two):
    low, high = sorted(float(linear(colour) @ TO_XYZ[1]) for colour in (one, two))
    return (high + 0.05) / (low + 0.05)


def lab(colour, sight):
    xyz = TO_XYZ @ np.clip(MACHADO[sight] @ linear(colour), 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_lines_stand_out_on_the_paper():
    for colour in palette.COLOURS:
        assert contrast(colour, palette.PAPER) >= 3.0, colour
        assert contrast(colour, "#ffffff") >= 3.0, colour


@pytest.mark.parametrize("sight", MACHADO)
def test_colours_of_sources_stay_apart(sight):
    """CIE 1976 differences; the first six, which is what most dossiers need, by a wide margin."""
    for several, least in ((palette.COLOURS[:6], 20.0), (palette.COLOURS, 15.0)):
        for one, two in combinations(several, 2):
            assert np.linalg.norm(lab(one, sight) - lab(two, sight)) >= least, (one, two)


@pytest.mark.parametrize("sight", MACHADO)
def test_verdicts_stay_apart_and_their_words_are_readable(sight):
    for one, two in combinations(palette.VERDICTS, 2):
        assert np.linalg.norm(lab(one.colour, sight) - lab(two.colour, sight)) >= 20.0, (one.words, two.words)
    for look in palette.VERDICTS:
        assert contrast(look.colour, look.ink) >= 4.5


def test_five_hundred_sources_look_different():
    looks = palette.source_looks(tuple(f"s{i}" for i in range(504))).values()
    assert len({(look.colour, look.dash, look.marker) for look in looks}) == 504


# -- what is shipped ----------------------------------------------------------------------------


def test_vendored_files_are_those_of_the_table():
    vendor = files("merestone.publish") / "vendor"
    rows = re.findall(
        r"^\| `(.+?\.gz)` \|.*`([0-9a-f]{64})` \|$", (vendor / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) == 3
    for name, digest in rows:
        assert sha256(decompress((vendor / name).read_bytes())).hexdigest() == digest


def test_the_style_sheet_has_the_colours_of_the_palette():
    css = (files("merestone.publish") / "templates" / "report.css").read_text("utf-8")
    names = {Verdict.COINCIDENT: "coincident", Verdict.WITHIN_ACCURACY: "within"}
    for look in palette.VERDICTS:
        name = names.get(look.verdict, str(look.verdict))
        assert f"--{name}: {look.colour};" in css
        assert re.search(rf"\.verdict-{look.verdict} {{ background: var\(--{name}\);", css)
    assert f"--paper: {palette.PAPER};" in css


def test_scripts_never_write_markup_nor_reach_out():
    templates = files("merestone.publish") / "templates"
    scripts = [entry for entry in templates.iterdir() if entry.name.endswith(".js")]
    assert len(scripts) == 4
    for script in scripts:
        code = script.read_text("utf-8")
        assert code.count("\n") < 400, script.name
        assert "</script" not in code
        assert "\r" not in code
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|\bfetch\(|https?:", code
        )
        assert found is None or (found[0] == "http:" and "w3.org/2000/svg" in code), (script.name, found)


def test_near_a_pole_only_the_static_map_is_offered(whole):
    def live_at(lat):
        shape = Shape(shapely.linestrings([(10.0, lat), (11.0, lat)]))
        groups = (Group("source:a", "", "a", "limit", (shape,)),)
        return live_map(whole, groups, drawing.frame_around([shape.geometry], 960.0, 1250.0))

    assert live_at(84.0)["mercator"]
    assert not live_at(85.0)["mercator"]


def test_a_short_boundary_is_not_lost_in_its_corridor(whole):
    short = shapely.linestrings([(0.0, 40.0), (0.0002, 40.0)])  # 17 m
    groups = (Group("source:map-a", "", "map-a", "limit", (Shape(short),), look={}),)
    frame = frame_of(whole, groups)
    (drawn,) = shapely.length(frame.project(np.array([short])))
    assert 0.4 * frame.width < drawn < 0.7 * frame.width
