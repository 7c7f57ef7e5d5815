"""The legal basis as registered, its timeline, the documents, and every citation with its exact words."""

from collections.abc import Iterator, Mapping

from merestone.evidence.timeline import Event, timeline
from merestone.model.documents import ALL, Citation, Document, Instrument, Weight
from merestone.publish.dossier.content import (
    Block,
    Bullets,
    Day,
    Facts,
    Language,
    Link,
    Listed,
    Named,
    Paragraph,
    Part,
    Said,
    Statement,
    Text,
    Translation,
    Verbatim,
    named,
    say,
)
from merestone.publish.dossier.desk import Desk
from merestone.publish.dossier.heard import citation_links, heard, speaks_of_all
from merestone.publish.dossier.words import count

_WEIGHTS: dict[Weight, Said] = {
    Weight.TEXT: say("the text"),
    Weight.COORDINATES: say("the coordinates"),
    Weight.MARKS: say("the boundary marks"),
    Weight.MAP: say("the map"),
}


def legal_basis(desk: Desk) -> Part | None:
    """Instruments, precedence and timeline, and what both parties rely on for the whole line."""
    evidence = desk.material.evidence
    parts = (
        _timeline(desk),
        heard(desk, ALL) if speaks_of_all(desk) else None,
        _documents(desk),
        _citations(desk),
    )
    kept = tuple(part for part in parts if part is not None)
    if not (evidence.instruments or kept):
        return None
    blocks: tuple[Block, ...] = (
        Paragraph(_precedence(desk)),
        *(_instrument(one) for one in evidence.instruments),
    )
    return Part("legal-basis", say("Legal basis and timeline"), blocks, kept, sheet=True)


def _precedence(desk: Desk) -> Text:
    rule = desk.material.evidence.precedence
    if rule is None:
        return say(
            "No rule on which both parties agreed says whether text, map, coordinates or marks go before; none is assumed here."
        )
    where: Text = Verbatim(rule.agreed_in)
    if any(one.id == rule.agreed_in for one in desk.material.evidence.citations):
        where = Link(f"citation-{rule.agreed_in}", where)
    return say(
        "Where they do not fit one another, what goes before, in this order: {order}. Both parties agreed so in {where}.",
        order=Listed(tuple(_WEIGHTS[one] for one in rule.order)),
        where=where,
    )


def _instrument(one: Instrument) -> Facts:
    not_said = say("not stated")
    return Facts(
        (
            (say("Instrument"), named(one.id, one.titles)),
            (say("Date"), Day(one.date) if one.date else not_said),
            (
                say("Concluded by"),
                Listed(tuple(Verbatim(name) for name in one.parties)) if one.parties else not_said,
            ),
            (say("In force since"), Day(one.in_force_since) if one.in_force_since else not_said),
            (say("In force until"), Day(one.in_force_until) if one.in_force_until else not_said),
            (say("Critical date"), Day(one.critical_date) if one.critical_date else not_said),
            (say("What it says on the line"), citation_links(one.says) if one.says else not_said),
            (say("These facts are stated by"), Verbatim(one.stated_by) if one.stated_by else not_said),
        ),
        key=f"instrument-{one.id}",
    )


def _timeline(desk: Desk) -> Part | None:
    events = [
        one for one in timeline(desk.material.evidence) if not desk.leaves_out(_LEAVES_OUT.get(one.what, ""))
    ]
    if not events:
        return None
    titles = {one.id: named(one.id, one.titles) for one in desk.material.evidence.instruments}
    items = [say("{day}: {what}", day=Day(one.date), what=_event(one, titles)) for one in events]
    return Part("timeline", say("Timeline"), (Bullets(tuple(items)),))


_LEAVES_OUT = {"document": "documents", "position": "statements", "reply": "statements"}


def _event(one: Event, titles: Mapping[str, Named]) -> Text:
    """An event in words; a position or reply leads to where it stands."""
    match one.what:
        case "document":
            return Link(f"document-{one.id}", Verbatim(one.title))
        case "position" | "reply":
            where = Link(f"statements-{one.id}", say("the whole line") if one.id == ALL else Verbatim(one.id))
            words = _SAID[one.what]
            return say(
                "{what} of {party} on {section}", what=words, party=Verbatim(one.party or "–"), section=where
            )
    name = Link(f"instrument-{one.id}", titles[one.id])
    return {
        "instrument": say("{name}: signed or adopted", name=name),
        "in-force-since": say("{name}: in force", name=name),
        "in-force-until": say("{name}: no longer in force", name=name),
        "critical-date": say("{name}: critical date", name=name),
    }[one.what]


_SAID: dict[str, Said] = {"position": say("position"), "reply": say("reply")}


def _documents(desk: Desk) -> Part | None:
    documents = desk.material.evidence.documents
    if not documents or desk.leaves_out("documents"):
        return None
    intro = Paragraph(
        say(
            "Documents stand in the order of their ids. A document whose text is not in the dossier is registered by its facts; its hash tells whether a copy is the one that was meant."
        )
    )
    parts = tuple(
        Part(f"document-{one.id}", Verbatim(one.title), (Facts(tuple(_document(desk, one))),))
        for one in documents
    )
    return Part("documents", say("Documents"), (intro,), parts)


def _document(desk: Desk, one: Document) -> Iterator[tuple[Text, Text]]:
    not_said = say("not stated")
    author: Text = not_said
    if one.party is not None:
        author = desk.party(one.party)
    elif one.body is not None:
        author = Verbatim(one.body)
    yield say("Author"), author
    yield (
        say("Symbols"),
        Listed(tuple(Verbatim(symbol) for symbol in one.symbols)) if one.symbols else not_said,
    )
    yield say("Date"), Day(one.date) if one.date else not_said
    yield say("Language"), Language(one.language) if one.language else not_said
    yield (
        say("Text"),
        say("in the dossier: {file}", file=Verbatim(one.path)) if one.path else say("not in the dossier"),
    )
    yield say("SHA-256 of the file"), Verbatim(one.sha256) if one.sha256 else not_said
    yield say("Publisher"), Verbatim(one.publisher) if one.publisher else not_said
    yield say("These facts are stated by"), Verbatim(one.stated_by) if one.stated_by else not_said
    if one.facts:
        yield say("What else is known"), Listed(tuple(Verbatim(fact) for fact in one.facts))
    if one.refers_to:
        yield say("Refers to"), Listed(tuple(Verbatim(symbol) for symbol in one.refers_to))


def _citations(desk: Desk) -> Part | None:
    evidence = desk.material.evidence
    if not evidence.citations or desk.leaves_out("documents"):
        return None
    documents = {one.id: one for one in evidence.documents}
    blocks = tuple(_citation(one, documents[one.document]) for one in evidence.citations)
    return Part("citations", say("Citations, word for word"), blocks)


def _citation(one: Citation, document: Document) -> Block:
    where: list[Text] = [Link(f"document-{document.id}", Verbatim(document.title))]
    if one.page is not None:
        where.append(say("page {page}", page=count(one.page)))
    if one.start is not None and one.end is not None:
        where.append(say("characters {start} to {end}", start=count(one.start), end=count(one.end)))
    source = say("{id}: {where}", id=Verbatim(one.id), where=Listed(tuple(where)))
    if one.quote is None:
        absent = say("the words are not here; they complete themselves where the text is")
        pairs = ((Verbatim(one.id), Listed(tuple(where))), (say("Text"), absent))
        return Facts(pairs, key=f"citation-{one.id}")
    return Statement(
        f"citation-{one.id}",
        None,
        document.language,
        tuple(one.quote.splitlines()),
        source,
        tuple(Translation(t.language, tuple(t.text.splitlines()), Verbatim(t.by)) for t in one.translations),
    )
