"""``description.json``: a line as turning points. Every other form is made from the same plain values."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from merestone.model.descriptions import DescribedLine, DescribedPoint, Description
from merestone.publish.plain import json_bytes, plain
from merestone.publish.rounding import FALLBACK, Rounding, normal_longitude, rounded

FORMAT = "merestone-description/1"
AZIMUTH_DEG = 6
"""Decimals of azimuths: 0.1 mm across in 6 km."""


def description_tree(
    description: Description, head: Mapping[str, Any], written_s: Fraction
) -> dict[str, Any]:
    """The plain values, rounded. ``written_s``: the seconds to which latitude and longitude are written."""
    tree = {
        "format": FORMAT,
        **plain(dict(head)),
        "title": description.title,
        "origin": plain(description.origin),
        "frame": description.frame,
        "grid": description.grid,
        "parameters": plain(description.parameters),
        "length_km": sum(line.length_m for line in description.lines) / 1000.0,
        "lines": [_line(line, description) for line in description.lines],
        "turning_points": [_point(point, written_s) for point in description.points],
        "findings": plain(description.findings),
    }
    done = rounded(tree, Rounding(FALLBACK))
    assert isinstance(done, dict)
    return done


def description_json(tree: Mapping[str, Any]) -> bytes:
    """The bytes of ``description.json``."""
    return json_bytes(tree)


def _line(line: DescribedLine, description: Description) -> dict[str, Any]:
    places = {point.n: [point.lon, point.lat] for point in description.points}
    return {
        "id": line.id,
        "closed": line.closed,
        "turning_points": [line.first, line.last],
        "length_m": line.length_m,
        "ground_m": line.ground_m,
        "departure_m": line.departure_m,
        "ends": [
            {"end": line.ends[k], "bearing_deg": line.bearing_deg[k], "point": places[number]}
            for k, number in enumerate((line.first, line.first if line.closed else line.last))
        ],
        "thinning": plain(line.thinning),
        "rounded": plain(line.rounding),
    }


def _point(point: DescribedPoint, written_s: Fraction) -> dict[str, Any]:
    leg = plain(point.leg)
    if leg is not None:
        leg["azimuth_deg"] = round(leg["azimuth_deg"], AZIMUTH_DEG) % 360.0
    return {
        "n": point.n,
        "line": point.line,
        "lat": point.lat,
        "lon": point.lon,
        "latitude": degrees_text(point.lat, written_s, "NS"),
        "longitude": degrees_text(normal_longitude(point.lon), written_s, "EW"),
        "east_m": point.east_m,
        "north_m": point.north_m,
        "cumulative_m": point.cumulative_m,
        "base_points": {party: list(place) for party, place in sorted(point.base_points.items())},
        "leg": leg,
    }


def parted(degrees: float, step_s: Fraction) -> tuple[bool, int, int, Decimal]:
    """Whether an angle is negative, and its degrees, minutes and seconds to a multiple of the step."""
    seconds = round(Fraction(abs(degrees)) * 3600 / step_s) * step_s
    whole, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    decimals = decimals_of(step_s)
    shown = (Decimal(rest.numerator) / Decimal(rest.denominator)).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN
    )
    return degrees < 0.0 and seconds != 0, int(whole), int(minutes), shown


def decimals_of(step: Fraction) -> int:
    """Decimals that a multiple of the step needs, twelve at most."""
    return next((n for n in range(12) if (step * 10**n).denominator == 1), 12)


def degrees_text(degrees: float, step_s: Fraction, letters: str) -> str:
    """``41°17′30.125″N``: as tables of coordinates are read."""
    negative, whole, minutes, seconds = parted(degrees, step_s)
    shown = f"{seconds:f}"
    if len(shown.partition(".")[0]) < 2:
        shown = "0" + shown
    return f"{whole}°{minutes:02d}′{shown}″{letters[1] if negative else letters[0]}"
