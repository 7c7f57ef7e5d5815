"""Where places lie by every source of a dossier, without the whole comparison."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from merestone.compare.ground import ground_of
from merestone.compare.run import limit_lines
from merestone.errors import BadInputError, UsageError
from merestone.features.located import Located
from merestone.features.places import PlaceFinder
from merestone.model.coordinates import parse_pair
from merestone.model.places import Places
from merestone.model.progress import Progress, silent
from merestone.model.sources import Case
from merestone.publish.places import FORMS, Form, Record, place_records
from merestone.service.versions import tool
from merestone.sources.placegrid import Grid, grid_of
from merestone.sources.write import replacing

BLOCK = 1 << 17
"""Places of a file that are taken together: half as many as are fastest, for less than 500 MB."""


class Locator:
    """A dossier, read and traced, ready to be asked about places.

    Making one costs reading the sources, tracing their limits and cutting the axis into sections:
    a third of a comparison. After that a million places take a minute or two, and to write down
    what is said of them four times as long.
    """

    def __init__(self, case: Case, *, progress: Progress = silent) -> None:
        self._ground = ground_of(case, progress)
        self._finder = PlaceFinder(self._ground)
        self.case = self._ground.case

    def find(self, lonlat: Any, accuracy_95_m: Any = 0.0) -> Located:
        """What every source says of places, (n, 2) longitude, latitude in degrees on WGS 84.

        ``accuracy_95_m`` is their 95 % radius, one or (n,): 0 for exact places, NaN where unknown.
        """
        places = np.asarray(lonlat, dtype=np.float64)
        return self._finder.find(places, np.broadcast_to(np.asarray(accuracy_95_m, dtype=float), len(places)))

    def grid(self, text: str) -> Grid:
        """The reference system called `text`, for places that are given in it.

        Its operation to WGS 84 is that of a source in the same system, else pinned for where the limits lie.
        """
        lines = limit_lines(self._ground.tracing) or [np.array([[0.0, 0.0]])]
        every = np.concatenate(lines)
        (west, south), (east, north) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
        return grid_of(text, self.case.sources, (west, south, east, north))

    @property
    def head(self) -> Mapping[str, Any]:
        """What stands before the places in JSON."""
        return {
            "tool": tool(),
            "dossier": {"title": self.case.title, "sha256": self.case.sha256},
            "parties": [{"id": party.id, "names": party.names} for party in self.case.parties],
            "maps": [
                {
                    "id": source.info.id,
                    "kind": source.info.kind,
                    "date": source.info.date,
                    "accuracy_95_m": source.info.accuracy_95_m,
                    "assumed": bool(source.info.accuracy and source.info.accuracy.assumed),
                    "labels": self._finder.labels_of(source.info.id),
                }
                for source in self.case.sources
            ],
        }

    def records(self, blocks: Iterable[Places]) -> Iterator[Record]:
        """The answers for places that come in blocks, one object a place as in JSON."""
        for places in blocks:
            yield from place_records(places, self.find(places.lonlat, places.accuracy_95_m))

    def texts(self, blocks: Iterable[Places], form: type[Form]) -> Iterator[str]:
        """The text of all answers in one form, piece after piece."""
        written = form(self.head)
        yield written.start()
        yield from written.lines(self.records(blocks))
        yield written.end()

    def write(self, blocks: Iterable[Places], out: Path) -> None:
        """Write the answers into `out`, whole or not at all, in the form that its ending says.

        Raises EnvironmentRefusedError where it cannot be written.
        """
        form = form_for(out)
        with replacing(out) as sink:
            for text in self.texts(blocks, form):
                sink.write(text.encode("utf-8"))


def one_place(
    words: Sequence[str], order: str | None, accuracy_95_m: float, grid: Grid | None = None
) -> Places:
    """The place that the words on a command line give. Raises BadInputError where they cannot be read."""
    if not (isfinite(accuracy_95_m) and accuracy_95_m >= 0.0):
        raise BadInputError(
            f"--accuracy {accuracy_95_m:g}: a radius is 0 (the place is exact) or more metres"
        )
    own = np.array([accuracy_95_m])
    text = " ".join(words)
    if grid is not None:
        return Places([text], [None], grid.place(words, order), grid.with_operation(own))
    return Places([text], [None], np.array([parse_pair(text, order)]), own)


def form_for(out: Path) -> type[Form]:
    """The form that the ending of a file name asks for. Raises UsageError for another ending."""
    form = FORMS.get(out.suffix.lower())
    if form is None:
        raise UsageError(f"-o {out}: the ending says the form, and it is none of {', '.join(sorted(FORMS))}")
    return form


__all__ = ["BLOCK", "Locator", "form_for"]
