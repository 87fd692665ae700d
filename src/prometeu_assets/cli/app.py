"""The command line's frame: one group, its verbs by name, and what every error becomes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from prometeu_assets._version import __version__
from prometeu_assets.cli.examples import EXAMPLES, epilog
from prometeu_assets.cli.output import Output, finish
from prometeu_assets.cli.output import report_options as format_option
from prometeu_assets.diagnostics import Refused
from prometeu_assets.nearest import nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "DONE",
    "ENVIRONMENT",
    "PROGRAM",
    "USAGE",
    "WRONG_INPUT",
    "app",
    "format_option",
    "refusal",
    "run",
]

DONE, WRONG_INPUT, USAGE, ENVIRONMENT = range(4)
PROGRAM: Final = "prometeu-assets"

_VERBS: Final = {
    "init": ("projects", "Begin a project in a directory."),
    "new": ("registry", "Begin an asset: a root with files that build at once, registered."),
    "register": ("registry", "Register asset roots: give each an id, for ever."),
    "forget": ("registry", "Take assets out of the registry; their files stay."),
    "include": ("registry", "Let assets be built."),
    "exclude": ("registry", "Keep assets out of the build."),
    "list": ("projects", "List the assets of a project."),
    "show": ("show", "Show one asset: what it declares, its files, what it becomes."),
    "doctor": ("doctor", "Find what is wrong with a project, and mend what is safe to mend."),
    "build": ("build", "Build assets.pa and its companions."),
    "migrate": ("migrate", "Bring documents to their current versions."),
    "inspect": ("packs", "Show what is inside a pack, from its header alone."),
    "validate": ("packs", "Check packs against every rule of reading."),
    "verify": ("packs", "Check a pack against the companions beside it."),
    "extract": ("packs", "Write the contents of a pack as files."),
    "diff": ("packs", "Show how two packs differ, asset by asset."),
    "ship": ("cartridges", "Assemble a cartridge from what was built."),
    "boot": ("cartridges", "Load a cartridge as a runtime does, and show each step."),
    "conformance": ("conformance", "List and export the vectors; run them against a reader."),
    "schema": ("published", "Show the published JSON Schemas."),
    "codes": ("published", "Explain the diagnostic codes."),
    "completion": ("completion", "Print the script that makes a shell complete verbs."),
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
        if name in EXAMPLES:
            command.epilog = epilog(name)
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _VERBS and not name.startswith("-") and not context.resilient_parsing:
            near = nearest(name, _VERBS)
            asked = f" Did you mean {near!r}?" if near else ""
            context.fail(f"No such verb {name!r}.{asked}")
        return super().resolve_command(context, args)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        # As click does, but no verb is imported to be named.
        verbs = [
            CompletionItem(verb, help=text)
            for verb, (_, text) in _VERBS.items()
            if verb.startswith(incomplete)
        ]
        return [*verbs, *click.Command.shell_complete(self, context, incomplete)]

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        # The table knows each verb's line of help; no verb is imported to print it.
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, text) for verb, (_, text) in _VERBS.items()])


@click.group(
    cls=_Verbs,
    subcommand_metavar="VERB [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name=PROGRAM)
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
    asked = os.environ.get("_PROMETEU_ASSETS_COMPLETE")
    if asked:
        from prometeu_assets.cli.completion import answer

        return answer(asked)
    try:
        # Not `app.main`, to which a reader that went away is wrong input.
        with app.make_context(PROGRAM, list(arguments)) as context:
            code: Any = app.invoke(context)
            finish()
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
        from prometeu_assets.cli.environment import explained

        click.echo(explained(error), err=True)
        return ENVIRONMENT


def refusal(output: Output, refused: Refused) -> int:
    """Print why input was refused; the exit code for it."""
    output.report(refused.report)
    return WRONG_INPUT
