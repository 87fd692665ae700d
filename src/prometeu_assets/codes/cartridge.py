"""Codes about cartridges: what `ship` refuses to assemble, and what `boot` refuses to load."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

CODES: Final[tuple[Code, ...]] = (
    Code(
        "PACK_UNDECLARED",
        summary="A project has a pack, and its cartridge does not declare assets.",
        meaning="A runtime reads the pack only when the capability `asset` is declared, so the "
        "assets would be left behind.",
        message="{path} holds {count}, but the capability `asset` is not declared.",
        hint='Add "asset" to `capabilities` in cartridge.json, or remove the pack and its '
        "companions.",
    ),
    Code(
        "ARTIFACT_REFUSED",
        summary="The published pack is not one that may be shipped.",
        meaning="What is shipped is what was published: a pack that every rule accepts, with the "
        "companions that were made with it. The shipper repairs nothing.",
        message="{path} is not shipped: it is not what a build publishes ({codes}).",
        hint="Run `prometeu-assets build{project}`, then ship again.",
    ),
    Code(
        "CARTRIDGE_MISSING",
        summary="A project does not say what its cartridge is.",
        meaning="`cartridge.json` holds the id, title, version, mode and capabilities of the "
        "application, and the path of its program.",
        message="There is no {path}.",
        hint="Write one: `prometeu-assets schema show cartridge` ends with an example.",
    ),
    Code(
        "CARTRIDGE_STALE",
        summary="A file of a cartridge is not what `ship` would put there now.",
        meaning="Only `ship --check` says so. The cartridge was changed or damaged, or the "
        "project was built anew.",
        message="{path} is not up to date: {why}.",
        hint="Run `prometeu-assets ship{project}`.",
    ),
    Code(
        "SHIP_OUT",
        summary="A cartridge cannot be put where it was asked for.",
        meaning="A cartridge takes the place of nothing but an empty directory or a cartridge "
        "that `ship` made.",
        message="{path} is no place for a cartridge: {what}.",
        hint="Name another directory with `--out`, or move away what is there.",
        hints={"inside": "Name a directory outside with `--out`, such as `--out cartridge`."},
    ),
)
