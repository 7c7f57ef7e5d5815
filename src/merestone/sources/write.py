"""Writing files whole or not at all: beside, fsync, rename."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from merestone.errors import BadInputError, EnvironmentRefusedError

_fcntl: ModuleType | None
try:
    import fcntl as _fcntl
except ImportError:  # pragma: no cover - Windows has no flock; the rename is still whole or nothing
    _fcntl = None


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` by `data`; a reader sees the old bytes or the new ones, never a part.

    A link is followed, so that the file it names is replaced; permissions stay. Raises
    EnvironmentRefusedError where the file cannot be written; nothing is left behind then.
    """
    with _refused_as(path):
        target = path.resolve()
        with _written_beside(target, data) as beside:
            with suppress(FileNotFoundError):
                beside.chmod(target.stat().st_mode & 0o7777)
            beside.replace(target)
        _sync_folder(target.parent)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of `path` when all went well, and is gone else.

    Raises EnvironmentRefusedError where it cannot be written.
    """
    with _refused_as(path), _beside(path.resolve()) as beside:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path.resolve())
        _sync_folder(path.resolve().parent)


def write_new(path: Path, data: bytes) -> None:
    """Make `path` with `data`, never overwriting what stands there.

    Raises BadInputError where something has that name already, EnvironmentRefusedError where it
    cannot be written.
    """
    with _refused_as(path), _written_beside(path, data) as beside:
        try:
            _claim(beside, path)
        except FileExistsError:
            raise BadInputError(
                f"{path}: it exists already and is not overwritten; choose another folder"
            ) from None
        _sync_folder(path.parent)


def copy_new(source: Path, target: Path) -> None:
    """Copy a file to a name that is still free, whole or not at all."""
    with _refused_as(target), _beside(target) as beside:
        shutil.copyfile(source, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        _claim(beside, target)
        _sync_folder(target.parent)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold a folder against another run of merestone that changes its dossier.

    Raises EnvironmentRefusedError where another run holds it; the system lets go when a run ends.
    """
    if _fcntl is None:  # pragma: no cover - Windows
        yield
        return
    with _refused_as(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        except BlockingIOError:
            raise EnvironmentRefusedError(
                f"{folder}: another run of merestone is changing this dossier; try again when it is done"
            ) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _written_beside(target: Path, data: bytes) -> Iterator[Path]:
    with _beside(target) as beside:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield beside


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A free name in the same folder; whatever bears it is gone afterwards."""
    beside = target.with_name(f".{target.name[:60]}.{secrets.token_hex(6)}.part")
    try:
        yield beside
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _claim(beside: Path, target: Path) -> None:
    """Give the finished file its name; FileExistsError where the name is taken."""
    try:
        os.link(beside, target)  # unlike a rename, this never replaces anything
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links; what is left is a check and a rename.
        if target.exists() or target.is_symlink():
            raise FileExistsError(target) from None
        beside.rename(target)


def _sync_folder(folder: Path) -> None:
    """Make a rename last: the entry in the folder is data too."""
    with suppress(OSError):  # some systems refuse to open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _refused_as(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentRefusedError(
            f"{path}: it cannot be written ({error.strerror or error}); check space and permissions"
        ) from None
