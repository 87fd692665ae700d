"""The verb ``conformance``: the vectors, and a reader under test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from prometeu_assets.cli.app import DONE, ENVIRONMENT, WRONG_INPUT, Group
from prometeu_assets.cli.arguments import FILE, FOLDER
from prometeu_assets.cli.console import say
from prometeu_assets.cli.output import Output, counted
from prometeu_assets.cli.output import report_options as format_option
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.kinds import kinds
from prometeu_assets.conformance.kit import PROFILES, Kit, Vector
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.names import printable

_only = click.option(
    "--only",
    "globs",
    multiple=True,
    metavar="GLOB",
    help="Choose the cases whose id matches, such as 'prelude-*'. May be repeated.",
)


def _words(known: tuple[str, ...]) -> Callable[..., tuple[str, ...]]:
    """A callback that splits values at commas, and takes none but the known."""

    def split(context: object, option: object, values: tuple[str, ...]) -> tuple[str, ...]:
        words = tuple(word.strip() for value in values for word in value.split(","))
        for word in words:
            if word not in known:
                raise click.BadParameter(f"{word!r} is not one of {', '.join(known)}")
        return words

    return split


_kind = click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    callback=_words(tuple(kinds(CURRENT))),
    help=f"Choose the cases of a kind: {', '.join(kinds(CURRENT))}. May be repeated.",
)
_profile = click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="PROFILE",
    callback=_words(PROFILES),
    help=f"Choose the cases of a profile: {', '.join(PROFILES)}. May be repeated.",
)


@click.group("conformance", cls=Group)
def conformance_verb() -> None:
    """List and export the conformance vectors, and run them against a reader."""


@conformance_verb.command("list")
@_only
@_kind
@_profile
@format_option
def list_cases(
    globs: tuple[str, ...], kinds: tuple[str, ...], profiles: tuple[str, ...], format: str
) -> int:
    """List the cases: id, kind, profile, what is expected."""
    output = Output(format=format)
    kit = kits.load()
    chosen = _chosen(kit, globs, kinds, profiles)
    if output.is_json:
        output.value(kit.listing(chosen))
        return DONE
    width = max(len(vector.id) for vector in chosen) + 2
    for vector in chosen:
        asked = vector.question
        output.line(
            f"{vector.id:<{width}}{asked.kind:<16}{asked.profile:<8}{vector.code or 'accept'}"
        )
    return DONE


@conformance_verb.command("export")
@click.argument("directory", type=FOLDER)
@_only
def export_cases(directory: Path, globs: tuple[str, ...]) -> int:
    """Write the kit to DIRECTORY, which is new or empty, every input as a file."""
    from prometeu_assets.conformance.export import export

    kit = kits.load()
    try:
        count = export(kit, directory, _chosen(kit, globs))
    except FileExistsError as error:
        raise click.UsageError(str(error)) from None
    Output(format="text").line(f"{counted(count, 'case')} in {directory}")
    return DONE


@conformance_verb.command("run")
@_only
@_kind
@_profile
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Wait this many seconds for each answer. Default: 10.",
)
@click.option(
    "--xfail",
    type=FILE,
    help="Read the ids of cases that are expected to fail from this file, one on each line.",
)
@click.option(
    "--verdicts-only", is_flag=True, help="Compare verdicts only, without codes and views."
)
@click.option(
    "--no-skip", is_flag=True, help="Count a case that the reader does not support as failed."
)
@format_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run_cases(
    *,
    globs: tuple[str, ...],
    kinds: tuple[str, ...],
    profiles: tuple[str, ...],
    timeout: float | None,
    xfail: Path | None,
    verdicts_only: bool,
    no_skip: bool,
    format: str,
    command: tuple[str, ...],
) -> int:
    """Run the vectors against the reader that COMMAND starts.

    Put -- before COMMAND. Exit codes: 0 all cases passed, 1 a case failed, 2 usage,
    3 the reader cannot be started, or a file of the kit is missing or changed.
    """
    from prometeu_assets.conformance.run import NotStarted
    from prometeu_assets.conformance.suite import TIMEOUT, Options, read_xfail, run_suite

    output = Output(format=format)
    kit = kits.load()
    try:
        expected = read_xfail(xfail) if xfail else frozenset()
    except ValueError:
        raise click.UsageError(f"{xfail} is not UTF-8") from None
    options = Options(
        timeout=timeout or TIMEOUT, verdicts_only=verdicts_only, no_skip=no_skip, xfail=expected
    )
    try:
        outcome = run_suite(kit, command, _chosen(kit, globs, kinds, profiles), options)
    except NotStarted as error:
        say(printable(f"failed: the reader cannot be started: {error}"), err=True)
        return ENVIRONMENT
    output.settings.judged = True
    if output.is_json:
        output.value(outcome.as_json())
    else:
        for line in outcome.lines():
            output.line(line)
    return DONE if outcome.ok else WRONG_INPUT


@conformance_verb.command("build")
@click.option(
    "--check", is_flag=True, help="Write nothing. Exit with 1 if a file is not up to date."
)
def build_kit(*, check: bool) -> int:
    """Write the vectors again (in a checkout of this project)."""
    from prometeu_assets.conformance.manifest import (
        Disagreement,
        PublishedCasesChanged,
        differences,
        generated,
        write,
    )

    directory = kits.checkout_directory()
    if kits.kit_directory() != directory or not directory.is_dir():
        raise click.UsageError("only a checkout of the project has a kit to build")
    output = Output(format="text")
    try:
        files = generated(kits.ledger(directory))
    except (Disagreement, PublishedCasesChanged) as error:
        for sentence in error.args if isinstance(error, PublishedCasesChanged) else [error]:
            say(f"refused: {sentence}", err=True)
        return WRONG_INPUT
    found = differences(directory, files)
    for name, what in found.items():
        say(printable(f"{what}: {name}"), err=True)
    if check:
        output.line(f"{counted(len(files), 'file')}, {len(found)} not up to date")
        return WRONG_INPUT if found else DONE
    write(directory, files)
    output.line(f"{counted(len(files), 'file')}, {len(found)} brought up to date")
    return DONE


def _chosen(
    kit: Kit,
    globs: tuple[str, ...],
    kinds: tuple[str, ...] = (),
    profiles: tuple[str, ...] = (),
) -> tuple[Vector, ...]:
    """The cases asked for. A pattern that adds none is a mistake, also beside others."""
    asked = [f"kind {', '.join(kinds)}"] if kinds else []
    asked += [f"profile {', '.join(profiles)}"] if profiles else []
    none = " of ".join(["no case", *asked])
    for glob in globs:
        if not kit.only(glob, kinds=kinds, profiles=profiles):
            raise click.UsageError(f"{none} matches {glob!r}")
    chosen = kit.only(*globs, kinds=kinds, profiles=profiles)
    if not chosen:
        raise click.UsageError(none)
    return chosen
