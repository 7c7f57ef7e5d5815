"""The environment in which every HTML page is made of its template."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def page_environment() -> Environment:
    """Templates of this package; values are escaped, and one that is not there is an error."""
    return Environment(
        loader=PackageLoader("merestone.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style_without_script() -> dict[str, str]:
    """The look of the report for a page without script: ``style``, and the ``policy`` that allows only it."""
    style = (files("merestone.publish") / "templates" / "report.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return {
        "style": Markup(style),  # noqa: S704 - shipped with merestone
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    }
