"""The command line's frame: one group, its verbs by name, and the exit code of every error.

Help, version and completion load neither the contract nor the codes: what needs them is imported
where it is used.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any, Final

import click

from prometeu_assets._version import __version__
from prometeu_assets.cli import console
from prometeu_assets.cli.ending import (
    DONE,
    ENVIRONMENT,
    INTERRUPTED,
    NO_MEMORY,
    SETTINGS,
    USAGE,
    WRONG_INPUT,
    Cause,
)
from prometeu_assets.cli.examples import EXAMPLES, epilog

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "DONE",
    "ENVIRONMENT",
    "PROGRAM",
    "USAGE",
    "WRONG_INPUT",
    "Group",
    "app",
    "run",
]

PROGRAM: Final = "prometeu-assets"
TRACEBACK: Final = "PROMETEU_ASSETS_TRACEBACK"
"""The environment variable that has a fault of the program show where it happened."""

_VERBS: Final = {
    "init": ("projects", "Start a project in a directory."),
    "new": ("registry", "Create and register an asset that builds at once."),
    "add": ("registry", "Add files to an asset: pictures, palettes, sounds."),
    "register": ("registry", "Register asset roots: give each a permanent id."),
    "rename": ("renaming", "Give an asset another name in the pack."),
    "duplicate": ("renaming", "Copy an asset to a new root, as a new asset."),
    "forget": ("registry", "Remove assets from the registry; keep their files."),
    "include": ("registry", "Add registered assets to the build again."),
    "exclude": ("registry", "Leave registered assets out of the build."),
    "list": ("projects", "List the assets of a project."),
    "show": ("show", "Show one asset: its declaration, its files, its result."),
    "doctor": ("doctor", "Check a project, and repair what is safe to repair."),
    "build": ("build", "Build assets.pa and its companions."),
    "preview": ("preview", "Build after every change, and show the pack in a browser."),
    "migrate": ("migrate", "Update documents to their current versions."),
    "inspect": ("packs", "Show the content of a pack, from its header."),
    "validate": ("packs", "Check packs against the rules of the format."),
    "verify": ("packs", "Check a pack against the companions beside it."),
    "extract": ("packs", "Write the contents of a pack as files."),
    "diff": ("packs", "Show how two packs differ, asset by asset."),
    "release": ("releases", "Record the ids of a build as released."),
    "ship": ("cartridges", "Make a cartridge from the last build."),
    "boot": ("cartridges", "Load a cartridge like a runtime, and show each step."),
    "merge-index": ("releases", "Merge two indexes row by row (a merge driver for git)."),
    "conformance": ("conformance", "List and export the vectors; run them against a reader."),
    "schema": ("published", "Show the published JSON Schemas."),
    "codes": ("published", "Explain the diagnostic codes."),
    "completion": ("completion", "Print the completion script for a shell."),
}
"""Verb to (module of this package, what it does); a module is imported when its verb is used."""


_WORDS: Final = "prometeu_assets.cli.words"
"""Where the context of a run has the words of the command line from the verb on."""


class MissingVerb(click.UsageError):
    """A verb is missing; its group's help is shown."""


class Group(click.Group):
    """A group that needs a verb, by any version of click."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args and not context.resilient_parsing:
            raise MissingVerb("a verb is missing", context)
        return super().parse_args(context, args)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if (
            name not in self.list_commands(context)
            and not name.startswith("-")
            and not context.resilient_parsing
        ):
            from prometeu_assets.nearest import nearest

            near = nearest(name, self.list_commands(context))
            asked = f" Did you mean {near!r}?" if near else ""
            context.fail(f"No such verb {name!r}.{asked}")
        return super().resolve_command(context, args)


class _Verbs(Group):
    """A group whose verbs are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _VERBS:
            return None
        # A name from the table above, never from input.
        module = importlib.import_module(f"prometeu_assets.cli.{_VERBS[name][0]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_verb")
        if name in EXAMPLES:
            command.epilog = epilog(name)
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        context.meta[_WORDS] = tuple(args)
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
    help="Use colours in text: only on a terminal, always, or never.",
)
@click.pass_context
def app(context: click.Context, color: str) -> None:
    """Pack the art and sound of a PROMETEU game, and look into packs.

    Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 anything else: without a verdict.
    """
    plain = False if os.environ.get("NO_COLOR") else None
    context.color = {"auto": plain, "always": True, "never": False}[color]


def in_colour(context: click.Context) -> str:
    """The command that was given, with ``--color`` where it belongs: before the verb."""
    from prometeu_assets.names import argument

    words, value = list(context.meta[_WORDS]), ["always"]
    for at, word in enumerate(words):
        name, *rest = word.split("=", 1)
        if name == "--color":
            end = at + 1 if rest else at + 2
            value = rest or words[at + 1 : end] or value
            del words[at:end]
            break
    return " ".join(map(argument, [PROGRAM, "--color", *value, *words]))


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code, which is decided here for every verb.

    Clause: ``spec/ci.md#exit-codes``. 1 is only for a verdict about the input.
    """
    console.begin()
    asked = os.environ.get("_PROMETEU_ASSETS_COMPLETE")
    code, judged = ENVIRONMENT, False
    try:
        if asked:
            from prometeu_assets.cli.completion import answer

            code = answer(app, PROGRAM, asked)
        else:
            code, judged = _invoked(arguments)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # none may look like a verdict
        code = _failed(error)
    return _settled(code, console.finish(), judged=judged)


def _invoked(arguments: list[str]) -> tuple[int, bool]:
    """The code that a verb returns, and whether it is a verdict about the input."""
    # Not `app.main`, which has exit codes of its own.
    with app.make_context(PROGRAM, list(arguments)) as context:
        code = _verdict(context)
        if SETTINGS not in context.meta:
            return code, False
        from prometeu_assets.cli.output import finish, settings

        finish()
        return code, settings().judged


def _verdict(context: click.Context) -> int:
    """The code that a verb returns; what it refused is reported."""
    try:
        code: Any = app.invoke(context)
    except (Exception, KeyboardInterrupt) as error:
        from prometeu_assets.diagnostics import Refused

        if not isinstance(error, Refused):
            if SETTINGS in context.meta:
                _tell_programs(error)
            raise
        from prometeu_assets.cli.output import Output, settings

        Output(format=settings().format).report(error.report)
        return WRONG_INPUT
    return code if isinstance(code, int) else DONE


def _tell_programs(error: BaseException) -> None:
    """Report to the program that reads the output why there is no verdict.

    Not of a wrong call, and not when the reader is gone. People are told by `_failed`.
    """
    from prometeu_assets.cli.output import Output, finish, settings

    cause, told = _why(error), settings()
    if cause is None or told.format == "text":
        return
    from prometeu_assets.cli.environment import no_verdict
    from prometeu_assets.diagnostics import Report

    found = Report.of([no_verdict(error, cause)])
    if told.format == "sarif":
        (told.failed,) = (diagnostic.message for diagnostic in found)
        finish()
    else:
        Output(format=told.format).report(found)


def _settled(code: int, lost: tuple[OSError, ...], *, judged: bool) -> int:
    """The exit code of a run, some of whose output may be lost."""
    if code != DONE or not lost:
        return code
    if all(isinstance(error, BrokenPipeError) for error in lost):
        # The reader of the output has gone, perhaps because it has read enough.
        return DONE if judged else ENVIRONMENT
    return _failed(lost[0])


def _failed(error: BaseException) -> int:
    """Say in a line or two why there is no verdict; the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        _show(error)
        return USAGE
    cause = _why(error)
    if cause is not None:
        if os.environ.get(TRACEBACK) and not isinstance(error, _EXPECTED):
            import traceback

            console.say("".join(traceback.format_exception(error)), err=True)
        console.say(cause.text, err=True)
    return ENVIRONMENT


_EXPECTED: Final = (click.Abort, KeyboardInterrupt, MemoryError, OSError)
"""What ends a run without being a fault of the tool."""


def _why(error: BaseException) -> Cause | None:
    """Why there is no verdict; None when there is nothing to say."""
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, click.exceptions.Exit | click.ClickException | BrokenPipeError):
        return None
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, OSError):
        from prometeu_assets.cli.environment import explained

        return explained(error)
    from prometeu_assets.names import printable

    return Cause(
        printable(f"{type(error).__name__}: {error}"),
        f"please report it, with what {TRACEBACK}=1 shows.",
    )


def _show(error: click.ClickException) -> None:
    """Print a wrong call as click does, with names on one line."""
    context = getattr(error, "ctx", None)
    if isinstance(error, MissingVerb) and context is not None:
        console.say(context.get_help(), err=True)
        return
    if context is not None:
        console.say(context.get_usage(), err=True)
        console.say(f"Try '{context.command_path} --help' for help.\n", err=True)
    from prometeu_assets.names import printable, respelt

    message = error.format_message()
    if isinstance(error, click.NoSuchOption) and error.option_name == "--color" and context:
        message = f"--color stands before the verb: `{in_colour(context)}`."
    # That one is composed by click alone, of several lines.
    is_ours = not isinstance(error, click.MissingParameter)
    console.say(f"Error: {printable(respelt(message)) if is_ours else message}", err=True)
