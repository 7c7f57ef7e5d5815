"""Exchange bundles with the other desk over a network."""

from collections.abc import Callable
from dataclasses import dataclass

from merestone.errors import EnvironmentRefusedError, RefusedByRulesError
from merestone.service.desk.place import Desk
from merestone.store.network import DeskServer, Peer


@dataclass(frozen=True, slots=True)
class Synced:
    """What went over: entries that came, entries that the other desk took."""

    taken: int
    given: int
    adopted: int


def sync(desk: Desk, url: str) -> Synced:
    """Pull what the other desk has, then push what it lacks; every page is taken whole or not at all."""
    with desk.opened() as file:
        party = file.party
        if party is None:
            raise RefusedByRulesError(
                f"{file.path}: the copy of no party cannot show itself to the other desk"
            )
        peer = Peer(url, file, desk.signer(party))
        taken = given = adopted = 0
        while (page := peer.pull()).taken:
            taken += page.taken
            adopted = max(adopted, page.adopted)
        while count := peer.push():
            given += count
        return Synced(taken, given, adopted)


def serve(desk: Desk, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answer the other desk until interrupted; `ready` is told the address once it can be reached."""
    with desk.opened() as file:
        party = file.party
        if party is None:
            raise RefusedByRulesError(
                f"{file.path}: the copy of no party cannot show itself to the other desk"
            )
    signer = desk.signer(party)
    try:
        server = DeskServer((host, port), desk.record, signer)
    except OSError as error:
        raise EnvironmentRefusedError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    with server:
        ready(f"http://{server.server_address[0]!s}:{server.server_address[1]}")
        server.serve_forever()
