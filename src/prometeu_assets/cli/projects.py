"""Verbs that work on a project as a whole: init, list."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT, format_option
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output
from prometeu_assets.cli.progress import Progress


@click.command("init")
@directory_argument
@format_option
def init_verb(directory: Path | None, format: str) -> int:
    """Start a project in DIRECTORY (default: the current one)."""
    from prometeu_assets.viewpoint import View
    from prometeu_assets.workspace.git import SETUP
    from prometeu_assets.workspace.project import init, missing_lines

    output = Output(format=format)
    with View().refusals():
        written = init(directory or Path())
    if output.is_json:
        output.result("initialization", written=[path.as_posix() for path in written])
    else:
        for path in written:
            output.line(f"wrote {path}")
        for name, missing in missing_lines(directory or Path()).items():
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
@format_option
def list_verb(directory: Path | None, format: str) -> int:
    """List the assets of the project in DIRECTORY, with unregistered roots."""
    from prometeu_assets.viewpoint import at_project
    from prometeu_assets.workspace.project import Listed, listing

    output = Output(format=format)
    with at_project(directory) as (base, view), Progress() as progress:
        found, report = listing(base, progress=progress)
    report = report.seen_from(view)

    def row(item: Listed) -> dict[str, Any]:
        value: dict[str, Any] = {"root": item.root, "registered": item.registered is not None}
        if item.registered is not None:
            value["asset_id"] = item.registered.asset_id
            value["asset_uuid"] = item.registered.asset_uuid
            value["included_in_build"] = item.registered.included_in_build
        if item.declaration is not None:
            value["asset_name"] = item.declaration.name
            value["format"] = item.declaration.format
            value["preload"] = item.declaration.preload
        return value

    if output.is_json:
        rows = [row(item) for item in found]
        output.result("listing", assets=rows, report=report.as_json())
        return DONE if report.ok else WRONG_INPUT
    width = max((len(item.root) for item in found), default=4)
    for item in found:
        output.line(_listed(row(item), width), dim=item.registered is None)
    if not found:
        output.line("No assets yet: `prometeu-assets new tile-bank assets/tiles/hero` creates one.")
    output.report(report)
    return DONE if report.ok else WRONG_INPUT


def _listed(row: dict[str, Any], width: int) -> str:
    if not row["registered"]:
        return f"   -  {row['root']:<{width}}  unregistered"
    notes = [row.get("format", "cannot be read")]
    notes += ["preload"] if row.get("preload") else []
    notes += [] if row["included_in_build"] else ["excluded"]
    name = row.get("asset_name", row["root"])
    notes += [f"named {name}"] if name != row["root"] else []
    return f"{row['asset_id']:>4}  {row['root']:<{width}}  {', '.join(notes)}"
