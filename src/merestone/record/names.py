"""Names of entries that people can say over the telephone: party, number, and a short code of the hash."""

import re

from merestone.errors import BadInputError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are misheard or misread."""
_NAME = re.compile(r"([A-Za-z0-9-]+?)[- ]([1-9][0-9]{0,15})(?:[- ]([0-9A-Za-z]{4})-?([0-9A-Za-z]{4}))?")


def short_code(hash_: str) -> str:
    """Forty bits of a hash as ``7KQ2-M9XP``: a check against a slip, not against an adversary."""
    number = int(hash_[:10], 16)
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def entry_name(party: str, seq: int, hash_: str) -> str:
    """``AAA 7 7KQ2-M9XP``."""
    return f"{party} {seq} {short_code(hash_)}"


def read_name(text: str) -> tuple[str, int, str | None]:
    """Party, number and short code (None where it is left out) of a name. Raises BadInputError.

    >>> read_name("AAA-7"), read_name("AAA 7 7kq2-m9xp")
    (('AAA', 7, None), ('AAA', 7, '7KQ2-M9XP'))
    """
    found = _NAME.fullmatch(text.strip())
    if not found:
        raise BadInputError(f"'{text}' is no name of an entry; write party and number, as in AAA-7")
    party, seq, first, last = found.groups()
    code = None if first is None else _read(f"{first}-{last}")
    return party, int(seq), code


def _read(code: str) -> str:
    return code.upper().translate(str.maketrans("ILO", "110"))
