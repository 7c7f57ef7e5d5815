"""A PDF that is set in a process of its own."""

import sys

import pytest

from merestone.errors import EnvironmentRefusedError
from merestone.publish.dossier.apart import typeset_apart
from merestone.publish.dossier.typesetting import typeset
from merestone.publish.dossier.typst_pdf import Prepared

pytest.importorskip("typst")
FILES = {
    "main.typ": b'#set text(font: "Noto Sans")\n#json("data.json").at(0)',
    "data.json": '["Գիծ"]'.encode(),
}


def test_the_bytes_are_those_of_this_process():
    made = Prepared(FILES, ("1.7",), ())
    assert typeset_apart(made, "hy") == typeset(made.files, made.standards)


def test_nothing_in_the_folder_of_a_dossier_runs(tmp_path, monkeypatch):
    for name in ("typst", "msgspec", "json", "merestone"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('this ran')")
    monkeypatch.chdir(tmp_path)
    assert typeset_apart(Prepared(FILES, ("1.7",), ()), "hy").startswith(b"%PDF")


def test_what_ends_the_process_is_said_in_one_sentence(monkeypatch):
    wrong = Prepared({"main.typ": b"#panic()"}, ("1.7",), ())
    with pytest.raises(EnvironmentRefusedError, match=r"the PDF in hy could not be set: .*panic"):
        typeset_apart(wrong, "hy")
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(EnvironmentRefusedError, match="its process ended with 1, as it does without memory"):
        typeset_apart(wrong, "hy")
