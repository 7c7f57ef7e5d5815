"""Findings made while a source or layer is read and examined (layer ``sources``)."""

from merestone.model.catalogue.entry import Entry

READING: dict[str, Entry] = {}
