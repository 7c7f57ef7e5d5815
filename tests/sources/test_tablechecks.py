"""Tables of turning points that contradict themselves are refused in one sentence."""

import itertools

import pytest
from geographiclib.geodesic import Geodesic

from merestone.errors import BadInputError
from merestone.sources.linefile import read_line

PLACES = [(40.0, 45.0), (40.02, 45.03), (40.01, 45.07), (40.05, 45.09)]


def legs(places):
    found = [Geodesic.WGS84.Inverse(*a, *b) for a, b in itertools.pairwise(places)]
    return [(f"{one['azi1'] % 360.0:.4f}", f"{one['s12']:.1f}") for one in found] + [("", "")]


def rows_of(places=PLACES, numbers=None, order=None):
    said = legs(PLACES)
    rows = [
        f"{(numbers or [1, 2, 3, 4])[k]},{lat:.5f}N,{lon:.5f}E,geodesic,{said[k][0]},{said[k][1]}"
        for k, (lat, lon) in enumerate(places)
    ]
    return [rows[k] for k in order or range(len(rows))]


def read(
    tmp_path, rows, header="number,latitude,longitude,line,azimuth,length_m", datum="# datum: EPSG:4326"
):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([datum, header, *rows]) + "\n", encoding="utf-8")
    return read_line(path)


def test_a_table_that_agrees_with_itself_is_read_and_says_so(tmp_path):
    given = read(tmp_path, rows_of())
    assert [tuple(place[::-1]) for place in given.lines[0].chain[given.lines[0].vertex].tolist()] == PLACES
    note = next(one for one in given.findings if one.code == "table-legs-agree")
    assert note.values["count"] == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (rows_of(order=[0, 2, 1, 3]), "line 4: point 3 follows point 1, so point 2 is missing"),
        (rows_of(order=[0, 1, 3]), "line 5: point 4 follows point 2, so point 3 is missing"),
        (rows_of(order=[0, 3]), "line 4: point 4 follows point 1, so points 2 to 3 are missing"),
        (rows_of(order=[1, 0, 2, 3]), "line 4: point 1 follows point 2; put the rows in the order"),
        (rows_of(numbers=[1, 2, 2, 3]), "line 5: point 2 follows point 2; put the rows in the order"),
        # Only a ring comes back to the number of its first point: here the places differ.
        (rows_of(numbers=[1, 2, 3, 1]), "line 6: point 1 follows point 3; put the rows in the order"),
        # Two places exchanged, numbers as they should be: the stated legs tell.
        (
            rows_of([PLACES[0], PLACES[2], PLACES[1], PLACES[3]]),
            "line 3: the leg from point 1 to point 2 is stated as",
        ),
        # The whole line the other way round.
        (rows_of(PLACES[::-1]), "line 3: the leg from point 1 to point 2 is stated as"),
        # One digit wrong.
        (rows_of([PLACES[0], (40.02, 45.30), *PLACES[2:]]), "but its coordinates make it"),
        ([*rows_of()[:2], "3,40.01N,45.07E,geodesic,20.98,4761m", rows_of()[3]], "is no number of metres"),
        ([*rows_of()[:2], "3,40.01N,45.07E,geodesic,x,4761", rows_of()[3]], "line 5: as azimuth"),
        (
            ["1,40,0N,45.0E,geodesic,,", "2,40.02N,45.03E,geodesic,,"],
            "decimals stand after a point, not a comma",
        ),
    ],
)
def test_what_contradicts_is_refused(tmp_path, rows, said):
    with pytest.raises(BadInputError) as error:
        read(tmp_path, rows)
    assert said in error.value.message
    assert "\n" not in error.value.message


def test_a_leg_stated_the_other_way_round_is_told(tmp_path):
    there = Geodesic.WGS84.Inverse(*PLACES[1], *PLACES[0])
    rows = [f"1,40.00000N,45.00000E,geodesic,{there['azi1'] % 360.0:.4f},{there['s12']:.1f}", *rows_of()[1:]]
    with pytest.raises(BadInputError, match="the leg the other way round"):
        read(tmp_path, rows)


def test_a_comma_as_decimal_mark_is_refused_where_semicolons_part_fields(tmp_path):
    rows = ["1;40,5;45,0;geodesic;;", "2;40,6;45,1;geodesic;;"]
    with pytest.raises(BadInputError, match="decimals stand after a point, not a comma"):
        read(tmp_path, rows, "number;latitude;longitude;line;azimuth;length_m")


def test_two_datums_are_refused(tmp_path):
    rows = ["1,40.0N,45.0E,geodesic,EPSG:4326", "2,40.02N,45.03E,,EPSG:4284"]
    with pytest.raises(BadInputError, match="on 2 datums"):
        read(tmp_path, rows, "number,latitude,longitude,line,datum", "# none")


def test_what_may_differ_does(tmp_path):
    """A ring, a gap where no leg leads on, names that are no numbers, ground lengths, grid azimuths."""
    ring = [
        "7,40.0N,45.0E,straight,,",
        "8,40.0N,45.1E,straight,,",
        "9,40.1N,45.1E,straight,,",
        "7,40.0N,45.0E,,,",
    ]
    assert read(tmp_path, ring).lines[0].closed
    parted = [
        "1,40.0N,45.0E,straight,,",
        "2,40.0N,45.1E,none,,",
        "5,40.1N,45.1E,straight,,",
        "6,40.1N,45.2E,,,",
    ]
    assert len(read(tmp_path, parted).lines) == 2
    named = ["1a,40.0N,45.0E,straight,,", "1b,40.0N,45.1E,straight,,"]
    assert len(read(tmp_path, named).lines) == 1
    azimuth, length = legs(PLACES)[0]
    near = f"1,40.0N,45.0E,geodesic,{float(azimuth) + 1.5:.2f},{float(length) * 1.0005:.1f}"
    assert len(read(tmp_path, [near, *rows_of()[1:]]).lines) == 1


def test_coarse_coordinates_are_held_against_coarse_figures(tmp_path):
    rows = ["1,40°00′N,45°00′E,geodesic,49,5000", "2,40°01′N,45°02′E,,,"]
    there = Geodesic.WGS84.Inverse(40.0, 45.0, 40.0 + 1.0 / 60.0, 45.0 + 2.0 / 60.0)
    # Minutes leave 1.9 km open; seconds would not.
    assert there["s12"] == pytest.approx(3394.85, abs=0.01)
    assert len(read(tmp_path, rows).lines) == 1
    fine = [rows[0].replace("00′", "00′00″"), rows[1]]
    with pytest.raises(BadInputError, match=r"its coordinates make it 3,394\.852 m long"):
        read(tmp_path, fine)
