"""Verbs that work on a project as a whole: init, list."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.progress import Progress

if TYPE_CHECKING:
    from prometeu_assets.workspace.project import Listed


@click.command("init")
@directory_argument
@report_options
def init_verb(directory: Path | None, output: Output) -> int:
    """Start a project in DIRECTORY (default: the current one)."""
    from prometeu_assets.workspace.git import SETUP
    from prometeu_assets.workspace.project import init

    done = init(directory or Path())
    if not output.printed_json(done):
        for path in done.written:
            output.line(f"wrote {path}")
        for name, missing in done.missing_lines.items():
            output.line(f"Your {name} was not changed. Add these lines to it:")
            for line in missing:
                output.line(f"  {line}")
        output.line("For a team with git, once in each clone:")
        output.line(f"  {SETUP}")
        go = f"`cd {shlex.quote(str(directory))}`, then " if directory else ""
        output.line(
            f"Next: {go}`prometeu-assets new tile-bank assets/tiles/hero` creates an asset;"
        )
        output.line("`prometeu-assets new --help` lists the other kinds.")
    return DONE


@click.command("list")
@directory_argument
@report_options
def list_verb(directory: Path | None, output: Output) -> int:
    """List the assets of the project in DIRECTORY, with unregistered roots."""
    from prometeu_assets.workspace.project import listing

    with Progress() as progress:
        found = listing(directory, progress=progress)
    if output.printed_json(found):
        return DONE if found.report.ok else WRONG_INPUT
    width = max((len(item.root) for item in found.assets), default=4)
    for item in found.assets:
        output.line(_line(item, width), dim=item.registered is None)
    if not found.assets:
        new = "`prometeu-assets new tile-bank {root:root}{of_project}`"
        output.advice(f"No assets yet: {new} creates one.", project=directory, root="tiles/hero")
    output.report(found.report)
    return DONE if found.report.ok else WRONG_INPUT


def _line(item: Listed, width: int) -> str:
    row, declared = item.registered, item.declaration
    if row is None:
        return f"   -  {item.root:<{width}}  unregistered"
    notes = ["cannot be read" if declared is None else declared.format]
    notes += ["preload"] if declared and declared.preload else []
    notes += [] if row.included_in_build else ["excluded"]
    notes += [f"named {declared.name}"] if declared and declared.name != item.root else []
    return f"{row.asset_id:>4}  {item.root:<{width}}  {', '.join(notes)}"
