"""What a dossier says of several sources together: ``same_line``, ``unchanged``, ``control``."""

from collections.abc import Collection, Sequence
from typing import Any

from merestone.model.sources import Unchanged
from merestone.sources.keynames import UNCHANGED_KEYS
from merestone.sources.keys import At, Keys, Reader, items, long_text, nearest, text
from merestone.sources.spec import SourceSpec
from merestone.sources.values import source_id


def same_line(keys: Keys, sources: Collection[SourceSpec]) -> tuple[tuple[str, ...], ...]:
    """Groups of sources that mean one and the same line: one list of ids, or a list of such lists."""
    several = items(_group(sources))

    def read(at: At, value: Any) -> tuple[tuple[str, ...], ...]:
        one = isinstance(value, list) and not any(isinstance(item, list) for item in value)
        groups = (_group(sources)(at, value),) if one else several(at, value)
        seen: set[str] = set()
        for k, group in enumerate(groups):
            if again := sorted(seen & set(group)):
                raise at.item(k).refuse(
                    list(group),
                    f"'{again[0]}' stands in another group too; sources that mean one line are one group",
                )
            seen |= set(group)
        return tuple(sorted(groups))

    return keys.listed("same_line", read)


def unchanged(keys: Keys, sources: Collection[SourceSpec]) -> tuple[Unchanged, ...]:
    """Groups of sources between whose dates nothing changed, with who states it and why."""

    def read(at: At, value: Any) -> Unchanged:
        entry = Keys(at, value, UNCHANGED_KEYS)
        return Unchanged(
            entry.needed("sources", _group(sources), 'sources = ["genshtab-1978", "osm-2017"]'),
            entry.optional("stated_by", text),
            entry.optional("reason", long_text),
        )

    return tuple(sorted(keys.listed("unchanged", items(read)), key=repr))


def _group(sources: Collection[SourceSpec]) -> Reader[tuple[str, ...]]:
    """A reader of two or more different ids of sources, which are sorted."""
    known = sorted(source.id for source in sources)

    def one(at: At, value: Any) -> str:
        name = source_id(at, value)
        if name not in known:
            like = f"; the nearest id is '{nearest(name, known)}'" if known else ""
            raise at.refuse(name, f"there is no source with this id{like}")
        return name

    def read(at: At, value: Any) -> tuple[str, ...]:
        found = items(one)(at, value)
        if len(found) < 2 or len(set(found)) < len(found):
            raise at.refuse(value, "name two or more different sources, each once")
        return tuple(sorted(found))

    return read


def check_control(at: At, sources: Sequence[SourceSpec]) -> None:
    """Refuse sources that share their control but not its error: it would cancel only in part."""
    first: dict[str, SourceSpec] = {}
    for k, source in enumerate(sources):
        if source.control is None:
            continue
        other = first.setdefault(source.control, source)
        if other.georeferencing_m != source.georeferencing_m:
            raise (
                at.item(k)
                .key("georeferencing_m")
                .refuse(
                    source.georeferencing_m,
                    f"source '{other.id}' has the same control, '{source.control}', with "
                    f"{other.georeferencing_m!r}; give both the same figure, or the controls different names",
                )
            )
