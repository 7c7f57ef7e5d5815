"""``python -m merestone``."""

from merestone.cli import main

main()
