"""What is noted of documents, their citations and the room that each side has."""

from merestone.model.catalogue.entry import Entry

DOCUMENTS: dict[str, Entry] = {
    "document-encoding": Entry(
        "info",
        "{file}: read as {encoding}",
        "The encoding follows from a byte order mark or from the bytes themselves. Were it wrong, the text would be"
        " unreadable throughout.",
    ),
    "document-encoding-likely": Entry(
        "warning",
        "{file}: read as {encoding}, which the bytes do not settle",
        "The bytes could be another encoding too. Look at the text; if it is unreadable, save the file as UTF-8.",
    ),
    "document-without-text": Entry(
        "warning",
        "{file}: its {pages} page(s) hold no text, so it is unread",
        "A scan without a text layer is registered and may be cited by page; its words cannot be checked. With text"
        " recognition a text layer can be added; that makes another file with another hash.",
    ),
    "document-pages-without-text": Entry(
        "warning",
        "{file}: no text on page(s) {pages}, which are unread",
        "These pages are images or empty. They may be cited by page; words on them cannot be checked.",
    ),
    "document-script": Entry(
        "warning",
        "{file}: it holds scripts or macros, which were neither run nor kept",
        "Only the text is read. Whoever opens the file in another program should know that it can run something.",
    ),
    "document-tracked-changes": Entry(
        "warning",
        "{file}: it holds tracked changes; insertions are read as text, deletions are not",
        "A draft with changes may not be what was sent. Accept or reject the changes, or use the signed PDF.",
    ),
    "document-language-unknown": Entry(
        "info",
        "the language of the text cannot be said",
        "Too few words of a language that is known here. What the text refers to is sought in all of them anyway.",
    ),
    "document-date-unclear": Entry(
        "info",
        "{text!r} at character {start} can be read as two dates, or is no day of the calendar",
        "Day and month in figures, both up to 12, stand in either order. The text says which, if anything does.",
    ),
    "document-not-here": Entry(
        "info",
        "the text of document '{document}' is not here; {citations} citation(s) of it cannot be checked",
        "The dossier holds the facts of the document, not its file. Whoever has the file runs `merestone evidence add`"
        " and can check them.",
    ),
    "document-changed": Entry(
        "error",
        "document '{document}' ({path}) is another file than the one registered: it has sha256 {found}, registered"
        " is {registered}",
        "Quotations were taken from the registered file. Fetch that file again, or register the new one under an id"
        " of its own.",
    ),
    "document-file-missing": Entry(
        "error",
        "document '{document}': there is no file {path}",
        "The entry names a path in the dossier. Put the file there, or remove the key: a document may be registered"
        " by its facts alone.",
    ),
    "document-unhashed": Entry(
        "warning",
        "document '{document}' has no sha256, so a change of the file would not be seen",
        "Write the hash that `merestone evidence read` prints.",
    ),
    "citation-not-found": Entry(
        "error",
        "citation '{citation}': its words do not stand in document '{document}'. Cited: {quote!r}. Nearest in the"
        " text: {nearest!r}",
        "A quotation is exact or it is none. Correct the words, or the document that is named.",
    ),
    "citation-ambiguous": Entry(
        "error",
        "citation '{citation}': its words stand {count} times in document '{document}', at characters {places}; say"
        " which by range",
        "Without a range nobody can tell which place is meant.",
    ),
    "citation-moved": Entry(
        "warning",
        "citation '{citation}': its words stand at characters {found[0]} to {found[1]}, not {range[0]} to {range[1]}",
        "The words are there, once; the range is of another version of the text. Correct the range.",
    ),
    "citation-other-words": Entry(
        "error",
        "citation '{citation}': at characters {range[0]} to {range[1]} of document '{document}' stands {there!r}, not {quote!r}",
        "The range names one of several places where the words might stand, and they stand at none like it.",
    ),
    "citation-out-of-text": Entry(
        "error",
        "citation '{citation}': characters {range[0]} to {range[1]} lie beyond the {characters} of document '{document}'",
        "The range was taken from another text. Cite anew with `merestone evidence cite`.",
    ),
    "citation-of-other-file": Entry(
        "error",
        "citation '{citation}' was taken from a file with sha256 {cited}; document '{document}' now is {found}",
        "The document changed since it was cited. Fetch the file that was cited, or cite anew.",
    ),
    "citation-page-differs": Entry(
        "warning",
        "citation '{citation}': its words stand on page {found}, not on page {page}",
        "Correct the page; pages are counted from the first of the file, whatever is printed on them.",
    ),
    "citation-page-missing": Entry(
        "error",
        "citation '{citation}': document '{document}' has no page {page}",
        "Correct the page; pages are counted from the first of the file, whatever is printed on them.",
    ),
    "citation-unread": Entry(
        "warning",
        "citation '{citation}': document '{document}' has no text layer, so its words cannot be checked",
        "It is cited by page. Someone has to look.",
    ),
    "citation-complete": Entry(
        "info",
        "citation '{citation}' has no words of its own; characters {range[0]} to {range[1]} of document '{document}' give them",
        "The words are taken from the file wherever it is; `merestone evidence add` writes them into the dossier.",
    ),
    "symbol-not-in-dossier": Entry(
        "info",
        "document '{document}' refers to {symbol}, which the dossier does not have",
        "Register the document by its facts, so that readers can find it.",
    ),
    "party-without-documents": Entry(
        "warning",
        "documents of {heard} are registered ({count}), and none of {unheard}",
        "Both sides have the same room. Register what the other party published, or say that nothing was received.",
    ),
    "position-without-other": Entry(
        "warning",
        "section {section}: {party} states its position; of {other} there is neither a position nor a reply",
        "It is shown as 'not received', never as 'none'. Ask the other party.",
    ),
    "basis-without-other": Entry(
        "warning",
        "section {section}: what {party} relies on is entered, and nothing for {other}",
        "Both sides have the same room. Ask the other party what it relies on.",
    ),
    "evidence-section-unknown": Entry(
        "warning",
        "the comparison beside the dossier has no section {section}, about which something is entered",
        "Sections have the ids that a comparison gives them; other settings or maps may cut the line otherwise. Look"
        " for a slip of the pen, or run `merestone compare` again.",
    ),
    "precedence-not-stated": Entry(
        "info",
        "no rule of the parties says what goes before what (text, coordinates, marks, map); merestone ranks nothing",
        "Where both agreed on one, write it under [evidence] with the place where they did.",
    ),
}
