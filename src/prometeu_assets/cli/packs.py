"""Verbs that look into packs: inspect, validate, verify, extract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import prometeu_assets as pa
from prometeu_assets.cli.app import DONE, WRONG_INPUT, format_option, refusal
from prometeu_assets.cli.output import Output, counted, size
from prometeu_assets.diagnostics import Refused, Report

_file = click.argument("file", type=click.Path(path_type=Path))


@click.command("inspect")
@_file
@format_option
def inspect_verb(file: Path, format: str) -> int:
    """Show what is inside the pack FILE. Only its header is read."""
    from prometeu_assets.views.inspect import inspection

    output = Output(format=format)
    try:
        with pa.open(file) as pack:
            value = inspection(pack, str(file))
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        output.value(value)
    else:
        _show(output, value)
    return DONE


def _show(output: Output, value: dict[str, Any]) -> None:
    prelude, assets = value["prelude"], value["assets"]
    output.line(f"{value['file']}", bold=True)
    output.line(
        f"  version {prelude['schema_version']}, {size(value['size'])}:"
        f" header {size(prelude['header_len'])}, payload from byte {prelude['payload_offset']}"
    )
    for bank_type, bank in value["banks"].items():
        output.line(
            f"  {bank_type}: {counted(bank['assets'], 'asset')}, {size(bank['size'])} stored,"
            f" {size(bank['decoded_size'])} resident"
        )
    if not assets:
        output.line("  no assets")
        return
    width = max(len("name"), *(len(asset["asset_name"]) for asset in assets))
    slots = {item["asset_id"]: item["slot"] for item in value["preload"]}
    head = f"{'id':>6}  {'name':<{width}}  {'bank':<6}  {'offset':>10}  {'size':>10}  {'slot':>4}"
    output.line()
    output.line(f"{head}  details", dim=True)
    for asset in assets:
        slot = slots.get(asset["asset_id"], "")
        output.line(
            f"{asset['asset_id']:>6}  {asset['asset_name']:<{width}}  {asset['bank_type']:<6}"
            f"  {asset['offset']:>10}  {asset['size']:>10}  {slot:>4}  {_details(asset)}"
        )


def _details(asset: dict[str, Any]) -> str:
    metadata = asset["metadata"]
    if "samples" in metadata:
        count = counted(len(metadata["samples"]), "sample")
        return f"{count} at {metadata['sample_rate']} Hz"
    tile, palettes = metadata["tile_size"], metadata["palette_authored"]
    return f"{tile}x{tile} tiles, {counted(palettes, 'palette')}"


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile",
    type=click.Choice(["reader", "writer"]),
    default="reader",
    help="What every runtime enforces, or what a published pack satisfies as well.",
)
@format_option
def validate_verb(files: tuple[Path, ...], profile: str, format: str) -> int:
    """Check pack FILES; every fault of the first step that fails, for each file."""
    output = Output(format=format)
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
@format_option
def verify_verb(file: Path, format: str) -> int:
    """Check the pack FILE against its companions: mirrors, sizes and digests."""
    from prometeu_assets.views.verify import verify

    output = Output(format=format)
    report = verify(file)
    if not output.is_json:
        output.line(f"{file}: {'verified' if report.ok else 'not verified'}")
    output.report(report)
    return DONE if report.ok else WRONG_INPUT


@click.command("extract")
@_file
@click.argument("assets", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where to write; nothing there is overwritten.",
)
@click.option("--decode", is_flag=True, help="PNG sheets, GIMP palettes and WAV, not raw slices.")
@format_option
def extract_verb(
    file: Path, assets: tuple[str, ...], out: Path, *, decode: bool, format: str
) -> int:
    """Write the ASSETS of the pack FILE (all of them, without any) into a directory.

    Files are named after the asset's id and name, with a dot for every slash.
    """
    from prometeu_assets.views.extract import extract

    output = Output(format=format)
    try:
        with pa.open(file) as pack:
            written = extract(pack, assets, out, decode=decode)
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        output.value({"schema_version": 1, "written": [path.as_posix() for path in written]})
    else:
        for path in written:
            output.line(str(path))
    return DONE
