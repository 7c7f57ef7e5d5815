"""pyogrio, imported without the frames that it can make: the one place of merestone that imports it.

To learn which optional packages there are, ``pyogrio._compat`` imports pandas, geopandas and pyarrow, which
takes many times as long as all that merestone needs. Here it is given their versions, as installed, instead
of the packages. pyogrio itself imports a package where it works with it, so that its own functions for
frames and Arrow stay whole for whoever calls them in the same process (ADR 0008).
"""

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.metadata import version
from types import ModuleType, SimpleNamespace
from typing import Any

_ASKS = "pyogrio._compat"
_OPTIONAL = frozenset({"geopandas", "pandas", "pyarrow"})


def _version_only(
    name: str,
    globals_: Mapping[str, Any] | None = None,
    locals_: Mapping[str, Any] | None = None,
    names: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """``__import__`` that gives of an optional package its version alone; ImportError where it is absent."""
    if name in _OPTIONAL and name not in sys.modules:
        return SimpleNamespace(__version__=version(name))
    return builtins.__import__(name, globals_, locals_, names, level)


class _Loader(Loader):
    """Runs the module's own code with `_version_only` for its import statements."""

    def __init__(self, source: SourceFileLoader) -> None:
        self._source = source

    def exec_module(self, module: ModuleType) -> None:
        code = self._source.get_code(module.__name__)
        assert code is not None
        scope = vars(module)
        scope["__builtins__"] = vars(builtins) | {"__import__": _version_only}
        exec(code, scope)  # noqa: S102 - the code of the installed module, as any import runs it


class _Finder(MetaPathFinder):
    """Finds the one module that asks; every other is left to the finders that follow."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _ASKS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader)
        return spec


_finder = _Finder()
sys.meta_path.insert(0, _finder)
try:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
    from pyogrio.raw import read
finally:
    sys.meta_path.remove(_finder)

__all__ = [
    "DataLayerError",
    "DataSourceError",
    "FeatureError",
    "FieldError",
    "GeometryError",
    "pyogrio",
    "read",
]
