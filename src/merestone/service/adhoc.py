"""A dossier made of files, for a comparison without one."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import tomlkit

from merestone.errors import BadInputError, UsageError
from merestone.service.workbench import Dossier, open_dossier
from merestone.sources.members import members
from merestone.sources.propose import has_field


@contextmanager
def dossier_of_files(
    files: tuple[Path, ...], parties: tuple[str, ...], party_field: str
) -> Iterator[Dossier]:
    """Make a dossier of copies of `files` in a scratch folder that is gone afterwards.

    A file without the attribute `party_field` is read as lines alone. Accuracies are unknown, so
    every verdict that needs one is ``cannot-say``. Raises UsageError for fewer than two files or
    other than two parties, BadInputError where a file cannot be read.
    """
    if len(files) < 2:
        raise UsageError(f"a comparison needs at least two files, {len(files)} given")
    if len(parties) != 2:
        raise UsageError(
            f"--parties takes two ids separated by a comma, {len(parties)} given: {','.join(parties)!r}"
        )
    with TemporaryDirectory(prefix="merestone-") as scratch:
        root = Path(scratch)
        (root / "sources").mkdir()
        document = _document(files, parties)
        for file, name in zip(files, _ids(files), strict=True):
            document["source"].append(_source(root, file, name, party_field))
        (root / "dossier.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        yield open_dossier(root)


def _document(files: tuple[Path, ...], parties: tuple[str, ...]) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    document["format"] = 1
    document["title"] = "Comparison of " + ", ".join(file.name for file in files)
    document["parties"] = list(parties)
    document["source"] = tomlkit.aot()
    return document


def _source(root: Path, file: Path, name: str, party_field: str) -> tomlkit.items.Table:
    if not file.exists():
        raise BadInputError(f"{file}: no such file; check the path")
    folder = root / "sources" / name
    folder.mkdir()
    for member in members(file):
        shutil.copyfile(member, folder / member.name)
    source = tomlkit.table()
    source["id"] = name
    source["path"] = f"sources/{name}/{file.name}"
    if has_field(file, party_field):
        source["party_field"] = party_field
    else:
        source["kind"] = "lines"
    return source


def _ids(files: tuple[Path, ...]) -> list[str]:
    """A source id for each file, from its name; numbered where two names give the same."""
    ids: list[str] = []
    for file in files:
        stem = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "source"
        taken = sum(1 for known in ids if known == stem or known.startswith(f"{stem}-n"))
        ids.append(f"{stem}-n{taken + 1}" if taken else stem)
    return ids
