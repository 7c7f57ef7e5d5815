"""Which versions made a result: part of every result, so that another can tell why figures differ."""

from collections.abc import Mapping
from typing import Any


def tool() -> Mapping[str, Any]:
    """Name and version of merestone, and of each library on which figures depend."""
    import numpy  # noqa: ICN001
    import pyproj
    import shapely

    from merestone import __version__
    from merestone.sources.ogr import pyogrio

    return {
        "name": "merestone",
        "version": __version__,
        "libraries": {
            "gdal": pyogrio.__gdal_version_string__,
            "geos": shapely.geos_version_string,
            "numpy": numpy.__version__,
            "proj": pyproj.proj_version_str,
            "pyogrio": pyogrio.__version__,
            "pyproj": pyproj.__version__,
            "shapely": shapely.__version__,
        },
    }


def document_tool(media: str) -> Mapping[str, Any]:
    """Name and version of merestone, and of the library that read a document of this kind, if any."""
    from importlib.metadata import version

    from merestone import __version__

    libraries = {"pypdfium2": version("pypdfium2")} if media == "pdf" else {}
    return {"name": "merestone", "version": __version__, "libraries": libraries}
