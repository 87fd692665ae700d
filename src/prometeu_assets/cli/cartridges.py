"""Verbs about cartridges: ship, boot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.cli.arguments import PATH, directory_argument
from prometeu_assets.cli.output import Output, report_options, size
from prometeu_assets.cli.progress import Progress
from prometeu_assets.contract.rule import LoadStep
from prometeu_assets.nouns import counted

if TYPE_CHECKING:
    from prometeu_assets.contract.cartridge import Manifest
    from prometeu_assets.shipper.boot import Loading, Placement, StepTrace

_SAYS: Final = {
    LoadStep.MANIFEST: "{file} is JSON",
    LoadStep.MAGIC: "it is the manifest of a cartridge",
    LoadStep.VERSION: "its version is supported",
    LoadStep.SCHEMA: "its members are as they must be",
    LoadStep.CAPABILITIES: "there are such capabilities",
    LoadStep.PROGRAM: "{file} is there",
    LoadStep.PACK: "{file} is valid",
}
"""What a step that passed has found."""


@click.command("ship")
@directory_argument
@click.option(
    "--out",
    type=PATH,
    metavar="DIR",
    help="Write the cartridge to this directory. Default: `cartridge` in the project.",
)
@click.option(
    "--program",
    type=PATH,
    metavar="FILE",
    help="Use this compiled program instead of the one in cartridge.json.",
)
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing. Exit with 1 if the cartridge differs from what `ship` would write.",
)
@report_options
def ship_verb(
    directory: Path | None,
    out: Path | None,
    program: Path | None,
    *,
    only_check: bool,
    output: Output,
) -> int:
    """Make the cartridge of the project in DIRECTORY from the last build.

    Without DIRECTORY, the project around the current one. Nothing is built or repaired:
    `build --check && ship` makes sure that the cartridge is up to date.
    """
    from prometeu_assets.shipper.ship import check_ship, ship

    with Progress() as progress:
        if only_check:
            report = check_ship(directory, out, program=program, progress=progress)
        else:
            made = ship(directory, out, program=program, progress=progress)
    if only_check:
        return output.checked(report)
    if output.printed_json(made):
        return DONE
    output.report(made.report)
    told = made.manifest
    output.line(f"shipped {made.directory}: {told.title} {told.app_version}", bold=True)
    width = max(map(len, made.files))
    for name, bytes_ in made.files.items():
        output.line(f"  {name:<{width}}  {size(bytes_)}")
    return DONE


@click.command("boot")
@click.argument("cartridge", type=PATH)
@report_options
def boot_verb(cartridge: Path, output: Output) -> int:
    """Load the directory CARTRIDGE like a runtime, and show each step up to the preload."""
    from prometeu_assets.shipper.boot import load

    with load(cartridge) as loading:
        if not output.printed_json(loading):
            for line in _lines(loading):
                output.line(line)
            output.report(loading.report)
        return DONE if loading.cartridge else WRONG_INPUT


def _lines(loading: Loading) -> Iterator[str]:
    """The transcript: a line for each step that was reached, then the banks and their slots."""
    for step in loading.steps:
        mark = "ok  " if step.ok else "STOP"
        number, name = int(step.step), step.step.name.lower()
        yield f"{mark} {number} {name:<13}{_says(step, loading.manifest)}"
    if loading.cartridge is None:
        return
    table, preload = loading.cartridge.asset_table, loading.preload
    resident = sum(item.entry.decoded_size for item in preload)
    yield (
        f"booted: {counted(len(table), 'asset')}; {len(preload)} preloaded,"
        f" {size(resident)} resident"
    )
    yield from _slots(preload)


def _says(step: StepTrace, manifest: Manifest | None) -> str:
    """What was looked at, and how many bytes of it were read."""
    said = _SAYS[step.step].format(file=step.file) if step.ok else step.file
    if step.ok and manifest is not None:
        if step.step is LoadStep.SCHEMA:
            said = "{title} {app_version}, {app_mode} {app_id}".format_map(manifest.as_json())
        elif step.step is LoadStep.CAPABILITIES:
            said = ", ".join(manifest.capabilities) or "none"
        elif step.step is LoadStep.PACK and not manifest.has_assets:
            return "no assets are declared: nothing is read"
    if step.read:
        return f"{said}: read {step.read} of {size(step.size)}"
    is_whole = step.size and step.step is LoadStep.PROGRAM
    return f"{said}: {size(step.size)}, none read" if is_whole else said


def _slots(preload: tuple[Placement, ...]) -> Iterator[str]:
    """A table of what is to be loaded: by bank and slot, the asset and its slice."""
    if not preload:
        return
    yield ""
    yield f"{'bank':<8}{'slot':>4}  {'asset':<28}{'at byte':>12}{'stored':>12}{'resident':>12}"
    for item in sorted(preload, key=lambda item: (item.bank_type, item.slot)):
        entry = item.entry
        figures = "".join(f"{n:>12}" for n in (item.offset, item.size, entry.decoded_size))
        name = f"#{entry.asset_id} {entry.asset_name}"
        yield f"{item.bank_type:<8}{item.slot:>4}  {name:<28}{figures}"
