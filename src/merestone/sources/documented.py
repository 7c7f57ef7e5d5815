"""The entries of a dossier about documents: ``[[document]]``, ``[[citation]]``, ``[[instrument]]``,
``[[basis]]``, ``[[position]]``, ``[[name]]`` and ``[evidence]``. No file is opened."""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from merestone.model.coordinates import parse_pair
from merestone.model.documents import (
    Basis,
    Citation,
    Document,
    Evidence,
    Instrument,
    NameForm,
    PlaceName,
    Position,
    Precedence,
    Statement,
    Translation,
    Weight,
)
from merestone.sources.carried import a_day
from merestone.sources.keynames import (
    BASIS_KEYS,
    CITATION_KEYS,
    DOCUMENT_KEYS,
    EVIDENCE_KEYS,
    FORM_KEYS,
    INSTRUMENT_KEYS,
    NAME_KEYS,
    POSITION_KEYS,
    REPLY_KEYS,
    TRANSLATION_KEYS,
)
from merestone.sources.keys import (
    At,
    Keys,
    Reader,
    choice,
    items,
    long_text,
    mapping,
    matching,
    nearest,
    text,
    whole,
)
from merestone.sources.values import a_date, language, one_of_parties, path_within, source_id

T = TypeVar("T", Document, Citation, Instrument)
_SHA256 = matching("[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits in small letters")
_SECTION = matching(
    r"all|[MEX][1-9][0-9]*-S[0-9]{2,}",
    "the id of a section as a comparison gives it, such as 'M1-S03', or 'all'",
)
_ENTRY = r"{party}-[1-9][0-9]*"
_MOST_CHARACTERS = 10**9


def evidence_of(keys: Keys, root: Path, parties: Collection[str], maps: Collection[str]) -> Evidence:
    """All that a dossier says of documents, sorted; `maps` are the ids of its sources.

    Raises BadInputError where an entry cannot be used, or names a document, citation, instrument, map
    or party that the dossier does not have.
    """
    documents = _with_ids(keys, "document", lambda at, value: _document(at, value, root, parties))
    known = [one.id for one in documents]
    citations = _with_ids(keys, "citation", lambda at, value: _citation(at, value, known))
    cited = _one_known([one.id for one in citations], "citation")
    instruments = _with_ids(keys, "instrument", lambda at, value: _instrument(at, value, parties, cited))
    relied = _one_known([one.id for one in instruments], "instrument")
    shown = _one_known(maps, "source")
    held = _one_known(known, "document")
    basis = keys.listed(
        "basis", items(lambda at, value: _basis(at, value, parties, relied, shown, cited, held))
    )
    positions = keys.listed("position", items(lambda at, value: _position(at, value, parties, cited)))
    names = keys.listed("name", items(lambda at, value: _name(at, value, parties)))
    _check_once(keys.at.key("name"), [one.place for one in names])
    return Evidence(
        documents=documents,
        citations=citations,
        instruments=instruments,
        basis=tuple(sorted(basis, key=repr)),
        positions=tuple(sorted(positions, key=_order)),
        names=tuple(sorted(names, key=lambda one: one.place)),
        precedence=keys.given("evidence", lambda at, value: _precedence(at, value, parties, citations), None),
        where=_places(keys),
    )


def _places(keys: Keys) -> dict[str, str]:
    return {
        f"{kind} {value['id']}": f"{keys.at.file}: {kind}[{k + 1}]"
        for kind in ("document", "citation", "instrument")
        for k, value in enumerate(keys.values.get(kind, ()))
    }


def _order(one: Position) -> tuple[str, ...]:
    return one.section, one.statement.party, one.statement.date, one.statement.language, one.statement.text


def _with_ids(keys: Keys, kind: str, read: Reader[T]) -> tuple[T, ...]:
    """The entries of a kind by id; an id that stands twice is refused."""
    found = keys.listed(kind, items(lambda at, value: read(_named(at, kind, value), value)))
    _check_once(keys.at.key(kind), [one.id for one in found], "id")
    return tuple(sorted(found, key=lambda one: one.id))


def _named(at: At, kind: str, value: Any) -> At:
    given = value.get("id") if isinstance(value, dict) else None
    return At(at.file, at.path, f"{kind} '{given}'") if isinstance(given, str) and len(given) <= 64 else at


def _check_once(at: At, ids: Sequence[str], key: str = "place") -> None:
    for k, one in enumerate(ids):
        if one in ids[:k]:
            earlier = ids.index(one) + 1
            raise (
                at.item(k).key(key).refuse(one, f"{at.path}[{earlier}] has the same {key}; give each its own")
            )


def _one_known(ids: Collection[str], kind: str) -> Reader[str]:
    """A reader of the id of an entry that the dossier has."""

    def read(at: At, value: Any) -> str:
        name = source_id(at, value)
        if name not in ids:
            like = f"; the nearest id is '{nearest(name, ids)}'" if ids else ""
            raise at.refuse(name, f"there is no {kind} with this id{like}")
        return name

    return read


def _several(read: Reader[str]) -> Reader[tuple[str, ...]]:
    """A reader of ids, each once, sorted."""

    def all_of(at: At, value: Any) -> tuple[str, ...]:
        found = items(read)(at, value)
        if len(set(found)) < len(found):
            raise at.refuse(value, "one stands in it twice; name each once")
        return tuple(sorted(found))

    return all_of


@cache
def _languages() -> frozenset[str]:
    from babel import Locale

    return frozenset(str(code).partition("_")[0] for code in Locale("en").languages) | {"und"}


def known_language(at: At, value: Any) -> str:
    """A language code of which the first part is a language that CLDR knows."""
    made = language(at, value)
    first = made.partition("-")[0].lower()
    if first not in _languages():
        raise at.refuse(
            made, "this language code is not known; write one of BCP 47 such as 'hy', 'az' or 'zh', or 'und'"
        )
    return made


def _document(at: At, value: Any, root: Path, parties: Collection[str]) -> Document:
    keys = Keys(at, value, DOCUMENT_KEYS)
    name = keys.needed("id", source_id, 'id = "letter-2021-05-15"')
    party, body = keys.optional("party", one_of_parties(parties)), keys.optional("body", text)
    if party is not None and body is not None:
        raise at.key("body").refuse(
            body, "a document is of a party or of another body, not of both; remove one"
        )
    return Document(
        id=name,
        title=keys.given("title", text, name),
        symbols=keys.listed("symbol", _symbols),
        date=keys.optional("date", a_date),
        party=party,
        body=body,
        kind=keys.optional("kind", text),
        language=keys.optional("language", known_language),
        path=keys.optional("path", path_within(root)),
        sha256=keys.optional("sha256", _SHA256),
        publisher=keys.optional("publisher", text),
        licence=keys.optional("licence", text),
        stated_by=keys.optional("stated_by", text),
        facts=keys.listed("facts", items(long_text)),
        refers_to=keys.listed("refers_to", _symbols),
    )


def _symbols(at: At, value: Any) -> tuple[str, ...]:
    """Symbols, each alone; one text is one symbol."""
    return items(text)(at, [value] if isinstance(value, str) else value)


def _citation(at: At, value: Any, documents: Collection[str]) -> Citation:
    keys = Keys(at, value, CITATION_KEYS)
    span = keys.optional("range", _range)
    quote = keys.optional("quote", long_text)
    page = keys.optional("page", whole(least=1, most=100_000))
    if span is None and quote is None and page is None:
        raise at.wrong(
            "neither quote nor range nor page is given; write the exact words under quote, or the page where"
            " there is no text to quote"
        )
    return Citation(
        id=keys.needed("id", source_id, 'id = "c1"'),
        document=keys.needed("document", _one_known(documents, "document"), 'document = "letter-2021-05-15"'),
        sha256=keys.optional("sha256", _SHA256),
        quote=quote,
        start=None if span is None else span[0],
        end=None if span is None else span[1],
        page=page,
        translations=_translations(keys),
    )


def _range(at: At, value: Any) -> tuple[int, int]:
    found = items(whole(least=0, most=_MOST_CHARACTERS))(at, value)
    if len(found) != 2 or not found[0] < found[1]:
        raise at.refuse(value, "this must be [start, end] in characters, the end behind the start")
    return found[0], found[1]


def _translations(keys: Keys) -> tuple[Translation, ...]:
    found = keys.listed("translation", items(_translation))
    return tuple(sorted(found, key=lambda one: (one.language, one.by, one.text)))


def _translation(at: At, value: Any) -> Translation:
    keys = Keys(at, value, TRANSLATION_KEYS)
    return Translation(
        keys.needed("language", known_language, 'language = "en"'),
        keys.needed("text", long_text, 'text = "…"'),
        keys.needed("by", text, 'by = "the secretariat"'),
    )


def _instrument(at: At, value: Any, parties: Collection[str], cited: Reader[str]) -> Instrument:
    keys = Keys(at, value, INSTRUMENT_KEYS)
    made = Instrument(
        id=keys.needed("id", source_id, 'id = "protocol-1955"'),
        titles=keys.needed("titles", mapping(known_language, text), 'titles = { en = "Protocol of 1955" }'),
        date=keys.optional("date", a_date),
        parties=tuple(sorted(keys.listed("parties", items(text)))),
        in_force_since=keys.optional("in_force_since", a_date),
        in_force_until=keys.optional("in_force_until", a_date),
        critical_date=keys.optional("critical_date", a_date),
        says=keys.listed("says", _one_or_several(cited)),
        stated_by=keys.optional("stated_by", text),
        tripoint=keys.optional("tripoint", _coordinates),
    )
    if made.tripoint is not None and not (set(parties) < set(made.parties)):
        raise at.key("tripoint").refuse(
            keys.values["tripoint"],
            f"a tripoint is for {' and '.join(parties)} and a third State together; name all in parties",
        )
    if not made.titles:
        raise at.key("titles").refuse({}, 'there is no title; write e.g. { en = "Protocol of 1955" }')
    if made.in_force_since and made.in_force_until and made.in_force_until < made.in_force_since:
        raise at.key("in_force_until").refuse(
            made.in_force_until, f"this is before it came into force, {made.in_force_since}; exchange them"
        )
    return made


def _coordinates(at: At, value: Any) -> tuple[float, float]:
    said = text(at, value)
    try:
        return parse_pair(said)
    except ValueError as error:
        raise at.refuse(value, f"{error}; write as 45.0014E 41.2963N") from None


def _one_or_several(read: Reader[str]) -> Reader[tuple[str, ...]]:
    return lambda at, value: _several(read)(at, [value] if isinstance(value, str) else value)


def _basis(
    at: At,
    value: Any,
    parties: Collection[str],
    relied: Reader[str],
    shown: Reader[str],
    cited: Reader[str],
    held: Reader[str],
) -> Basis:
    keys = Keys(at, value, BASIS_KEYS)
    made = Basis(
        section=keys.needed("section", _SECTION, 'section = "all"'),
        party=keys.needed("party", one_of_parties(parties), 'party = "…"'),
        instruments=keys.listed("instruments", _several(relied)),
        maps=keys.listed("maps", _several(shown)),
        citations=keys.listed("citations", _several(cited)),
        stated_in=keys.optional("stated_in", held),
    )
    if not (made.instruments or made.maps or made.citations):
        raise at.wrong("it rests on nothing; name instruments, maps or citations")
    return made


def _statement(keys: Keys, parties: Collection[str], cited: Reader[str]) -> Statement:
    return Statement(
        party=keys.needed("party", one_of_parties(parties), 'party = "…"'),
        date=keys.needed("date", a_day, "date = 2021-05-15"),
        language=keys.needed("language", known_language, 'language = "hy"'),
        text=keys.needed("text", long_text, 'text = "…"'),
        translations=_translations(keys),
        citations=keys.listed("citations", _several(cited)),
    )


def _position(at: At, value: Any, parties: Collection[str], cited: Reader[str]) -> Position:
    keys = Keys(at, value, POSITION_KEYS)
    section = keys.needed("section", _SECTION, 'section = "all"')
    said = _statement(keys, parties, cited)

    def reply(at: At, value: Any) -> Statement:
        made = _statement(Keys(at, value, REPLY_KEYS), parties, cited)
        if made.party == said.party:
            raise at.key("party").refuse(made.party, "a reply is of the other party; correct one of the two")
        if made.date < said.date:
            raise at.key("date").refuse(
                made.date, f"this is before what it replies to, {said.date}; correct one"
            )
        return made

    return Position(section, said, keys.optional("reply", reply))


def _name(at: At, value: Any, parties: Collection[str]) -> PlaceName:
    keys = Keys(at, value, NAME_KEYS)
    forms = keys.needed("forms", items(_form(parties)), 'forms = [{ language = "en", form = "…" }]')
    if not forms:
        raise at.key("forms").refuse([], "there is no form; write one for each language")
    return PlaceName(
        keys.needed("place", text, 'place = "…"'),
        tuple(sorted(forms, key=lambda one: (one.language, one.form))),
    )


def _form(parties: Collection[str]) -> Callable[[At, Any], NameForm]:
    def read(at: At, value: Any) -> NameForm:
        keys = Keys(at, value, FORM_KEYS)
        return NameForm(
            keys.needed("language", known_language, 'language = "en"'),
            keys.needed("form", text, 'form = "…"'),
            keys.listed("used_by", _several(one_of_parties(parties))),
        )

    return read


def _precedence(
    at: At, value: Any, parties: Collection[str], citations: Sequence[Citation]
) -> Precedence | None:
    """The order that the parties agreed: without the place where they did, it is refused."""
    keys = Keys(at, value, EVIDENCE_KEYS)
    if "precedence" not in keys:
        if "precedence_agreed_in" in keys:
            raise at.wrong("precedence_agreed_in stands without precedence; write the order, or remove it")
        return None
    order = keys.needed("precedence", items(choice(Weight)), "")
    if len(set(order)) < len(order) or not order:
        raise at.key("precedence").refuse(
            keys.values["precedence"], "name each of them once, the first before all"
        )
    known = [one.id for one in citations]

    def agreed_in(at: At, value: Any) -> str:
        made = text(at, value)
        entries = "|".join(_ENTRY.format(party=party) for party in sorted(parties))
        if made not in known:
            matching(
                entries, "the id of a citation of the dossier, or an entry of the record such as 'AAA-7'"
            )(at, made)
        return made

    example = 'precedence_agreed_in = "…", since merestone ranks nothing that the parties did not rank'
    return Precedence(order, keys.needed("precedence_agreed_in", agreed_in, example))
