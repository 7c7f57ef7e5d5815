"""``report.html``: the whole comparison on one page that opens from disk, with no request to a network.

Everything is inside the file: styles, scripts, the map's software, the data. A Content-Security-Policy
in the page forbids the rest: only these scripts and styles, by their hashes, may run; nothing is fetched.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from gzip import decompress
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from json import dumps
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup, escape

from merestone.model.findings import Finding
from merestone.model.results import Comparison
from merestone.publish import report_profile as profile
from merestone.publish import report_sure as sure
from merestone.publish import report_text as text
from merestone.publish import report_view as view
from merestone.publish.pages import page_environment
from merestone.publish.report_along import along
from merestone.publish.report_groups import Group, groups_of
from merestone.publish.report_livemap import live_map
from merestone.publish.report_palette import (
    VERDICT_LOOKS,
    SourceLook,
    dash_array,
    marker_path,
    source_looks,
)
from merestone.publish.report_staticmap import frame_of, static_map

if TYPE_CHECKING:
    from merestone.compare.sensitivity import Sensitivity

MAPLIBRE_VERSION = "6.17.0"
_SCRIPTS = (("tables.js",), ("profile.js",), ("mapstyle.js", "map.js"))
"""Each entry is one module of the page; the files of one entry are joined."""
_PACKED = (("maplibre-gl", "maplibre-gl.mjs.gz"), ("maplibre-gl-worker", "maplibre-gl-worker.mjs.gz"))
_CONTENTS = (
    ("summary", "Summary"),
    ("map", "Map"),
    ("profile", "Profile"),
    ("pairs", "Pairs"),
    ("sections", "Sections"),
    ("differences", "Differences"),
    ("enclaves", "Enclaves"),
    ("along", "Along the line"),
    ("places", "Settlements and marks"),
    ("sensitivity", "Sensitivity"),
    ("findings", "Findings"),
    ("sources", "Sources"),
    ("parameters", "Parameters"),
    ("about", "What this is not"),
)


def report_html(
    c: Comparison, *, sensitivity: "Sensitivity | None" = None, check_findings: Iterable[Finding] = ()
) -> bytes:
    """The report of `c` as UTF-8 HTML: the same bytes for the same comparison.

    ``check_findings`` are further findings (of ``check``) to list with those of the comparison.
    """
    looks = source_looks(tuple(source.id for source in c.sources))
    groups = groups_of(c, looks)
    values = {
        "c": c,
        "looks": looks,
        "verdicts": VERDICT_LOOKS,
        "contents": [entry for entry in _CONTENTS if entry[0] != "sensitivity" or sensitivity],
        "sensitivity": sensitivity,
        "findings": view.findings_by_severity(c, check_findings),
        **_tables(c),
        **_pictures(c, groups, looks),
        **_inlined(),
    }
    page = _environment(c).get_template("report.html.j2").render(values)
    return page.encode("utf-8")


def _tables(c: Comparison) -> dict[str, Any]:
    standings = [source.standing for source in c.sources]
    return {
        "along": along(c),
        "area_bars": sure.area_bars(c),
        "bars": view.bars(c),
        "confirmed": sure.confirmed(c),
        "totals": view.totals(c),
        "matrix": view.pair_matrix(c),
        "district_table": view.district_table(c),
        "differences": view.differences_in_order(c),
        "families": {family_id: family.members for family in c.families for family_id in family.members},
        "layers": c.shapes.layers,
        "place_labels": view.place_labels(c),
        "apart": view.settlements_apart(c),
        "nobody": not any(s.get("offered_by") or s.get("accepted_by") for s in standings),
        "attributions": _attributions(c),
    }


def _attributions(c: Comparison) -> list[str]:
    """Each attribution once, those of the sources first."""
    sources = [source.attribution or source.title for source in c.sources]
    layers = [layer.attribution or layer.title for layer in c.shapes.layers]
    return list(dict.fromkeys(sources + layers))


def _pictures(c: Comparison, groups: tuple[Group, ...], looks: dict[str, SourceLook]) -> dict[str, Any]:
    frame = frame_of(c, groups)
    live = live_map(c, groups, frame)
    stations = profile.profile_data(c, looks)
    known = view.accuracies(c)
    axis_m = known.get(c.axis.source) if c.axis is not None else None
    for id_, look in stations["sources"].items():
        look["marker"] = marker_path(looks[id_].marker, 0.0, 0.0, 3.6)
        look["radius"] = text.radius(text.pair_radius_m(known[id_], axis_m))
    return {
        "groups": groups,
        "live": live,
        "map_json": _json_inside_html(live),
        "plot": {
            "width": int(profile.WIDTH),
            "height": int(profile.HEIGHT),
            "left": profile.LEFT,
            "right": profile.WIDTH - profile.RIGHT,
            "top": profile.TOP,
            "bottom": profile.HEIGHT - profile.BOTTOM,
        },
        "profile_json": _json_inside_html(stations),
        "profiles": profile.profiles(c, looks),
        "still": static_map(c, groups, looks, frame),
    }


def _json_inside_html(value: Any) -> Markup:
    """JSON that no HTML parser can mistake for markup: every <, > and & is escaped within strings."""
    plain = dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return Markup(plain)  # noqa: S704 - escaped just above


@cache
def _inlined() -> Mapping[str, Any]:
    """Scripts, styles and licences of the page, and the policy that allows just these."""
    templates, vendor = files("merestone.publish") / "templates", files("merestone.publish") / "vendor"
    scripts = ["\n".join((templates / name).read_text("utf-8") for name in names) for names in _SCRIPTS]
    styles = [
        decompress((vendor / "maplibre-gl.css.gz").read_bytes()).decode("utf-8"),
        (templates / "report.css").read_text("utf-8"),
    ]
    licences = [
        (vendor / name).read_text("utf-8") for name in ("maplibre-gl.LICENSE.txt", "bundled.LICENSES.txt")
    ]
    packed = [(id_, b64encode((vendor / name).read_bytes()).decode("ascii")) for id_, name in _PACKED]
    return {
        "licences": "\n\n".join(licences),
        "maplibre_version": MAPLIBRE_VERSION,
        "packed": packed,
        "policy": _policy(scripts, styles),
        "scripts": [Markup(script) for script in scripts],  # noqa: S704 - shipped with merestone
        "styles": [Markup(style) for style in styles],  # noqa: S704 - shipped with merestone
    }


def _policy(scripts: list[str], styles: list[str]) -> str:
    """Content Security Policy Level 3: nothing but the hashed inline code and what it unpacks itself."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)} blob:",
            # A page from disk has an opaque origin, where Chrome starts module workers from data: only;
            # MapLibre reads its unpacked worker (blob:) and starts it as data:. Neither is a network.
            "worker-src blob: data:",
            "connect-src blob:",
            f"style-src {_hashes(styles)}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hashes(texts: list[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(part.encode()).digest()).decode()}'" for part in texts)


def _environment(c: Comparison) -> Environment:
    environment = page_environment()
    environment.filters.update(_filters(c))
    environment.filters.update(sure.filters(c))
    known = view.accuracies(c)
    environment.globals["pair_radius"] = lambda one, two: text.pair_radius_m(known.get(one), known.get(two))
    return environment


def _filters(c: Comparison) -> dict[str, Callable[..., Any]]:
    return {
        "accuracy_words": view.accuracy_words,
        "leg_words": view.leg_words,
        "chainage": text.chainage,
        "dash": lambda look: dash_array(look, 2.4),
        "decimal": text.decimal,
        "district": view.district_names(c).get,
        "dms": text.dms,
        "groupby_heading": _by_heading,
        "half_width": lambda se: text.NO_RADIUS if se is None else f"± {text.metres(1.96 * se)}",
        "km": text.kilometres,
        "km2": text.square_kilometres,
        "labels": lambda difference: view.labels_by_word(c, difference),
        "m": text.metres,
        "marked": _marked,
        "marker": lambda look: marker_path(look.marker, 17.0, 6.0, 4.0),
        "plain": text.plain,
        "position": lambda items, item: items.index(item),
        "radius": text.radius,
        "standing": view.standing_words,
        "v": _machine_value,
    }


def _machine_value(value: float | None) -> str:
    """A figure for scripts, to 1e-6; empty where there is none."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _marked(words: str) -> Markup:
    """The light markup of the catalogue's explanations: `code` and *stress*; all else is escaped."""
    safe = str(escape(words))
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    return Markup(re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", safe))  # noqa: S704 - escaped above


def _by_heading(groups: Iterable[Group]) -> list[tuple[str, list[Group]]]:
    return [(heading, list(members)) for heading, members in groupby(groups, key=lambda group: group.heading)]
