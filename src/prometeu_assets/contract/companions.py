"""The companions of a pack: their names, and which of them mirror the header.

Clause: ``spec/workspace.md#companions``. They never replace the pack's own header.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from prometeu_assets.contract import canonical

PACK: Final = "assets.pa"
EXTENSION: Final = PACK.rpartition(".")[2]
MEDIA_TYPE: Final = "application/vnd.prometeu.assets"
"""How a pack is called where it has another name. Clause: ``spec/contract/1/container.md#name``."""
MIRRORS: Final = {"asset_table.json": "asset_table", "preload.json": "preload"}
"""File name to the header's member that it mirrors."""
METADATA: Final = "asset_table_metadata.json"
COMPANION: Final = "asset-table-metadata"
"""The name of its schemas."""


def mirrors(header: Mapping[str, Any]) -> dict[str, bytes]:
    """Both mirrors by file name, byte for byte as the members stand in the header of a pack."""
    return {
        file: canonical.encode(header[member], checked=True) for file, member in MIRRORS.items()
    }
