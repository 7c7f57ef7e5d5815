"""A description in words, and its table for people, in several languages: Markdown and HTML.

Words come from the templates in ``texts``; each says whether a speaker has reviewed it, and the text says so
where nobody has. Numbers, units and cardinal directions are written as CLDR gives them for the language
(numbers and units through Babel, directions from its ``coordinateUnit``, which Babel leaves out). Every
figure is one of the plain values of ``description.json``.
"""

import html
import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

from merestone.publish.descriptionjson import decimals_of, parted
from merestone.publish.descriptiontable import Row, cell, columns, rows
from merestone.publish.rounding import normal_longitude

LANGUAGES = ("az", "en", "fr", "hy", "ru", "zh")
"""In alphabetical order: none comes first."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}"
    "th,td{border:1px solid #bbb;padding:.2rem .5rem;text-align:right;white-space:nowrap}"
    "th{background:#f3f1ec}.mark{border-left:4px solid #7a4b00;padding-left:.8rem}"
)


class Words:
    """The templates and figures of one language."""

    def __init__(self, language: str, written_s: Fraction) -> None:
        self.language = language
        self.texts = _texts(language)
        self._locale = Locale.parse(language)
        self._step = written_s

    @property
    def reviewed(self) -> bool:
        return self.texts["reviewed_by"] is not None

    def say(self, key: str, **values: Any) -> str:
        """A sentence of the templates with its figures."""
        template = self.texts[key]
        assert isinstance(template, str)
        return template.format(**values)

    def number(self, value: float, decimals: int) -> str:
        """A figure with so many decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, pattern, locale=self._locale))

    def metres(self, value: float) -> str:
        return self._unit(value, "length-meter", 3)

    def km(self, value_m: float) -> str:
        return self._unit(value_m / 1000.0, "length-kilometer", 3)

    def km2(self, value: float) -> str:
        return self._unit(value, "area-square-kilometer", 4)

    def degrees(self, value: float, decimals: int = 6) -> str:
        return self._unit(value, "angle-degree", decimals)

    def _unit(self, value: float, unit: str, decimals: int) -> str:
        text = format_unit(value, unit, "short", format="#,##0." + "0" * decimals, locale=self._locale)
        return str(text)

    def place(self, point: Mapping[str, Any]) -> dict[str, str]:
        """``lat`` and ``lon`` of a point in degrees, minutes and seconds, with its cardinal directions."""
        return {
            "lat": self._angle(point["lat"], "NS"),
            "lon": self._angle(normal_longitude(point["lon"]), "EW"),
        }

    def _angle(self, value: float, letters: str) -> str:
        negative, whole, minutes, seconds = parted(value, self._step)
        decimals = decimals_of(self._step)
        pattern = "00" + ("." + "0" * decimals if decimals else "")
        shown = format_decimal(seconds, pattern, locale=self._locale)
        template = self.texts["compass"][letters[1] if negative else letters[0]]
        return str(template.format(f"{whole}°{minutes:02d}′{shown}″"))


def compass(language: str) -> Mapping[str, str]:
    """How a language writes an angle that counts to N, S, E or W; ``{0}`` stands for the angle."""
    found: Mapping[str, str] = _texts(language)["compass"]
    return found


@cache
def _texts(language: str) -> Mapping[str, Any]:
    text = files("merestone.publish").joinpath("texts", f"{language}.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def paragraphs(tree: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """The text as (kind, sentence): ``h1``, ``h2``, ``mark`` (how far it can be relied on), ``p``, ``li``."""
    first = tree["lines"][0]
    said = [("h1", words.say("heading", title=tree["title"]))]
    if not words.reviewed:
        said.append(("mark", words.say("unreviewed")))
    said.append(("mark", words.say("status")))
    step = first["rounded"]["step"]
    said.append(("p", words.say("frame", frame=tree["frame"], step=_step(step, words))))
    if tree["grid"]:
        said.append(("p", words.say("grid", grid=tree["grid"])))
    height_m = tree["parameters"]["height_m"]
    if height_m is not None:
        said.append(("p", words.say("ground", height=words.metres(height_m))))
    for line in tree["lines"]:
        points = [point for point in tree["turning_points"] if point["line"] == line["id"]]
        said.append(("h2", words.say("line_heading", line=line["id"])))
        said += [("p", text) for text in _about(line, points, words)]
        said += [("li", text) for text in _course(line, points, words)]
    return said


def _step(step: str, words: Words) -> str:
    """``0.001″`` or ``10 m`` as the language writes it."""
    figure = step.removesuffix("″").removesuffix(" m")
    decimals = len(figure.partition(".")[2])
    shown = words.number(float(figure), decimals)
    return f"{shown}″" if step.endswith("″") else words.metres(float(figure))


def _about(line: Mapping[str, Any], points: list[Any], words: Words) -> list[str]:
    done, thinning = line["rounded"], line["thinning"]
    texts = [words.say("summary", count=words.number(len(points), 0), length=words.km(line["length_m"]))]
    if thinning is None:
        texts.append(words.say("departure", departure=words.metres(line["departure_m"])))
    else:
        texts.append(
            words.say(
                "thinned",
                before=words.number(thinning["vertices_before"], 0),
                after=words.number(thinning["vertices_after"], 0),
                departure=words.metres(thinning["departure_m"]),
                balance=words.km2(abs(thinning["balance_km2"])),
            )
        )
    texts.append(
        words.say(
            "rounded",
            move=words.metres(done["largest_move_m"]),
            area=words.km2(done["area_moved_km2"]),
            turn=words.degrees(done["largest_turn_deg"]),
        )
    )
    return texts


def _course(line: Mapping[str, Any], points: list[Any], words: Words) -> list[str]:
    by_number = {point["n"]: point for point in points}
    start, end = line["ends"]
    key = "begin_open" if start["end"] == "open" and start["bearing_deg"] is not None else "begin"
    bearing = {} if key == "begin" else {"azimuth": words.degrees(start["bearing_deg"])}
    texts = [words.say(key, n=points[0]["n"], **words.place(points[0]), **bearing)]
    texts += [_leg(point, by_number[point["leg"]["to"]], words) for point in points if point["leg"]]
    if line["closed"]:
        texts.append(words.say("end_closed"))
    elif end["end"] == "open" and end["bearing_deg"] is not None:
        texts.append(words.say("end_open", n=points[-1]["n"], azimuth=words.degrees(end["bearing_deg"])))
    return texts


def _leg(point: Mapping[str, Any], to: Mapping[str, Any], words: Words) -> str:
    leg = point["leg"]
    text = words.say(
        "leg", n=point["n"], to=to["n"], kind=words.texts["kind"][leg["line_type"]],
        azimuth=words.degrees(leg["azimuth_deg"]), length=words.metres(leg["length_m"]), **words.place(to),
    )  # fmt: skip
    if leg["ground_m"] is not None:
        text += words.say("leg_ground", ground=words.metres(leg["ground_m"]))
    for key in ("follows", "moves", "prevails"):
        what = _term(key, leg[key], words)
        if what is not None:
            text += words.say(key, what=what)
    return text


def _term(key: str, value: str | None, words: Words) -> str | None:
    """What a term means in the language; None where it is not stated."""
    if value is None or value == "not-stated":
        return None
    known = words.texts[f"{key}_what"]
    if value.startswith("fixed-at "):
        return str(known["fixed"].format(day=value.removeprefix("fixed-at ")))
    return str(known.get(value, value))


def _shown(name: str, row: Row, words: Words) -> str:
    """A cell of the table as the language writes it; coordinates in seconds stay as `add` reads them."""
    value = row.get(name)
    if name in {"follows", "moves", "prevails"}:
        known = _term(name, None if value is None else str(value), words)
        return known or ("" if value is None else str(words.texts["not_stated"]))
    if isinstance(value, float):
        decimals = 9 if name in {"latitude_deg", "longitude_deg"} else 6 if name == "azimuth_deg" else 3
        return words.number(value, decimals)
    return cell(value)


def _heading(name: str, words: Words) -> str:
    known = words.texts["columns"]
    return str(known.get(name) or known["base"].format(party=name.removeprefix("base_")))


def markdown(tree: Mapping[str, Any], words: Words) -> bytes:
    """The text and the table as Markdown."""
    marks = {"h1": "# {}\n", "h2": "\n## {}\n", "mark": "> {}\n", "p": "{}\n", "li": "- {}"}
    lines = [marks[kind].format(_plain(text)) for kind, text in paragraphs(tree, words)]
    table = rows(tree)
    names = columns(table)
    lines += [f"\n## {words.say('table_heading')}\n"]
    lines.append("| " + " | ".join(_plain(_heading(name, words)) for name in names) + " |")
    lines.append("| " + " | ".join("---:" for _ in names) + " |")
    lines += ["| " + " | ".join(_plain(_shown(name, row, words)) for name in names) + " |" for row in table]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _plain(text: str) -> str:
    """A text in which nothing means anything to Markdown."""
    clean = " ".join(text.split(" ")).replace("\n", " ").replace("\\", "\\\\")
    for mark in "|<>*_`[":
        clean = clean.replace(mark, "\\" + mark)
    return clean


def page(tree: Mapping[str, Any], words: Words) -> bytes:
    """The text and the table as one HTML file that loads nothing."""
    body: list[str] = []
    listing = False
    for kind, text in paragraphs(tree, words):
        if (kind == "li") != listing:
            body.append("<ol>" if kind == "li" else "</ol>")
            listing = kind == "li"
        shown = html.escape(text)
        body.append(f'<p class="mark">{shown}</p>' if kind == "mark" else f"<{kind}>{shown}</{kind}>")
    body.append("</ol>" if listing else "")
    table = rows(tree)
    names = columns(table)
    body.append(f"<h2>{html.escape(words.say('table_heading'))}</h2><table><thead>")
    body.append(_tr([_heading(name, words) for name in names], "th") + "</thead><tbody>")
    body += [_tr([_shown(name, row, words) for name in names], "td") for row in table]
    title = html.escape(words.say("heading", title=tree["title"]))
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
        "</head><body>\n" + "\n".join(body) + "\n</tbody></table>\n</body></html>\n"
    ).encode()


def _tr(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(one)}</{tag}>" for one in cells) + "</tr>"
