"""What is inside a pack, from its prelude and header alone.

The value is one of ``schemas/inspection/v1.json``; sizes and offsets are in bytes.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import Any, Final

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.reader.pack import Pack

LARGEST: Final = 5
"""How many of the largest assets are named."""


def inspection(pack: Pack, file: str, *, contract: Contract = CURRENT) -> dict[str, Any]:
    """Prelude, sizes, table, preload and slots of a pack, as a JSON value. No slice is read."""
    container = contract.container(pack.prelude["schema_version"])
    banks: dict[str, dict[str, int]] = {}
    for entry in pack.entries:
        bank = banks.setdefault(entry.bank_type, {"assets": 0, "size": 0, "decoded_size": 0})
        bank["assets"] += 1
        bank["size"] += entry.size
        bank["decoded_size"] += entry.decoded_size
    largest = nsmallest(LARGEST, pack.entries, key=lambda entry: (-entry.size, entry.asset_id))
    return {
        "schema_version": contract.newest("inspection"),
        "file": file,
        "size": pack.size,
        "prelude": {
            role: value.hex() if isinstance(value, bytes) else value
            for role, value in pack.prelude.items()
        },
        "layout": _layout(pack, container.prelude_size),
        "banks": banks,
        "slots": contract.shape(container).parts["preload.slot"]["maximum"] + 1,
        "largest": [entry.asset_id for entry in largest],
        "assets": [
            {
                "asset_id": entry.asset_id,
                "asset_name": entry.asset_name,
                "bank_type": entry.bank_type,
                "codec": entry.codec,
                "offset": entry.offset,
                "size": entry.size,
                "decoded_size": entry.decoded_size,
                "metadata": entry.metadata,
            }
            for entry in pack.entries
        ],
        "preload": [
            {
                "asset_id": item.asset_id,
                "asset_name": pack[item.asset_id].asset_name,
                "bank_type": pack[item.asset_id].bank_type,
                "slot": item.slot,
            }
            for item in pack.preload
        ],
    }


def _layout(pack: Pack, prelude: int) -> dict[str, int]:
    """What the bytes of the file are, part by part; together they are all of it."""
    header, slices = len(pack.header_bytes), sum(entry.size for entry in pack.entries)
    return {
        "prelude": prelude,
        "header": header,
        "slices": slices,
        "padding": pack.size - prelude - header - slices,
    }
