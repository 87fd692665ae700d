"""Verbs that look into packs: inspect, validate, verify, extract, diff."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import prometeu_assets as pa
from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import FILE, FOLDER, PATH
from prometeu_assets.cli.output import Output, report_options
from prometeu_assets.cli.pictures import picture_option, require_picture, show_picture
from prometeu_assets.cli.progress import Progress
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.diagnostics import Report
from prometeu_assets.reader.pack import Pack

if TYPE_CHECKING:
    from prometeu_assets.views.inspect import Inspection

_file = click.argument("file", type=PATH)
_all = click.option("--all", "everything", is_flag=True, help="Print long lists completely.")


_PICTURES = 10
"""Assets of a pack that are drawn unless more are asked for."""


@click.command("inspect")
@_file
@click.argument("assets", nargs=-1)
@click.option(
    "--html",
    type=FILE,
    metavar="OUT",
    help="Write the inspector, a page with the pack inside, whether the pack is valid or not.",
)
@picture_option
@_all
@report_options
def inspect_verb(
    file: Path,
    assets: tuple[str, ...],
    html: Path | None,
    *,
    picture: bool,
    everything: bool,
    output: Output,
) -> int:
    """Show the content of the pack FILE. Reads only the header without --html and --picture.

    With --picture and ASSETS (their names), only these are drawn.
    """
    if assets and not picture:
        raise click.UsageError("ASSETS are for --picture, which draws them.")
    if html is not None and picture:
        raise click.UsageError("give --html or --picture, not both.")
    require_picture(output, asked=picture)
    if picture:
        return _pictures(output, file, assets, everything=everything)
    told = pa.inspect(file) if html is None else _page(output, file, html)
    if not output.printed_json(told) and html is None:
        _inspected(output, told, everything=everything)
    return DONE


def _page(output: Output, file: Path, html: Path) -> Inspection:
    """Write the inspector with a pack inside, valid or not."""
    try:
        told = pa.inspect_html(file, html)
    except pa.InvalidPack:
        output.line(f"wrote {html}")
        raise
    output.line(f"wrote {html}")
    return told


def _pictures(output: Output, file: Path, assets: tuple[str, ...], *, everything: bool) -> int:
    """Pictures of the assets named; of a whole pack what is in it, and some pictures."""
    from prometeu_assets.views.extract import about, chosen
    from prometeu_assets.views.inspect import inspection

    with about(file), pa.open(file, mmap=False) as pack:
        if assets:
            return _draw(output, file, pack, chosen(pack, list(assets)))
        _inspected(output, inspection(pack, str(file)), everything=everything)
        drawn = pack.entries if everything else pack.entries[:_PICTURES]
        _draw(output, file, pack, drawn)
        if len(pack) > len(drawn):
            output.line(f"... and {len(pack) - len(drawn)} more: name them, or --all draws them")
    return DONE


def _inspected(output: Output, told: Inspection, *, everything: bool) -> None:
    from prometeu_assets.cli.pack_text import inspection_lines

    container = CURRENT.container(int(told.prelude["schema_version"]))
    for number, line in enumerate(inspection_lines(told, container, everything=everything)):
        output.line(line, **({} if number else {"bold": True}))


def _draw(output: Output, file: Path, pack: Pack, entries: Sequence[Entry]) -> int:
    """Pictures of assets, each under its name; tiles in the palettes that the companion tells."""
    from prometeu_assets.contract.slice import NO_DETAILS
    from prometeu_assets.shipper.verify import details_beside

    told = details_beside(file, pack, entries)
    for entry in entries:
        details = told.get(entry.asset_id, NO_DETAILS)
        bank = pack.bank(entry)
        output.line()
        summary = bank.summary(entry.metadata, details)
        output.line(f"#{entry.asset_id} {entry.asset_name}  {summary}", bold=True)
        show_picture(output, bank, bank.drawing(pack.decode(entry), details))
    return DONE


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option(
    "--profile",
    type=click.Choice(["reader", "writer"]),
    default="reader",
    help="Check the rules for every reader, or also the stricter ones for a writer.",
)
@report_options
def validate_verb(
    files: tuple[Path, ...], profile: Literal["reader", "writer"], output: Output
) -> int:
    """Check pack FILES. For each file, print all faults of the first step that fails."""
    whole = Report()
    for file in files:
        report = pa.validate(file, profile=profile)
        whole += report
        if not output.is_json:
            output.line(f"{file}: {'valid' if report.ok else 'not valid'}")
            output.report(report)
    if output.is_json:
        output.report(whole)
    return DONE if whole.ok else WRONG_INPUT


@click.command("verify")
@_file
@click.option(
    "--companions",
    type=FOLDER,
    metavar="DIR",
    help="Read the companions from this directory. Those of a shipped pack are in `build` of "
    "the project. Default: beside the pack.",
)
@report_options
def verify_verb(file: Path, companions: Path | None, output: Output) -> int:
    """Check the pack FILE against its companions: mirrors, sizes and digests."""
    with Progress() as progress:
        report = pa.verify(file, companions=companions, progress=progress)
    output.line(f"{file}: {'verified' if report.ok else 'not verified'}")
    output.report(report)
    return DONE if report.ok else WRONG_INPUT


@click.command("extract")
@_file
@click.argument("assets", nargs=-1)
@click.option(
    "--out",
    type=FOLDER,
    required=True,
    help="Write to this directory. Nothing is overwritten.",
)
@click.option(
    "--decode",
    is_flag=True,
    help="Write PNG sheets, GIMP palettes and WAV files instead of raw slices.",
)
@report_options
def extract_verb(
    file: Path, assets: tuple[str, ...], out: Path, *, decode: bool, output: Output
) -> int:
    """Write the ASSETS of the pack FILE (default: all) into a directory.

    The name of a file is the id and the name of the asset, with a dot for every slash.
    """
    with Progress() as progress:
        made = pa.extract(file, out, assets, decode=decode, progress=progress)
    if not output.printed_json(made):
        for path in made.written:
            output.line(str(path))
    return DONE


@click.command("diff")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the packs differ.")
@_all
@report_options
def diff_verb(old: Path, new: Path, *, exit_code: bool, everything: bool, output: Output) -> int:
    """Show how the pack NEW differs from the pack OLD, asset by asset.

    Assets are matched by their ids. Exits with 0 in both cases, unless --exit-code is given.
    """
    from prometeu_assets.cli.pack_text import difference_lines

    told = pa.diff(old, new)
    output.settings.judged = exit_code
    if not output.printed_json(told):
        container = CURRENT.container(told.new.schema_version)
        for line in difference_lines(told, container, everything=everything):
            output.line(line)
    return WRONG_INPUT if exit_code and not told.identical else DONE
