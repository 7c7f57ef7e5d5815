"""Two desks over HTTP: two processes, keys of the record, pages, and whoever has no business there."""

import http.client
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "record"))
from pens import Pen, founded, signer, words

from merestone.errors import BadInputError, EnvironmentRefusedError, MerestoneError, RefusedByRulesError
from merestone.record.bodies import (
    KeyBody,
    Notice,
)
from merestone.store import network
from merestone.store.keyfiles import new_key, write_key
from merestone.store.recordfile import RecordFile


def stored(pen, path):
    """A pen's entries as a record on disk."""
    with RecordFile.create(path, pen.party) as file, file.writing():
        for entry in pen.entries:
            file.take(entry)
    return path


@pytest.fixture
def desks(tmp_path):
    left, right = founded()
    for number in range(7):
        left.write("notice", Notice(words(f"left {number}")))
        right.write("notice", Notice(words(f"right {number}")))
    return left, right, stored(left, tmp_path / "left.mrec"), stored(right, tmp_path / "right.mrec")


@contextmanager
def answering(path, key):
    server = network.DeskServer(("127.0.0.1", 0), path, key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def heads(path):
    with RecordFile.open(path) as file:
        return {party: log.head for party, log in file.state.logs.items()}


def test_pull_and_push_in_pages(desks, monkeypatch):
    left, right, left_path, right_path = desks
    monkeypatch.setattr(network, "PAGE", 3)
    with answering(left_path, left.key) as (url, _), RecordFile.open(right_path) as file:
        peer = network.Peer(url, file, right.key)
        pages = []
        while taken := peer.pull().taken:
            pages.append(taken)
        assert pages == [3, 3, 1]
        given = []
        while count := peer.push():
            given.append(count)
        assert given == [3, 3, 1]
    assert heads(left_path) == heads(right_path)


@pytest.mark.parametrize("answer", [b'{"known":0,"taken":3}', b"{}", b"no"])
def test_a_desk_that_takes_nothing_does_not_hold_the_other(desks, monkeypatch, answer):
    left, right, left_path, right_path = desks

    def exchange(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(200, answer)

    monkeypatch.setattr(network._Handler, "_exchange", exchange)
    with answering(left_path, left.key) as (url, _), RecordFile.open(right_path) as file:
        peer = network.Peer(url, file, right.key)
        with pytest.raises(BadInputError, match=r"lacks them still|no desk of a record"):
            list(iter(peer.push, 0))


def test_who_has_no_key_of_the_record_gets_nothing(desks):
    left, _, left_path, right_path = desks
    stranger = signer("stranger")
    with answering(left_path, left.key) as (url, server), RecordFile.open(right_path) as file:
        with pytest.raises(RefusedByRulesError, match="no key that may sign"):
            network.Peer(url, file, stranger).pull()
        port = server.server_address[1]
        for method, path, headers, body in (
            ("POST", "/pull", {}, b"[]"),
            ("POST", "/push", {"Authorization": "Merestone key=x"}, b""),
            ("GET", "/", {}, None),
            ("GET", "/hello?nonce=1", {}, None),
            ("POST", "/hello", {}, b"0" * 64),
            ("POST", "/pull", {"Content-Length": "-5"}, None),
        ):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status in {400, 403}, text
            assert str(left_path) not in text
            assert "left 1" not in text
            assert not any(head in text for head in heads(left_path).values())
            connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/nonce")
        # All that anyone may have, who has shown no key: not how far the logs go, nor whose desk it is.
        assert json.loads(connection.getresponse().read()).keys() == {"nonce"}
        connection.close()


def test_an_impostor_is_not_believed(desks):
    _, right, left_path, right_path = desks
    key = signer("impostor")
    with answering(left_path, key) as (url, _), RecordFile.open(right_path) as file:
        peer = network.Peer(url, file, right.key)
        with pytest.raises(RefusedByRulesError, match="no key that may sign for AAA"):
            peer.push()


def test_a_request_cannot_be_used_twice(desks, monkeypatch):
    left, right, left_path, right_path = desks
    with answering(left_path, left.key) as (url, _), RecordFile.open(right_path) as file:
        peer = network.Peer(url, file, right.key)
        said = peer.hello()
        monkeypatch.setattr(peer, "hello", lambda: said)
        peer.pull()
        with pytest.raises(RefusedByRulesError, match="was not given, or was used before"):
            peer.pull()


def test_a_revoked_key_is_shut_out(desks, tmp_path):
    left, right, _, _ = desks
    stolen = right.new_key("stolen")
    right.write("key", KeyBody("revoke", stolen.public), right.root)
    left.receive(right)
    path = stored(left, tmp_path / "l.mrec")
    right_path = stored(right, tmp_path / "r.mrec")
    with answering(path, left.key) as (url, _), RecordFile.open(right_path) as file:
        peer = network.Peer(url, file, stolen)
        with pytest.raises(RefusedByRulesError, match="no key that may sign"):
            peer.pull()


def test_two_entries_under_one_number_are_told_over_the_network_too(desks, tmp_path):
    left, right, left_path, _ = desks
    twin = Pen("BBB")
    twin.receive(right)
    right.write("notice", Notice(words("one")))
    twin.write("notice", Notice(words("two")))
    twin.write("notice", Notice(words("three")))
    first, second = stored(right, tmp_path / "1.mrec"), stored(twin, tmp_path / "2.mrec")
    with answering(left_path, left.key) as (url, _):
        with RecordFile.open(first) as file:
            assert network.Peer(url, file, right.key).push() == 8
        with (
            RecordFile.open(second) as file,
            pytest.raises(MerestoneError, match="two entries under one number"),
        ):
            network.Peer(url, file, right.key).pull()
        with RecordFile.open(second) as file:
            peer = network.Peer(url, file, right.key)
            with pytest.raises(RefusedByRulesError, match="two entries under one number"):
                peer.push()
    for path in (left_path, second):
        with RecordFile.open(path) as file:
            assert file.state.logs["BBB"].frozen == 10
            assert [entry.seq for entry in file.evidence()] == [10]


def test_a_desk_that_is_not_there(desks):
    _, right, _, right_path = desks
    with RecordFile.open(right_path) as file:
        with pytest.raises(EnvironmentRefusedError, match="cannot be reached"):
            network.Peer("http://127.0.0.1:9", file, right.key).pull()
        with pytest.raises(MerestoneError, match="no address of a desk"):
            network.Peer("ftp://x", file, right.key)


def test_two_processes(desks, tmp_path):
    """`serve` in one process, `sync` in another, as the two parties type it."""
    left, right, left_path, right_path = desks
    (tmp_path / "pass").write_text("x\n")
    options = {}
    for pen, path in ((left, left_path), (right, right_path)):
        file, key = new_key("operational", pen.party, "x", 16)
        pen.write("key", KeyBody("new", key.public, "authority"), pen.root)
        with RecordFile.open(path) as record, record.writing():
            record.take(pen.entries[-1])
        write_key(tmp_path / f"{pen.party}.mkey", file)
        options[pen.party] = [
            "--record",
            path,
            "--key",
            tmp_path / f"{pen.party}.mkey",
            "--passphrase-file",
            tmp_path / "pass",
        ]
    merestone = [sys.executable, "-m", "merestone", "record"]
    # The server's new key is not known to the other yet: it comes with a bundle first.
    right.receive(left)
    with RecordFile.open(right_path) as record, record.writing():
        for entry in right.entries:
            if record.find(entry.hash) is None:
                record.take(entry)
    with RecordFile.open(left_path) as record, record.writing():
        for entry in right.entries:
            if record.find(entry.hash) is None:
                record.take(entry)
    with RecordFile.open(right_path) as record, record.writing():
        right.write("notice", Notice(words("by net")))
        record.take(right.entries[-1])
    server = subprocess.Popen(
        [*merestone, "serve", "--port", "0", *options["AAA"]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = server.stdout.readline().strip()
        done = subprocess.run(
            [*merestone, "sync", url, "--json", *options["BBB"]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"taken": 0, "given": 1, "adopted": None}
    finally:
        server.terminate()
        server.communicate()
    assert heads(left_path) == heads(right_path)
