"""What parties or a document say of a leg: what it follows, whether it moves with it, what prevails."""

import re

from merestone.model.candidates import FOLLOWS, PREVAILS

_MOVES = re.compile(r"fixed-at \d{4}-\d{2}-\d{2}|ambulatory|not-stated")
_WORDS = {"follows": FOLLOWS, "prevails": PREVAILS}


def wrong_term(term: str, said: str) -> str | None:
    """What to write instead of ``said`` for `term` (one of TERMS); None where it can stand."""
    if term == "moves":
        fits = _MOVES.fullmatch(said) is not None
        return None if fits else "write ambulatory, not-stated or fixed-at YYYY-MM-DD"
    return None if said in _WORDS[term] else f"write one of {', '.join(_WORDS[term])}"
