"""Comparison of sources: offsets, differences, families, sections, and the mirrored result."""
