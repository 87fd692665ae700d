"""The page of the command line: every verb, its arguments and options, from the program."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from inspect import cleandoc

import click

from prometeu_assets.cli.app import PROGRAM, app
from prometeu_assets.cli.examples import EXAMPLES
from prometeu_assets.contract.value import Contract

HEAD = ("Option", "What it does")
_WORDS = {"GIMP", "JSON", "PNG", "SHA", "UTF", "WAV"}
"""Words in capitals that are no argument."""
_MANY = 12
"""An option of more verbs than these is shown once."""

Table = Callable[[tuple[str, ...], list[tuple[str, ...]]], str]


def page(table: Table) -> Callable[[Contract], str]:
    """The page, with tables written by ``table``."""

    def command_line(_: Contract) -> str:
        shown = list(_commands())
        common = _common([command for _, command, _ in shown])
        rows = [_row(option, shown[0][2]) for option in common.values()]
        lead = (
            "# Command line\n\n"
            "Every verb, from the program itself; `prometeu-assets VERB --help` says the same.\n\n"
            f"Verbs that report have these options too:\n\n{table(HEAD, rows)}\n"
            "[Exit codes](../ci.md#exit-codes): 0 done, 1 the input is wrong, 2 usage, "
            "3 anything else.\n"
        )
        return lead + "".join(_verb(*one, common.keys(), table) for one in shown)

    return command_line


def _common(commands: Iterable[click.Command]) -> dict[str, click.Option]:
    """The options that most verbs have, with the same text."""
    found: dict[str, list[click.Option]] = {}
    for command in commands:
        for option in command.params:
            if isinstance(option, click.Option):
                found.setdefault(f"{option.opts} {option.help}", []).append(option)
    return {key: options[0] for key, options in found.items() if len(options) > _MANY}


def _commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Each verb by its name, those of a group after the group."""
    context = click.Context(app, info_name=PROGRAM)
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield name, command, inner
        if isinstance(command, click.Group):
            for below in command.list_commands(inner):
                part = command.get_command(inner, below)
                assert part is not None
                yield f"{name} {below}", part, click.Context(part, info_name=below, parent=inner)


def _verb(
    name: str, command: click.Command, context: click.Context, common: Container[str], table: Table
) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"\n## `{name}` {{ #{name.replace(' ', '-')} }}\n\n{_text(command.help or '')}\n"]
    parts.append(f"\n```text\n{PROGRAM} {name} {usage}\n```\n")
    rows = [
        _row(option, context)
        for option in command.params
        if isinstance(option, click.Option) and f"{option.opts} {option.help}" not in common
    ]
    if rows:
        parts.append("\n" + table(HEAD, rows))
    if name in EXAMPLES:
        lines = "".join(f"{PROGRAM} {example}\n" for example in EXAMPLES[name])
        parts.append(f"\n```sh\n{lines}```\n")
    return "".join(parts)


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    """The names of an option with what follows them, and what it does."""
    names, text = ", ".join(option.opts), _text(option.help or "")
    if isinstance(option.type, click.Choice):
        text += f" One of: {', '.join(f'`{choice}`' for choice in option.type.choices)}."
        return f"`{names} {option.opts[-1].strip('-').upper()}`", text
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return f"`{names}{value}`", text


def _text(text: str) -> str:
    """A help text for a page: its paragraphs, with options and arguments as code."""
    text = "\n\n".join(" ".join(part.split()) for part in cleandoc(text).split("\n\n"))
    text = re.sub(r"(?<![`\w/-])(--[a-z][\w-]*)", r"`\1`", text)
    text = re.sub(r"(?<![`-])\b[A-Z]{3,}\b", _argument, text)
    return text.replace("``", "`").strip()


def _argument(match: re.Match[str]) -> str:
    return match[0] if match[0] in _WORDS else f"`{match[0]}`"
