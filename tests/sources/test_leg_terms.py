"""What a table states of its legs goes with the source into the comparison, the report and a description."""

import json

import pytest

from merestone.cli.app import run

TABLE = """# datum: EPSG:4326
# line: geodesic
number,latitude,longitude,follows,moves,prevails
1,50.0N,10.5001E,thalweg,ambulatory,text
2,50.2N,10.5001E,,,
3,50.3N,10.5003E,none,fixed-at 1988-10-01,not-stated
4,50.5N,10.5002E,,,
"""
STATED = [
    {"from": "1", "to": "2", "follows": "thalweg", "moves": "ambulatory", "prevails": "text"},
    {"from": "3", "to": "4", "follows": "none", "moves": "fixed-at 1988-10-01", "prevails": "not-stated"},
]


@pytest.fixture
def treaty(small_dossier):
    small_dossier.put("treaty.csv", TABLE.encode())
    text = small_dossier.path.read_text(encoding="utf-8")
    small_dossier.text(text + '[[source]]\nid = "treaty"\npath = "treaty.csv"\nkind = "lines"\n')
    return small_dossier


def test_it_is_in_the_comparison_and_the_report(treaty):
    out = treaty.folder / "out"
    assert run(["compare", str(treaty.folder), "-q", "-o", str(out)]) == 0
    tree = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert {one["id"]: one["legs"] for one in tree["sources"]} == {"one": [], "treaty": STATED, "two": []}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "1 to 2: follows thalweg, ambulatory, text prevails" in page
    assert "3 to 4: follows none, fixed at 1988-10-01" in page


def test_a_description_carries_it_on(treaty):
    out = treaty.folder / "described"
    assert run(["describe", str(treaty.folder / "treaty.csv"), "-q", "-o", str(out)]) == 0
    points = json.loads((out / "description.json").read_text(encoding="utf-8"))["turning_points"]
    said = [{key: point["leg"][key] for key in ("follows", "moves", "prevails")} for point in points[:-1]]
    plain = dict.fromkeys(("follows", "moves", "prevails"), "not-stated")
    assert said == [{key: STATED[0][key] for key in plain}, plain, {key: STATED[1][key] for key in plain}]
    again = treaty.folder / "again"
    assert run(["describe", str(out / "turning-points.csv"), "-q", "-o", str(again)]) == 0
    legs = [p["leg"] for p in json.loads((again / "description.json").read_text())["turning_points"][:-1]]
    assert [{key: leg[key] for key in plain} for leg in legs] == said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("thalweg,ambulatory,text", None),
        ("the river,ambulatory,text", "follows = 'the river'; write one of none, thalweg"),
        ("thalweg,1988,text", "moves = '1988'; write ambulatory, not-stated or fixed-at"),
        ("thalweg,ambulatory,words", "prevails = 'words'; write one of text, coordinates"),
    ],
)
def test_other_words_are_refused(treaty, capsys, wrong, says):
    treaty.put("treaty.csv", TABLE.replace("thalweg,ambulatory,text", wrong).encode())
    code = run(["check", str(treaty.folder)])
    said = capsys.readouterr().err
    assert code == (20 if says else 0)
    assert says is None or ("treaty.csv" in said and "line 4" in said and says in said)
