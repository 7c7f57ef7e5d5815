"""Make a dossier and register its sources."""

from merestone.sources.register import Added, Made, add_sources, make_dossier

__all__ = ["Added", "Made", "add_sources", "make_dossier"]
