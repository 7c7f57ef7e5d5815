"""The shipped schemas: right for what merestone writes, open for what is added, complete as documentation."""

import copy
import json
from dataclasses import fields

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.model import results
from merestone.model.accuracy import Measure
from merestone.model.findings import Finding, Severity
from merestone.model.settings import Settings
from merestone.model.sources import EdgeType, SourceKind
from merestone.publish.jsonform import check_json, comparison_json
from merestone.publish.schema import SCHEMAS, load_schema
from merestone.publish.verify import compare_results, verification_json

REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)


def validator(name, closed=lambda schema: schema):
    """For what fits a schema; with the fixture `closed`, for what has no key beyond it."""
    return Draft202012Validator(closed(load_schema(name)), registry=REGISTRY)


def subschemas(node, path="$"):
    """Every property of a schema with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                for name, sub in value.items():
                    yield f"{path}.{name}", sub
                    yield from subschemas(sub, f"{path}.{name}")
            else:
                yield from subschemas(value, f"{path}/{key}" if key == "$defs" else path)
    elif isinstance(node, list):
        for item in node:
            yield from subschemas(item, path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_a_schema(name):
    Draft202012Validator.check_schema(load_schema(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described(name):
    schema = load_schema(name)

    def describes(sub):
        if "description" in sub:
            return True
        target = sub.get("$ref", "")
        return target.startswith("#/$defs/") and "description" in schema["$defs"][target.rpartition("/")[2]]

    bare = [path for path, sub in subschemas(schema) if not describes(sub)]
    assert bare == []
    assert len(schema["description"].split()) > 4


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_definition_is_used(name):
    schema = load_schema(name)
    text = json.dumps(schema)
    others = "".join(json.dumps(load_schema(other)) for other in SCHEMAS if other != name)
    unused = [
        key
        for key in schema.get("$defs", {})
        if f'"#/$defs/{key}"' not in text and f"{schema['$id']}#/$defs/{key}" not in others
    ]
    assert unused == []


def test_an_unknown_schema_is_refused():
    with pytest.raises(KeyError):
        load_schema("../comparison-1")


def test_a_comparison_fits_and_has_no_key_that_is_not_described(comparison, comparison_at_180, closed):
    for case in (comparison, comparison_at_180):
        tree = json.loads(comparison_json(case))
        validator("comparison-1").validate(tree)
        validator("comparison-1", closed).validate(tree)


def test_the_schema_is_open_for_keys_that_are_added(comparison, closed):
    tree = json.loads(comparison_json(comparison))
    tree["added"] = tree["pairs"][0]["added"] = 1
    validator("comparison-1").validate(tree)
    with pytest.raises(jsonschema.ValidationError, match="added"):
        validator("comparison-1", closed).validate(tree)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "merestone-comparison/2"),
        (("parties",), []),
        (("sources", 0, "sha256"), "xyz"),
        (("sources", 0, "kind"), "three-sided"),
        (("sources", 0, "areas_km2", "ARM"), -1.0),
        (("pairs", 0, "verdict"), "agreed"),
        (("pairs", 0, "verdict_km", "agreed"), 1.0),
        (("pairs", 0, "offsets_m", "main", "max_at"), [200.0, 40.0]),
        (("pairs", 0, "offsets_m", "main", "max_at"), [20.0]),
        (("sections", 0, "p_chance"), 1.5),
        (("differences", "listed", 0, "kind"), "other"),
        (("axis",), {}),
    ],
)
def test_what_a_result_cannot_say_does_not_fit(comparison, path, value):
    tree = json.loads(comparison_json(comparison))
    *way, last = path
    place = tree
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(jsonschema.ValidationError):
        validator("comparison-1").validate(tree)


def required_paths(tree, prefix=()):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*prefix, key)
            yield from required_paths(value, (*prefix, key))
    elif isinstance(tree, list) and tree:
        yield from required_paths(tree[0], (*prefix, 0))


def test_no_key_of_the_design_can_be_missing(comparison):
    """A key that is gone is noticed, unless its object is one that a dossier or a layer fills freely."""
    free = {
        "names",
        "areas_km2",
        "areas_95_km2",
        "net_area_km2",
        "net_area_95_km2",
        "area_km2",
        "verdict_km",
        "standing",
        "map",
        "libraries",
        "values",
        "districts",
    }
    tree = json.loads(comparison_json(comparison))
    unnoticed = []
    for path in required_paths(tree):
        if (
            path[0] in {"parameters", "features", "uncertainty"}
            or free & set(path[:-1])
            or path[-2:-1] == ("sources",)
        ):
            continue
        pruned = copy.deepcopy(tree)
        place = pruned
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
        if validator("comparison-1").is_valid(pruned):
            unnoticed.append(path)
    # Fields were added after the design, intervals among them; members of `accuracy` and `after`
    # depend on the case.
    assert {path[-1] for path in unnoticed} <= {
        "between_count", "between_area_km2", "metres", "assumed", "assumed_by", "reason", "mean_abs",
        "areas_95_km2", "net_area_km2", "net_area_95_km2", "signed_mean_95", "mean_95_m", "area_95_km2",
        "p95_abs", "shared_share", "map-a", "map-b", "old_lines",
    }  # fmt: skip


DEFS = load_schema("comparison-1")["$defs"]


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (load_schema("comparison-1"), results.Comparison),
        (DEFS["source"], results.SourceResult),
        (DEFS["limit"], results.LimitResult),
        (DEFS["gap"], results.GapResult),
        (DEFS["family"], results.Family),
        (DEFS["pair"], results.Pair),
        (DEFS["offsets"], results.OffsetStatistics),
        (DEFS["shift"], results.Shift),
        (DEFS["axis"], results.Axis),
        (DEFS["section"], results.Section),
        (DEFS["differences"], results.Differences),
        (DEFS["differences"]["properties"]["smaller"], results.SmallerDifferences),
        (DEFS["difference"], results.Difference),
        (DEFS["enclave"], results.Enclave),
        (DEFS["finding"], Finding),
        (DEFS["parameters"], Settings),
    ],
)
def test_the_schema_has_exactly_the_fields_of_the_types(node, kind):
    expected = {item.name.rstrip("_") for item in fields(kind)} - {"shapes"}
    assert set(node["properties"]) == expected


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (DEFS["verdict"], results.Verdict),
        (DEFS["finding"]["properties"]["severity"], Severity),
        (DEFS["accuracy"]["properties"]["measure"], Measure),
        (DEFS["source"]["properties"]["edges"], EdgeType),
        (DEFS["source"]["properties"]["kind"], SourceKind),
    ],
)
def test_the_schema_has_exactly_the_words_of_the_enums(node, kind):
    assert set(node["enum"]) == {item.value for item in kind}


def test_findings_of_a_check_fit(closed):
    found = Finding("some-code", Severity.ERROR, None, "text", None, {"width_m": 1.0})
    validator("check-1", closed).validate(json.loads(check_json("A dossier", [found])))


def test_answers_of_verify_fit(comparison, closed):
    old = comparison_json(comparison)
    for new in (old, old.replace(b"2.4.0", b"2.4.1"), old.replace(b"812.346", b"812.347")):
        answer = compare_results(old, new)
        validator("verification-1", closed).validate(json.loads(verification_json(answer)))
