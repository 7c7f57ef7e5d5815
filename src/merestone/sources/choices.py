"""The file that says what was chosen for each section of an assembled candidate (TOML)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merestone.errors import BadInputError
from merestone.model.candidates import NOT_STATED
from merestone.model.descriptions import TERMS
from merestone.sources.terms import wrong_term

_KEYS = ("line", *TERMS)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one section, and what is stated of its legs."""

    line: str
    follows: str = NOT_STATED
    moves: str = NOT_STATED
    prevails: str = NOT_STATED


@dataclass(frozen=True, slots=True)
class Choices:
    """``between``: the two limits that a median or an equal area is drawn between; empty where none is."""

    between: tuple[str, ...]
    sections: Mapping[str, Choice]
    folder: Path


def read_choices(path: Path) -> Choices:
    """Read the file. Raises BadInputError with the key and what to do."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; check --choices") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path}: cannot be read as TOML ({error}); correct it") from None
    between = table.pop("between", [])
    if not (
        isinstance(between, list) and len(between) in (0, 2) and all(isinstance(b, str) for b in between)
    ):
        raise BadInputError(f"{path}: between is {between!r}; write the two limits, between = ['one', 'two']")
    if not table:
        raise BadInputError(f"{path}: nothing is chosen; write lines such as M1-S01 = 'one'")
    sections = {name: _choice(path, name, value) for name, value in table.items()}
    return Choices(tuple(between), sections, path.parent)


def _choice(path: Path, name: str, value: Any) -> Choice:
    if isinstance(value, str):
        return Choice(value)
    if not isinstance(value, dict) or not isinstance(value.get("line"), str):
        raise BadInputError(f"{path}: {name} is {value!r}; write a source, median, equal-area or a file")
    for key, one in value.items():
        if key not in _KEYS or not isinstance(one, str):
            raise BadInputError(
                f"{path}: {name}.{key} = {one!r}; the keys are {', '.join(_KEYS)}, each a text"
            )
    choice = Choice(**value)
    for term in TERMS:
        said = str(getattr(choice, term))
        if instead := wrong_term(term, said):
            raise BadInputError(f"{path}: {name}.{term} = '{said}'; {instead}")
    return choice
