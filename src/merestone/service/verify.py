"""Recompute a result and say whether it is the same."""

from pathlib import Path

from merestone.errors import BadInputError
from merestone.model.progress import Progress, silent
from merestone.publish.output import read_result
from merestone.publish.verify import Verification, compare_results
from merestone.service.workbench import open_dossier


def verify(result: Path, dossier: Path | None = None, *, progress: Progress = silent) -> Verification:
    """Recompute the comparison at `result` (a ``comparison.json`` or its folder) from its dossier.

    Raises BadInputError where the result is missing, no longer fits its manifest, or no dossier is found.
    """
    file = result / "comparison.json" if result.is_dir() else result
    old = read_result(file)
    source = dossier if dossier is not None else _dossier_of(file)
    new = open_dossier(source).compare(progress=progress)
    return compare_results(old, new.to_json().encode("utf-8"))


def _dossier_of(file: Path) -> Path:
    """The dossier that a run wrote into its folder, else the one beside the folder."""
    for folder in (file.parent / "dossier", file.parent.parent, Path()):
        if (folder / "dossier.toml").is_file():
            return folder
    raise BadInputError(f"{file}: no dossier.toml beside it; name the dossier as the second word")
