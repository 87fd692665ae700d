"""The verb that builds: build."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from prometeu_assets.cli.app import DONE
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output, counted, report_options, size
from prometeu_assets.cli.progress import Progress

_MOST_JOBS: Final = 100


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
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1, max=_MOST_JOBS),
    metavar="N",
    help="Encode N large assets in parallel. Default: one per processor, at most 4.",
)
@report_options
def build_verb(
    directory: Path | None, *, only_check: bool, fresh: bool, jobs: int | None, format: str
) -> int:
    """Build the project in DIRECTORY: build/assets.pa and its companions.

    Without DIRECTORY, the project around the current one. The same content gives the same bytes,
    and unchanged assets are not encoded again.
    """
    from prometeu_assets.packer.build import build, check

    output = Output(format=format)
    with Progress() as progress:
        if only_check:
            report = check(directory, jobs=jobs, progress=progress)
        else:
            tell = Output(format="text").report
            result = build(directory, fresh=fresh, jobs=jobs, progress=progress, tell=tell)
    if only_check:
        return output.checked(report)
    if output.is_json:
        output.value(result.as_json())
        return DONE
    output.report(result.report)
    figures = result.statistics
    reused = f", {figures.reused} unchanged" if figures.reused else ""
    output.line(f"built {result.outputs['assets.pa']}", bold=True)
    output.line(f"  {counted(figures.assets, 'asset')}{reused}, {size(figures.pack_size)}")
    output.line(f"  sha256 {figures.pack_sha256}")
    return DONE
