"""Codes about paths written in documents and what they lead to on disk."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "PATH_FORM",
        summary="A path is not written in the form that every system can hold.",
        meaning="Paths in documents are written so that Linux, macOS and Windows all read them "
        "alike: relative, with `/`, and without what one of them reserves or drops.",
        message="The path {path!r} is not one that every system can hold.",
        hints={
            "empty": "Remove the empty part: no `/` at the start or the end, no `//` between.",
            "dot": "Remove the part `.`: it names the folder it stands in.",
            "backslash": "Write `/` instead of `\\`, on Windows too.",
            "control": "Remove the control character: a tab or a line break may have slipped in.",
            "character": 'Rename {part!r} without any of < > : " |, which Windows reserves.',
            "wildcard": "There are no wildcards: list each file by its own path. If {part!r} is "
            "a name, rename it: Windows reserves `*` and `?`.",
            "trailing": "Rename {part!r}: Windows drops a dot or a space at the end of a name.",
            "device": "Rename {part!r}: Windows keeps that name for a device.",
            "long": "Shorten it: {limit} {unit} at most.",
            "locale": "This system is set up for fewer characters: set `PYTHONUTF8=1`, or a UTF-8 "
            "locale, and run the command again.",
            "system": "Shorten it, or move the project: this system holds no path so long.",
            "unicode": "Retype the name: it holds half of a character.",
        },
    ),
    Code(
        "PATH_ESCAPES",
        summary="A path leads outside the folder it belongs to.",
        meaning="A path in a document stays inside the folder it belongs to: an asset's inputs "
        "inside its root, so that a root can be moved, copied and shared as a whole.",
        message="The path {path!r} leads outside the folder it belongs to.",
        hints={
            "absolute": "Write it relative to its folder, without the leading `/`.",
            "drive": "Write it relative to its folder, without the drive letter.",
            "network": "Copy the file into its folder and write the path relative to that.",
            "parent": "Move the file inside the folder: `..` is not allowed.",
            "area": "Only files below {area!r} are written here.",
        },
    ),
    Code(
        "PATH_SYMLINK",
        summary="A path passes through a symbolic link.",
        meaning="Links are not followed, because a project from elsewhere could otherwise make the "
        "tool read or write anything.",
        message="The path {path!r} passes through a symbolic link at {part!r}.",
        hint="Put the file or the folder itself there: links are not followed.",
    ),
    Code(
        "PATH_COLLISION",
        summary="Two paths are one and the same on some systems.",
        meaning="Some disks ignore capitals, some spell accents in another way. On those the two "
        "files are one, and the project could not be checked out.",
        message="The paths {path!r} and {other!r} cannot both exist on every system.",
        hint="Rename one: they differ only in capitals or in how an accent is encoded.",
        hints={"nested": "Rename one: a file cannot have other files inside it."},
    ),
    Code(
        "SHARED_PLACE",
        summary="A shared input stands where no shared file may be.",
        meaning="A shared file belongs to no asset, so that no asset takes it along when it moves: "
        "it lies below `assets/`, outside of every asset's root. A name that begins with a dot is "
        "for tools.",
        message="The shared file {path!r} {what}.",
        hint="Move it to a folder such as `assets/common/`, and write its new path.",
        hints={
            "root": "Move it out of that root, to a folder such as `assets/common/`, and write its "
            "new path; an asset that alone uses it lists it as `path`.",
        },
    ),
    Code(
        "PATH_MISSING",
        summary="A path leads to nothing.",
        meaning="A document names a file that is not there. Disks that ignore capitals find it on "
        "one machine and not on the next, so the spelling must be exact.",
        message="There is no file {path!r}.",
        hint="Check the spelling, capitals included, or put the file there.",
        hints={
            "folder": "The folder {part!r} does not exist: check its spelling, capitals too.",
            "nearest": "But there is {near!r}: did you mean that?",
        },
    ),
    Code(
        "PATH_KIND",
        summary="A path leads to something that is not a file, or passes through one.",
        meaning="A file was expected and a folder, a pipe or a device is there; or a file stands "
        "where the path needs a folder.",
        message="The path {path!r} needs {wanted} at {part!r}, but {found} is there.",
        hint="Move what is there out of the way, or correct the path.",
    ),
    Code(
        "PATH_UNREADABLE",
        summary="A file is there but may not be read, or changes while it is read.",
        meaning="The file is there, but the system does not let it be opened, or it was exchanged "
        "while it was read.",
        message="The file {path!r} could not be read.",
        hint="Check its permissions and those of the folders above it.",
        hints={"changed": "It changed while it was being read: run the command again."},
    ),
    Code(
        "FILE_TOO_LARGE",
        summary="A file is larger than the limit for its kind.",
        meaning="Files are measured before they are read, and each kind has a limit far above any "
        "honest file of it.",
        message="The file {path!r} has {size} bytes; the limit for {what} is {limit}.",
        hint="Check that it is the file you meant, then make it smaller.",
    ),
    Code(
        "LOCK_FOREIGN",
        summary="The lock file is not one that this tool made.",
        meaning="One process at a time writes to a project or a cartridge: it locks a file and "
        "writes its process number into it. A file that contains more, or that has a second name "
        "(a hard link, as some archives and `cp -al` make), may be somebody's, so it is not "
        "written to.",
        message="The lock file {path!r} is not one that this tool made: {what}.",
        hint="Move {path:place} to another place, then run the command again.",
        hints={
            "links": "Remove {path:place}, then run the command again: the content stays under the "
            "other name.",
        },
    ),
    Code(
        "TRANSACTION_UNFINISHED",
        summary="An earlier command was interrupted while it was replacing files.",
        meaning="Files are replaced as a group: a journal records what is to be done, and the next "
        "command completes it. Until then the group is half old and half new, so nothing is said "
        "about it.",
        message="An earlier command was interrupted while it was replacing files ({path!r}).",
        hint="Run `prometeu-assets build{project}`: it first completes what was interrupted.",
        hints={"doctor": "`prometeu-assets doctor --fix{project}` completes what was interrupted."},
    ),
    Code(
        "TRANSACTION_DAMAGED",
        summary="An interrupted replacement of files can no longer be completed.",
        meaning="A journal is there, but what it wants to put in place is missing or changed, or "
        "the journal is none. Nothing is touched, since no guess would be safe.",
        message="The interrupted write recorded in {path!r} cannot be completed: "
        "{files} missing or changed.",
        hint="Restore those files, or delete the folder {staging:place} to keep what is on disk "
        "now; then run the command again.",
        hints={
            "journal": "The journal is not one this tool wrote. Delete the folder {staging:place} "
            "to keep what is on disk now, then run the command again.",
            "version": "Another version of this tool wrote the journal: run the command with that, "
            "or delete the folder {staging:place} to keep what is on disk now.",
        },
    ),
    Code(
        name="TRANSACTION_OUTDATED",
        summary="An interrupted replacement of files would replace other files than those it was "
        "made for.",
        meaning="A journal records what each file contained that it replaces, or that there was no "
        "file. Another file is there now, after a checkout or an edit for instance. Nothing is "
        "touched, because the file that is there would be lost.",
        message="The interrupted write recorded in {path!r} was made for other content of {files}.",
        hint="Delete the folder {staging:place} to keep the files as they are now, or bring the "
        "files back as they were when the write was interrupted, to complete it; then run the "
        "command again.",
    ),
    Code(
        name="TRANSACTION_COMPLETED",
        summary="This command completed the write of an earlier one that was interrupted.",
        meaning="The files of the earlier command were ready and are now in place; each replaced "
        "the file that it was made for, or is a new one.",
        message="An earlier command was interrupted; this one completed its write of {files}.",
        hint="Nothing needs to be done, unless you did not expect these changes: then look at them "
        "with your version control.",
        severity=Severity.WARNING,
    ),
)
