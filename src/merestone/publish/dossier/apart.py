"""Sets a PDF in a process of its own.

Typst keeps what it has laid out, a gigabyte for some hundred sections, until its process ends; six languages in
one process would need six of them. So each PDF is set by a process that is given all its files on its standard
input and gives back the PDF, and nothing else is asked of it.

Run as ``python -m merestone.publish.dossier.apart``.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import msgspec

from merestone.errors import EnvironmentRefusedError
from merestone.publish.dossier.typesetting import typeset

if TYPE_CHECKING:
    from merestone.publish.dossier.typst_pdf import Prepared


class _Job(msgspec.Struct):
    """What a process is given."""

    files: dict[str, bytes]
    standards: list[str]


def typeset_apart(made: "Prepared", language: str) -> bytes:
    """The PDF, the same bytes as in this process. Raises EnvironmentRefusedError where its process ends early."""
    job = msgspec.msgpack.encode(_Job(made.files, list(made.standards)))
    # -P: no module is taken from the folder in which a user happens to stand, which may be a dossier of others.
    command = [sys.executable, "-P", "-m", "merestone.publish.dossier.apart"]
    done = subprocess.run(command, input=job, capture_output=True, check=False)  # noqa: S603 - our own module
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"its process ended with {done.returncode}, as it does without memory"
        raise EnvironmentRefusedError(
            f"the PDF in {language} could not be set: {why}; free memory and try again"
        )
    return done.stdout


class Typesetting:
    """Sets PDFs one after the other beside whatever else is done meanwhile.

    One at a time, since each takes a gigabyte. ``with Typesetting() as setting: setting.begin("en", made); …;
    setting.done()``. What is not yet begun when the block ends by an exception is not begun.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1)
        self._begun: list[tuple[str, Future[bytes]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown(cancel_futures=True)

    def begin(self, language: str, made: "Prepared") -> None:
        """Set a PDF as soon as those before it are."""
        self._begun.append((language, self._worker.submit(typeset_apart, made, language)))

    def done(self) -> Iterator[tuple[str, bytes]]:
        """Language and bytes of each PDF, in the order in which they were begun; waits for each."""
        for language, future in self._begun:
            yield language, future.result()


def main() -> None:
    """Set one PDF from standard input to standard output."""
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Job)
    sys.stdout.buffer.write(typeset(job.files, job.standards))


if __name__ == "__main__":
    main()
