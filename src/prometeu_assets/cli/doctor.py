"""The verb that examines a project and repairs what is safe to repair."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.progress import Progress
from prometeu_assets.nouns import counted

if TYPE_CHECKING:
    from prometeu_assets.workspace.doctor import Examination
    from prometeu_assets.workspace.repair import Repair


@click.command("doctor")
@directory_argument
@click.option("--workspace", is_flag=True, help="Look for untidy things too, such as unused files.")
@click.option("--fix", is_flag=True, help="Print the safe repairs, and carry them out.")
@click.option("--dry-run", is_flag=True, help="Print the repairs of --fix, and change nothing.")
@report_options
def doctor_verb(
    directory: Path | None,
    output: Output,
    *,
    workspace: bool,
    fix: bool,
    dry_run: bool,
) -> int:
    """Find what is wrong with the project in DIRECTORY.

    Without options it checks what stops a build: the registry, the roots, the declarations, and
    files of an interrupted command. With --workspace it also reports what is only untidy.
    """
    from prometeu_assets.packer.doctor import doctor

    planned = partial(_print_plan, output, dry_run=dry_run)
    with Progress() as progress:
        found = doctor(
            directory,
            workspace=workspace,
            fix=fix,
            dry_run=dry_run,
            planned=planned,
            progress=progress,
        )
    if not output.printed_json(found):
        _print(output, found)
    return DONE if found.report.ok else WRONG_INPUT


def _print_plan(output: Output, repairs: tuple[Repair, ...], *, dry_run: bool) -> None:
    """The plan, before it is made."""
    for repair in repairs:
        output.line(f"{'would repair' if dry_run else 'repair'}: {repair.text}")
    if dry_run and not repairs:
        output.line("nothing can be repaired automatically")


def _print(output: Output, found: Examination) -> None:
    output.report(found.report)
    errors = len(found.report.errors)
    warnings = len(found.report.diagnostics) - errors
    told = [counted(n, noun) for n, noun in ((errors, "error"), (warnings, "warning")) if n]
    output.line(f"{counted(found.assets, 'asset')}: {', '.join(told) or 'nothing is wrong'}")
