"""What is settled, by whom, and what is not: the rules one by one, with real keys."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from pens import Pen, a_line, exchange, founded, signer, words

from merestone.errors import BadInputError, RefusedByRulesError
from merestone.record import entry as entries
from merestone.record import status
from merestone.record.bodies import (
    Accept,
    Amendment,
    Arrangement,
    ArrangementContent,
    Close,
    Correction,
    ErrorClaim,
    InForce,
    KeyBody,
    Notice,
    Package,
    Proposal,
    Receipt,
    Repudiation,
    Reserve,
    Scope,
    Withdraw,
)
from merestone.record.entry import Ack
from merestone.record.folding import fold
from merestone.record.forms import (
    Text,
)
from merestone.record.ledger import restored, snapshot
from merestone.record.logs import TwoEntriesError


def state(pen, offer):
    return status.state_of(pen.ledger, pen.unit(offer))


def settled_pair(**terms):
    """A proposal that both have settled, and the two pens."""
    left, right = founded(**terms)
    offer = left.propose()
    right.receive(left)
    right.accept(offer)
    left.receive(right)
    left.write("receipt", Receipt())
    right.receive(left)
    return left, right, offer


def test_from_proposed_to_settled():
    left, right = founded()
    offer = left.propose()
    assert state(left, offer) == "proposed"
    right.receive(left)
    right.accept(offer)
    assert state(right, offer) == "accepted"  # its own acceptance may not have arrived
    assert status.waiting(right.ledger)[0]["what"] == "acknowledge"
    left.receive(right)
    assert state(left, offer) == "accepted"
    assert [(one["party"], one["what"]) for one in status.waiting(left.ledger)] == [("AAA", "acknowledge")]
    left.write("notice", Notice(words("received")))
    assert state(left, offer) == "settled"
    assert state(right, offer) == "accepted"
    right.receive(left)
    assert state(right, offer) == "settled"
    one = status.sections(right.ledger)[0]
    assert one["id"] == "M1-S03"
    assert one["accepted_by"] == ["AAA", "BBB"]
    assert one["settled_at_entries"] == {"AAA": offer.seq, "BBB": 3}
    assert status.waiting(right.ledger) == []


def test_a_withdrawal_that_crosses_the_acceptance_has_effect():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    left.write("withdraw", Withdraw(offer.hash))
    right.accept(offer)
    exchange(left, right)
    for pen in (left, right):
        pen.write("receipt", Receipt())
    exchange(left, right)
    assert state(left, offer) == state(right, offer) == "withdrawn"


def test_a_withdrawal_after_the_acceptance_was_received_is_its_receipt():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    right.accept(offer)
    left.receive(right)
    withdrawal = left.write("withdraw", Withdraw(offer.hash))
    assert left.voids[-1] == "bound"
    assert left.ledger.voids[withdrawal.hash] == "bound"
    assert state(left, offer) == "settled"


def test_what_waits_for_a_quorum_is_initialled():
    left, right = founded(quorum=(2, 1))
    technical = right.new_key("expert", "technical")
    second = left.new_key("second")
    offer = left.propose()
    exchange(left, right)
    right.accept(offer, technical)
    assert state(right, offer) == "initialled"
    right.accept(offer)
    assert state(right, offer) == "accepted-by-one"
    left.receive(right)
    assert ("AAA", "sign") in [(w["party"], w["what"]) for w in status.waiting(left.ledger)]
    left.accept(offer)  # the same key again counts once
    assert state(left, offer) == "accepted-by-one"
    left.accept(offer, second)
    exchange(left, right)
    right.write("receipt", Receipt())
    assert state(right, offer) == "settled"


def test_a_reservation_blocks_until_it_is_withdrawn_and_accepted_anew():
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    reserve = right.write("reserve", Reserve(offer.hash, words("the spring")))
    assert state(right, offer) == "reserved"
    right.accept(offer)
    assert right.voids[-1] == "reserved"
    right.write("withdraw", Withdraw(reserve.hash))
    assert state(right, offer) == "proposed"
    right.accept(offer)
    left.receive(right)
    left.write("receipt", Receipt())
    assert state(left, offer) == "settled"
    left.write("reserve", Reserve(offer.hash, words("too late")))
    assert left.voids[-1] == "bound"
    assert state(left, offer) == "settled"


def test_a_counter_offer_takes_the_place_of_ones_own():
    left, right = founded()
    first = left.propose()
    right.receive(left)
    answer = right.propose(a_line((10, 50), (10.1, 51)), answers=first.hash)
    left.receive(right)
    again = left.propose(a_line((10, 50), (10.05, 51)), answers=answer.hash)
    assert state(left, first) == "superseded"
    right.receive(left)
    right.accept(again)
    assert state(right, answer) == "superseded"
    left.receive(right)
    left.write("receipt", Receipt())
    assert status.sections(left.ledger)[0]["entry"] == again.hash
    right.receive(left)
    right.propose(a_line((10, 50), (10.2, 51)), answers=again.hash)
    assert right.voids[-1] == "exchange-settled"


def test_both_accepting_the_others_offer_at_once_settles_neither():
    left, right = founded()
    one = left.propose()
    right.receive(left)
    other = right.propose(a_line((10, 50), (11, 51)), answers=one.hash)
    left.receive(right)
    right.accept(one)
    left.accept(other)
    exchange(left, right)
    for pen in (left, right):
        pen.write("receipt", Receipt())
    exchange(left, right)
    assert "settled" not in {state(left, one), state(left, other)}


def test_a_package_settles_all_or_none():
    left, right = founded()
    offers = [left.propose(a_line(section=f"M1-S0{k}")) for k in range(3)]
    package = left.write("package", Package([offer.hash for offer in offers[:2]]))
    right.receive(left)
    right.accept(offers[0])
    assert right.voids[-1] == "tied"
    right.accept(offers[2])
    assert state(right, offers[2]) == "accepted"
    right.accept(package)
    left.receive(right)
    left.write("receipt", Receipt())
    assert [state(left, offer) for offer in offers] == ["settled"] * 3
    assert status.sections(left.ledger)[0]["settled_at_entries"] == {"AAA": package.seq, "BBB": 5}


def test_a_withdrawn_package_leaves_its_members_to_be_accepted_anew():
    left, right = founded()
    offers = [left.propose(a_line(section=f"M1-S0{k}")) for k in range(2)]
    package = left.write("package", Package([offer.hash for offer in offers]))
    left.write("withdraw", Withdraw(package.hash))
    assert state(left, offers[0]) == "open"
    left.accept(offers[0])
    right.receive(left)
    right.accept(offers[0])
    assert state(right, offers[0]) == "accepted"


def test_as_a_whole_only_packages_settle():
    left, right = founded(settlement="as-a-whole")
    offers = [left.propose(a_line(section=f"M1-S0{k}")) for k in range(2)]
    right.receive(left)
    right.accept(offers[0])
    left.receive(right)
    left.write("receipt", Receipt())
    assert state(left, offers[0]) == "accepted"


def test_corrections_and_amendments_follow_what_is_settled():
    left, right, offer = settled_pair()
    better = a_line((10, 50), (10.0001, 51))
    fix = left.write("correction", Correction(offer.hash, better, words("a digit was left out")))
    right.receive(left)
    right.accept(fix)
    left.receive(right)
    left.write("receipt", Receipt())
    shown = status.sections(left.ledger)[0]
    assert shown["entry"] == fix.hash
    assert state(left, offer) == "settled"
    left.write("amendment", Amendment("f" * 64, better, "2026-05-01"))
    assert left.voids[-1] == "unseen"


def test_an_error_claim_stands_beside_and_undoes_nothing():
    left, right, offer = settled_pair()
    right.write("error_claim", ErrorClaim(offer.hash, words("the pillar was mapped wrongly")))
    left.receive(right)
    shown = status.sections(left.ledger)[0]
    assert shown["state"] == "settled"
    assert shown["contested"]
    left.write("in_force", InForce(offer.hash, "2026-06-01"))
    assert status.sections(left.ledger)[0]["in_force"] == [{"party": "AAA", "day": "2026-06-01"}]


def test_an_arrangement_settles_as_an_offer_does():
    left, right = founded()
    content = ArrangementContent("transit", words("the road stays open"), road="M6")
    offer = left.write("arrangement", Arrangement(content))
    right.receive(left)
    right.accept(offer)
    left.receive(right)
    left.write("receipt", Receipt())
    assert status.others(left.ledger)[0]["state"] == "settled"
    assert status.sections(left.ledger) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (lambda offer: Accept("f" * 64, "f" * 64), "unseen"),
        (lambda offer: Accept(offer.hash, "f" * 64), "other-content"),
        (lambda offer: Withdraw(offer.hash), "nothing-to-withdraw"),
        (lambda offer: Withdraw("f" * 64), "unseen"),
        (lambda offer: Reserve("f" * 64, words()), "unseen"),
        (lambda offer: ErrorClaim(offer.hash, words()), "not-settled"),
        (lambda offer: InForce(offer.hash, "2026-06-01"), "not-settled"),
        (lambda offer: Proposal(a_line(), "f" * 64), "unseen"),
        (lambda offer: Package([offer.hash, "f" * 64]), "unseen"),
    ],
)
def test_acts_that_have_no_effect(body, reason):
    left, right = founded()
    offer = left.propose()
    right.receive(left)
    made = body(offer)
    kinds = {
        Accept: "accept", Withdraw: "withdraw", Reserve: "reserve", ErrorClaim: "error_claim",
        InForce: "in_force", Proposal: "proposal", Package: "package",
    }  # fmt: skip
    right.write(kinds[type(made)], made)
    assert right.voids[-1] == reason
    left.receive(right)
    assert state(left, offer) == "proposed"


def test_a_technical_key_takes_back_nothing_that_an_authority_signed():
    left, _ = founded()
    expert = left.new_key("expert", "technical")
    offer = left.propose()
    left.write("withdraw", Withdraw(offer.hash), expert)
    assert left.voids[-1] == "needs-authority"
    left.propose(a_line((1, 1), (1, 2)), expert, answers=offer.hash)
    assert left.voids[-1] == "needs-authority"
    assert state(left, offer) == "proposed"


def test_nothing_settles_after_both_have_closed():
    left, right = founded()
    offer = left.propose()
    for pen in (left, right):
        pen.write("close", Close(words("done")))
    exchange(left, right)
    right.accept(offer)
    assert right.voids[-1] == "closed"


def test_a_revocation_takes_back_what_was_not_acknowledged():
    left, right = founded()
    thief = left.new_key("stolen")
    offer = right.propose()
    left.receive(right)
    left.accept(offer, thief)
    left.write("key", KeyBody("revoke", thief.public, from_seq=4), left.root)
    assert left.ledger.stand(left.unit(offer), "AAA").complete is None
    with pytest.raises(RefusedByRulesError, match="may not sign under this number"):
        left.write("receipt", Receipt(), thief)


def test_a_revocation_does_not_reach_below_what_was_acknowledged():
    left, right = founded()
    thief = left.new_key("stolen")
    offer = right.propose()
    left.receive(right)
    left.accept(offer, thief)
    right.receive(left)
    right.write("receipt", Receipt())
    left.write("key", KeyBody("revoke", thief.public, from_seq=1), left.root)
    exchange(left, right)
    assert state(left, offer) == state(right, offer) == "settled"


def revoked_in_doubt():
    """The left party has revoked a key that had accepted; it does not know yet that the right party had
    acknowledged the acceptance before."""
    left, right = founded()
    thief = left.new_key("stolen")
    offer = right.propose()
    left.receive(right)
    left.accept(offer, thief)
    right.receive(left)
    left.write("key", KeyBody("revoke", thief.public, from_seq=4), left.root)
    return left, right, offer


@pytest.mark.parametrize(
    ("act", "void"),
    [
        (lambda left, offer: left.write("withdraw", Withdraw(offer.hash)), "bound"),
        (lambda left, offer: left.write("reserve", Reserve(offer.hash, words())), "bound"),
        (lambda left, offer: left.propose(answers=offer.hash), "exchange-settled"),
    ],
)
def test_while_a_revocation_may_have_come_too_late_nothing_is_taken_back(act, void):
    left, right, offer = revoked_in_doubt()
    right.write("receipt", Receipt())
    assert state(right, offer) == "settled"
    act(left, offer)
    assert left.voids[-1] == void
    left.accept(offer)
    act(left, offer)
    exchange(left, right)
    assert state(left, offer) == state(right, offer) == "settled"


def test_of_two_signers_one_revoked_in_doubt_does_not_free_the_other():
    left, right = founded(quorum=(2, 1))
    thief = left.new_key("stolen")
    offer = right.propose()
    left.receive(right)
    left.accept(offer, thief)
    left.accept(offer)
    right.receive(left)
    right.write("receipt", Receipt())
    assert state(right, offer) == "settled"
    left.write("key", KeyBody("revoke", thief.public, from_seq=4), left.root)
    left.write("withdraw", Withdraw(offer.hash))
    exchange(left, right)
    assert state(left, offer) == state(right, offer) == "settled"


def test_once_the_other_has_answered_a_revocation_the_party_is_free():
    left, right, offer = revoked_in_doubt()
    right.receive(left)
    right.write("receipt", Receipt())
    left.receive(right)
    left.write("withdraw", Withdraw(offer.hash))
    assert left.voids[-1] == "nothing-to-withdraw"
    left.write("reserve", Reserve(offer.hash, words()))
    assert left.voids[-1] == ""
    right.receive(left)
    assert state(left, offer) == state(right, offer) == "reserved"


def test_a_repudiation_marks_and_does_not_erase():
    left, _, offer = settled_pair()
    left.write("repudiation", Repudiation(offer.hash, words("not by us")), left.root)
    assert status.sections(left.ledger)[0]["contested"]
    assert state(left, offer) == "settled"


def test_keys_sign_within_their_role_and_scope():
    left, right = founded()
    incidents = left.new_key("patrol", "technical", scope=Scope(types=["incident"]))
    east = left.new_key("east", "authority", scope=Scope(sections=["M1-S09"]))
    short = left.new_key("short", "authority", until_seq=6)
    with pytest.raises(RefusedByRulesError, match="outside the scope"):
        left.write("notice", Notice(words()), incidents)
    with pytest.raises(RefusedByRulesError, match="only an authority key"):
        left.write("close", Close(words()), incidents)
    with pytest.raises(RefusedByRulesError, match="only the root"):
        left.write("key", KeyBody("new", "d" * 64, "technical"))
    with pytest.raises(RefusedByRulesError, match="root, which signs only keys"):
        left.write("notice", Notice(words()), left.root)
    with pytest.raises(RefusedByRulesError, match="no key of AAA"):
        left.write("notice", Notice(words()), right.key)
    left.propose(key=east)
    assert left.voids[-1] == "scope"
    assert left.entries[-1].seq == 6
    with pytest.raises(RefusedByRulesError, match="may not sign under this number"):
        left.propose(key=short)


def test_rotation_puts_a_key_in_the_place_of_another():
    left, _ = founded()
    new = signer("new")
    left.write("key", KeyBody("rotate", new.public, "authority", replaces=left.key.public), left.root)
    with pytest.raises(RefusedByRulesError, match="may not sign"):
        left.propose()
    assert left.propose(key=new).seq == 4


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (KeyBody("new", "0" * 64, "technical"), "small order"),
        (KeyBody("new", signer("x").public), "role"),
        (KeyBody("new", signer("AAA authority").public, "technical"), "already"),
        (KeyBody("new", signer("AAA root").public, "technical"), "already"),
        (KeyBody("revoke", signer("x").public), "could be revoked"),
        (KeyBody("revoke", signer("AAA authority").public, "technical"), "more than"),
        (KeyBody("rotate", signer("x").public, "technical"), "names the key"),
        (KeyBody("rotate", signer("x").public, "technical", replaces=signer("y").public), "none of AAA"),
    ],
)
def test_what_a_root_cannot_say(body, says):
    left, _ = founded()
    with pytest.raises(RefusedByRulesError, match=says):
        left.write("key", body, left.root)


def test_a_gap_a_reordering_and_another_record_are_refused():
    left, right = founded()
    three = [left.write("notice", Notice(words(str(k)))) for k in range(3)]
    with pytest.raises(RefusedByRulesError, match="does not follow"):
        right.take(three[1])
    with pytest.raises(BadInputError, match="reordered or altered"):
        left.write("receipt", Receipt(), prev=three[0].hash)
    with pytest.raises(RefusedByRulesError, match="only 2 are here"):
        left.write("receipt", Receipt(), ack=Ack(9, "a" * 64))
    with pytest.raises(RefusedByRulesError, match="another log of BBB"):
        left.write("receipt", Receipt(), ack=Ack(2, "a" * 64))
    with pytest.raises(BadInputError, match="an earlier entry had acknowledged"):
        left.write("receipt", Receipt(), ack=Ack(1, right.entries[0].hash))
    with pytest.raises(RefusedByRulesError, match="another record"):
        left.write("receipt", Receipt(), record="a" * 64)
    with pytest.raises(RefusedByRulesError, match="no party"):
        left.write("receipt", Receipt(), party="CCC")


def test_two_entries_under_one_number_are_evidence():
    left, right = founded()
    twin = Pen("AAA")
    twin.receive(left)
    left.write("notice", Notice(words("one")))
    second = twin.write("notice", Notice(words("two")))
    right.receive(left)
    with pytest.raises(TwoEntriesError, match="two entries under one number: AAA 3") as found:
        right.take(second)
    assert found.value.entry.hash == second.hash
    assert found.value.ours == left.entries[-1].hash


def test_a_stolen_key_cannot_make_it_look_as_if_a_party_wrote_twice():
    """Once a key is revoked, another entry that it signed under an old number is refused and no evidence."""
    left, right = founded()
    twin = Pen("AAA")
    twin.receive(left)
    left.write("notice", Notice(words("one")))
    left.write("key", KeyBody("revoke", left.key.public), left.root)
    right.receive(left)
    second = twin.write("notice", Notice(words("two")))
    with pytest.raises(RefusedByRulesError, match="revoked") as found:
        right.take(second)
    assert not isinstance(found.value, TwoEntriesError)


def test_unknown_types_are_carried():
    left, right = founded()
    strange = left.write("weather", {"wind": "north", "list": [1, {"a": True}]})
    right.receive(left)
    assert right.entries[-1].hash == strange.hash
    assert right.entries[-1].body == {"wind": "north", "list": [1, {"a": True}]}


def test_time_is_a_statement_and_no_rule():
    left, right = founded()
    offer = left.propose()
    left.write("receipt", Receipt(), at="1970-01-01T00:00:00Z")
    right.receive(left)
    unit = right.unit(offer)
    right.write("accept", Accept(offer.hash, unit.content), at="2999-12-31T23:59:59Z")
    left.receive(right)
    left.write("receipt", Receipt(), at="1999-12-31T23:59:59Z")
    assert state(left, offer) == "settled"
    with pytest.raises(BadInputError):
        left.write("receipt", Receipt(), at="2026-13-01T00:00:00Z")


@pytest.fixture(scope="module")
def long_story():
    """Some forty entries of many kinds, as one party has them."""
    left, right = founded(quorum=(2, 1))
    second = left.new_key("second")
    offers = []
    for k in range(4):
        pen, other = (left, right) if k % 2 else (right, left)
        offers.append(pen.propose(a_line(section=f"M1-S0{k}")))
        exchange(left, right)
        other.accept(offers[-1])
        left.accept(offers[-1], second)
        if k == 2:
            right.write("withdraw", Withdraw(offers[-1].hash))
        exchange(left, right)
    left.write("package", Package([left.propose(a_line(section=f"M1-S1{k}")).hash for k in range(2)]))
    left.write("key", KeyBody("revoke", second.public, from_seq=6), left.root)
    right.write("error_claim", ErrorClaim(offers[0].hash, words()))
    exchange(left, right)
    right.write("reserve", Reserve(offers[2].hash, words()))
    exchange(left, right)
    return left


def plain(ledger):
    return restored(snapshot(ledger))


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_state(long_story, random):
    shuffled = long_story.entries * 2
    random.shuffle(shuffled)
    ledger, _, rest = fold(shuffled)
    assert rest == []
    assert plain(ledger) == plain(long_story.ledger)
    assert status.sections(ledger) == status.sections(long_story.ledger)


@settings(max_examples=25)
@given(st.data())
def test_what_misses_something_waits(long_story, data):
    """Without an entry, nothing that follows it is taken: no drop goes unseen."""
    lost = data.draw(st.integers(1, len(long_story.entries) - 2))
    kept = [entry for k, entry in enumerate(long_story.entries) if k != lost]
    gone = long_story.entries[lost]
    ledger, _, rest = fold(kept)
    later = [one for one in kept if one.party == gone.party and one.seq > gone.seq]
    assert {one.hash for one in later} <= {one.hash for one in rest}
    assert ledger.logs[gone.party].seq == gone.seq - 1


def test_the_state_can_be_stored_and_goes_on(long_story):
    stored = restored(snapshot(long_story.ledger))
    assert plain(stored) == plain(long_story.ledger)
    pen = Pen("AAA")
    pen.ledger, pen.index = stored, long_story.index
    pen.write("receipt", Receipt())
    assert stored.logs["AAA"].seq == long_story.ledger.logs["AAA"].seq + 1


def test_as_of_an_entry():
    left, _, offer = settled_pair()
    before = {"AAA": offer.seq, "BBB": 2}
    assert status.sections(left.ledger, before)[0]["state"] == "proposed"
    assert status.sections(left.ledger, {"AAA": 2, "BBB": 2}) == []


def test_a_content_says_line_or_text_and_which_prevails():
    left, _ = founded()
    both = a_line()
    for spoiled in (
        type(both)("M1-S03"),
        type(both)("M1-S03", line=both.line, text=words()),
        type(both)("M1-S03", text=words(), prevails="text"),
    ):
        with pytest.raises(BadInputError, match=r"neither|prevails"):
            left.propose(spoiled)
    left.propose(
        type(both)("M1-S03", line=both.line, text=[Text("en", ["along the ridge"])], prevails="line")
    )


def test_an_entry_comes_back_as_it_was():
    left, _ = founded()
    offer = left.propose()
    again = entries.parse(offer.line)
    assert again == offer
    assert entries.reread(offer.line) == offer
