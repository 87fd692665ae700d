"""All-or-nothing publication of files, and the lock that it needs.

Clause: ``spec/security-and-trust.md#publication``.
Files wait in ``<staging>/<id>/<position>``; the old file is kept beside each, as ``….old``. The
journal ``<staging>/journal.json`` says what each file replaces, or that it is a new one. From the
instant it is there (the commit point) the next command finishes the renames; before it, what
waits is swept. When a rename fails, every old file is put back and the journal is dropped.

A staging folder may have come with a project from anywhere, and other files may have come since, by
a checkout, say. So a journal is untrusted input: it can name only files of its own area, no link is
followed on the way to them, and a file that is not the one recorded is never replaced.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Diagnostic, Refused, Report, silent
from prometeu_assets.storage import files, paths
from prometeu_assets.storage.files import Chunk, Written
from prometeu_assets.storage.journal import (
    BUILD,
    JOURNAL,
    WORKSPACE,
    Area,
    Journal,
    JournalFile,
    Names,
    damaged,
    named,
    read_journal,
    require_inside,
)
from prometeu_assets.storage.lock import Busy, Lock
from prometeu_assets.storage.status import Status

__all__ = [
    "BUILD",
    "WORKSPACE",
    "Area",
    "Busy",
    "Lock",
    "Recovery",
    "Tell",
    "Transaction",
    "publish",
    "recover",
    "refuse_unfinished",
    "require_recoverable",
    "silent",
    "unfinished",
    "writing",
]

# A number, as every name in a staging folder but the journal's: any command sweeps those.
_WAITING: Final = "0"
_OLD: Final = ".old"

Tell = Callable[[Report], None]
"""Told what a command did for an earlier one that was interrupted."""
Known = Callable[[str, Status], str | None]


def _unknown(name: str, status: Status) -> str | None:
    """The `Known` of who remembers nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What `recover` did: the files of the journal it completed, and whether it swept leftovers."""

    completed: tuple[str, ...] = ()
    swept: bool = False

    @property
    def report(self) -> Report:
        """The report for the user of the command that completed it."""
        if not self.completed:
            return Report()
        return Report.of([Diagnostic(code="TRANSACTION_COMPLETED", data=named(self.completed))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A file that waits at ``path``; ``status`` is what it had when it was written."""

    path: Path
    written: Written
    status: Status


def _write(path: Path, chunks: Iterable[Chunk]) -> Staged:
    written = files.write_new(path, chunks)
    return Staged(path=path, written=written, status=Status.of(os.lstat(path)))


class Transaction:
    """Files of one area of the project ``base``, staged one by one and published together.

    Needs the `Lock`. Entering first recovers what an interrupted run left; leaving without
    `commit` removes what was staged. When a rename fails, `commit` puts every old file back; what
    it cannot finish either way, the next `recover` completes. ``known`` tells the SHA-256 of a file
    of the project by its status, where that is certain.
    """

    def __init__(self, base: Path, area: Area = BUILD, known: Known = _unknown) -> None:
        self._base = base
        self._area = area
        self._known = known
        self._waiting = base / area.staging / _WAITING
        self._files: dict[str, Staged] = {}
        self.recovery = Recovery()
        self._names = Names()
        self._open = False

    def __enter__(self) -> Self:
        self.recovery = recover(self._base, self._area)
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

    def stage(self, name: str, chunks: Iterable[Chunk] | Staged) -> Written:
        """Write what the file ``name`` is to become; the order of staging is that of renaming.

        What is to come later in that order may be written before, by `write`.
        ``name`` is relative to the project. Raises `Refused` (``PATH_…``) when it may not be
        written there, ``PATH_COLLISION`` also when it is already staged; `OSError`.
        """
        if not self._open:
            raise RuntimeError("stage outside of an open transaction")
        require_inside(self._area, name)
        target = paths.destination(self._base, name)
        _require_one_device(self._waiting, target)
        self._names.require_free(name)
        place = self._waiting / str(len(self._files))
        if isinstance(chunks, Staged):
            files.rename_new(chunks.path, place)
            self._files[name] = replace(chunks, path=place)
        else:
            self._files[name] = _write(place, chunks)
        self._names.add(name)
        return self._files[name].written

    def write(self, chunks: Iterable[Chunk]) -> Staged:
        """Write a file that `stage` gives its name later. Raises `OSError`."""
        return _write(self._waiting / "new", chunks)

    def published(self) -> Iterator[tuple[str, Status, str]]:
        """(name, status now, SHA-256) of each file that was published and not changed since."""
        for name, staged in self._files.items():
            with contextlib.suppress(OSError):
                now = Status.of(os.lstat(self._base / name))
                if now.is_renamed(staged.status):
                    yield name, now, staged.written.sha256

    def commit(self) -> None:
        """Publish all staged files, or none.

        Raises `FileExistsError` when a file is there that this area does not replace, `Refused`
        when the old files cannot be read, `OSError`; even so everything is old, or new after the
        next `recover` at the latest.
        """
        if not self._open:
            raise RuntimeError("commit outside of an open transaction")
        staging = self._base / self._area.staging
        journal = Journal(
            files=tuple(
                JournalFile(name=name, new=new.written, replaces=self._kept(name, position))
                for position, (name, new) in enumerate(self._files.items())
            ),
        )
        text = journal.encode()
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

    def _kept(self, name: str, position: int) -> Written | None:
        """What the file ``name`` holds now, kept beside the staged one; None when there is none.

        What would make the rename fail is noticed here as far as that is possible.
        """
        target = paths.destination(self._base, name)
        files.require_replaceable(target)
        if files.mode_of(target) is None:
            return None
        if target.name not in self._area.replaced:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        before = Status.of(os.lstat(target))
        known = self._known(name, before)
        files.keep(target, self._base / _staged(self._area, position, _OLD))
        with paths.open_inside(self._base, _staged(self._area, position, _OLD)) as opened:
            if known is not None and Status.of(os.fstat(opened.fileno())).is_renamed(before):
                return Written(size=before.size, sha256=known)
            return _measured(opened)


def publish(base: Path, texts: Mapping[str, bytes]) -> None:
    """Publish documents of a workspace together, in their order. Raises as `Transaction.commit`."""
    with Transaction(base, WORKSPACE) as transaction:
        for name, text in texts.items():
            transaction.stage(name, [text])
        transaction.commit()


def _staged(area: Area, position: int, ending: str = "") -> str:
    """Where a new file waits, or with `_OLD` the one that it replaces; relative to the project."""
    return f"{area.staging}/{_WAITING}/{position}{ending}"


@contextlib.contextmanager
def writing(base: Path, tell: Tell = silent) -> Iterator[Lock]:
    """The `Lock` of a project, whose documents are as the last command meant them to be.

    Raises as `Lock` and `recover` do.
    """
    with Lock(base) as lock:
        recovery = recover(base, WORKSPACE)
        if recovery.completed:
            tell(recovery.report)
        yield lock


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

    Needs the `Lock`. Idempotent, and may itself be interrupted anywhere. Raises `Refused`, and
    nothing is changed then: ``TRANSACTION_DAMAGED`` when a file is neither staged nor in place,
    ``TRANSACTION_OUTDATED`` when it would replace another file than the one recorded,
    ``PATH_…`` when the staging folder is not ours to read; `OSError`.
    """
    journal = read_journal(base, area)
    if journal is None:
        return Recovery(swept=_sweep(base, area))
    _finish(base, area, journal, _pending(base, area, journal))
    _sweep(base, area)
    return Recovery(completed=tuple(file.name for file in journal.files))


def require_recoverable(base: Path, area: Area) -> None:
    """Raise what `recover` would, without a change; for those who only read."""
    journal = read_journal(base, area)
    if journal is not None:
        _pending(base, area, journal)


def _pending(base: Path, area: Area, journal: Journal) -> list[int]:
    """The positions of the files that are not in place yet. Raises `Refused` as `recover` does."""
    pending: list[int] = []
    missing: list[str] = []
    other: list[str] = []
    for position, file in enumerate(journal.files):
        if _holds(base, file.name, file.new):
            continue
        if not _holds(base, _staged(area, position), file.new):
            missing.append(file.name)
        elif (
            files.mode_of(paths.destination(base, file.name)) is None
            if file.replaces is None
            else _holds(base, file.name, file.replaces)
        ):
            pending.append(position)
        else:
            other.append(file.name)
    if missing:
        raise damaged(area, *missing)
    if other:
        data = {"path": f"{area.staging}/{JOURNAL}", "staging": area.staging, **named(other)}
        raise Refused(Diagnostic(code="TRANSACTION_OUTDATED", data=data))
    return pending


def _finish(base: Path, area: Area, journal: Journal, pending: Iterable[int]) -> None:
    """Everything between the commit point and the last sweep; when it fails, all is put back."""
    targets = [paths.destination(base, file.name) for file in journal.files]
    made: list[Path] = []
    try:
        for position in pending:
            staged, target = base / _staged(area, position), targets[position]
            made[:0] = files.missing(target.parent)
            files.make_directory(target.parent)
            if journal.files[position].replaces is None:
                files.name_new(staged, target)
                continue
            # It is there already, unless a run was interrupted that was putting it back.
            with contextlib.suppress(FileExistsError):
                files.keep(target, base / _staged(area, position, _OLD))
            files.replace(staged, target, sync=False)
        _sync_around(targets)
    except OSError:
        # What cannot be put back either, the next run completes.
        with contextlib.suppress(OSError, Refused):
            _put_back(base, area, journal, made)
        raise
    # The journal may go only when no loss of power can undo a rename, an earlier run's included.
    files.unlink(base / area.staging / JOURNAL)


def _put_back(base: Path, area: Area, journal: Journal, made: Iterable[Path]) -> None:
    """Give every name its old file again and remove what was ``made``; last, drop the journal."""
    targets = [paths.destination(base, file.name) for file in journal.files]
    done = [
        position for position, file in enumerate(journal.files) if _holds(base, file.name, file.new)
    ]
    # First each new file gets back the name under which it waited: whatever comes now, the journal
    # can still be completed.
    for position in done:
        with contextlib.suppress(FileExistsError):
            files.keep(targets[position], base / _staged(area, position))
    files.sync_directory(base / area.staging / _WAITING)
    for position in reversed(done):
        replaces, old = journal.files[position].replaces, _staged(area, position, _OLD)
        if replaces is None:
            os.unlink(targets[position])
        elif _holds(base, old, replaces):
            files.replace(base / old, targets[position], sync=False)
        else:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(base / old))
    _sync_around(targets[position] for position in done)
    for folder in made:
        if folder.is_dir():
            files.remove_empty_directory(folder)
            files.sync_directory(folder.parent)
    files.unlink(base / area.staging / JOURNAL)


def _sync_around(targets: Iterable[Path]) -> None:
    for folder in sorted({target.parent for target in targets}):
        files.sync_directory(folder)


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


def _holds(base: Path, relative: str, wanted: Written) -> bool:
    """Whether a file is there, without a link on the way, and holds just that."""
    try:
        with paths.open_inside(base, relative) as opened:
            size = os.fstat(opened.fileno()).st_size
            return size == wanted.size and _measured(opened) == wanted
    except Refused as refused:
        if refused.report.codes == ("PATH_UNREADABLE",):
            raise
        return False


def _measured(opened: BufferedReader) -> Written:
    size = os.fstat(opened.fileno()).st_size
    return Written(size=size, sha256=hashlib.file_digest(opened, "sha256").hexdigest())


def _require_one_device(staging: Path, target: Path) -> None:
    """A rename cannot cross devices; finding that out after the commit point would be too late."""
    place = next(place for place in target.parents if place.exists())
    if os.stat(place).st_dev != os.stat(staging).st_dev:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(staging), None, str(target))
