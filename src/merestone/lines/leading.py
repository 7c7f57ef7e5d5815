"""Which of the lines of a piece the chainage of a source runs along."""

from collections.abc import Sequence

from merestone.geometry.lengths import chainages_m
from merestone.lines.joints import comes_before, eastward
from merestone.lines.pieces import SideLine
from merestone.lines.scale import Floats
from merestone.model.ellipsoid import Ellipsoid


def line_of(lines: Sequence[SideLine], ellipsoid: Ellipsoid) -> tuple[SideLine, Floats, float]:
    """The line along which chainage runs, in its direction, and its length in metres.

    The shorter of the lines of the two sides; tie (to the millimetre): the one whose vertices come first.
    A side whose boundary through an open piece is not one line does not come into question.
    """
    closed = all(line.closed for line in lines)
    wanted = [line for line in lines if closed or not line.closed]
    alone = [line for line in wanted if sum(other.side == line.side for other in wanted) == 1]
    best: tuple[SideLine, Floats, float] | None = None
    for line in alone or wanted:
        coords = eastward(line.coords)
        length_m = float(chainages_m(coords, ellipsoid)[-1])
        if best is None or _goes_first(coords, length_m, best, longest=not alone):
            best = (line, coords, length_m)
    assert best is not None, "a piece has at least one line"
    return best


def _goes_first(
    coords: Floats, length_m: float, best: tuple[SideLine, Floats, float], *, longest: bool
) -> bool:
    mine, theirs = round(length_m, 3), round(best[2], 3)
    if mine != theirs:
        return (mine > theirs) if longest else (mine < theirs)
    return comes_before(coords, best[1])
