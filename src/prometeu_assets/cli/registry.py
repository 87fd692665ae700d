"""Verbs that change the registry: new, register, forget, include, exclude."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prometeu_assets.cli.app import DONE, format_option, refusal
from prometeu_assets.cli.arguments import FOLDER, PATH
from prometeu_assets.cli.output import Output
from prometeu_assets.cli.progress import Progress
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.scaffold import kinds

if TYPE_CHECKING:
    from prometeu_assets.packer.scaffold import Created
    from prometeu_assets.workspace.registry import Registered

project_option = click.option(
    "--project",
    type=FOLDER,
    help="The project's directory; without it, the one around the current directory.",
)
_assets = click.argument("assets", nargs=-1, required=True, metavar="ASSET...")


@click.command("new")
@click.argument("kind", type=click.Choice(list(kinds(CURRENT))))
@click.argument("root", type=PATH)
@click.option("--name", help="The asset's name in the pack; without it, the root below assets/.")
@project_option
@format_option
def new_verb(kind: str, root: Path, name: str | None, project: Path | None, format: str) -> int:
    """Begin an asset of a KIND at ROOT, a directory below assets/, and register it.

    Pictures, palettes or sounds that already lie there become its inputs; otherwise it begins
    with small ones of its own, so that it builds at once. Nothing is overwritten.
    """
    from prometeu_assets.packer.scaffold import new
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = project or find(Path())
        output = Output(format=format, base=base)
        made = new(base, kind, root, name=name, tell=output.tell)
    except Refused as refused:
        return refusal(output, refused)
    written = [(base / file).as_posix() for file in made.written]
    if output.is_json:
        output.result(
            "creation",
            **_identity(made.registered),
            asset_name=made.name,
            written=written,
            passed_over=output.report_value(made.passed_over),
        )
        return DONE
    output.report(made.passed_over)
    for found in made.passed_over:
        output.line(f"passed over {(base / (found.file or '')).as_posix()}")
    for file in written:
        output.line(f"wrote {file}")
    output.line(f"registered {made.registered.root} as asset {made.registered.asset_id}")
    _next_steps(output, made)
    return DONE


def _next_steps(output: Output, made: Created) -> None:
    """What to put where, in the words of the files that are there."""
    output.line(f"Next, in assets/{made.registered.root}:")
    for line in made.beginning.advice:
        output.line(f"    {line.strip()}" if line.startswith(" ") else f"  - {line}")
    output.line("  - list further files under `inputs` in asset.json; `preload` loads it at boot")
    output.line("Then `prometeu-assets build`.")


@click.command("register")
@click.argument("roots", nargs=-1, required=True, type=PATH)
@click.option(
    "--adopt",
    is_flag=True,
    help="Give a root whose asset.json is too old to hold a uuid one, kept in the index.",
)
@click.option(
    "--new-uuid",
    is_flag=True,
    help="Write a new uuid into each asset.json: what was copied is an asset of its own.",
)
@click.option(
    "--moved",
    is_flag=True,
    help="The assets were moved here, though their old roots may only be absent from a sparse "
    "checkout.",
)
@project_option
@format_option
def register_verb(
    roots: tuple[Path, ...],
    project: Path | None,
    format: str,
    *,
    adopt: bool,
    new_uuid: bool,
    moved: bool,
) -> int:
    """Register asset ROOTS, each a directory with an asset.json below assets/.

    Either all of them are registered or none. A root that moved keeps its id.
    """
    from prometeu_assets.workspace.project import find
    from prometeu_assets.workspace.registration import register

    if new_uuid and moved:
        raise click.UsageError("an asset that was moved keeps its uuid: give --moved or --new-uuid")
    output = Output(format=format)
    try:
        base = project or find(Path())
        output = Output(format=format, base=base)
        with Progress() as progress:
            done = register(
                base,
                roots,
                adopt=adopt,
                new_uuid=new_uuid,
                moved=moved,
                progress=progress,
                tell=output.tell,
            )
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        rows = [{**_identity(item.registered), "moved": item.moved} for item in done]
        output.result("registration", registered=rows)
        return DONE
    for item in done:
        verb = "moved to" if item.moved else "registered"
        output.line(f"{verb} {item.registered.root} as asset {item.registered.asset_id}")
    return DONE


@click.command("forget")
@_assets
@project_option
@format_option
def forget_verb(assets: tuple[str, ...], project: Path | None, format: str) -> int:
    """Take ASSETs out of the registry: ids, uuids, roots or names.

    Their files stay where they are. No other asset gets their ids: to keep an asset out of the
    build for a while, `exclude` it.
    """
    from prometeu_assets.storage.paths import exists
    from prometeu_assets.workspace.membership import forget
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = project or find(Path())
        output = Output(format=format, base=base)
        gone = forget(base, assets, tell=output.tell)
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        output.result("removal", forgotten=[_identity(row) for row in gone])
        return DONE
    for row in gone:
        output.line(f"forgot {row.root}, which was asset {row.asset_id}")
        if exists(base, row.directory):
            output.line(f"  its files are still in {(base / row.directory).as_posix()}")
    return DONE


@click.command("include")
@_assets
@project_option
@format_option
def include_verb(assets: tuple[str, ...], project: Path | None, format: str) -> int:
    """Let ASSETs be built: ids, roots or names of registered assets."""
    return _include(assets, project, format, included=True)


@click.command("exclude")
@_assets
@project_option
@format_option
def exclude_verb(assets: tuple[str, ...], project: Path | None, format: str) -> int:
    """Keep ASSETs out of the build: ids, roots or names. They stay registered."""
    return _include(assets, project, format, included=False)


def _include(assets: tuple[str, ...], project: Path | None, format: str, *, included: bool) -> int:
    from prometeu_assets.workspace.membership import include
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = project or find(Path())
        output = Output(format=format, base=base)
        done = include(base, assets, included=included, tell=output.tell)
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        rows = [
            {**_identity(row), "included_in_build": included, "changed": changed}
            for row, changed in done
        ]
        output.result("membership", assets=rows)
        return DONE
    for row, changed in done:
        state = "included in the build" if included else "excluded from the build"
        already = "" if changed else " already"
        output.line(f"{row.root} (asset {row.asset_id}) is{already} {state}")
    return DONE


def _identity(row: Registered) -> dict[str, Any]:
    return {"asset_id": row.asset_id, "asset_uuid": row.asset_uuid, "root": row.root}
