"""The frozen plan of a pack: every entry placed, every preload slotted, the header written.

Clauses: ``spec/contract/1/container.md#payload`` for the placement,
``spec/contract/1/header.md#preload`` for slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import SourceFile
from prometeu_assets.contract.container import align
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.workspace.declarations import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One asset of the pack: where its slice stands and what is known about it."""

    declaration: Declaration
    bank_type: str
    offset: int
    size: int
    decoded_size: int
    metadata: Mapping[str, Any]
    payload_sha256: str
    details: Mapping[str, str]
    sources: tuple[SourceFile, ...]

    def entry(self) -> dict[str, Any]:
        """The row of the table."""
        return {
            "asset_id": self.declaration.registered.asset_id,
            "asset_name": self.declaration.name,
            "bank_type": self.bank_type,
            "codec": self.declaration.codec,
            "decoded_size": self.decoded_size,
            "metadata": dict(self.metadata),
            "offset": self.offset,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be written: ``lead`` is everything before the payload region."""

    assets: tuple[Planned, ...]
    header: Mapping[str, Any]
    header_bytes: bytes
    lead: bytes


def slots(declarations: Iterable[tuple[Declaration, str]], contract: Contract) -> dict[int, int]:
    """Asset id to preload slot, from (declaration, bank type) by increasing id.

    Each asset that asks for it gets the next free slot of its bank type. Raises `Refused` when
    more ask than there are slots, naming all of them.
    """
    count = contract.shape(contract.written).parts["preload.slot"]["maximum"] + 1
    asking: dict[str, list[Declaration]] = {}
    for declaration, bank_type in declarations:
        if declaration.preload:
            asking.setdefault(bank_type, []).append(declaration)
    faults = [
        asked[count].fault(
            "PRELOAD_FULL",
            "/preload/enabled",
            count=len(asked),
            bank_type=bank_type,
            slots=count,
            names=", ".join(d.name for d in asked),
        )
        for bank_type, asked in asking.items()
        if len(asked) > count
    ]
    if faults:
        raise Refused(*faults)
    return {
        d.registered.asset_id: slot for asked in asking.values() for slot, d in enumerate(asked)
    }


def plan(assets: tuple[Planned, ...], slot_of: Mapping[int, int], contract: Contract) -> Plan:
    """The plan of a pack with these assets, by increasing id. Raises `Refused` over a limit."""
    container = contract.written
    header = {
        "asset_table": [asset.entry() for asset in assets],
        "preload": [
            {"asset_id": asset_id, "slot": slot} for asset_id, slot in sorted(slot_of.items())
        ],
    }
    header_bytes = canonical.encode(header)
    lead = container.build(header_bytes) + header_bytes
    lead += bytes(container.payload_offset(len(header_bytes)) - len(lead))
    end = assets[-1].offset + assets[-1].size if assets else 0
    within("assets", len(assets), contract.shape(container).parts["asset_table"]["maxItems"])
    within("bytes of header", len(header_bytes), contract.limits.header_bytes)
    within("bytes", len(lead) + end, contract.limits.file_bytes)
    return Plan(assets=assets, header=header, header_bytes=header_bytes, lead=lead)


def place(end: int, contract: Contract) -> int:
    """Where the next slice begins when the one before ends at ``end`` (bytes of the region)."""
    return align(end, contract.written.alignment)


def within(what: str, found: int, limit: int) -> None:
    """Raise `Refused` (``PACK_LIMIT``) when a pack would have more than ``limit`` of something."""
    if found > limit:
        data = {"what": what, "found": found, "limit": limit}
        raise Refused(Diagnostic(code="PACK_LIMIT", data=data))
