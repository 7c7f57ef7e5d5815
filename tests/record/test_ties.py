"""Rules where several offers, keys or endings meet: packages and exchanges, rotation, scope, closing, wholes.

Each test is the shortest story in which an earlier form of the rules went wrong.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pens import Pen, a_line, exchange, founded, signer, words

from merestone.errors import RefusedByRulesError
from merestone.record import status
from merestone.record.bodies import (
    Amendment,
    Close,
    Correction,
    ErrorClaim,
    InForce,
    Join,
    KeyBody,
    Opened,
    Package,
    Receipt,
    Repudiation,
    Reserve,
    Scope,
    Withdraw,
)
from merestone.record.disclosure import level_of

AWAY = a_line((10, 50), (10.2, 51))


def state(pen, offer):
    return status.state_of(pen.ledger, pen.unit(offer))


def receipts(left, right):
    """Both get everything and say so."""
    exchange(left, right)
    for pen in (left, right):
        pen.write("receipt", Receipt())
    exchange(left, right)


def packaged(left, count=2):
    """Offers of the left party, tied by it."""
    offers = [left.propose(a_line(section=f"M1-S0{k}")) for k in range(1, count + 1)]
    return offers, left.write("package", Package([offer.hash for offer in offers]))


def settled(left, right):
    offer = left.propose()
    exchange(left, right)
    right.accept(offer)
    receipts(left, right)
    assert state(left, offer) == state(right, offer) == "settled"
    return offer


# -- packages


def test_a_reservation_about_one_member_blocks_the_package():
    left, right = founded()
    offers, package = packaged(left)
    reservation = left.write("reserve", Reserve(offers[0].hash, words("the spring")))
    assert left.voids[-1] == ""
    right.receive(left)
    right.accept(package)
    receipts(left, right)
    assert state(left, package) == "superseded"
    assert [state(right, offer) for offer in offers] == ["reserved", "open"]
    left.write("package", Package([offer.hash for offer in offers]))
    assert left.voids[-1] == "reserved"
    left.write("withdraw", Withdraw(reservation.hash))
    left.write("package", Package([offer.hash for offer in offers]))
    assert left.voids[-1] == ""


def test_a_package_is_not_accepted_over_ones_own_reservation():
    left, right = founded()
    offers, package = packaged(left)
    right.receive(left)
    right.write("reserve", Reserve(offers[1].hash, words("the spring")))
    right.accept(package)
    assert right.voids[-1] == "reserved"


def test_a_reservation_about_a_member_of_a_package_that_both_accepted_changes_nothing():
    left, right = founded()
    offers, package = packaged(left)
    right.receive(left)
    right.accept(package)
    receipts(left, right)
    left.write("reserve", Reserve(offers[0].hash, words("too late")))
    assert left.voids[-1] == "bound"
    assert status.sections(left.ledger)[0]["reserved_by"] == []


def test_another_offer_of_an_exchange_takes_the_place_of_the_package_that_ties_it():
    """A party stands behind one offer of an exchange, also where it stands behind it by a package."""
    left, right = founded()
    offers, package = packaged(left)
    right.receive(left)
    counter = right.propose(AWAY, answers=offers[0].hash)
    left.receive(right)
    left.accept(counter)
    right.accept(package)
    receipts(left, right)
    assert "settled" not in {state(left, package), state(left, counter), state(left, offers[0])}


def test_after_a_package_has_settled_its_exchanges_are_closed():
    left, right = founded()
    offers, package = packaged(left)
    right.receive(left)
    right.accept(package)
    receipts(left, right)
    left.propose(AWAY, answers=offers[0].hash)
    assert left.voids[-1] == "exchange-settled"
    other = left.propose(a_line(section="M1-S09"))
    left.write("package", Package([offers[0].hash, other.hash]))
    assert left.voids[-1] == "exchange-settled"


def test_two_packages_with_different_offers_of_an_exchange_do_not_both_settle():
    left, right = founded()
    offers, first = packaged(left)
    right.receive(left)
    counter = right.propose(AWAY, answers=offers[0].hash)
    third = right.propose(a_line(section="M1-S09"))
    second = right.write("package", Package([counter.hash, third.hash]))
    left.receive(right)
    left.accept(second)
    right.accept(first)
    receipts(left, right)
    assert "settled" not in {state(left, first), state(left, second)}


def test_a_package_ties_no_two_offers_of_one_exchange():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    counter = right.propose(AWAY, answers=offer.hash)
    right.write("package", Package([offer.hash, counter.hash]))
    assert right.voids[-1] == "one-exchange"


def test_an_offer_without_effect_cannot_be_accepted():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    right.accept(offer)
    void = right.write("correction", Correction(offer.hash, AWAY, words()))
    assert right.voids[-1] == "not-settled"
    left.receive(right)
    left.accept(void)
    assert left.voids[-1] == "unseen"
    right.receive(left)
    right.accept(void)
    assert right.voids[-1] == "unseen"


def test_a_repudiated_acceptance_of_a_package_marks_its_sections():
    left, right = founded()
    _, package = packaged(left)
    right.receive(left)
    acceptance = right.accept(package)
    receipts(left, right)
    right.write("repudiation", Repudiation(acceptance.hash, words()), right.root)
    assert [one["contested"] for one in status.sections(right.ledger)] == [True, True]


# -- what only something settled allows


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("in_force", lambda offer: InForce(offer.hash, "2026-06-01")),
        ("error_claim", lambda offer: ErrorClaim(offer.hash, words())),
        ("correction", lambda offer: Correction(offer.hash, AWAY, words())),
        ("amendment", lambda offer: Amendment(offer.hash, AWAY, "2027-01-01")),
    ],
)
def test_what_follows_something_settled_waits_until_it_is(type_, body):
    """The second to accept does not know whether the first has received it, and may have withdrawn."""
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    left.write("withdraw", Withdraw(offer.hash))
    right.accept(offer)
    right.write(type_, body(offer))
    assert right.voids[-1] == "not-settled"
    receipts(left, right)
    assert state(left, offer) == "withdrawn"
    again = settled(left, right)
    right.write(type_, body(again))
    assert right.voids[-1] == ""


def test_what_follows_one_thing_is_one_exchange():
    left, right = founded()
    offer = settled(left, right)
    mine = left.write("amendment", Amendment(offer.hash, AWAY, "2027-01-01"))
    theirs = right.write("amendment", Amendment(offer.hash, a_line((10, 50), (11, 51)), "2027-01-01"))
    exchange(left, right)
    left.accept(theirs)
    right.accept(mine)
    receipts(left, right)
    assert "settled" not in {state(left, mine), state(left, theirs)}


def test_what_was_amended_under_another_label_is_not_in_place():
    left, right = founded()
    offer = settled(left, right)
    later = left.write("amendment", Amendment(offer.hash, a_line(section="M2-S01"), "2027-01-01"))
    exchange(left, right)
    right.accept(later)
    receipts(left, right)
    assert status.in_place(left.ledger, "M1-S03") == []
    assert [one.entry for one in status.in_place(left.ledger, "M2-S01")] == [later.hash]


def test_as_of_an_entry_nothing_said_later_is_shown():
    left, right = founded()
    offer = settled(left, right)
    before = left.ledger.view
    left.write("in_force", InForce(offer.hash, "2026-06-01"))
    left.write("error_claim", ErrorClaim(offer.hash, words()))
    shown = status.sections(left.ledger, before)[0]
    assert (shown["in_force"], shown["contested"]) == ([], False)
    shown = status.sections(left.ledger)[0]
    assert (shown["in_force"], shown["contested"]) == ([{"party": "AAA", "day": "2026-06-01"}], True)


# -- as a whole


def test_as_a_whole_what_both_have_accepted_can_still_be_packaged_and_withdrawn():
    left, right = founded(settlement="as-a-whole")
    offers = [left.propose(a_line(section=f"M1-S0{k}")) for k in (1, 2)]
    right.receive(left)
    for offer in offers:
        right.accept(offer)
    receipts(left, right)
    assert [state(left, offer) for offer in offers] == ["accepted", "accepted"]
    assert {one["what"] for one in status.waiting(left.ledger)} == {"package"}
    left.write("in_force", InForce(offers[0].hash, "2026-06-01"))
    assert left.voids[-1] == "not-settled"
    left.write("correction", Correction(offers[0].hash, AWAY, words()))
    assert left.voids[-1] == "not-settled"
    package = left.write("package", Package([offer.hash for offer in offers]))
    assert left.voids[-1] == ""
    right.receive(left)
    right.accept(package)
    receipts(left, right)
    assert [state(right, offer) for offer in offers] == ["settled", "settled"]
    alone = left.propose(a_line(section="M1-S03"))
    exchange(left, right)
    right.accept(alone)
    exchange(left, right)
    left.write("withdraw", Withdraw(alone.hash))
    assert left.voids[-1] == ""


# -- keys


def test_a_rotated_key_is_no_second_signature():
    left, right = founded(quorum=(2, 1))
    offer = left.propose()
    new = signer("AAA new")
    left.write("key", KeyBody("rotate", new.public, "authority", replaces=left.key.public), left.root)
    left.accept(offer, new)
    exchange(left, right)
    right.accept(offer)
    receipts_by(left, new, right)
    assert state(left, offer) == "accepted-by-one"
    second = left.new_key("second")
    left.accept(offer, second)
    exchange(left, right)
    right.write("receipt", Receipt())
    exchange(left, right)
    assert state(left, offer) == "settled"


def receipts_by(left, key, right):
    left.receive(right)
    left.write("receipt", Receipt(), key)
    right.receive(left)


@pytest.mark.parametrize(
    ("type_", "body"),
    [("close", lambda _: Close(words())), ("disclosure", lambda offer: Opened([offer.hash], "public"))],
)
def test_a_key_for_some_sections_does_not_act_for_all(type_, body):
    left, right = founded()
    east = left.new_key("east", scope=Scope(sections=["M1-S03"]))
    offer = left.propose(key=east)
    left.write(type_, body(offer), east)
    assert left.voids[-1] == "scope"
    assert left.ledger.judge(left.entries[-1]) == "scope"
    assert left.ledger.logs["AAA"].closed is None
    right.receive(left)
    right.write("disclosure", Opened([offer.hash], "public"))
    assert level_of(right.ledger, offer) == "parties"


def test_reasons_of_a_repudiation_are_for_the_parties():
    left, _ = founded()
    offer = left.propose()
    made = left.write("repudiation", Repudiation(offer.hash, words()), left.root)
    assert level_of(left.ledger, left.entries[0]) == "observers"
    assert level_of(left.ledger, made) == "parties"


@pytest.mark.parametrize("change", ["founding", "terms"])
def test_who_joins_names_what_was_founded(change):
    left, _ = founded()
    right = Pen("BBB")
    right.take(left.entries[0])
    said = {"founding": left.entries[0].hash, "terms": left.ledger.statement.terms, change: "f" * 64}
    with pytest.raises(RefusedByRulesError, match="another founding entry or other terms"):
        right.write("join", Join(**said), right.root)


# -- the end


def test_nothing_settles_by_a_receipt_after_both_have_closed():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    left.write("close", Close(words()))
    right.accept(offer)
    right.write("close", Close(words()))
    receipts(left, right)
    assert state(left, offer) == state(right, offer) == "accepted"
    assert status.waiting(left.ledger) == []


def test_a_close_that_is_itself_the_receipt_settles():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    right.accept(offer)
    right.write("close", Close(words()))
    left.receive(right)
    left.write("close", Close(words()))
    assert state(left, offer) == "settled"
