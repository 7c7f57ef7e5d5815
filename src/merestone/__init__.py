"""merestone: clarify a common boundary from the maps available to both parties.

    import merestone
    result = merestone.open("examples/armenia-azerbaijan").compare()
    result.sections[0].verdict

Importing this package loads nothing heavy: each name below is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from merestone.errors import (
        BadInputError,
        EnvironmentRefusedError,
        MerestoneError,
        MissingExtraError,
        UsageError,
    )
    from merestone.service.result import Comparison, mirror
    from merestone.service.workbench import Dossier
    from merestone.service.workbench import open_dossier as open  # noqa: A004 - one opens a dossier

__version__ = "0.1.0.dev0"

_HOMES = {
    "BadInputError": ("merestone.errors", "BadInputError"),
    "Comparison": ("merestone.service.result", "Comparison"),
    "Dossier": ("merestone.service.workbench", "Dossier"),
    "EnvironmentRefusedError": ("merestone.errors", "EnvironmentRefusedError"),
    "MerestoneError": ("merestone.errors", "MerestoneError"),
    "MissingExtraError": ("merestone.errors", "MissingExtraError"),
    "UsageError": ("merestone.errors", "UsageError"),
    "mirror": ("merestone.service.result", "mirror"),
    "open": ("merestone.service.workbench", "open_dossier"),
}

__all__ = [
    "BadInputError",
    "Comparison",
    "Dossier",
    "EnvironmentRefusedError",
    "MerestoneError",
    "MissingExtraError",
    "UsageError",
    "__version__",
    "mirror",
    "open",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'merestone' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
