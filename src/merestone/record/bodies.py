"""What an entry says: one form of body for each type that the rules know.

Each class is the body of the type named beside it in ``BODIES``; its JSON Schema comes from it. Optional keys
are left out where they say nothing. Places are in whole nanodegrees (0.1 mm and finer), lengths in
millimetres.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256, in hexadecimal")]
PublicKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Ed25519 public key, in hexadecimal")]
PartyId = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,16}$", description="id of a party")]
TypeName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$", description="type of an entry")]
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1, description="number of an entry in its log")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Line = Annotated[str, Meta(max_length=20_000)]
Word = Annotated[str, Meta(min_length=1, max_length=400)]
Label = Annotated[
    str, Meta(min_length=1, max_length=100, description="label of a section, as a comparison gave it")
]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47 tag")]
Day = Annotated[
    str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="year-month-day")
]
Moment = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
        description="time in UTC, as its writer states it",
    ),
]
FileName = Annotated[
    str,
    Meta(pattern=r"^[^./\\:*?\"<>|][^/\\:*?\"<>|]{0,119}$", description="name of a file, without any folder"),
]
Disclosure = Literal["parties", "observers", "public"]


class _Body(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Known keys only; what says nothing is left out."""


class Text(_Body):
    """One language's text, paragraph by paragraph."""

    lang: Language
    lines: Annotated[list[Line], Meta(min_length=1, max_length=5000)]


Texts = Annotated[list[Text], Meta(min_length=1, max_length=20)]


class Point(_Body):
    """A place in nanodegrees."""

    lon_ndeg: Annotated[int, Meta(ge=-180_000_000_000, le=180_000_000_000)]
    lat_ndeg: Annotated[int, Meta(ge=-90_000_000_000, le=90_000_000_000)]


class Place(_Body):
    """Where something is: a point, a name, a label, or several of them."""

    point: Point | None = None
    radius_mm: Count | None = None
    name: Word | None = None
    section: Label | None = None


class EdgeRun(_Body):
    """So many edges, one after the other, of one type."""

    type: Literal["straight", "geodesic", "loxodrome", "parallel"]
    edges: Annotated[int, Meta(ge=1, le=1_000_000)]


class Drawn(_Body):
    """A line with both ends, its frame and how its edges run."""

    frame: Word
    points: Annotated[list[Point], Meta(min_length=2, max_length=100_000)]
    line_types: Annotated[list[EdgeRun], Meta(min_length=1)]
    epoch: Annotated[str, Meta(pattern=r"^[0-9]{4}(\.[0-9]{1,3})?$")] | None = None
    accuracy_95_mm: Count | None = None


class Content(_Body):
    """What is proposed, byte for byte: a line, a text, or both and which of them prevails."""

    section: Label
    comparison: Hash | None = None
    line: Drawn | None = None
    text: Texts | None = None
    prevails: Literal["line", "text"] | None = None


class FoundingDossier(_Body):
    """The dossier that the record is about."""

    title: Word
    sha256: Hash


class FoundingParty(_Body):
    """A party and its root key."""

    party: PartyId
    root: PublicKey


class OldHead(_Body):
    """Where a log of the record before this one ended."""

    party: PartyId
    seq: Seq
    head: Hash


class Succeeds(_Body):
    """The record that this one follows."""

    record: Hash
    heads: list[OldHead]


class Statement(_Body):
    """The founding statement; the SHA-256 of its bytes is the name of the record."""

    dossier: FoundingDossier
    parties: Annotated[list[FoundingParty], Meta(min_length=2, max_length=2)]
    rules: Literal[1]
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    terms: Hash
    succeeds: Succeeds | None = None


class Binding(_Body):
    """Who may bind a party, and how many of them must sign."""

    party: PartyId
    quorum: Annotated[int, Meta(ge=1, le=20)]
    who: Word


class Opening(_Body):
    """Who may read what, unless entries of both open more."""

    entries: Disclosure
    keys: Disclosure


class Terms(_Body):
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


class Founding(_Body):
    """``founding``: the statement and the terms, signed by the root of the party that begins."""

    statement: Statement
    terms: Terms


class Join(_Body):
    """``join``: the other root accepts the founding entry and the terms."""

    founding: Hash
    terms: Hash


class Scope(_Body):
    """What a key may sign; what is left out is not limited."""

    types: list[TypeName] | None = None
    sections: list[Label] | None = None


class KeyBody(_Body):
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


class Repudiation(_Body):
    """``repudiation``: a root does not stand by an entry of its own log; nothing is erased."""

    entry: Hash
    reasons: Texts


class Proposal(_Body):
    """``proposal``: an offer, and its author's acceptance of it."""

    content: Content
    answers: Hash | None = None


class Correction(_Body):
    """``correction``: of a clerical error in something settled, as from the beginning."""

    of: Hash
    content: Content
    reasons: Texts


class Amendment(_Body):
    """``amendment``: a new agreement in place of something settled, from a date."""

    of: Hash
    content: Content
    from_day: Day


class Package(_Body):
    """``package``: proposals of which none settles unless all do."""

    members: Annotated[list[Hash], Meta(min_length=2, max_length=1000)]
    text: Texts | None = None
    answers: Hash | None = None


class ArrangementContent(_Body):
    """What an arrangement says."""

    kind: Literal["transit", "repair_access", "shared_water", "other"]
    text: Texts
    section: Label | None = None
    road: Word | None = None
    place: Place | None = None
    from_day: Day | None = None
    until_day: Day | None = None


class Arrangement(_Body):
    """``arrangement``: practical terms for a road, a repair or a water; binds when both accept."""

    content: ArrangementContent
    answers: Hash | None = None


class ProtocolSection(_Body):
    """What was said about one section."""

    section: Label
    text: Texts


class ProtocolContent(_Body):
    """Minutes of a meeting, section by section."""

    day: Day
    sections: list[ProtocolSection]
    place: Word | None = None
    text: Texts | None = None


class Protocol(_Body):
    """``protocol``: minutes of a meeting; they are of both when both accept."""

    content: ProtocolContent
    answers: Hash | None = None


class Accept(_Body):
    """``accept``: of one entry and of exactly its content; without conditions."""

    entry: Hash
    content: Hash


class Reserve(_Body):
    """``reserve``: the party does not stand behind it, for reasons."""

    entry: Hash
    reasons: Texts


class Withdraw(_Body):
    """``withdraw``: an offer or acceptance, or one's own reservation."""

    entry: Hash
    reasons: Texts | None = None


class ErrorClaim(_Body):
    """``error_claim``: the party states that something settled rests on an error."""

    of: Hash
    reasons: Texts


class Notice(_Body):
    """``notice``: something the other party is told."""

    text: Texts
    section: Label | None = None
    answers: Hash | None = None


class Incident(_Body):
    """``incident``: one side's account; ``of`` names the other side's account of the same."""

    account: Texts
    place: Place
    from_time: Moment
    until_time: Moment | None = None
    of: Hash | None = None


class Measure(_Body):
    """``measure``: a step taken on one's own side."""

    text: Texts
    place: Place | None = None
    day: Day | None = None


class AccessWindow(_Body):
    """``access_window``: when someone may come, under an arrangement or without one."""

    from_time: Moment
    until_time: Moment
    text: Texts
    of: Hash | None = None
    section: Label | None = None


class Marking(_Body):
    """``marking``: a pillar set, found, moved or lost."""

    act: Literal["set", "found", "moved", "lost"]
    number: Word
    point: Point | None = None
    frame: Word | None = None
    accuracy_95_mm: Count | None = None
    section: Label | None = None
    text: Texts | None = None


class Form(_Body):
    """A form of a name in one language."""

    lang: Language
    name: Word


class NameForm(_Body):
    """``name_form``: how a party calls a place."""

    place: Place
    forms: Annotated[list[Form], Meta(min_length=1, max_length=50)]


class Document(_Body):
    """``document``: a paper that a party refers to, by its hash."""

    sha256: Hash
    title: Texts
    day: Day | None = None
    symbol: Word | None = None
    lang: Language | None = None


class Attachment(_Body):
    """``attachment``: a file whose bytes travel in the bundle."""

    sha256: Hash
    size: Count
    media_type: Annotated[str, Meta(pattern="^[a-z]+/[a-z0-9.+-]{1,80}$")]
    name: FileName
    of: Hash | None = None


class InForce(_Body):
    """``in_force``: the party states that something settled is in force; it is never inferred."""

    of: Hash
    day: Day
    text: Texts | None = None


class Receipt(_Body):
    """``receipt``: nothing but the acknowledgement that every entry carries."""


class Opened(_Body):
    """``disclosure``: the party lets others read entries; effective when both say so."""

    entries: Annotated[list[Hash], Meta(min_length=1, max_length=1000)]
    level: Disclosure


class Close(_Body):
    """``close``: the party ends the record; nothing settles after both have."""

    reasons: Texts


BODIES: dict[str, type[_Body]] = {
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
