"""Numbers in, numbers out: distances, areas, faces on the ellipsoid; no parties, no sources.

Coordinates are longitude, latitude in degrees; edges are straight in longitude/latitude.
"""
