"""Where a desk's record, dossier and keys are, and what time it states."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from merestone.errors import BadInputError, RefusedByRulesError, UsageError
from merestone.record.signing import KeySigner
from merestone.store.keyfiles import KeyFile, read_key, unlock
from merestone.store.recordfile import RecordFile

NAME = "record.mrec"
"""The record beside a dossier."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command of the record is given.

    ``ask`` is called with the path of a key for its passphrase, once a key is needed.
    """

    record: Path
    dossier: Path | None
    key: Path | None
    ask: Callable[[Path], str]
    _open: dict[Path, KeySigner] = field(default_factory=dict)

    def key_path(self, party: str) -> Path:
        """The file of the operational key: the one that was named, else the one of the user's own folder."""
        if self.key is not None:
            return self.key
        from platformdirs import user_data_path

        return user_data_path("merestone") / "keys" / f"{party}.mkey"

    def root_path(self, party: str) -> Path:
        """The file of the root key: beside the operational one, with ``.root`` after its name."""
        path = self.key_path(party)
        return path.with_name(path.name + ".root")

    def signer(self, party: str) -> KeySigner:
        """The operational key of `party`, opened. Raises RefusedByRulesError where it is another party's."""
        return self._unlocked(self.key_path(party), party, "operational")

    def root(self, party: str) -> KeySigner:
        """The root key of `party`, opened."""
        return self._unlocked(self.root_path(party), party, "root")

    def _unlocked(self, path: Path, party: str, kind: str) -> KeySigner:
        if path not in self._open:
            key = read_key(path)
            _check_whose(path, key, party, kind)
            self._open[path] = unlock(path, key, self.ask(path))
        return self._open[path]

    @contextmanager
    def opened(self) -> Iterator[RecordFile]:
        """The record, open and locked."""
        with RecordFile.open(self.record) as file:
            yield file


def _check_whose(path: Path, key: KeyFile, party: str, kind: str) -> None:
    if key.party != party:
        raise RefusedByRulesError(f"{path}: a key of {key.party}; this is the desk of {party}")
    if key.kind != kind:
        raise UsageError(f"{path}: a key of kind '{key.kind}', where one of kind '{kind}' is needed")


def desk(record: Path | None, dossier: Path | None, key: Path | None, ask: Callable[[Path], str]) -> Desk:
    """A desk from what a user named: the record lies beside the dossier, the dossier beside the record."""
    folder = dossier if dossier is not None else (record.parent if record is not None else Path())
    if folder.name == "dossier.toml":
        folder = folder.parent
    found = folder if (folder / "dossier.toml").is_file() else None
    if dossier is not None and found is None:
        raise BadInputError(f"{dossier}: no dossier.toml there; name the folder of a dossier")
    if found is None and Path("dossier.toml").is_file():
        found = Path()
    return Desk(record if record is not None else folder / NAME, found, key, ask)


def now() -> str:
    """The time that this machine states, in UTC; a statement, on which no rule rests."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
