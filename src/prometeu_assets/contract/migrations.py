"""Migration steps: pure functions from one version of a document to the next.

Clause: ``spec/contract/1/versioning-and-migration.md#steps``. No clock, no randomness, no file:
what a step needs beyond the document (the registry's uuid of the asset) is in its context.
`migrate` applies them on disk; code that reads an older document applies them in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from prometeu_assets.contract.companions import COMPANION

Value = Mapping[str, Any]
Step = Callable[[Value, Value], dict[str, Any]]
"""(document, context) to the document in the next version."""

RENAMED: Final[Mapping[str, str]] = MappingProxyType({"image_bank": "tile_bank"})
"""Types of assets in version 1 of ``asset.json`` to what they are called now."""


def asset_1_to_2(document: Value, context: Value) -> dict[str, Any]:
    """``asset_uuid`` comes from the registry; the type and the codec get their new spelling."""
    codecs = {"RAW": "NONE"}
    migrated: dict[str, Any] = {}
    for name, value in document.items():
        if name == "schema_version":
            migrated[name] = 2
            migrated["asset_uuid"] = context["asset_uuid"]
        elif name == "type":
            migrated[name] = RENAMED.get(value, value)
        elif name == "output":
            migrated[name] = {**value, "codec": codecs.get(value["codec"], value["codec"])}
        else:
            migrated[name] = value
    return migrated


def index_1_to_2(document: Value, context: Value) -> dict[str, Any]:
    """Every asset gets ``included_in_build``, which is true: that is what version 1 meant."""
    assets = [{**entry, "included_in_build": True} for entry in document["assets"]]
    return {**document, "schema_version": 2, "assets": assets}


def asset_2_to_3(document: Value, context: Value) -> dict[str, Any]:
    """An input that is a path means what it meant."""
    return {**document, "schema_version": 3}


def index_2_to_3(document: Value, context: Value) -> dict[str, Any]:
    """The next id is replaced by a row with the highest given id, if no asset has that id."""
    order = ("asset_id", "asset_uuid", "included_in_build", "root")
    rows = [{name: entry[name] for name in order} for entry in document["assets"]]
    highest = document["next_asset_id"] - 1
    if highest > max((row["asset_id"] for row in rows), default=0):
        rows.append({"asset_id": highest})
    migrated = {name: value for name, value in document.items() if name != "next_asset_id"}
    return {**migrated, "schema_version": 3, "assets": rows}


def companion_1_to_2(document: Value, context: Value) -> dict[str, Any]:
    """What the workspace says of an asset moves into ``origin``; details are not known."""
    moved = ("asset_uuid", "root", "sources", "pipeline")
    assets = [
        {
            **{name: value for name, value in asset.items() if name not in moved},
            "origin": {name: asset[name] for name in moved if name in asset},
        }
        for asset in document["assets"]
    ]
    return {**document, "schema_version": 2, "assets": assets}


STEPS: Final[Mapping[tuple[str, int], Step]] = MappingProxyType(
    {
        ("asset", 1): asset_1_to_2,
        ("asset", 2): asset_2_to_3,
        ("index", 1): index_1_to_2,
        ("index", 2): index_2_to_3,
        (COMPANION, 1): companion_1_to_2,
    }
)
"""(document, version) to the step that leads to the next version."""
