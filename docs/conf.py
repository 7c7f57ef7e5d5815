"""Sphinx configuration; the generated reference pages are written before the build."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402

from merestone import __version__  # noqa: E402

generate.write_all(HERE / "reference" / "_generated")

project = "merestone"
copyright = "merestone contributors"  # noqa: A001 - the name Sphinx asks for
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "method/_*.md", "reference/_generated"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "merestone"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
nitpicky = False
