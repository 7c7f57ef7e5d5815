"""The folder that a run writes: every file whole or not at all, one run at a time.

A run writes each file into a folder of its own inside OUT, syncs it to the disk, and renames it into
place when all are there; ``manifest.json`` comes last. So a run that is killed leaves either the old
files, or new ones whose hashes the old manifest does not have, and never half a file.
"""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from merestone.errors import BadInputError, EnvironmentRefusedError
from merestone.publish import manifest
from merestone.publish.locking import Busy, FolderLock

LOCK = ".merestone.lock"
STAGE = ".merestone.part"
"""What a killed run may leave in OUT; the next run removes it."""


class OutputFolder:
    """Writes the files of one run into the folder `path`.

    ``with OutputFolder(Path("out")) as out: out.write("comparison.json", b"{}")``

    The files appear together when the block ends without an exception; with one, nothing of OUT is
    changed. Files that merestone did not write are left alone, and one that has the name of a file to be
    written stops the run; files of an earlier run that are still as
    it wrote them, and that this run does not write, are removed: they would tell of another result.
    Raises EnvironmentRefusedError where the disk, a permission or another run stands in the way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stage = path / STAGE
        self._lock = FolderLock(path / LOCK)
        self._made: list[Path] = []
        self._killed: frozenset[str] = frozenset()
        self._edited: set[str] = set()
        self._entries: dict[str, manifest.Entry] = {}
        self._files: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the run wrote, once the block has ended: in order, the manifest last."""
        return self._files

    @property
    def entries(self) -> Mapping[str, manifest.Entry]:
        """Size and hash of every file written so far, by name."""
        return dict(self._entries)

    def __enter__(self) -> Self:
        try:
            self._made = _make_folder(self._path)
            self._lock.take()
            # Of a run that was killed, since we hold the lock: what it had begun to put in place is ours.
            self._killed = frozenset(manifest.read_manifest(self._stage) or ())
            _remove_stage(self._stage)
            self._stage.mkdir()
        except Busy:
            raise EnvironmentRefusedError(
                f"{self._path}: another run is writing into this folder; wait for it or name another with -o"
            ) from None
        except OSError as error:
            self._leave()
            raise refused(self._path, error) from None
        except BaseException:
            self._leave()
            raise
        return self

    def write(self, name: str, data: bytes, *, edited: bool = False) -> None:
        """Write `data` as the file `name`: a relative path with / between folders.

        One that people are told to edit (`edited`) is not replaced once they did.
        """
        if edited:
            self._edited.add(name)
        self.add(name, lambda path: _write_all(path, data))

    def add(self, name: str, writer: Callable[[Path], None]) -> None:
        """Let `writer` make the file `name` at the path that it is given.

        Raises ValueError where the name leads out of the folder or is that of the manifest.
        """
        if not manifest.is_inside(name) or name.partition("/")[0] in {LOCK, STAGE, manifest.NAME}:
            raise ValueError(f"{name!r} is no name for a file of a result")
        part = self._stage / name
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            writer(part)
            _sync_file(part)
            self._entries[name] = manifest.entry_of(part)
        except OSError as error:
            raise refused(self._path / name, error) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._commit()
        finally:
            self._leave()

    def _commit(self) -> None:
        current = self._path
        try:
            before = manifest.read_manifest(self._path) or {}
            (self._stage / manifest.NAME).write_bytes(manifest.manifest_json(self._entries))
            _sync_file(self._stage / manifest.NAME)
            for name in (
                *self._entries,
                manifest.NAME,
            ):  # all that can be refused is, before anything changes
                current = self._path / name
                _check_target(current)
                if name not in self._killed and not self._is_ours(name, before.get(name)):
                    self._check_foreign(name)
            for name in self._entries:
                current = self._path / name
                (self._stage / name).replace(current)
            for name in sorted(before.keys() - self._entries.keys()):
                current = self._path / name
                _remove_if_ours(self._path, name, before[name])
            for folder in sorted({(self._path / name).parent for name in self._entries}):
                _sync_folder(folder)
            current = self._path / manifest.NAME
            (self._stage / manifest.NAME).replace(current)
            _sync_folder(self._path)
        except OSError as error:
            raise refused(current, error) from None
        self._files = tuple(self._path / name for name in (*self._entries, manifest.NAME))

    def _is_ours(self, name: str, entry: manifest.Entry | None) -> bool:
        """Whether an earlier run wrote the file; of one that people edit, whether it is as written."""
        if entry is None or name not in self._edited:
            return entry is not None
        return manifest.is_as_listed(self._path, name, entry)

    def _check_foreign(self, name: str) -> None:
        """Refuse to replace a file that no run wrote, unless it has the same bytes."""
        path = self._path / name
        if name == manifest.NAME:
            foreign = path.exists() and manifest.read_manifest(self._path) is None
        else:
            foreign = path.exists() and manifest.entry_of(path) != self._entries[name]
        if foreign:
            raise EnvironmentRefusedError(
                f"{path}: this file is there already, as no run listed in {manifest.NAME} wrote it; it is"
                " not replaced: move it away, or name another folder with -o"
            )

    def _leave(self) -> None:
        """Remove what the run leaves behind, as far as that is possible, and let others in."""
        if self._lock.held:
            with suppress(OSError):
                _remove_stage(self._stage)
        self._lock.release()
        for folder in reversed(self._made):  # only those that are still empty
            with suppress(OSError):
                folder.rmdir()


def read_result(path: Path) -> bytes:
    """The bytes of a result file, refused where the manifest beside it says that it is not whole.

    Without a manifest beside it, or without an entry there, the file stands for itself. Raises
    BadInputError where the file is missing or differs from its manifest, EnvironmentRefusedError where it
    cannot be read.
    """
    try:
        listed = manifest.read_manifest(path.parent)
        entry = (listed or {}).get(path.name)
        if entry is not None and not manifest.is_as_listed(path.parent, path.name, entry):
            raise BadInputError(
                f"{path}: not the file that {manifest.NAME} beside it lists; the run was interrupted or the "
                "file was changed, so compare again"
            )
        if listed is None and (path.parent / STAGE).exists():
            raise BadInputError(
                f"{path}: the run that wrote it has not ended or was interrupted; compare again"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; name a comparison.json or the folder of one") from None
    except (IsADirectoryError, NotADirectoryError):
        raise BadInputError(f"{path}: not a file; name a comparison.json or the folder of one") from None
    except OSError as error:
        raise EnvironmentRefusedError(f"{path}: cannot be read: {_why(error)}; check file and disk") from None


_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "there is a file of that name, where a folder is needed",
    errno.EISDIR: "there is a folder of that name",
    errno.ENOTEMPTY: "there is a folder of that name",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "too many symbolic links",
    errno.EIO: "the disk reports an error",
}


def refused(path: Path, error: OSError) -> EnvironmentRefusedError:
    """What to tell a user of an `error` of the system while `path` was being written."""
    return EnvironmentRefusedError(f"{path}: cannot be written: {_why(error)}; name another folder with -o")


def _why(error: OSError) -> str:
    return _WHY.get(error.errno or 0, error.strerror or type(error).__name__)


def _check_target(path: Path) -> None:
    """Make the folder of a file that is to come; raises OSError where a folder lies in the file's place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def _make_folder(path: Path) -> list[Path]:
    """Make the folder and those above it; returns the ones that were not there, outermost first."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
    if not path.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    return missing[::-1]


def _remove_stage(stage: Path) -> None:
    if stage.is_dir() and not stage.is_symlink():
        shutil.rmtree(stage)


def _remove_if_ours(folder: Path, name: str, entry: manifest.Entry) -> None:
    if not manifest.is_as_listed(folder, name, entry):
        return
    (folder / name).unlink()
    for parent in (folder / name).parents:
        if parent == folder:
            break
        with suppress(OSError):  # not empty: something else lies there
            parent.rmdir()


def _write_all(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if sys.platform == "win32":  # which syncs no folders
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some file systems sync no folders
            raise
    finally:
        os.close(descriptor)
