"""How two desks know one another on a network: by the keys that the record itself names, and by nothing else.

Each signs what the other has just made up (a nonce), so nothing that was overheard can be used again.
"""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

import msgspec

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import signing
from merestone.record.forms import (
    Count,
    Hash,
    PartyId,
    PublicKey,
)
from merestone.record.ledger import Ledger
from merestone.record.logs import Index

_HEADER = re.compile(
    r"Merestone key=([0-9a-f]{64}) nonce=([0-9a-f]{64}) body=([0-9a-f]{64}) sig=([A-Za-z0-9+/=]{88})"
)


class Head(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How far a log goes on the answering desk."""

    hash: Hash
    party: PartyId
    seq: Count


def heads_of(ledger: Ledger) -> list[Head]:
    """How far both logs go here."""
    return [Head(log.head, party, log.seq) for party, log in sorted(ledger.logs.items())]


def beyond(ledger: Ledger, index: Index, heads: list[Head]) -> dict[str, int]:
    """From which number on the desk with these heads lacks something.

    A log of which it has another entry under a number is given from its beginning, so that both see the two.
    """
    found = {}
    for head in heads:
        log = ledger.logs.get(head.party)
        same = (
            log is None
            or head.seq > log.seq
            or head.seq == 0
            or index.hash_at(head.party, head.seq) == head.hash
        )
        found[head.party] = head.seq if same else 0
    return found


def asking(ledger: Ledger, index: Index, theirs: list[Head]) -> list[Head]:
    """What to ask a desk with these heads from: where it has another entry under a number, all of that
    log."""
    differing = {party for party, seq in beyond(ledger, index, theirs).items() if seq == 0}
    return [Head(one.hash, one.party, 0) if one.party in differing else one for one in heads_of(ledger)]


class Hello(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a desk says first: which record, whose desk, how far its logs go, a nonce, and a signature over
    all."""

    heads: list[Head]
    key: PublicKey
    nonce: Hash
    party: PartyId
    record: Hash
    sig: str = ""


def hello(ledger: Ledger, party: str, signer: signing.Signer, nonce: str, asked: str) -> Hello:
    """Answer a desk that sent the nonce `asked`."""
    bare = Hello(heads_of(ledger), signer.public, nonce, party, ledger.record)
    return msgspec.structs.replace(bare, sig=b64encode(signer.sign(_said(bare, asked))).decode())


def check_hello(ledger: Ledger, party: str, answer: Hello, asked: str) -> None:
    """Whether the answer comes from the other party's desk. Raises RefusedByRulesError where it does not."""
    if answer.record != ledger.record:
        raise RefusedByRulesError(f"the desk there keeps another record ({answer.record[:16]}…)")
    if answer.party != ledger.other(party):
        raise RefusedByRulesError(f"the desk there is that of {answer.party}, not of {ledger.other(party)}")
    _check_key(ledger, answer.key, {answer.party})
    _check_signature(answer.key, _said(msgspec.structs.replace(answer, sig=""), asked), answer.sig)


def _said(bare: Hello, asked: str) -> bytes:
    return b"merestone-sync/1 hello\n" + asked.encode() + b"\n" + msgspec.json.encode(bare, order="sorted")


def authorization(
    signer: signing.Signer, method: str, path: str, record: str, nonce: str, body_sha256: str
) -> str:
    """The header that proves a request: signed over all of it, and the nonce of the desk that is asked."""
    signature = signer.sign(_request(method, path, record, nonce, body_sha256))
    sig = b64encode(signature).decode()
    return f"Merestone key={signer.public} nonce={nonce} body={body_sha256} sig={sig}"


def check_authorization(ledger: Ledger, header: str, method: str, path: str) -> tuple[str, str]:
    """The nonce and the body's hash of a request that a key of the record has signed.

    Raises RefusedByRulesError where no such key has. That the nonce is a fresh one is for the caller to see
    to.
    """
    found = _HEADER.fullmatch(header)
    if not found:
        raise RefusedByRulesError("the request is not signed by a key of the record")
    key, nonce, body, signature = found.groups()
    _check_key(ledger, key, set(ledger.logs))
    _check_signature(key, _request(method, path, ledger.record, nonce, body), signature)
    return nonce, body


def _request(method: str, path: str, record: str, nonce: str, body: str) -> bytes:
    return f"merestone-sync/1 request\n{method}\n{path}\n{record}\n{nonce}\n{body}".encode()


def _check_key(ledger: Ledger, public: str, parties: set[str]) -> None:
    logs = [ledger.logs[party] for party in parties]
    if not any(public in log.keys and log.keys[public].valid_at(log.seq + 1) for log in logs):
        raise RefusedByRulesError(
            f"{public[:16]}… is no key that may sign for {' or '.join(sorted(parties))} now"
        )


def _check_signature(key: str, message: bytes, signature: str) -> None:
    try:
        signing.verify(key, message, b64decode(signature, validate=True))
    except (BadInputError, ValueError):
        raise RefusedByRulesError(f"what is said with {key[:16]}… does not carry its signature") from None


def digest(data: bytes) -> str:
    """The hash of a body."""
    return sha256(data).hexdigest()
