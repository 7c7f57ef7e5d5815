"""The words of merestone as types: frozen, slotted dataclasses and enums, no behaviour beyond checks."""
