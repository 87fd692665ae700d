"""Codes about paths written in documents and what they lead to on disk."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

CODES: Final[tuple[Code, ...]] = (
    Code(
        "PATH_FORM",
        summary="A path is not portable.",
        meaning="A path in a document must work on Linux, macOS and Windows alike. It is "
        "relative, uses `/`, and avoids all that one of them reserves or drops.",
        message="The path {path!r} is not portable to every system.",
        hints={
            "empty": "Remove the empty part: a `/` at the start or the end, or a `//` between.",
            "dot": "Remove the part `.`: it means the folder itself.",
            "backslash": "Write `/` instead of `\\`, on Windows too.",
            "control": "Remove the control character, such as a tab or a line break.",
            "character": 'Rename {part!r}: Windows reserves the characters < > : " |.',
            "wildcard": "Wildcards are not supported: list each file by its own path. If {part!r} "
            "is a name, rename it: Windows reserves `*` and `?`.",
            "trailing": "Rename {part!r}: Windows drops a dot or a space at the end of a name.",
            "device": "Rename {part!r}: Windows reserves this name for a device.",
            "long": "Shorten it to {limit} {unit} at most.",
            "locale": "The character set of this system is too small for the name. Set "
            "`PYTHONUTF8=1`, or a UTF-8 locale, and run the command again.",
            "system": "The path is too long for this system: shorten it, or move the project.",
            "unicode": "Type the name again: it contains half of a character (a lone surrogate).",
        },
    ),
    Code(
        "PATH_ESCAPES",
        summary="A path leads outside its folder.",
        meaning="A path in a document stays inside its folder. The inputs of an asset are inside "
        "its root, so a root can be moved, copied and shared as a whole.",
        message="The path {path!r} leads outside its folder.",
        hints={
            "absolute": "Remove the leading `/`: write the path relative to its folder.",
            "drive": "Remove the drive letter: write the path relative to its folder.",
            "network": "Copy the file into the folder and write its path relative to the folder.",
            "parent": "Move the file into the folder: `..` is not allowed.",
            "area": "Give a path inside {area!r}: files are written only there.",
        },
    ),
    Code(
        "PATH_SYMLINK",
        summary="A path contains a symbolic link.",
        meaning="Symbolic links are not followed: a project from a stranger could use them to "
        "read or write any file.",
        message="The path {path!r} contains a symbolic link: {part!r}.",
        hint="Replace the link by the file or folder itself.",
    ),
    Code(
        "PATH_COLLISION",
        summary="Two paths are the same file on some systems.",
        meaning="Some disks ignore capitals, and some store accents in another encoding. There "
        "the two paths name one file, and a checkout of the project fails.",
        message="The paths {path!r} and {other!r} cannot both exist on every system.",
        hint="Rename one of them: they differ only in capitals or in the encoding of an accent.",
        hints={"nested": "Rename one of them: a file cannot contain other files."},
    ),
    Code(
        "SHARED_PLACE",
        summary="A shared input is in a folder that is not for shared files.",
        meaning="A shared file belongs to no single asset, so it does not move with one. It is "
        "below `assets/`, and outside the root of every asset. Names that begin with a dot are "
        "for tools.",
        message="The shared file {path!r} {what}.",
        hint="Move it to a folder such as `assets/common/`, and write its new path.",
        hints={
            "root": "Move it to a folder outside of that root, such as `assets/common/`, and "
            "write its new path. If only one asset uses it, list it there as `path`.",
        },
    ),
    Code(
        "PATH_MISSING",
        summary="A file does not exist.",
        meaning="A document names a file that is not on the disk. The spelling must match "
        "exactly, because some disks ignore capitals and others do not.",
        message="The file {path!r} does not exist.",
        hint="Check the spelling, capitals too, or put the file there.",
        hints={
            "folder": "The folder {part!r} does not exist: check its spelling, capitals too.",
            "nearest": "Did you mean {near!r}?",
        },
    ),
    Code(
        "PATH_KIND",
        summary="A path leads to a folder or a special file instead of a file, or passes through "
        "a file.",
        meaning="A file was expected, and the path leads to a folder, a pipe or a device; or a "
        "folder was expected in the path, and a file has that name.",
        message="The path {path!r} needs {wanted} at {part!r}, but {found} is there.",
        hint="Correct the path, or move what is there to another place.",
    ),
    Code(
        "PATH_UNREADABLE",
        summary="A file cannot be read, or changed while it was read.",
        meaning="The system does not let the tool open the file, or another program replaced or "
        "changed it during the read.",
        message="The file {path!r} could not be read.",
        hint="Check the permissions of the file and of the folders above it.",
        hints={"changed": "The file changed during the read: run the command again."},
    ),
    Code(
        "FILE_TOO_LARGE",
        summary="A file is larger than the limit for its kind.",
        meaning="The size of a file is checked before the file is read. The limit of each kind is "
        "far above the size of any normal file.",
        message="The file {path!r} has {size} bytes; the limit for {what} is {limit}.",
        hint="Check that this is the right file, then make it smaller.",
    ),
    Code(
        "LOCK_FOREIGN",
        summary="The lock file was not made by this tool.",
        meaning="One process at a time writes to a project or a cartridge. It locks a file and "
        "writes its process number into it. A file with other content, or with a second name (a "
        "hard link, as some archives and `cp -al` make), may belong to somebody else, so the tool "
        "does not write to it.",
        message="The lock file {path!r} was not made by this tool: {what}.",
        hint="Move {path:place} to another place, then run the command again.",
        hints={
            "links": "Remove {path:place}, then run the command again. The content is kept under "
            "the other name.",
        },
    ),
    Code(
        "TRANSACTION_UNFINISHED",
        summary="An earlier command was interrupted while it replaced files.",
        meaning="Files are replaced as a group. A journal records the work, and the next command "
        "that writes completes it. Until then some files of the group are old and some are new, "
        "so they are not checked.",
        message="An earlier command was interrupted while it replaced files ({path!r}).",
        hint="Run `prometeu-assets build{project}`: it completes the interrupted write first.",
        hints={
            "doctor": "`prometeu-assets doctor --fix{project}` completes the interrupted write."
        },
    ),
    Code(
        "NO_VERDICT",
        summary="The command ended without a verdict about the input.",
        meaning="A disk, a permission, a missing file, too little memory, an interrupt or a fault "
        "of the tool stopped the command, and the exit code is 3. `--format json`, `sarif` and "
        "`github` report it. If the system named them, `errno` and `path` are in its data.",
        message="{what}",
        hint="Remove the cause that the message names, and run the command again.",
        hints={"known": "{advice}", "interrupted": "Run the command again."},
    ),
    Code(
        "TRANSACTION_DAMAGED",
        summary="An interrupted write can no longer be completed.",
        meaning="The journal of the write is damaged, or the files that it refers to are missing "
        "or changed. Nothing was touched, because no automatic choice would be safe.",
        message="The interrupted write recorded in {path!r} cannot be completed: "
        "{files} missing or changed.",
        hint="Restore those files. Or delete the folder {staging:place} to keep the files as they "
        "are now. Then run the command again.",
        hints={
            "journal": "The journal was not written by this tool. Delete the folder "
            "{staging:place} to keep the files as they are now, then run the command again.",
            "version": "Another version of this tool wrote the journal. Run the command with that "
            "version, or delete the folder {staging:place} to keep the files as they are now.",
        },
    ),
    Code(
        name="TRANSACTION_OUTDATED",
        summary="An interrupted write would overwrite files that changed since.",
        meaning="The journal records the old content of every file that it replaces. A file has "
        "other content now, for instance after a checkout or an edit. Nothing was touched, so "
        "that the changed file is not lost.",
        message="The interrupted write recorded in {path!r} cannot be completed: {files} changed "
        "since.",
        hint="Delete the folder {staging:place} to keep the files as they are now. Or restore the "
        "old content of the files, and the write can be completed. Then run the command again.",
    ),
    Code(
        name="TRANSACTION_COMPLETED",
        summary="This command completed an interrupted write of an earlier command.",
        meaning="The new files of the earlier command were ready, and are now in place. Each one "
        "is new, or replaced exactly the file that it was made for.",
        message="An earlier command was interrupted. This one completed its write of {files}.",
        hint="If you did not expect these changes, look at them with your version control. "
        "Otherwise nothing is left to do.",
        severity=Severity.WARNING,
    ),
)
