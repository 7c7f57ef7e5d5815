"""How the report writes numbers, places, radii and names for people.

Figures are rounded for reading only; ``comparison.json`` holds them to the rounding that it states.
A minus never stands before a distance: directions are given as "toward" a party.
"""

from collections.abc import Mapping
from math import hypot, isfinite
from typing import Any

DASH = "–"
"""Stands where there is no figure."""
NO_RADIUS = "no 95 % radius known"
_TENTHS_PER_DEGREE = 36_000


def metres(value: float | None) -> str:
    """A distance in metres: to 1 m from 10 m upward, to 0.1 m from 1 m, below that to 1 mm."""
    if value is None or not isfinite(value):
        return DASH
    size = abs(value)
    if round(size, 1) >= 10:
        return f"{size:,.0f} m"
    return f"{size:.1f} m" if round(size, 3) >= 1 else f"{size:.3f} m"


def kilometres(value: float | None) -> str:
    """A length in kilometres with one decimal, three below 10 km."""
    if value is None or not isfinite(value):
        return DASH
    if value == 0:
        return "0 km"
    return f"{value:,.1f} km" if value >= 10 else f"{value:.3f} km"


def chainage(value: float) -> str:
    """Kilometres along the axis, to a metre, without the unit."""
    return f"{value:,.3f}"


def square_kilometres(value: float | None) -> str:
    """An area in km²: one decimal from 100, two from 1, four below."""
    if value is None or not isfinite(value):
        return DASH
    if value == 0:
        return "0 km²"
    decimals = 1 if value >= 100 else 2 if value >= 1 else 4
    return f"{value:,.{decimals}f} km²"


def percent(part: float, whole: float) -> str:
    """A share of a length, to 0.1 %."""
    return f"{100.0 * part / whole:.1f} %" if whole > 0 else DASH


def radius(accuracy_95_m: float | None) -> str:
    """The 95 % radius behind a figure, or that there is none."""
    return NO_RADIUS if accuracy_95_m is None else f"± {metres(accuracy_95_m)}"


def pair_radius_m(one_m: float | None, two_m: float | None) -> float | None:
    """The 95 % radius of the distance between two sources: the root of the sum of squares."""
    return None if one_m is None or two_m is None else hypot(one_m, two_m)


def within_180(lon: float) -> float:
    """A working longitude in [-180, 180)."""
    return lon if -180.0 <= lon < 180.0 else (lon + 180.0) % 360.0 - 180.0


def decimal(place: tuple[float, float]) -> str:
    """Latitude then longitude in decimal degrees with hemisphere letters, to about a metre."""
    lon, lat = within_180(place[0]), place[1]
    return f"{abs(lat):.5f}° {'S' if lat < 0 else 'N'}, {abs(lon):.5f}° {'W' if lon < 0 else 'E'}"


def dms(place: tuple[float, float]) -> str:
    """Latitude then longitude in degrees, minutes and seconds to 0.1″ (about 3 m)."""
    lon, lat = within_180(place[0]), place[1]
    return f"{_dms(lat, 'NS')} {_dms(lon, 'EW')}"


def _dms(value_deg: float, letters: str) -> str:
    degrees, minutes, tenths = sexagesimal(value_deg)
    return f"{degrees}°{minutes:02d}′{tenths // 10:02d}.{tenths % 10}″{letters[value_deg < 0]}"


def sexagesimal(value_deg: float) -> tuple[int, int, int]:
    """Whole degrees and minutes, and tenths of a second, of an angle without its sign."""
    minutes, tenths = divmod(round(abs(value_deg) * _TENTHS_PER_DEGREE), 600)
    return *divmod(minutes, 60), tenths


def name_of(names: Mapping[str, str], fallback: str) -> str:
    """One name where only one fits: English, else the first by language code, else `fallback`."""
    return names.get("en") or next((names[code] for code in sorted(names) if names[code]), fallback)


def plain(value: Any) -> str:
    """Any JSON value of a result, written for people."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {plain(value[key])}" for key in sorted(value))
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value) or "none"
    return str(value)
