"""Verbs that change the registry: new, register, forget, include, exclude."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from prometeu_assets.cli.app import DONE
from prometeu_assets.cli.arguments import PATH, project_option
from prometeu_assets.cli.asking import ask, is_asked
from prometeu_assets.cli.output import Output, numbered, report_options
from prometeu_assets.cli.pictures import show_result
from prometeu_assets.cli.progress import Progress
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.scaffold import kinds

if TYPE_CHECKING:
    from prometeu_assets.contract.bank import Present
    from prometeu_assets.packer.outcome import Outcome
    from prometeu_assets.packer.scaffold import Created
    from prometeu_assets.workspace.membership import Membership

F = TypeVar("F", bound=Callable[..., Any])

_assets = click.argument("assets", nargs=-1, required=True, metavar="ASSET...")


_OPTIONS: Final = {
    member: option for bank in kinds(CURRENT).values() for member, option in bank.options.items()
}


_SETTINGS: Final = {
    member: setting
    for bank in kinds(CURRENT).values()
    for role in bank.roles.values()
    for member, setting in role.settings.items()
}


_UNSAID: Final = object()
"""In place of a setting that was not given: None is one that is taken away."""


def _value(context: click.Context, option: click.Parameter, text: str | None) -> Any:
    """The text of an option as the value of its setting; ``none`` takes the setting away."""
    if text is None:
        return _UNSAID
    try:
        return None if text == "none" else _SETTINGS[option.name or ""].read(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def _bank_options(command: F) -> F:
    """The metadata options of `new`, of all banks."""
    for member, (option, text) in reversed(_OPTIONS.items()):
        command = click.option(option, member, type=int, help=text)(command)
    return command


def _setting_options(command: F) -> F:
    """The settings of files in `new` and `add`, of all banks."""
    for member, setting in reversed(_SETTINGS.items()):
        command = click.option(
            setting.option,
            member,
            callback=_value,
            metavar=setting.metavar,
            help=setting.help,
        )(command)
    return command


_APPROXIMATIONS: Final = {
    f"approximate_{name}": role.approximate
    for bank in kinds(CURRENT).values()
    for name, role in bank.roles.items()
    if role.approximate
}


def _approximate_options(command: F) -> F:
    """The options with which `new` and `add` change copies of files, of all banks."""
    for name, (option, text) in reversed(_APPROXIMATIONS.items()):
        command = click.option(option, name, is_flag=True, help=text)(command)
    return command


def _approximated(options: dict[str, Any]) -> bool:
    """Whether one of these options was given; they are taken out of the others."""
    given = [options.pop(name) for name in _APPROXIMATIONS]
    return any(given)


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """The settings among the options that were given, taken out of them."""
    found = {member: options.pop(member) for member in _SETTINGS}
    return {member: value for member, value in found.items() if value is not _UNSAID}


@click.command("new")
@click.argument("kind", type=click.Choice(list(kinds(CURRENT))))
@click.argument("root", type=PATH)
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@_bank_options
@_setting_options
@_approximate_options
@click.option("--name", help="Name the asset in the pack. Default: its root below assets/.")
@click.option("--dry-run", is_flag=True, help="Print what would be done. Write nothing.")
@project_option
@report_options
def new_verb(
    kind: str,
    root: Path,
    files: tuple[Path, ...],
    name: str | None,
    project: Path | None,
    output: Output,
    *,
    dry_run: bool,
    **options: Any,
) -> int:
    """Create an asset of a KIND in ROOT, a directory below assets/, and register it.

    Each FILE is copied into ROOT. A file below assets/ that is in no root is shared instead. A
    folder means all files in it. The inputs are these files, and the pictures, palettes or sounds
    that are already in ROOT. Without any, small ones are written, so that the asset builds at
    once. Nothing is overwritten.
    """
    from prometeu_assets.packer.scaffold import Unsaid, new

    settings, approximated = _said(options), _approximated(options)
    asked = _asked(kind, options)
    begin = partial(
        new,
        kind,
        root,
        *files,
        project=project,
        settings=settings,
        name=name,
        approximated=approximated,
        dry_run=dry_run,
        tell=output.tell,
    )
    try:
        made = begin(metadata=asked, assume=not is_asked(output.format))
    except Unsaid as unsaid:
        # Nothing is locked while a person thinks.
        made = begin(metadata={**asked, **_answers(kind, unsaid.assumed)})
    if output.printed_json(made):
        return DONE
    row = made.registered
    output.report(made.passed_over)
    output.report(made.report)
    _tell_dry(output, made)
    for found in made.passed_over:
        output.line(f"skipped {(made.project / (found.file or '')).as_posix()}")
    _tell_files(output, made, made.beginning.inputs)
    for member, value in made.beginning.assumed.items():
        option, _ = kinds(CURRENT)[kind].options[member]
        output.line(
            f"assumed {option} {value}: give {option} to say another, or change `{member}` in "
            "asset.json"
        )
    for line in made.beginning.notes:
        output.line(line)
    output.line(f"registered {row.root} as asset {row.asset_id}: {made.summary}")
    show_result(output, made.bank, made.made, ())
    if not dry_run:
        _next_steps(output, made)
    return DONE


def _asked(kind: str, options: Mapping[str, int | None]) -> dict[str, int]:
    """The metadata that options ask for; an option of another bank is refused."""
    asked = {member: value for member, value in options.items() if value is not None}
    for member in asked.keys() - kinds(CURRENT)[kind].options.keys():
        raise click.UsageError(f"a {kind} has no option {_OPTIONS[member][0]}")
    return asked


def _answers(kind: str, assumed: Mapping[str, int]) -> dict[str, int]:
    """What a person says in place of what would be assumed."""
    bank = kinds(CURRENT)[kind]
    known = CURRENT.documents.schema(*bank.metadata)["properties"]
    return {
        member: ask(bank.options[member][1].partition(":")[0], known[member]["enum"], value)
        for member, value in assumed.items()
    }


def _tell_dry(output: Output, made: Outcome) -> None:
    if made.dry_run:
        output.line("Nothing was written. Without --dry-run:")


def _tell_files(output: Output, made: Outcome, listed: Present) -> None:
    """Which files were written, of which of the user's, and how; and what they gave.

    Then those that are ``listed`` where they are, and those that cannot be used.
    """
    base = made.project
    origins = (origin for found in listed.values() for origin in found)
    places = dict.fromkeys(map(made.registered.place, origins))
    for file in (*made.written, *(place for place in places if place not in made.written)):
        line = f"{'wrote' if file in made.written else 'uses'} {(base / file).as_posix()}"
        if source := made.sources.get(file):
            line += f" from {source}"
        done = made.done.get(file, "as it is" if file in made.approximated else None)
        told = [done] if done else []
        told += (numbered(made.bank.unit, n) for name, n in made.made.numbers if name == file)
        output.line(f"{line}: {'; '.join(told)}" if told else line)
    for file in made.unused:
        output.line(f"not used: {(base / file).as_posix()}")


def _next_steps(output: Output, made: Created) -> None:
    """What to put where, in the words of the files that are there."""
    output.line(f"Next, in assets/{made.registered.root}:")
    for line in made.beginning.advice:
        output.line(f"    {line.strip()}" if line.startswith(" ") else f"  - {line}")
    add = "`prometeu-assets add {root:argument} FILE{of_project}`"
    root = made.registered.root
    output.advice(f"  - {add} adds further files;", project=made.project, root=root)
    output.line("    `preload` in asset.json loads it at boot")
    output.advice("Then `prometeu-assets build{project}`.", project=made.project)


@click.command("add")
@click.argument("asset")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@_setting_options
@_approximate_options
@click.option("--dry-run", is_flag=True, help="Print what would be done. Write nothing.")
@project_option
@report_options
def add_verb(
    asset: str,
    files: tuple[Path, ...],
    project: Path | None,
    output: Output,
    *,
    dry_run: bool,
    **options: Any,
) -> int:
    """Add FILES to the inputs of an ASSET: an id, a uuid, a root or a name.

    A file below assets/ that is in no root is listed as shared. Any other file is copied into the
    root of the asset. A folder means all files in it. The options apply to the given pictures,
    also to those that are already listed. If a build would refuse the result, nothing is written.
    Nothing is overwritten.
    """
    from prometeu_assets.packer.adding import add

    made = add(
        asset,
        *files,
        project=project,
        settings=_said(options),
        approximated=_approximated(options),
        dry_run=dry_run,
        tell=output.tell,
    )
    if output.printed_json(made):
        return DONE
    output.report(made.report)
    _tell_dry(output, made)
    _tell_files(output, made, made.listed)
    row = made.registered
    listed = [f"{o.path} ({role})" for role, origins in made.listed.items() for o in origins]
    output.line(
        f"{row.root} (asset {row.asset_id}) lists {', '.join(listed) or 'all of them already'}"
    )
    if listed:
        output.line(f"  it has {made.summary} now")
        new = {row.place(origin) for origins in made.listed.values() for origin in origins}
        show_result(output, made.bank, made.made, new)
    return DONE


@click.command("register")
@click.argument("roots", nargs=-1, required=True, type=PATH)
@click.option(
    "--adopt",
    is_flag=True,
    help="Give a new uuid to a root whose asset.json has version 1. The index stores it.",
)
@click.option(
    "--new-uuid",
    is_flag=True,
    help="Write a new uuid into each asset.json: a copy is a new asset.",
)
@click.option(
    "--moved",
    is_flag=True,
    help="Register the assets as moved, even if a sparse checkout may leave out their old roots.",
)
@project_option
@report_options
def register_verb(
    roots: tuple[Path, ...],
    project: Path | None,
    output: Output,
    *,
    adopt: bool,
    new_uuid: bool,
    moved: bool,
) -> int:
    """Register asset ROOTS, each a directory with an asset.json below assets/.

    Either all of them are registered or none. A moved root keeps its id.
    """
    from prometeu_assets.workspace.registration import register

    if new_uuid and moved:
        raise click.UsageError("an asset that was moved keeps its uuid: give --moved or --new-uuid")
    with Progress() as progress:
        done = register(
            *roots,
            project=project,
            adopt=adopt,
            new_uuid=new_uuid,
            moved=moved,
            progress=progress,
            tell=output.tell,
        )
    if output.printed_json(done):
        return DONE
    for item in done.roots:
        verb = "moved to" if item.moved else "registered"
        output.line(f"{verb} {item.registered.root} as asset {item.registered.asset_id}")
    return DONE


@click.command("forget")
@_assets
@project_option
@report_options
def forget_verb(assets: tuple[str, ...], project: Path | None, output: Output) -> int:
    """Remove ASSETs (ids, uuids, roots or names) from the registry.

    Their files are kept. No other asset gets their ids. To leave an asset out of the build for
    a while, use `exclude`.
    """
    from prometeu_assets.storage.paths import exists
    from prometeu_assets.workspace.membership import forget

    done = forget(*assets, project=project, tell=output.tell)
    if output.printed_json(done):
        return DONE
    for row in done.forgotten:
        output.line(f"forgot {row.root}, which was asset {row.asset_id}")
        if exists(done.project, row.directory):
            output.line(f"  its files are still in {(done.project / row.directory).as_posix()}")
    return DONE


@click.command("include")
@_assets
@project_option
@report_options
def include_verb(assets: tuple[str, ...], project: Path | None, output: Output) -> int:
    """Add ASSETs (ids, roots or names of registered assets) to the build again."""
    from prometeu_assets.workspace.membership import include

    return _include(include, assets, project, output)


@click.command("exclude")
@_assets
@project_option
@report_options
def exclude_verb(assets: tuple[str, ...], project: Path | None, output: Output) -> int:
    """Leave ASSETs (ids, roots or names) out of the build. They stay registered."""
    from prometeu_assets.workspace.membership import exclude

    return _include(exclude, assets, project, output)


def _include(
    change: Callable[..., Membership], assets: tuple[str, ...], project: Path | None, output: Output
) -> int:
    done = change(*assets, project=project, tell=output.tell)
    if output.printed_json(done):
        return DONE
    for row in done.assets:
        state = "included in the build" if row.included_in_build else "excluded from the build"
        already = "" if row.asset_id in done.changed else " already"
        output.line(f"{row.root} (asset {row.asset_id}) is{already} {state}")
    return DONE
