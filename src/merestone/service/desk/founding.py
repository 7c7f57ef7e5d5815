"""Begin a record: keys, the founding statement, joining."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from merestone.errors import BadInputError, RefusedByRulesError, UsageError
from merestone.model.findings import Finding, finding
from merestone.record import entry as entries
from merestone.record import signing
from merestone.record.audit import audit
from merestone.record.bodies import (
    Join,
    KeyBody,
    OldHead,
    Succeeds,
    Terms,
)
from merestone.record.bundle import MAX_LINE
from merestone.record.canonical import clean
from merestone.record.entry import Ack, Entry
from merestone.record.founding import founding_body, neutral_terms, record_name, terms_hash
from merestone.record.ledger import Ledger
from merestone.service.desk.place import Desk, now
from merestone.service.desk.write import write
from merestone.store.bundles import import_bundle
from merestone.store.keyfiles import new_key, read_key, write_key
from merestone.store.recordfile import RecordFile


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What a record says of its dossier."""

    title: str
    sha256: str
    parties: tuple[str, str]


def dossier_facts(folder: Path) -> DossierFacts:
    """Title, hash and parties of a dossier. Raises BadInputError where it cannot be read."""
    # What reads a dossier is loaded only where there is one.
    from merestone.sources.canonical import dossier_digest
    from merestone.sources.dossier import read_dossier
    from merestone.sources.lock import make_lock, read_lock

    spec = read_dossier(folder)
    lock = read_lock(spec.root) or make_lock(spec)
    first, second = (party.id for party in spec.parties)
    return DossierFacts(clean(spec.title), dossier_digest(spec, lock)[0], (first, second))


@dataclass(frozen=True, slots=True)
class MadeKeys:
    """Keys that were made: public parts and files."""

    party: str
    public: str
    file: Path | None
    root: str | None = None
    root_file: Path | None = None


def make_keys(desk: Desk, party: str) -> MadeKeys:
    """Make a party's root and its first authority key, in two files.

    Raises RefusedByRulesError where one of the files is there, and leaves neither then.
    """
    key_file, root_file = desk.key_path(party), desk.root_path(party)
    for path in (key_file, root_file):
        if path.exists():
            raise RefusedByRulesError(f"{path}: is there already; a key is never written over another file")
    passphrase = desk.ask(key_file)
    root, root_signer = new_key("root", party, passphrase)
    key, signer = new_key("operational", party, passphrase)
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_key(root_file, root)
    write_key(key_file, key)
    return MadeKeys(party, signer.public, key_file, root_signer.public, root_file)


def make_operational(desk: Desk, party: str) -> MadeKeys:
    """Make one more operational key, for a person to hold."""
    path = desk.key_path(party)
    key, signer = new_key("operational", party, desk.ask(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_key(path, key)
    return MadeKeys(party, signer.public, path)


def read_terms(path: Path) -> Terms:
    """Terms from a JSON file. Raises BadInputError where they are not of the form of terms."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Terms)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInputError(f"{path}: not terms of a record: {error}") from None


def terms_template(parties: tuple[str, str]) -> str:
    """The neutral terms, as JSON to be read and changed by both."""
    return _json(neutral_terms(parties))


def begin(
    desk: Desk, party: str, peer_root: str, *, terms: Terms | None = None, successor_of: Path | None = None
) -> Entry:
    """Found a record: the founding entry, signed by the root, and the first authority key.

    Raises RefusedByRulesError where a record is there or the roots are one.
    """
    if desk.dossier is None:
        raise BadInputError("no dossier.toml here; a record is about a dossier, so name one with --dossier")
    facts = dossier_facts(desk.dossier)
    if party not in facts.parties:
        raise UsageError(f"'{party}' is no party of the dossier; {' and '.join(facts.parties)} are")
    signing.check_public_key(peer_root)
    root = desk.root(party)
    if root.public == peer_root:
        raise RefusedByRulesError(
            f"{peer_root[:16]}… is the root of {party} itself; give that of the other party"
        )
    other = facts.parties[0] if party == facts.parties[1] else facts.parties[1]
    body = founding_body(
        facts.title,
        facts.sha256,
        {party: root.public, other: peer_root},
        terms or neutral_terms(facts.parties),
        secrets.token_hex(16),
        _succeeds(successor_of),
    )
    record = record_name(body.statement)
    first = entries.sealed(
        root,
        record=record,
        party=party,
        seq=1,
        prev=record,
        ack=Ack(0, record),
        at=now(),
        type="founding",
        body=body,
    )
    signer = desk.signer(party)
    with begun(desk.record, party) as file, file.writing():
        file.take(first)
        write(file, root, "key", KeyBody("new", signer.public, "authority"))
    return first


def _succeeds(old: Path | None) -> Succeeds | None:
    if old is None:
        return None
    with RecordFile.open(old) as file:
        heads = [OldHead(party, log.seq, log.head) for party, log in sorted(file.state.logs.items())]
        return Succeeds(file.state.record, heads)


@contextmanager
def begun(path: Path, party: str) -> Iterator[RecordFile]:
    """A new record file, taken away again where beginning it did not work."""
    file = RecordFile.create(path, party)
    try:
        yield file
    except BaseException:
        file.close()
        path.unlink(missing_ok=True)
        raise
    file.close()


@dataclass(frozen=True, slots=True)
class Joined:
    """A record that was joined."""

    record: str
    taken: int
    findings: Sequence[Finding]


def join(desk: Desk, bundle: Path, party: str) -> Joined:
    """Join the record of a bundle: its founding entry and terms are accepted by the root of `party`.

    Raises RefusedByRulesError where the bundle names another root for `party`, or a record is there.
    """
    root, signer = desk.root(party), desk.signer(party)
    with opened_bundle(bundle) as source, begun(desk.record, party) as file:
        done = import_bundle(file, source)
        state = file.state
        _check_joining(file, party, root.public)
        founding = file.entry(state.founder, 1)
        assert founding is not None
        with file.writing():
            write(file, root, "join", Join(founding.hash, terms_hash(state.terms)))
            write(file, root, "key", KeyBody("new", signer.public, "authority"))
        return Joined(state.record, done.taken, list(_other_dossier(desk, state)))


def _check_joining(file: RecordFile, party: str, root: str) -> None:
    state = file.state
    if party not in state.parties:
        raise RefusedByRulesError(f"'{party}' is no party of this record; {' and '.join(state.parties)} are")
    if party == state.founder:
        raise RefusedByRulesError(f"{party} founded this record; the other party joins it")
    if state.logs[party].seq:
        raise RefusedByRulesError(
            f"{party} has joined this record already; `merestone record import --party {party}` makes a lost "
            "copy anew"
        )
    if state.logs[party].root != root:
        raise RefusedByRulesError(
            f"the founding statement names {state.logs[party].root[:16]}… as the root of {party}, the key "
            "here "
            f"is {root[:16]}…; the founder must begin again with this one"
        )


def _other_dossier(desk: Desk, state: Ledger) -> Iterator[Finding]:
    """Where a dossier is here, whether it is the one that the record is about."""
    if desk.dossier is None:
        return
    then, now_ = state.statement.dossier.sha256, dossier_facts(desk.dossier).sha256
    if now_ != then:
        yield finding("record-dossier-changed", now=now_, then=then)


def terms_of(desk: Desk, bundle: Path | None) -> str:
    """The terms of the record here, or of a bundle, as JSON."""
    if bundle is None:
        with desk.opened() as file:
            terms = file.state.terms
    else:
        with opened_bundle(bundle) as source:
            terms = audit(iter(lambda: source.readline(MAX_LINE + 1), b"")).ledger.terms
    return _json(terms)


def _json(terms: Terms) -> str:
    return msgspec.json.format(msgspec.json.encode(terms), indent=2).decode() + "\n"


def opened_bundle(path: Path) -> BinaryIO:
    """A bundle, to be read. Raises BadInputError where there is none."""
    try:
        return path.open("rb")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from None


def public_of(path: Path) -> tuple[str, str, str]:
    """Party, kind and public part of a key file, without opening it."""
    key = read_key(path)
    return key.party, key.kind, key.public
