"""The command line: parse, call a service, render."""

import sys


def main() -> None:
    """Run the command line and end the process with the documented exit code."""
    from merestone.cli.app import run

    sys.exit(run(sys.argv[1:]))
