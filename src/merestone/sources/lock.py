"""``dossier.lock``: the SHA-256 of every file of a dossier, and its pinned datum operations."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from merestone.errors import BadInputError
from merestone.model.progress import Progress, silent
from merestone.sources.hashes import hash_of
from merestone.sources.keys import At, Keys, long_text, mapping, matching, number, text
from merestone.sources.load import Files, pin_operations, read_files
from merestone.sources.spec import DossierSpec, Lock
from merestone.sources.tomltext import read_toml
from merestone.sources.write import write_atomic

NAME = "dossier.lock"
FORMAT = 1
_AGAIN = "run `merestone lock` again"
_OPERATION_KEYS = ("crs", "code", "name", "accuracy_m", "definition")
_HEADER = (
    "The SHA-256 of each file of this dossier and its pinned datum operations.",
    "Written by `merestone lock`; both parties keep the same.",
)


def make_lock(spec: DossierSpec, *, progress: Progress = silent) -> Lock:
    """Hash every file of a dossier, and pin the datum operation of every source that needs one."""
    return lock_and_files(spec, progress=progress)[0]


def lock_and_files(spec: DossierSpec, *, progress: Progress = silent) -> tuple[Lock, Files]:
    """The same, and what was read from the files for it."""
    hashes = {path: hash_of(spec.root / path) for path in _walked(spec, progress)}
    files = read_files(spec, progress=progress)
    return lock_of(hashes, pin_operations(spec, files=files)), files


def lock_of(files: Mapping[str, str], operations: Mapping[str, Mapping[str, Any]]) -> Lock:
    """A lock in its one form: sorted, and without values that TOML cannot hold (None)."""
    return Lock(
        dict(sorted(files.items())),
        {
            key: {name: operation[name] for name in sorted(operation) if operation[name] is not None}
            for key, operation in sorted(operations.items())
        },
    )


def paths_of(spec: DossierSpec) -> tuple[str, ...]:
    """Every path that the dossier names, sorted: sources, layers, and files of ``covers``."""
    covers = (source.covers["path"] for source in spec.sources if source.covers and "path" in source.covers)
    sources = (source.path for source in spec.sources)
    layers = (layer.path for layer in spec.layers)
    return tuple(sorted({*sources, *layers, *covers}))


def check_lock(spec: DossierSpec, lock: Lock, *, progress: Progress = silent) -> None:
    """Make sure that the files are those that were locked.

    Raises BadInputError that names the first file, by path, that is missing, changed (with both
    hashes), or not in the lock, or that the lock has beyond the dossier.
    """
    paths = paths_of(spec)
    at = spec.root / NAME
    for path in paths:
        if path not in lock.files:
            raise BadInputError(f"{at}: '{path}' of the dossier is not in it; {_AGAIN}")
    for path in lock.files:
        if path not in paths:
            raise BadInputError(f"{at}: '{path}' is in it, but the dossier does not name it; {_AGAIN}")
    known = {source.id for source in spec.sources} | set(paths)
    for key in lock.operations:
        if key not in known:
            raise BadInputError(
                f"{at}: it pins a datum operation for '{key}', which the dossier does not name; {_AGAIN}"
            )
    _check_hashes(spec, lock, progress)


def _check_hashes(spec: DossierSpec, lock: Lock, progress: Progress) -> None:
    for path in _walked(spec, progress):
        locked, found = lock.files[path], hash_of(spec.root / path)
        if found != locked:
            raise BadInputError(
                f"{spec.root / path}: the file is not the one that was locked: dossier.lock has {locked}, "
                f"the file has {found}; fetch the locked file again, or {_AGAIN} and tell the other party"
            )


def _walked(spec: DossierSpec, progress: Progress) -> Iterator[str]:
    """The paths of a dossier, telling the progress on the way."""
    paths = paths_of(spec)
    for k, path in enumerate(paths):
        progress("hashing", path, k / len(paths))
        yield path
    progress("hashing", None, 1.0)


def read_lock(root: Path) -> Lock | None:
    """The lock of the dossier in the folder `root`; None where there is none.

    Raises BadInputError where it is not what `write_lock` writes.
    """
    path = root / NAME
    if not path.exists() and not path.is_symlink():
        return None
    keys = Keys(At(str(path)), read_toml(path), ("format", "files", "operations"))
    found = keys.values.get("format")
    if found != FORMAT or isinstance(found, bool):
        raise BadInputError(
            f"{path}: its format is {found!r}, this version of merestone reads format {FORMAT}; {_AGAIN}"
        )
    hashes = mapping(text, matching("[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits"))
    return lock_of(
        keys.needed("files", hashes, "[files]"), keys.given("operations", mapping(text, _operation), {})
    )


def _operation(at: At, value: Any) -> dict[str, Any]:
    keys = Keys(at, value, _OPERATION_KEYS)
    return {
        "crs": keys.optional("crs", text),
        "code": keys.optional("code", text),
        "name": keys.needed("name", text, 'name = "…"'),
        "accuracy_m": keys.optional("accuracy_m", number(least=0.0, most=1e6, unit="metres")),
        "definition": keys.needed("definition", long_text, 'definition = "…"'),
    }


def write_lock(root: Path, lock: Lock) -> None:
    """Write ``dossier.lock``: the same bytes for the same lock, whole or not at all."""
    write_atomic(root / NAME, lock_text(lock).encode("utf-8"))


def lock_text(lock: Lock) -> str:
    """The text of ``dossier.lock``."""
    document = tomlkit.document()
    for line in _HEADER:
        document.add(tomlkit.comment(line))
    lock = lock_of(lock.files, lock.operations)
    document["format"] = FORMAT
    document["files"] = dict(lock.files)
    if lock.operations:
        document["operations"] = {key: dict(operation) for key, operation in lock.operations.items()}
    return tomlkit.dumps(document)


def lock_json(lock: Lock) -> str:
    """The same content as JSON, ended by a line feed."""
    lock = lock_of(lock.files, lock.operations)
    content = {"format": FORMAT, "files": lock.files, "operations": lock.operations}
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
