"""Signed notes and checkpoints against published examples."""

import sys
from base64 import b64decode
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pens import signer

from merestone.errors import BadInputError
from merestone.record import notes
from merestone.record.signing import KeySigner

# The example of golang.org/x/mod/sumdb/note.
# Keys: PeterNeumann+c74f20a3+ARpc2Q… and PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFA…
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
    "BwJnAM=\n"
)
# The example of C2SP tlog-cosignature.
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz"
    "Gku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
    "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
PUBLIC = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]


def test_the_published_note():
    note = notes.read_note(TEXT)
    assert note.text == TEXT
    assert notes.key_id("PeterNeumann", notes.ED25519, PUBLIC.hex()).hex() == "c74f20a3"
    assert notes.signed_by(note, "PeterNeumann", PUBLIC.hex())
    assert not notes.signed_by(note, "Enoch Root", PUBLIC.hex())
    secret = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    assert notes.sign_note(notes.Note(note.body), "PeterNeumann", KeySigner(secret)).text == TEXT
    spoiled = notes.read_note(TEXT.replace("answer", "cause"))
    with pytest.raises(BadInputError):
        notes.signed_by(spoiled, "PeterNeumann", PUBLIC.hex())


def test_the_published_checkpoint():
    note = notes.read_note(COSIGNED)
    assert note.text == COSIGNED
    point = notes.read_checkpoint(note)
    assert (point.origin, point.size) == ("example.com/behind-the-sofa", 20852163)
    assert point.root == b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert point.body == note.body
    # The time of the witness, as the specification writes it out beside its example.
    assert int.from_bytes(note.signatures[1].data[:8], "big") == 1679315147
    assert len(note.signatures[1].data) == 72


def test_a_cosignature_carries_its_time():
    point = notes.Checkpoint("merestone/record/x/AAA", 3, bytes(32))
    key = signer("observer")
    note = notes.cosign(notes.Note(point.body), "observer", key, 1_700_000_000)
    again = notes.read_note(note.text)
    assert notes.cosigned_by(again, "observer", key.public) == 1_700_000_000
    assert notes.cosigned_by(again, "other", key.public) is None
    assert not notes.signed_by(again, "observer", key.public)
    line = again.signatures[0]
    later = notes.NoteSignature(line.name, line.key_id, (1).to_bytes(8, "big") + line.data[8:])
    with pytest.raises(BadInputError):
        notes.cosigned_by(notes.Note(again.body, (later,)), "observer", key.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x\n",
        "x\n\n",
        "x\n\n— a\n",
        "x\n\n— a AAAA",
        "x\n\n- a x08go/ZJkuBS9UG\n",
        "x\n\n— a x08go\n",
        "x\t\n\n— a x08go/ZJkuBS9UG/\n",
        "x\n\n— a AAAA\n",
        "x\n\n" + "— a x08go/ZJkuBS9UG/\n" * 101,
    ],
)
def test_what_is_no_note(text):
    with pytest.raises(BadInputError):
        notes.read_note(text)


ROOT = "A" * 43 + "=\n"


@pytest.mark.parametrize(
    "body",
    [
        "x\n1\n",
        "x\n01\n" + ROOT,
        "x\n1\nAAAA\n",
        "\n1\n" + ROOT,
        "x\n-1\n" + ROOT,
        "x\n1\n" + ROOT[:-3] + "B=\n",
    ],
)
def test_what_is_no_checkpoint(body):
    with pytest.raises(BadInputError):
        notes.read_checkpoint(notes.Note(body))
