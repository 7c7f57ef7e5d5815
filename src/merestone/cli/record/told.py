"""What a verification found, in sentences."""

from collections.abc import Iterator, Mapping
from typing import Any


def told_lines(told: Mapping[str, Any], *, known: bool) -> Iterator[str]:
    """A verified bundle or proof; `known` says whether both roots were given."""
    if told["kind"] == "bundle":
        yield from _bundle(told)
    elif told["kind"] == "inclusion":
        entry = f"{told['party']} {told['seq']} ({told['type']}, {told['hash']})"
        yield f"{entry} is in its log of {told['size']} entries"
    elif told["kind"] == "consistency":
        old, new = told["old_size"], told["size"]
        yield f"the log of {told['party']} with {old} entries is the beginning of that with {new}"
    else:
        yield f"two entries under one number: {told['party']} {told['seq']}: {' and '.join(told['hashes'])}"
    yield f"record {told['record']}"
    for party, root in sorted(told["roots"].items()):
        yield f"root of {party} {root}"
    if not known:
        yield "the roots were not given with --root: this holds if these are the parties' own"


def _bundle(told: Mapping[str, Any]) -> Iterator[str]:
    count = ", ".join(f"{party} {seq}" for party, seq in told["entries"].items())
    yield f"verified: logs up to {count}"
    if told["redacted"]:
        kinds = ", ".join(f"{number} {kind}" for kind, number in told["redacted"].items())
        yield f"not disclosed to {told['reader']}: {kinds}"
    for one in told["sections"]:
        yield f"  {one['id']}  {one['state']}  {one['content']}"
