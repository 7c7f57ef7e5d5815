"""``propose``, ``amend``, ``package``, ``accept``, ``reserve``, ``withdraw``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import PATH, desk_options, echo_written, text_options


def _offer_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what an offer is made of; a command receives ``offer``: keywords of ``Offered``."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        names = ("line", "layer", "prevails", "frame", "epoch", "edges", "comparison")
        offer = {name: kwargs.pop(name) for name in names}
        return function(*args, offer=offer, **kwargs)

    for option in (
        click.option(
            "--comparison", type=PATH, metavar="FILE", help="The comparison.  [default: out/ of the dossier]"
        ),
        click.option(
            "--edges",
            type=click.Choice(["straight", "geodesic", "loxodrome", "parallel"]),
            help="How the edges of the line run.  [default: as its file says]",
        ),
        click.option("--epoch", metavar="YEAR", help="Epoch of the coordinates, as 2025.0."),
        click.option("--frame", metavar="NAME", help="Frame of the coordinates, as ITRF2020."),
        click.option(
            "--prevails", type=click.Choice(["line", "text"]), help="Which prevails, where both are given."
        ),
        click.option("--layer", metavar="NAME", help="Layer of the file that holds the line."),
        click.option("--line", type=PATH, metavar="FILE", help="File with the one line that is proposed."),
    ):
        wrapped = option(wrapped)
    return wrapped


@click.command("propose")
@click.argument("section")
@_offer_options
@text_options(required=False)
@desk_options
def propose(section: str, offer: dict[str, Any], text: list[Any], desk: Any, voice: Voice) -> None:
    """Propose a line, a text or both for SECTION, byte for byte; it counts as your party's acceptance.

    An offer that stands there is answered by it. There are no conditional acceptances: propose instead.
    """
    from merestone.service.desk.acts import Offered
    from merestone.service.desk.acts import propose as put

    echo_written(put(desk, Offered(section, text=text, **offer)), voice, f"proposed for {section}")


@click.command("amend")
@click.argument("entry")
@click.argument("section")
@click.option(
    "--from", "from_day", metavar="DAY", help="From which day.  [default: a correction, from the beginning]"
)
@click.option("--why", metavar="TEXT", help="For a correction: what the clerical error is.")
@_offer_options
@text_options(required=False)
@desk_options
def amend(
    entry: str,
    section: str,
    from_day: str | None,
    why: str | None,
    offer: dict[str, Any],
    text: list[Any],
    desk: Any,
    voice: Voice,
) -> None:
    """Propose to change what ENTRY settled for SECTION: from a day on, or without --from as a clerical
    correction."""
    from merestone.errors import UsageError
    from merestone.service.desk.acts import Offered, texts
    from merestone.service.desk.acts import amend as put

    if (from_day is None) == (why is None):
        raise UsageError("an amendment says --from which day, a correction --why; give one of them")
    reasons = texts([why], "en") if why else []
    written = put(desk, entry, Offered(section, text=text, **offer), from_day=from_day, reasons=reasons)
    echo_written(written, voice, f"{written.entry.type} proposed for {section}")


@click.command("package")
@click.argument("offers", nargs=-1, required=True)
@desk_options
def package(offers: tuple[str, ...], desk: Any, voice: Voice) -> None:
    """Tie OFFERS, each a section or an entry: none of them settles unless all do."""
    from merestone.service.desk.acts import package as tie

    echo_written(tie(desk, offers), voice, f"ties {len(offers)} offers; accept it by its name")


@click.command("accept")
@click.argument("offer")
@click.option("--content", metavar="HASH", help="Accept only if this is the hash of its content.")
@desk_options
def accept(offer: str, content: str | None, desk: Any, voice: Voice) -> None:
    """Accept OFFER: the one that stands for a section, or an entry by its name. No conditions."""
    from merestone.service.desk.acts import accept as take

    echo_written(take(desk, offer, content), voice, f"accepted {offer}")


@click.command("reserve")
@click.argument("offer")
@text_options()
@desk_options
def reserve(offer: str, text: list[Any], desk: Any, voice: Voice) -> None:
    """Enter a reservation on OFFER, with reasons; withdraw it to accept later."""
    from merestone.service.desk.acts import reserve as put

    echo_written(put(desk, offer, text), voice, f"reservation on {offer}")


@click.command("withdraw")
@click.argument("offer")
@text_options(required=False)
@desk_options
def withdraw(offer: str, text: list[Any], desk: Any, voice: Voice) -> None:
    """Withdraw your party's offer, acceptance or reservation on OFFER.

    Once the other party's acceptance was received there is nothing left to withdraw, and this is refused.
    """
    from merestone.service.desk.acts import withdraw as take_back

    echo_written(take_back(desk, offer, text), voice, f"withdrawn {offer}")


COMMANDS = {
    "propose": propose,
    "amend": amend,
    "package": package,
    "accept": accept,
    "reserve": reserve,
    "withdraw": withdraw,
}
