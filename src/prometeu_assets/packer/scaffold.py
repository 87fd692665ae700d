"""Beginning an asset: its root with an ``asset.json`` and files that build at once, registered.

Clause: ``spec/workspace.md#new``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from prometeu_assets.contract.bank import Bank, Beginning, Metadata, Origin
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused, Report, silent
from prometeu_assets.documents import INDEX
from prometeu_assets.packer.approximating import approximate, require_approximate
from prometeu_assets.packer.bringing import (
    NOTHING,
    Carried,
    bring,
    held,
    kind_of,
    require_settings,
    require_used,
    with_settings,
)
from prometeu_assets.packer.encode import encode, sources_of
from prometeu_assets.packer.outcome import Outcome
from prometeu_assets.storage.folders import names_below
from prometeu_assets.storage.paths import exists, open_inside
from prometeu_assets.storage.transaction import Tell, publish
from prometeu_assets.viewpoint import StrPath
from prometeu_assets.workspace.declarations import Declaration, require_name
from prometeu_assets.workspace.editors import MEMBER, lacking, reference
from prometeu_assets.workspace.identity import draw_uuid, require_readable
from prometeu_assets.workspace.places import ANCHOR, require_free, root_of
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry


class Unsaid(Exception):
    """`new` would have to assume metadata, and was asked not to: ``assumed`` has the values."""

    def __init__(self, assumed: Metadata) -> None:
        self.assumed = assumed
        super().__init__(", ".join(assumed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Created(Outcome):
    """A new asset; its declaration is the last of the files ``written``.

    ``beginning`` is what it began with: files that were there or were given, or starters.
    ``passed_over`` has each file that was there and could not be built, with the reason.
    """

    beginning: Beginning = field(repr=False)
    passed_over: Report

    document = "creation"

    @property
    def members(self) -> dict[str, Any]:
        return {
            **self.told(self.beginning.inputs),
            "passed_over": self.passed_over.as_json(),
            "assumed": dict(self.beginning.assumed),
        }


def new(
    kind: str,
    root: StrPath,
    *files: StrPath,
    project: StrPath | None = None,
    metadata: Metadata = NOTHING,
    settings: Metadata = NOTHING,
    name: str | None = None,
    approximated: bool = False,
    assume: bool = True,
    dry_run: bool = False,
    contract: Contract = CURRENT,
    tell: Tell = silent,
) -> Created:
    """Begin an asset of a kind, such as ``tile-bank``, at the path ``root``, and register it.

    Without ``project``, the one around the current directory.
    ``files`` come into its root, ``metadata`` is what it is to have, and ``settings`` are
    said of each file whose role knows them. With ``approximated`` copies that fit take the place
    of files that do not.
    Sources that are already there become its inputs, if a build takes them; for each role that
    finds none there is a starter. Nothing that is there is overwritten, and nothing is written
    that a build would refuse; ``dry_run`` writes nothing at all.
    Raises `Refused`, `OSError`, and unless ``assume`` `Unsaid`, before anything is written;
    `ValueError` for a kind, metadata or a setting that there is not, `TypeError`.
    """
    bank = _bank(kind, metadata, contract)
    require_settings(settings, contract)
    with held(project, tell, dry_run=dry_run) as (base, view):
        registry = Registry.load(base, contract)
        own = root_of(base, Path(root))
        require_free(base, own, registry)
        row = registry.new(own, draw_uuid())
        named = Declaration(
            registered=row,
            name=own if name is None else name,
            type=bank.asset_type,
            inputs={},
            format=bank.format,
            codec="NONE",
            preload=False,
            version=contract.windows["asset"][-1],
        )
        nothing = Beginning(inputs={}, starters={}, metadata={}, advice=())
        require_name(_document(named, nothing, contract), own, contract)
        carried = bring(base, own, bank, map(Path, files), metadata, contract)
        sources, carried, made, passed_over = _begin(
            base,
            named,
            bank,
            contract,
            carried,
            metadata,
            settings,
            approximated=approximated,
            assume=assume,
        )
        given = {
            role: tuple(o for o in origins if o.path not in sources.starters)
            for role, origins in sources.inputs.items()
        }
        require_used(bank, given, settings)
        document = _document(named, sources, contract)
        text = f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
        texts = {f"{row.directory}/{path}": data for path, data in carried.texts.items()}
        texts |= lacking(base, [("asset", named.version)], contract)
        texts[row.anchor] = text
        if not dry_run:
            publish(base, {**texts, INDEX: registry.with_rows([row]).encode()})
    return Created(
        project=base,
        registered=row,
        name=named.name,
        written=tuple(texts),
        beginning=sources,
        bank=bank,
        made=made,
        sources={f"{row.directory}/{path}": source for path, source in carried.origins.items()},
        passed_over=passed_over.seen_from(view),
        done={f"{row.directory}/{path}": done for path, done in carried.done.items()},
        unused=(*_unused(base, row, bank), *map(str, carried.unused)),
        approximated=carried.measures,
        dry_run=dry_run,
        report=Report.of(made.warnings).seen_from(view),
    )


def _bank(kind: str, metadata: Metadata, contract: Contract) -> Bank[Any]:
    """The bank of a kind. Raises `ValueError` when there is none, or it has no such metadata."""
    known = kinds(contract)
    if kind not in known:
        raise ValueError(f"there is no kind {kind!r}, only {', '.join(known)}")
    bank = known[kind]
    for member, value in metadata.items():
        if member not in bank.options:
            options = ", ".join(bank.options)
            raise ValueError(f"a {kind} has no {member!r} to choose, only {options}")
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{member} is a whole number, not {value!r}")
    return bank


def _unused(project: Path, row: Registered, bank: Bank[Any]) -> list[str]:
    """The files below a root that are of no role, relative to the project."""
    endings = bank.source_endings
    there = names_below(project, row.directory)
    found = [path for path in there if path != ANCHOR and not path.lower().endswith(endings)]
    return [f"{row.directory}/{path}" for path in found]


def _begin(
    project: Path,
    named: Declaration,
    bank: Bank[Any],
    contract: Contract,
    carried: Carried,
    asked: Metadata,
    settings: Metadata,
    *,
    approximated: bool,
    assume: bool,
) -> tuple[Beginning, Carried, Slice, Report]:
    """What an asset begins with in a root that may hold sources, and why others are passed over.

    Each try is judged as a build judges it, and goes on without the files that are at fault.
    Raises `Refused` when no file is, `Unsaid`.
    """
    row = named.registered
    root, directory = row.root, row.directory
    planned = AssetRef(name=named.name)  # it has no id before it is registered
    present: dict[str, tuple[Origin, ...]] = {}
    for name, role in bank.roles.items():
        there = (*_present(project, root, role.endings), *carried.inputs.get(name, ()))
        present[name] = tuple(with_settings(o, role, settings) for o in dict.fromkeys(there))
    if approximated:
        require_approximate(bank, present, contract)
    passed_over: list[Diagnostic] = []
    while True:
        opener = partial(carried.opener, project, row)
        beginning = bank.begin(present, opener, asked, approximate=approximated)
        if beginning.assumed and not assume:
            raise Unsaid(beginning.assumed)
        if passed_over and any(exists(project, f"{directory}/{p}") for p in beginning.starters):
            # A starter would take the place of one of these.
            raise Refused(*passed_over).at(asset=planned)
        declaration = replace(named, inputs=beginning.inputs, metadata=beginning.metadata)
        begun = replace(carried, texts={**carried.texts, **beginning.starters})
        try:
            if approximated:
                inputs, begun = approximate(
                    project, row, bank, {}, beginning.inputs, begun, beginning.metadata
                )
                beginning = replace(beginning, inputs=inputs)
                declaration = replace(declaration, inputs=inputs)
            waiting = {f"{directory}/{path}": data for path, data in begun.texts.items()}
            made = encode(sources_of(project, declaration, contract, waiting=waiting))
        except Refused as refused:
            require_readable(refused)
            faults = dict(_at_fault(refused.report, declaration))
            left = {name: tuple(o for o in origins if o not in faults)
                    for name, origins in present.items()}  # fmt: skip
            if left == present or any(o.shared or o.path in begun.texts for o in faults):
                raise begun.told_of(refused, project, directory).at(asset=planned) from None
            present = left
            passed_over += faults.values()
        else:
            return beginning, begun, made, Report.of(passed_over)


def _at_fault(report: Report, declaration: Declaration) -> Iterator[tuple[Origin, Diagnostic]]:
    """(entry, why) of each input that a build refuses."""
    listed: dict[str, Origin] = {}
    for pointer, _, origin in declaration.origins:
        listed |= {pointer: origin, declaration.place(origin): origin}
    for found in report:
        at_fault = listed.get(found.pointer or "") or listed.get(found.file or "")
        if at_fault is not None:
            yield at_fault, found.at(file=declaration.place(at_fault), pointer=None)


def _present(project: Path, root: str, endings: tuple[str, ...]) -> tuple[Origin, ...]:
    """The files below a root with one of these endings, sorted.

    Raises `Refused` with a fault for each that no document can name or no build can read.
    """
    there = names_below(project, f"{ASSETS}/{root}")
    found = [path for path in there if path.lower().endswith(endings)]
    faults: list[Diagnostic] = []
    for path in found:
        try:
            open_inside(project, f"{ASSETS}/{root}/{path}").close()
        except Refused as refused:
            faults += refused.at(asset=AssetRef(name=root)).report
    if faults:
        raise Refused(*faults)
    return tuple(Origin(path=path) for path in found)


def kinds(contract: Contract) -> dict[str, Bank[Any]]:
    """The kinds of assets, such as ``tile-bank``, each with its bank."""
    return {kind_of(bank): bank for bank in contract.written.banks}


def _document(named: Declaration, sources: Beginning, contract: Contract) -> dict[str, Any]:
    return {
        MEMBER: reference(named.registered.root, named.version),
        "schema_version": named.version,
        "asset_uuid": named.registered.asset_uuid,
        "name": named.name,
        "type": named.type,
        "inputs": {role: [o.value for o in found] for role, found in sources.inputs.items()},
        "output": {
            "format": named.format, "codec": named.codec, "metadata": dict(sources.metadata)
        },
        "preload": {"enabled": named.preload},
    }  # fmt: skip
