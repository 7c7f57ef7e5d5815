"""An entry of a log: its payload, its name, and the way from a line of bytes to it and back."""

from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec

from merestone.errors import BadInputError
from merestone.record import canonical, signing
from merestone.record.bodies import (
    BODIES,
    Amendment,
    Correction,
    Package,
    Proposal,
)
from merestone.record.forms import (
    Content,
    Count,
    Disclosure,
    Hash,
    Moment,
    PartyId,
    Seq,
    TypeName,
)


class Ack(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the writer has of the other's log: so many entries, and the hash of the last."""

    seq: Count
    head: Hash


class Payload(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The signed statement. Before a log's first entry stands the name of the record in place of a hash."""

    ack: Ack
    at: Moment
    body: msgspec.Raw
    disclosure: Disclosure
    party: PartyId
    prev: Hash
    record: Hash
    seq: Seq
    type: TypeName
    v: Annotated[Literal[1], msgspec.Meta(description="version of the form of entries")] = 1


class Entry(msgspec.Struct, frozen=True):
    """One entry as it was read: ``body`` is a struct of ``bodies``, or plain values of an unknown type.

    ``data`` are the bytes that ``signature`` covers, within ``line``, the envelope.
    """

    payload: Payload
    body: Any
    key: str
    hash: str
    line: bytes
    data: bytes
    signature: bytes

    @property
    def party(self) -> str:
        return self.payload.party

    @property
    def seq(self) -> int:
        return self.payload.seq

    @property
    def type(self) -> str:
        return self.payload.type

    @property
    def ack(self) -> int:
        """How many entries of the other log the writer had."""
        return self.payload.ack.seq


def entry_hash(line: bytes) -> str:
    """The name of an entry: SHA-256 over its envelope, so over payload, key and signature."""
    return sha256(line).hexdigest()


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical bytes of what is proposed."""
    return sha256(canonical.encode_typed(content)).hexdigest()


def sealed(
    signer: signing.Signer,
    *,
    record: str,
    party: str,
    seq: int,
    prev: str,
    ack: Ack,
    at: str,
    type: str,  # noqa: A002 - the key of the payload
    body: msgspec.Struct | dict[str, Any],
    disclosure: Disclosure = "parties",
) -> Entry:
    """Write and sign an entry. Raises BadInputError where its form is not allowed.

    What was written is read back as the other side reads it, so nothing leaves that would be refused there.
    """
    data = canonical.encode(body) if isinstance(body, dict) else canonical.encode_typed(body)
    payload = Payload(ack, at, msgspec.Raw(data), disclosure, party, prev, record, seq, type)
    return parse(signing.seal(canonical.encode_typed(payload), signer))


def parse(line: bytes) -> Entry:
    """Read one line and check everything that can be checked of it alone, its signature too.

    Whether the key may sign it, and whether it is next in its log, only the logs can tell. Raises
    BadInputError with the rule that is broken.
    """
    entry = reread(line)
    check_signature(entry)
    return entry


def check_signature(entry: Entry) -> None:
    """Check the signature of an entry that `reread` read. Raises BadInputError where it does not stand."""
    signing.verify(entry.key, signing.pae(signing.ENTRY_TYPE, entry.data), entry.signature)


def reread(line: bytes) -> Entry:
    """Read a line without checking its signature: one that was checked before it was stored, or will be.

    Raises BadInputError where its form is not allowed.
    """
    data, key, signature = signing.unseal(line)
    payload = canonical.decode_typed(data, Payload)
    return Entry(payload, _body(payload), key, entry_hash(line), line, data, signature)


def _body(payload: Payload) -> Any:
    raw = bytes(payload.body)
    kind = BODIES.get(payload.type)
    if kind is None:
        body = canonical.decode(raw)
        if not isinstance(body, dict):
            raise BadInputError(f"the body of an entry of type '{payload.type}' is no object")
        return body
    typed = canonical.decode_within(raw, kind)
    _check_body(typed)
    return typed


def _check_body(body: Any) -> None:
    """What a form alone cannot say."""
    if isinstance(body, Proposal | Correction | Amendment):
        check_content(body.content)
    elif isinstance(body, Package) and len(set(body.members)) != len(body.members):
        raise BadInputError("a package names one proposal twice")


def check_content(content: Content) -> None:
    """A line, a text or both; where both, which prevails. Raises BadInputError."""
    if content.line is None and content.text is None:
        raise BadInputError("a proposal has neither a line nor a text")
    both = content.line is not None and content.text is not None
    if both != (content.prevails is not None):
        raise BadInputError("a line and a text together, and only those, say which of them prevails")
    if content.line is not None:
        edges = sum(run.edges for run in content.line.line_types)
        if edges != len(content.line.points) - 1:
            raise BadInputError(
                f"line_types tell of {edges} edges, the {len(content.line.points)} points have "
                f"{len(content.line.points) - 1}"
            )
