"""Packs from banks in memory, without a workspace.

Clause: ``spec/python-writer.md``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from prometeu_assets.banks import Decoded
from prometeu_assets.contract.bank import Bank, Metadata
from prometeu_assets.contract.companions import METADATA, PACK, mirrors
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.packer.companions import metadata as companion
from prometeu_assets.packer.plan import Plan, Planned, Preloaded, place, plan, slots
from prometeu_assets.reader.pack import validate
from prometeu_assets.storage.files import publish

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def pack(
    assets: Mapping[str, Decoded],
    *,
    ids: Mapping[str, int] = NOTHING,
    preload: Iterable[str] = (),
    metadata: Mapping[str, Metadata] = NOTHING,
    contract: Contract = CURRENT,
) -> bytes:
    """The bytes of a pack with these banks: name to `TileBank` or `SoundBank`.

    ``ids`` gives assets their ids; each of the others gets, in the order given, the lowest id
    from 1 on that none has. The assets named in ``preload`` are loaded at boot, each in the next
    free slot of its bank type, by increasing id. ``metadata`` is name to further members of the
    entry's metadata (``x_…``). The same arguments give the same bytes.
    Raises `Refused` with every fault: ``ASSET_VALUE`` for numbers or shapes that the bank cannot
    store, ``PACK_LIMIT``, ``PRELOAD_FULL``, and what profile *writer* refuses; `TypeError` for a
    value that is no bank, `ValueError` when ``ids``, ``preload`` or ``metadata`` name an asset
    that is not there.
    Clauses: ``spec/contract/1/container.md``, ``spec/python-writer.md``.
    """
    return _made(assets, ids, tuple(preload), metadata, contract).data


def write(
    path: str | os.PathLike[str],
    assets: Mapping[str, Decoded],
    *,
    ids: Mapping[str, int] = NOTHING,
    preload: Iterable[str] = (),
    metadata: Mapping[str, Metadata] = NOTHING,
    companions: bool = False,
    contract: Contract = CURRENT,
) -> tuple[Path, ...]:
    """Write the `pack` of these banks to ``path``, in place of a file that is there.

    With ``companions`` the three companions of a build are written beside it; the name must be
    ``assets.pa`` then. The result is the files, the pack last. Each is written as a whole or not
    at all, and the pack after its companions: a set of two writes is refused by `verify`.
    Raises as `pack`, `ValueError` for another name, `OSError`.
    """
    target = Path(path)
    if companions and target.name != PACK:
        raise ValueError(f"a pack with companions is called {PACK}, not {target.name}")
    made = _made(assets, ids, tuple(preload), metadata, contract)
    texts = {**(made.companions(contract) if companions else {}), target.name: made.data}
    for name, text in texts.items():
        publish(target.with_name(name), [text], prefix=f".{name}.")
    return tuple(target.with_name(name) for name in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A valid pack: its plan and its bytes."""

    plan: Plan
    data: bytes

    def companions(self, contract: Contract) -> dict[str, bytes]:
        digest = hashlib.sha256(self.data).hexdigest()
        tools = companion(self.plan, len(self.data), digest, contract)
        return {**mirrors(self.plan.header), METADATA: tools}


def _made(
    assets: Mapping[str, Decoded],
    ids: Mapping[str, int],
    preload: tuple[str, ...],
    metadata: Mapping[str, Metadata],
    contract: Contract,
) -> _Made:
    strangers = [name for name in (*ids, *preload, *metadata) if name not in assets]
    if strangers:
        raise ValueError(f"no asset is called {strangers[0]!r}")
    highest = contract.shape(contract.written).parts["asset_table.asset_id"]["maximum"]
    numbered = _numbered(assets, ids, highest)
    faults: list[Diagnostic] = []
    planned: list[Planned] = []
    payload = bytearray()
    for name in sorted(assets, key=numbered.__getitem__):
        bank = _bank_of(name, assets[name], contract)
        try:
            made = _stored(bank, assets[name], metadata.get(name, NOTHING), contract)
        except ValueError as error:
            ref = AssetRef(id=numbered[name], name=name)
            faults.append(Diagnostic(code="ASSET_VALUE", data={"what": str(error)}, asset=ref))
            continue
        payload += bytes(place(len(payload), contract) - len(payload))
        planned.append(
            Planned(
                asset_id=numbered[name],
                asset_name=name,
                bank_type=bank.bank_type,
                format=bank.format,
                codec="NONE",
                offset=len(payload),
                size=made.size,
                decoded_size=made.decoded_size,
                metadata=made.metadata,
                payload_sha256=made.sha256,
                details=made.details,
                origin=None,
            )
        )
        payload += made.payload
    if faults:
        raise Refused(*faults)
    asking = (
        Preloaded(asset_id=p.asset_id, asset_name=p.asset_name, bank_type=p.bank_type)
        for p in planned
        if p.asset_name in preload
    )
    whole = plan(tuple(planned), slots(asking, contract), contract)
    data = whole.lead + payload
    report = validate(data, profile="writer", contract=contract)
    if not report.ok:
        raise Refused(report=report)
    return _Made(plan=whole, data=data)


def _numbered(assets: Iterable[str], ids: Mapping[str, int], highest: int) -> dict[str, int]:
    """The id of each asset."""
    taken = set(ids.values())
    free = (number for number in range(1, highest + 1) if number not in taken)
    return {name: ids[name] if name in ids else next(free) for name in assets}


def _bank_of(name: str, value: object, contract: Contract) -> Bank[Any]:
    for bank in contract.written.banks:
        if isinstance(value, bank.decoded):
            return bank
    known = ", ".join(bank.decoded.__name__ for bank in contract.written.banks)
    raise TypeError(f"{name!r} is a {type(value).__name__}, and not one of {known}")


def _stored(bank: Bank[Any], value: object, further: Metadata, contract: Contract) -> Slice:
    constants = contract.documents.constants(bank.metadata)
    return bank.stored(value, {**constants, **further, **bank.measured(value)})
