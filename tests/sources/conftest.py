"""Dossiers built by hand for the tests of reading, so that they do not hang on parsing TOML."""

import json
from pathlib import Path

import pytest
import shapely

from merestone.model.accuracy import Accuracy, Measure
from merestone.model.settings import Settings
from merestone.model.sources import LayerKind, Party, SourceKind
from merestone.sources.load import load_case
from merestone.sources.spec import DossierSpec, LayerSpec, SourceSpec

PARTIES = (Party("AAA", {"en": "Aland"}), Party("BBB", {"en": "Beland"}))


class Workshop:
    """Writes files into a folder and reads them as sources of a dossier."""

    parties = PARTIES
    formats = Path(__file__).parents[1] / "data" / "formats"

    def __init__(self, root):
        self.root = root

    def put(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path.write_text(
                data if isinstance(data, str) else json.dumps(data, ensure_ascii=False), encoding="utf-8"
            )
        return name

    def geojson(self, name, by_party, **more):
        """Features from pairs of party and geometry (shapely or WKT)."""
        features = [
            {
                "type": "Feature",
                "properties": {"party": party},
                "geometry": None if geometry is None else shapely.geometry.mapping(_shape(geometry)),
            }
            for party, geometry in by_party
        ]
        return self.put(name, {"type": "FeatureCollection", "features": features, **more})

    def source(self, path, ident="one", **more):
        known = {"party_field": "party", "accuracy": Accuracy(Measure.CE95, 100.0), "title": ident}
        if "side" in more:
            known.pop("party_field")
            kind = SourceKind.TWO_SIDED if len(more["side"]) == 2 else SourceKind.ONE_SIDED
        elif more.get("kind") is SourceKind.LINES:
            known.pop("party_field")
            kind = SourceKind.LINES
        else:
            kind = SourceKind.TWO_SIDED
        return SourceSpec(**{"id": ident, "path": path, "kind": kind, **known, **more})

    def layer(self, kind, path, **more):
        return LayerSpec(**{"kind": LayerKind(kind), "path": path, "title": kind, **more})

    def spec(self, *sources, layers=(), settings=None):
        return DossierSpec(
            root=self.root, title="By hand", parties=PARTIES, sources=tuple(sources), layers=tuple(layers),
            settings=settings or Settings(),
        )  # fmt: skip

    def case(self, *sources, lock=None, **more):
        return load_case(self.spec(*sources, **more), lock, sha256="0", oriented="0")

    def read(self, path, **more):
        """One source, read."""
        return self.case(self.source(path, **more)).sources[0]

    def listing(self):
        """Every file with bytes and time, to tell whether anything was written."""
        return {
            str(path.relative_to(self.root)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


def _shape(geometry):
    return shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path)


@pytest.fixture
def two_boxes():
    """The land of AAA and of BBB, side by side."""
    return [("AAA", shapely.box(45.0, 40.0, 45.5, 41.0)), ("BBB", shapely.box(45.5, 40.0, 46.0, 41.0))]
