"""The verb that migrates: migrate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.nouns import counted

if TYPE_CHECKING:
    from prometeu_assets.workspace.migrate import Migration

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("migrate")
@directory_argument
@click.option("--dry-run", is_flag=True, help="Show the changes. Write nothing.")
@click.option(
    "--check", is_flag=True, help="Write nothing. Exit with 1 if a document is not current."
)
@click.option(
    "--discard-backup", is_flag=True, help="Remove the originals that earlier migrations kept."
)
@report_options
def migrate_verb(
    *, directory: Path | None, dry_run: bool, check: bool, discard_backup: bool, output: Output
) -> int:
    """Update the documents of the project in DIRECTORY to their current versions.

    Without DIRECTORY, the project around the current one. Either all documents change or
    none. Each keeps its formatting, and the originals are kept until --discard-backup.
    """
    from prometeu_assets.workspace import migrate as work

    if discard_backup and (dry_run or check):
        raise click.UsageError("--discard-backup cannot be combined with --dry-run or --check")
    if discard_backup:
        done = work.discard_backups(directory, tell=output.tell)
    elif check:
        done = work.check_migration(directory)
    elif dry_run:
        done = work.plan_migration(directory)
    else:
        done = work.migrate(directory, tell=output.tell)
    code = DONE if done.report.ok else WRONG_INPUT
    if output.printed_json(done):
        return code
    if discard_backup:
        _tell_discarded(output, done.discarded)
        return code
    if dry_run or not check:
        for document in done.documents:
            _show(output, document.diff)
    output.report(done.report)
    _conclude(output, done, directory, check=check)
    return code


def _tell_discarded(output: Output, names: tuple[str, ...]) -> None:
    for name in names:
        output.line(f"removed {name}")
    if not names:
        output.line("There is no backup: nothing to do.")


def _show(output: Output, diff: str) -> None:
    if output.settings.quiet:
        return
    for line in diff.splitlines():
        color = _COLORS.get(line[0]) if line else None
        output.line(line, fg=color) if color else output.line(line)


def _conclude(output: Output, done: Migration, project: Path | None, *, check: bool) -> None:
    """What it all came to."""
    count = counted(len(done.documents), "document")
    if not done.documents:
        output.line("Every document is current: nothing to do.")
    elif check:
        output.line(f"{count} not current")
    else:
        planned = f"would migrate {count}; nothing was written"
        output.line(planned if done.backup is None else f"migrated {count}", bold=True)
        for name in done.created:
            output.line(f"  new: {name}")
        if done.backup is not None:
            output.line(f"  originals in {done.backup}")
            remove = "  to remove them: prometeu-assets migrate{project} --discard-backup"
            output.advice(remove, project=project)
