"""The comparison as users hold it: the result of the model, with ways to write and show it."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from merestone.compare.mirror import mirror as mirrored
from merestone.model import results
from merestone.publish.frames import repr_html, to_geopandas
from merestone.publish.jsonform import comparison_json

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(results.Comparison):
    """The result of comparing every source of a dossier.

    The attributes are those of ``comparison.json``, unrounded, as frozen dataclasses; the order of
    the parties has no meaning.
    """

    def __repr__(self) -> str:
        counts = f"{len(self.sources)} sources, {len(self.sections)} sections"
        return f"<Comparison {self.dossier['title']!r}: {counts}>"

    def to_json(self) -> str:
        """The text of ``comparison.json``: rounded, sorted, the same bytes for the same input."""
        return comparison_json(self).decode("utf-8")

    def to_geopandas(self) -> "dict[str, geopandas.GeoDataFrame]":
        """One frame in EPSG:4326 for each layer of ``comparison.gpkg``, by layer name.

        Raises MissingExtraError where geopandas is not installed (extra ``geo``).
        """
        return to_geopandas(self)

    def _repr_html_(self) -> str:
        return repr_html(self)


def from_model(comparison: results.Comparison) -> Comparison:
    """Give a result of the layer ``compare`` its ways to be written and shown."""
    return Comparison(**{field.name: getattr(comparison, field.name) for field in fields(comparison)})


def mirror(comparison: results.Comparison) -> Comparison:
    """The comparison with the two parties exchanged.

    Ids are exchanged wherever they stand, signed fields are negated, lists that are sorted by
    party are sorted anew. Applied to a comparison it equals, byte for byte as JSON, the comparison
    of the same dossier with the ids of the parties exchanged; applied twice it gives the first.
    """
    return from_model(mirrored(comparison))
