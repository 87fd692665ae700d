"""The frozen plan of a pack: every entry placed, every preload slotted, the header written.

Clauses: ``spec/contract/1/container.md#payload`` for the placement,
``spec/contract/1/header.md#preload`` for slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prometeu_assets.contract import canonical
from prometeu_assets.contract.container import align
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One asset of the pack: where its slice is and what is known about it.

    ``offset`` is from the start of the payload region, in bytes. ``payload_sha256`` is empty until
    the slice is written. ``origin`` is what the companion for tools says of its workspace; None for
    an asset that comes from none.
    """

    asset_id: int
    asset_name: str
    bank_type: str
    format: str
    codec: str
    offset: int
    size: int
    decoded_size: int
    metadata: Mapping[str, Any]
    payload_sha256: str
    details: Mapping[str, str]
    origin: Mapping[str, Any] | None

    def entry(self) -> dict[str, Any]:
        """The row of the table."""
        return {
            "asset_id": self.asset_id,
            "asset_name": self.asset_name,
            "bank_type": self.bank_type,
            "codec": self.codec,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Preloaded:
    """An asset that is loaded at boot. ``file`` is the document that asks for it, if one does."""

    asset_id: int
    asset_name: str
    bank_type: str
    file: str | None = None


def slots(asking: Iterable[Preloaded], contract: Contract) -> dict[int, int]:
    """Asset id to preload slot, from assets by increasing id.

    Each gets the next free slot of its bank type. Raises `Refused` (``PRELOAD_FULL``) when more
    ask than there are slots, naming all of them.
    """
    count = contract.shape(contract.written).parts["preload.slot"]["maximum"] + 1
    banks: dict[str, list[Preloaded]] = {}
    for asset in asking:
        banks.setdefault(asset.bank_type, []).append(asset)
    faults = [
        Diagnostic(
            code="PRELOAD_FULL",
            data={
                "count": len(asked),
                "bank_type": bank_type,
                "slots": count,
                "names": ", ".join(asset.asset_name for asset in asked),
            },
            pointer="/preload/enabled" if asked[count].file else None,
            file=asked[count].file,
            asset=AssetRef(id=asked[count].asset_id, name=asked[count].asset_name),
        )
        for bank_type, asked in banks.items()
        if len(asked) > count
    ]
    if faults:
        raise Refused(*faults)
    return {asset.asset_id: slot for asked in banks.values() for slot, asset in enumerate(asked)}


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
