"""The founding of a record: the statement that names it, and the terms that both parties sign."""

from hashlib import sha256

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import canonical, signing
from merestone.record.bodies import (
    Binding,
    Founding,
    FoundingDossier,
    FoundingParty,
    Opening,
    Statement,
    Succeeds,
    Terms,
)
from merestone.record.entry import Entry
from merestone.record.forms import (
    Text,
)


def record_name(statement: Statement) -> str:
    """The name of the record: SHA-256 of the canonical statement."""
    return sha256(canonical.encode_typed(statement)).hexdigest()


def terms_hash(terms: Terms) -> str:
    """SHA-256 of the canonical terms."""
    return sha256(canonical.encode_typed(terms)).hexdigest()


def founding_body(
    title: str,
    dossier_sha256: str,
    roots: dict[str, str],
    terms: Terms,
    salt: str,
    succeeds: Succeeds | None = None,
) -> Founding:
    """The body of the founding entry; parties are written in the order of their ids.

    `salt`, 32 random hexadecimal digits, keeps two records about one dossier apart.
    """
    statement = Statement(
        FoundingDossier(title, dossier_sha256),
        [FoundingParty(party, root) for party, root in sorted(roots.items())],
        1,
        salt,
        terms_hash(terms),
        succeeds,
    )
    return Founding(statement, terms)


def check_founding(entry: Entry) -> Founding:
    """Check the first entry of a record against itself. Raises RefusedByRulesError with the rule."""
    body = entry.body
    if not isinstance(body, Founding) or entry.seq != 1 or entry.ack != 0:
        raise RefusedByRulesError(f"the record begins with no founding entry but a '{entry.type}'")
    statement, terms = body.statement, body.terms
    record = record_name(statement)
    payload = entry.payload
    if not payload.record == payload.prev == payload.ack.head == record:
        raise RefusedByRulesError("the founding entry does not carry the name of its own statement")
    if statement.terms != terms_hash(terms):
        raise RefusedByRulesError("the founding statement names other terms than those beside it")
    ids = [one.party for one in statement.parties]
    if ids != sorted(set(ids)) or ids != [one.party for one in terms.binding]:
        raise RefusedByRulesError(
            "statement and terms must name the same two parties in the order of their ids"
        )
    for one in statement.parties:
        try:
            signing.check_public_key(one.root)
        except BadInputError as error:
            raise RefusedByRulesError(f"the root of {one.party} cannot be used: {error.message}") from None
    if statement.parties[0].root == statement.parties[1].root:
        raise RefusedByRulesError("both parties name one root key; each makes its own")
    if entry.key != {one.party: one.root for one in statement.parties}.get(payload.party):
        raise RefusedByRulesError(f"the founding entry is not signed by the root of {payload.party}")
    return body


def neutral_terms(parties: tuple[str, str]) -> Terms:
    """The template that is shipped: quorum 1, section by section, in English until the parties add theirs."""
    first, second = sorted(parties)
    return Terms(
        binding=[
            Binding(party, 1, "holders of an authority key that the party's root has signed")
            for party in (first, second)
        ],
        corrections=_english(
            "A clerical error in something settled is corrected by a correction that both accept, as from "
            "the beginning.",
            "Something settled is changed only by an amendment that both accept, from the date that it "
            "states.",
            "A party that holds that something settled rests on an error states so; until both act it "
            "stands.",
        ),
        disclosure=Opening(entries="parties", keys="observers"),
        ending=_english(
            "Either party may state that it ends the record. Nothing settles after both have stated it.",
            "What was settled stands.",
        ),
        languages=["en"],
        no_admission=_english(
            "Offers, and proposals that were not accepted by both, are no admissions and are not relied on "
            "elsewhere.",
            "Silence, delay or a message that was not received is neither acceptance nor objection.",
        ),
        prevailing="en",
        settlement="by-section",
        without_prejudice=_english(
            "Nothing in the record prejudices the title, claims or legal positions of either party, except "
            "what both have settled.",
            "Settled in the record means that both have accepted the same content; its entry into force is "
            "for the parties to state.",
        ),
    )


def _english(*lines: str) -> list[Text]:
    return [Text("en", list(lines))]
