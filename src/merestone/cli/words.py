"""The words after a verb: which of them is the dossier."""

from pathlib import Path


def split_dossier(words: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """Take the dossier from the front of `words`; the rest is for the verb.

    A first word is the dossier only if it exists as a path or ends in ``.toml``; else the dossier
    is the current folder.
    """
    if words and (words[0].endswith(".toml") or Path(words[0]).exists()):
        return Path(words[0]), words[1:]
    return Path(), words
