"""The environment in which every HTML page is made of its template."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def page_environment() -> Environment:
    """Templates of this package; values are escaped, and one that is not there is an error."""
    return Environment(
        loader=PackageLoader("merestone.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
