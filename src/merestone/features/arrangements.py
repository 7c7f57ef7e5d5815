"""Transit arrangements that stretches of a road carry, and their state on a day that the user gives."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from merestone.errors import BadInputError
from merestone.model.sources import Arrangement

_ROUNDED_KM = 0.001
"""Kilometres are written to a metre; so much may an arrangement reach beyond the end of a route."""


def arrangements_of(
    arrangements: Sequence[Arrangement], routes: Mapping[str, float]
) -> dict[str, list[dict[str, Any]]]:
    """The arrangements of each route in the order of their kilometres and dates.

    ``routes`` maps ids to lengths in kilometres.
    Raises BadInputError where one names no route, or kilometres beyond its end.
    """
    found: dict[str, list[Arrangement]] = {}
    for one in arrangements:
        if one.route not in routes:
            raise BadInputError(f"{one.where}.route = {one.route!r}: {_no_route(one.route, routes)}")
        length_km = routes[one.route]
        if one.to_km > length_km + _ROUNDED_KM:
            raise BadInputError(
                f"{one.where}.to_km = {one.to_km:g}: the route {one.route!r} is {length_km:.3f} km long;"
                " correct the kilometres"
            )
        found.setdefault(one.route, []).append(one)
    return {
        route: [_entry(one) for one in sorted(listed, key=lambda a: (a.from_km, a.to_km, a.since))]
        for route, listed in found.items()
    }


def state_on(since: str, until: str | None, day: str) -> str:
    """``open`` from the first to the last day, both included; ``closed`` before, ``expired`` after."""
    if day < since:
        return "closed"
    return "expired" if until is not None and day > until else "open"


def with_states(roads: Iterable[Mapping[str, Any]], day: str) -> tuple[Mapping[str, Any], ...]:
    """Entries of roads with the state that each of their arrangements has on a day, YYYY-MM-DD."""
    return tuple(
        {
            **road,
            "arrangements": [
                {**one, "state": state_on(one["since"], one["until"], day)} for one in road["arrangements"]
            ],
        }
        for road in roads
    )


def _no_route(wanted: str, routes: Mapping[str, float]) -> str:
    if not routes:
        return "no layer of roads has a route in the corridor; add a [[layer]] of kind 'roads'"
    close = get_close_matches(wanted, sorted(routes), n=1, cutoff=0.0)
    return (
        f"none of the {len(routes)} routes has this id; the nearest is {close[0]!r}"
        " (`merestone features` lists them)"
    )


def _entry(one: Arrangement) -> dict[str, Any]:
    return {
        "from_km": one.from_km,
        "to_km": one.to_km,
        "since": one.since,
        "until": one.until,
        "terms": one.terms,
        "entry": one.entry,
        "state": None,
    }
