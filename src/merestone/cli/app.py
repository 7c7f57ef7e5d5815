"""The `merestone` command: a group whose verbs are imported when they are used."""

from importlib import import_module

import click

from merestone import __version__
from merestone.cli import exits
from merestone.errors import MerestoneError

VERBS = (
    "init",
    "add",
    "lock",
    "check",
    "compare",
    "verify",
    "locate",
    "features",
    "construct",
    "describe",
    "georeference",
    "record",
    "evidence",
    "publish",
    "explain",
)
"""In the order in which a user needs them. A verb is here when it works."""


class _Verbs(click.Group):
    """Looks up a verb in ``merestone.cli.commands.<verb>``, whose top level imports only click."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in VERBS:
            return None
        module = import_module(f"merestone.cli.commands.{name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0].lower(), VERBS, n=1)
            meant = f"; did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"there is no verb '{args[0]}'{meant} (the verbs are {', '.join(VERBS)})")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    invoke_without_command=True,
    subcommand_metavar="VERB ...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Completion: eval "$(_MERESTONE_COMPLETE=bash_source merestone)", or zsh_source, fish_source.',
)
@click.version_option(__version__, prog_name="merestone")
@click.pass_context
def group(ctx: click.Context) -> int | None:
    """Clarify a common boundary from the maps available to both parties.

    DOSSIER is a folder with a dossier.toml, that file itself, or nothing: the current folder.
    """
    if ctx.invoked_subcommand is not None:
        return None
    click.echo(ctx.get_help(), err=True)
    return exits.USAGE


def run(arguments: list[str]) -> int:
    """Run the command line with `arguments`; returns the exit code, never raises for bad input."""
    try:
        result = group.main(args=arguments, prog_name="merestone", standalone_mode=False)
    except SystemExit:  # so click ends where the reader of our answer has gone, as `head` does
        return exits.DONE
    except (MerestoneError, click.ClickException, click.Abort, KeyboardInterrupt, OSError) as error:
        code, message, hint = _explain(error)
        click.echo("error: " + " ".join(message.split()), err=True)
        if hint:
            click.echo("hint: " + hint, err=True)
        return code
    return result if isinstance(result, int) else exits.DONE


def _explain(error: BaseException) -> tuple[int, str, str | None]:
    """Exit code, one sentence and a hint for an error that ends a command."""
    match error:
        case MerestoneError():
            return exits.exit_code(error), error.message, error.hint
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "merestone"
            return exits.USAGE, error.format_message(), f"`{where} --help` shows how it is used"
        case click.ClickException():
            return exits.BAD_INPUT, error.format_message(), None
        case OSError():
            what = error.strerror or type(error).__name__
            return exits.ENVIRONMENT, f"{error.filename}: {what}" if error.filename else what, None
        case _:
            return exits.INTERRUPTED, "interrupted; no file was left half written", None
