"""Codes about a workspace as a whole: its registry, its assets, its outputs."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "WORKSPACE_MISSING",
        summary="The directory is no project.",
        meaning="A project is a directory with `assets/.prometeu/index.json`, its registry.",
        message="{path} is no project: it has no {index}{nor}.",
        hint="Go into the project's directory, or begin a project with `prometeu-assets "
        "init{project}`.",
    ),
    Code(
        "WORKSPACE_EXISTS",
        summary="The directory already is a project.",
        message="{path} already is a project.",
        hint="Nothing needs to be done: `register` adds assets to it.",
    ),
    Code(
        "INDEX_TEXT",
        summary="The text of the index or of the record is what a merge left.",
        meaning="Git merges the index line by line. Its marks, or lines that do not belong "
        "together, are still in the file; each row can be read.",
        message="{path} is not JSON as a merge left it, but its rows can be read.",
        hint="`prometeu-assets doctor --fix{project}` writes it anew from the rows of both sides.",
    ),
    Code(
        "INDEX_ID",
        summary="Two registered assets have one id.",
        meaning="An id is an asset's identity for ever. Two branches that both registered an asset "
        "meet with the same id in a merge.",
        message="The id {found} is also that of {other}.",
        hint="`prometeu-assets doctor --fix{project}` lets one of them keep it and gives the "
        "others new ids.",
    ),
    Code(
        "INDEX_UUID",
        summary="One asset has two rows.",
        meaning="A uuid tells which asset a root is, wherever it is moved. Two branches changed "
        "the asset, or a row was copied by hand.",
        message="The uuid {found} is also that of {other}.",
        hint="`prometeu-assets doctor --fix{project}` makes one row of them.",
        hints={
            "ask": "Which root is right, no document decides. If the asset is in {one}, run "
            "`prometeu-assets register {one:root}{of_project}`; if it is in {two}, "
            "`prometeu-assets register {two:root}{of_project}`; if it is gone, "
            "`prometeu-assets forget {uuid}{of_project}`. If one root is a copy, register it with "
            "`--new-uuid`.",
            "gone": "No asset.json has this uuid. Bring the asset back into {one} or {two}, or run "
            "`prometeu-assets forget {uuid}{of_project}`.",
        },
    ),
    Code(
        "INDEX_ROOT",
        summary="Two registered assets have one root.",
        message="The root {found} is also that of asset {other}.",
        hint="`prometeu-assets doctor --fix{project}` lets the asset have it whose uuid is in its "
        "asset.json.",
        hints={
            "case": "The two differ only in case or spelling, which some disks ignore.",
            "ask": "The asset.json at this root names neither asset. Bring it back, or take out "
            "the asset that is gone: `prometeu-assets forget {uuid}{of_project}` or "
            "`prometeu-assets forget {uuid_of_other}{of_project}`.",
        },
    ),
    Code(
        "INDEX_RELEASED",
        summary="An asset has another id than the record of releases lets it have.",
        meaning="Packs in the field have the ids that `assets/.prometeu/released.json` names. Two "
        "branches gave one id to two assets, and one of these was released.",
        message="{asset} cannot have the id {found}: {why}.",
        hint="`prometeu-assets doctor --fix{project}` gives it the id that the record lets it "
        "have.",
    ),
    Code(
        "RELEASED_ID",
        summary="Two assets were released under one id.",
        meaning="Two branches released different assets under one id, so packs in the field "
        "disagree. Only the team can say which pack matters more.",
        message="The id {found} was released for {one} and for {other}.",
        hint="Decide which asset keeps the id: `prometeu-assets release --keep "
        "{uuid}{of_project}` or `prometeu-assets release --keep {other_uuid}{of_project}`; "
        "`prometeu-assets doctor --fix{project}` then gives the other one a new id.",
    ),
    Code(
        "RELEASE_UNBUILT",
        summary="There is no build to release.",
        message="There is no {path}.",
        hint="`prometeu-assets build{project}` makes it; `--from` records an older pack.",
    ),
    Code(
        "RELEASE_DIFFERS",
        summary="The build has other ids than the index.",
        meaning="What is released is what the project is now. The build was made before the index "
        "changed.",
        message="In the build, {uuid} is asset {id}; the index has {found}.",
        hint="Build again: `prometeu-assets build{project}`. If that pack is in the field, record "
        "it with the option `--from`.",
    ),
    Code(
        "RELEASE_ORIGIN",
        summary="An asset of the pack comes from no workspace.",
        meaning="The record of releases has the uuid of each asset, and only an asset that comes "
        "from a workspace has one.",
        message="Asset {id} ({name}) comes from no workspace, so it has no uuid to record.",
        hint="`prometeu-assets build{project}` makes a pack from the workspace, and "
        "`prometeu-assets release{of_project}` records it.",
    ),
    Code(
        "RELEASE_UNRECORDED",
        summary="An asset of the build is not in the record of releases.",
        message="Asset {id} ({uuid}) is not recorded as released.",
        hint="Run `prometeu-assets release{of_project}`, commit and push the record, then ship.",
    ),
    Code(
        "MERGE_DRIVER",
        summary="This clone of git does not know the merge driver of the index.",
        meaning="With the driver, git merges the index by meaning. Without it git merges lines, "
        "and `doctor --fix` repairs what that leaves.",
        message="This clone does not merge the index by meaning.",
        hint="Run `{command}` once in this clone.",
        severity=Severity.WARNING,
    ),
    Code(
        "INDEX_ORDER",
        summary="The rows of the index are not ordered by id.",
        message="The rows of the index are not ordered by id.",
        hint="`prometeu-assets doctor --fix{project}` sorts them, so that merges stay small.",
        severity=Severity.WARNING,
    ),
    Code(
        "ROOT_MISSING",
        summary="A registered root is not there.",
        meaning="The registry names a directory that has no `asset.json`. It was moved, renamed, "
        "deleted, or is not checked out.",
        message="The registered root {root} has no asset.json.",
        hint="If it moved, give its new place to `register`: its uuid finds it again. If it is "
        "gone for good, run `prometeu-assets forget {id}{of_project}`.",
        hints={
            "moved": "Its uuid is now in {found}. If it moved there, run `prometeu-assets register "
            "{found:root}{of_project}`; if that is a copy, `prometeu-assets register --new-uuid "
            "{found:root}{of_project}`.",
        },
    ),
    Code(
        "ROOT_NESTED",
        summary="An asset root lies inside another.",
        meaning="A root and all below it is one asset, so that it can be moved as a whole.",
        message="The root {root} lies inside the root {outer}.",
        hint="Every asset has a directory of its own: move one of them out.",
    ),
    Code(
        "ROOT_UNREGISTERED",
        summary="An asset root is not registered, so it is not built.",
        meaning="A directory has an `asset.json`, but the registry does not name it. Only "
        "registered assets are built, so that half-made ones do no harm.",
        message="The root {root} is not registered, so it is not built.",
        hint="`prometeu-assets register {root:root}{of_project}` adds it to the build.",
        severity=Severity.WARNING,
    ),
    Code(
        "REGISTER_KNOWN",
        summary="A root is already registered.",
        message="The root {root} already is asset {id}.",
        hint="Nothing needs to be done for it: leave it out and register the others.",
    ),
    Code(
        "REGISTER_OUTSIDE",
        summary="A path to register is no asset root of the project.",
        message="{path} is not an asset root: {what}.",
        hint="Give the asset's root, for instance `assets/tiles/hero`.",
        hints={"prefix": "Did you mean `{nearest:argument}`?"},
    ),
    Code(
        "REGISTER_COPY",
        summary="A root has the uuid of another asset, which is still there.",
        message="The uuid of {root} is that of {other}, which is still there.",
        hint="A copy is an asset of its own: `prometeu-assets register --new-uuid "
        "{root:root}{of_project}` writes a new uuid into its asset.json.",
    ),
    Code(
        "REGISTER_ABSENT",
        summary="A root has the uuid of an asset that this sparse checkout may leave out.",
        meaning="In a sparse checkout a root that was moved and a copy look alike: the original is "
        "absent in both cases.",
        message="The uuid of {root} is that of {other}, which is not in this checkout.",
        hint="If the asset moved, run `prometeu-assets register --moved {root:root}{of_project}`; "
        "if this is a copy, `prometeu-assets register --new-uuid {root:root}{of_project}`.",
    ),
    Code(
        "REGISTER_TAKEN",
        summary="Another asset is registered at a root, and it is not clear where it is now.",
        message="The root {root} is that of asset {id}, whose uuid is not at one other root.",
        hint="Register the new root of that asset in the same call, or take it out first: "
        "`prometeu-assets forget {id}{of_project}`.",
    ),
    Code(
        "REGISTER_ANONYMOUS",
        summary="A root has no uuid of its own, because its document is of version 1.",
        message="The asset.json of {root} has version {found}, which holds no uuid.",
        hint="`prometeu-assets register --adopt {root:root}{of_project}` gives it one, kept in the "
        "index.",
        hints={
            "gone": "If it is the asset that stood in {old}, correct that root in the index; if it "
            "is a new one, `prometeu-assets register --adopt {root:root}{of_project}` gives it a "
            "uuid.",
        },
    ),
    Code(
        "REGISTER_FULL",
        summary="No id is left to give.",
        message="The highest id, {highest}, is given.",
        hint="Ids are never used again: assets for more need a project of their own.",
    ),
    Code(
        "NEW_EXISTS",
        summary="There already is an asset where a new one is to begin.",
        message="The root {root} already has an asset.json.",
        hint="`prometeu-assets register {root:root}{of_project}` adds it to the build; "
        "or choose another directory.",
        hints={"registered": "It is registered, so it is built: choose another directory."},
    ),
    Code(
        "NEW_NAME",
        summary="A name is not one that an asset can have.",
        message="{name!r} cannot be an asset's name.",
        hint="A name has letters without accents, digits and _ . / - only, 1 to 255 of them, and "
        "begins with a letter, a digit or _: give one with `--name`, or as NAME of `rename`.",
    ),
    Code(
        "BRING_KIND",
        summary="A file was given that no input of the asset can be.",
        message="A {kind} takes no file with the ending of {path!r}.",
        hint="Save or export it as one of these, and give that file: {known}.",
    ),
    Code(
        "BRING_TAKEN",
        summary="A file would go where another one is.",
        message="{path!r} would go to {taken!r}, and a file is there.",
        hint="Nothing is overwritten: rename the file that you give, then give it again.",
    ),
    Code(
        "BRING_SETTING",
        summary="An option is for files of which none was given.",
        message="No file that was given takes {options}.",
        hint="Give a file that it is for ({known}), or leave the option out.",
        hints={"none": "Leave the option out: no file of a {kind} takes it."},
    ),
    Code(
        "BRING_INSIDE",
        summary="A file would have to be changed where it is.",
        meaning="A copy that is changed to fit comes into the root of the asset; the file itself "
        "stays as it is. A file below `assets/` is listed where it is, so it has no copy.",
        message="{path!r} does not fit as it is, and it is below `assets/`, where no file is "
        "changed.",
        hint="Move the file to a folder outside of `assets/`, or copy it there, and give it from "
        "there: a copy that fits comes into the root.",
    ),
    Code(
        "ADD_VERSION",
        summary="An entry cannot be written in a document of its version.",
        message="The document has version {found}, in which an input is only a path below the "
        "root; this entry needs version {newest}.",
        hint="`prometeu-assets migrate{project}` brings it to version {newest}; then add the file "
        "again.",
    ),
    Code(
        "LOOKUP_UNKNOWN",
        summary="No registered asset is meant by what was given.",
        message="No registered asset has the id, the root or the name {given!r}.",
        hint="`prometeu-assets list{project}` shows all of them.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "unregistered": "That root is not registered: `prometeu-assets register "
            "{path:argument}{of_project}`.",
        },
    ),
    Code(
        "LOOKUP_AMBIGUOUS",
        summary="Several registered assets are meant by what was given.",
        message="{given!r} may be {candidates}.",
        hint="Give the asset's id.",
    ),
    Code(
        "ASSET_UUID",
        summary="Registry and asset disagree on the asset's uuid.",
        meaning="The registry and the root disagree about which asset this is, so neither is "
        "believed.",
        message="asset.json says the uuid is {found}; the index says {expected}.",
        hint="Was another asset copied over this root? Bring back the right asset.json.",
        hints={
            "moved": "That is another registered asset. If it moved here, run `prometeu-assets "
            "register {root:root}{of_project}`; if it was copied over this root, bring back the "
            "right asset.json.",
        },
    ),
    Code(
        "ASSET_NAME",
        summary="Two assets of the build have one name.",
        meaning="A program finds assets by name. Names are compared byte by byte.",
        message="The name {name!r} is also that of {other}.",
        hint="Names are unique in a pack: change one of the two.",
    ),
    Code(
        "ASSET_FORMAT",
        summary="An asset's type and its output format do not belong together.",
        message="A {type} cannot have the format {format}; it has {expected}.",
    ),
    Code(
        "ASSET_ROLES",
        summary="An asset's inputs are not those its type takes.",
        message="A {type} takes the roles {expected}; this one has {found}.",
    ),
    Code(
        "ASSET_METADATA",
        summary="An asset's metadata is not what its bank requires.",
        message="{what}.",
        hints={
            "nearest": "Did you mean {nearest!r}?",
            "free": "Names of your own start with `x_`.",
        },
    ),
    Code(
        "ASSET_METADATA_COLLISION",
        summary="Metadata is both declared and derived from the inputs.",
        meaning="A value that follows from the inputs is never declared as well: one of the two "
        "would be wrong some day.",
        message="{name!r} is declared, but the inputs determine it.",
        hint="Remove it from `output.metadata`; a `payload` asset declares it, others do not.",
    ),
    Code(
        "ASSET_METADATA_SIZE",
        summary="An asset's metadata is over the limit.",
        message="The metadata takes {found} bytes of header text; {limit} are allowed.",
        hint="Split the bank, or shorten the metadata.",
        hints={"samples": "Every sample takes a line of it: split the bank in two."},
    ),
    Code(
        "ASSET_SIZE",
        summary="An asset's payload is over the limit.",
        message="The payload has {found} bytes; {limit} are allowed.",
        hint="Split the bank in two.",
    ),
    Code(
        "ASSET_VALUE",
        summary="A bank in memory holds what a pack cannot store.",
        message="The bank cannot be stored: {what}.",
        hint="Give arrays of whole numbers that have this shape and range.",
    ),
    Code(
        "ASSET_INPUTS",
        summary="An asset has too many inputs.",
        message="The asset has {found} inputs; {limit} are allowed.",
        hint="Split the asset in two.",
    ),
    Code(
        "PRELOAD_FULL",
        summary="More assets of one bank ask for preload than there are slots.",
        meaning="Each bank type has so many slots; assets take them by increasing id.",
        message="{count} assets of bank {bank_type} ask for preload, which has {slots} slots: "
        "{names}.",
        hint='Set `"preload": {{"enabled": false}}` in some of them and load them later.',
    ),
    Code(
        "PACK_LIMIT",
        summary="The pack as a whole is over a limit.",
        message="The pack would have {found} {what}; {limit} are allowed.",
        hint="Exclude some assets, or split the game over several cartridges.",
    ),
    Code(
        "SOURCE_DUPLICATE",
        summary="Two source files hold the same bytes.",
        message="{path} holds the same bytes as {other}.",
        hint="If one of them is left over from copying, remove it; nothing is wrong otherwise.",
        severity=Severity.WARNING,
    ),
    Code(
        "SOURCE_UNUSED",
        summary="A root holds files that are no input of its asset.",
        message="The root {root} holds {count} that no input names: {names}.",
        hint="List them under `inputs` in its asset.json, or move them out of `assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "SHARED_UNUSED",
        summary="A file outside of all roots is used by no asset.",
        message="No asset uses {path}.",
        hint='List `{{"shared": "{shared}"}}` under `inputs` of an asset, or move the file out of '
        "`assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "SOURCE_UNLISTED",
        summary="Files in a root could be inputs, and no input lists them.",
        meaning="A build takes only the files that `asset.json` lists, so a file that was put "
        "into a root is not in the pack by itself. Only files with an ending that the asset takes "
        "are named, and not one that differs in its ending alone from a file that is listed.",
        message="No input of {root} lists {names}.",
        hint="`prometeu-assets add {root:root} {files:places}{of_project}` adds "
        "what is named here; what is not for the game belongs outside of `assets/`.",
        severity=Severity.WARNING,
    ),
    Code(
        "PALETTE_UNUSED",
        summary="A palette is not listed, or no sheet of its bank uses it.",
        message="{path} is used by no sheet of the bank.",
        hint="Keep it if the game changes palettes while it runs; otherwise take it off "
        "`inputs.palettes`, where it takes one of the bank's places.",
        hints={
            "unlisted": "It is not listed: add it to `inputs.palettes` in the root's asset.json, "
            "or remove the file.",
        },
        severity=Severity.WARNING,
    ),
    Code(
        "NAME_CASE",
        summary="Two names differ only in capitals or in how an accent is encoded.",
        message="The {what} {found!r} and {other!r} differ only in capitals or accents.",
        hint="Make them equal if one thing is meant, or clearly different if two are: some disks "
        "and most people take them for one.",
        severity=Severity.WARNING,
    ),
    Code(
        "OUTPUT_INVALID",
        summary="The packer wrote a pack that its own reader refuses.",
        meaning="Every pack is read back before it is published. This one was refused, so the "
        "outputs from before are untouched.",
        message="The pack just written is not valid ({codes}): nothing was published.",
        hint="This is a fault of the packer: please report it with your workspace.",
    ),
    Code(
        "OUTPUT_STALE",
        summary="An output is not what a build would make now.",
        message="{path} is not up to date: {why}.",
        hint="Run `prometeu-assets build{project}`.",
    ),
    Code(
        "COMPANION_MISSING",
        summary="A companion file is missing.",
        meaning="A build publishes the pack and its companions together. One of them was removed "
        "or not copied along.",
        message="The companion {name} is missing beside the pack.",
        hint="Run `prometeu-assets build{project}`: it writes all of them together.",
    ),
    Code(
        "COMPANION_DIFFERS",
        summary="A companion does not mirror the pack's header.",
        meaning="Two companions mirror parts of the header byte by byte, and the third follows its "
        "schema.",
        message="The companion {name} is not {wanted}.",
        hint="It was edited or damaged, or comes from another build: build again.",
    ),
    Code(
        "COMPANION_DIGEST",
        summary="A digest or size in the companion differs from the pack.",
        meaning="The companion for tools records sizes and digests of what was published. The pack "
        "beside it is another one.",
        message="{what}: the companion says {expected}, the pack has {found}.",
        hint="The pack was damaged, or comes from another build: build again.",
    ),
    Code(
        "EXTRACT_UNKNOWN",
        summary="The pack has no such asset.",
        meaning="Assets are named exactly, byte by byte, as in the asset table.",
        message="The pack has no asset {name!r}.",
        hint="`prometeu-assets inspect {file:argument}` lists what is there.",
        hints={"nearest": "Did you mean {nearest!r}?"},
    ),
    Code(
        "EXTRACT_EXISTS",
        summary="A file to be written is already there.",
        meaning="No command writes over files that it did not make.",
        message="{path} is already there.",
        hint="Nothing is overwritten: give an empty or new directory with `--out`.",
        hints={
            "page": "Only a page that `inspect --html` wrote is replaced: give another name.",
        },
    ),
)
