"""The drawn edges at which labels change: what moves when a source's line moves."""

import numpy as np

from merestone.compare.overlay import Overlay
from merestone.geometry.faces import shared_edges
from merestone.model.results import DrawnEdges


def drawn_edges(overlay: Overlay, difference_of_face: np.ndarray) -> DrawnEdges:
    """The edges of the faces of an overlay across which the label of some source changes."""
    edges = shared_edges(overlay.faces)
    left, right = overlay.codes[edges.left], overlay.codes[edges.right]
    changes = (left != right).any(axis=1)
    return DrawnEdges(
        sources=overlay.sources,
        labels=overlay.vocabulary.labels,
        start=edges.start[changes],
        end=edges.end[changes],
        left=left[changes],
        right=right[changes],
        left_difference=difference_of_face[edges.left[changes]],
        right_difference=difference_of_face[edges.right[changes]],
    )
