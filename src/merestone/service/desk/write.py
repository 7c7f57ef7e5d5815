"""Write an entry: what the rules would leave without effect is refused before it is signed for good."""

from typing import Any

import msgspec

from merestone.errors import RefusedByRulesError
from merestone.record import entry as entries
from merestone.record.acts import VOID
from merestone.record.entry import Ack, Entry
from merestone.record.forms import (
    Disclosure,
)
from merestone.record.signing import Signer
from merestone.service.desk.place import now
from merestone.store.recordfile import RecordFile


def check_may_write(file: RecordFile) -> str:
    """The party of this desk. Raises RefusedByRulesError where it may not write now."""
    party = file.party
    if party is None:
        raise RefusedByRulesError(f"{file.path}: this copy is for reading; it is the desk of no party")
    state = file.state
    log, other = state.logs[party], state.other(party)
    if log.frozen is not None:
        raise RefusedByRulesError(
            f"two entries under one number: {party} {log.frozen}; this log is frozen, and what was settled "
            "stands",
            hint="both parties may found a successor: `merestone record init --successor-of OLD`",
        )
    if file.adopted > state.logs[other].ack:
        raise RefusedByRulesError(
            f"entries up to {party} {file.adopted} came back from {other} into an older copy; nothing is "
            "written "
            f"until {other} confirms that this is the end of the log",
            hint=f"ask {other} for a bundle made after that: any entry of {other} that acknowledges "
            f"{party} {file.adopted} confirms it",
        )
    return party


def write(
    file: RecordFile,
    signer: Signer,
    type: str,  # noqa: A002 - the key of the payload
    body: msgspec.Struct | dict[str, Any],
    disclosure: Disclosure = "parties",
) -> Entry:
    """Sign and take the next entry of this desk's log, within `writing`.

    Raises RefusedByRulesError with the rule.
    """
    party = check_may_write(file)
    state = file.state
    log, other = state.logs[party], state.logs[state.other(party)]
    entry = entries.sealed(
        signer,
        record=state.record,
        party=party,
        seq=log.seq + 1,
        prev=log.head,
        ack=Ack(other.seq, other.head),
        at=now(),
        type=type,
        body=body,
        disclosure=disclosure,
    )
    state.check(entry, file)
    void = state.judge(entry)
    if void:
        raise RefusedByRulesError(f"this {type} would have no effect: {VOID[void]}")
    file.take(entry)
    return entry
