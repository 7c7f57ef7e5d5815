"""The files that make up one source: a shapefile is several, a FileGDB a folder."""

from pathlib import Path

_BESIDE = {
    ".shp": (
        ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".cst", ".qpj", ".idm", ".ind", ".atx",
        ".ain", ".aih", ".fbn", ".fbx", ".ixs", ".mxs", ".shp.xml",
    ),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".csv": (".csvt", ".prj"),
    ".gml": (".gfs", ".xsd"),
}  # fmt: skip
"""Files that readers of a format look at, or that travel with it, by the ending of the one that is named."""


def members(path: Path) -> tuple[Path, ...]:
    """Every file of the source that `path` names, sorted by name; empty where there is none.

    A folder gives all regular files in it, at any depth. Endings are told in any case of letters.
    Raises OSError where a folder cannot be read.
    """
    if path.is_dir():
        return tuple(sorted(file for file in path.rglob("*") if file.is_file()))
    if not path.is_file():
        return ()
    endings = _BESIDE.get(path.suffix.lower(), ())
    if not endings:
        return (path,)
    wanted = {path.stem + ending for ending in endings}
    beside = [
        file
        for file in path.parent.iterdir()
        if file.name[: len(path.stem)] + file.name[len(path.stem) :].lower() in wanted and file.is_file()
    ]
    return tuple(sorted({path, *beside}))


def member_name(path: Path, member: Path) -> str:
    """The name of a member in the lock: its file name, or its way down from the folder."""
    return member.relative_to(path).as_posix() if path.is_dir() else member.name
