"""Bundles between two desks over HTTP: one answers, the other pulls and pushes.

Nothing is trusted but signatures: each desk shows a key of the record before anything is given, and bundles
are taken as those from a stick are. A transport that also keeps others from reading is for a proxy with TLS.
"""

import json
import re
import secrets
import tempfile
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from merestone.errors import BadInputError, EnvironmentRefusedError, MerestoneError, RefusedByRulesError
from merestone.record import handshake
from merestone.record.bundle import MAX_TOTAL
from merestone.record.forms import Hash
from merestone.record.handshake import Hello
from merestone.record.signing import Signer
from merestone.store.bundles import Imported, contents, export, import_bundle
from merestone.store.recordfile import RecordFile

PAGE = 20_000
"""Entries in one bundle; a longer record goes in several, each taken whole, so a broken line costs one at
most."""
_TIMEOUT_S = 60
_CHUNK = 1 << 16
_NONCES = 1000
_SMALL = 1 << 16


_NONCE = re.compile("[0-9a-f]{64}")
_PATHS = "/hello, /pull and /push"


class DeskServer(HTTPServer):
    """Answers the other desk: what it has, and takes what it lacks.

    The record is open only while it answers.
    """

    def __init__(self, address: tuple[str, int], record: Path, signer: Signer) -> None:
        super().__init__(address, _Handler)
        self.record = record
        self.signer = signer
        self.nonces: deque[str] = deque(maxlen=_NONCES)

    def fresh(self) -> str:
        """A nonce that will be accepted once."""
        made = secrets.token_hex(32)
        self.nonces.append(made)
        return made


class _Handler(BaseHTTPRequestHandler):
    server: DeskServer
    timeout = _TIMEOUT_S
    server_version = "merestone"
    sys_version = ""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the base
        """Say nothing: who asks is no one else's business."""

    def do_GET(self) -> None:
        """Give a nonce, and nothing else to whoever has not shown a key."""
        self._answer(self._nonce)

    def do_POST(self) -> None:
        """Say hello, give a bundle, or take one."""
        self._answer(self._exchange)

    def _nonce(self) -> None:
        if self.path != "/nonce":
            raise BadInputError(f"{self.path}: there is /nonce, and to whoever shows a key {_PATHS}")
        self._send(200, msgspec.json.encode(_Fresh(self.server.fresh())))

    def _hello(self, file: RecordFile, asked: str) -> None:
        if not _NONCE.fullmatch(asked):
            raise BadInputError("a hello sends a nonce of 64 hexadecimal digits")
        if file.party is None:
            raise RefusedByRulesError("the copy of no party answers no one")
        said = handshake.hello(file.state, file.party, self.server.signer, self.server.fresh(), asked)
        self._send(200, msgspec.json.encode(said))

    def _exchange(self) -> None:
        with RecordFile.open(self.server.record) as file:
            header = self.headers.get("Authorization", "")
            nonce, digest = handshake.check_authorization(file.state, header, "POST", self.path)
            if nonce not in self.server.nonces:
                raise RefusedByRulesError("the nonce was not given, or was used before; say hello again")
            self.server.nonces.remove(nonce)
            with self._body(digest) as body:
                if self.path == "/hello":
                    self._hello(file, body.read(_SMALL).decode("ascii"))
                elif self.path == "/pull":
                    self._pull(file, body.read(_SMALL))
                elif self.path == "/push":
                    done = import_bundle(file, body)
                    self._send(200, msgspec.json.encode({"taken": done.taken, "known": done.known}))
                else:
                    raise BadInputError(f"{self.path}: there is {_PATHS}")

    @contextmanager
    def _body(self, digest: str) -> Iterator[BinaryIO]:
        """The body, kept aside until its hash is known to be the one that was signed."""
        length = int(self.headers.get("Content-Length") or -1)
        if not 0 <= length <= MAX_TOTAL:
            raise BadInputError(f"a body has a length from 0 to {MAX_TOTAL} bytes, and says so")
        with tempfile.TemporaryFile() as kept:
            found = sha256()
            while length:
                data = self.rfile.read(min(length, _CHUNK))
                if not data:
                    raise BadInputError("the body is cut off")
                found.update(data)
                kept.write(data)
                length -= len(data)
            if found.hexdigest() != digest:
                raise BadInputError("the body is not the one that was signed")
            kept.seek(0)
            yield cast("BinaryIO", kept)

    def _pull(self, file: RecordFile, body: bytes) -> None:
        heads = msgspec.json.decode(body, type=list[handshake.Head])
        after = handshake.beyond(file.state, file, heads)
        held = contents(file, "parties", after, most=PAGE)
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.merestone.bundle")
        self.end_headers()  # the bundle has an end line of its own; the connection ends with it
        for line in export(file, held, after, most=PAGE):
            self.wfile.write(line)

    def _answer(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except EnvironmentRefusedError as error:
            self._error(503, error)
        except RefusedByRulesError as error:
            self._error(403, error)
        except (MerestoneError, msgspec.MsgspecError, ValueError) as error:
            self._error(400, error)

    def _error(self, status: int, error: Exception) -> None:
        message = error.message if isinstance(error, MerestoneError) else "the request cannot be read"
        # A path of this machine is no one else's business.
        told = message.replace(str(self.server.record), "the record")
        self._send(status, json.dumps({"error": told}).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Fresh(msgspec.Struct, frozen=True):
    """A nonce that a desk gives to anyone: what is said next must be signed with it."""

    nonce: Hash


class _Taken(msgspec.Struct, frozen=True):
    """What the other desk says of a bundle that it took."""

    taken: int


_Said = TypeVar("_Said", _Fresh, Hello, _Taken)


class Peer:
    """The other desk, at a URL."""

    def __init__(self, url: str, record: RecordFile, signer: Signer) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise BadInputError(f"'{url}' is no address of a desk; write http://host:port or https://…")
        self._url = url.rstrip("/")
        self._record = record
        self._signer = signer
        self._given_after: dict[str, int] | None = None

    def hello(self) -> Hello:
        """Show a key, and let the other desk show itself.

        Raises RefusedByRulesError where it is not that of the other party.
        """
        asked = secrets.token_hex(32)
        with self._open(urllib.request.Request(f"{self._url}/nonce")) as answer:  # noqa: S310
            fresh = self._read(answer.read(_SMALL), _Fresh)
        with tempfile.TemporaryFile() as kept:
            self._post("/hello", fresh.nonce, asked.encode(), kept)
            kept.seek(0)
            said = self._read(kept.read(_SMALL), Hello)
        party = self._record.party
        assert party is not None
        handshake.check_hello(self._record.state, party, said, asked)
        return said

    def pull(self) -> Imported:
        """Take what the other desk has and this one lacks, one page of it."""
        said = self.hello()
        heads = handshake.asking(self._record.state, self._record, said.heads)
        with tempfile.TemporaryFile() as kept:
            self._post("/pull", said.nonce, msgspec.json.encode(heads), kept)
            kept.seek(0)
            return import_bundle(self._record, cast("BinaryIO", kept))

    def push(self) -> int:
        """Give what this desk has and the other lacks, one page of it; how many entries it took."""
        said = self.hello()
        after = handshake.beyond(self._record.state, self._record, said.heads)
        held = contents(self._record, "parties", after, most=PAGE)
        if not held.entries:
            return 0
        if after == self._given_after:
            raise BadInputError(f"{self._url}: says that it took entries and lacks them still")
        self._given_after = after
        with tempfile.TemporaryFile() as kept:
            found = sha256()
            for line in export(self._record, held, after, most=PAGE):
                found.update(line)
                kept.write(line)
            size = kept.tell()
            kept.seek(0)
            with tempfile.TemporaryFile() as answer:
                self._send("/push", said.nonce, kept, size, found.hexdigest(), answer)
                answer.seek(0)
                return self._read(answer.read(_SMALL), _Taken).taken

    def _read(self, answer: bytes, kind: type[_Said]) -> _Said:
        try:
            return msgspec.json.decode(answer, type=kind)
        except msgspec.MsgspecError:
            raise BadInputError(f"{self._url}: answers what no desk of a record does") from None

    def _post(self, path: str, nonce: str, body: bytes, sink: IO[bytes]) -> None:
        self._send(path, nonce, body, len(body), handshake.digest(body), sink)

    def _send(
        self, path: str, nonce: str, body: bytes | IO[bytes], size: int, digest: str, sink: IO[bytes]
    ) -> None:
        record = self._record.state.record
        header = handshake.authorization(self._signer, "POST", path, record, nonce, digest)
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self._url + path,
            data=body,
            headers={
                "Authorization": header,
                "Content-Length": str(size),
                "Content-Type": "application/octet-stream",
            },
            method="POST",
        )
        total = 0
        with self._open(request) as answer:
            while data := answer.read(_CHUNK):
                total += len(data)
                if total > MAX_TOTAL:
                    raise BadInputError(
                        f"{self._url}: sends more than the {MAX_TOTAL} bytes that a bundle may have"
                    )
                sink.write(data)

    def _open(self, request: urllib.request.Request) -> BinaryIO:
        try:
            opened: BinaryIO = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310
        except urllib.error.HTTPError as error:
            raise _as_told(self._url, error) from None
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise EnvironmentRefusedError(
                f"{self._url}: the other desk cannot be reached: {reason}"
            ) from None
        return opened


def _as_told(url: str, error: urllib.error.HTTPError) -> MerestoneError:
    """What the other desk said, with the meaning that it has here."""
    try:
        message = str(json.loads(error.read(_SMALL))["error"])
    except (ValueError, KeyError, TypeError):
        message = f"answers {error.code}"
    kinds: dict[int, type[MerestoneError]] = {403: RefusedByRulesError, 503: EnvironmentRefusedError}
    return kinds.get(error.code, BadInputError)(f"{url}: {message}")
