"""Codes about a workspace as a whole: its registry, its assets, its outputs."""

from __future__ import annotations

from typing import Final

from prometeu_assets.diagnostics import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        name="WORKSPACE_MISSING",
        summary="The directory is no project.",
        message="{path} is no project: it has no {index}{nor}.",
        hint="Go into the project's directory, or begin a project with `prometeu-assets init`.",
    ),
    Code(
        name="WORKSPACE_EXISTS",
        summary="The directory already is a project.",
        message="{path} already is a project.",
        hint="Nothing needs to be done: `register` adds assets to it.",
    ),
    Code(
        name="INDEX_ID",
        summary="Two registered assets have one id.",
        message="The id {found} is also that of {other}.",
        hint="Two branches both registered an asset: give the one that is not published yet the id "
        "`next_asset_id`, and count that up by one.",
    ),
    Code(
        name="INDEX_UUID",
        summary="Two registered assets have one uuid.",
        message="The uuid {found} is also that of {other}.",
        hint="A copied asset needs its own, here and in its asset.json; "
        '`python -c "import uuid; print(uuid.uuid4())"` draws one.',
    ),
    Code(
        name="INDEX_ROOT",
        summary="Two registered assets have one root.",
        message="The root {found} is also that of asset {other}.",
        hint="Remove one of the two entries from the index.",
        hints={"case": "The two differ only in case or spelling, which some disks ignore."},
    ),
    Code(
        name="INDEX_NEXT",
        summary="`next_asset_id` would give out an id again.",
        message="`next_asset_id` is {found}, but the id {highest} is already given.",
        hint="Set it to {wanted}; ids are never used again.",
    ),
    Code(
        name="ROOT_MISSING",
        summary="A registered root is not there.",
        message="The registered root {root} has no asset.json.",
        hint="If it moved, `prometeu-assets register` its new place: its uuid finds it again. "
        "If it is gone for good, remove its entry from the index.",
    ),
    Code(
        name="ROOT_NESTED",
        summary="An asset root lies inside another.",
        message="The root {root} lies inside the root {outer}.",
        hint="Every asset has a directory of its own: move one of them out.",
    ),
    Code(
        name="ROOT_UNREGISTERED",
        summary="An asset root is not registered, so it is not built.",
        message="The root {root} is not registered, so it is not built.",
        hint="`prometeu-assets register assets/{root}` adds it to the build.",
        severity=Severity.WARNING,
    ),
    Code(
        name="REGISTER_KNOWN",
        summary="A root is already registered.",
        message="The root {root} already is asset {id}.",
        hint="Nothing needs to be done for it: leave it out and register the others.",
    ),
    Code(
        name="REGISTER_OUTSIDE",
        summary="A path to register is no asset root of the project.",
        message="{path} is not an asset root: {what}.",
        hint="Give the asset's root, for instance `assets/tiles/hero`.",
    ),
    Code(
        name="REGISTER_COPY",
        summary="A root has the uuid of another asset, which is still there.",
        message="The uuid of {root} is that of {other}, which is still there.",
        hint="A copied asset needs its own `asset_uuid`: write one into its asset.json; "
        '`python -c "import uuid; print(uuid.uuid4())"` draws it.',
    ),
    Code(
        name="REGISTER_ANONYMOUS",
        summary="A root has no uuid of its own, because its document is of version 1.",
        message="The asset.json of {root} has version {found}, which holds no uuid.",
        hint="Write it as version {newest}, with an `asset_uuid` of its own; "
        '`python -c "import uuid; print(uuid.uuid4())"` draws one.',
    ),
    Code(
        name="REGISTER_FULL",
        summary="No id is left to give.",
        message="The highest id, {highest}, is given.",
        hint="Ids are never used again: assets for more need a project of their own.",
    ),
    Code(
        name="ASSET_UUID",
        summary="Registry and asset disagree on the asset's uuid.",
        message="asset.json says the uuid is {found}; the index says {expected}.",
        hint="Was another asset copied over this root? Bring back the right asset.json.",
    ),
    Code(
        name="ASSET_NAME",
        summary="Two assets of the build have one name.",
        message="The name {name!r} is also that of asset {other}.",
        hint="Names are unique in a pack: change one of the two.",
    ),
    Code(
        name="ASSET_FORMAT",
        summary="An asset's type and its output format do not belong together.",
        message="A {type} cannot have the format {format}; it has {expected}.",
    ),
    Code(
        name="ASSET_ROLES",
        summary="An asset's inputs are not those its type takes.",
        message="A {type} takes the roles {expected}; this one has {found}.",
    ),
    Code(
        name="ASSET_METADATA",
        summary="An asset's metadata is not what its bank requires.",
        message="{what}.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "free": "Names of your own start with `x_`.",
        },
    ),
    Code(
        name="ASSET_METADATA_COLLISION",
        summary="Metadata is both declared and derived from the inputs.",
        message="{name!r} is declared, but the inputs determine it.",
        hint="Remove it from `output.metadata`; a `payload` asset declares it, others do not.",
    ),
    Code(
        name="ASSET_METADATA_SIZE",
        summary="An asset's metadata is over the limit.",
        message="The metadata takes {found} bytes of header text; {limit} are allowed.",
        hint="Split the bank, or shorten the metadata.",
        hints={"samples": "Every sample takes a line of it: split the bank in two."},
    ),
    Code(
        name="ASSET_PALETTES",
        summary="A raw tile bank has colours beyond the palettes it declares.",
        message="`palette_authored` is {authored}, but the payload has colours in {wanted} "
        "palettes.",
        hint="Set `palette_authored` to {wanted}, or make every byte of the other palettes zero.",
    ),
    Code(
        name="ASSET_SIZE",
        summary="An asset's payload is over the limit.",
        message="The payload has {found} bytes; {limit} are allowed.",
        hint="Split the bank in two.",
    ),
    Code(
        name="ASSET_INPUTS",
        summary="An asset has too many inputs.",
        message="The asset has {found} inputs; {limit} are allowed.",
        hint="Split the asset in two.",
    ),
    Code(
        name="PRELOAD_FULL",
        summary="More assets of one bank ask for preload than there are slots.",
        message="{count} assets of bank {bank_type} ask for preload, which has {slots} slots: "
        "{names}.",
        hint='Set `"preload": {{"enabled": false}}` in some of them and load them later.',
    ),
    Code(
        name="PACK_LIMIT",
        summary="The pack as a whole is over a limit.",
        message="The pack would have {found} {what}; {limit} are allowed.",
        hint="Exclude some assets, or split the game over several cartridges.",
    ),
    Code(
        name="OUTPUT_INVALID",
        summary="The packer wrote a pack that its own reader refuses.",
        message="The pack just written is not valid ({codes}): nothing was published.",
        hint="This is a fault of the packer: please report it with your workspace.",
    ),
    Code(
        name="COMPANION_MISSING",
        summary="A companion file is missing.",
        message="The companion {name} is missing beside the pack.",
        hint="Run `prometeu-assets build`: it writes all of them together.",
    ),
    Code(
        name="COMPANION_DIFFERS",
        summary="A companion does not mirror the pack's header.",
        message="The companion {name} is not {wanted}.",
        hint="It was edited or damaged, or comes from another build: build again.",
    ),
    Code(
        name="COMPANION_DIGEST",
        summary="A digest or size in the companion differs from the pack.",
        message="{what}: the companion says {expected}, the pack has {found}.",
        hint="The pack was damaged, or comes from another build: build again.",
    ),
    Code(
        name="EXTRACT_UNKNOWN",
        summary="The pack has no such asset.",
        message="The pack has no asset {name!r}.",
        hint="`prometeu-assets inspect` lists what is there.",
        hints={"nearest": "Did you mean {nearest!r}?"},
    ),
    Code(
        name="EXTRACT_EXISTS",
        summary="A file to be written is already there.",
        message="{path} is already there.",
        hint="Nothing is overwritten: give an empty or new directory with `--out`.",
    ),
)
