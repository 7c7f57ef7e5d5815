"""The mirror of the shipped dossier, read from files in which the ids of the parties stand exchanged."""

import re

import pytest

from merestone.service.result import mirror
from merestone.service.workbench import open_dossier

SWAP = {"ARM": "AZE", "AZE": "ARM"}


def exchanged(text):
    """Keys, tables and quoted ids; what stands in filters (single quotes) is data of the files."""
    return re.sub(
        r'(?<=")(ARM|AZE)(?=")|(?<=party\.)(ARM|AZE)\b|\b(ARM|AZE)(?= = ")', lambda at: SWAP[at.group()], text
    )


def turned(text):
    """The sources in the other order."""
    head, *rest = text.split("[[source]]\n")
    last, tail = rest[-1].split("[[layer]]", 1)
    sources = reversed([*rest[:-1], last])
    return head + "".join("[[source]]\n" + source for source in sources) + "[[layer]]" + tail


@pytest.mark.slow
def test_the_mirror_of_the_shipped_dossier_to_the_byte(shipped_result, shipped_copy):
    """And the order of the sources does not matter: they stand in the other one here."""
    path = shipped_copy / "dossier.toml"
    before = path.read_text(encoding="utf-8")
    after = turned(exchanged(before))
    assert "side = { AZE = \"iso3 = 'ARM'\", ARM = \"iso3 = 'AZE'\" }" in after
    ids = re.findall(r'^id = "(.*)"', before, re.MULTILINE)
    assert re.findall(r'^id = "(.*)"', after, re.MULTILINE)[:2] == ids[:6][::-1][:2]
    path.write_text(after, encoding="utf-8")
    other = open_dossier(shipped_copy).compare()
    assert mirror(shipped_result).to_json() == other.to_json()
    assert mirror(mirror(shipped_result)).to_json() == shipped_result.to_json()
    assert shipped_result.dossier["oriented"] != other.dossier["oriented"]
