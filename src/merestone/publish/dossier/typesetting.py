"""Typst itself: the fonts that it may use, and files in, a PDF out. Nothing of a dossier is known here."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from merestone.errors import MissingExtraError
from merestone.publish.dossier import fonts

if TYPE_CHECKING:
    from typst import Fonts


def typeset(files: Mapping[str, bytes], standards: Sequence[str]) -> bytes:
    """The PDF of ``main.typ`` among `files`. Raises MissingExtraError where Typst is not installed."""
    own_fonts = typeset_in()
    import typst

    # A mapping of file names to bytes is documented by the package and missing in its types.
    given = cast("bytes", dict(files))
    compiler = typst.Compiler(given, font_paths=own_fonts, ignore_system_fonts=True)
    data = compiler.compile(format="pdf", pdf_standards=cast("Any", list(standards)), timestamp=0)
    assert isinstance(data, bytes)
    return data


@cache
def typeset_in() -> "Fonts":
    """The vendored fonts and no others. Raises MissingExtraError where Typst is not installed."""
    try:
        import typst
    except ImportError:
        raise MissingExtraError(
            "a PDF needs typst; install it with: pip install 'merestone[report]'"
        ) from None
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )
