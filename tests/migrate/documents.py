"""What tests of migration share: projects as bytes, and what version 1 becomes by a second hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.workspace.projects import ASSET, TABLE

INDEX = "assets/.prometeu/index.json"
STAYS = {"build", "lock", "cache.json", "backup"}
"""Names of what is no document."""


def documents(project: Path) -> dict[str, bytes]:
    """The documents of a project by path, without backups."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*.json"))
        if path.name in {"asset.json", "index.json"} and "backup" not in path.parts
    }


def backups(project: Path) -> dict[str, dict[str, bytes]]:
    """The originals that migrations have kept: folder, then path below ``assets``, to bytes."""
    top = project / "assets/.prometeu/backup"
    return {
        folder.name: {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in (sorted(top.iterdir()) if top.is_dir() else ())
    }


def migrated_asset(document: dict[str, Any], uuid: str, root: str) -> dict[str, Any]:
    """The newest version of an asset of version 1, with a `$schema` if it has none.

    Clause: ``spec/contract/1/versioning-and-migration.md#steps``.
    """
    kind = "tile_bank" if document["type"] == "image_bank" else document["type"]
    output = {**document["output"], "codec": "NONE"}
    own = {"schema_version": ASSET, "asset_uuid": uuid, "type": kind, "output": output}
    editor = "../" * len(root.split("/")) + f".prometeu/schemas/asset/v{ASSET}.json"
    return {"$schema": editor, **document, **own}


def migrated_index(document: dict[str, Any]) -> dict[str, Any]:
    """The newest version of an index of version 1, as it is written."""
    rows = sorted(document["assets"], key=lambda row: row["asset_id"])
    new = [
        {
            "asset_id": row["asset_id"],
            "asset_uuid": row["asset_uuid"],
            "included_in_build": True,
            "root": row["root"],
        }
        for row in rows
    ]
    last = document["next_asset_id"] - 1
    alone = [{"asset_id": last}] if last > max((r["asset_id"] for r in rows), default=0) else []
    return {"schema_version": TABLE, "assets": [*new, *alone, None]}


def exact(value: object) -> str:
    """A value as text that tells 1 from 1.0 and keeps the order of members."""
    return json.dumps(value)
