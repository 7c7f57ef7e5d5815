"""What is noted while one source or layer is read: findings, and errors that name the place."""

from typing import Any

from merestone.errors import BadInputError
from merestone.model.findings import Finding, finding


class Notes:
    """Collects the findings of one source or layer; words its errors."""

    def __init__(self, source: str | None, path: str) -> None:
        self.source = source
        self.path = path
        self._found: list[Finding] = []
        self._tallies: dict[str, dict[str, Any]] = {}

    @property
    def what(self) -> str:
        """How messages name it: ``source 'osm-2017' (sources/osm-2017.geojson)``."""
        return f"source '{self.source}' ({self.path})" if self.source else f"layer {self.path}"

    def add(self, code: str, place: tuple[float, float] | None = None, **values: Any) -> None:
        """Note a finding; ``what`` is among its values."""
        self._found.append(finding(code, source=self.source, place=place, what=self.what, **values))

    def tally(self, code: str, **counts: int) -> None:
        """Count towards one finding of this code, however many selections of a file add to it."""
        sums = self._tallies.setdefault(code, dict.fromkeys(counts, 0))
        for name, count in counts.items():
            sums[name] += count

    def refuse(self, message: str, *, hint: str | None = None) -> BadInputError:
        """The error to raise: `message` after the name of the source and its file."""
        return BadInputError(f"{self.what}: {message}", hint=hint)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, each once, in the order in which it was."""
        counted = [
            finding(code, source=self.source, what=self.what, **counts)
            for code, counts in self._tallies.items()
        ]
        once: list[Finding] = []
        for note in [*counted, *self._found]:
            if note not in once:
                once.append(note)
        return tuple(once)


class FileNotes(Notes):
    """Notes on a file that belongs to no source and no dossier: it is named by its path."""

    def __init__(self, path: str) -> None:
        super().__init__(None, path)

    @property
    def what(self) -> str:
        return self.path
