"""Adding files to an asset: they come into its root and into its ``asset.json``.

Clause: ``spec/workspace.md#bringing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused, Report
from prometeu_assets.packer.bringing import Carried, bring, held
from prometeu_assets.packer.encode import bank_of, encode, sources_of
from prometeu_assets.storage.paths import exists
from prometeu_assets.storage.transaction import WORKSPACE, Tell, Transaction, unheard
from prometeu_assets.workspace.declarations import Declaration, as_written, load
from prometeu_assets.workspace.lookup import resolve
from prometeu_assets.workspace.registry import Registered, Registry, require
from prometeu_assets.workspace.rewrite import rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An asset with more inputs. Files are relative to the project, ``written`` the new ones.

    ``listed`` is role to the paths below the root that its document now lists too; ``done`` says
    of files that were converted how, ``unused`` are files of a folder that no input can be.
    With ``dry_run`` all of it is only planned, and nothing was written.
    """

    registered: Registered
    name: str
    written: tuple[str, ...]
    listed: Mapping[str, tuple[str, ...]]
    done: Mapping[str, str]
    unused: tuple[str, ...]
    report: Report
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """The document of ``schemas/addition/``."""
        return {
            "schema_version": CURRENT.newest("addition"),
            **self.registered.members,
            "asset_name": self.name,
            "written": list(self.written),
            "listed": [
                {"role": role, "path": path}
                for role, paths in self.listed.items()
                for path in paths
            ],
            "converted": dict(self.done),
            "unused": list(self.unused),
            "report": self.report.as_json(),
            "dry_run": self.dry_run,
        }


def add(
    project: Path,
    given: str,
    files: Iterable[Path],
    *,
    dry_run: bool = False,
    contract: Contract = CURRENT,
    tell: Tell = unheard,
) -> Added:
    """Add files to the inputs of an asset, as people name it, if a build takes the asset then.

    A file that is not below the root is copied there, or converted. The bank makes files that the
    asset lacks for it, as palettes; those that are there keep their order. Nothing is overwritten;
    ``dry_run`` writes nothing at all. Raises `Refused`, `OSError`.
    """
    require(project)
    with held(project, tell, dry_run=dry_run):
        registry = Registry.load(project, contract)
        (row,) = resolve(project, registry, [given], contract)
        old = load(project, row, contract)
        data, document = as_written(project, row, contract)
        bank = bank_of(old, contract)
        carried = bring(project, row.root, bank, files, old.metadata, contract)
        listed = {
            role: tuple(path for path in paths if path not in old.inputs.get(role, ()))
            for role, paths in carried.inputs.items()
        }
        made_files = _lacking(project, row, bank, old, listed, carried)
        carried = replace(carried, texts={**carried.texts, **made_files})
        for path in made_files:
            role = path.partition("/")[0]
            listed[role] = (*listed.get(role, ()), path)
        inputs = {
            role: (*old.inputs.get(role, ()), *listed.get(role, ()))
            for role in dict.fromkeys((*old.inputs, *listed))
        }
        declaration = replace(old, inputs=inputs)
        try:
            made = encode(sources_of(project, declaration, contract, waiting=carried.texts))
        except Refused as refused:
            raise carried.told_of(refused, project, row.directory) from None
        texts = {f"{row.directory}/{path}": text for path, text in carried.texts.items()}
        value = {**document, "inputs": {role: list(paths) for role, paths in inputs.items()}}
        if any(listed.values()) and not dry_run:
            with Transaction(project, WORKSPACE) as transaction:
                for file, text in texts.items():
                    transaction.stage(file, [text])
                transaction.stage(row.anchor, [rewrite(data, value)])
                transaction.commit()
    return Added(
        registered=row,
        name=old.name,
        written=tuple(texts),
        listed=listed,
        done={f"{row.directory}/{path}": done for path, done in carried.done.items()},
        unused=tuple(map(str, carried.unused)),
        report=Report.of(made.warnings),
        dry_run=dry_run,
    )


def _lacking(
    project: Path,
    row: Registered,
    bank: Bank[Any],
    old: Declaration,
    listed: Mapping[str, tuple[str, ...]],
    carried: Carried,
) -> dict[str, bytes]:
    """Files that the asset lacks for what is new, by their paths below the root.

    Each has the first number, from that of the files of its role on, that no file has.
    """
    if not any(listed.values()):
        return {}
    opener = partial(carried.opener, project, row.root)
    found: dict[str, bytes] = {}
    for role, texts in bank.lacking(old.inputs, listed, opener, old.metadata).items():
        number = len(old.inputs.get(role, ())) + len(listed.get(role, ()))
        for text in texts:
            while (
                path := f"{role}/{number:02}{bank.roles[role].endings[0]}"
            ) in carried.texts or exists(project, f"{row.directory}/{path}"):
                number += 1
            found[path] = text
            number += 1
    return found
