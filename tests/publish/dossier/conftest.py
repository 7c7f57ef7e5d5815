"""Material of a dossier with everything in it, and names that try to be markup."""

from dataclasses import replace

import pytest

from merestone.model.documents import (
    Basis,
    Citation,
    Document,
    Evidence,
    Instrument,
    NameForm,
    PlaceName,
    Position,
    Precedence,
    Statement,
    Translation,
    Weight,
)
from merestone.publish.dossier.material import (
    Drawing,
    EntryFacts,
    Material,
    RecordFacts,
    SectionState,
    Waiting,
    Wording,
)

EVIL = '"><script>window.hacked=1</script><img src=x onerror="window.hacked=1">&amp; #[#sys]'


def evidence_of(first, other, section, source):
    """Documents of both parties, a treaty, positions with and without a reply."""
    cited = Citation(
        "c1",
        "treaty",
        "ab" * 32,
        "the line follows the ridge",
        10,
        36,
        2,
        (Translation("fr", "la ligne suit la crête", EVIL),),
    )
    said = Statement(
        first, "2021-05-12", "hy", "Մեր խոսքը <b>", (Translation("en", "Our word", "a translator"),), ("c1",)
    )
    reply = Statement(other, "2021-06-01", "az", "Bizim sözümüz")
    return Evidence(
        documents=(
            Document(
                "letter",
                f"Letter {EVIL}",
                ("A/74/450", "S/2019/762"),
                "2019-09-20",
                party=first,
                language="zh",
                refers_to=("S/RES/822 (1993)",),
            ),
            Document(
                "treaty",
                "Treaty",
                date="1927",
                body="Both",
                language="en",
                path="docs/treaty.txt",
                sha256="ab" * 32,
            ),
        ),
        citations=(cited, Citation("c2", "letter", "cd" * 32, None, 5, 9)),
        instruments=(
            Instrument(
                "t1",
                {"en": "Treaty of the ridge"},
                "1927-03-01",
                (first, other),
                "1928",
                None,
                "1991-12-21",
                ("c1",),
                "the authors",
            ),
        ),
        basis=(
            Basis("all", first, ("t1",), (source,)),
            Basis(section, other, citations=("c1",), stated_in="letter"),
        ),
        positions=(Position(section, said, reply), Position(section, replace(reply, date="2021-07-01"))),
        names=(
            PlaceName("the ridge", (NameForm("az", "Sırt", (other,)), NameForm("hy", "Լեռնաշղթա", (first,)))),
        ),
        precedence=Precedence((Weight.TEXT, Weight.MAP), "c1"),
    )


def record_of(first, other, section):
    """A record with a settled section, an incident of each side, and something that is not disclosed."""

    def entry(party, number, kind, text, where=None):
        words = (Wording("en", (text,)), Wording("fr", (f"{text} (fr)",)))
        name = f"{party} {number} AAAA-BBBB"
        return EntryFacts(
            party, name, f"{party}{number}" * 8, kind, "2026-01-02T03:04:05Z", where, False, False, words
        )

    line = Drawing("ITRF2020", "2025.0", ((10.5, 50.0), (10.6, 50.1)))
    state = SectionState(
        "settled", first, (first, other), (), (), False, "2026-01-02T03:04:05Z", f"{first} 3 AAAA-BBBB",
        "ef" * 32, ((first, "2026-03-01"),), line, (Wording("en", ("Along the ridge.",)),),
    )  # fmt: skip
    return RecordFacts(
        id="12" * 32,
        reader="public",
        joined=True,
        dossier_sha256="ab" * 32,
        same_dossier=True,
        heads={first: (4, "AAAA-BBBB"), other: (3, "CCCC-DDDD")},
        without_prejudice=(Wording("en", ("Nothing in the record prejudices either party.",)),),
        states={section: state},
        entries=(
            entry(first, 3, "proposal", "Along the ridge.", section),
            entry(first, 4, "incident", f"What happened {EVIL}"),
            entry(other, 2, "notice", "We say so.", section),
            entry(other, 3, "incident", "What happened, seen from here"),
        ),
        hidden={"proposal": 2, "receipt": 1},
        waiting=(Waiting(other, "answer", section, "2026-01-02T03:04:05Z"),),
    )


def with_a_settlement(c, first, other):
    """`c` with a settlement that its maps show on different sides, where it has none."""
    labels = dict(zip([source.id for source in c.sources], [first, other] * len(c.sources), strict=False))
    said = {
        id_: {
            "label": label, "verdict": label, "distance_m": 120.0, "p_side": {label: 1.0}, "reason": None,
            "section": c.sections[0].id, "toward": other,
        }
        for id_, label in labels.items()
    }  # fmt: skip
    place = {
        "id": "s1", "names": {"az": "Kənd", "hy": "Գյուղ", "und": EVIL}, "party": None, "lon": 10.0,
        "lat": 50.0, "accuracy_95_m": 1000.0, "area_km2": None, "sources": said,
        "reason": None, "p_side": None, "district": None, "same_line": [], "verdict": "cannot-say",
    }  # fmt: skip
    lists = {"sources": {}, "different_sides_ids": ["s1"], "pairs": []}
    return replace(c, features={**c.features, "settlements": [place], "settlement_lists": lists})


@pytest.fixture(scope="session")
def material(along_the_line):
    """`Material` of a computed comparison with roads and settlements, a record and documents."""
    first, other = (party.id for party in along_the_line.parties)
    section = along_the_line.sections[0].id
    c = with_a_settlement(along_the_line, first, other)
    return Material(
        c,
        (first, other),
        record=record_of(first, other, section),
        evidence=evidence_of(first, other, section, c.sources[0].id),
    )
