"""Verbs that work on a project: init, register, list, build."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Self

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT, format_option, refusal
from prometeu_assets.cli.output import Output, counted, size
from prometeu_assets.diagnostics import Refused

_directory = click.argument(
    "directory", type=click.Path(path_type=Path, file_okay=False), default=None, required=False
)
_project = click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    help="The project's directory; without it, the one around the current directory.",
)


@click.command("init")
@_directory
@format_option
def init_verb(directory: Path | None, format: str) -> int:
    """Begin a project in DIRECTORY (here, without one)."""
    from prometeu_assets.workspace.project import init

    output = Output(format=format)
    try:
        written = init(directory or Path())
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        output.value({"schema_version": 1, "written": [path.as_posix() for path in written]})
    else:
        for path in written:
            output.line(f"wrote {path}")
        output.line("Next: make a directory with an asset.json below assets/ and `register` it.")
    return DONE


@click.command("register")
@click.argument("roots", nargs=-1, required=True, type=click.Path(path_type=Path))
@_project
@format_option
def register_verb(roots: tuple[Path, ...], project: Path | None, format: str) -> int:
    """Register asset ROOTS, each a directory with an asset.json below assets/.

    Either all of them are registered or none. A root that moved keeps its id.
    """
    from prometeu_assets.workspace.project import find
    from prometeu_assets.workspace.registration import register

    output = Output(format=format)
    try:
        base = project or find(Path())
        output = Output(format=format, base=base)
        done = register(base, roots)
    except Refused as refused:
        return refusal(output, refused)
    rows = [(item.registered, item.moved) for item in done]
    if output.is_json:
        output.value(
            {
                "schema_version": 1,
                "registered": [
                    {"asset_id": r.asset_id, "asset_uuid": r.asset_uuid, "root": r.root, "moved": m}
                    for r, m in rows
                ],
            }
        )
    else:
        for row, moved in rows:
            verb = "moved to" if moved else "registered"
            output.line(f"{verb} {row.root} as asset {row.asset_id}")
    return DONE


@click.command("list")
@_directory
@format_option
def list_verb(directory: Path | None, format: str) -> int:
    """List the assets of the project in DIRECTORY, unregistered roots included."""
    from prometeu_assets.workspace.project import Listed, find, listing

    output = Output(format=format)
    try:
        base = directory or find(Path())
        output = Output(format=format, base=base)
        found, report = listing(base)
    except Refused as refused:
        return refusal(output, refused)

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
        output.value({"schema_version": 1, "assets": rows, "report": output.report_value(report)})
        return DONE if report.ok else WRONG_INPUT
    width = max((len(item.root) for item in found), default=4)
    for item in found:
        output.line(_listed(row(item), width), dim=item.registered is None)
    if not found:
        output.line("No assets yet: make a directory with an asset.json below assets/.")
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


@click.command("build")
@_directory
@format_option
def build_verb(directory: Path | None, format: str) -> int:
    """Build the project in DIRECTORY: build/assets.pa and its companions."""
    from prometeu_assets.packer.build import build
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = directory or find(Path())
        output = Output(format=format, base=base)
        with _Progress() as progress:
            result = build(base, progress=progress)
    except Refused as refused:
        return refusal(output, refused)
    figures = result.statistics
    if output.is_json:
        output.value(
            {
                "schema_version": 1,
                "outputs": {name: path.as_posix() for name, path in result.outputs.items()},
                "statistics": {
                    "assets": figures.assets,
                    "reused": figures.reused,
                    "header_size": figures.header_size,
                    "pack_size": figures.pack_size,
                    "pack_sha256": figures.pack_sha256,
                },
                "report": output.report_value(result.report),
            }
        )
        return DONE
    output.report(result.report)
    reused = f", {figures.reused} unchanged" if figures.reused else ""
    output.line(f"built {result.outputs['assets.pa']}", bold=True)
    output.line(f"  {counted(figures.assets, 'asset')}{reused}, {size(figures.pack_size)}")
    output.line(f"  sha256 {figures.pack_sha256}")
    return DONE


def _terminal() -> bool:
    return sys.stderr.isatty()


class _Progress:
    """A bar on a terminal's stderr for work that takes longer than half a second."""

    def __init__(self) -> None:
        self._start = self._shown = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __call__(self, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if not _terminal() or now - self._start < 0.5 or now - self._shown < 0.1:
            return
        self._shown, self._drawn = now, True
        filled = 24 * done // max(total, 1)
        bar = "#" * filled + "." * (24 - filled)
        click.echo(f"\r[{bar}] {done}/{total} {name[:40]:<40}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            click.echo("\r" + " " * 80 + "\r", nl=False, err=True)
