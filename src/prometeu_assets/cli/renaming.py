"""Verbs that change one asset: rename, duplicate."""

from __future__ import annotations

from pathlib import Path

import click

from prometeu_assets.cli.app import DONE
from prometeu_assets.cli.arguments import PATH, project_option
from prometeu_assets.cli.output import Output, report_options


@click.command("rename")
@click.argument("asset")
@click.argument("name")
@project_option
@report_options
def rename_verb(asset: str, name: str, project: Path | None, output: Output) -> int:
    """Give an ASSET (an id, a uuid, a root or a name) another NAME in the pack.

    It keeps its id, its uuid and its root.
    """
    from prometeu_assets.workspace.renaming import rename

    done = rename(asset, name, project=project, tell=output.tell)
    if output.printed_json(done):
        return DONE
    row = done.registered
    output.line(f"{row.root} (asset {row.asset_id}) is named {done.name}, before {done.old}")
    return DONE


@click.command("duplicate")
@click.argument("asset")
@click.argument("root", type=PATH)
@click.option("--name", help="Name the new asset. Default: its root below assets/.")
@project_option
@report_options
def duplicate_verb(
    asset: str, root: Path, name: str | None, project: Path | None, output: Output
) -> int:
    """Copy an ASSET (an id, a uuid, a root or a name) to a new ROOT, as a new asset.

    The copy gets a new uuid and a new id. Nothing is overwritten.
    """
    from prometeu_assets.workspace.renaming import duplicate

    done = duplicate(asset, root, name=name, project=project, tell=output.tell)
    if output.printed_json(done):
        return DONE
    for file in done.written:
        output.line(f"wrote {(done.project / file).as_posix()}")
    row = done.registered
    output.line(f"registered {row.root} as asset {row.asset_id}, a copy of {done.source.root}")
    return DONE
