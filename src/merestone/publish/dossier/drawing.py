"""Draws every figure of a dossier from one comparison: geometry once, words for each language."""

from functools import cached_property

from merestone.model.results import Comparison
from merestone.publish.dossier import maps, profiles
from merestone.publish.dossier.figures import Layers
from merestone.publish.dossier.ink import Inked, inked
from merestone.publish.dossier.picture import Picture, document, placed
from merestone.publish.dossier.signs import sign
from merestone.publish.dossier.speech import Speaker
from merestone.publish.report_groups import groups_of
from merestone.publish.report_palette import source_looks


class Figures:
    """The figures of a comparison by key; a picture is drawn when it is first asked for."""

    def __init__(self, c: Comparison) -> None:
        self._c = c
        self._looks = source_looks(tuple(source.id for source in c.sources))
        self._sections = {section.id: section for section in c.sections}
        self._pictures: dict[str, Picture] = {}

    @cached_property
    def _ink(self) -> dict[str, Inked]:
        return inked(groups_of(self._c, self._looks))

    def layers(self, key: str, speaker: Speaker) -> Layers:
        """The figure `key` and its words. Raises KeyError where there is no such figure."""
        picture = self._picture(key)
        return Layers(document(picture), picture.width, picture.height, tuple(placed(picture, speaker)))

    def _picture(self, key: str) -> Picture:
        if key not in self._pictures:
            self._pictures[key] = self._drawn(key)
        return self._pictures[key]

    def sign(self, key: str) -> str | None:
        """The sign `key` of a legend as an SVG document; None where it has none."""
        return sign(key, self._looks)

    def _drawn(self, key: str) -> Picture:
        kind, _, of = key.partition(":")
        if key == "overview":
            return maps.overview(self._c, self._ink, self._looks)
        if kind == "source" and of in self._looks:
            return maps.thumbnail(self._c, self._ink, self._looks, of)
        if kind == "section" and of in self._c.shapes.sections:
            return maps.sheet(self._c, self._ink, self._looks, self._sections[of])
        if kind == "profile":
            if of in self._sections:
                return profiles.of_section(self._c, self._looks, self._sections[of])
            return profiles.of_piece(self._c, self._looks, of)
        raise KeyError(key)
