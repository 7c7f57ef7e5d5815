"""Rows of a file of places, collected into blocks of arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np

from merestone.model.places import Places
from merestone.sources.notes import Notes


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A block of places, and where in the file each stands, for messages."""

    places: Places
    where: Sequence[str]


class Collector:
    """Takes places one by one, gives them in a block."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._start()

    def _start(self) -> None:
        self._ids: list[str] = []
        self._names: list[str | None] = []
        self._lonlat: list[tuple[float, float]] = []
        self._accuracy: list[float] = []
        self.where: list[str] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, where: str, id_: str, name: str | None, lon: float, lat: float, accuracy_m: float) -> None:
        """One more place."""
        self._ids.append(id_)
        self._names.append(name)
        self._lonlat.append((lon, lat))
        self._accuracy.append(accuracy_m)
        self.where.append(where)

    def taken(self) -> Rows:
        """What was collected; the next one starts anew."""
        lonlat = within_turn(np.array(self._lonlat, dtype=np.float64).reshape(-1, 2), self._notes)
        rows = Rows(
            Places(self._ids, self._names, lonlat, np.array(self._accuracy, dtype=np.float64)), self.where
        )
        self._start()
        return rows


def within_turn(lonlat: np.ndarray, notes: Notes) -> np.ndarray:
    """Longitudes beyond 180 taken back a turn, with a finding."""
    beyond = lonlat[:, 0] > 180.0
    if beyond.any():
        notes.tally("longitudes-beyond-180", places=int(beyond.sum()))
        lonlat[beyond, 0] -= 360.0
    return lonlat


def accuracy_m(value: Any, where: str, notes: Notes) -> float:
    """A 95 % radius as a number or its text: nothing is unknown (NaN); negative ones are refused."""
    if value is None or value == "":
        return nan
    try:
        metres = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else nan
    except ValueError:
        metres = nan
    if not isfinite(metres):
        raise notes.refuse(f"{where} has the accuracy '{value}', which is no number of metres; write e.g. 25")
    if metres < 0.0:
        raise notes.refuse(
            f"{where} has the accuracy {metres:g} m; a radius is 0 (the place is exact) or more, and an "
            "empty cell says that it is unknown"
        )
    return metres


def degrees(lon: Any, lat: Any, where: str, notes: Notes) -> tuple[float, float]:
    """Longitude and latitude that stand as numbers in a file. Raises BadInputError for what is no place."""
    for name, value, least, most in (("longitude", lon, -180.0, 360.0), ("latitude", lat, -90.0, 90.0)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise notes.refuse(f"{where} has the {name} {value!r}, which is no number of degrees; correct it")
        if not least <= value <= most:
            turned = (
                " (longitude and latitude may be swapped)" if name == "latitude" and abs(value) <= 360 else ""
            )
            raise notes.refuse(
                f"{where} has the {name} {value:g}, which is not within {least:g} to {most:g}{turned}; "
                "correct it"
            )
    return float(lon), float(lat)
