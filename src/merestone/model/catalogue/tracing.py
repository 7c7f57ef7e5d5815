"""Findings made while limits and pieces are taken from sources (layer ``lines``)."""

from merestone.model.catalogue.entry import Entry

TRACING: dict[str, Entry] = {}
