"""Whether a recomputed result is the same as one that was written before.

Two results are *equal* if they say the same. They may also differ by *versions* alone: another version
of a library (or of merestone) computed them, they have the same structure and text, and every figure lies
within one unit of its rounding of the other. Everything else is *different*, and the first place is named.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from merestone.errors import BadInputError
from merestone.publish.plain import json_bytes
from merestone.publish.rounding import FALLBACK, Place, Rounding, Unit

FORMAT = "merestone-comparison/1"


class Outcome(StrEnum):
    """The three answers of ``merestone verify``."""

    EQUAL = "equal"
    VERSIONS_DIFFER = "versions-differ"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Gap:
    """One place at which two results do not say the same."""

    path: str
    """JSON path, as in ``$.pairs[3].hausdorff_m``."""
    old: Any
    new: Any
    units: Decimal | None
    """How far two figures lie apart, in units of their rounding; None: not to be measured so."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer of `compare_results`.

    ``first_difference`` is set where the outcome is ``different``, ``largest_difference`` where versions
    differ and some figure does too. ``versions`` maps what has another version to both of them.
    """

    outcome: Outcome
    first_difference: Gap | None
    largest_difference: Gap | None
    versions: Mapping[str, tuple[str | None, str | None]]

    @property
    def sentence(self) -> str:
        """The answer for people, on one line."""
        changed = ", ".join(
            f"{name} {old or '–'} → {new or '–'}" for name, (old, new) in self.versions.items()
        )
        if self.outcome is Outcome.EQUAL:
            return "equal: the result was recomputed and is the same"
        if self.outcome is Outcome.VERSIONS_DIFFER:
            return f"versions-differ: {_largest(self.largest_difference)} ({changed})"
        assert self.first_difference is not None
        gap = self.first_difference
        return (
            f"different: at {gap.path} the result has {_shown(gap.old)}, recomputed it is {_shown(gap.new)}"
            + (f" ({changed})" if changed else "")
        )


class _Absent:
    """Stands for what one of two results does not have."""


_ABSENT = _Absent()


def compare_results(old: bytes, new: bytes) -> Verification:
    """Compare the bytes of a ``comparison.json`` with those of its recomputation.

    Raises BadInputError where one of them is not a result of this format.
    """
    before, after = _parsed(old), _parsed(new)
    versions = _versions(before, after)
    # Ours are known to be sound; that they are the same as those of `old` is compared like all else.
    rounding = Rounding(_object(_object(after.get("parameters")).get("rounding")) or FALLBACK)
    gaps = list(_gaps(_without_versions(before), _without_versions(after), rounding))
    beyond = next((gap for gap in gaps if gap.units is None or gap.units > 1), None)
    if beyond is None and gaps and not versions:
        beyond = gaps[0]
    if beyond is not None:
        return Verification(Outcome.DIFFERENT, beyond, None, versions)
    if not versions:
        return Verification(Outcome.EQUAL, None, None, versions)
    largest = max(gaps, key=lambda gap: gap.units or Decimal(0), default=None)
    return Verification(Outcome.VERSIONS_DIFFER, None, largest, versions)


def verification_json(answer: Verification) -> bytes:
    """What ``merestone verify --json`` prints (format ``merestone-verification/1``)."""

    def place(gap: Gap | None) -> Any:
        return None if gap is None else {"path": gap.path, "old": _or_null(gap.old), "new": _or_null(gap.new)}

    return json_bytes(
        {
            "format": "merestone-verification/1",
            "outcome": answer.outcome.value,
            "sentence": answer.sentence,
            "first_difference": place(answer.first_difference),
            "largest_difference": place(answer.largest_difference),
            "versions": {name: list(both) for name, both in answer.versions.items()},
        }
    )


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"the result is not JSON that can be read: {error}") from None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        found = tree.get("format") if isinstance(tree, dict) else None
        raise BadInputError(f"the result has format {found!r}, not {FORMAT!r}; name a comparison.json")
    return tree


def _versions(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    one, two = _version_table(before), _version_table(after)
    return {
        name: (one.get(name), two.get(name))
        for name in sorted({*one, *two})
        if one.get(name) != two.get(name)
    }


def _version_table(tree: dict[str, Any]) -> dict[str, str]:
    tool = _object(tree.get("tool"))
    libraries = _object(tool.get("libraries"))
    return {"merestone": str(tool.get("version"))} | {str(name): str(libraries[name]) for name in libraries}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _without_versions(tree: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key != "tool"}


def _gaps(old: Any, new: Any, rounding: Rounding) -> Iterator[Gap]:
    return _walk(old, new, "$", Place(), rounding)


def _walk(old: Any, new: Any, path: str, place: Place, rounding: Rounding) -> Iterator[Gap]:
    """Every place at which two trees of JSON values differ, in the order of the old one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            inner = (
                f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(key, ensure_ascii=False)}]"
            )
            pair = (old.get(key, _ABSENT), new.get(key, _ABSENT))
            yield from _walk(*pair, inner, place.member(key), rounding)
    elif isinstance(old, list) and isinstance(new, list):
        for i, pair in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from _walk(*pair, f"{path}[{i}]", place.item(i, len(old)), rounding)
    elif type(old) is not type(new):
        yield Gap(path, old, new, None)
    elif old != new:
        yield Gap(path, old, new, _apart(old, new, path, place, rounding))


def _apart(old: Any, new: Any, path: str, place: Place, rounding: Rounding) -> Decimal | None:
    """How many units of rounding apart two unequal values are; None where that has no meaning."""
    if isinstance(old, float) and place.unit is not None:
        apart = abs(Decimal(repr(old)) - Decimal(repr(new)))
        if place.unit is Unit.DEGREES:  # 180 and -180 are one meridian
            apart = min(apart, abs(360 - apart))
        return apart / rounding.size(place.unit)
    if isinstance(old, str) and path.endswith(".message"):
        return _apart_in_text(old, new)
    return None


_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _apart_in_text(old: str, new: str) -> Decimal | None:
    """How far the figures within two messages lie apart, in units of their last digits as printed."""
    if _FIGURE.sub("0", old) != _FIGURE.sub("0", new):
        return None
    largest = Decimal(0)
    for one, two in zip(_FIGURE.findall(old), _FIGURE.findall(new), strict=True):
        a, b = (Decimal(text.replace(",", "")) for text in (one, two))
        if a.as_tuple().exponent != b.as_tuple().exponent:
            return None
        largest = max(largest, abs(a - b).scaleb(-int(a.as_tuple().exponent)))
    return largest


def _largest(gap: Gap | None) -> str:
    if gap is None:
        return "other versions, and no figure differs"
    return (
        "all figures are within one unit of their rounding, the largest difference is at "
        f"{gap.path}: {_shown(gap.old)}, recomputed {_shown(gap.new)}"
    )


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"


def _or_null(value: Any) -> Any:
    return None if value is _ABSENT else value
