"""Make a dossier and register its sources and layers."""

from merestone.sources.register import Added, Made, add_layers, add_sources, make_dossier

__all__ = ["Added", "Made", "add_layers", "add_sources", "make_dossier"]
