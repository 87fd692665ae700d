"""What is inside a pack, from its prelude and header alone.

The value is one of ``schemas/inspection/v1.json``.
"""

from __future__ import annotations

from typing import Any

from prometeu_assets.reader.pack import Pack


def inspection(pack: Pack, file: str) -> dict[str, Any]:
    """Prelude, sizes, table and preload of a pack, as a JSON value; sizes are in bytes."""
    banks: dict[str, dict[str, int]] = {}
    for entry in pack.entries:
        bank = banks.setdefault(entry.bank_type, {"assets": 0, "size": 0, "decoded_size": 0})
        bank["assets"] += 1
        bank["size"] += entry.size
        bank["decoded_size"] += entry.decoded_size
    return {
        "schema_version": 1,
        "file": file,
        "size": pack.size,
        "prelude": {
            role: value.hex() if isinstance(value, bytes) else value
            for role, value in pack.prelude.items()
        },
        "banks": banks,
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
                "asset_name": pack.by_id(item.asset_id).asset_name,
                "bank_type": pack.by_id(item.asset_id).bank_type,
                "slot": item.slot,
            }
            for item in pack.preload
        ],
    }
