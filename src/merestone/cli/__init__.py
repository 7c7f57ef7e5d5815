"""The command line: parse, call a service, render."""

import sys


def main() -> None:
    """Run the command line and end the process with the documented exit code."""
    try:
        from merestone.cli.app import run
    except KeyboardInterrupt:  # before there is anything that could word it
        sys.stderr.write("error: interrupted; no file was left half written\n")
        sys.exit(23)
    sys.exit(run(sys.argv[1:]))
