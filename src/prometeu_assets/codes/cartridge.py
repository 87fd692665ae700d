"""Codes about cartridges: what `ship` refuses to assemble, and what `boot` refuses to load."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

CODES: Final[tuple[Code, ...]] = (
    Code(
        name="MANIFEST_MISSING",
        summary="A cartridge has no manifest.",
        meaning="A cartridge is a directory with a `manifest.json`, which a runtime reads first.",
        message="{path} {what}.",
        hint="Give the directory of a cartridge. If this was one, move it away and assemble it "
        "again with `prometeu-assets ship{project}`.",
        hints={
            "project": "This is a project: `prometeu-assets ship{project}` assembles its "
            "cartridge.",
            "interrupted": "A `ship` was interrupted here: run `prometeu-assets ship{project} "
            "--out {path:argument}` again.",
        },
    ),
    Code(
        name="MANIFEST_MAGIC",
        summary="A manifest does not say that it is one.",
        meaning="The magic tells a manifest from every other JSON document.",
        message="The manifest is no object whose `magic` is {expected!r}.",
        hint="Check that it is the directory of a cartridge. If it is, move it away and assemble "
        "it again with `prometeu-assets ship{project}`.",
        hints={
            "source": "This is a cartridge.json, of which `ship` makes the manifest: move the "
            "cartridge away and assemble it again with `prometeu-assets ship{project}`.",
        },
    ),
    Code(
        name="MANIFEST_VERSION",
        summary="A cartridge has a version that this reader does not support.",
        message="`cartridge_version` is {found}; supported is {supported}.",
        hint="Move the cartridge away and assemble it again with `prometeu-assets ship{project}`.",
        hints={"newer": "Update the reader, or ask for a cartridge of an older version."},
    ),
    Code(
        name="MANIFEST_SCHEMA",
        summary="A manifest has a member that is wrong, missing or unknown.",
        message="{what}.",
        hint="`prometeu-assets schema show manifest` shows what may stand there. To write it from "
        "cartridge.json, move the cartridge away and run `prometeu-assets ship{project}`.",
    ),
    Code(
        name="CAPABILITY_UNKNOWN",
        summary="A capability is none of those there are.",
        meaning="Capabilities are written in lower case, exactly. An unknown one is a misspelling, "
        "or belongs to a newer console.",
        message="There is no capability {found}.",
        hint="The capabilities are {known}.",
        hints={"nearest": "Did you mean {nearest!r}?"},
    ),
    Code(
        name="CAPABILITY_REPEATED",
        summary="A capability stands twice.",
        message="The capability {name} stands twice.",
        hint="Remove one of them.",
    ),
    Code(
        name="CAPABILITY_ORDER",
        summary="The capabilities of a manifest are not sorted.",
        meaning="One set of capabilities has one spelling in a manifest. In cartridge.json any "
        "order will do.",
        message="The capability {name!r} stands behind {before!r}.",
        hint="Move the cartridge away and assemble it again with `prometeu-assets ship{project}`, "
        "which sorts them.",
    ),
    Code(
        name="PROGRAM_MISSING",
        summary="The compiled program is missing or empty.",
        meaning="A cartridge runs `program.pbx`. No tool here looks into it: it only has to be "
        "there.",
        message="{path} {what}.",
        hint="Assemble the cartridge again with `prometeu-assets ship{project}`.",
        hints={
            "ship": "Compile the program to this place, correct `program` in cartridge.json, or "
            "name the file with `prometeu-assets ship{project} --program FILE`.",
            "option": "Name the compiled program with `--program FILE`.",
        },
    ),
    Code(
        name="PACK_MISSING",
        summary="A cartridge declares assets and has no pack.",
        message="The capability `asset` is declared, but {path} {what}.",
        hint="Assemble the cartridge again with `prometeu-assets ship{project}`.",
        hints={
            "ship": "Run `prometeu-assets build{project}`, or take `asset` off `capabilities` in "
            "cartridge.json if the game has no assets.",
        },
    ),
    Code(
        name="PACK_UNDECLARED",
        summary="A project has a pack, and its cartridge does not declare assets.",
        meaning="A runtime reads the pack only when the capability `asset` is declared, so the "
        "assets would be left behind.",
        message="{path} holds {count}, but the capability `asset` is not declared.",
        hint='Add "asset" to `capabilities` in cartridge.json, or remove the pack and its '
        "companions.",
    ),
    Code(
        name="ARTIFACT_REFUSED",
        summary="The published pack is not one that may be shipped.",
        meaning="What is shipped is what was published: a pack that every rule accepts, with the "
        "companions that were made with it. The shipper repairs nothing.",
        message="{path} is not shipped: it is not what a build publishes ({codes}).",
        hint="Run `prometeu-assets build{project}`, then ship again.",
    ),
    Code(
        name="CARTRIDGE_MISSING",
        summary="A project does not say what its cartridge is.",
        meaning="`cartridge.json` holds the id, title, version, mode and capabilities of the "
        "application, and the path of its program.",
        message="There is no {path}.",
        hint="Write one: `prometeu-assets schema show cartridge` ends with an example.",
    ),
    Code(
        name="CARTRIDGE_STALE",
        summary="A file of a cartridge is not what `ship` would put there now.",
        meaning="Only `ship --check` says so. The cartridge was changed or damaged, or the "
        "project was built anew.",
        message="{path} is not up to date: {why}.",
        hint="Run `prometeu-assets ship{project}`.",
    ),
    Code(
        name="SHIP_OUT",
        summary="A cartridge cannot be put where it was asked for.",
        meaning="A cartridge takes the place of nothing but an empty directory or a cartridge "
        "that `ship` made.",
        message="{path} is no place for a cartridge: {what}.",
        hint="Name another directory with `--out`, or move away what is there.",
        hints={"inside": "Name a directory outside with `--out`, such as `--out cartridge`."},
    ),
)
