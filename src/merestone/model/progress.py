"""How long work tells how far it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the stage, what it is at, and the share done (0 to 1, or None)."""

    def __call__(self, stage: str, item: str | None = None, share: float | None = None) -> None: ...


def silent(stage: str, item: str | None = None, share: float | None = None) -> None:
    """The progress that nobody sees."""
