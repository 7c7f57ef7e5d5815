"""The packed index is one that SQLite takes for its own, and finds what is there."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.publish.rtree import packed


def loaded(ids, boxes):
    """The tree in the tables of SQLite's own module."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE x USING rtree(id, minx, maxx, miny, maxy)")
    database.execute("DELETE FROM x_node")
    tree = packed(ids, boxes)
    database.executemany("INSERT INTO x_node VALUES (?, ?)", tree.nodes)
    database.executemany("INSERT INTO x_rowid VALUES (?, ?)", tree.rowids)
    database.executemany("INSERT INTO x_parent VALUES (?, ?)", tree.parents)
    return database


def some_boxes(count, seed):
    generator = np.random.default_rng(seed)
    corners = generator.uniform(-180, 180, (count, 2))
    return np.hstack([corners, corners + generator.exponential(0.5, (count, 2))])


def found(database, west, south, east, north):
    query = "SELECT id FROM x WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
    return {row[0] for row in database.execute(query, (west, east, south, north))}


@pytest.mark.parametrize("count", [0, 1, 2, 51, 52, 102, 103, 2601, 2602, 10_000])
def test_sqlite_finds_no_fault_in_the_tree(count):
    ids = np.arange(count) * 3 + 7
    with closing(loaded(ids, some_boxes(count, count))) as database:
        assert database.execute("SELECT rtreecheck('x')").fetchone() == ("ok",)
        assert {row[0] for row in database.execute("SELECT id FROM x")} == set(ids.tolist())


@given(
    st.integers(0, 400),
    st.integers(0, 2**32 - 1),
    st.floats(-180, 180),
    st.floats(-180, 180),
    st.floats(0, 90),
)
@settings(max_examples=40)
def test_a_query_finds_what_looking_at_each_box_finds(count, seed, west, south, size):
    boxes = some_boxes(count, seed)
    with closing(loaded(np.arange(count), boxes)) as database:
        answer = found(database, west, south, west + size, south + size)
    touching = (
        (boxes[:, 2] >= west)
        & (boxes[:, 0] <= west + size)
        & (boxes[:, 3] >= south)
        & (boxes[:, 1] <= south + size)
    )
    near = (
        np.abs(boxes[:, [2, 0, 3, 1]] - [west, west + size, south, south + size]).min(axis=1, initial=1.0)
        < 1e-4
    )
    missed = set(np.flatnonzero(touching).tolist()) - answer
    assert missed == set()
    assert answer <= set(np.flatnonzero(touching | near).tolist())  # boxes are rounded outward to 32 bits


def test_every_kept_box_holds_the_one_given():
    boxes = some_boxes(500, 3)
    with closing(loaded(np.arange(500), boxes)) as database:
        rows = database.execute("SELECT minx, miny, maxx, maxy FROM x ORDER BY id").fetchall()
    kept = np.array(rows)
    assert (kept[:, :2] <= boxes[:, :2]).all()
    assert (kept[:, 2:] >= boxes[:, 2:]).all()
    assert np.abs(kept - boxes).max() < 2e-5  # one step of a 32-bit number at 180


def test_sqlite_goes_on_with_the_tree():
    """What is added, changed and removed later keeps it sound."""
    with closing(loaded(np.arange(1000), some_boxes(1000, 5))) as database:
        rows = [(1000 + i, *box) for i, box in enumerate(some_boxes(1000, 6)[:, [0, 2, 1, 3]].tolist())]
        database.executemany("INSERT INTO x VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("DELETE FROM x WHERE id % 3 = 0")
        assert database.execute("SELECT rtreecheck('x')").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM x").fetchone() == (1333,)


def test_equal_boxes_are_packed_by_their_ids():
    boxes = np.tile([1.0, 2.0, 3.0, 4.0], (200, 1))
    assert packed(np.arange(200), boxes) == packed(np.arange(200), boxes)
    with closing(loaded(np.arange(200), boxes)) as database:
        assert len(found(database, 1.0, 2.0, 3.0, 4.0)) == 200
