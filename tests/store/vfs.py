"""A layer between SQLite and the disk, for tests: it notes every write, sync, truncation and deletion, and
can make any of them fail. What it noted can be replayed as a power cut would leave it.

It wraps the default VFS of the very library that Python's `sqlite3` has loaded, through ctypes.
"""

import ctypes as c
import re
from contextlib import contextmanager
from pathlib import Path

IOERR_WRITE, IOERR_FSYNC, FULL = 778, 1034, 13
_SECTOR = 512


class IoMethods(c.Structure):
    _fields_ = (("version", c.c_int), *((f"m{k}", c.c_void_p) for k in range(18)))


class File(c.Structure):
    _fields_ = (("methods", c.POINTER(IoMethods)),)


class Vfs(c.Structure):
    _fields_ = (
        ("version", c.c_int),
        ("size", c.c_int),
        ("longest", c.c_int),
        ("next", c.c_void_p),
        ("name", c.c_char_p),
        ("data", c.c_void_p),
        ("open", c.c_void_p),
        ("delete", c.c_void_p),
        *((f"p{k}", c.c_void_p) for k in range(14)),
    )


OPEN = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.POINTER(File), c.c_int, c.c_void_p)
DELETE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_int)
WRITE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
TRUNCATE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int64)
SYNC = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)
# Numbers of the methods in their order: xClose, xRead, xWrite, xTruncate, xSync.
M_WRITE, M_TRUNCATE, M_SYNC = "m2", "m3", "m4"


def library():
    """The SQLite library of this process, or None where it cannot be had apart."""
    import sqlite3  # noqa: F401 - loads it

    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        return None
    found = re.search(r"\S*/libsqlite3\.so\S*", maps)
    return c.CDLL(found[0]) if found else None


class Layer:
    """Notes operations as (what, path, …); `fail` may answer an error code for one that is about to
    happen."""

    def __init__(self, lib):
        self.lib = lib
        self.log = []
        self.fail = lambda what, path: 0
        lib.sqlite3_vfs_find.restype = c.POINTER(Vfs)
        self._base = lib.sqlite3_vfs_find(None)
        self._paths = {}
        self._methods = {}
        self._kept = []
        self._vfs = Vfs()
        c.memmove(c.byref(self._vfs), self._base, c.sizeof(Vfs))
        self._vfs.name = b"noting"
        self._set(self._vfs, "open", OPEN(self._open))
        self._set(self._vfs, "delete", DELETE(self._delete))

    def _set(self, structure, name, function):
        self._kept.append(function)
        setattr(structure, name, c.cast(function, c.c_void_p))

    @contextmanager
    def installed(self):
        assert self.lib.sqlite3_vfs_register(c.byref(self._vfs), 1) == 0
        try:
            yield self
        finally:
            self.lib.sqlite3_vfs_register(self._base, 1)
            self.lib.sqlite3_vfs_unregister(c.byref(self._vfs))

    def _open(self, _, name, file, flags, out):
        original = c.cast(self._base.contents.open, OPEN)
        code = original(c.addressof(self._base.contents), name, file, flags, out)
        if code == 0 and file.contents.methods and name:
            address = c.addressof(file.contents)
            path = c.string_at(name).decode()
            self._paths[address] = path
            self.log.append(("open", path))
            base = file.contents.methods.contents
            wrapped = IoMethods()
            c.memmove(c.byref(wrapped), c.byref(base), c.sizeof(IoMethods))
            self._set(wrapped, M_WRITE, WRITE(self._around(base, M_WRITE, WRITE, "write")))
            self._set(wrapped, M_TRUNCATE, TRUNCATE(self._around(base, M_TRUNCATE, TRUNCATE, "truncate")))
            self._set(wrapped, M_SYNC, SYNC(self._around(base, M_SYNC, SYNC, "sync")))
            self._methods[address] = wrapped
            file.contents.methods = c.pointer(wrapped)
        return code

    def _around(self, base, name, kind, what):
        original = c.cast(getattr(base, name), kind)

        def call(file, *arguments):
            path = self._paths[file]
            code = self.fail(what, path)
            if code:
                return code
            if what == "write":
                data, size, offset = arguments
                self.log.append((what, path, offset, c.string_at(data, size)))
            else:
                self.log.append((what, path, *arguments))
            return original(file, *arguments)

        return call

    def _delete(self, _, name, sync):
        path = name.decode()
        code = self.fail("delete", path)
        if code:
            return code
        self.log.append(("delete", path, sync))
        return c.cast(self._base.contents.delete, DELETE)(c.addressof(self._base.contents), name, sync)


def after_power_cut(log, dice):
    """The files as a power cut after these operations may leave them: {path: bytes}.

    What was synced is there. Of what was written since, each sector is there or not; a deletion that was not
    synced may have happened or not, and a file that was never synced may be missing.
    """
    disk, pending = {}, {}
    for what, path, *rest in log:
        if what == "sync":
            disk[path] = _applied(disk.get(path, b""), pending.pop(path, []))
        elif what in {"write", "truncate"}:
            pending.setdefault(path, []).append((what, *rest))
        elif what == "delete" and (rest[0] or dice.random() < 0.5):
            disk.pop(path, None)
            pending.pop(path, None)
    for path, operations in pending.items():
        if path in disk or dice.random() < 0.5:
            disk[path] = _applied(disk.get(path, b""), _torn(operations, dice))
    return disk


def _torn(operations, dice):
    share = dice.random()
    for what, *rest in operations:
        if what == "truncate":
            if dice.random() < share:
                yield what, *rest
            continue
        offset, data = rest
        for k in range(0, len(data), _SECTOR):
            if dice.random() < share:
                yield "write", offset + k, data[k : k + _SECTOR]


def _applied(content, operations):
    made = bytearray(content)
    for what, at, *data in operations:
        if what == "truncate":
            del made[at:]
        else:
            if len(made) < at:
                made.extend(bytes(at - len(made)))
            made[at : at + len(data[0])] = data[0]
    return bytes(made)
