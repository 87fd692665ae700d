"""One asset, from its declaration and source files to its slice: the bank does it.

Clauses: ``spec/contract/1/banks.md`` for the payloads, ``spec/workspace.md`` for the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from prometeu_assets.banks.raw import read_raw
from prometeu_assets.contract.bank import PAYLOAD, Bank, Input, Metadata
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.packer.metadata import check_declared, check_size, whole
from prometeu_assets.packer.sources import read_inputs
from prometeu_assets.workspace.declarations import Declaration

T = TypeVar("T")


def bank_of(declaration: Declaration, contract: Contract) -> Bank[Any]:
    """The bank an asset goes into.

    Raises `Refused` when type, format and roles do not fit, or no header can hold its metadata.
    """
    bank = contract.written.bank_of_format(declaration.format)
    if bank is None or bank.asset_type != declaration.type:
        fitting = [b.format for b in contract.written.banks if b.asset_type == declaration.type]
        raise Refused(
            declaration.fault(
                "ASSET_FORMAT",
                "/output/format",
                type=declaration.type,
                format=declaration.format,
                expected=" or ".join(fitting),
            )
        )
    if set(declaration.inputs) not in (set(bank.roles), {PAYLOAD}):
        raise Refused(
            declaration.fault(
                "ASSET_ROLES",
                "/inputs",
                type=declaration.type,
                expected=f"{' and '.join(bank.roles)}, or {PAYLOAD}",
                found=" and ".join(declaration.inputs),
            )
        )
    for name, role in bank.roles.items():
        found = len(declaration.inputs.get(name, ()))
        if found > role.most:  # in a document that is not written yet
            pointer = f"/inputs/{name}"
            raise Refused(declaration.fault("ASSET_INPUTS", pointer, found=found, limit=role.most))
    check_declared(declaration, contract)
    return bank


def sources_of(
    project: Path,
    declaration: Declaration,
    contract: Contract,
    *,
    waiting: Mapping[str, bytes] = MappingProxyType({}),
) -> AssetSources:
    """The sources of an asset, judged and read as a build does.

    ``waiting`` are files that are not on the disk yet, by their paths below the project.
    Raises what `bank_of` and `read_inputs` raise.
    """
    bank = bank_of(declaration, contract)
    inputs = list(read_inputs(project, declaration, bank, contract, waiting=waiting))
    return AssetSources(declaration=declaration, bank=bank, inputs=inputs, contract=contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSources:
    """The `Sources` of one declared asset: its files, read, and its metadata."""

    declaration: Declaration
    bank: Bank[Any]
    inputs: Sequence[Input]
    contract: Contract

    @property
    def ref(self) -> AssetRef:
        return self.declaration.ref

    def of(self, role: str) -> list[Input]:
        return [item for item in self.inputs if item.source.role == role]

    def metadata(self, derived: Metadata) -> dict[str, Any]:
        return whole(self.declaration, self.bank, self.contract, derived)

    def each(self, role: str, read: Callable[[Input], T]) -> list[T]:
        made: list[T] = []
        faults: list[Diagnostic] = []
        for item in self.of(role):
            try:
                made.append(read(item))
            except Refused as refused:
                faults += refused.at(asset=self.ref).report
        if faults:
            raise Refused(*faults)
        return made

    def check_size(self, found: int) -> None:
        limit = self.contract.shape(self.contract.written).parts["asset_table.size"]["maximum"]
        if found > limit:
            raise Refused(self.fault("ASSET_SIZE", "/inputs", found=found, limit=limit))

    def allows(self, metadata: Metadata) -> bool:
        return self.contract.documents.accepts_small(self.bank.metadata, metadata)

    def fault(
        self, code: str, pointer: str, *, hint_key: str | None = None, **data: object
    ) -> Diagnostic:
        return self.declaration.fault(code, pointer, hint_key=hint_key, **data)


def encode(sources: AssetSources) -> Slice:
    """The slice of an asset. Raises `Refused` with every fault in its inputs."""
    declaration, bank = sources.declaration, sources.bank
    made = _raw(sources) if PAYLOAD in declaration.inputs else bank.intake(sources)
    sources.check_size(len(made.payload))
    check_size(declaration, bank, made.metadata, sources.contract)
    return made


def _raw(sources: AssetSources) -> Slice:
    bank = sources.bank
    metadata = whole(sources.declaration, bank, sources.contract, None)
    size = bank.size(metadata)
    (payload,) = sources.each(PAYLOAD, lambda i: read_raw(i.data, name=i.name, size=size))
    if bank.judges_raw:
        faults = list(bank.raw_faults(bank.decode(payload, metadata), sources))
        if faults:
            raise Refused(*faults)
    return Slice(payload=payload, metadata=metadata, decoded_size=bank.decoded_size(metadata))
