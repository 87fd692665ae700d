"""Codes about cartridges: what `ship` refuses to assemble, and what `boot` refuses to load."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

CODES: Final[tuple[Code, ...]] = (
    Code(
        "PACK_UNDECLARED",
        summary="A project has a pack, but its cartridge does not declare the capability `asset`.",
        meaning="A runtime reads the pack only if the cartridge declares `asset`. Without it, the "
        "game would ship without its assets.",
        message="{path} contains {count}, but cartridge.json does not declare the capability "
        "`asset`.",
        hint='Add "asset" to `capabilities` in cartridge.json, or remove the pack and its '
        "companions.",
    ),
    Code(
        "ARTIFACT_REFUSED",
        summary="The built pack is not valid, so it is not shipped.",
        meaning="`ship` takes only what a build published: a valid pack, and the companions that "
        "were built with it. It repairs nothing.",
        message="{path} was not shipped. It differs from what a build publishes ({codes}).",
        hint="Run `prometeu-assets build{project}`, then ship again.",
    ),
    Code(
        "CARTRIDGE_MISSING",
        summary="A project has no cartridge.json.",
        meaning="`cartridge.json` holds the id, title, version, mode and capabilities of the "
        "application, and the path of its program.",
        message="{path} does not exist.",
        hint="Write one: `prometeu-assets schema show cartridge` ends with an example.",
    ),
    Code(
        "CARTRIDGE_STALE",
        summary="A file of a cartridge differs from what `ship` would write now.",
        meaning="Only `ship --check` reports this. The cartridge was changed or damaged, or the "
        "project was built again since.",
        message="{path} is not up to date: {why}.",
        hint="Run `prometeu-assets ship{project}`.",
    ),
    Code(
        "SHIP_OUT",
        summary="The cartridge cannot be written to the chosen directory.",
        meaning="`ship` writes to a new directory, to an empty one, or over a cartridge that "
        "`ship` made. It replaces nothing else.",
        message="The cartridge cannot be written to {path}: {what}.",
        hint="Choose another directory with `--out`, or move its content to another place.",
        hints={"inside": "Choose a directory outside with `--out`, such as `--out cartridge`."},
    ),
)
