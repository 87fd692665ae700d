"""The verb that builds: build."""

from __future__ import annotations

from pathlib import Path

import click

from prometeu_assets.cli.app import DONE
from prometeu_assets.cli.arguments import directory_argument, jobs_option
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.progress import Progress
from prometeu_assets.cli.watching import show_built, show_rounds


@click.command("build")
@directory_argument
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing. Exit with 1 if an output differs from its sources, and say why.",
)
@click.option(
    "--fresh",
    is_flag=True,
    help="Encode every asset again, as --check does, without the cache of the last build.",
)
@jobs_option
@click.option(
    "-w",
    "--watch",
    "again",
    is_flag=True,
    help="Build again after every change, until Ctrl-C. With --format json, print one line for "
    "each build.",
)
@report_options
def build_verb(
    directory: Path | None,
    *,
    only_check: bool,
    fresh: bool,
    jobs: int | None,
    again: bool,
    output: Output,
) -> int:
    """Build the project in DIRECTORY: build/assets.pa and its companions.

    Without DIRECTORY, the project around the current one. The same content gives the same bytes,
    and unchanged assets are not encoded again.
    """
    if again and (only_check or output.format not in ("text", "json")):
        raise click.UsageError("--watch works without --check, and with --format text or json.")
    from prometeu_assets.packer.build import build, check_build

    output.settings.by_line = again
    if again:
        from prometeu_assets.live.watching import watch

        return show_rounds(output, watch(directory, fresh=fresh, jobs=jobs))
    with Progress() as progress:
        if only_check:
            report = check_build(directory, jobs=jobs, progress=progress)
        else:
            tell = Output(format="text").report
            result = build(directory, fresh=fresh, jobs=jobs, progress=progress, tell=tell)
    if only_check:
        return output.checked(report)
    if output.printed_json(result):
        return DONE
    output.report(result.report)
    show_built(output, result)
    return DONE
