"""What makes a published folder checkable: a bag after RFC 8493 with SHA-256 of everything, and signatures.

``manifest-sha256.txt`` lists what is below ``data/``, ``tagmanifest-sha256.txt`` all the rest; ``sha256sum -c``
reads both. A signature is a DSSE envelope over the hash of the tag manifest, in ``signatures/PARTY.dsse``, made
with an operational key of a party's record; it says that this folder is the one that the party published, and
nothing more: it accepts nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from merestone.errors import BadInputError
from merestone.publish import manifest
from merestone.publish.manifest import Entry
from merestone.publish.output import LOCK, STAGE
from merestone.record import signing

PAYLOADS = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SIGNED_TYPE = "application/vnd.merestone.publication+json"
FORMAT = "merestone-publication-signature/1"
_UNLISTED = frozenset({manifest.NAME, TAGS, LOCK})
_MOST_BYTES = 64 * 1024 * 1024
"""A list of hashes that is longer is not read."""


def listing(files: Mapping[str, Entry]) -> bytes:
    """Hashes and names as ``sha256sum`` writes them, sorted by name (names hold no line break)."""
    return "".join(f"{files[name].sha256}  {name}\n" for name in sorted(files)).encode("utf-8")


def is_payload(name: str) -> bool:
    """Whether a file is payload of the bag."""
    return name.startswith("data/")


def signature(tags: bytes, record: str, party: str, signer: signing.Signer) -> bytes:
    """The envelope of a party's signature over a tag manifest."""
    said = {
        "format": FORMAT,
        "party": party,
        "record": record,
        "tagmanifest_sha256": sha256(tags).hexdigest(),
    }
    payload = json.dumps(said, separators=(",", ":"), sort_keys=True).encode("utf-8")
    return signing.seal(payload, signer, SIGNED_TYPE) + b"\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature found in a folder. ``reason`` says why it does not stand, None where it does.

    ``known``: whether the key is one of the party's in the record that was given; None where none was.
    """

    file: str
    party: str | None
    key: str | None
    record: str | None
    reason: str | None
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a folder found; every list is sorted."""

    files: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    unlisted: tuple[str, ...]
    signatures: tuple[Signature, ...]

    @property
    def whole(self) -> bool:
        """Whether every file is there, as it was published, and none besides, and every signature stands."""
        stands = all(one.reason is None and one.known is not False for one in self.signatures)
        return stands and not (self.missing or self.changed or self.unlisted)


def check(folder: Path) -> Checked:
    """Check a published folder against its own lists. Raises BadInputError where it is none."""
    listed: dict[str, str] = {}
    for name in (TAGS, PAYLOADS):
        listed |= _read_listing(folder, name)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    missing, changed = [], []
    for name, digest in listed.items():
        path = folder / name
        if name not in there:
            missing.append(name)
        elif path.is_symlink() or manifest.entry_of(path).sha256 != digest:
            changed.append(name)
    signed = sorted(name for name in there if _is_signature(name))
    rest = there - listed.keys() - _UNLISTED - set(signed)
    tags = (folder / TAGS).read_bytes()
    return Checked(
        len(listed),
        tuple(sorted(missing)),
        tuple(sorted(changed)),
        tuple(sorted(name for name in rest if not name.startswith(f"{STAGE}/"))),
        tuple(_signature(folder, name, tags) for name in signed),
    )


def _is_signature(name: str) -> bool:
    return name.startswith("signatures/") and name.endswith(".dsse") and name.count("/") == 1


def _read_listing(folder: Path, name: str) -> dict[str, str]:
    path = folder / name
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInputError(f"{path}: is longer than {_MOST_BYTES} bytes; no list of a dossier is")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; name a folder that `merestone publish` wrote") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: cannot be read: {error}") from None
    return dict(_entries(path, text))


def _entries(path: Path, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        digest, gap, name = line.partition("  ")
        if len(digest) != 64 or not gap or not manifest.is_inside(name):
            raise BadInputError(
                f"{path}: line {number} is '{line[:80]}', no hash and name; take the folder anew from its publisher"
            )
        yield name, digest


def _signature(folder: Path, name: str, tags: bytes) -> Signature:
    try:
        payload, key, sig = signing.unseal((folder / name).read_bytes().rstrip(b"\n"), SIGNED_TYPE)
        said = json.loads(payload)
        party, record, digest = str(said["party"]), str(said["record"]), str(said["tagmanifest_sha256"])
        if said.get("format") != FORMAT:
            raise BadInputError(f"the signature is no {FORMAT}")
    except (BadInputError, ValueError, KeyError, TypeError, RecursionError) as error:
        return Signature(name, None, None, None, f"not a signature of a dossier: {error}")
    reason = None
    try:
        signing.verify(key, signing.pae(SIGNED_TYPE, payload), sig)
    except BadInputError as error:
        reason = error.message
    if reason is None and digest != sha256(tags).hexdigest():
        reason = f"it is over another folder: its {TAGS} has the hash {digest[:16]}…"
    return Signature(name, party, key, record, reason)
