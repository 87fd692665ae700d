"""The table of verbs agrees with the command line, the public names and the schemas."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import get_args, get_type_hints

import click
from tests.every import every

import prometeu_assets as pa
from prometeu_assets.cli.app import app
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.verbs import VERBS, Verb

BESIDE = {
    "boot": "the cartridge that `load` tells of, or an exception",
    "open": "a pack, to read from",
    "pack": "a pack from memory",
    "write": "the same into a file",
}
"""Public functions that are no verb of the command line."""


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        elif command is not None:
            yield f"{before}{name}", command


def test_every_verb_and_every_function_has_a_row() -> None:
    known = dict(commands(app))
    assert {verb.command for verb in VERBS} == known.keys()
    for verb in VERBS:
        options = {name for parameter in known[verb.command].params for name in parameter.opts}
        assert {word for word in verb.line.split() if word.startswith("-")} <= options
    functions = {name for name in {*pa.__all__, "open"} if inspect.isfunction(getattr(pa, name))}
    listed = [verb.function for verb in VERBS if verb.function]
    assert {*listed, *BESIDE} == functions
    assert len(listed) == len(set(listed))


@every(VERBS)
def test_a_row_is_whole(verb: Verb) -> None:
    assert verb.why or (verb.function and verb.document)
    assert (verb.result is None) is (verb.document is None)
    if verb.function is None:
        return
    given = get_type_hints(getattr(pa, verb.function))["return"]
    if verb.result is None:
        assert given == dict[str, object] or "dict" in str(given)
        return
    result = getattr(pa, verb.result)
    assert result in {given, *get_args(given)}
    assert result.document == verb.document
    assert CURRENT.documents.versions(result.document)


def test_the_list_of_schemas_says_which_verb_gives_which() -> None:
    rows = pa.schemas().as_json()["schemas"]
    told = {verb: row["document"] for row in rows for verb in row["verbs"]}
    assert told == {verb.line: verb.document for verb in VERBS if verb.document}
    assert all(row["version"] == CURRENT.newest(row["document"]) for row in rows if row["verbs"])


@every(pa.__all__)
def test_help_is_short(name: str) -> None:
    """A signature that `help` prints fits in a few lines."""
    thing = getattr(pa, name)
    if inspect.isfunction(thing):
        assert len(str(inspect.signature(thing))) < 700, inspect.signature(thing)
        assert thing.__doc__
