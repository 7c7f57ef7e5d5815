"""A first description of a document, from its head: for a person to confirm, not to rely on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from merestone.evidence.reading import Reading
from merestone.evidence.text import Text
from merestone.model.sources import Party

_HEAD = 2_500
_MASTHEAD = 400
_KINDS: Mapping[str, str] = {
    "note verbale": r"note verbale|nota verbal|вербальная нота|普通照会|مذكرة شفوية|verbal nota",
    "letter": (
        r"letters? dated|identical letters|lettres? datée|cartas? de fecha|письмо|письма|的信|رسالة مؤرخة"
        r"|رسالتان"
        r"|məktub|նամակ"
    ),
    "treaty": r"\btreaty\b|\bconvention\b|\btraité\b|\btratado\b|договор|条约|معاهدة|müqavilə|պայմանագիր",
    "resolution": r"\bresolution\b|résolution|resolución|резолюция|决议|قرار|qətnamə|բանաձև",
    "report": r"\breport\b|\brapport\b|\binforme\b|доклад|报告|تقرير|məruzə|զեկույց",
    "statement": r"\bstatement\b|déclaration|declaración|заявление|声明|بيان|bəyanat|հայտարարություն",
}
_MISSIONS = (
    r"Permanent Representative|Chargé d[’']affaires|Minister|Représentant permanent|Représentante"
    r" permanente|Ministre"
    r"|Representante Permanente|Ministro|Постоянн\w+ представител\w+|Министр|常驻|代表|外交部|الممثل"
    r" الدائم|الممثلة الدائمة"
    r"|وزير|Daimi Nümayəndə|Nazir|մշտական ներկայացուցիչ|ներկայացուցչի|նախարար"
)
_FIRST_LINE = 60
_NEAR = 80


@dataclass(frozen=True, slots=True)
class Description:
    """What the head of a document says of it; None where it does not."""

    title: str | None
    symbols: tuple[str, ...]
    date: str | None
    party: str | None
    kind: str | None
    language: str | None
    refers_to: tuple[str, ...]
    facts: tuple[str, ...]


def described(text: Text, reading: Reading, parties: Sequence[Party]) -> Description:
    """The first description. A symbol counts as the document's own only at its very head."""
    head = text.text[:_HEAD]
    title, kind, at = _title(head)
    own = tuple(
        dict.fromkeys(
            one.symbol for one in reading.symbols if one.range[1] <= _MASTHEAD and one.range[1] <= at
        )
    )
    others = dict.fromkeys(one.symbol for one in reading.symbols if one.symbol not in own)
    return Description(
        title=title,
        symbols=own,
        date=_date(reading, at, title),
        party=_party(head, parties),
        kind=kind,
        language=reading.language.code if reading.language.sure != "cannot-say" else None,
        refers_to=tuple(others),
        facts=tuple(_facts(reading)),
    )


def _facts(reading: Reading) -> Iterator[str]:
    """Session and agenda items, as the head of the document gives them."""
    for one in dict.fromkeys((one.kind, one.number) for one in reading.sessions if one.range[0] < _HEAD):
        yield f"{one[0]} {one[1]}"
    items = dict.fromkeys((one.number, one.part) for one in reading.agenda_items if one.range[0] < _HEAD)
    if items:
        shown = ", ".join(f"{number} ({part})" if part else str(number) for number, part in items)
        yield f"agenda item{'s' * (len(items) > 1)} {shown}"


def _title(head: str) -> tuple[str | None, str | None, int]:
    """The line that says what the document is, the kind it names, and where it starts."""
    lines, at = [], 0
    for block in head.split("\n\n"):
        lines.append((at, " ".join(block.split()).lstrip("# ")))
        at += len(block) + 2
    for kind, words in _KINDS.items():
        for start, line in lines:
            if len(line) <= 300 and re.search(words, line, re.IGNORECASE):
                return line, kind, start
    for start, line in lines:
        if head[start : start + 2] in ("# ", "##"):
            return line, None, start
    return None, None, _FIRST_LINE


def _date(reading: Reading, at: int, title: str | None) -> str | None:
    """The day in the title, else the first day of the head."""
    days = [one for one in reading.dates if one.iso and re.fullmatch(r"\d{4}-\d\d-\d\d", one.iso)]
    if title is not None:
        for one in days:
            if at <= one.range[0] < at + len(title) + 8:
                return one.iso
    return next((one.iso for one in days if one.range[0] < _HEAD), None)


def _party(head: str, parties: Sequence[Party]) -> str | None:
    """The one party whose name stands beside the office of who writes; None where both or neither do."""
    found = set()
    for office in re.finditer(_MISSIONS, head):
        near = head[max(0, office.start() - 24) : office.end() + _NEAR]
        best = [
            (near.find(name), party.id) for party in parties for name in party.names.values() if name in near
        ]
        if best:
            found.add(min(best)[1])
            break  # the first office is that of who writes
    return found.pop() if len(found) == 1 else None
