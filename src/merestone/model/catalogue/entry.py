"""The form of one catalogue entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """``template`` is a ``str.format`` template over the finding's values and ``source``.

    ``explanation`` says, for the reference page, what it means and what a user can do.
    """

    severity: str
    template: str
    explanation: str

    def message(self, source: str | None, values: Mapping[str, Any]) -> str:
        """The sentence for these values; KeyError where one is missing. Lists are set with commas."""
        shown = {name: _Listed(value) if isinstance(value, list) else value for name, value in values.items()}
        return self.template.format(source=source, **shown)


class _Listed(list[Any]):
    """A list as a sentence has it; a template may still ask for one item of it."""

    def __format__(self, how: str) -> str:
        return ", ".join(format(item, how) for item in self)
