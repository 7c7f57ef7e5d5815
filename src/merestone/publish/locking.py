"""One run at a time in one folder: a lock that the operating system releases when a run dies."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


class Busy(Exception):  # noqa: N818 - it is an answer, not an error of its own
    """Another run holds the lock."""


class FolderLock:
    """An exclusive lock on the file `path`, taken at once or not at all.

    The file is removed when the lock is released. A file that a killed run left behind locks nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock. Raises Busy where another run holds it, OSError where it cannot be made."""
        while self._descriptor is None:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                _lock(descriptor)
                # The holder before us may have removed the file between our open and our lock;
                # then we hold a file that no other run will find, and must try again.
                if _is_at(descriptor, self._path):
                    self._descriptor = descriptor
            except OSError as error:
                if error.errno in _BUSY:
                    raise Busy from None
                raise
            finally:
                if self._descriptor is None:
                    os.close(descriptor)

    @property
    def held(self) -> bool:
        """Whether this run holds the lock."""
        return self._descriptor is not None

    def release(self) -> None:
        """Give the lock back and remove its file."""
        if self._descriptor is None:
            return
        with suppress(OSError):  # Windows removes no open file; an empty one that stays locks nothing
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
