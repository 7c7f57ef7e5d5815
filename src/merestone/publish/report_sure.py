"""How sure figures are, for the report: intervals in words, bars of areas, what chance would show."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10

from merestone.model.results import CONFIRMED, Comparison, Interval, Section, Verdict
from merestone.publish.report_text import metres, square_kilometres

CANNOT_SAY = "cannot say"


@dataclass(frozen=True, slots=True)
class AreaBar:
    """The bar of a difference and its interval, if it has one, in pixels of the widest, which is 100 wide."""

    area: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many of the differing sections are statistically confirmed, and their length."""

    sections: int
    length_km: float
    of_sections: int
    largest_95: float


def area_bars(c: Comparison) -> dict[str, AreaBar]:
    """Bars of all listed differences on one logarithmic scale, from the smallest listed area up."""
    listed = c.differences.listed
    least = max(float(c.parameters["min_difference_km2"]), 1e-4)
    ends = [one.area_km2 for one in listed] + [one.area_95_km2[1] for one in listed if one.area_95_km2]
    most = max([*ends, 10.0 * least])

    def at(area_km2: float) -> float:
        share = log10(max(area_km2, least) / least) / log10(most / least)
        return round(100.0 * share, 1)

    return {
        one.id: AreaBar(at(one.area_km2), *(map(at, one.area_95_km2) if one.area_95_km2 else (None, None)))
        for one in listed
    }


def confirmed(c: Comparison) -> Confirmed | None:
    """None where no realisations were drawn, or no section can be judged."""
    largest = c.uncertainty.get("largest_95")
    if largest is None:
        return None
    differing = [section for section in c.sections if section.verdict is Verdict.DIFFERING]
    sure = [section for section in differing if is_confirmed(section)]
    return Confirmed(len(sure), sum(section.length_km for section in sure), len(differing), float(largest))


def is_confirmed(section: Section) -> bool:
    """Whether chance alone would show so large an offset in at most 5 % of cases."""
    return section.p_chance is not None and section.p_chance <= CONFIRMED


def chance_words(c: Comparison, section: Section) -> tuple[str, str]:
    """`p_chance` for people, and its range where every length is a fifth or five times as long."""
    if section.p_chance is None:
        return CANNOT_SAY, ""
    tried = [
        value
        for one in c.uncertainty.get("sensitivity", ())
        if (value := one["p_chance"].get(section.id)) is not None
    ]
    words = f"{section.p_chance:.3f}"
    low, high = (
        f"{value:.3f}" for value in (min([*tried, section.p_chance]), max([*tried, section.p_chance]))
    )
    return words, "" if low == high else f"{low}–{high}"


def area_interval(interval: Interval | None) -> str:
    """A 95 % interval of an area."""
    if interval is None:
        return CANNOT_SAY
    low, high = (square_kilometres(end) for end in interval)
    return f"{low} to {high}"


def net_words(area_km2: float) -> str:
    """How much more or less land."""
    return f"{square_kilometres(abs(area_km2))} {'less' if area_km2 < 0.0 else 'more'}"


def net_interval(interval: Interval | None) -> str:
    """A 95 % interval of how much more land."""
    return CANNOT_SAY if interval is None else " to ".join(net_words(end) for end in interval)


def offset_interval(interval: Interval | None, toward: str | None, parties: tuple[str, str]) -> str:
    """A 95 % interval of a mean offset that is displaced `toward` a party, from its far end to the other."""
    if interval is None or toward is None:
        return ""
    other = parties[0] if toward == parties[1] else parties[1]
    low, high = interval
    if low >= 0.0:
        return f"{metres(low)} to {metres(high)}"
    return f"{metres(-low)} toward {other} to {metres(high)} toward {toward}"


def unbroken(words: str) -> str:
    """To be broken at no place but before “to”: a figure, its unit and its direction stay together."""
    kept = words.replace(" ", "\N{NO-BREAK SPACE}")
    return kept.replace("\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}", " to\N{NO-BREAK SPACE}")


def signed_interval(interval: Interval | None, parties: tuple[str, str]) -> str:
    """A 95 % interval of a signed mean: a positive one is displaced toward the second party by id."""
    if interval is None:
        return CANNOT_SAY
    ends = [f"{metres(abs(end))} toward {parties[1] if end > 0.0 else parties[0]}" for end in interval]
    return " to ".join(ends)


def filters(c: Comparison) -> Mapping[str, object]:
    """What templates call these by."""
    parties = (c.parties[0].id, c.parties[1].id)
    return {
        "area_interval": area_interval,
        "chance": lambda section: chance_words(c, section),
        "confirmed": is_confirmed,
        "net_interval": net_interval,
        "net_words": net_words,
        "offset_interval": lambda at: offset_interval(at.mean_95_m, at.toward, parties),
        "unbroken": unbroken,
        "signed_interval": lambda interval: signed_interval(interval, parties),
    }
