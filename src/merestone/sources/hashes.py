"""The SHA-256 of the files of a dossier.

A file is hashed as it is. A source of several files is hashed over lines ``hash name``, one for each
member, sorted by code point and ended by a line feed; ``sha256sum`` and ``sort`` give the same.
"""

import hashlib
from pathlib import Path

from merestone.errors import BadInputError
from merestone.sources.members import member_name, members


def file_sha256(path: Path) -> str:
    """SHA-256 of the bytes of one file, as 64 hexadecimal digits; BadInputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInputError(f"{path}: it cannot be read ({error.strerror}); check its permissions") from None


def hash_of(path: Path) -> str:
    """The hash of a source, of however many files. Raises BadInputError where there is none."""
    try:
        found = members(path)
    except OSError as error:
        raise BadInputError(f"{path}: it cannot be read ({error.strerror}); check its permissions") from None
    if not found:
        what = "this folder holds no file" if path.is_dir() else "there is no such file"
        raise BadInputError(f"{path}: {what}; fetch it again or correct `path` in the dossier")
    if found == (path,):
        return file_sha256(path)
    lines = sorted(f"{file_sha256(member)} {member_name(path, member)}\n" for member in found)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
