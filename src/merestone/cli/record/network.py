"""``sync``, ``serve``."""

from typing import Any

import click

from merestone.cli.options import Voice
from merestone.cli.record.options import desk_options, echo_json


@click.command("sync")
@click.argument("url")
@desk_options
def sync(url: str, desk: Any, voice: Voice) -> None:
    """Exchange with the other desk at URL: take what it has, give what it lacks.

    Both desks show keys of the record before anything is given. What breaks off is taken up the next time.
    """
    from merestone.service.desk.network import sync as exchange

    done = exchange(desk, url)
    if voice.json:
        echo_json({"taken": done.taken, "given": done.given, "adopted": done.adopted or None})
    elif not voice.quiet:
        click.echo(f"{url}: {done.taken} entries taken, {done.given} given")


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@desk_options
def serve(port: int, host: str, desk: Any, voice: Voice) -> None:
    """Answer the other desk's `sync` until interrupted: bundles only, for keys of the record only.

    What goes over is signed but not hidden; put a proxy with TLS before it where others could read.
    """
    from merestone.service.desk.network import serve as answer

    def ready(url: str) -> None:
        if not voice.quiet:
            click.echo(url)

    answer(desk, host, port, ready)


COMMANDS = {"sync": sync, "serve": serve}
