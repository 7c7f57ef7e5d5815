"""Tables of turning points: everything is said or the table is refused."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from merestone.errors import BadInputError
from merestone.model.sources import EdgeType, SourceKind
from merestone.sources.tables import is_table

HEAD = "# datum: EPSG:4326\n# line: straight\n"
POINTS = 'number,latitude,longitude\n1,39°30′00″N,46°24′00″E\n2,40.5,45.9\n3,41°06′00"N,45deg12\'0"E\n'
PLACES = [(46.4, 39.5), (45.9, 40.5), (45.2, 41.1)]


def read(workshop, text, **more):
    return workshop.read(workshop.put("treaty.csv", text), **{"kind": SourceKind.LINES, **more})


def refused(workshop, text, *words, **more):
    with pytest.raises(BadInputError) as caught:
        read(workshop, text, **more)
    for word in ("treaty.csv", *words):
        assert word in caught.value.message
    return caught.value.message


def test_points_become_a_line(workshop):
    source = read(workshop, HEAD + POINTS)
    assert [list(line.coords) for line in source.lines.geoms] in ([PLACES], [PLACES[::-1]])
    assert source.info.edges is EdgeType.STRAIGHT
    assert source.info.crs == "EPSG:4326"
    assert source.info.kind is SourceKind.LINES
    assert source.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "# crs: EPSG:4326\n#line type: straight\nno;lat;lon\n1;39.5;46.4\n2;40.5;45.9\n3;41.1;45.2\n",
        "number\tlongitude\tlatitude\tdatum\tline\n1\t46.4\t39.5\t4326\tstraight\n2\t45.9\t40.5\t4326\tStraight\n3\t45.2\t41.1\t4326\t\n",
        HEAD + "number,coordinates\n1,39.5N 46.4E\n2,45°54′E 40°30′N\n3,41.1N 45.2E\n",
        HEAD + "# order: lonlat\nnumber,position\n1,46.4 39.5\n2,45.9 40.5\n3,45.2 41.1\n",
        "\ufeff" + HEAD + POINTS,
    ],
    ids=["semicolons", "columns", "letters", "order", "BOM"],
)
def test_many_forms_say_the_same(workshop, text):
    assert read(workshop, text).lines.equals(shapely.LineString(PLACES))


def test_the_dossier_may_say_what_the_table_does_not(workshop):
    source = read(workshop, POINTS, crs="EPSG:4326", edges=EdgeType.GEODESIC)
    assert source.info.edges is EdgeType.GEODESIC
    assert [note.code for note in source.findings] == ["crs-by-dossier"]
    text = "number,position\n1,46.4 39.5\n2,45.9 40.5\n3,45.2 41.1\n"
    assert read(workshop, HEAD + text, order="lonlat").lines.equals(shapely.LineString(PLACES))


def test_south_and_west_and_the_minus_of_unicode(workshop):
    text = HEAD + "id,latitude,longitude\n1,\u221210.5,-60.25\n2,11°00′S,061°30′W\n"
    assert read(workshop, text).lines.equals(shapely.LineString([(-60.25, -10.5), (-61.5, -11.0)]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (POINTS.replace("number", "# line: straight\nnumber"), "datum"),
        (POINTS.replace("number", "# datum: EPSG:4326\nnumber"), "line"),
        (HEAD + "number,position\n1,46.4 39.5\n2,45.9 40.5\n", "order"),
        (HEAD + "number,x,y\n1,46.4,39.5\n2,45.9,40.5\n", "axis order"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n2,40.5 or so,45.9\n", "line 5"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n2,40.5E,45.9\n", "latitude"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n2,40 30,45.9\n", "line 5"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n2,91,45.9\n", "91"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n2,40.5\n", "line 5 has 2 fields"),
        (HEAD + "number,lat,lon\n1,39.5,46.4\n", "fewer than two"),
        (HEAD + "number,lat,lon\n", "no rows"),
        (HEAD + "number,lat,LAT,lon\n1,1,1,1\n", "two columns 'lat'"),
        (HEAD.replace("straight", "great circle") + POINTS, "great circle"),
        (HEAD.replace("EPSG:4326", "the usual one") + POINTS, "the usual one"),
        (HEAD + "number,lat,lon,datum\n1,39.5,46.4,EPSG:4326\n2,40.5,45.9,EPSG:4284\n", "2 datums"),
        (HEAD + "# order: upside down\n" + POINTS, "upside down"),
        ("# datum: EPSG:32638\n# line: grid\nnumber,x,y\n1,500000,4400000\n2,500100,4400100\n", "northing"),
        ("# datum: EPSG:32638\n# line: grid\nno,easting,northing\n1,500 000,4400000\n2,1,2\n", "500 000"),
    ],
)  # fmt: skip
def test_what_is_not_said_or_not_clear_is_refused(workshop, text, words):
    refused(workshop, text, words)


def test_each_leg_may_have_a_line_of_its_own(workshop):
    """A parallel, then a geodesic; the geodesic against geographiclib."""
    text = (
        "# datum: EPSG:4326\nnumber,latitude,longitude,line\n"
        "1,40,45.0,parallel\n2,40,46.0,geodesic\n3,42,49.0,none\n4,42,50.0,straight\n5,43,51.0,\n"
    )
    source = read(workshop, text)
    lines = sorted((np.array(line.coords) for line in source.lines.geoms), key=len, reverse=True)
    assert len(lines) == 2
    longest = lines[0] if lines[0][0, 0] < lines[0][-1, 0] else lines[0][::-1]
    assert longest[:2].tolist() == [[45.0, 40.0], [46.0, 40.0]]
    line = Geodesic.WGS84.InverseLine(40, 46, 42, 49)
    truth = [(p["lon2"], p["lat2"]) for s in np.linspace(0, line.s13, 60) for p in [line.Position(s)]]
    apart_m = shapely.distance(shapely.points(truth), shapely.LineString(longest[1:])) * 111_195
    assert apart_m.max() <= 0.0002
    assert {tuple(place) for place in source.drawn.tolist()} == {
        (45, 40),
        (46, 40),
        (49, 42),
        (50, 42),
        (51, 43),
    }
    (note,) = source.findings
    assert note.code == "legs-of-several-types"
    assert note.values["legs"] == {"geodesic": 1, "parallel": 1, "straight": 1}


def test_a_parallel_that_is_none_is_refused(workshop):
    refused(workshop, HEAD.replace("straight", "parallel") + POINTS, "parallel", "latitude")


def test_parts_are_lines_of_their_own(workshop):
    text = HEAD + "part,number,lat,lon\na,1,40,45\na,2,41,45\nb,1,40,46\nb,2,41,46\n"
    source = read(workshop, text)
    assert source.lines.equals(shapely.MultiLineString([[(45, 40), (45, 41)], [(46, 40), (46, 41)]]))


def test_gauss_krueger_columns_follow_the_axes_of_the_crs(workshop):
    """In EPSG:28408 X is north and Y is east with the zone prefix; names may say so too."""
    rows = f"1,{4429529.03},{8542705.0}\n2,{4540563.0},{8542025.0}\n"
    head = "# datum: EPSG:28408\n# line: grid\n"
    by_axes = read(workshop, head + "number,X,Y\n" + rows)
    by_names = read(workshop, head + "number,northing,easting\n" + rows)
    assert by_axes.lines.equals_exact(by_names.lines)
    west, south, east, north = by_axes.lines.bounds
    assert (round(west, 1), round(south), round(east, 1), round(north)) == (45.5, 40, 45.5, 41)
    refused(workshop, head + "number,Y,X\n" + rows, "zone number 8", "swapped")


def test_a_table_of_both_sides_needs_closed_rings(workshop):
    rings = {
        "AAA": [(45, 40), (45.5, 40), (45.5, 41), (45, 40)],
        "BBB": [(45.5, 40), (46, 40), (45.5, 41), (45.5, 40)],
    }
    rows = "".join(f"{party},{party},{lat},{lon}\n" for party, ring in rings.items() for lon, lat in ring)
    text = HEAD + "party,part,lat,lon\n" + rows
    source = workshop.read(workshop.put("sides.csv", text))
    for party, ring in rings.items():
        assert source.sides[party].equals(shapely.Polygon(ring))
    side = {"AAA": "party = 'AAA'", "BBB": "party = 'BBB'"}
    assert workshop.read("sides.csv", side=side).sides["BBB"].equals(shapely.Polygon(rings["BBB"]))
    workshop.put("sides.csv", text.rsplit("BBB", 2)[0])
    with pytest.raises(BadInputError, match="come back to the first"):
        workshop.read("sides.csv")


def test_a_table_as_layer_gives_points(workshop):
    text = "# datum: EPSG:4326\nid,latitude,longitude,name,accuracy_95_m\n"
    text += "m7,40.25,45.5,Սյուն,0.05\nm2,40.5,45.5,,\n"
    layer = workshop.layer("marks", workshop.put("marks.csv", text), id_field="id", names={"und": "name"})
    source = workshop.source(
        workshop.geojson(
            "two.geojson", [("AAA", shapely.box(45, 40, 45.5, 41)), ("BBB", shapely.box(45.5, 40, 46, 41))]
        )
    )
    features = workshop.case(source, layers=[layer]).layers[0].features
    assert [(one.id, dict(one.names), one.geometry.coords[0]) for one in features] == [
        ("m2", {}, (45.5, 40.5)),
        ("m7", {"und": "Սյուն"}, (45.5, 40.25)),
    ]
    assert features[1].attributes["accuracy_95_m"] == "0.05"


def test_what_is_a_table(workshop):
    for text, expected in [
        ("number,latitude,longitude\n", True),
        ("# datum: x\nno;X;Y\n", True),
        ("WKT,latitude\n", False),
        ("name,value\n", False),
        ("", False),
    ]:
        assert is_table(workshop.root / workshop.put("some.csv", text), None) is expected
    assert not is_table(workshop.root / "nowhere.csv", None)
    assert not is_table(workshop.root / workshop.put("some.json", "latitude,longitude"), None)
