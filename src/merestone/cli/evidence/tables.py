"""Documents on a terminal."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from merestone.cli.console import a_console, bold
from merestone.evidence.reading import Reading
from merestone.evidence.timeline import Event
from merestone.model.documents import ALL, Citation, Evidence
from merestone.model.sources import Party
from merestone.service.documents.views import EvidenceRun
from merestone.sources.documents.read import ReadFile

_SURE = {"same": "", "variant": "~", "similar": "?"}
_WIDTH = 14


def echo_reading(file: ReadFile, reading: Reading, *, every: bool) -> None:
    """The heads of a document and what it refers to, each thing once; with ``every`` each mention."""
    console = a_console()
    pages = "" if file.pages is None else f", {file.pages} page{'s' * (file.pages != 1)}"
    encoding = "" if file.encoding is None else f", {file.encoding}"
    console.print(bold(file.media, f"{encoding}{pages}, {len(file.text.text):,} characters"))
    console.print(f"sha256        {file.sha256}")
    console.print(f"language      {reading.language.code} ({reading.language.sure.replace('-', ' ')})")
    for name, mentions, shown in _lists(reading):
        if every:
            for one in mentions:
                where = f"{one.range[0]}–{one.range[1]}" + ("" if one.page is None else f", page {one.page}")
                console.print(f"{name:<{_WIDTH}}{shown(one)}  [{where}]")
        elif mentions:
            console.print(f"{name:<{_WIDTH}}{'; '.join(dict.fromkeys(map(shown, mentions)))}")


def _lists(reading: Reading) -> Iterable[tuple[str, Sequence[Any], Callable[[Any], str]]]:
    yield "symbols", reading.symbols, lambda one: str(one.joint or one.symbol)
    yield "resolutions", reading.resolutions, _resolution
    yield "sessions", reading.sessions, lambda one: f"{one.kind} {one.number}"
    yield (
        "agenda items",
        reading.agenda_items,
        lambda one: f"{one.number}{f' ({one.part})' if one.part else ''}",
    )
    yield "dates", reading.dates, lambda one: str(one.iso or one.text)
    yield "instruments", reading.instruments, lambda one: one.title + (f" ({one.date})" if one.date else "")
    yield "articles", reading.articles, lambda one: str(one.label)
    yield "annexes", reading.annexes, lambda one: str(one.text)
    yield "footnotes", reading.footnotes, lambda one: str(one.label)
    yield "places", reading.places, _place
    yield "coordinates", reading.coordinates, lambda one: str(one.text)
    yield "distances", reading.distances, lambda one: str(one.text)
    yield "scales", reading.scales, lambda one: f"1:{one.denominator:,}"


def _resolution(one: Any) -> str:
    year = f" ({one.year})" if one.year and "(" not in str(one.number) else ""
    return f"{one.body or 'body not said'} {one.number}{year}"


def _place(one: Any) -> str:
    matches = [f"{_SURE[match.sure]}{match.name}" for match in one.matches[:3]]
    return str(one.text) + (f" → {', '.join(matches)}" if matches else "")


def echo_list(parties: Sequence[Party], done: EvidenceRun) -> None:
    """The documents by id, each with its citations; then the names of places."""
    console = a_console()
    evidence = done.evidence
    for one in evidence.documents:
        by = one.party or one.body or "author not said"
        here = "file here" if one.id in done.here else "facts alone"
        console.print(bold(one.id, f"  {one.date or 'no date'}  {by}  {here}"))
        if one.title != one.id:
            console.print(f"  {one.title}")
        if one.symbols:
            console.print(f"  {', '.join(one.symbols)}")
        for fact in one.facts:
            console.print(f"  {fact}")
        for citation in evidence.citations:
            if citation.document == one.id:
                console.print(f"  {citation.id}: {_words(citation)}")
    for place in evidence.names:
        console.print(bold(place.place))
        for form in place.forms:
            used = f"  used by {', '.join(form.used_by)}" if form.used_by else ""
            console.print(f"  {form.language}  {form.form}{used}")
    counts = [
        f"{sum(one.party == party.id for one in evidence.documents)} of {party.id}" for party in parties
    ]
    console.print(
        f"{len(evidence.documents)} document(s): {', '.join(counts)}; {len(evidence.citations)} citation(s)"
    )


def _words(citation: Citation) -> str:
    page = "" if citation.page is None else f", page {citation.page}"
    if citation.quote is None and citation.start is None:
        return f"page {citation.page}"
    if citation.quote is None:
        return f"characters {citation.start} to {citation.end}{page}, words not here"
    return f"“{citation.quote}”{page}"


def echo_timeline(events: Sequence[Event]) -> None:
    """One line for each event."""
    console = a_console()
    for one in events:
        by = f"  {one.party}" if one.party else ""
        console.print(f"{one.date:<11} {one.what.replace('-', ' '):<15}{by}  {one.id}: {one.title}")


def echo_basis(parties: Sequence[Party], evidence: Evidence, section: str | None) -> None:
    """Per section and party, in the order of ids: what it relies on, what it states, the reply."""
    console = a_console()
    named = {one.section for one in evidence.basis} | {one.section for one in evidence.positions}
    wanted = sorted(named if section is None else {section, ALL})
    for one in wanted:
        console.print(bold("all sections" if one == ALL else f"section {one}"))
        for party in parties:
            for line in _of_party(party.id, one, evidence):
                console.print(f"  {line}")
    if evidence.precedence is None:
        console.print("no rule of both parties says what goes before what; none is assumed")
    else:
        order = ", then ".join(evidence.precedence.order)
        console.print(f"by the rule that both parties agreed ({evidence.precedence.agreed_in}): {order}")


def _of_party(party: str, section: str, evidence: Evidence) -> Iterable[str]:
    own = [one for one in evidence.basis if (one.section, one.party) == (section, party)]
    for basis in own:
        rests = [*basis.instruments, *(f"map {name}" for name in basis.maps), *basis.citations]
        yield f"{party} relies on {', '.join(rests)}"
    if not own:
        yield f"{party}: what it relies on was not received"
    said = [one for one in evidence.positions if (one.section, one.statement.party) == (section, party)]
    for position in said:
        words, reply = position.statement, position.reply
        yield f"{party} states, {words.date} ({words.language}): {words.text}"
        if reply is None:
            yield "  reply: not received"
        else:
            yield f"  reply of {reply.party}, {reply.date} ({reply.language}): {reply.text}"
    replied = any(
        one.reply is not None and one.section == section and one.reply.party == party
        for one in evidence.positions
    )
    if not said and not replied:
        yield f"{party}: its position was not received"
