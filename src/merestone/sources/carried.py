"""The entries of a dossier about use: ``[[arrangement]]`` on roads and ``[[access]]`` along the axis."""

from collections.abc import Sequence
from typing import Any

from merestone.errors import BadInputError, UsageError
from merestone.model.sources import Access, Arrangement
from merestone.sources.keynames import ACCESS_KEYS, ARRANGEMENT_KEYS
from merestone.sources.keys import At, Keys, items, long_text, matching, number, text
from merestone.sources.values import a_date

_KM = number(least=0.0, most=100_000.0, unit="kilometres")
_PIECE = matching(r"[MEX][1-9][0-9]*", "the id of a piece of the axis, such as 'M1'")
_OVERLAP_KM = 1e-9


def a_day(at: At, value: Any) -> str:
    """A day of the calendar, as ISO text."""
    made = a_date(at, value)
    if made.count("-") != 2:
        raise at.refuse(value, "this must be a whole day; write e.g. 2021-05-12")
    return made


def day_of(words: str) -> str:
    """A day that a user names on the command line; UsageError for what is none."""
    try:
        return a_day(At("--as-of"), words)
    except BadInputError as error:
        raise UsageError(f"--as-of {words!r} is no day of the calendar; write e.g. 2021-05-12") from error


def arrangements(keys: Keys) -> tuple[Arrangement, ...]:
    """Every ``[[arrangement]]``, by route and kilometre. Raises BadInputError where two overlap in both
    kilometres and days."""
    found = keys.listed("arrangement", items(_arrangement))
    for k, one in enumerate(found):
        for j, other in enumerate(found[:k]):
            if _overlap(one, other):
                raise (
                    keys.at.key("arrangement")
                    .item(k)
                    .wrong(
                        f"on the route {one.route!r} it overlaps arrangement[{j + 1}], km {other.from_km:g}"
                        f" to {other.to_km:g} from {other.since} to {other.until or 'no end'}; part them by"
                        " kilometres or by days"
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.route, one.from_km, one.to_km, one.since)))


def accesses(keys: Keys) -> tuple[Access, ...]:
    """Every ``[[access]]``, by piece and kilometre. Raises BadInputError where two overlap."""
    found = keys.listed("access", items(_access))
    for k, one in enumerate(found):
        for j, other in enumerate(found[:k]):
            if one.piece == other.piece and _side_by_side(one, other):
                raise (
                    keys.at.key("access")
                    .item(k)
                    .wrong(
                        f"along {one.piece} it overlaps access[{j + 1}], km {other.from_km:g} to"
                        f" {other.to_km:g}; part them"
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.piece, one.from_km, one.to_km)))


def _arrangement(at: At, value: Any) -> Arrangement:
    keys = Keys(at, value, ARRANGEMENT_KEYS)
    from_km, to_km = _span(keys)
    since = keys.needed("since", a_day, "since = 2021-05-12")
    until = keys.optional("until", a_day)
    if until is not None and until < since:
        raise at.key("until").refuse(until, f"this is before its first day, {since}; exchange them")
    return Arrangement(
        where=f"{at.file}: {at.path}",
        route=keys.needed("route", text, 'route = "CG-2"'),
        from_km=from_km,
        to_km=to_km,
        since=since,
        until=until,
        terms=keys.optional("terms", long_text),
        entry=keys.optional("entry", text),
    )


def _access(at: At, value: Any) -> Access:
    keys = Keys(at, value, ACCESS_KEYS)
    from_km, to_km = _span(keys)
    months = keys.needed("months", items(_month), "months = [5, 6, 7, 8, 9, 10]")
    if len(set(months)) < len(months):
        raise at.key("months").refuse(list(months), "a month stands in it twice; name each once")
    return Access(
        where=f"{at.file}: {at.path}",
        piece=keys.needed("piece", _PIECE, 'piece = "M1"'),
        from_km=from_km,
        to_km=to_km,
        months=tuple(sorted(months)),
        reason=keys.optional("reason", long_text),
    )


def _span(keys: Keys) -> tuple[float, float]:
    from_km, to_km = keys.needed("from_km", _KM, "from_km = 12.4"), keys.needed("to_km", _KM, "to_km = 33.1")
    if not from_km < to_km:
        raise keys.at.key("to_km").refuse(to_km, f"this is not beyond from_km = {from_km:g}; exchange them")
    return from_km, to_km


def _month(at: At, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 12:
        raise at.refuse(value, "a month is a whole number from 1 to 12")
    return value


def _side_by_side(one: Arrangement | Access, other: Arrangement | Access) -> bool:
    return min(one.to_km, other.to_km) - max(one.from_km, other.from_km) > _OVERLAP_KM


def _overlap(one: Arrangement, other: Arrangement) -> bool:
    days = max(one.since, other.since) <= min(one.until or "9999-12-31", other.until or "9999-12-31")
    return one.route == other.route and days and _side_by_side(one, other)


def entries_of(listed: Sequence[Arrangement | Access]) -> list[dict[str, Any]]:
    """As they enter the hash of a dossier: without their places in the file."""
    return [
        {
            name: getattr(one, name)
            for name in one.__slots__
            if name != "where" and getattr(one, name) is not None
        }
        for one in listed
    ]
