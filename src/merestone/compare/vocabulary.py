"""The labels that occur with two parties, and their codes."""

from dataclasses import dataclass

from merestone.model.labels import BOTH, NEITHER, SILENT


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A label's code is its place in ``labels``. ``parties`` are in the order of their ids."""

    parties: tuple[str, str]

    @property
    def labels(self) -> tuple[str, ...]:
        one, other = self.parties
        return (one, other, BOTH, NEITHER, f"not-{one}", f"not-{other}", SILENT)

    def code(self, label: str) -> int:
        """The code of a label; ValueError for one that does not occur with these parties."""
        return self.labels.index(label)
