"""What the joint record notes."""

from merestone.model.catalogue.entry import Entry

RECORD: dict[str, Entry] = {
    "record-line-rounded": Entry(
        "info",
        "{file}: coordinates were rounded to whole nanodegrees, by at most {nanodegrees:g} of one",
        "A proposal holds whole nanodegrees, a tenth of a millimetre and finer, so that both sides have the same bytes.",
    ),
    "record-frame-ensemble": Entry(
        "warning",
        "{file}: plain WGS 84 is a frame good to 2 m; the proposal carries these 2 m",
        "Several realisations bear the name WGS 84. Name the frame and the epoch of the coordinates with --frame and"
        " --epoch, for example ITRF2020 and 2025.0.",
    ),
    "record-no-comparison": Entry(
        "warning",
        "the proposal for {section} names no comparison: there is none beside the dossier",
        "The hash of the comparison tells which division into sections a label is of. Run `merestone compare`, or name"
        " a comparison.json with --comparison.",
    ),
    "record-section-unknown": Entry(
        "warning",
        "the comparison has no section {section}; it is taken as a label",
        "A label is only a label: later comparisons find the settled line by its geometry. Look for a slip of the pen.",
    ),
    "record-section-settled": Entry(
        "warning",
        "{section} is settled with {name}; this is another offer and changes nothing of that",
        "What is settled is changed by a correction or an amendment alone: `merestone record amend`. A label is only a label,"
        " and the offer may be about another line; if both accept it, both stand.",
    ),
    "record-dossier-changed": Entry(
        "warning",
        "the dossier is not as it was when the record was founded (sha256 {now}, then {then})",
        "Proposals keep the hash of the comparison that they were made from, so what was settled is not touched."
        " Compare anew and tell the other party.",
    ),
    "record-lines-overlap": Entry(
        "warning",
        "the settled lines of {first} and {second} overlap or cross at {lon:.7f}, {lat:.7f}",
        "Two settled sections share ground. An amendment that both accept can mend it.",
    ),
    "record-lines-do-not-meet": Entry(
        "warning",
        "the settled lines of {first} and {second}, neighbours of one piece, end {distance_m:g} m apart",
        "Where neighbouring sections are settled their lines should share an end. An amendment that both accept can mend"
        " it.",
    ),
    "record-own-log-adopted": Entry(
        "warning",
        "entries up to {party} {seq} came back from {other} into this older copy",
        "The copy had been restored from a backup. Nothing is written until the other party has confirmed the end of the"
        " log, so that no number is used twice.",
    ),
    "record-act-void": Entry(
        "warning",
        "{name} has no effect: {reason}",
        "An act is judged by what its writer had received when it was written. It stays in the record and is shown.",
    ),
    "record-two-entries": Entry(
        "error",
        "two entries under one number: {party} {seq}; its log is frozen, and what was settled stands",
        "Both entries are signed with keys of that party. `merestone record prove` writes the proof for a third"
        " person; both parties may found a successor that names the old heads.",
    ),
    "record-attachment-missing": Entry(
        "info",
        "the bytes of {count} attachment(s) are not here",
        "They travel in a bundle of the party that has them; their hashes are in the record.",
    ),
    "record-contested": Entry(
        "warning",
        "{section}: what was settled is contested by a statement beside it",
        "An error claim or a repudiation changes no state; it is shown beside what was settled.",
    ),
}
