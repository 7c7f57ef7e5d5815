"""Writes a reference table of every key of a JSON format from its shipped schema."""

from collections.abc import Iterator
from typing import Any

from merestone.publish.schema import SCHEMAS, load_schema

Schema = dict[str, Any]


def pages() -> dict[str, str]:
    """The Markdown of every shipped schema by its name."""
    return {name: page(name) for name in SCHEMAS}


def page(name: str) -> str:
    """One section for each key of the outermost object that holds others, with a table of all within."""
    schema = load_schema(name)
    simple, parts = [], []
    for key, raw in schema["properties"].items():
        sub = _inlined(raw, schema)
        rows = list(_rows(sub, f"{key}{_brackets(sub)}"))
        if rows:
            parts.append(f"## `{key}`\n\n{_describe(sub)}\n\n{_table(rows)}")
        else:
            simple.append((key, _kind(sub), _describe(sub)))
    head = _table(simple) if simple else ""
    return "\n".join([head, *parts])


def _inlined(node: Any, owner: Schema) -> Any:
    """A sub-schema with every reference replaced by what it points to; no schema here is recursive."""
    if isinstance(node, list):
        return [_inlined(item, owner) for item in node]
    if not isinstance(node, dict):
        return node
    done = {key: _inlined(value, owner) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return done
    home, _, pointer = node["$ref"].partition("#")
    there = load_schema(home.rpartition(":")[2]) if home else owner
    return {**_inlined(there["$defs"][pointer.rpartition("/")[2]], there), **done}


def _rows(sub: Schema, path: str) -> Iterator[tuple[str, str, str]]:
    """Path, type and meaning of every key within a sub-schema, in the order of the schema."""
    for inner in _insides(sub):
        for key, item in inner.get("properties", {}).items():
            deeper = f"{path}.{key}"
            yield deeper, _kind(item), _describe(item)
            yield from _rows(item, f"{deeper}{_brackets(item)}")


def _insides(sub: Schema) -> Iterator[Schema]:
    """The object, or the object that each item or member is."""
    node = _chosen(sub)
    if "properties" in node:
        yield node
    for inner in (node.get("items"), node.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _insides(inner)


def _chosen(sub: Schema) -> Schema:
    """Of a choice with null the other."""
    return next((one for one in sub.get("oneOf", ()) if one.get("type") != "null"), sub)


def _brackets(sub: Schema) -> str:
    """What follows a key with several things below it: ``[]`` for a list, ``{}`` for members by id."""
    node = _chosen(sub)
    if isinstance(node.get("items"), dict):
        return "[]"
    return "{}" if isinstance(node.get("additionalProperties"), dict) else ""


def _kind(sub: Schema) -> str:
    """The type in the words of a table."""
    node = _chosen(sub)
    null = ", null" if node is not sub else ""
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " ".join(f"`{'null' if one is None else one}`" for one in node["enum"]) + null
    if len(node.get("prefixItems", ())) == 2:
        return "[lon, lat]" + null
    kind = node.get("type", "any")
    words = ", ".join(kind) if isinstance(kind, list) else str(kind)
    if words == "array" and isinstance(node.get("items"), dict):
        words = f"list of {_kind(node['items'])}"
    return words + null


def _describe(sub: Schema) -> str:
    return str(sub.get("description", "")).replace("|", "\\|")


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| key | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{path}` | {kind} | {meaning} |" for path, kind, meaning in rows]
    return "\n".join(lines) + "\n"
