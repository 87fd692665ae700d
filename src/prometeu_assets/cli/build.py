"""The verb that builds: build."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT, refusal
from prometeu_assets.cli.arguments import directory_argument
from prometeu_assets.cli.output import Output, counted, report_options, size
from prometeu_assets.cli.progress import Progress
from prometeu_assets.diagnostics import Refused

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
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = directory or find(Path())
        output = Output(format=format, base=base)
        if only_check:
            with Progress() as progress:
                report = check(base, jobs=jobs, progress=progress)
            output.report(report)
            if report.ok and not output.is_json:
                output.line("up to date")
            return DONE if report.ok else WRONG_INPUT
        with Progress() as progress:
            tell = Output(format="text", base=base).report
            result = build(base, fresh=fresh, jobs=jobs, progress=progress, tell=tell)
    except Refused as refused:
        return refusal(output, refused)
    figures = result.statistics
    if output.is_json:
        outputs = {name: path.as_posix() for name, path in result.outputs.items()}
        output.result(
            "build-result",
            outputs=outputs,
            statistics=asdict(figures),
            report=output.report_value(result.report),
        )
        return DONE
    output.report(result.report)
    reused = f", {figures.reused} unchanged" if figures.reused else ""
    output.line(f"built {result.outputs['assets.pa']}", bold=True)
    output.line(f"  {counted(figures.assets, 'asset')}{reused}, {size(figures.pack_size)}")
    output.line(f"  sha256 {figures.pack_sha256}")
    return DONE
