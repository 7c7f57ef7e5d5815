"""Keys of a party: made, exchanged, revoked, listed."""

from collections.abc import Sequence
from typing import Any, Literal

from merestone.errors import BadInputError, UsageError
from merestone.record.bodies import (
    KeyBody,
    Repudiation,
    Scope,
)
from merestone.record.forms import (
    Text,
)
from merestone.service.desk.acts import Written, named
from merestone.service.desk.founding import MadeKeys, make_keys, make_operational
from merestone.service.desk.place import Desk
from merestone.service.desk.write import check_may_write, write


def new_keys(
    desk: Desk,
    party: str | None,
    role: str | None,
    *,
    public: str | None = None,
    name: str | None = None,
    types: Sequence[str] = (),
    sections: Sequence[str] = (),
    full_powers: str | None = None,
    until: int | None = None,
) -> tuple[MadeKeys, Written | None]:
    """Make root and first authority key; with `role` one more operational key, entered where a record is
    here."""
    here = desk.record.exists()
    if party is None:
        party = _party(desk) if here else None
    if party is None:
        raise UsageError("which party? give --party, there is no record here that tells")
    if role is None:
        if public or name or types or sections or full_powers or until:
            raise UsageError(
                "--public, --name, --only-type, --only-section, --full-powers and --until need --role"
            )
        return make_keys(desk, party), None
    made = MadeKeys(party, public, None) if public else make_operational(desk, party)
    if not here:
        return made, None
    scope = Scope(list(types) or None, list(sections) or None) if types or sections else None
    body = KeyBody("new", made.public, _role(role), name, scope, full_powers, until)
    return made, _by_root(desk, body)


def _role(role: str) -> Literal["technical", "authority"]:
    return "technical" if role == "technical" else "authority"


def _party(desk: Desk) -> str | None:
    with desk.opened() as file:
        return file.party


def _by_root(desk: Desk, body: KeyBody | Repudiation) -> Written:
    with desk.opened() as file:
        root = desk.root(check_may_write(file))
        with file.writing():
            return Written(write(file, root, "key" if isinstance(body, KeyBody) else "repudiation", body))


def rotate_key(desk: Desk, public: str, role: str) -> tuple[MadeKeys, Written]:
    """Make a key in the place of another one."""
    party = _party(desk)
    if party is None:
        raise BadInputError(f"{desk.record}: the copy of no party has no keys")
    made = make_operational(desk, party)
    try:
        return made, _by_root(desk, KeyBody("rotate", made.public, _role(role), replaces=public))
    except BaseException:
        assert made.file is not None
        made.file.unlink()  # no entry names it, so it opens nothing
        raise


def revoke_key(desk: Desk, public: str, since: int | None) -> Written:
    """Revoke a key, from an entry on where its acceptances are not to stand."""
    return _by_root(desk, KeyBody("revoke", public, from_seq=since))


def repudiate(desk: Desk, name: str, reasons: Sequence[Text]) -> Written:
    """State that an entry of one's own log was not meant by one's party."""
    with desk.opened() as file:
        entry = named(file, name)
        if entry.party != file.party:
            raise UsageError(f"{name} is an entry of {entry.party}; a party repudiates its own alone")
    return _by_root(desk, Repudiation(entry.hash, list(reasons)))


def list_keys(desk: Desk) -> dict[str, Any]:
    """Both roots and the keys that they named."""
    with desk.opened() as file:
        return {
            "record": file.state.record,
            "parties": [
                {
                    "party": party,
                    "root": log.root,
                    "keys": [
                        {
                            "public": key.public,
                            "role": key.role,
                            "name": key.name,
                            "since": key.since,
                            "until": key.until,
                            "revoked": key.revoked,
                            "types": key.types,
                            "sections": key.sections,
                            "full_powers": key.full_powers,
                        }
                        for key in log.keys.values()
                    ],
                }
                for party, log in sorted(file.state.logs.items())
            ],
        }
