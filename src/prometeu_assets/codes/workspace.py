"""Codes about a workspace as a whole: its registry, its assets, its outputs."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "WORKSPACE_MISSING",
        summary="The directory is not a project.",
        meaning="A project is a directory that contains `assets/.prometeu/index.json`, its "
        "registry.",
        message="{path} is not a project: it has no {index}{nor}.",
        hint="Change to the directory of the project, or start a project with `prometeu-assets "
        "init{project}`.",
    ),
    Code(
        "WORKSPACE_EXISTS",
        summary="The directory is already a project.",
        message="{path} is already a project.",
        hint="Nothing was changed. Add assets with `register`.",
    ),
    Code(
        "INDEX_TEXT",
        summary="The index or the record of releases was damaged by a merge.",
        meaning="Git merged the file line by line. It left conflict markers, or lines that do not "
        "belong together. Every row can still be read.",
        message="{path} is not valid JSON after a merge, but all its rows can be read.",
        hint="`prometeu-assets doctor --fix{project}` writes the file again, with the rows of "
        "both sides.",
    ),
    Code(
        "INDEX_ID",
        summary="Two registered assets have the same id.",
        meaning="An asset keeps its id for ever. Two branches each registered an asset, got the "
        "same id, and were merged.",
        message="The id {found} is a duplicate: {other} has it too.",
        hint="`prometeu-assets doctor --fix{project}` keeps the id of one asset and gives the "
        "others new ids.",
    ),
    Code(
        "INDEX_UUID",
        summary="One asset has two rows in the index.",
        meaning="A uuid identifies an asset, wherever its root is moved. Two branches changed the "
        "row of the asset, or a row was copied by hand.",
        message="The uuid {found} is a duplicate: {other} has it too.",
        hint="`prometeu-assets doctor --fix{project}` merges the rows into one.",
        hints={
            "ask": "Decide which root is right. If the asset is in {one}, run `prometeu-assets "
            "register {one:root}{of_project}`; if it is in {two}, `prometeu-assets register "
            "{two:root}{of_project}`; if it was deleted, `prometeu-assets forget "
            "{uuid}{of_project}`. If one root is a copy, register it with `--new-uuid`.",
            "gone": "No asset.json has this uuid. Restore the asset in {one} or {two}, or run "
            "`prometeu-assets forget {uuid}{of_project}`.",
        },
    ),
    Code(
        "INDEX_ROOT",
        summary="Two registered assets have the same root.",
        message="The root {found} conflicts with the root of asset {other}.",
        hint="`prometeu-assets doctor --fix{project}` gives the root to the asset whose uuid is "
        "in its asset.json.",
        hints={
            "case": "The two roots differ only in capitals or in the encoding of an accent, which "
            "some disks ignore. Move one of them to another name.",
            "ask": "The asset.json in this root has the uuid of neither asset. Restore it, or "
            "remove the asset that no longer exists: `prometeu-assets forget {uuid}{of_project}` "
            "or `prometeu-assets forget {uuid_of_other}{of_project}`.",
        },
    ),
    Code(
        "INDEX_RELEASED",
        summary="The id of an asset contradicts the record of releases.",
        meaning="Released packs contain the ids that `assets/.prometeu/released.json` records. "
        "Two branches gave the same id to two assets, and one of the assets was released.",
        message="{asset} cannot have the id {found}: {why}.",
        hint="`prometeu-assets doctor --fix{project}` gives the asset an id that the record "
        "allows.",
    ),
    Code(
        "RELEASED_ID",
        summary="Two assets were released with the same id.",
        meaning="Two branches released different assets with the same id, so released packs "
        "disagree. Only the team can decide which pack matters more.",
        message="The id {found} was released for {one} and for {other}.",
        hint="Decide which asset keeps the id: `prometeu-assets release --keep "
        "{uuid}{of_project}` or `prometeu-assets release --keep {other_uuid}{of_project}`; "
        "`prometeu-assets doctor --fix{project}` then gives the other one a new id.",
    ),
    Code(
        "RELEASE_UNBUILT",
        summary="There is no build to release.",
        message="{path} does not exist.",
        hint="Run `prometeu-assets build{project}` first. To record an older pack, use `--from`.",
    ),
    Code(
        "RELEASE_DIFFERS",
        summary="The build and the index have different ids.",
        meaning="A release records the project as it is now. The build is older than the index.",
        message="In the build, {uuid} is asset {id}; the index has {found}.",
        hint="Build again: `prometeu-assets build{project}`. If that pack was released, record it "
        "with the option `--from`.",
    ),
    Code(
        "RELEASE_ORIGIN",
        summary="An asset of the pack has no uuid, because it does not come from a workspace.",
        meaning="The record of releases contains the uuid of every asset. Only an asset from a "
        "workspace has a uuid.",
        message="Asset {id} ({name}) has no uuid to record, because it does not come from a "
        "workspace.",
        hint="`prometeu-assets build{project}` builds a pack from the workspace. `prometeu-assets "
        "release{of_project}` then records it.",
    ),
    Code(
        "RELEASE_UNRECORDED",
        summary="An asset of the build is missing from the record of releases.",
        message="Asset {id} ({uuid}) is not recorded as released.",
        hint="Run `prometeu-assets release{of_project}`, commit and push the record, then ship.",
    ),
    Code(
        "MERGE_DRIVER",
        summary="This clone does not use the merge driver of the index.",
        meaning="With the driver, git merges the index row by row. Without it, git merges lines, "
        "and `doctor --fix` must repair the result.",
        message="This clone does not use the merge driver of the index.",
        hint="Run `{command}` once in this clone.",
        severity=Severity.WARNING,
    ),
    Code(
        "INDEX_ORDER",
        summary="The rows of the index are not sorted by id.",
        message="The rows of the index are not sorted by id.",
        hint="`prometeu-assets doctor --fix{project}` sorts them, which keeps merges small.",
        severity=Severity.WARNING,
    ),
    Code(
        "ROOT_MISSING",
        summary="The root of a registered asset does not exist.",
        meaning="The registry names a directory that has no `asset.json`. The directory was "
        "moved, renamed or deleted, or it is not checked out.",
        message="The registered root {root} has no asset.json.",
        hint="If the asset was moved, run `register` with its new directory. If it was deleted, "
        "run `prometeu-assets forget {id}{of_project}`.",
        hints={
            "moved": "Its uuid is now in {found}. If the asset was moved there, run "
            "`prometeu-assets register {found:root}{of_project}`; if that is a copy, "
            "`prometeu-assets register --new-uuid {found:root}{of_project}`.",
        },
    ),
    Code(
        "ROOT_NESTED",
        summary="An asset root is inside another asset root.",
        meaning="A root and everything below it is one asset, so it can be moved as a whole.",
        message="The root {root} is inside the root {outer}.",
        hint="Move one of them out: every asset has a directory of its own.",
    ),
    Code(
        "ROOT_UNREGISTERED",
        summary="An asset root is not registered, so it is not built.",
        meaning="A directory has an `asset.json`, but the registry does not list it. Only "
        "registered assets are built, so an unfinished asset does no harm.",
        message="The root {root} is not registered, so it is not built.",
        hint="`prometeu-assets register {root:root}{of_project}` adds it to the build.",
        severity=Severity.WARNING,
    ),
    Code(
        "REGISTER_KNOWN",
        summary="A root is already registered.",
        message="The root {root} is already registered, as asset {id}.",
        hint="Nothing is left to do for this root: register the other ones without it.",
    ),
    Code(
        "REGISTER_OUTSIDE",
        summary="A path is not an asset root of the project.",
        message="{path} is not an asset root: {what}.",
        hint="Give the asset's root, for instance `assets/tiles/hero`.",
        hints={"prefix": "Did you mean `{nearest:argument}`?"},
    ),
    Code(
        "REGISTER_COPY",
        summary="A root has the uuid of another asset, which still exists.",
        message="The root {root} has the uuid of {other}, which still exists.",
        hint="A copy is a new asset. `prometeu-assets register --new-uuid "
        "{root:root}{of_project}` writes a new uuid into its asset.json.",
    ),
    Code(
        "REGISTER_ABSENT",
        summary="A root has the uuid of an asset that is outside of this sparse checkout.",
        meaning="In a sparse checkout, a moved root and a copied root look the same, because the "
        "original is absent in both cases.",
        message="The root {root} has the uuid of {other}, which is not in this checkout.",
        hint="If the asset was moved, run `prometeu-assets register --moved "
        "{root:root}{of_project}`; if this is a copy, `prometeu-assets register --new-uuid "
        "{root:root}{of_project}`.",
    ),
    Code(
        "REGISTER_TAKEN",
        summary="The root belongs to another asset, and the new root of that asset is unknown.",
        message="The root {root} belongs to asset {id}. The uuid of that asset is in no other "
        "root, or in several.",
        hint="Register the new root of that asset in the same command. If the asset was deleted, "
        "run `prometeu-assets forget {id}{of_project}` first.",
    ),
    Code(
        "REGISTER_ANONYMOUS",
        summary="A root has no uuid, because its asset.json has version 1.",
        message="The asset.json of {root} has version {found}, which contains no uuid.",
        hint="`prometeu-assets register --adopt {root:root}{of_project}` gives it a uuid, which "
        "is stored in the index.",
        hints={
            "gone": "If this is the asset that was in {old}, correct that root in the index. If "
            "it is a new asset, `prometeu-assets register --adopt {root:root}{of_project}` gives "
            "it a uuid.",
        },
    ),
    Code(
        "REGISTER_FULL",
        summary="All ids are used.",
        message="The highest id, {highest}, is already used.",
        hint="An id is never used again. Put further assets into another project.",
    ),
    Code(
        "NEW_EXISTS",
        summary="The root of the new asset already has an asset.json.",
        message="The root {root} already has an asset.json.",
        hint="`prometeu-assets register {root:root}{of_project}` adds this asset to the build. "
        "For a new asset, choose another directory.",
        hints={
            "registered": "This asset is registered and built. For a new asset, choose another "
            "directory."
        },
    ),
    Code(
        "NEW_NAME",
        summary="The name of an asset is not valid.",
        message="{name!r} is not a valid name for an asset.",
        hint="A name has 1 to 255 characters: letters without accents, digits and _ . / -. It "
        "begins with a letter, a digit or _. Give a valid name with `--name`, or as NAME of "
        "`rename`.",
    ),
    Code(
        "BRING_KIND",
        summary="The ending of a file does not fit the asset.",
        message="A {kind} does not take {path!r}, because of the ending of its name.",
        hint="Save or export it as one of these, and give that file: {known}.",
    ),
    Code(
        "BRING_TAKEN",
        summary="A file to be copied would overwrite another file.",
        message="{path!r} would be copied to {taken!r}, but that file already exists.",
        hint="Nothing was overwritten. To add the file, rename the file that you give, then give "
        "it again.",
    ),
    Code(
        "BRING_SETTING",
        summary="An option fits none of the given files.",
        message="No given file takes {options}.",
        hint="Give a file that it is for ({known}), or leave the option out.",
        hints={"none": "Leave the option out: no file of a {kind} takes it."},
    ),
    Code(
        "BRING_INSIDE",
        summary="A file below `assets/` does not fit, and cannot be changed there.",
        meaning="The tool never changes a given file: it writes a changed copy into the root of "
        "the asset. A file below `assets/` is listed where it is, so it gets no copy.",
        message="{path!r} must be changed to fit, but files below `assets/` are not changed.",
        hint="Move or copy the file to a folder outside of `assets/`, and give it from there. The "
        "tool then writes a copy that fits into the root.",
    ),
    Code(
        "ADD_VERSION",
        summary="The version of the document does not allow this entry.",
        message="The document has version {found}, which allows only paths below the root as "
        "inputs. This entry needs version {newest}.",
        hint="`prometeu-assets migrate{project}` updates it to version {newest}; then add the "
        "file again.",
    ),
    Code(
        "LOOKUP_UNKNOWN",
        summary="No registered asset matches.",
        message="No registered asset has the id, the root or the name {given!r}.",
        hint="`prometeu-assets list{project}` lists all assets.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "unregistered": "That root is not registered. Run `prometeu-assets register "
            "{path:argument}{of_project}`.",
        },
    ),
    Code(
        "LOOKUP_AMBIGUOUS",
        summary="Several registered assets match.",
        message="{given!r} is ambiguous: it matches {candidates}.",
        hint="Give the asset's id.",
    ),
    Code(
        "ASSET_UUID",
        summary="The registry and the asset.json have different uuids.",
        meaning="The registry and the root disagree about which asset this is. The tool does not "
        "guess.",
        message="The uuid in asset.json is {found}; the index has {expected}.",
        hint="Was another asset copied over this root? Restore the right asset.json.",
        hints={
            "moved": "This uuid belongs to another registered asset. If it was moved here, run "
            "`prometeu-assets register {root:root}{of_project}`; if it was copied over this root, "
            "restore the right asset.json.",
        },
    ),
    Code(
        "ASSET_NAME",
        summary="Two assets of the build have the same name.",
        meaning="A program finds an asset by its name. Names are compared byte by byte.",
        message="The name {name!r} is a duplicate: {other} has it too.",
        hint="Change one of the two names: every name in a pack is unique.",
    ),
    Code(
        "ASSET_FORMAT",
        summary="The output format does not fit the type of the asset.",
        message="A {type} cannot have the format {format}; use {expected}.",
    ),
    Code(
        "ASSET_ROLES",
        summary="The inputs of an asset do not fit its type.",
        message="A {type} takes the roles {expected}; this one has {found}.",
    ),
    Code(
        "ASSET_METADATA",
        summary="The metadata of an asset does not match the schema of its bank.",
        message="{what}.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "free": "Begin the name of your own member with `x_`.",
        },
    ),
    Code(
        "ASSET_METADATA_COLLISION",
        summary="A metadata member is declared, but the inputs define it.",
        meaning="A value that the build computes from the inputs must not be declared too: sooner "
        "or later the two would differ.",
        message="{name!r} is declared, but the build computes it from the inputs.",
        hint="Remove it from `output.metadata`. Only an asset with a `payload` declares it.",
    ),
    Code(
        "ASSET_METADATA_SIZE",
        summary="The metadata of an asset is too large.",
        message="The metadata takes {found} bytes of header text; the limit is {limit}.",
        hint="Split the bank into two banks, or shorten the metadata.",
        hints={"samples": "Every sample takes a line of it. Split the bank into two banks."},
    ),
    Code(
        "ASSET_SIZE",
        summary="The payload of an asset is too large.",
        message="The payload has {found} bytes; the limit is {limit}.",
        hint="Split the bank into two banks.",
    ),
    Code(
        "ASSET_VALUE",
        summary="A bank in memory contains a value that a pack cannot store.",
        message="The bank cannot be stored: {what}.",
        hint="Give arrays of integers with this shape and range.",
    ),
    Code(
        "ASSET_INPUTS",
        summary="An asset has too many inputs.",
        message="The asset has {found} inputs; the limit is {limit}.",
        hint="Split the asset into two assets.",
    ),
    Code(
        "PRELOAD_FULL",
        summary="More assets of one bank type want preload than it has slots.",
        meaning="Every bank type has a fixed number of slots. The assets take them in the order "
        "of their ids.",
        message="{count} assets of {bank_type} want preload, but there are {slots} slots: {names}.",
        hint='Set `"preload": {{"enabled": false}}` for some of them, and load those later.',
    ),
    Code(
        "PACK_LIMIT",
        summary="The pack is over a limit.",
        message="The pack would have {found} {what}; the limit is {limit}.",
        hint="Exclude some assets from the build, or split the game into several cartridges.",
    ),
    Code(
        "SOURCE_DUPLICATE",
        summary="Two source files have the same content.",
        message="{path} has the same content as {other}.",
        hint="If one of them is an old copy, remove it. Otherwise this is fine.",
        severity=Severity.WARNING,
    ),
    Code(
        "SOURCE_UNUSED",
        summary="A root contains files that are not inputs of its asset.",
        message="The root {root} contains {count} not listed as an input: {names}.",
        hint="List them under `inputs` in its asset.json, or move them out of `assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "SHARED_UNUSED",
        summary="No asset uses a file that is outside of all roots.",
        message="No asset uses {path}.",
        hint='List `{{"shared": "{shared}"}}` under `inputs` of an asset, or move the file out of '
        "`assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "SOURCE_UNLISTED",
        summary="A root contains files that could be inputs, but are not listed.",
        meaning="A build takes only the files that `asset.json` lists. A file that was only "
        "copied into a root is not in the pack. The warning names files with an ending that the "
        "asset takes, except those that differ from a listed file only in the ending.",
        message="{root} contains files that no input lists: {names}.",
        hint="`prometeu-assets add {root:root} {files:places}{of_project}` adds these files. Move "
        "what does not belong to the game out of `assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "PALETTE_UNUSED",
        summary="A palette is not listed, or no sheet of its bank uses it.",
        message="No sheet of the bank uses {path}.",
        hint="Keep it if the game changes palettes at run time. Otherwise remove it from "
        "`inputs.palettes`, because it takes one of the palettes of the bank.",
        hints={
            "unlisted": "Add it to `inputs.palettes` in the root's asset.json, or remove the file.",
        },
        severity=Severity.WARNING,
    ),
    Code(
        "NAME_CASE",
        summary="Two names differ only in capitals or in the encoding of an accent.",
        message="The {what} {found!r} and {other!r} differ only in capitals or accents.",
        hint="If they mean the same thing, spell them alike. If not, choose clearly different "
        "names: some disks treat the two as one.",
        severity=Severity.WARNING,
    ),
    Code(
        "OUTPUT_INVALID",
        summary="The packer wrote a pack that its own reader refuses.",
        meaning="Every new pack is read back before it is published. The reader refused this one, "
        "so the earlier outputs are unchanged.",
        message="The new pack is not valid ({codes}). Nothing was published.",
        hint="This is a fault of the packer: please report it, with your workspace.",
    ),
    Code(
        "WORKER_ANSWER",
        summary="A worker gave something that is not the slice of its asset.",
        meaning="A build was given an executor, and one of its workers answered with other bytes, "
        "metadata or warnings than this asset can have. Nothing was published.",
        message="The answer of a worker for {asset} was refused: {what}.",
        hint="Build again without the executor. Then check that each worker has this version of "
        "the package and is one that you trust.",
    ),
    Code(
        "OUTPUT_STALE",
        summary="An output differs from what a build would make now.",
        message="{path} is not up to date: {why}.",
        hint="Run `prometeu-assets build{project}`.",
    ),
    Code(
        "COMPANION_MISSING",
        summary="A companion file is missing.",
        meaning="A build publishes the pack and its companions together. This companion was "
        "removed, or not copied with the pack.",
        message="The companion {name} is not beside the pack.",
        hint="Run `prometeu-assets build{project}`: it writes the pack and all companions.",
    ),
    Code(
        "COMPANION_DIFFERS",
        summary="A companion does not match the header of the pack.",
        meaning="Two companions repeat parts of the header, byte for byte. The third follows its "
        "schema.",
        message="The companion {name} is not {wanted}.",
        hint="The file was edited or damaged, or belongs to another build. Build again.",
    ),
    Code(
        "COMPANION_DIGEST",
        summary="A digest or a size in the companion does not match the pack.",
        meaning="The companion for tools records the sizes and digests of the published pack. The "
        "pack beside it is a different one.",
        message="{what}: the companion has {expected}, the pack has {found}.",
        hint="The pack was damaged, or belongs to another build. Build again.",
    ),
    Code(
        "EXTRACT_UNKNOWN",
        summary="The pack has no such asset.",
        meaning="The name must match a name in the asset table exactly, byte by byte.",
        message="The pack has no asset {name!r}.",
        hint="`prometeu-assets inspect {file:argument}` lists the assets.",
        hints={"nearest": "Did you mean {nearest!r}?"},
    ),
    Code(
        "EXTRACT_EXISTS",
        summary="An output file already exists.",
        meaning="No command overwrites a file that it did not write.",
        message="{path} already exists.",
        hint="Nothing was overwritten. Choose an empty or a new directory with `--out`.",
        hints={
            "page": "Choose another name: only a page that `inspect --html` wrote is replaced.",
        },
    ),
)
