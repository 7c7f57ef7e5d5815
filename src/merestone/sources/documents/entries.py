"""Writing documents and citations into ``dossier.toml``: what stands there stays, comments too."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.evidence.describing import Description
from merestone.evidence.quoting import Quotable, one_line
from merestone.model.documents import Citation, Document
from merestone.sources.documents.read import ReadFile
from merestone.sources.dossier import parse_dossier
from merestone.sources.register import about_copies, appended, carry_out, placed, toml_value
from merestone.sources.spec import DossierSpec
from merestone.sources.tomltext import parse_toml, read_bytes
from merestone.sources.write import only_writer

_OPEN = ("publisher", "licence", "stated_by")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HEADER = re.compile(r"\s*(\[\[?[^\[\]]+\]\]?)\s*(?:#.*)?$")
_NO_ID = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Planned:
    """One change of a dossier, ready to be shown and then carried out.

    ``text`` is the entry that is appended, empty where an entry that is there is completed; ``completed``
    are (entry, key, value) that come into entries that are there.
    """

    id: str
    text: str
    completed: tuple[tuple[str, str, Any], ...]
    copies: tuple[tuple[Path, Path], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change of one call, with the bytes of the dossier before and after."""

    file: Path
    before: bytes
    after: bytes
    changes: tuple[Planned, ...]


def document_planned(
    spec: DossierSpec, path: Path, file: ReadFile, description: Description, *, known_as: str | None,
    taken: Collection[str],
) -> Planned:  # fmt: skip
    """The entry for the file of a document, or what it completes in the entry that has its hash or id.

    Raises BadInputError where the file is there already, or the entry is of another file.
    """
    there = _registered(spec, path, file, known_as)
    name = there.id if there is not None else _free_id(path, description, taken)
    target, copies = placed(spec.root, path, "documents", name, (), always=False)
    notes = about_copies(spec.root, path, target, copies)
    if there is None:
        return Planned(name, _entry(name, target, file, description), (), copies, tuple(notes))
    given = {"path": target, "sha256": file.sha256}
    completed = [
        (f"document {there.id}", key, value) for key, value in given.items() if getattr(there, key) is None
    ]
    completed += _of_citations(spec.evidence.citations, there.id, file)
    if not completed:
        raise BadInputError(f"{path}: it is already document '{there.id}', and nothing is left to complete")
    return Planned(there.id, "", tuple(completed), copies, tuple(notes))


def _registered(spec: DossierSpec, path: Path, file: ReadFile, known_as: str | None) -> Document | None:
    by_id = {one.id: one for one in spec.evidence.documents}
    if known_as is not None:
        if known_as not in by_id:
            known = ", ".join(f"'{one}'" for one in by_id) or "none"
            raise BadInputError(f"--as {known_as}: the dossier has no such document; it has {known}")
        there = by_id[known_as]
        if there.sha256 is not None and there.sha256 != file.sha256:
            raise BadInputError(
                f"{path}: it has sha256 {file.sha256}, but document '{known_as}' is registered with"
                f" {there.sha256}; it is another file, so register it under an id of its own"
            )
        return there
    return next((one for one in by_id.values() if one.sha256 == file.sha256), None)


def _of_citations(
    citations: Sequence[Citation], document: str, file: ReadFile
) -> Iterator[tuple[str, str, Any]]:
    """What the text gives to citations of it that lack words, range, page or hash."""
    if not file.read:
        return
    words = Quotable(file.text)
    for one in citations:
        if one.document != document:
            continue
        start, end = one.start, one.end
        if start is None and one.quote is not None and len(places := words.places(one.quote)) == 1:
            start, end = places[0].start, places[0].end
            yield f"citation {one.id}", "range", [start, end]
        if start is None or end is None or end > len(file.text.text):
            continue
        if one.quote is None:
            yield f"citation {one.id}", "quote", one_line(file.text.text[start:end])
        if one.sha256 is None:
            yield f"citation {one.id}", "sha256", file.sha256
        if one.page is None and (page := file.text.page(start)) is not None:
            yield f"citation {one.id}", "page", page


def citation_entry(citation: Citation) -> str:
    """A citation as TOML."""
    lines = [
        "[[citation]]",
        f"id = {toml_value(citation.id)}",
        f"document = {toml_value(citation.document)}",
        f"sha256 = {toml_value(citation.sha256)}",
        f"quote = {toml_value(citation.quote)}",
        f"range = [{citation.start}, {citation.end}]",
    ]
    if citation.page is not None:
        lines.append(f"page = {citation.page}")
    if citation.translations:
        tables = ", ".join(
            toml_value({"language": one.language, "text": one.text, "by": one.by})
            for one in citation.translations
        )
        lines.append(f"translation = [{tables}]")
    return "\n".join(lines) + "\n"


def _free_id(path: Path, description: Description, taken: Collection[str]) -> str:
    """An id from kind and date, else from the symbol, else from the file's name."""
    if description.kind and description.date:
        stem = f"{description.kind}-{description.date}"
    else:
        stem = description.symbols[0] if description.symbols else path.stem
    name = _NO_ID.sub("-", stem.lower()).strip("-._")[:56] or "document"
    tried, number = name, 2
    while tried in taken:
        tried, number = f"{name}-{number}", number + 1
    return tried


def _entry(name: str, target: str, file: ReadFile, found: Description) -> str:
    given: Mapping[str, Any] = {
        "id": name, "title": found.title, "symbol": list(found.symbols) or None, "date": found.date,
        "party": found.party, "kind": found.kind, "language": found.language, "path": target,
        "sha256": file.sha256, "facts": list(found.facts) or None, "refers_to": list(found.refers_to) or None,
    }  # fmt: skip
    lines = [
        "[[document]]",
        "# A first description, read from the head of the document: correct what is not so.",
    ]
    lines += [f"{key} = {toml_value(value)}" for key, value in given.items() if value is not None]
    absent = [key for key in ("symbol", "date", "party", "kind") if given[key] is None]
    lines.append(f"# not said in the text: {', '.join([*absent, *_OPEN])}")
    return "\n".join(lines) + "\n"


def planned(file: Path, before: bytes, changes: Sequence[Planned]) -> Plan:
    """The dossier with the changes, checked as a whole; nothing is written."""
    after = _completed(before, [one for change in changes for one in change.completed], file)
    texts = [change.text for change in changes if change.text]
    after = appended(after, texts, file) if texts else after
    parse_dossier(after, file)
    return Plan(file, before, after, tuple(changes))


def _completed(before: bytes, values: Sequence[tuple[str, str, Any]], file: Path) -> bytes:
    """The dossier with keys added to entries that are there, each behind the id of its entry.

    A line is put between lines, so all that stands in the file stays byte for byte; that it went to the right
    place is made sure of by reading the whole again.
    """
    lines = _LINE.findall(before.decode("utf-8"))
    for entry, key, value in values:
        kind, _, name = entry.partition(" ")
        at = _line_of_id(lines, kind, name)
        if at is not None:
            newline = "\r\n" if lines[at].endswith("\r\n") else "\n"
            if not lines[at].endswith("\n"):
                lines[at] += newline
            lines.insert(at + 1, f"{key} = {toml_value(value)}{newline}")
    after = "".join(lines).encode("utf-8")
    tree = parse_toml(after, str(file))
    for entry, key, value in values:
        kind, _, name = entry.partition(" ")
        found: dict[str, Any] = next((one for one in tree.get(kind, ()) if one.get("id") == name), {})
        if found.get(key) != value:
            raise BadInputError(
                f"{file}: {kind} '{name}' is not written as a [[{kind}]] with its id on a line, so it cannot"
                f" be completed; add {key} = {toml_value(value)} to it by hand"
            )
    return after


def _line_of_id(lines: Sequence[str], kind: str, name: str) -> int | None:
    header = ""
    id_line = re.compile(rf"""\s*id\s*=\s*(["']){re.escape(name)}\1\s*(?:#.*)?""", re.DOTALL)
    for k, line in enumerate(lines):
        if found := _HEADER.match(line):
            header = found[1]
        elif header == f"[[{kind}]]" and id_line.fullmatch(line):
            return k
    return None


def write_plan(plan: Plan) -> None:
    """Copy the files and write the dossier, all or nothing.

    Raises EnvironmentRefusedError where the dossier was changed since it was planned.
    """
    with only_writer(plan.file.parent):
        if read_bytes(plan.file) != plan.before:
            raise EnvironmentRefusedError(
                f"{plan.file}: the dossier was changed in the meantime; nothing is written, try again"
            )
        carry_out([copy for change in plan.changes for copy in change.copies], plan.file, plan.after)
