"""What an act about a unit does: the rules for accepting, withdrawing, reserving and tying.

Each function answers from the causal past of the entry alone. The same answer refuses an act while it is
being written, and leaves an act that crossed another one without effect when it arrives.
"""

from dataclasses import dataclass, field

from merestone.record.bodies import (
    Accept,
    Amendment,
    Arrangement,
    Correction,
    ErrorClaim,
    InForce,
    Package,
    Proposal,
    Protocol,
    Reserve,
    Withdraw,
)
from merestone.record.entry import Entry, content_hash
from merestone.record.units import (
    Event,
    Revocations,
    Rules,
    Standing,
    Unit,
    View,
    What,
    beside,
    both_complete,
    received,
    settles_alone,
    standing,
)

Offer = Proposal | Correction | Amendment | Package | Arrangement | Protocol
Act = Offer | Accept | Reserve | Withdraw | ErrorClaim | InForce


@dataclass(frozen=True, slots=True)
class Past:
    """All that the writer of an entry knew: units and where they stand, as far as the entry's past
    reaches."""

    party: str
    other: str
    view: View
    rules: Rules
    revoked: Revocations
    units: dict[str, Unit]
    threads: dict[str, list[str]]
    ties: dict[str, list[str]]
    reservations: dict[str, str]

    def unit(self, hash_: str) -> Unit | None:
        """A unit that the writer knew and that had effect."""
        unit = self.units.get(hash_)
        known = unit is not None and not unit.void and unit.seq <= self.view[unit.author]
        return unit if known else None

    def stand(self, unit: Unit, party: str) -> Standing:
        """A party's side of a unit.

        An acceptance of the writer's own party which its root has revoked counts until it is decided: the
        other party may have acknowledged it before, and then the revocation came too late.
        """
        return self._fold(unit, party, undecided=party == self.party)

    def mine(self, unit: Unit) -> Standing:
        return self.stand(unit, self.party)

    def bound(self, unit: Unit) -> bool:
        """Whether, for all that the writer knew, both have accepted what can settle by itself: from then on
        its party can take nothing of this unit back."""
        accepted = both_complete(self.mine(unit), self.stand(unit, self.other))
        return accepted and settles_alone(unit, self.rules)

    def settled(self, unit: Unit) -> bool:
        """Whether the writer knew that it is settled, alone or in a package; its own entry is a receipt."""
        return any(self._settled_by_itself(one) for one in (unit, *self.packages(unit)))

    def _settled_by_itself(self, unit: Unit) -> bool:
        mine = self._fold(unit, self.party, undecided=False).complete
        theirs = self.stand(unit, self.other).complete
        both = mine is not None and received(mine, self.other, self.view) and theirs is not None
        return both and settles_alone(unit, self.rules)

    def packages(self, unit: Unit) -> list[Unit]:
        """The packages that the writer knew to tie this unit."""
        known = (self.unit(name) for name in self.ties.get(unit.entry, ()))
        return [one for one in known if one is not None]

    def _fold(self, unit: Unit, party: str, *, undecided: bool) -> Standing:
        other = self.other if party == self.party else self.party
        return standing(unit, party, other, self.view, self.rules, self.revoked, undecided=undecided)

    def gone(self, unit: Unit) -> bool:
        """Whether its author has taken the offer back or put another in its place."""
        return self.stand(unit, unit.author).gone is not None

    def mates(self, unit: Unit) -> list[Unit]:
        """The other offers that share an exchange with this one, as far as the writer knew them."""
        found = beside(unit, self.units, self.threads, self.ties)
        return [one for one in found if one.seq <= self.view[one.author]]

    def reserved(self, unit: Unit) -> bool:
        """Whether a reservation of the writer's party stands about this unit or about what it ties."""
        named = (unit, *(self.units[name] for name in unit.members))
        return any(self.mine(one).reserved is not None for one in named)


@dataclass(slots=True)
class Effect:
    """What an act does: events to note, and why it has no effect where it has none."""

    void: str = ""
    what: What | None = None
    unit: Unit | None = None
    made: Unit | None = None
    replaced: list[Unit] = field(default_factory=list)


def effect(entry: Entry, body: Act, past: Past, *, authority: bool) -> Effect:
    """What `entry` does, judged from its past."""
    if isinstance(body, Accept):
        return _accept(body, past, authority=authority)
    if isinstance(body, Withdraw):
        return _withdraw(body, past, authority=authority)
    if isinstance(body, Reserve):
        return _reserve(body, past, authority=authority)
    if isinstance(body, ErrorClaim | InForce):
        unit = past.unit(body.of)
        return Effect("unseen" if unit is None else "" if past.settled(unit) else "not-settled", None, unit)
    return _offer(entry, body, past, authority=authority)


def _offer(entry: Entry, body: Offer, past: Past, *, authority: bool) -> Effect:
    made = unit_of(entry, body)
    answered = None if made.thread == made.entry else past.unit(made.thread)
    if made.thread != made.entry:
        if answered is None:
            return Effect("unseen", "accept", made, made)
        made.thread = answered.thread
    if isinstance(body, Correction | Amendment):
        of = past.unit(body.of)
        if of is None or not past.settled(of):
            return Effect("unseen" if of is None else "not-settled", "accept", made, made)
        made.thread = f"{of.entry}+"
    members = [past.unit(name) for name in made.members]
    if any(one is None or one.kind != "proposal" or past.gone(one) for one in members):
        return Effect("unseen", "accept", made, made)
    if len({one.thread for one in members if one is not None}) < len(members):
        return Effect("one-exchange", "accept", made, made)
    return _stand_behind(made, past, authority=authority, made=made)


def unit_of(entry: Entry, body: Offer) -> Unit:
    """The unit that an offer makes; ``thread`` still names the entry that it answers, or itself."""
    answers = getattr(body, "answers", None)
    content = body if isinstance(body, Package) else body.content
    return Unit(
        entry.hash,
        entry.type,
        entry.party,
        entry.seq,
        entry.ack,
        entry.payload.at,
        content_hash(content),
        answers or entry.hash,
        getattr(content, "section", None),
        getattr(content, "comparison", None),
        list(body.members) if isinstance(body, Package) else [],
        getattr(body, "of", None),
        {},
    )


def _accept(body: Accept, past: Past, *, authority: bool) -> Effect:
    unit = past.unit(body.entry)
    if unit is None:
        return Effect("unseen")
    if body.content != unit.content:
        return Effect("other-content", "accept", unit)
    if past.gone(unit):
        return Effect("withdrawn", "accept", unit)
    if any(not past.gone(one) for one in past.packages(unit)):
        return Effect("tied", "accept", unit)
    return _stand_behind(unit, past, authority=authority)


def _stand_behind(unit: Unit, past: Past, *, authority: bool, made: Unit | None = None) -> Effect:
    """A party stands behind one offer of an exchange at a time: what it accepts takes the place of what it
    accepted."""
    if past.reserved(unit):
        return Effect("reserved", "accept", unit, made)
    mates = past.mates(unit)
    if any(past.bound(one) for one in mates):
        return Effect("exchange-settled", "accept", unit, made)
    replaced = [one for one in mates if past.mine(one).signers]
    if not authority and any(past.mine(one).authorities for one in replaced):
        return Effect("needs-authority", "accept", unit, made)
    return Effect("", "accept", unit, made, replaced)


def _withdraw(body: Withdraw, past: Past, *, authority: bool) -> Effect:
    unit = past.unit(body.entry)
    if unit is None:
        return _lift(body, past, authority=authority)
    mine = past.mine(unit)
    if past.bound(unit):
        return Effect("bound", "withdraw", unit)
    if not mine.signers:
        return Effect("nothing-to-withdraw", "withdraw", unit)
    if mine.authorities and not authority:
        return Effect("needs-authority", "withdraw", unit)
    return Effect("", "withdraw", unit)


def _lift(body: Withdraw, past: Past, *, authority: bool) -> Effect:
    """Take back one's own reservation; after that the party may accept anew."""
    unit = past.units.get(past.reservations.get(body.entry, ""))
    if unit is None:
        return Effect("unseen")
    reserved = past.mine(unit).reserved
    if reserved is None or reserved.entry != body.entry:
        return Effect("nothing-to-withdraw", "lift", unit)
    if reserved.authority and not authority:
        return Effect("needs-authority", "lift", unit)
    return Effect("", "lift", unit)


def _reserve(body: Reserve, past: Past, *, authority: bool) -> Effect:
    """A party with a reservation stands behind the offer no more, nor behind a package that ties it."""
    unit = past.unit(body.entry)
    if unit is None:
        return Effect("unseen")
    packages = past.packages(unit)
    if any(past.bound(one) for one in (unit, *packages)):
        return Effect("bound", "reserve", unit)
    if not authority and any(past.mine(one).authorities for one in (unit, *packages)):
        return Effect("needs-authority", "reserve", unit)
    return Effect("", "reserve", unit, None, [one for one in packages if past.mine(one).signers])


def event_of(entry: Entry, what: What, *, holder: str, authority: bool, void: str = "") -> Event:
    """The event that an entry is for a unit."""
    return Event(entry.seq, entry.ack, entry.key, holder, authority, what, entry.hash, entry.payload.at, void)


VOID = {
    "unseen": "it names an entry that its writer had not received, or that is no offer standing",
    "other-content": "it names other content than that of the entry",
    "withdrawn": "its author had withdrawn or replaced the offer",
    "reserved": "the party's own reservation about it, or about what it ties, stands; withdraw that first",
    "tied": "a package ties it; accept the package",
    "exchange-settled": "both had accepted another offer of this exchange; propose an amendment of that",
    "one-exchange": "it ties two offers of one exchange, of which one at most can settle",
    "needs-authority": "an authority key stands behind what a technical key would take back",
    "bound": "its writer had received the other party's acceptance, and its own stands or, where its key was "
    "revoked, may have been acknowledged before; it is the receipt of it and nothing more",
    "nothing-to-withdraw": "the party does not stand behind it, or does so by a package alone; withdraw that",
    "not-settled": "what it is about was not settled, for all that its writer knew",
    "closed": "both parties had ended the record",
    "scope": "its key may sign for some sections, and for others or for all it may not",
    "repeated": "this key stands behind it already and nothing new is acknowledged",
}
"""Why an act has no effect, in words."""
