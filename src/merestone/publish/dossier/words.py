"""The few words that stand for codes: verdicts, labels, states of the record, types of entries.

They are neutral on purpose: a map shows, a party states, a section differs. ``agreed`` and ``settled`` are
words for acts of both parties in the record alone.
"""

from collections.abc import Mapping

from merestone.model.labels import BOTH, NEITHER, SILENT
from merestone.model.results import Verdict
from merestone.publish.dossier.content import Amount, Said, Text, Unit, Verbatim, say

VERDICTS: Mapping[Verdict, Said] = {
    Verdict.COINCIDENT: say("the maps coincide"),
    Verdict.WITHIN_ACCURACY: say("the maps are within their accuracy"),
    Verdict.DIFFERING: say("the maps differ"),
    Verdict.CANNOT_SAY: say("the accuracy cannot say"),
}

STATES: Mapping[str, Said] = {
    "open": say("no offer stands"),
    "proposed": say("one party stands behind an offer"),
    "initialled": say("both have signed, without the quorum of either"),
    "accepted-by-one": say("both have signed, one of them with its quorum"),
    "accepted": say("both have accepted; an acknowledgement, or by the terms a package, is outstanding"),
    "settled": say(
        "settled: both have accepted the same content, and each has acknowledged the other's acceptance"
    ),
    "reserved": say("a party has entered a reservation"),
    "withdrawn": say("its author has taken the offer back"),
    "superseded": say("another offer of the exchange has taken its place"),
}

WAITS: Mapping[str, Said] = {
    "answer": say("an answer to an offer"),
    "sign": say("a further signature"),
    "acknowledge": say("an acknowledgement"),
    "join": say("joining the record"),
    "package": say("a package, which the terms ask for"),
}

ENTRIES: Mapping[str, Said] = {
    "accept": say("acceptance"),
    "access_window": say("time of access"),
    "amendment": say("amendment"),
    "arrangement": say("arrangement"),
    "attachment": say("attached file"),
    "close": say("end of the record"),
    "correction": say("correction"),
    "disclosure": say("disclosure"),
    "document": say("document"),
    "error_claim": say("statement of an error"),
    "founding": say("founding"),
    "in_force": say("statement of entry into force"),
    "incident": say("account of an incident"),
    "join": say("joining"),
    "key": say("key"),
    "marking": say("boundary mark"),
    "measure": say("measure on one's own side"),
    "name_form": say("name of a place"),
    "notice": say("notice"),
    "package": say("package of offers"),
    "proposal": say("offer"),
    "protocol": say("minutes"),
    "receipt": say("receipt"),
    "repudiation": say("repudiation"),
    "reserve": say("reservation"),
    "withdraw": say("withdrawal"),
}

KINDS: Mapping[str, Said] = {
    "arrangements": say("arrangements"),
    "documents": say("documents"),
    "history": say("entries in the history of a section"),
    "incidents": say("accounts of incidents"),
    "names": say("names of places"),
    "roads": say("roads"),
    "settlements": say("settlements"),
    "statements": say("statements of the parties"),
    "waters": say("waters and rivers"),
}

SOURCE_KINDS: Mapping[str, Said] = {
    "two-sided": say("shows the land of both parties"),
    "one-sided": say("shows the land of one party"),
    "lines": say("shows lines alone, without sides"),
}

CAUSES: Mapping[str, Said] = {
    "lake": say("a lake that one source leaves out of the land"),
    "third-country": say("the land of a third country or the sea"),
    "coverage": say("a source that is cut off here"),
}


NO_INTERVAL = say("A figure without an interval or a radius beside it has none that is known.")


def label(code: str) -> Text:
    """What a source says of a place, in words."""
    match code:
        case _ if code == BOTH:
            return say("both parties")
        case _ if code == NEITHER:
            return say("neither party")
        case _ if code == SILENT:
            return say("silent")
    if code.startswith("not-"):
        return say("not {party}", party=Verbatim(code.removeprefix("not-")))
    return Verbatim(code)


def entry_type(code: str) -> Text:
    """The type of an entry in words; one that this merestone does not know, as it stands."""
    return ENTRIES.get(code, Verbatim(code))


def count(value: int) -> Amount:
    """A number of things."""
    return Amount(value, Unit.COUNT)


def metres(value: float) -> Amount:
    """Metres on the ellipsoid."""
    return Amount(value, Unit.METRE)


def km(value: float) -> Amount:
    """Kilometres on the ellipsoid."""
    return Amount(value, Unit.KILOMETRE)


def chainage(value: float) -> Amount:
    """Kilometres along the measure, without the unit."""
    return Amount(value, Unit.CHAINAGE)


def km2(value: float) -> Amount:
    """Square kilometres on the ellipsoid."""
    return Amount(value, Unit.SQUARE_KILOMETRE)


def share(part: float, whole: float) -> Text:
    """A share of a length, or a dash where there is no length."""
    return Amount(part / whole, Unit.SHARE) if whole > 0 else "–"


def radius(accuracy_95_m: float | None) -> Text:
    """The radius that belongs to a figure, or that none is known."""
    if accuracy_95_m is None:
        return say("no 95 % radius known")
    return say("± {radius}", radius=metres(accuracy_95_m))
