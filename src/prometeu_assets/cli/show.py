"""The verb that shows one asset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import project_option
from prometeu_assets.cli.output import Output, numbered, report_options, size
from prometeu_assets.cli.pictures import picture_option, require_picture, show_picture
from prometeu_assets.contract.bank import Origin

if TYPE_CHECKING:
    from prometeu_assets.contract.bank import Metadata
    from prometeu_assets.packer.preview import AssetView, PlannedEntry

_LABEL = 10


@click.command("show")
@click.argument("asset")
@project_option
@picture_option
@report_options
def show_verb(asset: str, project: Path | None, output: Output, *, picture: bool) -> int:
    """Show an ASSET (its id, root or name): its declaration, its files, its result.

    Nothing is built. The faults that a build would report are reported.
    """
    require_picture(output, asked=picture)
    from prometeu_assets.packer.preview import show

    seen = show(asset, project=project)
    if not output.printed_json(seen):
        _print(output, seen)
        if picture and seen.becomes is not None:
            show_picture(output, seen.becomes.bank, seen.becomes.bank.drawn(seen.becomes.made))
        output.report(seen.report)
    return DONE if seen.report.ok else WRONG_INPUT


def _print(output: Output, seen: AssetView) -> None:
    row, declared, becomes = seen.registered, seen.declaration, seen.becomes

    def line(label: str, text: object) -> None:
        output.line(f"  {label:<{_LABEL}}{text}")

    name = row.root if declared is None else declared.name
    output.line(f"asset {row.asset_id}  {name}", bold=True)
    line("root", row.directory)
    line("uuid", row.asset_uuid)
    line("build", "included" if row.included_in_build else "excluded")
    if declared is not None:
        line("type", f"{declared.type}, {declared.format}, codec {declared.codec}")
        line("preload", "yes" if declared.preload else "no")
    origins = () if declared is None else tuple(declared.origins)
    said = {(role, origin.shared, origin.path): _entry(origin) for _, role, origin in origins}
    for source in seen.sources:
        shown = said[source.role, source.shared, source.path]
        place = row.place(Origin(path=source.path, shared=source.shared))
        parts = "".join(f"  {part}" for part in _numbers(becomes, place))
        line(source.role, f"{shown}  {size(source.size)}{parts}  sha256 {source.sha256}")
    if not seen.sources:
        for _, role, origin in origins:
            line(role, _entry(origin))
    if becomes is None:
        line("result", "nothing yet: see the errors")
        return
    slot = "" if becomes.slot is None else f", preload slot {becomes.slot}"
    bank, made = becomes.bank, becomes.made
    line("result", f"{bank.bank_type} bank, {size(len(made.payload))} in the pack, "
                    f"{size(made.decoded_size)} in memory{slot}")  # fmt: skip
    line("", bank.summary(made.metadata, made.details))
    for label, text in (*_metadata(made.metadata), *bank.explain(made.details, made.metadata)):
        line(label, text)


def _numbers(becomes: PlannedEntry | None, place: str) -> Iterator[str]:
    """The tiles or samples that a file gave, once for each time that it is listed."""
    if becomes is not None:
        for name, numbers in becomes.made.numbers:
            if name == place:
                yield numbered(becomes.bank.unit, numbers)


def _entry(origin: Origin) -> str:
    """A file, and what its entry says of it, such as ``a.png (shared, margin 1)``."""
    said = ["shared"] if origin.shared else []
    for name, value in origin.settings.items():
        text = ",".join(map(str, value.values())) if isinstance(value, dict) else value
        said.append(f"{name} {text}")
    return f"{origin.path} ({', '.join(said)})" if said else origin.path


def _metadata(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for member, value in metadata.items():
        shown = json.dumps(value)
        if isinstance(value, dict) and len(value) > 1:
            shown = f"{len(value)} of them"
        yield "metadata", f"{member} = {shown}"
