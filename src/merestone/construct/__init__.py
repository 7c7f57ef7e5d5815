"""Candidate lines and why each runs where it does: median, straight, equal area, consensus, assembled."""
