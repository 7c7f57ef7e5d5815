"""Labels: what a source says of a place, and when two labels conflict.

A label is a plain string in results: a party id, ``both``, ``neither``, ``not-<party>`` (of a
one-sided source) or ``silent``. A one-sided source is silent about the party that it does not show.
"""

BOTH = "both"
NEITHER = "neither"
SILENT = "silent"


def says(label: str, party: str, *, one_sided: str | None = None) -> bool | None:
    """Whether `label` shows the place as `party`'s: True, False, or None where it is silent.

    ``one_sided`` is the party of a one-sided source, None for a two-sided one.
    """
    if label == SILENT or (one_sided is not None and party != one_sided):
        return None
    return label in (party, BOTH)


def conflict(says_one: tuple[bool | None, ...], says_two: tuple[bool | None, ...]) -> bool:
    """Two labels, seen per party, conflict if for some party one says yes and the other no."""
    return any(
        one is not None and two is not None and one is not two
        for one, two in zip(says_one, says_two, strict=True)
    )
