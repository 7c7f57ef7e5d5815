"""The layers of a file and what its metadata say, before any feature is read."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from merestone.sources.formats import Format, Opened, opened
from merestone.sources.notes import Notes
from merestone.sources.ogr import DataLayerError, DataSourceError, pyogrio

_POINTS = ("Point", "MultiPoint", "Point Z", "MultiPoint Z", "2.5D Point", "2.5D MultiPoint")


@dataclass(frozen=True, slots=True)
class Survey:
    """``layers`` that may hold areas or lines (None alone: the only layer), texts of the metadata, and
    ``every`` layer with geometry, those of points too."""

    layers: tuple[str | None, ...]
    texts: tuple[str, ...]
    every: tuple[str | None, ...]


def survey(path: Path, notes: Notes) -> Survey:
    """Look at a file without reading its features. Raises BadInputError where it cannot be opened."""
    with opened(path, None, notes) as file:
        if file.format is Format.PARQUET:
            return Survey((None,), (), (None,))
        with _quiet(notes):
            listed = [(str(name), kind) for name, kind in pyogrio.list_layers(str(file.path))]
            texts = _texts(file, [name for name, _ in listed])
    spatial = [name for name, kind in listed if kind is not None]
    drawn = [name for name, kind in listed if kind is not None and kind not in _POINTS]
    if len(spatial) <= 1:
        return Survey((None,), texts, (None,))
    return Survey(tuple(drawn or spatial), texts, tuple(spatial))


def _texts(file: Opened, layers: list[str]) -> tuple[str, ...]:
    if file.format in (Format.CSV, Format.OSM_PBF):
        return ()  # these have none, and OSM would be read to its end for each layer
    texts: set[str] = set()
    for layer in layers:
        info = pyogrio.read_info(str(file.path), layer=layer)
        for values in (info["dataset_metadata"], info["layer_metadata"]):
            texts |= {str(text) for text in (values or {}).values()}
    return tuple(sorted(texts))


@contextmanager
def _quiet(notes: Notes) -> Iterator[None]:
    """Nothing of the reader reaches stderr: its failures become errors that name the file."""
    log = logging.getLogger("pyogrio")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        said = " ".join(str(error).split()).split("; It might help")[0].rstrip(".")
        raise notes.refuse(f"it cannot be read: {said}; name a file of vector data that GDAL reads") from None
    finally:
        log.setLevel(level)
