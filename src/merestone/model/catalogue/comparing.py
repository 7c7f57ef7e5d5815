"""Findings made while sources are compared (layer ``compare``)."""

from merestone.model.catalogue.entry import Entry

COMPARING: dict[str, Entry] = {}
