"""Laying a scanned map onto its plane by control points (docs/method/georeferencing.md)."""
