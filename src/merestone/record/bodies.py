"""What an entry says: one form of body for each type that the rules know.

Each class is the body of the type named beside it in ``BODIES``; its JSON Schema comes from it. Optional keys
are left out where they say nothing. Places are in whole nanodegrees (0.1 mm and finer), lengths in
millimetres.
"""

from typing import Annotated, Literal

from msgspec import Meta

from merestone.record.forms import (
    Content,
    Count,
    Day,
    Disclosure,
    Fields,
    FileName,
    Hash,
    Label,
    Language,
    Moment,
    PartyId,
    Place,
    Point,
    PublicKey,
    Seq,
    Texts,
    TypeName,
    Word,
)


class FoundingDossier(Fields):
    """The dossier that the record is about."""

    title: Word
    sha256: Hash


class FoundingParty(Fields):
    """A party and its root key."""

    party: PartyId
    root: PublicKey


class OldHead(Fields):
    """Where a log of the record before this one ended."""

    party: PartyId
    seq: Seq
    head: Hash


class Succeeds(Fields):
    """The record that this one follows."""

    record: Hash
    heads: list[OldHead]


class Statement(Fields):
    """The founding statement; the SHA-256 of its bytes is the name of the record."""

    dossier: FoundingDossier
    parties: Annotated[list[FoundingParty], Meta(min_length=2, max_length=2)]
    rules: Literal[1]
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    terms: Hash
    succeeds: Succeeds | None = None


class Binding(Fields):
    """Who may bind a party, and how many of them must sign."""

    party: PartyId
    quorum: Annotated[int, Meta(ge=1, le=20)]
    who: Word


class Opening(Fields):
    """Who may read what, unless entries of both open more."""

    entries: Disclosure
    keys: Disclosure


class Terms(Fields):
    """What both parties sign before anything else."""

    binding: Annotated[list[Binding], Meta(min_length=2, max_length=2)]
    corrections: Texts
    disclosure: Opening
    ending: Texts
    languages: Annotated[list[Language], Meta(min_length=1, max_length=20)]
    no_admission: Texts
    prevailing: Language
    settlement: Literal["by-section", "as-a-whole"]
    without_prejudice: Texts


class Founding(Fields):
    """``founding``: the statement and the terms, signed by the root of the party that begins."""

    statement: Statement
    terms: Terms


class Join(Fields):
    """``join``: the other root accepts the founding entry and the terms."""

    founding: Hash
    terms: Hash


class Scope(Fields):
    """What a key may sign; what is left out is not limited."""

    types: list[TypeName] | None = None
    sections: list[Label] | None = None


class KeyBody(Fields):
    """``key``: a root names, exchanges or revokes an operational key.

    ``from_seq`` of a revocation is the first entry that the party does not stand by. What the other party had
    acknowledged before it learned of the revocation stays.
    """

    action: Literal["new", "rotate", "revoke"]
    key: PublicKey
    role: Literal["technical", "authority"] | None = None
    name: Word | None = None
    scope: Scope | None = None
    full_powers: Hash | None = None
    until_seq: Seq | None = None
    replaces: PublicKey | None = None
    from_seq: Seq | None = None


class Repudiation(Fields):
    """``repudiation``: a root does not stand by an entry of its own log; nothing is erased."""

    entry: Hash
    reasons: Texts


class Proposal(Fields):
    """``proposal``: an offer, and its author's acceptance of it."""

    content: Content
    answers: Hash | None = None


class Correction(Fields):
    """``correction``: of a clerical error in something settled, as from the beginning."""

    of: Hash
    content: Content
    reasons: Texts


class Amendment(Fields):
    """``amendment``: a new agreement in place of something settled, from a date."""

    of: Hash
    content: Content
    from_day: Day


class Package(Fields):
    """``package``: proposals of which none settles unless all do."""

    members: Annotated[list[Hash], Meta(min_length=2, max_length=1000)]
    text: Texts | None = None
    answers: Hash | None = None


class ArrangementContent(Fields):
    """What an arrangement says."""

    kind: Literal["transit", "repair_access", "shared_water", "other"]
    text: Texts
    section: Label | None = None
    road: Word | None = None
    place: Place | None = None
    from_day: Day | None = None
    until_day: Day | None = None


class Arrangement(Fields):
    """``arrangement``: practical terms for a road, a repair or a water; binds when both accept."""

    content: ArrangementContent
    answers: Hash | None = None


class ProtocolSection(Fields):
    """What was said about one section."""

    section: Label
    text: Texts


class ProtocolContent(Fields):
    """Minutes of a meeting, section by section."""

    day: Day
    sections: list[ProtocolSection]
    place: Word | None = None
    text: Texts | None = None


class Protocol(Fields):
    """``protocol``: minutes of a meeting; they are of both when both accept."""

    content: ProtocolContent
    answers: Hash | None = None


class Accept(Fields):
    """``accept``: of one entry and of exactly its content; without conditions."""

    entry: Hash
    content: Hash


class Reserve(Fields):
    """``reserve``: the party does not stand behind it, for reasons."""

    entry: Hash
    reasons: Texts


class Withdraw(Fields):
    """``withdraw``: an offer or acceptance, or one's own reservation."""

    entry: Hash
    reasons: Texts | None = None


class ErrorClaim(Fields):
    """``error_claim``: the party states that something settled rests on an error."""

    of: Hash
    reasons: Texts


class Notice(Fields):
    """``notice``: something the other party is told."""

    text: Texts
    section: Label | None = None
    answers: Hash | None = None


class Incident(Fields):
    """``incident``: one side's account; ``of`` names the other side's account of the same."""

    account: Texts
    place: Place
    from_time: Moment
    until_time: Moment | None = None
    of: Hash | None = None


class Measure(Fields):
    """``measure``: a step taken on one's own side."""

    text: Texts
    place: Place | None = None
    day: Day | None = None


class AccessWindow(Fields):
    """``access_window``: when someone may come, under an arrangement or without one."""

    from_time: Moment
    until_time: Moment
    text: Texts
    of: Hash | None = None
    section: Label | None = None


class Marking(Fields):
    """``marking``: a pillar set, found, moved or lost."""

    act: Literal["set", "found", "moved", "lost"]
    number: Word
    point: Point | None = None
    frame: Word | None = None
    accuracy_95_mm: Count | None = None
    section: Label | None = None
    text: Texts | None = None


class Form(Fields):
    """A form of a name in one language."""

    lang: Language
    name: Word


class NameForm(Fields):
    """``name_form``: how a party calls a place."""

    place: Place
    forms: Annotated[list[Form], Meta(min_length=1, max_length=50)]


class Document(Fields):
    """``document``: a paper that a party refers to, by its hash."""

    sha256: Hash
    title: Texts
    day: Day | None = None
    symbol: Word | None = None
    lang: Language | None = None


class Attachment(Fields):
    """``attachment``: a file whose bytes travel in the bundle."""

    sha256: Hash
    size: Count
    media_type: Annotated[str, Meta(pattern="^[a-z]+/[a-z0-9.+-]{1,80}$")]
    name: FileName
    of: Hash | None = None


class InForce(Fields):
    """``in_force``: the party states that something settled is in force; it is never inferred."""

    of: Hash
    day: Day
    text: Texts | None = None


class Receipt(Fields):
    """``receipt``: nothing but the acknowledgement that every entry carries."""


class Opened(Fields):
    """``disclosure``: the party lets others read entries; effective when both say so."""

    entries: Annotated[list[Hash], Meta(min_length=1, max_length=1000)]
    level: Disclosure


class Close(Fields):
    """``close``: the party ends the record; nothing settles after both have."""

    reasons: Texts


BODIES: dict[str, type[Fields]] = {
    "founding": Founding,
    "join": Join,
    "key": KeyBody,
    "repudiation": Repudiation,
    "proposal": Proposal,
    "accept": Accept,
    "reserve": Reserve,
    "withdraw": Withdraw,
    "correction": Correction,
    "amendment": Amendment,
    "error_claim": ErrorClaim,
    "package": Package,
    "notice": Notice,
    "incident": Incident,
    "measure": Measure,
    "arrangement": Arrangement,
    "access_window": AccessWindow,
    "protocol": Protocol,
    "marking": Marking,
    "name_form": NameForm,
    "document": Document,
    "attachment": Attachment,
    "in_force": InForce,
    "receipt": Receipt,
    "disclosure": Opened,
    "close": Close,
}
"""The types of entries of rules version 1."""

ROOT_TYPES = frozenset({"founding", "join", "key", "repudiation"})
"""Signed by a party's root alone."""

AUTHORITY_TYPES = frozenset({"close", "in_force", "disclosure"})
"""Signed by an operational key with the role authority."""

UNIT_TYPES = frozenset({"proposal", "correction", "amendment", "package", "arrangement", "protocol"})
"""What both may accept, and what settles when both have."""
