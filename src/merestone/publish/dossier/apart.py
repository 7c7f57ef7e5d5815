"""Sets a PDF in a process of its own.

Typst keeps what it has laid out, a gigabyte for some hundred sections, until its process ends; six languages in
one process would need six of them. So each PDF is set by a process that is given all its files on its standard
input and gives back the PDF, and nothing else is asked of it.

Run as ``python -m merestone.publish.dossier.apart``.
"""

import subprocess
import sys
from typing import TYPE_CHECKING

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
    command = [sys.executable, "-m", "merestone.publish.dossier.apart"]
    done = subprocess.run(command, input=job, capture_output=True, check=False)  # noqa: S603 - our own module
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"its process ended with {done.returncode}, as it does without memory"
        raise EnvironmentRefusedError(
            f"the PDF in {language} could not be set: {why}; free memory and try again"
        )
    return done.stdout


def main() -> None:
    """Set one PDF from standard input to standard output."""
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Job)
    sys.stdout.buffer.write(typeset(job.files, job.standards))


if __name__ == "__main__":
    main()
