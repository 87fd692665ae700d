"""Container version 2, which lists a third bank; and the documents that list banks, written anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools import schemas

from prometeu_assets.banks import BANKS
from prometeu_assets.contract.container import Constant
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.migrations import STEPS
from tests.third.tilemaps import TILEMAPS

TILEMAPS_METADATA = json.loads((Path(__file__).parent / "tilemaps/schema.json").read_bytes())
KNOWING = CURRENT.with_(schemas=[TILEMAPS_METADATA])


def next_step(document: Any, context: Any) -> dict[str, Any]:
    """Another bank changes nothing that is there."""
    return {**document, "schema_version": document["schema_version"] + 1}


NEXT = {name: CURRENT.newest(name) + 1 for name in ("asset", "asset-table-metadata")}
"""The documents that list banks and have a window."""

written = CURRENT.written
THIRD = CURRENT.with_(
    containers=[
        written.with_field("schema_version", constraint=Constant(written.version + 1)).with_(
            version=written.version + 1,
            header=(written.header[0], written.header[1] + 1),
            banks=(*BANKS, TILEMAPS),
            status="draft",
        )
    ],
    schemas=[
        TILEMAPS_METADATA,
        *(
            schemas.next_version(KNOWING, name, (*BANKS, TILEMAPS), schemas.listing(CURRENT))
            for name in schemas.listing(CURRENT)
        ),
    ],
    windows={
        **CURRENT.windows,
        **{name: (*CURRENT.windows[name], version) for name, version in NEXT.items()},
    },
    migrations={**STEPS, **{(name, version - 1): next_step for name, version in NEXT.items()}},
    writes=written.version + 1,
)
