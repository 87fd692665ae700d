"""Publication that is wholly done or not at all, and the lock it needs.

Clause: ``spec/security-and-trust.md#publication``.
Files wait in ``<staging>/<id>/<position>``; the journal ``<staging>/journal.json`` says what they
become. From the instant it is there (the commit point) the new files are what the project holds,
and whoever comes next finishes the renames; before it, what waits is swept.

A staging folder may have come with a project from anywhere, so a journal is untrusted input: it can
name only files of its own area, and no link is followed on the way to them.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Final, Self

from prometeu_assets.contract.limits import LIMITS, values
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.storage import files, paths
from prometeu_assets.storage.files import Written
from prometeu_assets.storage.lock import Busy, Lock

__all__ = [
    "BUILD",
    "WORKSPACE",
    "Area",
    "Busy",
    "Lock",
    "Recovery",
    "Transaction",
    "recover",
    "refuse_unfinished",
    "unfinished",
]

JOURNAL: Final = "journal.json"
JOURNAL_VERSION: Final = 1

# The writer is alone and has swept what others left, so the first id is free.
_ID: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A folder of a project that is published as one, and the folder where its files wait.

    Both relative to the project. Only files below ``directory`` can be published.
    """

    directory: str
    staging: str


BUILD: Final = Area(directory="build", staging="build/.staging")
WORKSPACE: Final = Area(directory="assets", staging="assets/.prometeu/.staging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What `recover` did: the files of the journal it completed, and whether it swept leftovers."""

    completed: tuple[str, ...] = ()
    swept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Journal:
    id: int
    files: tuple[_File, ...]


class _Names:
    """Names of files that can all stand beside each other, on every system."""

    def __init__(self) -> None:
        self._files: dict[PurePosixPath, str] = {}
        self._folders: dict[PurePosixPath, str] = {}

    def require_free(self, name: str) -> None:
        """Raise `Refused` (``PATH_COLLISION``) if ``name`` cannot stand beside those added."""
        key = PurePosixPath(paths.fold(name))
        taken = [(self._files.get(key), None), (self._folders.get(key), "nested")]
        taken += [(self._files.get(folder), "nested") for folder in key.parents]
        for other, hint in taken:
            if other is not None:
                data = {"path": name, "other": other}
                raise Refused(Diagnostic(code="PATH_COLLISION", data=data, hint_key=hint))

    def add(self, name: str) -> None:
        """From now on ``name`` is taken, and so are the folders around it."""
        key = PurePosixPath(paths.fold(name))
        self._files[key] = name
        self._folders |= dict.fromkeys(key.parents, name)


class Transaction:
    """Files of one area of the project ``base``, staged one by one and published together.

    Needs the `Lock`. Entering first recovers what an interrupted run left; leaving without
    `commit` removes what was staged. Once the journal is there, nothing is taken back: when
    `commit` fails later than that, the next `recover` completes it.
    """

    def __init__(self, base: Path, area: Area = BUILD) -> None:
        self._base = base
        self._area = area
        self._waiting = base / area.staging / str(_ID)
        self._files: dict[str, _File] = {}
        self._names = _Names()
        self._open = False

    def __enter__(self) -> Self:
        recover(self._base, self._area)
        files.make_directory(self._waiting, exclusive=True)
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        was_open, self._open = self._open, False
        if not was_open:
            return
        # What made us leave matters more than a failing sweep, which the next run repeats.
        with contextlib.suppress(*([OSError] if error is not None else [])):
            if not unfinished(self._base / self._area.staging):
                _sweep(self._base, self._area)

    @property
    def folder(self) -> Path:
        """Where staged files wait; a temporary file in it is swept with them."""
        return self._waiting

    def stage(self, name: str, chunks: Iterable[bytes | memoryview]) -> Written:
        """Write what the file ``name`` is to become; the order of staging is that of renaming.

        ``name`` is relative to the project. Raises `Refused` (``PATH_…``) when it may not be
        written there, ``PATH_COLLISION`` also when it is already staged; `OSError`.
        """
        if not self._open:
            raise RuntimeError("stage outside of an open transaction")
        _require_inside(self._area, name)
        target = paths.destination(self._base, name)
        _require_one_device(self._waiting, target)
        self._names.require_free(name)
        written = files.write_new(self._waiting / str(len(self._files)), chunks)
        self._files[name] = _File(name=name, **asdict(written))
        self._names.add(name)
        return written

    def staged(self, name: str) -> Path:
        """Where the staged file ``name`` waits, to be read again before `commit`."""
        return self._waiting / str(list(self._files).index(name))

    def commit(self) -> None:
        """Publish everything staged: wholly, or not at all.

        Raises `OSError`; even so everything is old, or new after the next `recover` at the latest.
        """
        if not self._open:
            raise RuntimeError("commit outside of an open transaction")
        staging = self._base / self._area.staging
        journal = _Journal(id=_ID, files=tuple(self._files.values()))
        fields = {"schema_version": JOURNAL_VERSION, **asdict(journal)}
        text = f"{json.dumps(fields, indent=2)}\n".encode()
        if len(text) > LIMITS.index_document_bytes:  # `recover` would not read it
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(staging / JOURNAL))
        files.sync_directory(self._waiting)
        files.write_new(staging / f"{JOURNAL}.new", [text])
        files.replace(staging / f"{JOURNAL}.new", staging / JOURNAL)
        _finish(self._base, self._area, journal, range(len(journal.files)))
        # What a failing sweep leaves, the next run sweeps: the publication is done.
        with contextlib.suppress(OSError):
            _sweep(self._base, self._area)
        self._open = False


def unfinished(staging: Path) -> bool:
    """Whether a publication was interrupted after its commit point; a lone leftover is not one.

    Raises `OSError` when that cannot be told.
    """
    try:
        os.lstat(staging / JOURNAL)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def refuse_unfinished(staging: Path) -> None:
    """For those who only read: raise `Refused` ``TRANSACTION_UNFINISHED`` if `unfinished`."""
    if unfinished(staging):
        raise Refused(Diagnostic(code="TRANSACTION_UNFINISHED", data={"path": staging.as_posix()}))


def recover(base: Path, area: Area = BUILD) -> Recovery:
    """Complete an interrupted publication, or sweep one that never reached its commit point.

    Needs the `Lock`. Idempotent, and may itself be interrupted anywhere. Raises `Refused`:
    ``TRANSACTION_DAMAGED`` when a file is neither staged nor in place (nothing is changed then),
    ``PATH_…`` when the staging folder is not ours to read; `OSError`.
    """
    journal = _read_journal(base, area)
    if journal is None:
        return Recovery(swept=_sweep(base, area))
    pending: list[int] = []
    missing: list[str] = []
    for position, file in enumerate(journal.files):
        if _holds(base, f"{area.staging}/{journal.id}/{position}", file):
            pending.append(position)
        elif not _holds(base, file.name, file):
            missing.append(file.name)
    if missing:
        raise _damaged(area, *missing)
    _finish(base, area, journal, pending)
    _sweep(base, area)
    return Recovery(completed=tuple(file.name for file in journal.files))


def _finish(base: Path, area: Area, journal: _Journal, pending: Iterable[int]) -> None:
    """Everything between the commit point and the last sweep."""
    targets = [paths.destination(base, file.name) for file in journal.files]
    staging = base / area.staging
    for position in pending:
        files.make_directory(targets[position].parent)
        files.replace(staging / str(journal.id) / str(position), targets[position], sync=False)
    # The journal may go only when no loss of power can undo a rename, an earlier run's included.
    for folder in sorted({target.parent for target in targets}):
        files.sync_directory(folder)
    files.unlink(staging / JOURNAL)


def _sweep(base: Path, area: Area) -> bool:
    """Remove what staging leaves behind, and nothing that has another name."""
    staging = base / area.staging
    if not staging.is_dir():
        return False
    names = sorted(os.listdir(staging))
    own = [
        name for name in names if (name.isascii() and name.isdecimal()) or name == f"{JOURNAL}.new"
    ]
    for name in own:
        files.remove_tree_of_own(staging / name)
    files.remove_empty_directory(staging)
    return bool(own)


def _require_inside(area: Area, name: str) -> None:
    """Refuse a name outside the area; pure, the disk is not looked at."""
    paths.check(name)
    in_staging = paths.fold(name).startswith(f"{paths.fold(area.staging)}/")
    if in_staging or not name.startswith(f"{area.directory}/"):
        data = {"path": name, "area": area.directory}
        raise Refused(Diagnostic(code="PATH_ESCAPES", data=data, hint_key="area"))


def _holds(base: Path, relative: str, file: _File) -> bool:
    try:
        with paths.open_inside(base, relative) as opened:
            return (
                os.fstat(opened.fileno()).st_size == file.size
                and hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
            )
    except Refused as refused:
        if refused.report.codes == ("PATH_UNREADABLE",):
            raise
        return False


def _read_journal(base: Path, area: Area) -> _Journal | None:
    limit = LIMITS.index_document_bytes
    path = f"{area.staging}/{JOURNAL}"
    try:
        data = paths.read_inside(base, path, limit=limit, what="a journal")
    except Refused as refused:
        if refused.report.codes == ("PATH_MISSING",):
            return None
        raise
    hint = "journal"
    try:
        if values(data) > LIMITS.document_values:
            raise ValueError(hint)
        fields = json.loads(data)
        if fields["schema_version"] != JOURNAL_VERSION:
            hint = "version"
            raise ValueError(hint)
        journal = _Journal(id=fields["id"], files=tuple(_File(**row) for row in fields["files"]))
        names = _Names()
        for file in journal.files:
            _require_inside(area, file.name)
            names.require_free(file.name)
            names.add(file.name)
        numbers = [journal.id, *(file.size for file in journal.files)]
        if any(type(number) is not int or number < 0 for number in numbers):
            raise ValueError(hint)
    except (Refused, ValueError, TypeError, LookupError, RecursionError) as error:
        raise _damaged(area, JOURNAL, hint_key=hint) from error
    return journal


def _damaged(area: Area, *missing: str, hint_key: str | None = None) -> Refused:
    shown = ", ".join(map(repr, missing[:5])) + (
        f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    )
    data = {"path": f"{area.staging}/{JOURNAL}", "staging": area.staging, "missing": shown}
    return Refused(Diagnostic(code="TRANSACTION_DAMAGED", data=data, hint_key=hint_key))


def _require_one_device(staging: Path, target: Path) -> None:
    """A rename cannot cross devices; finding that out after the commit point would be too late."""
    place = next(place for place in target.parents if place.exists())
    if os.stat(place).st_dev != os.stat(staging).st_dev:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(staging), None, str(target))
