"""Findings: coded notes about an input or a result.

A finding's message is always rendered from the template of its code and its values, so that
exchanging the parties in the values exchanges them in the text, and so that the documentation
can list every code. The catalogue is in ``merestone.model.catalogue``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from merestone.model.catalogue import CATALOGUE


class Severity(StrEnum):
    """How much a finding matters: ``error`` makes ``merestone check`` end with 1."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One coded note. ``place`` is (longitude, latitude) in degrees, or None.

    ``values`` holds plain JSON values: text, numbers, lists and mappings; every quantity has its
    unit in its name. Signed quantities do not occur: a direction is given as a party id.
    """

    code: str
    severity: Severity
    source: str | None
    message: str
    place: tuple[float, float] | None
    values: Mapping[str, Any]


def finding(
    code: str,
    *,
    source: str | None = None,
    place: tuple[float, float] | None = None,
    **values: Any,
) -> Finding:
    """Make a finding of a catalogued code; the message is rendered from ``values``.

    Raises KeyError where the code is not in the catalogue or the template needs a value
    that is not given: both are programming errors.
    """
    entry = CATALOGUE[code]
    message = entry.message(source, values)
    return Finding(code, Severity(entry.severity), source, message, place, values)
