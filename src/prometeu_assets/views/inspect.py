"""What is inside a pack, from its prelude and header alone.

Sizes and offsets are in bytes. Clause: ``spec/tools.md#inspect``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from heapq import nsmallest
from typing import Any, Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry, Preload
from prometeu_assets.contract.value import Contract
from prometeu_assets.reader.pack import Pack
from prometeu_assets.reader.pack import open as open_pack
from prometeu_assets.result import Result

LARGEST: Final = 5
"""How many of the largest assets are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFigures:
    """The assets of one bank type: how many, their bytes as stored, and once resident."""

    assets: int
    size: int
    decoded_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection(Result):
    """What is in a pack, from its header: ``assets`` and ``preload`` are its tables.

    ``layout`` says what the bytes of the file are, part by part; ``banks`` has the figures of each
    bank type; ``slots`` is how many each has; ``largest`` are the ids of the largest assets.
    """

    file: str
    size: int
    prelude: Mapping[str, int | str]
    layout: Mapping[str, int]
    banks: Mapping[str, BankFigures]
    slots: int
    largest: tuple[int, ...]
    assets: tuple[Entry, ...]
    preload: tuple[Preload, ...]

    document = "inspection"

    @property
    def members(self) -> dict[str, Any]:
        by_id = {entry.asset_id: entry for entry in self.assets}
        return {
            "file": self.file,
            "size": self.size,
            "prelude": dict(self.prelude),
            "layout": dict(self.layout),
            "banks": {name: asdict(figures) for name, figures in self.banks.items()},
            "slots": self.slots,
            "largest": list(self.largest),
            "assets": [_told(entry) for entry in self.assets],
            "preload": [
                {
                    "asset_id": item.asset_id,
                    "asset_name": by_id[item.asset_id].asset_name,
                    "bank_type": by_id[item.asset_id].bank_type,
                    "slot": item.slot,
                }
                for item in self.preload
            ],
        }


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "asset_id": entry.asset_id,
        "asset_name": entry.asset_name,
        "bank_type": entry.bank_type,
        "codec": entry.codec,
        "offset": entry.offset,
        "size": entry.size,
        "decoded_size": entry.decoded_size,
        "metadata": entry.metadata,
    }


def inspect(pack: str | os.PathLike[str]) -> Inspection:
    """What is in the pack at a path. Only its prelude and header are read.

    Raises `InvalidPack`, `OSError`. Clause: ``spec/tools.md#inspect``.
    """
    with open_pack(pack, mmap=False) as opened:
        return inspection(opened, os.fspath(pack))


def inspection(pack: Pack, file: str, *, contract: Contract = CURRENT) -> Inspection:
    """The same of a pack that is open. No slice is read."""
    container = contract.container(pack.prelude["schema_version"])
    by_type: dict[str, list[Entry]] = {}
    for entry in pack.entries:
        by_type.setdefault(entry.bank_type, []).append(entry)
    largest = nsmallest(LARGEST, pack.entries, key=lambda entry: (-entry.size, entry.asset_id))
    return Inspection(
        file=file,
        size=pack.size,
        prelude={
            role: value.hex() if isinstance(value, bytes) else value
            for role, value in pack.prelude.items()
        },
        layout=_layout(pack, container.prelude_size),
        banks={bank_type: _figures(entries) for bank_type, entries in by_type.items()},
        slots=contract.shape(container).parts["preload.slot"]["maximum"] + 1,
        largest=tuple(entry.asset_id for entry in largest),
        assets=pack.entries,
        preload=pack.preload,
    )


def _figures(entries: list[Entry]) -> BankFigures:
    return BankFigures(
        assets=len(entries),
        size=sum(entry.size for entry in entries),
        decoded_size=sum(entry.decoded_size for entry in entries),
    )


def _layout(pack: Pack, prelude: int) -> dict[str, int]:
    """What the bytes of the file are, part by part; together they are all of it."""
    header, slices = len(pack.header_bytes), sum(entry.size for entry in pack.entries)
    return {
        "prelude": prelude,
        "header": header,
        "slices": slices,
        "padding": pack.size - prelude - header - slices,
    }
