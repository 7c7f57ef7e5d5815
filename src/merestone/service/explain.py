"""Say in plain sentences what a dossier shows: the whole line, or one section."""

from dataclasses import dataclass

from merestone.errors import UsageError
from merestone.model.progress import Progress, silent
from merestone.publish.dossier.desk import desk_of
from merestone.publish.dossier.explain import explained, lines
from merestone.publish.dossier.publicationjson import explanation_json
from merestone.publish.dossier.speech import LANGUAGES, speaker
from merestone.service.desk.place import Desk
from merestone.service.publish import Request, material_of
from merestone.service.workbench import Dossier


@dataclass(frozen=True, slots=True)
class Explanation:
    """Lines as (kind, text), and the bytes of ``merestone explain --json``."""

    lines: tuple[tuple[str, str], ...]
    json: bytes


def explain(
    dossier: Dossier, desk: Desk | None, section: str | None, language: str, *, progress: Progress = silent
) -> Explanation:
    """Explain `dossier`, or its section called `section`, in one language, as the parties may read it.

    Raises UsageError for a language without a catalogue, BadInputError where there is no such section.
    """
    if language not in LANGUAGES:
        raise UsageError(f"--lang '{language}': there is none; there are {', '.join(LANGUAGES)}")
    one, two = (party.id for party in dossier.parties)
    known = desk if desk is not None and desk.record.exists() else None
    material = material_of(dossier, known, (one, two), Request(reader="parties"), progress)
    says = speaker(language)
    said = tuple((kind, says.plain(text)) for kind, text in lines(explained(desk_of(material), section)))
    return Explanation(said, explanation_json(material, section, language, said))
