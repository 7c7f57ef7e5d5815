"""A dossier made of files, for a comparison without one."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import tomlkit

from merestone.errors import BadInputError, UsageError
from merestone.service.workbench import Dossier, open_dossier
from merestone.sources.guesses import source_id_for
from merestone.sources.members import members
from merestone.sources.propose import has_sides

_HINT = (
    "a dossier can say more of a file (layer, crs, side, …): make one with `merestone init`, `merestone add`"
)


@contextmanager
def dossier_of_files(
    files: tuple[Path, ...], parties: tuple[str, ...], party_field: str
) -> Iterator[Dossier]:
    """Make a dossier of copies of `files` in a scratch folder that is gone afterwards.

    A file of lines, or a table of points, has no sides; one of areas must have the attribute
    `party_field`. Accuracies are unknown, so every verdict that needs one is ``cannot-say``. Raises
    UsageError for fewer than two files, BadInputError where a file cannot be used; its hint leads to a
    dossier, which can say more.
    """
    if len(files) < 2:
        raise UsageError(f"a comparison needs at least two files, {len(files)} given")
    with TemporaryDirectory(prefix="merestone-") as scratch:
        root = Path(scratch)
        (root / "sources").mkdir()
        document = _document(files, parties)
        for file, name in zip(files, _ids(files), strict=True):
            document["source"].append(_source(root, file, name, party_field))
        (root / "dossier.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        with _led_to_a_dossier(root):
            yield open_dossier(root)


@contextmanager
def _led_to_a_dossier(root: Path) -> Iterator[None]:
    """Errors name nothing of the scratch folder, and hint at what takes more than two options."""
    try:
        yield
    except BadInputError as error:
        message = error.message.replace(f"{root}/", "")
        raise BadInputError(message, hint=error.hint or _HINT) from None


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
    with _led_to_a_dossier(root):
        sided = has_sides(file, name, party_field)
    if sided:
        source["party_field"] = party_field
    else:
        source["kind"] = "lines"
    return source


def _ids(files: Sequence[Path]) -> list[str]:
    """A source id for each file, from its name; numbered where two names give the same."""
    ids: list[str] = []
    for file in files:
        ids.append(source_id_for(file.name.partition(".")[0], ids))
    return ids
