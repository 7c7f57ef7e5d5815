"""Bring the catalogues of the published dossier up to date with the sentences of the code.

``python tools/catalogues.py``: new sentences come in without a translation (English: as they are), those that
the code no longer says go; what is translated stays. Ends with 1 where a translation is missing.
"""

import re
import sys
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import escape, read_po

SOURCE = Path(__file__).parents[1] / "src" / "merestone" / "publish"
LOCALES = SOURCE / "locales"
HEAD = """# Sentences of the published dossier. Written by the authors of merestone.
# Reviewed by: {reviewed}
msgid ""
msgstr ""
"Project-Id-Version: merestone\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def sentences():
    """Every first argument of ``say`` in the code, sorted."""
    found = set()
    for path in sorted((SOURCE / "dossier").glob("*.py")):
        with path.open("rb") as file:
            found |= {message for _, message, _, _ in extract("python", file, keywords={"say": None})}
    return sorted(found)


def stored(language):
    """Who has reviewed a catalogue, and its sentences."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return "nobody", {}
    text = path.read_text(encoding="utf-8")
    reviewed = re.search(r"^# Reviewed by: (.+)$", text, re.MULTILINE)
    with path.open("rb") as file:
        found = {one.id: one.string for one in read_po(file, locale=language) if one.id}
    return reviewed[1], found


def text_of(language, reviewed, texts):
    """The bytes of a catalogue."""
    entries = [f"\nmsgid {escape(key)}\nmsgstr {escape(texts[key])}\n" for key in sorted(texts)]
    return HEAD.format(language=language, reviewed=reviewed) + "".join(entries)


def main():
    from merestone.publish.descriptiontext import LANGUAGES

    missing = 0
    for language in LANGUAGES:
        reviewed, old = stored(language)
        new = {key: old.get(key) or (key if language == "en" else "") for key in sentences()}
        (LOCALES / f"{language}.po").write_text(text_of(language, reviewed, new), encoding="utf-8")
        absent = sorted(key for key, text in new.items() if not text)
        missing += len(absent)
        print(f"{language}: {len(new)} sentences, {len(absent)} without a translation")
        for key in absent[:5]:
            print(f"    {key}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
