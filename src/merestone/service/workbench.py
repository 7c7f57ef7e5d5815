"""Open a dossier and do with it what a user wants: check, lock, compare."""

from pathlib import Path
from typing import TYPE_CHECKING

from merestone.model.documents import Evidence
from merestone.model.findings import Finding
from merestone.model.progress import Progress, silent
from merestone.model.sources import Case, Party
from merestone.service.check import findings_of
from merestone.service.enrich import compared
from merestone.service.result import Comparison
from merestone.sources.canonical import dossier_digest
from merestone.sources.dossier import read_dossier
from merestone.sources.load import Files, load_case, read_files
from merestone.sources.lock import check_lock, lock_and_files, make_lock, read_lock, write_lock
from merestone.sources.spec import DossierSpec, Lock

if TYPE_CHECKING:
    from merestone.service.locate import Locator


class Dossier:
    """A dossier that was opened: parties, sources and settings as ``dossier.toml`` gives them.

    Nothing is read from the sources until a method needs it; the files are never written.
    """

    def __init__(self, spec: DossierSpec) -> None:
        self.spec = spec

    def __repr__(self) -> str:
        return f"<Dossier {self.title!r}: {len(self.spec.sources)} sources>"

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def path(self) -> Path:
        """The folder of the dossier."""
        return self.spec.root

    @property
    def parties(self) -> tuple[Party, Party]:
        """The two parties, sorted by id."""
        return self.spec.parties

    @property
    def evidence(self) -> Evidence:
        """Documents, citations, legal basis, positions and names; no file is read for it."""
        return self.spec.evidence

    def read(self, *, progress: Progress = silent) -> Case:
        """Read every source and layer, refusing a file that no longer fits ``dossier.lock``.

        Raises BadInputError with the file, feature or key and what to do.
        """
        lock, files = self._locked(progress)
        sha256, oriented = dossier_digest(self.spec, lock)
        return load_case(self.spec, lock, sha256=sha256, oriented=oriented, files=files, progress=progress)

    def compare(self, *, progress: Progress = silent) -> Comparison:
        """Compare every source with every other: the main job."""
        return compared(self.read(progress=progress), progress=progress)

    def locator(self, *, progress: Progress = silent) -> "Locator":
        """Read and trace the sources, to be asked where places lie."""
        from merestone.service.locate import Locator

        return Locator(self.read(progress=progress), progress=progress)

    def check(self, *, progress: Progress = silent) -> tuple[Finding, ...]:
        """Examine every source and layer; the findings, errors first."""
        return findings_of(self.read(progress=progress), self.spec, progress=progress)

    def lock(self, *, progress: Progress = silent) -> Lock:
        """Write ``dossier.lock``: the hash of every file and the pinned datum operations."""
        lock = make_lock(self.spec, progress=progress)
        write_lock(self.spec.root, lock)
        return lock

    def _locked(self, progress: Progress) -> tuple[Lock, Files]:
        """What the files hold, with the lock that they fit; made in memory where there is none."""
        lock = read_lock(self.spec.root)
        if lock is None:
            return lock_and_files(self.spec, progress=progress)
        check_lock(self.spec, lock, progress=progress)
        return lock, read_files(self.spec, progress=progress)


def open_dossier(path: str | Path = ".") -> Dossier:
    """Open the dossier at `path`: a folder with a ``dossier.toml``, or that file itself.

    Raises BadInputError where the file is missing or says something that cannot be used.
    """
    return Dossier(read_dossier(Path(path)))
