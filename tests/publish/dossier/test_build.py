"""What a published dossier holds: even-handed, complete, and nothing left out without a word."""

import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace

import pytest

from merestone.compare.mirror import mirror
from merestone.model.catalogue import CATALOGUE
from merestone.model.findings import finding
from merestone.model.results import Verdict
from merestone.publish.descriptiontext import LANGUAGES
from merestone.publish.dossier import words
from merestone.publish.dossier.build import content_of
from merestone.publish.dossier.content import (
    Content,
    Figure,
    Link,
    Part,
    Sides,
    Statement,
    Table,
)
from merestone.publish.dossier.material import KINDS, Material
from merestone.publish.dossier.neutral import slanted, speaks_of_agreement_alone
from merestone.publish.dossier.reduced import reduced
from merestone.publish.dossier.speech import catalogue, speaker
from merestone.publish.schema import load_schema
from merestone.record.bodies import BODIES
from merestone.record.status import STATES

from .conftest import evidence_of, record_of


def atoms(node):
    """Every value at the leaves of a tree, whatever the order in which it stands."""
    if is_dataclass(node):
        for item in fields(node):
            yield from atoms(getattr(node, item.name))
    elif isinstance(node, tuple):
        for item in node:
            yield from atoms(item)
    else:
        yield node


def nodes(node, kind):
    if isinstance(node, kind):
        yield node
    inner = [getattr(node, item.name) for item in fields(node)] if is_dataclass(node) else node
    if is_dataclass(node) or isinstance(node, tuple):
        for item in inner:
            yield from nodes(item, kind)


def exchanged(text, one, two):
    return re.sub(rf"{one}|{two}", lambda found: two if found[0] == one else one, text)


def test_the_two_copies_differ_in_the_order_of_the_parties_alone(material):
    first, other = material.order
    copies = [content_of(material), content_of(replace(material, order=(other, first)))]
    assert copies[0] != copies[1]
    assert Counter(map(str, atoms(copies[0]))) == Counter(map(str, atoms(copies[1])))
    assert copies[0].parties == copies[1].parties[::-1]


def test_a_swap_of_the_parties_gives_the_mirrored_document(material):
    """Ids exchanged in the input, and the copy for the other party: the same tree with ids exchanged."""
    c, (first, other) = material.comparison, material.order
    section, source = c.sections[0].id, c.sources[0].id
    swapped = Material(
        mirror(c),
        (other, first),
        record=record_of(other, first, section),
        evidence=evidence_of(other, first, section, source),
    )
    assert in_one_order(repr(content_of(swapped))) == in_one_order(
        exchanged(repr(content_of(material)), first, other)
    )


def in_one_order(text):
    """A finding that gives figures by party has them in the order of the ids."""
    return re.sub(
        r"\{('\w+': [\d.]+), ('\w+': [\d.]+)\}", lambda found: ", ".join(sorted(found.groups())), text
    )


def test_a_swap_of_the_parties_of_the_shipped_dossier_gives_the_mirrored_document(shipped_result):
    one, two = (
        content_of(Material(shipped_result, ("ARM", "AZE"))),
        content_of(Material(mirror(shipped_result), ("AZE", "ARM"))),
    )
    assert [exchanged(repr(part), "ARM", "AZE") for part in one.parts] == [repr(part) for part in two.parts]


def test_every_part_that_is_asked_for_is_there(material):
    keys = [part.key for part in content_of(material).walk()]
    wanted = (
        "first-page summary standing parties method sources overall matrix sections legal-basis timeline"
        " statements-all documents citations names proceedings incidents arrangements findings licences"
        " recompute"
    )
    assert set(wanted.split()) <= set(keys)
    assert [f"section-{one.id}" for one in material.comparison.sections] == [
        k for k in keys if k.startswith("section-")
    ]


def test_a_sheet_has_both_parties_beside_one_another_whatever_was_received(material):
    for section in material.comparison.sections:
        sheet = next(part for part in content_of(material).walk() if part.key == f"section-{section.id}")
        sides = next(nodes(sheet, Sides))
        assert [side.party for side in sides.sides] == list(material.order)
        assert all(side.blocks for side in sides.sides)
        assert len(list(nodes(sheet, Figure))) == 2
    bare = content_of(replace(material, evidence=type(material.evidence)(), record=None))
    sheet = next(part for part in bare.walk() if part.key.startswith("statements-"))
    said = [speaker("en").plain(side.blocks[0].text) for side in sheet.blocks[0].sides]
    assert said == ["Not received.", "Not received."]


def test_a_reply_that_is_missing_was_not_received(material):
    sheet = next(part for part in content_of(material).walk() if part.key.startswith("statements-M"))
    words = repr(sheet)
    assert "Reply of {party}: not received." in words
    assert "Reply of {day} to the position of {then}" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_dossier_can_be_said_in_every_language(material, language):
    said = speaker(language)
    for part in content_of(material).walk():
        assert said.plain(part.title)
        for table in nodes(part.blocks, Table):
            assert all(len(row) == len(table.columns) for row in table.rows)
            assert all(isinstance(said.plain(cell), str) for row in table.rows for cell in row)


def test_no_link_leads_nowhere_and_no_address_is_given_twice(material):
    content = content_of(material)
    keys = [part.key for part in content.walk()]
    keys += [one.key for one in nodes(content, (Statement, Table))]
    keys += [
        block.key
        for part in content.walk()
        for block in part.blocks
        if getattr(block, "key", None) and not isinstance(block, (Statement, Table, Figure))
    ]
    assert [key for key, number in Counter(keys).items() if number > 1] == []
    assert {link.to for link in nodes(content, Link)} <= set(keys)


def first_page(content: Content, language="en"):
    part: Part = content.parts[0]
    return " ".join(speaker(language).plain(block.text) for block in part.blocks if hasattr(block, "text"))


def test_the_first_page_says_who_chose_and_what_was_left_out(material):
    bare = Material(material.comparison, material.order)
    page = first_page(content_of(bare))
    assert "chosen by the authors of the dossier. There is no joint record" in page
    assert "without prejudice" in page
    assert "No speaker of English has reviewed" in page
    assert "Nothing was left out." in page
    page = first_page(content_of(material))
    assert "Both parties have founded their joint record on this dossier" in page
    assert "entries of the record: offer: 2, receipt: 1." in page
    other = first_page(content_of(replace(material, record=replace(material.record, same_dossier=False))))
    assert "the record does not show that both accept them" in other
    alone = first_page(content_of(replace(material, record=replace(material.record, joined=False))))
    assert "the other has not joined" in alone


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_is_gone_and_counted(material, kind):
    whole = content_of(material)
    less = content_of(replace(material, without=frozenset({kind})))
    assert len(list(atoms(less.parts[1:]))) < len(list(atoms(whole.parts[1:])))
    said = re.search(r"Left out by those who publish: [^:]+: (\d+)\.", first_page(less))
    assert int(said[1]) > 0


def test_findings_about_what_is_left_out_are_left_out_too(material):
    source = material.comparison.sources[0].id
    note = finding("river-date-unknown", source=source, layer="rivers.geojson", undated="the layer")
    c = replace(material.comparison, findings=(*material.comparison.findings, note))
    told = replace(material, comparison=c)
    assert "finding-river-date-unknown" in repr(content_of(told))
    less = replace(told, without=frozenset({"waters"}))
    assert "finding-river-date-unknown" not in repr(content_of(less))
    assert note not in reduced(less).findings
    assert reduced(told) is c


def test_every_word_of_the_record_is_said_in_words():
    assert words.STATES.keys() == STATES.keys()
    assert words.ENTRIES.keys() == BODIES.keys()
    waiting = load_schema("record-status-1")["properties"]["waiting"]["items"]["properties"]["what"]["enum"]
    assert words.WAITS.keys() == set(waiting)
    assert words.VERDICTS.keys() == set(Verdict)


def test_where_acts_are_hidden_no_sheet_tells_of_which_section(material):
    record = replace(material.record, states={}, hidden={"proposal": 1, "accept": 1})
    content = content_of(replace(material, record=record))
    for section in material.comparison.sections:
        sheet = next(part for part in content.walk() if part.key == f"section-{section.id}")
        words = " ".join(speaker("en").plain(one.text) for one in sheet.blocks if hasattr(one, "text"))
        assert "In the joint record: no state is disclosed to these readers." in words
        assert "settled: both" not in repr(sheet)
    quiet = content_of(replace(material, record=replace(record, hidden={"key": 2})))
    assert "no state is disclosed to these readers" not in repr(quiet)
    assert "Acts that are not disclosed to these readers are not counted here." in repr(content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_any_catalogue_is_slanted(language):
    found = {key: list(slanted(text, language)) for key, text in catalogue(language).sentences.items()}
    assert {key: stems for key, stems in found.items() if stems} == {}


def test_no_message_of_a_finding_is_slanted():
    found = {code: list(slanted(entry.template, "en")) for code, entry in CATALOGUE.items()}
    assert {code for code, stems in found.items() if stems} == {"mark-state-unknown"}  # a mark that was lost


def test_settled_and_agreed_are_said_of_acts_of_both_alone():
    assert [key for key in catalogue("en").sentences if speaks_of_agreement_alone(key)] == []
    assert speaks_of_agreement_alone("The maps agree here.")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "ARM gains 3 km²"),
        ("en", "the occupied side"),
        ("fr", "La partie a perdu 3 km²"),
        ("ru", "сторона потеряла 3 км²"),
        ("az", "torpaq işğal olunub"),
        ("hy", "կողմը կորցրել է"),
        ("zh", "一方失去土地"),
    ],
)
def test_a_slanted_sentence_is_found(language, sentence):
    assert list(slanted(sentence, language))
