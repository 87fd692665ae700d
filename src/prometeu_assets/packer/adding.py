"""Adding files to an asset: they come into its root and into its ``asset.json``.

Clause: ``spec/workspace.md#bringing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank, Metadata, Origin, Present, Role
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report, silent
from prometeu_assets.packer.approximating import approximate, require_approximate
from prometeu_assets.packer.bringing import (
    NOTHING,
    Carried,
    bring,
    held,
    require_settings,
    require_used,
    with_settings,
)
from prometeu_assets.packer.encode import bank_of, encode, sources_of
from prometeu_assets.packer.outcome import Outcome
from prometeu_assets.storage.paths import exists
from prometeu_assets.storage.transaction import Tell, publish
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.workspace.declarations import Declaration, as_written, load
from prometeu_assets.workspace.lookup import AssetName, resolve
from prometeu_assets.workspace.registry import Registered, Registry
from prometeu_assets.workspace.rewrite import rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Added(Outcome):
    """An asset with more inputs.

    ``listed`` is role to the entries that are new or changed in its document.
    """

    listed: Mapping[str, tuple[Origin, ...]]

    document = "addition"

    @property
    def members(self) -> dict[str, Any]:
        return self.told(self.listed)


def add(
    asset: AssetName,
    *files: StrPath,
    project: StrPath | None = None,
    settings: Metadata = NOTHING,
    approximated: bool = False,
    dry_run: bool = False,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Added:
    """Add files to the inputs of an asset, as people name it, if a build takes the asset then.

    A file is copied below the root, or converted, if no asset can list it at its place. The bank
    makes files that the asset lacks, such as palettes; those that are there keep their order.
    Nothing is overwritten. ``settings`` are said of each file whose role knows them, also of one
    that is listed already; one that is None is taken away. With ``approximated`` the bank makes
    copies of the files that fit what the asset has, in place of files that it lacks. ``dry_run``
    writes nothing at all. Without ``project``, the one around the current directory.
    Raises `Refused`, `OSError`; `ValueError` for a setting that there is not.
    """
    require_settings(settings, contract)
    with held(project, tell, dry_run=dry_run) as (base, view):
        registry = Registry.load(base, contract)
        (row,) = resolve(base, registry, [asset], contract)
        old = load(base, row, contract)
        data, document = as_written(base, row, contract)
        bank = bank_of(old, contract)
        carried = bring(
            base, row.root, bank, map(Path, files), old.metadata, contract, listed=old.inputs
        )
        require_used(bank, carried.inputs, settings)
        said: Present = {
            role: _said(old.inputs.get(role, ()), brought, bank.roles[role], settings)
            for role, brought in carried.inputs.items()
        }
        new = said
        if approximated:
            require_approximate(bank, said, contract)
            new, carried = approximate(base, row, bank, old.inputs, said, carried, old.metadata)
        inputs, listed = dict(old.inputs), dict[str, tuple[Origin, ...]]()
        for role, brought in new.items():
            inputs[role], listed[role] = _merged(old.inputs.get(role, ()), said[role], brought)
        if not approximated:
            lacking, made_files = _lacking(base, row, bank, old, listed, carried)
            carried = replace(carried, texts={**carried.texts, **made_files})
            for role, origins in lacking.items():
                inputs[role] = (*inputs.get(role, ()), *origins)
                listed[role] = (*listed.get(role, ()), *origins)
        declaration = replace(old, inputs=inputs)
        texts = {f"{row.directory}/{path}": text for path, text in carried.texts.items()}
        try:
            made = encode(sources_of(base, declaration, contract, waiting=texts))
        except Refused as refused:
            raise carried.told_of(refused, base, row.directory) from None
        entries = {role: [origin.value for origin in found] for role, found in inputs.items()}
        value = {**document, "inputs": entries}
        _require_version(declaration, value, contract)
        if (texts or any(listed.values())) and not dry_run:
            publish(base, {**texts, row.anchor: rewrite(data, value)})
    return Added(
        project=base,
        registered=row,
        name=old.name,
        written=tuple(texts),
        listed=listed,
        bank=bank,
        made=made,
        sources={f"{row.directory}/{path}": source for path, source in carried.origins.items()},
        done={f"{row.directory}/{path}": done for path, done in carried.done.items()},
        unused=tuple(map(str, carried.unused)),
        approximated=carried.measures,
        dry_run=dry_run,
        report=Report.of(made.warnings).seen_from(view),
    )


def _lacking(
    project: Path,
    row: Registered,
    bank: Bank[Any],
    old: Declaration,
    listed: Present,
    carried: Carried,
) -> tuple[Present, dict[str, bytes]]:
    """Entries that the asset lacks for what is new, and the files made for them, by their paths.

    Each of these has the first number, from that of the files of its role on, that no file has.
    """
    if not any(listed.values()):
        return {}, {}
    found: dict[str, tuple[Origin, ...]] = {}
    made: dict[str, bytes] = {}
    opener = partial(carried.opener, project, row)
    for role, lacking in bank.lacking(old.inputs, listed, opener, old.metadata).items():
        number = len(old.inputs.get(role, ())) + len(listed.get(role, ()))
        for each in lacking:
            origin = each
            if isinstance(origin, bytes):
                while (
                    path := f"{role}/{number:02}{bank.roles[role].endings[0]}"
                ) in carried.texts or exists(project, f"{row.directory}/{path}"):
                    number += 1
                made[path] = origin
                origin = Origin(path=path)
            found[role] = (*found.get(role, ()), origin)
            number += 1
    return found, made


def _said(
    old: Iterable[Origin], brought: Iterable[Origin], role: Role, settings: Metadata
) -> tuple[Origin, ...]:
    """The entries that are brought, with what is said of them now and was said before."""
    entries = {(origin.shared, origin.path): origin for origin in old}
    return tuple(
        with_settings(entries.get((origin.shared, origin.path), origin), role, settings)
        for origin in brought
    )


def _merged(
    old: Sequence[Origin], given: Iterable[Origin], brought: Iterable[Origin]
) -> tuple[tuple[Origin, ...], tuple[Origin, ...]]:
    """The entries with those that are brought, and which of them are new or changed.

    A file that is listed already keeps its place, also for a copy of another name: ``given`` says
    for each that is brought what it is a copy of.
    """
    entries = {(origin.shared, origin.path): origin for origin in old}
    changed = []
    for before, after in zip(given, brought, strict=True):
        key = before.shared, before.path
        if key not in entries:
            key = after.shared, after.path
        if entries.get(key) != after:
            changed.append(after)
        entries[key] = after
    return tuple(entries.values()), tuple(changed)


def _require_version(
    declaration: Declaration, value: Mapping[str, Any], contract: Contract
) -> None:
    """Raise `Refused` (``ADD_VERSION``) when a document of its version cannot have such entries."""
    version = value["schema_version"]
    if not contract.documents.accepts(("asset", version), value):
        newest = contract.documents.versions("asset")[-1]
        raise Refused(
            declaration.fault("ADD_VERSION", "/schema_version", found=version, newest=newest)
        )
