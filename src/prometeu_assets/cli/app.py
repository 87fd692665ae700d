"""The command line's frame: one group, its verbs by name, and what every error becomes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, Final

import click

from prometeu_assets._version import __version__
from prometeu_assets.cli.output import Output
from prometeu_assets.diagnostics import Refused

DONE, WRONG_INPUT, USAGE, ENVIRONMENT = range(4)

_VERBS: Final = {
    "init": ("projects", "Begin a project in a directory."),
    "register": ("projects", "Register asset roots: give each an id, for ever."),
    "list": ("projects", "List the assets of a project."),
    "build": ("projects", "Build assets.pa and its companions."),
    "inspect": ("packs", "Show what is inside a pack, from its header alone."),
    "validate": ("packs", "Check packs against every rule of reading."),
    "verify": ("packs", "Check a pack against the companions beside it."),
    "extract": ("packs", "Write the contents of a pack as files."),
    "schema": ("published", "Show the published JSON Schemas."),
    "codes": ("published", "Explain the diagnostic codes."),
}
"""Verb to (module of this package, what it does); a module is imported when its verb is used."""


class _Verbs(click.Group):
    """A group whose verbs are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _VERBS:
            return None
        # A name from the table above, never from input.
        module = importlib.import_module(f"prometeu_assets.cli.{_VERBS[name][0]}")
        command: click.Command = getattr(module, f"{name}_verb")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        # The table knows each verb's line of help; no verb is imported to print it.
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, text) for verb, (_, text) in _VERBS.items()])


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="prometeu-assets")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colours in text: on a terminal only, always, or never.",
)
@click.pass_context
def app(context: click.Context, color: str) -> None:
    """Pack the art and sound of a PROMETEU game, and look into packs.

    Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 the environment failed.
    """
    plain = False if os.environ.get("NO_COLOR") else None
    context.color = {"auto": plain, "always": True, "never": False}[color]


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code. Bad input never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that lacks a character shows another; it does not fail.
            stream.reconfigure(errors="replace")
    try:
        # Not `app.main`, to which a reader that went away is wrong input.
        with app.make_context("prometeu-assets", list(arguments)) as context:
            code: Any = app.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted: nothing half-done is published.", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        click.echo(f"failed: {_environment(error)}", err=True)
        return ENVIRONMENT


def _environment(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def refusal(output: Output, refused: Refused) -> int:
    """Print why input was refused; the exit code for it."""
    output.report(refused.report)
    return WRONG_INPUT


format_option = click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, or for machines.",
)
