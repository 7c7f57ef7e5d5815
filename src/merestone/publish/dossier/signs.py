"""The signs of a legend, each as a small picture of its own."""

from collections.abc import Mapping

from merestone.model.results import Verdict
from merestone.publish.dossier.maps import CASING, PATTERNS
from merestone.publish.report_palette import PAPER, VERDICT_LOOKS, SourceLook, dash_array, marker_path

WIDTH, HEIGHT = 34.0, 12.0
_OTHERS = {
    "band": '<rect y="1" width="34" height="10" fill="#55524a" fill-opacity=".16"/>',
    "difference": f'{PATTERNS}<rect x=".5" y=".5" width="33" height="11" fill="url(#between)"/>',
    "own": f'{PATTERNS}<rect x=".5" y=".5" width="33" height="11" fill="url(#own)"/>',
    "settlement": '<circle cx="17" cy="6" r="1.8" fill="#4d4a42"/>',
    "water": '<rect x="4" y="1" width="26" height="10" fill="#d3e4f0" stroke="#7fa8c6" stroke-width=".6"/>',
    "river": '<path d="M1 9Q9 1 17 6T33 3" fill="none" stroke="#7fa8c6"/>',
    "road": '<path d="M1 8L12 4L33 7" fill="none" stroke="#b08d57" stroke-width="1.3"/>',
    "district": '<path d="M1 6H33" stroke="#a39c8c" stroke-width=".8" stroke-dasharray="5 2 1 2"/>',
    "corridor": '<path d="M1 6H33" stroke="#a39c8c" stroke-width=".7" stroke-dasharray="2 3"/>',
}


def sign(key: str, looks: Mapping[str, SourceLook]) -> str | None:
    """The sign of a source by its id, of a verdict by its word, of what else maps show; None where it has none."""
    look = looks.get(key)
    if look is not None:
        dash = dash_array(look, 2.0)
        return _svg(
            f'<path d="M1 6H33" fill="none" stroke="{look.colour}" stroke-width="1.8"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + f'/><path d="{marker_path(look.marker, 17.0, 6.0, 3.6)}" fill="{look.colour}"'
            f' stroke="{PAPER}" stroke-width=".6"/>'
        )
    if key in set(Verdict):
        verdict = Verdict(key)
        dash = CASING[verdict]
        return _svg(
            f'<path d="M1 6H33" fill="none" stroke="{VERDICT_LOOKS[verdict].colour}" stroke-width="8"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + ' stroke-opacity=".75"/>'
        )
    return _svg(_OTHERS[key]) if key in _OTHERS else None


def _svg(drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}"'
        f' height="{HEIGHT:g}">{drawn}</svg>'
    )
