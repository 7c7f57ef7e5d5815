"""``comparison.json``: its form, its order, its rounding."""

import json
import math
import random
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.compare.mirror import mirror
from merestone.model.findings import Finding, Severity
from merestone.publish.jsonform import check_json, comparison_json
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Place, Rounding, Unit, normal_longitude, rounded

DEFAULT = Rounding(FALLBACK)


def as_json(comparison):
    return json.loads(comparison_json(comparison))


# --- rounding -----------------------------------------------------------------------------------


def nearest_multiple(value, unit):
    """The oracle: exact decimal arithmetic on the binary value."""
    return float((Decimal(value) / unit).quantize(Decimal(1), ROUND_HALF_EVEN) * unit)


@given(st.floats(-1e9, 1e9), st.sampled_from(list(Unit)))
def test_powers_of_ten_round_as_exact_decimal_arithmetic_does(value, unit):
    assert DEFAULT(value, unit) == nearest_multiple(value, DEFAULT.size(unit))


@given(st.floats(-1e6, 1e6), st.sampled_from([0.5, 0.25, 0.002, 5.0, 0.03]))
def test_other_units_round_to_their_multiples(value, size):
    rounding = Rounding({"m": size})
    done = rounding(value, Unit.METRES)
    assert done == nearest_multiple(value, Decimal(repr(size)))
    assert abs(Decimal(done) - Decimal(value)) <= Decimal(repr(size)) / 2 + Decimal("1e-9")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0005, 0.001),  # the binary number lies above 0.0005
        (0.0015, 0.002),
        (0.0025, 0.003),  # above, too
        (1.0005, 1.0),  # below
        (-0.0004, 0.0),
        (1e15 + 0.5, 1e15 + 0.5),
    ],
)
def test_rounding_looks_at_the_exact_binary_number(value, expected):
    done = DEFAULT(value, Unit.METRES)
    assert (done, math.copysign(1.0, done)) == (expected, 1.0)


def test_of_two_equally_near_the_even_multiple():
    assert [Rounding({"m": 1.0})(x, Unit.METRES) for x in (0.5, 1.5, 2.5, -0.5)] == [0.0, 2.0, 2.0, 0.0]
    assert [Rounding({"m": 0.5})(x, Unit.METRES) for x in (0.25, 0.75, 1.25)] == [0.0, 1.0, 1.0]


@given(st.floats(-1e9, 1e9), st.sampled_from(list(Unit)))
def test_rounding_again_changes_nothing(value, unit):
    once = DEFAULT(value, unit)
    assert DEFAULT(once, unit) == once


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_figure_is_nan_or_infinite(value):
    with pytest.raises(ValueError, match="no figure"):
        DEFAULT(value, Unit.KM)
    with pytest.raises(ValueError, match=r"scale: .* no figure"):
        rounded({"scale": value}, DEFAULT)


@pytest.mark.parametrize("size", [0.0, -1.0, math.nan, math.inf])
def test_a_unit_is_a_positive_number(size):
    with pytest.raises(ValueError, match=r"rounding\.km is"):
        Rounding({"km": size})


@given(st.lists(st.tuples(st.floats(-540, 540), st.floats(-90, 90)), min_size=1))
def test_coordinates_round_as_single_figures_do(points):
    done = DEFAULT.coordinates(np.array(points))
    # rint(x * 1e9) / 1e9 rounds the product once more: up to one unit in its last place from the law.
    assert np.abs(done - np.array(points)).max() <= 0.5e-9 + 2e-13
    assert all(float(f"{value:.9f}") == value for value in done.ravel())  # nine decimals, no more
    assert not (np.signbit(done) & (done == 0.0)).any()


def test_coordinates_of_a_unit_that_is_no_part_of_a_degree():
    rounding = Rounding({"degrees": 0.3})
    assert rounding.coordinates(np.array([[1.0, -0.1]])).tolist() == [[pytest.approx(0.9), 0.0]]


@given(st.integers(-3, 3), st.floats(-180, 180))
def test_longitudes_are_carried_home(turns, longitude):
    home = normal_longitude(longitude + 360.0 * turns)
    assert -180.0 <= home <= 180.0
    assert math.cos(math.radians(home - longitude)) == pytest.approx(1.0, abs=1e-12)
    assert normal_longitude(longitude) == longitude


# --- which unit a figure has ----------------------------------------------------------------------

PI = math.pi


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"length_km": PI}, {"length_km": 3.142}),
        ({"area_km2": PI}, {"area_km2": 3.1416}),
        ({"hausdorff_m": PI}, {"hausdorff_m": 3.142}),
        ({"bearing_deg": PI}, {"bearing_deg": 3.141592654}),
        ({"share": {"ARM": PI / 4}}, {"share": {"ARM": 0.785398}}),
        ({"point": [181.0, PI]}, {"point": [-179.0, 3.141592654]}),
        ({"from": [540.5, 1.0], "to": [-180.5, 1.0]}, {"from": [-179.5, 1.0], "to": [179.5, 1.0]}),
        ({"points": [[181.0, 2.0], [182.0, 3.0]]}, {"points": [[-179.0, 2.0], [-178.0, 3.0]]}),
        ({"lon": 190.0, "lat": 45.0}, {"lon": -170.0, "lat": 45.0}),
        ({"from": "map-a", "place": None}, {"from": "map-a", "place": None}),
        # ids are no units, wherever they stand
        ({"areas_km2": {"x_m": PI, "lon": PI}}, {"areas_km2": {"x_m": 3.1416, "lon": 3.1416}}),
        ({"sources": {"x_km": {"p": PI, "d_m": PI}}}, {"sources": {"x_km": {"p": 3.141593, "d_m": 3.142}}}),
        ({"sources": {"lon": {"share": {"a_m": PI}}}}, {"sources": {"lon": {"share": {"a_m": 3.141593}}}}),
        # the statistics of offsets
        (
            {"offsets_m": {"all": {"mean_abs": PI, "length_km": PI * 1e-3, "max_at": [200.0, PI]}}},
            {"offsets_m": {"all": {"mean_abs": 3.142, "length_km": 0.003, "max_at": [-160.0, 3.141592654]}}},
        ),
        ({"shift": {"after": {"p95_abs": PI}}}, {"shift": {"after": {"p95_abs": 3.142}}}),
        ({"stretches": [[0.0, PI, "ARM"]]}, {"stretches": [[0.0, 3.142, "ARM"]]}),
        # what a dossier declares is written as declared
        ({"parameters": {"coincide_m": 0.00049}}, {"parameters": {"coincide_m": 0.00049}}),
        ({"accuracy": {"metres": 0.00049}, "scale": PI}, {"accuracy": {"metres": 0.00049}, "scale": PI}),
        ({"covers": {"bbox": [181.0, PI, 182.0, 4.0]}}, {"covers": {"bbox": [181.0, PI, 182.0, 4.0]}}),
        ({"count": 12, "flag": True}, {"count": 12, "flag": True}),
    ],
)  # fmt: skip
def test_the_unit_follows_from_the_place(tree, expected):
    done = rounded(tree, DEFAULT)
    assert done == expected
    assert rounded(done, DEFAULT) == expected


def test_an_error_names_the_key():
    with pytest.raises(ValueError, match="pairs: hausdorff_m: nan"):
        rounded({"pairs": [{"hausdorff_m": math.nan}]}, DEFAULT, Place())


# --- the form -----------------------------------------------------------------------------------


def test_the_text_is_readable_and_stable(comparison):
    text = comparison_json(comparison).decode("utf-8")
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert '      "point": [0.0, 40.15]\n' in text
    assert "Հայաստան" in text
    assert "-0.0" not in text
    assert "NaN" not in text
    assert comparison_json(comparison) == text.encode("utf-8")


def test_the_json_is_that_of_the_standard_library(comparison):
    tree = as_json(comparison)
    assert json.loads(json.dumps(tree)) == json.loads(comparison_json(comparison).decode("utf-8"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_any_json_reads_back_as_it_was(tree):
    text = json_bytes(tree).decode("utf-8")
    assert json.loads(text) == tree
    assert text.endswith("\n")


def test_keys_stand_in_the_order_of_the_design(comparison):
    tree = as_json(comparison)
    assert list(tree) == [
        "format", "tool", "dossier", "parties", "parameters", "sources", "families", "pairs", "axis",
        "sections", "differences", "enclaves", "features", "findings", "uncertainty",
    ]  # fmt: skip
    assert list(tree["pairs"][0]) == [
        "from", "to", "areas_km2", "offsets_m", "hausdorff_m", "shift", "verdict", "verdict_km", "assumed",
        "areas_95_km2", "net_area_km2", "net_area_95_km2",
    ]  # fmt: skip
    assert list(tree["sections"][0]) == [
        "id", "piece", "from_km", "to_km", "from", "to", "length_km", "verdict", "assumed", "p_chance",
        "sources", "differences", "area_km2", "districts",
    ]  # fmt: skip
    assert list(tree["findings"][0]) == ["code", "severity", "source", "message", "place", "values"]
    assert list(tree["features"]["settlements"][0])[:4] == ["id", "names", "lon", "lat"]


def test_only_main_has_an_unmatched_length(comparison):
    offsets = as_json(comparison)["pairs"][0]["offsets_m"]
    assert "unmatched_km" not in offsets["all"]
    assert offsets["main"]["unmatched_km"] == 0.0
    assert "signed_mean_95" not in offsets["all"]
    assert offsets["main"]["signed_mean_95"] == [-40.1, 33.6]


def test_figures_are_rounded_by_the_parameters(comparison):
    tree = as_json(comparison)
    assert tree["sources"][0]["areas_km2"]["ARM"] == 1234.5679
    assert tree["pairs"][0]["shift"] == {
        "east_m": 1.235, "north_m": 0.0, "se_east_m": 0.5, "se_north_m": None,
        "after": {"mean_abs": 120.988, "p95_abs": 690.0},
    }  # fmt: skip
    assert tree["parameters"]["coincide_m"] == 0.0005
    coarse = replace(comparison, parameters={**comparison.parameters, "rounding": {"km2": 0.5}})
    assert as_json(coarse)["sources"][0]["areas_km2"]["ARM"] == 1234.5


def test_longitudes_beyond_180_come_home(comparison_at_180):
    tree = as_json(comparison_at_180)
    assert tree["pairs"][0]["offsets_m"]["main"]["max_at"] == [-179.99, 40.05]
    assert tree["features"]["settlements"][0]["lon"] == 179.9
    assert tree["axis"]["pieces"][0]["start"] == [180.0, 40.0]


def shuffled(value, seed):
    """The same mappings, filled in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.Random(seed).shuffle(keys)
        return {key: shuffled(value[key], seed) for key in keys}
    return [shuffled(item, seed) for item in value] if isinstance(value, (list, tuple)) else value


@given(st.dictionaries(st.sampled_from(["id", "lon", "ARM", "AZE", "sources", "x"]), JSON), st.integers())
def test_the_order_in_which_a_mapping_was_filled_makes_no_difference(mapping, seed):
    assert json_bytes(plain(mapping)) == json_bytes(plain(shuffled(mapping, seed)))


def test_numbers_of_numpy_are_plain_numbers():
    tree = plain({"a": np.float64(1.5), "b": np.int64(2), "c": np.bool_(True), "d": np.array([1.0, 2.0])})
    assert tree == {"a": 1.5, "b": 2, "c": True, "d": [1.0, 2.0]}
    assert [type(item) for item in tree.values()] == [float, int, bool, list]


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="object has no place"):
        plain({"a": object()})
    with pytest.raises(ValueError, match="Out of range"):
        json_bytes({"a": math.nan})


def test_findings_of_a_check():
    found = Finding("some-code", Severity.ERROR, "map-a", "text", (190.0, 1.0), {"width_m": PI})
    tree = json.loads(check_json("A dossier", [found]))
    assert tree["format"] == "merestone-check/1"
    assert tree["dossier"] == {"title": "A dossier"}
    assert tree["findings"] == [
        {"code": "some-code", "severity": "error", "source": "map-a", "message": "text",
         "place": [-170.0, 1.0], "values": {"width_m": 3.142}}
    ]  # fmt: skip


# --- the parties exchanged --------------------------------------------------------------------------


def test_mirrored_twice_is_the_same_bytes(comparison):
    twice = mirror(mirror(comparison))
    assert comparison_json(twice) == comparison_json(comparison)


def test_the_mirror_changes_ids_signs_and_orders_alone(comparison):
    """Exchanging the ids in the text of the mirrored result and negating what is signed gives the first."""
    text = comparison_json(mirror(comparison)).decode("utf-8")
    back = json.loads(text.replace("ARM", "\0").replace("AZE", "ARM").replace("\0", "AZE"))
    here = as_json(comparison)
    for pair in back["pairs"]:
        for part in pair["offsets_m"].values():
            part["signed_mean"] = None if part["signed_mean"] is None else -part["signed_mean"]
            if part.get("signed_mean_95") is not None:
                part["signed_mean_95"] = [-end for end in reversed(part["signed_mean_95"])]
    for tried in back["uncertainty"]["sensitivity"]:
        for pair in tried["pairs"]:
            pair["signed_mean_95_m"] = [-end for end in reversed(pair["signed_mean_95_m"])]
    back["parties"].sort(key=lambda party: party["id"])
    for source in back["sources"]:
        for parties in source["standing"].values():
            parties.sort()
    assert back == here
