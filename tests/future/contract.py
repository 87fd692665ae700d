"""A future that no release has: the next asset.json and container version 2, as data alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from construct import Int32ul, Struct

from prometeu_assets.banks import SOUNDS, TILES
from prometeu_assets.contract.container import Constant, field
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.migrations import STEPS
from prometeu_assets.contract.rule import Fault, Rule
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.contract.value import Contract

ONE = CURRENT.container(1)
LICENSE = "unknown"
ASSET = CURRENT.newest("asset")
NEXT = ASSET + 1


def copied(name: str, version: int) -> dict[str, Any]:
    """A published schema as the next version of itself."""
    schema: dict[str, Any] = json.loads(json.dumps(dict(CURRENT.documents.schema(name, version))))
    schema["$id"] = f"urn:prometeu:schema:{name}:{version + 1}"
    schema["title"] = schema["title"].replace(f"version {version}", f"version {version + 1}")
    return schema


def next_asset() -> dict[str, Any]:
    """The next version of asset.json: ``license`` is required."""
    schema = copied("asset", ASSET)
    members = schema["properties"]
    members["schema_version"]["const"] = NEXT
    members["license"] = {
        "description": "Under which license the asset may be used.",
        "type": "string",
        "maxLength": 64,
    }
    schema["required"].append("license")
    for example in schema["examples"]:
        example |= {"schema_version": NEXT, "license": "CC0-1.0"}
    return schema


def with_a_license(document: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The license is not known, and says so."""
    return {**document, "schema_version": NEXT, "license": LICENSE}


def device(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """No asset has a name that Windows keeps for itself."""
    for index, name in enumerate(exam.column("asset_name")):
        if name == "con":
            yield Fault(data={"name": name, "other": 0}, index=index)


def future(*, tiles: str = "SHEETS", sounds: str = "SOUNDS") -> Contract:
    """The published contract with both new versions beside the old ones.

    ``tiles`` and ``sounds`` are the bank types of the new container.
    """
    header = copied("pack-header", 1)
    header["$defs"]["entry"]["properties"]["bank_type"]["enum"] = [tiles, sounds]
    serial = field("serial", Int32ul, "prelude-serial", Constant(7), "A number of the future.")
    two = ONE.with_field("schema_version", constraint=Constant(2))
    two = two.with_(
        version=2,
        header=("pack-header", 2),
        prelude=Struct(*two.prelude.subcons, serial),
        banks=(TILES.with_(bank_type=tiles), SOUNDS.with_(bank_type=sounds)),
    )
    reserved = CURRENT.rule("prelude-reserved")
    rules = [*CURRENT.rules]
    rules.insert(
        rules.index(reserved) + 1,
        replace(reserved, id="prelude-serial", text="`serial` is 7.", since=2),
    )
    name = CURRENT.rule("table-name")
    rules.insert(
        rules.index(name),
        replace(name, id="table-device", text="No asset is named `con`.", check=device, since=2),
    )
    return CURRENT.with_(
        containers=[two],
        schemas=[header, next_asset()],
        rules=tuple(rules),
        windows={**CURRENT.windows, "asset": (*CURRENT.windows["asset"], NEXT)},
        migrations={**STEPS, ("asset", ASSET): with_a_license},
        writes=2,
    )
