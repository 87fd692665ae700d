"""Verbs of a team: release records what is in the field, merge-index merges for git."""

from __future__ import annotations

from pathlib import Path

import click

from prometeu_assets.cli.app import DONE, ENVIRONMENT, WRONG_INPUT
from prometeu_assets.cli.arguments import FILE, project_option
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.progress import Progress
from prometeu_assets.diagnostics import Refused
from prometeu_assets.nouns import counted


@click.command("release")
@click.option(
    "--from",
    "file",
    type=FILE,
    metavar="FILE",
    help="Record an older pack (its companions are beside it), or its asset_table_metadata.json.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="UUID",
    help="Let this asset keep an id with which several assets were released.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing. Exit with 1 if the build is not recorded."
)
@project_option
@report_options
def release_verb(
    file: Path | None, keep: tuple[str, ...], project: Path | None, output: Output, *, check: bool
) -> int:
    """Record the assets of the build as released, so that they keep their ids.

    Commit and push the record, then ship.
    """
    from prometeu_assets.releasing import check_release, release

    if check and (file or keep):
        raise click.UsageError("--check cannot be combined with --from or --keep")
    with Progress() as progress:
        if check:
            report = check_release(project, progress=progress)
        else:
            done = release(project, file=file, keep=keep, progress=progress, tell=output.tell)
    if check:
        return output.checked(report, "the build is recorded")
    if output.printed_json(done):
        return DONE
    for row in done.recorded:
        verb = "gives up the id" if row.given_up else "is released as asset"
        output.line(f"{row.asset_uuid} {verb} {row.asset_id}")
    given_up = any(row.given_up for row in done.recorded)
    if given_up:
        doctor = "`prometeu-assets doctor{project} --fix`"
        output.advice(f"Next: {doctor} gives the others new ids.", project=project)
    elif done.recorded:
        output.line(f"recorded {counted(len(done.recorded), 'asset')}: commit and push, then ship")
    else:
        output.line("Everything is recorded: nothing to do.")
    return DONE


@click.command("merge-index")
@click.argument("base", type=FILE)
@click.argument("ours", type=FILE)
@click.argument("theirs", type=FILE)
@report_options
def merge_index_verb(base: Path, ours: Path, theirs: Path, output: Output) -> int:
    """Merge the index THEIRS into OURS, with BASE as their common ancestor.

    Git calls this with %O %A %B. Exit code 1 is a conflict: `doctor --fix` repairs it.
    """
    from prometeu_assets.workspace.merging import merge_index

    try:
        done = merge_index(base, ours, theirs)
    except Refused as refused:
        if not any(code.startswith("PATH_") for code in refused.report.codes):
            raise
        # 1 would be a conflict in files that were read.
        output.report(refused.report)
        return ENVIRONMENT
    output.report(done.report)
    return DONE if done.report.ok else WRONG_INPUT
