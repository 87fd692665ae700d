"""What to say when the environment fails: a disk, a permission, a path that leads nowhere."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometeu_assets.cli.ending import Cause
from prometeu_assets.diagnostics import Diagnostic
from prometeu_assets.kinds import PACK, sniff
from prometeu_assets.names import argument, printable
from prometeu_assets.nearest import nearest

_HINTS: Final = {
    errno.ENOSPC: "free some space there and run the command again. All published files are "
    "complete.",
    errno.ENOTDIR: "give a directory: cartridges in one file (.pmc) do not exist yet.",
    errno.EROFS: "the file system is read-only: copy the project to another one.",
    errno.EADDRINUSE: "another program answers at this port: give another --port, or none for a "
    "free one.",
    errno.EALREADY: "open the address that it printed, or end it with Ctrl-C.",
    errno.EACCES: "check the permissions of the file and of the folders above it.",
    errno.EPERM: "check the permissions of the file and of the folders above it.",
}


def no_verdict(error: BaseException, cause: Cause) -> Diagnostic:
    """Why there is no verdict, for programs."""
    data: dict[str, object] = {"what": cause.what}
    if cause.hint:
        data["advice"] = cause.hint
    if isinstance(error, OSError):
        if error.errno is not None:
            data["errno"] = errno.errorcode.get(error.errno, str(error.errno))
        if isinstance(error.filename, str):
            data["path"] = error.filename
    known = "known" if cause.hint else None
    hint_key = "interrupted" if cause.is_interrupt else known
    return Diagnostic(code="NO_VERDICT", data=data, hint_key=hint_key)


def explained(error: OSError) -> Cause:
    """What failed and, where something helps, what."""
    where = f"{error.filename}: " if error.filename else ""
    hint = _hint(error)
    return Cause(
        printable(f"{where}{error.strerror or error}"), None if hint is None else printable(hint)
    )


def _hint(error: OSError) -> str | None:
    if isinstance(error.filename, str):
        path = Path(error.filename)
        if error.errno == errno.ENOENT:
            return _nearest(path)
        if error.errno == errno.EISDIR:
            return _inside(path)
        if error.errno == errno.ENOTDIR:
            return _HINTS[errno.ENOTDIR] + _alone(path)
    number = error.errno
    if number == getattr(errno, "EDQUOT", None):
        number = errno.ENOSPC
    return _HINTS.get(number) if number is not None else None


def _nearest(path: Path) -> str | None:
    """The file beside a missing one that was probably meant."""
    with suppress(OSError):
        names = sorted(os.listdir(path.parent))  # noqa: PTH208  # names alone
        near = nearest(path.name, names)
        if near:
            return f"did you mean {argument(str(path.with_name(near)))}?"
    return None


def _inside(path: Path) -> str | None:
    """The pack in a folder that was given in its place."""
    packs = (path / "assets.pa", path / "build" / "assets.pa")
    found = next((pack for pack in packs if pack.is_file()), None)
    return f"give the pack in it: {argument(str(found))}" if found else None


def _alone(path: Path) -> str:
    """How a pack is looked at that was given in the place of a cartridge."""
    if not path.is_file():  # a pipe would wait for its writer
        return ""
    with suppress(OSError), path.open("rb") as file:
        if sniff(file.read(4)) == PACK:
            name = argument(str(path))
            return f" To check a pack alone: `prometeu-assets validate {name}`."
    return ""
