"""Making a dossier and registering files in it: the text that is written, and where copies go."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

import tomlkit

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.model.settings import Settings
from merestone.model.sources import LayerKind
from merestone.sources.dossier import NAME, dossier_file, parse_dossier
from merestone.sources.hashes import hash_of
from merestone.sources.lock import NAME as LOCK_NAME
from merestone.sources.members import member_name, members
from merestone.sources.propose import Entry, Proposal, propose_source
from merestone.sources.propose_layer import propose_layer
from merestone.sources.spec import DossierSpec
from merestone.sources.tomltext import read_bytes
from merestone.sources.write import copy_new, only_writer, write_atomic, write_new

Propose = Callable[[Collection[str]], Proposal]
"""Makes a proposal; it is given the ids that other sources have."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new dossier: its file and the text in it."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Added:
    """A source or layer that was registered: what was appended, and what to know about it.

    ``id`` is that of the source, or the name after which the copy of a layer is called.
    """

    id: str
    path: str
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A file to be registered, and the copies that this takes: (from, to)."""

    added: Added
    copies: tuple[tuple[Path, Path], ...]


def new_dossier_text(title: str, parties: Sequence[str]) -> str:
    """The text of a dossier without sources, the parties sorted by id; not checked."""
    first = [
        "# Two parties and the maps that show their line. Paths are relative to this folder.",
        "format = 1",
        f"title = {toml_value(title)}",
        f"parties = {toml_value(sorted(parties))}",
        "",
        "# Names by language code, each in that language.",
    ]
    named = [line for party in sorted(parties) for line in (f"[party.{party}.names]", '# en = "…"', "")]
    settings = ["# Settings of the comparison; those shown are the defaults.", "[compare]"]
    settings += [
        f"# {field.name} = {toml_value(value)}"
        for field in fields(Settings)
        if isinstance(value := getattr(Settings(), field.name), float)
    ]
    last = ["", "# Sources follow; `merestone add FILE...` looks at a file and writes its entry."]
    return "\n".join([*first, *named, *settings, *last]) + "\n"


def make_dossier(folder: Path, parties: Sequence[str], title: str | None = None) -> Made:
    """Make a folder with a ``dossier.toml``; an existing one is never overwritten.

    Raises BadInputError where ids or title cannot be used or a dossier is there already,
    EnvironmentRefusedError where the folder cannot be written.
    """
    file = folder if folder.name == NAME and not folder.is_dir() else folder / NAME
    title = " – ".join(sorted(parties)) if title is None else title
    head = f"format = 1\ntitle = {toml_value(title)}\nparties = {toml_value(list(parties))}\n"
    parse_dossier(head.encode("utf-8"), file)  # title and ids, before they become headers
    text = new_dossier_text(title, parties)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentRefusedError(
            f"{file.parent}: the folder cannot be made ({error.strerror})"
        ) from None
    write_new(file, text.encode("utf-8"))
    return Made(file, text)


def add_sources(dossier: Path, files: Sequence[Path]) -> tuple[Added, ...]:
    """Register files as sources: append a ``[[source]]`` for each to ``dossier.toml``, all or none.

    What stands in the file stays byte for byte. A file outside the dossier's folder is copied into its
    folder ``sources``, with all its members. Raises BadInputError where a file cannot be used,
    EnvironmentRefusedError where nothing can be written.
    """
    file = dossier_file(dossier)
    read_bytes(file)  # before anything else: whether it is there
    return _add(file, files, None)


def add_layers(dossier: Path, files: Sequence[Path], kind: LayerKind) -> tuple[Added, ...]:
    """Register files as layers of `kind`: append a ``[[layer]]`` for each, as `add_sources` does.

    A file outside the dossier's folder is copied into its folder ``layers``.
    """
    file = dossier_file(dossier)
    read_bytes(file)
    return _add(file, files, kind)


def add_proposed(dossier: Path, path: Path, propose: Propose) -> Added:
    """Register one file as a source by a proposal made elsewhere, which is given the ids that are taken.

    The file is copied into the dossier's folder ``sources``, wherever it lies. Raises as `add_sources` does.
    """
    file = dossier_file(dossier)
    read_bytes(file)
    return _add(file, [path], None, propose)[0]


def check_proposed(dossier: Path, name: str, propose: Propose) -> None:
    """Make sure that the dossier takes a proposal for a file called `name`, before there is one.

    Raises BadInputError where the dossier with its entry would contradict itself.
    """
    file = dossier_file(dossier)
    before = read_bytes(file)
    proposal = propose({source.id for source in parse_dossier(before, file).sources})
    appended(before, [entry_text("[[source]]", proposal, f"sources/{name}")], file)


def _add(
    file: Path, files: Sequence[Path], kind: LayerKind | None, propose: Propose | None = None
) -> tuple[Added, ...]:
    """Sources, or layers of a kind."""
    with only_writer(file.parent):
        before = read_bytes(file)
        planned = _plan(parse_dossier(before, file), files, kind, propose)
        after = appended(before, [one.added.text for one in planned], file)
        carry_out([copy for one in planned for copy in one.copies], file, after)
    return tuple(one.added for one in planned)


def _plan(
    spec: DossierSpec, files: Sequence[Path], kind: LayerKind | None, propose: Propose | None
) -> list[_Planned]:
    planned: list[_Planned] = []
    ids = {source.id for source in spec.sources}
    if kind is None:
        header, folder = "[[source]]", "sources"
        taken = {source.path: f"source '{source.id}'" for source in spec.sources}
    else:
        header, folder = "[[layer]]", "layers"
        taken = {layer.path: f"layer of {kind}" for layer in spec.layers if layer.kind is kind}
    for k, file in enumerate(files):
        _check_file(file, files[:k])
        proposal = _proposal(file, spec, ids, kind) if propose is None else propose(ids)
        others = {one.added.path for one in planned}
        path, copies = placed(spec.root, file, folder, proposal.id, others, always=propose is not None)
        if path in taken:
            raise BadInputError(f"{file}: it is already the {taken[path]}; a second entry is made by hand")
        ids.add(proposal.id)
        notes = [*proposal.notes, *about_copies(spec.root, file, path, copies)]
        if (spec.root / LOCK_NAME).exists():
            notes.append(f"{LOCK_NAME} does not have it yet; run `merestone lock` when the entry is complete")
        added = Added(proposal.id, path, entry_text(header, proposal, path), tuple(notes))
        planned.append(_Planned(added, copies))
        taken[path] = "file just named"
    return planned


def _proposal(file: Path, spec: DossierSpec, ids: Collection[str], kind: LayerKind | None) -> Proposal:
    if kind is None:
        return propose_source(file, spec.parties, ids)
    return propose_layer(file, kind, spec.parties)


def _check_file(file: Path, before: Sequence[Path]) -> None:
    if not str(file).isprintable():
        raise BadInputError(
            f"{str(file)!r}: the name holds a character that cannot be printed; rename the file"
        )
    if not file.exists():
        raise BadInputError(f"{file}: there is no such file; check the path")
    if file.resolve() in {one.resolve() for one in before}:
        raise BadInputError(f"{file}: it is given twice; name each file once")


def placed(
    root: Path, file: Path, folder: str, name: str, planned: Collection[str], *, always: bool
) -> tuple[str, tuple[tuple[Path, Path], ...]]:
    """The path of a file in the dossier, and the copies that bring it into `folder`.

    None are made of a file that lies in the dossier already, unless ``always``.
    """
    real, inside = file.resolve(), root.resolve()
    if not always and all(member.resolve().is_relative_to(inside) for member in members(file)):
        with suppress(ValueError):
            return real.relative_to(inside).as_posix(), ()
    whole = members(file)
    target = PurePosixPath(folder) / _portable(file.name)
    if len(whole) > 1 or str(target) in planned or not _free(root / target, file):
        target = PurePosixPath(folder) / name / _portable(file.name)
    if not _free(root / target, file):
        raise BadInputError(
            f"{root / target}: another file has this name; move it away, or rename {file.name}"
        )
    if (root / target).exists():
        return str(target), ()
    stem, new_stem = file.stem, target.stem
    renamed = [(one, (root / target).with_name(new_stem + one.name[len(stem) :])) for one in whole]
    if file.is_dir():
        renamed = [(one, root / target / member_name(file, one)) for one in whole]
    return str(target), tuple(renamed)


def _free(target: Path, file: Path) -> bool:
    """Whether nothing stands there, or the same content."""
    return not target.exists() or hash_of(target) == hash_of(file)


def _portable(name: str) -> str:
    """A file name without characters that a dossier's path cannot have."""
    return "".join("_" if mark in "\\:" else mark for mark in name)


def about_copies(root: Path, file: Path, path: str, copies: Sequence[tuple[Path, Path]]) -> list[str]:
    """What to say of a file that does not lie in the dossier."""
    if copies:
        count = f"{len(copies)} files are" if len(copies) > 1 else "the file is"
        return [f"{file}: lies outside the dossier; {count} copied to {root / path}"]
    if file.resolve() != (root / path).resolve():
        return [f"{file}: lies outside the dossier; {root / path} has the same content and is taken"]
    return []


def entry_text(header: str, proposal: Proposal, path: str) -> str:
    """The entry of a proposal as TOML, the path after its first key."""
    first, *others = proposal.entries
    lines = [header]
    for entry in (first, Entry("path", path), *others):
        comment = f"  # {entry.comment}" if entry.comment else ""
        lines.append(f"{entry.key} = {toml_value(entry.value)}{comment}")
    lines += [f"# {remark}" for remark in proposal.remarks]
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A value as TOML writes it; tables on one line."""
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(
                f"{tomlkit.key(str(key)).as_string()} = {toml_value(one)}" for key, one in value.items()
            )
            + " }"
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}"
    return tomlkit.item(value).as_string()


def appended(before: bytes, texts: Sequence[str], file: Path) -> bytes:
    """The dossier with more text at its end, checked as a whole."""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    added = b"".join(b"\n" + text.encode("utf-8") for text in texts).replace(b"\n", newline)
    after = before + (b"" if before.endswith(b"\n") or not before else newline) + added
    try:
        parse_dossier(after, file)
    except BadInputError as error:
        if "not TOML" in error.message:
            header = texts[0].partition("\n")[0]
            raise BadInputError(
                f"{file}: its entries stand in a list in brackets; write each under {header} and add again"
            ) from None
        raise
    return after


def carry_out(copies: Sequence[tuple[Path, Path]], file: Path, after: bytes) -> None:
    """Copy, then write the dossier; where that fails, what was copied is taken away again."""
    done: list[Path] = []
    try:
        for source, target in copies:
            _make_folder(target.parent)
            copy_new(source, target)
            done.append(target)
        write_atomic(file, after)
    except BaseException:
        for target in done:
            with suppress(OSError):
                target.unlink()
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentRefusedError(f"{folder}: the folder cannot be made ({error.strerror})") from None
