"""The verb ``conformance``: the vectors, and a reader under test."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

import prometeu_assets as pa
from prometeu_assets.cli.app import DONE, WRONG_INPUT, Group
from prometeu_assets.cli.arguments import FILE, FOLDER, mistaken
from prometeu_assets.cli.console import say
from prometeu_assets.cli.examples import epilog
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.kinds import kinds
from prometeu_assets.conformance.kit import PROFILES
from prometeu_assets.conformance.verbs import NoSuchCase, ProfileName, StepName
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.names import printable
from prometeu_assets.nouns import counted

_only = click.option(
    "--only",
    "globs",
    multiple=True,
    metavar="GLOB",
    help="Choose the cases whose id matches, such as 'prelude-*'. May be repeated.",
)


def _words(context: object, option: object, values: tuple[str, ...]) -> tuple[str, ...]:
    """Values split at commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


_kind = click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    callback=_words,
    help=f"Choose the cases of a kind: {', '.join(kinds(CURRENT))}. May be repeated.",
)
_profile = click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="PROFILE",
    callback=_words,
    help=f"Choose the cases of a profile: {', '.join(PROFILES)}. May be repeated.",
)
_until = click.option(
    "--until",
    type=click.Choice(get_args(StepName)),
    metavar="STEP",
    help="Choose the cases for a reader that has the checks up to this step of the order of "
    "checks: the packs that are rejected there or before, every accepted pack, and the first pack "
    f"of each later rule. Steps: {', '.join(get_args(StepName))}.",
)


@click.group("conformance", cls=Group)
def conformance_verb() -> None:
    """List and export the conformance vectors, and run them against a reader."""


@conformance_verb.command("list", epilog=epilog("conformance list"))
@_only
@_kind
@_profile
@_until
@report_options
def list_cases(
    *,
    globs: tuple[str, ...],
    kinds: tuple[str, ...],
    profiles: tuple[ProfileName, ...],
    until: StepName | None,
    output: Output,
) -> int:
    """List the cases: id, kind, profile, what is expected."""
    with mistaken(NoSuchCase, FileExistsError):
        listed = pa.conformance_cases(only=globs, kinds=kinds, profiles=profiles, until=until)
    if output.printed_json(listed):
        return DONE
    chosen = listed.cases
    width = max(len(vector.id) for vector in chosen) + 2
    for vector in chosen:
        asked = vector.question
        output.line(
            f"{vector.id:<{width}}{asked.kind:<16}{asked.profile:<8}{vector.code or 'accept'}"
        )
    return DONE


@conformance_verb.command("export", epilog=epilog("conformance export"))
@click.argument("directory", type=FOLDER)
@_only
@report_options
def export_cases(directory: Path, globs: tuple[str, ...], output: Output) -> int:
    """Write the kit to DIRECTORY, which is new or empty, every input as a file."""
    with mistaken(NoSuchCase, FileExistsError):
        made = pa.export_kit(directory, only=globs)
    if not output.printed_json(made):
        output.line(f"{counted(len(made.cases), 'case')} in {directory}")
    return DONE


@conformance_verb.command("run", epilog=epilog("conformance run"))
@_only
@_kind
@_profile
@_until
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
@report_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run_cases(
    *,
    globs: tuple[str, ...],
    kinds: tuple[str, ...],
    profiles: tuple[ProfileName, ...],
    until: StepName | None,
    timeout: float | None,
    xfail: Path | None,
    verdicts_only: bool,
    no_skip: bool,
    output: Output,
    command: tuple[str, ...],
) -> int:
    """Run the vectors against the reader that COMMAND starts.

    Put -- before COMMAND. Exit codes: 0 all cases passed, 1 a case failed, 2 usage,
    3 the reader cannot be started, or a file of the kit is missing or changed.
    """
    from prometeu_assets.conformance.suite import TIMEOUT, read_xfail

    try:
        expected = read_xfail(xfail) if xfail else frozenset()
    except ValueError:
        raise click.UsageError(f"{xfail} is not UTF-8") from None
    with mistaken(NoSuchCase, FileExistsError):
        outcome = pa.run_conformance(
            command,
            only=globs,
            kinds=kinds,
            profiles=profiles,
            until=until,
            timeout=timeout or TIMEOUT,
            xfail=expected,
            verdicts_only=verdicts_only,
            no_skip=no_skip,
        )
    output.settings.judged = True
    if not output.printed_json(outcome):
        for line in outcome.lines():
            output.line(line)
    return DONE if outcome.ok else WRONG_INPUT


@conformance_verb.command("build", epilog=epilog("conformance build"))
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
