"""``merestone record`` as two parties would type it, each in a folder of its own."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256

import click
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from merestone.cli.app import group, run
from merestone.cli.commands.record import WORDS
from merestone.publish.schema import SCHEMAS, load_schema
from merestone.service.desk.exchange import held_lines
from merestone.store import keyfiles
from merestone.store.bundles import Contents

REGISTRY = Registry().with_resources(
    [(load_schema(name)["$id"], Resource.from_contents(load_schema(name))) for name in SCHEMAS]
)
LINE = [[10.5, 50.0], [10.500317, 50.25], [10.5, 50.5]]


class Party:
    """One party's folder; `do` types a command there."""

    def __init__(self, name, folder, capsys):
        self.name, self.folder, self.capsys = name, folder, capsys
        self.passphrase = folder / "passphrase"
        self.record = folder / "record.mrec"
        self.key = folder / f"{name}.mkey"

    def begin(self, dossier):
        shutil.copytree(dossier, self.folder)
        self.passphrase.write_text(f"secret of {self.name}\n")
        self.do("key", "new", "--party", self.name)
        line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": LINE}}
        (self.folder / "line.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [line]})
        )

    @property
    def root(self):
        return json.loads(self.key.with_name(self.key.name + ".root").read_text())["public"]

    def do(self, *words, code=0, record=None, key=None):
        place = ["--record", str(record or self.record), "--key", str(key or self.key)]
        done = run(["record", *map(str, words), *place, "--passphrase-file", str(self.passphrase)])
        out, err = self.capsys.readouterr() if self.capsys else ("", "")
        assert done == code, (words, out, err)
        assert "Traceback" not in err
        if code:
            assert len([line for line in err.splitlines() if line.startswith("error: ")]) == 1
        return out if not code else err

    def json(self, *words, **options):
        return json.loads(self.do(*words, "--json", **options))

    def give(self, other, name="bundle", *options):
        path = self.folder / name
        self.do("export", "-o", path, *options)
        return other.do("import", path)

    def state(self, section="M1-S03"):
        sections = {one["id"]: one for one in self.json("status")["sections"]}
        return sections[section]["state"]


@pytest.fixture(scope="session")
def cheap_keys():
    """scrypt is slow on purpose; its cost is no part of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfiles, "COST", 16)
        yield


@pytest.fixture(scope="session")
def founded_once(tmp_path_factory, cheap_keys, a_small_dossier):
    """Two folders in which a record was founded; each has its dossier, locked."""
    base = tmp_path_factory.mktemp("founded")
    a_small_dossier(base / "dossier")
    assert run(["lock", str(base / "dossier"), "-q"]) == 0
    left, right = Party("AAA", base / "AAA", None), Party("BBB", base / "BBB", None)
    for party in (left, right):
        party.begin(base / "dossier")
    left.do("init", "--party", "AAA", "--root", right.root)
    left.do("export", "-o", left.folder / "first")
    right.do("join", left.folder / "first", "--party", "BBB")
    right.give(left)
    return base


@pytest.fixture
def founded(founded_once, tmp_path, capsys, cheap_keys):
    """A copy of it for one test."""
    for name in ("AAA", "BBB"):
        shutil.copytree(founded_once / name, tmp_path / name)
    capsys.readouterr()
    return Party("AAA", tmp_path / "AAA", capsys), Party("BBB", tmp_path / "BBB", capsys)


def test_from_founding_to_settled(founded):
    left, right = founded
    said = left.json("propose", "M1-S03", "--line", left.folder / "line.geojson")
    assert (said["party"], said["seq"], said["type"]) == ("AAA", 3, "proposal")
    assert {one["code"] for one in said["findings"]} == {"record-frame-ensemble", "record-no-comparison"}
    left.give(right)
    assert right.state() == "proposed"
    accepted = right.json("accept", "M1-S03", "--content", said["content"])
    assert accepted["content"] == said["content"]
    assert right.state() == "accepted"
    right.give(left)
    assert [one["what"] for one in left.json("inbox")["waiting"]] == ["acknowledge"]
    told = left.do("notify", "--text", "received")
    assert told.startswith("AAA 4 ")
    left.give(right)
    status = right.json("status")
    Draft202012Validator(load_schema("record-status-1"), registry=REGISTRY).validate(status)
    one = status["sections"][0]
    assert (one["id"], one["state"], one["content"]) == ("M1-S03", "settled", said["content"])
    assert one["accepted_by"] == ["AAA", "BBB"]
    assert one["settled_at_entries"] == {"AAA": 3, "BBB": 3}
    assert status["waiting"] == []
    assert status["heads"]["AAA"]["seq"] == 4
    assert "settled" in right.do("status")
    assert left.json("status", "--as-of", "AAA-3")["sections"][0]["state"] == "proposed"


def test_what_is_settled_cannot_be_withdrawn(founded):
    left, right = founded
    left.do("propose", "M1-S03", "--text", "along the ridge")
    left.give(right)
    right.do("accept", "M1-S03")
    right.give(left)
    assert "had received the other party's acceptance" in left.do("withdraw", "M1-S03", code=22)
    left.do("receipt")
    assert left.state() == "settled"
    assert "stands behind" in left.do("accept", "M1-S03", code=22)
    left.do("amend", "AAA-3", "M1-S03", "--from", "2027-01-01", "--text", "along the stream")
    left.give(right)
    right.do("accept", "AAA-5")
    right.give(left)
    left.do("receipt")
    assert left.json("status")["sections"][0]["kind"] == "amendment"


def test_acceptance_of_something_withdrawn_or_unseen(founded):
    left, right = founded
    left.do("propose", "M1-S03", "--text", "along the ridge")
    assert "nothing was proposed" in right.do("accept", "M1-S03", code=22)
    left.do("withdraw", "M1-S03", "--text", "a slip")
    left.give(right)
    assert "no offer stands" in right.do("accept", "M1-S03", code=22)
    assert "withdrawn" in right.do("accept", "AAA-3", code=22)
    left.do("propose", "M1-S03", "--text", "along the stream")
    left.give(right)
    assert "no offer that stands" in right.do("accept", "M1-S03", "--content", "0" * 64, code=22)


def test_reservation_counter_offer_and_package(founded):
    left, right = founded
    left.do("propose", "M1-S01", "--text", "one")
    left.do("propose", "M1-S02", "--text", "two")
    left.do("package", "M1-S01", "M1-S02")
    left.give(right)
    right.do("reserve", "M1-S01", "--text", "the spring")
    assert right.state("M1-S01") == "reserved"
    right.do("withdraw", "M1-S01")
    assert "a package ties it" in right.do("accept", "M1-S01", code=22)
    right.do("accept", "AAA-5")
    right.do("arrange", "transit", "--road", "M6", "--text", "open to all")
    right.give(left)
    left.do("accept", "BBB-6")
    left.give(right)
    assert right.state("M1-S01") == right.state("M1-S02") == "settled"
    assert "| arrangement |" in right.do("log", "--minutes")


def test_two_offers_that_do_not_know_of_each_other(founded):
    left, right = founded
    left.do("propose", "M1-S03", "--text", "one")
    content = right.json("propose", "M1-S03", "--text", "two")["content"]
    left.give(right)
    right.give(left)
    assert "name one with --content" in left.do("accept", "M1-S03", code=22)
    left.do("accept", "M1-S03", "--content", content)
    left.give(right)
    right.do("receipt")
    assert right.state() == "settled"


def test_two_entries_under_one_number(founded):
    left, right = founded
    shutil.copy(left.record, left.folder / "copy.mrec")
    left.do("notify", "--text", "one")
    left.give(right)
    left.do("notify", "--text", "two", record=left.folder / "copy.mrec")
    left.do("export", "-o", left.folder / "other", record=left.folder / "copy.mrec")
    said = right.do("import", left.folder / "other", code=22)
    assert "two entries under one number" in said
    right.do("prove", "AAA-3", "-o", right.folder / "proof")
    told = right.json(
        "verify", right.folder / "proof", "--root", f"AAA={left.root}", "--root", f"BBB={right.root}"
    )
    assert (told["kind"], told["party"], told["seq"]) == ("two-entries", "AAA", 3)
    assert [one["code"] for one in right.json("status")["findings"]] == ["record-two-entries"]
    left.do("notify", "--text", "three")
    left.do("export", "-o", left.folder / "more")
    assert "frozen" in right.do("import", left.folder / "more", code=22)
    right.do("notify", "--text", "we have two of yours")
    shutil.copy(right.record, right.folder / "old.mrec")
    right.record.unlink()
    right.do("init", "--party", "BBB", "--root", left.root, "--successor-of", right.folder / "old.mrec")
    assert right.json("show", "BBB-1")["body"]["statement"]["succeeds"]["heads"][0]["party"] == "AAA"


def test_an_older_copy_takes_its_own_log_back(founded):
    left, right = founded
    left.do("backup", "-o", left.folder / "old.mrec")
    left.do("notify", "--text", "one")
    left.give(right)
    shutil.copy(left.folder / "old.mrec", left.record)
    told = right.give(left)
    assert told.endswith("AAA 3 " + told.rsplit("AAA 3 ")[1])
    assert "until BBB confirms" in left.do("notify", "--text", "two", code=22)
    right.do("receipt")
    right.give(left)
    assert left.do("notify", "--text", "two").startswith("AAA 4 ")


def test_a_lost_copy_is_made_anew(founded):
    left, right = founded
    left.do("notify", "--text", "one")
    left.give(right)
    right.do("receipt")
    left.record.unlink()
    assert "no such record" in left.do("status", code=20)
    right.do("export", "-o", right.folder / "all")
    left.do("import", right.folder / "all", "--party", "AAA")
    assert left.do("notify", "--text", "two").startswith("AAA 4 ")


def test_wrong_keys_passphrases_and_files(founded, tmp_path):
    left, right = founded
    assert "a key of BBB" in left.do("notify", "--text", "x", key=right.key, code=22)
    left.passphrase.write_text("other\n")
    assert "does not open this key" in left.do("notify", "--text", "x", code=20)
    left.passphrase.write_text("secret of AAA\n")
    left.key.chmod(0o644)
    assert "others can read this key" in left.do("notify", "--text", "x", code=20)
    left.key.chmod(0o600)
    assert "no such key" in left.do("notify", "--text", "x", key=tmp_path / "none", code=20)
    assert "is there already" in left.do("key", "new", "--party", "AAA", code=22)
    assert "there is a record already" in left.do("init", "--party", "AAA", "--root", right.root, code=22)
    (tmp_path / "junk").write_text("junk\n")
    assert "line 1" in left.do("import", tmp_path / "junk", code=20)
    assert "not the file of a record" in left.do("status", record=make_sqlite(tmp_path / "x.db"), code=20)
    assert "damaged" in left.do("status", record=tmp_path / "junk", code=20)
    assert "empty" in left.do("notify", "--text", " ", code=20)
    assert "U+202E" in left.do("notify", "--text", "\u202e", code=20)
    assert "nothing is said" in left.do("notify", code=2)


def make_sqlite(path):
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    return path


def test_an_import_into_the_wrong_record(founded, tmp_path, small_dossier, capsys):
    left, right = founded
    third = Party("AAA", tmp_path / "third", capsys)
    third.begin(small_dossier.folder)
    third.do("init", "--party", "AAA", "--root", right.root)
    third.do("export", "-o", third.folder / "b")
    assert "another record" in left.do("import", third.folder / "b", code=22)
    assert "the other party joins it" in third.do(
        "join", third.folder / "b", "--party", "AAA", record=tmp_path / "new.mrec", code=22
    )
    assert not (tmp_path / "new.mrec").exists()


def test_a_bundle_that_was_altered(founded):
    left, right = founded
    left.do("notify", "--text", "the word is north")
    path = left.folder / "b"
    left.do("export", "-o", path)
    data = path.read_bytes()
    before = right.json("log")
    for place in range(0, len(data), 97):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        right.do("import", path, code=20)
    path.write_bytes(data[:-10])
    right.do("import", path, code=20)
    assert right.json("log") == before


def test_attachments_travel_and_are_checked(founded):
    left, right = founded
    (left.folder / "photo.jpg").write_bytes(bytes(range(256)) * 2000)
    assert left.do("attach", left.folder / "photo.jpg", "--of", "AAA-2").startswith("AAA 3 ")
    body = left.json("show", "AAA-3")["body"]
    assert (body["name"], body["size"], body["media_type"]) == ("photo.jpg", 512000, "image/jpeg")
    left.do("export", "-o", left.folder / "b")
    right.do("import", left.folder / "b")
    held = right.json("export", "-o", right.folder / "c", "--dry-run")
    assert (held["attachments"], held["attachment_bytes"]) == (1, 512000)
    assert "attaches no file" in right.do("show", "AAA-2", "-o", right.folder / "out.jpg", code=20)
    assert "photo.jpg" in right.do("show", "AAA-3", "-o", right.folder / "out.jpg")
    assert (right.folder / "out.jpg").read_bytes() == (left.folder / "photo.jpg").read_bytes()
    assert "is there already" in right.do("show", "AAA-3", "-o", right.folder / "out.jpg", code=20)
    assert not (right.folder / "c").exists()
    for name in ("..x", "a\\b"):
        (left.folder / name).write_bytes(b"1")
        left.do("attach", left.folder / name, code=20)
    assert "cannot be read" in left.do("attach", left.folder / "none", code=20)


def test_a_wrong_size_that_the_other_party_states_keeps_no_file_out(founded):
    """The hash names the file; what an entry says of its size is its writer's word."""
    left, right = founded
    data = bytes(range(256)) * 1000
    (right.folder / "photo.jpg").write_bytes(data)
    body = {"sha256": sha256(data).hexdigest(), "size": 5, "media_type": "image/jpeg", "name": "photo.jpg"}
    (left.folder / "body.json").write_text(json.dumps(body))
    left.do("say", "attachment", left.folder / "body.json")
    left.give(right)
    right.do("attach", right.folder / "photo.jpg")
    right.give(left)
    held = left.json("export", "-o", left.folder / "c", "--dry-run")
    assert (held["attachments"], held["attachment_bytes"]) == (1, len(data))
    left.do("verify")


def test_a_new_offer_for_what_is_settled_is_told(founded):
    left, right = founded
    line = ("propose", "M1-S03", "--line", left.folder / "line.geojson")

    def settle():
        said = left.json(*line)
        left.give(right)
        right.do("accept", said["name"])
        right.give(left)
        left.do("receipt")
        return {one["code"] for one in said["findings"]}

    assert "record-section-settled" not in settle()
    assert "record-section-settled" in settle()
    assert "record-lines-overlap" in {one["code"] for one in left.json("status")["findings"]}


def test_incidents_stand_side_by_side(founded):
    left, right = founded
    place = ["--at", "10.5E 50.2N", "--from", "2026-05-01T08:30:00Z"]
    left.do("incident", *place, "--text", "two shots from the east", "--section", "M1-S03")
    left.give(right)
    right.do("incident", *place, "--text", "a hunter", "--of", "AAA-3", "--place-name", "Göl")
    rows = right.json("log", "--type", "incident")
    assert [one["text"] for one in rows] == ["two shots from the east", "on " + rows[0]["name"]]
    assert right.json("show", "BBB-3")["body"]["place"]["point"] == {
        "lat_ndeg": 50_200_000_000,
        "lon_ndeg": 10_500_000_000,
    }
    left.do("incident", "--at", "10.5E 50.2N", "--from", "yesterday", "--text", "x", code=20)


def test_any_type_can_be_said_with_its_body(founded):
    left, right = founded
    body = left.folder / "body.json"
    body.write_text(json.dumps({"act": "found", "number": "12", "section": "M1-S03"}))
    left.do("say", "marking", body)
    body.write_text(json.dumps({"entries": ["AAA-3"], "level": "public"}))
    left.do("say", "disclosure", body)
    left.give(right)
    right.do("say", "disclosure", body)
    right.give(left)
    held = left.json("export", "-o", left.folder / "o", "--for", "public")
    assert held["redacted"]["founding"] == 1
    assert "nobody can verify" in " ".join(held_lines(Contents("public", redacted=held["redacted"])))
    assert held["types"] == {"marking": 1}
    assert held["redacted"] == {"disclosure": 2, "founding": 1, "join": 1, "key": 2}
    held = left.json("export", "-o", left.folder / "o", "--for", "observers")
    assert held["types"] == {"founding": 1, "join": 1, "key": 2, "marking": 1}
    told = right.json("verify", left.folder / "o", "--root", f"AAA={left.root}")
    assert told["redacted"] == {"disclosure": 2}
    assert "made for observers" in right.do("import", left.folder / "o", code=22)
    left.do("say", "founding", body, code=2)
    body.write_text(json.dumps({"act": "eaten", "number": "12"}))
    assert "cannot stand in an entry" in left.do("say", "marking", body, code=20)


def test_keys_of_several_people(founded, tmp_path):
    left, right = founded
    second = left.folder / "second.mkey"
    shutil.copy(left.folder / "AAA.mkey.root", left.folder / "second.mkey.root")
    left.json(
        "key", "new", "--role", "technical", "--name", "surveyor", "--only-type", "proposal", key=second
    )
    left.do("propose", "M1-S03", "--text", "a draft", key=second)
    assert "outside the scope" in left.do("notify", "--text", "x", key=second, code=22)
    left.give(right)
    assert right.json("status")["sections"][0]["initialled_by"] == ["AAA"]
    keys = left.json("key", "show")["parties"][0]["keys"]
    assert [(one["role"], one["name"]) for one in keys] == [("authority", None), ("technical", "surveyor")]
    left.do("key", "revoke", keys[1]["public"], "--from", "4")
    assert "may not sign" in left.do("propose", "M1-S03", "--text", "x", key=second, code=22)
    assert left.state() == "open"
    left.do("key", "repudiate", "AAA-4", "--text", "not meant")
    assert "contested" in left.do("log")


def test_proofs_and_checkpoints(founded):
    left, right = founded
    left.do("notify", "--text", "one")
    note = left.folder / "note"
    left.do("checkpoint", "-o", note)
    left.do("notify", "--text", "two")
    roots = ["--root", f"AAA={left.root}", "--root", f"BBB={right.root}"]
    left.do("prove", "AAA-3", "-o", left.folder / "proof")
    assert right.json("verify", left.folder / "proof", *roots)["kind"] == "inclusion"
    left.do("prove", "AAA", "--since", note, "-o", left.folder / "proof2")
    assert right.json("verify", left.folder / "proof2", *roots)["old_size"] == 3
    assert "another root" in right.do("verify", left.folder / "proof", "--root", f"AAA={right.root}", code=22)
    spoiled = (left.folder / "proof").read_bytes().replace(b'"index":2', b'"index":1')
    (left.folder / "proof").write_bytes(spoiled)
    right.do("verify", left.folder / "proof", code=22)
    left.give(right)
    right.do("checkpoint", "--keep", note)
    signed = right.do("checkpoint", "--countersign", note, "--as", "BBB")
    assert signed.count("\n— ") == 2
    assert "is disclosed to parties" in left.do("prove", "AAA-3", "-o", note, "--for", "public", code=22)


def test_the_record_is_verified_from_its_first_entry(founded):
    left, right = founded
    left.do("propose", "M1-S03", "--text", "one")
    left.give(right)
    told = right.json("verify")
    assert told["entries"] == {"AAA": 3, "BBB": 2}
    right.do("export", "-o", right.folder / "all")
    again = left.json(
        "verify", right.folder / "all", "--root", f"AAA={left.root}", "--root", f"BBB={right.root}"
    )
    assert again["checkpoints"] == told["checkpoints"]
    assert "not given with --root" in left.do("verify", right.folder / "all")
    assert "names" in left.do("verify", right.folder / "all", "--root", f"AAA={right.root}", code=22)
    assert left.do("verify", right.folder / "all", "--after", left.folder / "first")


def test_the_dossier_that_has_changed_is_told(founded):
    left, _ = founded
    text = (left.folder / "dossier.toml").read_text()
    (left.folder / "dossier.toml").write_text(text.replace("Two squares", "Two other squares"))
    assert [one["code"] for one in left.json("status")["findings"]] == ["record-dossier-changed"]


def test_a_bundle_of_what_is_new(founded):
    left, right = founded
    left.do("notify", "--text", "one")
    everything = left.json("export", "-o", left.folder / "b")["entries"]
    assert everything == 5
    assert left.json("export", "-o", left.folder / "b", "--since")["entries"] == 1
    assert left.json("export", "-o", left.folder / "b", "--since", "AAA-2")["entries"] == 3
    assert left.json("export", "-o", left.folder / "b", "--since", "AAA-2,BBB-1")["entries"] == 2
    assert right.do("import", left.folder / "b").startswith(
        str(left.folder / "b") + ": 1 new entries, 1 known"
    )
    left.do("notify", "--text", "two")
    left.do("notify", "--text", "three")
    left.do("export", "-o", left.folder / "b", "--since", "AAA-4,BBB-2")
    assert "only 3 entries of AAA are here" in right.do("import", left.folder / "b", code=22)
    assert "no party" in left.do("export", "-o", left.folder / "b", "--since", "CCC-4", code=20)


def test_a_line_from_a_geopackage(founded):
    left, _ = founded
    import numpy as np
    import shapely
    from pyogrio.raw import write

    line = shapely.to_wkb(np.array([shapely.linestrings([[10.5, 50.0], [10.6, 50.3]])]))
    path = left.folder / "candidate.gpkg"
    write(
        path,
        line,
        [np.array([1])],
        ["n"],
        layer="c",
        geometry_type="LineString",
        crs="EPSG:4326",
        driver="GPKG",
    )
    said = left.json(
        "propose", "M1-S03", "--line", path, "--frame", "ITRF2020", "--epoch", "2025.0", "--edges", "geodesic"
    )
    assert [one["code"] for one in said["findings"]] == ["record-no-comparison"]
    line = left.json("show", "AAA-3")["body"]["content"]["line"]
    assert line["points"][1] == {"lat_ndeg": 50_300_000_000, "lon_ndeg": 10_600_000_000}
    assert (line["frame"], line["epoch"], line["line_types"]) == (
        "ITRF2020",
        "2025.0",
        [{"edges": 1, "type": "geodesic"}],
    )
    (left.folder / "out").mkdir()
    (left.folder / "out" / "comparison.json").write_text(json.dumps({"sections": [{"id": "M1-S01"}]}))
    said = left.json("propose", "M1-S03", "--line", path, "--frame", "ITRF2020")
    assert [one["code"] for one in said["findings"]] == ["record-section-unknown"]
    assert "two neighbouring" in spoiled_line(left, [[10, 50], [10, 50], [11, 51]])
    assert "do not join" in spoiled_line(left, [[10, 50], [10, 51]], [[20, 50], [20, 51]])
    assert "say which of them prevails" in left.do("propose", "M1-S03", "--line", path, "--text", "x", code=2)
    left.do("propose", "M1-S03", "--line", left.folder / "none.gpkg", code=20)


def spoiled_line(party, *lines):
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": one}}
        for one in lines
    ]
    path = party.folder / "bad.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return party.do("propose", "M1-S03", "--line", path, code=20)


def test_settled_lines_that_do_not_fit_are_told(founded):
    left, right = founded
    for section, course in (("M1-S01", [[10, 50], [10, 51]]), ("M1-S02", [[10, 51.001], [10, 52]])):
        feature = {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": course},
        }
        (left.folder / "l.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": [feature]})
        )
        left.do("propose", section, "--line", left.folder / "l.geojson", "--frame", "ITRF2020")
    left.give(right)
    right.do("accept", "M1-S01")
    right.do("accept", "M1-S02")
    right.give(left)
    left.do("receipt")
    findings = left.json("status")["findings"]
    assert [one["code"] for one in findings] == ["record-lines-do-not-meet"]
    assert findings[0]["values"]["distance_m"] == pytest.approx(111.27, abs=0.05)


def test_nothing_of_the_machine_is_in_a_bundle(founded):
    left, _ = founded
    left.do("propose", "M1-S03", "--line", left.folder / "line.geojson")
    left.do("export", "-o", left.folder / "b")
    from base64 import b64decode

    payloads = [
        b64decode(json.loads(line)["payload"])
        for line in (left.folder / "b").read_bytes().splitlines()
        if line.startswith(b'{"payload"')
    ]
    for payload in payloads:
        assert str(left.folder).encode() not in payload
        assert b"line.geojson" not in payload


@pytest.mark.parametrize("word", WORDS)
def test_every_word_and_option_has_help(word):
    parent = group.get_command(click.Context(group), "record")
    found = parent.get_command(click.Context(parent), word)
    inner = (
        [found.get_command(click.Context(found), one) for one in found.commands] if word == "key" else [found]
    )
    for one in inner:
        assert one.help
        assert [p.name for p in one.params if isinstance(p, click.Option) and not p.help] == []


def test_looking_at_a_record_loads_nothing_that_reads_maps():
    code = "import sys, merestone.service.desk.show; print(*{m.partition('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "shapely", "pyogrio", "pyproj", "tomlkit"} & set(done.stdout.split())
