"""Areas by label: of each source, and of each pair of sources."""

from collections.abc import Mapping

import numpy as np

from merestone.compare.overlay import Overlay

M2_PER_KM2 = 1e6


def source_areas_km2(overlay: Overlay) -> dict[str, Mapping[str, float]]:
    """For each source its area in the corridor by label, in km²; labels without area are left out.

    The areas of a source add up to the corridor.
    """
    labels = overlay.vocabulary.labels
    found: dict[str, Mapping[str, float]] = {}
    for column, source in enumerate(overlay.sources):
        sums_m2 = _sums_m2(overlay.codes[:, column], overlay)
        found[source] = {
            labels[code]: float(sums_m2[code]) / M2_PER_KM2
            for code in sorted(np.flatnonzero(sums_m2 > 0.0), key=labels.__getitem__)
        }
    return found


def pair_areas_km2(overlay: Overlay) -> dict[tuple[str, str], Mapping[str, float]]:
    """For each directed pair of sources the area by pair of labels, in km².

    ``[i, j]["ARM>AZE"]`` is land that i shows as ARM's alone and j as AZE's alone; pairs of labels
    without area are left out. ``[j, i]`` holds the very same numbers with the labels turned round.
    The sums over the labels of j are the areas of i, but for the last bits.
    """
    found: dict[tuple[str, str], Mapping[str, float]] = {}
    labels = overlay.vocabulary.labels
    for one, source in enumerate(overlay.sources):
        for two in range(one + 1, len(overlay.sources)):
            both = overlay.codes[:, one].astype(np.intp) * len(labels) + overlay.codes[:, two]
            sums_m2 = _sums_m2(both, overlay)
            cells = {divmod(int(k), len(labels)): float(sums_m2[k]) for k in np.flatnonzero(sums_m2 > 0.0)}
            there = {f"{labels[a]}>{labels[b]}": m2 / M2_PER_KM2 for (a, b), m2 in cells.items()}
            back = {f"{labels[b]}>{labels[a]}": m2 / M2_PER_KM2 for (a, b), m2 in cells.items()}
            found[source, overlay.sources[two]] = dict(sorted(there.items()))
            found[overlay.sources[two], source] = dict(sorted(back.items()))
    return dict(sorted(found.items()))


def _sums_m2(codes: np.ndarray, overlay: Overlay) -> np.ndarray:
    """Area by code, added up in the order of the faces, which knows nothing of parties."""
    count = len(overlay.vocabulary.labels) ** 2
    return np.bincount(codes, weights=overlay.faces.areas_m2, minlength=count)
