"""What an asset says it is: the uuid in its ``asset.json``, and putting another there.

Clause: ``spec/workspace.md#registry``.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

from prometeu_assets.contract.text import scan
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Refused
from prometeu_assets.documents import Parsed, document_bytes
from prometeu_assets.storage.paths import read_inside
from prometeu_assets.workspace.places import ANCHOR
from prometeu_assets.workspace.registry import ASSETS


def draw_uuid() -> str:
    """A new uuid, drawn at random: once, when its asset is created."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the document at ``root`` says. ``uuid`` is None in a version that holds none.

    ``editor`` is its ``$schema``.
    """

    root: str
    uuid: str | None
    name: str
    version: int
    editor: str | None


def identity(project: Path, root: str, contract: Contract) -> Identity:
    """The identity an asset claims for itself. Raises `Refused` when it cannot be read."""
    return identified(project, root, contract)[0]


def identified(project: Path, root: str, contract: Contract) -> tuple[Identity, Parsed]:
    """The same, and the document that was read for it."""
    anchor = f"{ASSETS}/{root}/{ANCHOR}"
    try:
        parsed = Parsed.of(
            document_bytes(project, anchor, "asset", contract), anchor, "asset", contract
        )
        document = parsed.document(contract, context={"asset_uuid": None})
    except Refused as refused:
        raise refused.at(asset=AssetRef(name=root)) from None
    value = document.value
    found = Identity(
        root=root,
        uuid=value["asset_uuid"],
        name=value["name"],
        version=document.version,
        editor=value.get("$schema"),
    )
    return found, parsed


def require_readable(refused: Refused) -> None:
    """Raise ``refused`` again if it says that a file is there and cannot be read.

    What is in such a file is not known, and nothing may follow from its absence.
    """
    if "PATH_UNREADABLE" in refused.report.codes:
        raise refused


def with_uuid(project: Path, root: str, new: str, contract: Contract) -> bytes:
    """The text of an ``asset.json`` that has a uuid, with another in its place.

    Every other byte stays. Raises `Refused` when the file cannot be read any more.
    """
    path = f"{ASSETS}/{root}/{ANCHOR}"
    limit = contract.limits.asset_document_bytes
    data = read_inside(project, path, limit=limit, what="an asset.json")
    start = scan(data, integers=False, places=True).places["/asset_uuid"]
    # Whatever escapes the text has, a uuid has no quote.
    end = data.index(b'"', start + 1) + 1
    return data[:start] + json.dumps(new).encode() + data[end:]
