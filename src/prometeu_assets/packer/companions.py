"""The tooling companion of a pack: what only tools want to know of it.

Clause: ``spec/workspace.md#companions``; schema ``schemas/asset-table-metadata/``.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from prometeu_assets.contract.companions import COMPANION, PACK
from prometeu_assets.contract.value import Contract
from prometeu_assets.packer.plan import Plan, Planned


def metadata(plan: Plan, size: int, sha256: str, contract: Contract) -> bytes:
    """The tooling companion of a pack of ``size`` bytes and this SHA-256."""
    value = {
        "schema_version": contract.newest(COMPANION),
        "pack": {
            "file": PACK,
            "size": size,
            "sha256": sha256,
            "schema_version": contract.written.version,
            "payload_offset": len(plan.lead),
            "header": {
                "size": len(plan.header_bytes),
                "sha256": hashlib.sha256(plan.header_bytes).hexdigest(),
            },
        },
        "assets": [_asset(asset) for asset in plan.assets],
    }
    # The library indents in Python, which takes ten times as long as writing.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"{msgspec.json.format(text, indent=2)}\n".encode()


def _asset(asset: Planned) -> dict[str, Any]:
    return {
        "asset_id": asset.asset_id,
        "asset_name": asset.asset_name,
        "format": asset.format,
        "payload_sha256": asset.payload_sha256,
        **({"details": dict(asset.details)} if asset.details else {}),
        **({} if asset.origin is None else {"origin": dict(asset.origin)}),
    }
