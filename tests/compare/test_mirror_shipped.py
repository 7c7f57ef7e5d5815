"""The mirror of the shipped dossier, read from files in which the ids of the parties stand exchanged."""

import re
import shutil
from pathlib import Path

import pytest

from merestone.service.result import mirror
from merestone.service.workbench import open_dossier

SHIPPED = Path(__file__).parents[2] / "examples" / "armenia-azerbaijan"
SWAP = {"ARM": "AZE", "AZE": "ARM"}


def exchanged(text):
    """Keys, tables and quoted ids; what stands in filters (single quotes) is data of the files."""
    return re.sub(
        r'(?<=")(ARM|AZE)(?=")|(?<=party\.)(ARM|AZE)\b|\b(ARM|AZE)(?= = ")', lambda at: SWAP[at.group()], text
    )


@pytest.mark.slow
def test_the_mirror_of_the_shipped_dossier_to_the_byte(tmp_path):
    folder = tmp_path / "dossier"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("out", "dossier.lock"))
    own = open_dossier(folder).compare()
    path = folder / "dossier.toml"
    before = path.read_text(encoding="utf-8")
    after = exchanged(before)
    assert "side = { AZE = \"iso3 = 'ARM'\", ARM = \"iso3 = 'AZE'\" }" in after
    path.write_text(after, encoding="utf-8")
    other = open_dossier(folder).compare()
    assert mirror(own).to_json() == other.to_json()
    assert mirror(mirror(own)).to_json() == own.to_json()
    assert own.dossier["oriented"] != other.dossier["oriented"]
