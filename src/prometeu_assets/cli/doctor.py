"""The verb that examines a project and mends what is safe to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prometeu_assets.cli.app import DONE, WRONG_INPUT, format_option, refusal
from prometeu_assets.cli.arguments import FILE, directory_argument
from prometeu_assets.cli.output import Output, counted
from prometeu_assets.cli.progress import Progress
from prometeu_assets.diagnostics import Refused

if TYPE_CHECKING:
    from prometeu_assets.reader.pack import Pack
    from prometeu_assets.workspace.doctor import Examination
    from prometeu_assets.workspace.published import Holder, Published


@click.command("doctor")
@directory_argument
@click.option("--workspace", is_flag=True, help="Look for what is untidy as well.")
@click.option("--fix", is_flag=True, help="Mend what is mechanical and safe; say what was done.")
@click.option("--dry-run", is_flag=True, help="Say what --fix would do, and change nothing.")
@click.option(
    "--published",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A published pack, or its asset_table_metadata.json: its assets keep their ids. "
    "The last build of the project always counts.",
)
@click.option("--unpublished", is_flag=True, help="No pack of this project was ever published.")
@format_option
def doctor_verb(
    directory: Path | None,
    published: tuple[Path, ...],
    format: str,
    *,
    workspace: bool,
    fix: bool,
    dry_run: bool,
    unpublished: bool,
) -> int:
    """Find what is wrong with the project in DIRECTORY.

    Without options, what keeps it from being built: the registry, the roots, the declarations,
    what an interrupted command left. With --workspace also what is merely untidy.
    """
    from prometeu_assets.contract.current import CURRENT
    from prometeu_assets.packer.encode import bank_of
    from prometeu_assets.packer.preview import idle_inputs
    from prometeu_assets.workspace.doctor import doctor
    from prometeu_assets.workspace.project import find

    output = Output(format=format)
    try:
        base = directory or find(Path())
        output = Output(format=format, base=base)
        known = _published(base, published, unpublished=unpublished)
        with Progress() as progress:
            found = doctor(
                base,
                workspace=workspace,
                fix=fix and not dry_run,
                dry_run=dry_run,
                published=known,
                gate=partial(bank_of, contract=CURRENT),
                idle_inputs=partial(idle_inputs, base, contract=CURRENT),
                progress=progress,
            )
    except Refused as refused:
        return refusal(output, refused)
    if output.is_json:
        output.result(
            "examination",
            assets=found.assets,
            dry_run=found.dry_run,
            repairs=[{"repair": r.kind, "message": f"{r.text}."} for r in found.repairs],
            report=output.report_value(found.report),
        )
    else:
        _print(output, found)
    return DONE if found.report.ok else WRONG_INPUT


def _print(output: Output, found: Examination) -> None:
    for repair in found.repairs:
        output.line(f"{'would mend' if found.dry_run else 'mended'}: {repair.text}")
    if found.dry_run and not found.repairs:
        output.line("nothing to mend without a person")
    output.report(found.report)
    errors = len(found.report.errors)
    warnings = len(found.report.diagnostics) - errors
    told = [counted(n, noun) for n, noun in ((errors, "error"), (warnings, "warning")) if n]
    output.line(f"{counted(found.assets, 'asset')}: {', '.join(told) or 'nothing is wrong'}")


def _published(base: Path, given: Iterable[Path], *, unpublished: bool) -> Published:
    """What the last build and the artifacts given hold."""
    from prometeu_assets.packer.last import open_last
    from prometeu_assets.reader.pack import open as open_pack
    from prometeu_assets.storage.paths import stands
    from prometeu_assets.workspace.published import LAST_PACK, Published

    holders: list[Holder] = []
    known = unpublished
    for path in given:
        found = _holders(path.parent, path.name, partial(open_pack, path, mmap=False))
        if found is None:
            text = "it is no valid pack, nor the companion of one"
            raise click.BadParameter(f"{path}: {text}", param_hint="'--published'")
        holders += found
        known = True
    if stands(base, LAST_PACK):
        found = _holders(base, LAST_PACK, partial(open_last, base))
        if found is not None:
            holders += found
            known = True
    return Published(holders, known=known)


def _holders(root: Path, path: str, opened: Callable[[], Pack]) -> list[Holder] | None:
    """The assets of one artifact, with their uuids where a companion knows them."""
    from prometeu_assets.contract.current import CURRENT
    from prometeu_assets.workspace.published import Holder, companion_holders, document_holders

    found = document_holders(root, path, CURRENT) if path.endswith(".json") else None
    found = companion_holders(root, path, CURRENT) if found is None else found
    if found is not None:
        return found
    try:
        with opened() as pack:
            return [Holder(asset_id=e.asset_id, asset_name=e.asset_name) for e in pack]
    except Refused:
        return None
