"""Publish a dossier: the contents built once, written in every language and form, checkable as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from merestone.errors import BadInputError, RefusedByRulesError, UsageError
from merestone.evidence.timeline import timeline
from merestone.model.documents import Evidence
from merestone.model.findings import Finding, Severity
from merestone.model.progress import Progress, silent
from merestone.publish.dossier import bag, bundle, html, typst_pdf
from merestone.publish.dossier.apart import Typesetting
from merestone.publish.dossier.build import content_of
from merestone.publish.dossier.content import Content
from merestone.publish.dossier.dated import latest_day
from merestone.publish.dossier.drawing import Figures
from merestone.publish.dossier.html_pictures import Pictures
from merestone.publish.dossier.material import KINDS, Material, RecordFacts, gives_record
from merestone.publish.dossier.publicationjson import publication_tree
from merestone.publish.dossier.reduced import reduced, reduced_evidence
from merestone.publish.dossier.speech import LANGUAGES, speaker
from merestone.publish.evidencejson import evidence_json
from merestone.publish.geopackage import write_geopackage
from merestone.publish.jsonform import comparison_json
from merestone.publish.output import OutputFolder
from merestone.publish.plain import json_bytes
from merestone.service.desk.place import Desk
from merestone.service.workbench import Dossier

if TYPE_CHECKING:
    from merestone.record.forms import Disclosure
    from merestone.record.signing import Signer

FORMATS = ("html", "pdf", *bundle.FORMATS)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``first``: the party that stands first in this copy, None: the first by id."""

    languages: tuple[str, ...] = LANGUAGES
    formats: tuple[str, ...] = ("html",)
    first: str | None = None
    without: frozenset[str] = frozenset()
    reader: "Disclosure" = "public"
    sign: bool = False


@dataclass(frozen=True, slots=True)
class PublishRun:
    """What was published: the tree of ``publication.json``, its bytes, the files, what was found."""

    tree: Mapping[str, Any]
    json: bytes
    files: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()


def publish_into(
    dossier: Dossier, desk: Desk | None, request: Request, out: Path, *, progress: Progress = silent
) -> PublishRun:
    """Publish `dossier` into the folder `out`, with what its record discloses to the readers.

    ``desk``: where the record is; None, or one without a record, where there is none. Raises UsageError for
    a party, language, form or kind that there is not, BadInputError where the dossier cannot be used,
    RefusedByRulesError where the key may not sign, MissingExtraError where a PDF is asked for without Typst.
    """
    order = _order(dossier, request)
    _check(request)
    desk = desk if desk is not None and desk.record.exists() else None
    signing = _signing(desk, request)
    with OutputFolder(out) as folder, Typesetting() as setting:
        material = material_of(dossier, desk, order, request, progress)
        content = content_of(material)
        figures = Figures(reduced(material))
        findings = _begin_pdf(setting, material, content, figures, request, progress)
        if "html" in request.formats:
            _write_html(folder, content, figures, request, progress)
        if desk is not None and gives_record(material):
            _write_record(folder, desk, request.reader)
        _write_data(folder, material, request, progress)
        progress("writing", "PDF")
        for language, data in setting.done():
            folder.write(f"dossier-{language}.pdf", data)
        tree = publication_tree(material, request.languages, request.formats, request.reader, findings)
        text = json_bytes(tree)
        folder.write("publication.json", text)
        _close(folder, material, signing)
    return PublishRun(tree, text, folder.files, findings)


def material_of(
    dossier: Dossier, desk: Desk | None, order: tuple[str, str], request: Request, progress: Progress
) -> Material:
    """The comparison of the dossier, its evidence, and what its record discloses."""
    notes = _examined(dossier, progress)
    comparison = dossier.compare(progress=progress)
    record: RecordFacts | None = None
    if desk is not None:
        from merestone.service.desk.disclosed import disclosed

        record = disclosed(desk, request.reader, comparison.dossier["sha256"])
        if set(record.heads) != set(order):
            both = " and ".join(sorted(record.heads))
            raise BadInputError(
                f"{desk.record}: a record of {both}, where the dossier has {' and '.join(sorted(order))}; "
                "name the record of this dossier with --record"
            )
    return Material(comparison, order, request.without, record, dossier.evidence, notes)


def _examined(dossier: Dossier, progress: Progress) -> tuple[Finding, ...]:
    """What examining the documents found. Raises BadInputError where a citation is not as its text has it."""
    if dossier.evidence == Evidence():
        return ()
    from merestone.service.documents.views import check

    found = check(dossier, progress=progress)
    wrong = next((one for one in found if one.severity is Severity.ERROR), None)
    if wrong is not None:
        raise BadInputError(
            f"{dossier.path / 'dossier.toml'}: {wrong.message}; nothing is published with words that do not "
            "stand in their text, so mend it (`merestone evidence check` shows all)"
        )
    return found


def _order(dossier: Dossier, request: Request) -> tuple[str, str]:
    one, two = (party.id for party in dossier.parties)
    if request.first is None or request.first == one:
        return one, two
    if request.first == two:
        return two, one
    raise UsageError(f"--first {request.first}: no party of the dossier; {one} and {two} are")


def _check(request: Request) -> None:
    for option, asked, known in (
        ("--lang", request.languages, LANGUAGES),
        ("--format", request.formats, FORMATS),
        ("--without", sorted(request.without), KINDS),
    ):
        for one in asked:
            if one not in known:
                raise UsageError(f"{option} '{one}': there is none; there are {', '.join(known)}")
    if "pdf" in request.formats:
        typst_pdf.typeset_in()


def _signing(desk: Desk | None, request: Request) -> "tuple[str, Signer] | None":
    """The party of the desk and its key, opened before anything is computed."""
    if not request.sign:
        return None
    if desk is None:
        raise UsageError(
            "--sign needs a joint record, whose keys are known to both; there is none beside the dossier"
        )
    from merestone.service.desk.keys import list_keys

    with desk.opened() as file:
        party = file.party
    if party is None:
        raise RefusedByRulesError(f"{desk.record}: the copy of no party; it has no key to sign with")
    signer = desk.signer(party)
    keys = {
        one["public"]: one
        for side in list_keys(desk)["parties"]
        if side["party"] == party
        for one in side["keys"]
    }
    if signer.public not in keys or keys[signer.public]["revoked"]:
        raise RefusedByRulesError(
            f"the key {signer.public[:16]}… is no key of {party} that stands in the record; name one with "
            "--key"
        )
    return party, signer


def _write_html(
    folder: OutputFolder, content: Content, figures: Figures, request: Request, progress: Progress
) -> None:
    languages = tuple(sorted(request.languages))
    folder.write("style.css", html.style())
    folder.write("index.html", html.entrance(content, languages))
    progress("writing", "pictures")
    pictures = Pictures(content, figures)
    for name, data in pictures.files():
        folder.write(name, data)
    indexes = []
    for language in languages:
        progress("writing", f"HTML, {language}")
        for name, data in html.pages(content, language, languages, pictures):
            folder.write(name, data)
            if name.endswith("/index.html"):
                indexes.append(data)
    for name, data in html.fonts(indexes):
        folder.write(name, data)


def _write_record(folder: OutputFolder, desk: Desk, reader: "Disclosure") -> None:
    """The record as a bundle for these readers, whose signatures they can verify."""
    from merestone.store.bundles import contents, export

    def write(path: Path) -> None:
        with path.open("wb") as sink:
            sink.writelines(export(file, held, {}))

    with desk.opened() as file:
        held = contents(file, reader, {})
        folder.add("data/record.bundle", write)


def _begin_pdf(
    setting: Typesetting,
    material: Material,
    content: Content,
    figures: Figures,
    request: Request,
    progress: Progress,
) -> tuple[Finding, ...]:
    """Begin a PDF for each language, to be set while the rest is written; what was found on the way."""
    findings: list[Finding] = []
    for language in sorted(request.languages) if "pdf" in request.formats else ():
        progress("preparing", f"PDF, {language}")
        made = typst_pdf.prepared(content, speaker(language), figures, latest_day(material))
        setting.begin(language, made)
        findings += made.findings
    return tuple(findings)


def _write_data(folder: OutputFolder, material: Material, request: Request, progress: Progress) -> None:
    """What anyone can compute with; the comparison is always there."""
    progress("writing", "data")
    comparison = reduced(material)
    whole = comparison is material.comparison
    name = "comparison" if whole else "comparison-reduced"
    folder.write(f"data/{name}.json", comparison_json(comparison))
    if "gpkg" in request.formats:
        folder.add(f"data/{name}.gpkg", lambda path: write_geopackage(comparison, path))
    found = bundle.layers(comparison) if {"csv", "geojson"} & set(request.formats) else ()
    for table in found:
        if "geojson" in request.formats:
            folder.write(f"data/{table.name}.geojson", bundle.geojson(table))
        if "csv" in request.formats:
            folder.write(f"data/{table.name}.csv", bundle.csv_table(table))
    evidence = reduced_evidence(material)
    if evidence != Evidence():
        here = frozenset(one.id for one in evidence.documents if one.path is not None)
        text = evidence_json(
            comparison.dossier["title"], comparison.parties, evidence, timeline(evidence), here
        )
        folder.write("data/evidence.json", text)
    folder.write("datapackage.json", bundle.datapackage(comparison, folder.entries, found))


def _close(folder: OutputFolder, material: Material, signing: "tuple[str, Signer] | None") -> None:
    """Lists of hashes over everything, and the signature over them."""
    folder.write("bagit.txt", bag.DECLARATION)
    payload = {name: entry for name, entry in folder.entries.items() if bag.is_payload(name)}
    folder.write(bag.PAYLOADS, bag.listing(payload))
    tags = bag.listing({name: entry for name, entry in folder.entries.items() if name not in payload})
    folder.write(bag.TAGS, tags)
    if signing is not None:
        party, signer = signing
        assert material.record is not None
        folder.write(f"signatures/{party}.dsse", bag.signature(tags, material.record.id, party, signer))


def check_publication(folder: Path, desk: Desk | None) -> bag.Checked:
    """Check a published folder; with a desk that has a record, whose keys signed it too."""
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder; name one that `merestone publish` wrote")
    found = bag.check(folder)
    if desk is None or not desk.record.exists():
        return found
    return replace(found, signatures=tuple(_known(found, desk)))


def _known(found: bag.Checked, desk: Desk) -> Iterator[bag.Signature]:
    from merestone.service.desk.keys import list_keys

    keys = list_keys(desk)
    stand = {
        (keys["record"], side["party"], key["public"])
        for side in keys["parties"]
        for key in side["keys"]
        if not key["revoked"]
    }
    for one in found.signatures:
        yield replace(one, known=(one.record, one.party, one.key) in stand)
