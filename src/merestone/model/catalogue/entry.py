"""The form of one catalogue entry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """``template`` is a ``str.format`` template over the finding's values and ``source``.

    ``explanation`` says, for the reference page, what it means and what a user can do.
    """

    severity: str
    template: str
    explanation: str
