"""The verb that shows a project in a browser: preview."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from prometeu_assets.cli.arguments import directory_argument, jobs_option
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.watching import show_rounds

_FIRST_PORT: Final = 1024
_LAST_PORT: Final = 65535


@click.command("preview")
@directory_argument
@click.option(
    "--port",
    type=click.IntRange(min=_FIRST_PORT, max=_LAST_PORT),
    metavar="N",
    help="Answer at this port. Default: a free one.",
)
@jobs_option
@report_options
def preview_verb(
    directory: Path | None, *, port: int | None, jobs: int | None, output: Output
) -> int:
    """Build the project in DIRECTORY after every change, and show it in a browser.

    Without DIRECTORY, the project around the current one. Prints an address of this machine for
    your browser, until Ctrl-C. The page shows the last good pack, and what is wrong now.
    """
    from prometeu_assets.live.preview import preview

    if output.format not in ("text", "json"):
        raise click.UsageError("preview works with --format text or json.")
    output.settings.by_line = True
    with preview(directory, port=port or 0, jobs=jobs) as shown:
        if not output.printed_json(shown):
            output.line(f"preview at {shown.addresses[0]}", bold=True)
        return show_rounds(output, shown)
