"""Limits, pieces and the axis: the lines that the sources show."""
