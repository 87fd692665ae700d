"""The load order of a runtime on a cartridge, and what is there once it has booted.

Clause: ``spec/contract/1/cartridge.md``. Opening checks everything that a runtime checks before it
preloads; no byte of the program and none of the payload is read for that.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final, Self

from prometeu_assets.banks import Decoded
from prometeu_assets.contract.cartridge import FILES, Manifest
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.load_rules.examination import CartridgeExamination, FileStatus
from prometeu_assets.contract.load_rules.manifest import MANIFEST_MISSING
from prometeu_assets.contract.rule import LoadStep
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.reader.checks import diagnostic, first_faults
from prometeu_assets.reader.pack import InvalidPack, Pack
from prometeu_assets.reader.pack import of as pack_of
from prometeu_assets.reader.source import Closeable, Source, disk_source
from prometeu_assets.result import Result
from prometeu_assets.storage.paths import open_inside
from prometeu_assets.storage.tree import interrupted
from prometeu_assets.viewpoint import StrPath, View

_FILE_OF: Final = {LoadStep.PROGRAM: FILES["program"], LoadStep.PACK: FILES["pack"]}
"""The file that a step is about, if that is not the manifest."""


class InvalidCartridge(Refused):
    """The directory is not a cartridge that a runtime loads; ``report`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One entry of the preload list, resolved: the asset, its slot, its slice.

    ``offset`` is in bytes from the start of the pack, ``size`` in bytes as stored.
    """

    entry: Entry
    bank_type: str
    slot: int
    offset: int

    @property
    def size(self) -> int:
        """Bytes of the slice."""
        return int(self.entry.size)

    def as_json(self) -> dict[str, Any]:
        """The placement as a row of the document."""
        return {
            "bank_type": self.bank_type,
            "slot": self.slot,
            "asset_id": self.entry.asset_id,
            "asset_name": self.entry.asset_name,
            "offset": self.offset,
            "size": self.size,
            "decoded_size": self.entry.decoded_size,
        }


class Cartridge(Closeable):
    """A cartridge that booted. Make one with `boot`; use it as a context manager or `close` it.

    ``pack`` is None for a cartridge that declares no assets. ``asset_table`` stays as long as the
    cartridge runs and never changes. The preload list is input of the boot alone: `take_preload`
    gives it once. Clause: ``spec/contract/1/cartridge.md#preload``.
    """

    def __init__(self, manifest: Manifest, pack: Pack | None) -> None:
        self.manifest = manifest
        self.pack = pack
        self.asset_table: tuple[Entry, ...] = () if pack is None else pack.entries
        self.preload = () if pack is None else tuple(_placements(pack))
        """What is to be loaded now, until it is taken."""

    def take_preload(self) -> tuple[Placement, ...]:
        """What is to be loaded now, by increasing id; it is dropped, and a second call has none."""
        preload, self.preload = self.preload, ()
        if self.pack is not None:
            self.pack.preload = ()
        return preload

    def read(self, entry: Entry) -> memoryview:
        """The slice of an entry of `asset_table` as stored; raises `OSError`."""
        return self._opened.read(entry)

    def decode(self, entry: Entry) -> Decoded:
        """The bank in the slice of an entry of `asset_table`, as arrays; raises `OSError`."""
        return self._opened.decode(entry)

    @property
    def _opened(self) -> Pack:
        assert self.pack is not None, "an entry comes from a pack"
        return self.pack

    def close(self) -> None:
        """Drop the cartridge's own reference to its bytes; views handed out stay valid."""
        if self.pack is not None:
            self.pack.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """A step of the load order that was reached.

    ``read`` are the bytes that it was the first to read of ``file``, which has ``size`` bytes.
    """

    step: LoadStep
    file: str
    read: int
    size: int
    ok: bool

    def as_json(self) -> dict[str, Any]:
        """The step as a row of the document."""
        return {
            "step": self.step.name.lower(),
            "ok": self.ok,
            "file": self.file,
            "read": self.read,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading(Closeable, Result):
    """How far the load order came: each step up to the one that failed, if one did.

    ``manifest`` is known once its steps have passed; ``cartridge`` is None exactly when ``report``
    says why. ``preload`` is what the cartridge asks for, whether it is taken or not. Use it as a
    context manager or `close` it: that closes the cartridge.
    """

    steps: tuple[StepTrace, ...]
    report: Report
    manifest: Manifest | None = None
    cartridge: Cartridge | None = None
    preload: tuple[Placement, ...] = ()

    document = "loading"

    @property
    def members(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "booted": self.cartridge is not None,
            "steps": [step.as_json() for step in self.steps],
            "report": self.report.as_json(),
        }
        if self.cartridge is not None:
            value["manifest"] = self.cartridge.manifest.as_json()
            value["assets"] = len(self.cartridge.asset_table)
            value["preload"] = [placement.as_json() for placement in self.preload]
        return value

    def close(self) -> None:
        """Close the cartridge, if there is one."""
        if self.cartridge is not None:
            self.cartridge.close()


def boot(directory: StrPath, *, contract: Contract = CURRENT) -> Cartridge:
    """Load a cartridge as a runtime does, up to the preload that it asks for.

    Raises `InvalidCartridge` where a runtime would stop, before anything is preloaded, and
    `OSError` when the directory cannot be read.
    """
    loading = load(directory, contract=contract)
    if loading.cartridge is None:
        raise InvalidCartridge(report=loading.report)
    return loading.cartridge


def load(directory: StrPath, *, contract: Contract = CURRENT) -> Loading:
    """The same, step by step, and without an exception for a cartridge that is refused.

    Raises `OSError` when the directory cannot be read.
    """
    path = Path(directory)
    view = View(near=path)
    with view.refusals():
        loading = loaded(path, contract)
    return replace(loading, report=loading.report.seen_from(view))


def loaded(directory: Path, contract: Contract, *, fast: bool = True) -> Loading:
    """`load` of a directory that its caller speaks about.

    ``fast=False`` leaves the typed decoders out, which changes the time and nothing else.
    """
    if interrupted(directory):
        found = Diagnostic(
            code=MANIFEST_MISSING,
            data={"path": str(directory), "what": "is missing"},
            hint_key="interrupted",
        )
        return Loading(steps=(), report=Report.of([found]))
    with _Directory(directory) as files:
        return _steps(files, contract, fast=fast)


def manifest_in(directory: Path, contract: Contract) -> tuple[Manifest, bytes] | None:
    """The manifest of a directory and its text, None if a runtime would not take it."""
    with _Directory(directory) as files:
        exam = CartridgeExamination(files, contract)
        rules = [rule for rule in contract.load_rules if rule.step <= LoadStep.CAPABILITIES]
        return None if first_faults(exam, rules) else (exam.manifest, exam.manifest_bytes)


def _steps(files: _Directory, contract: Contract, *, fast: bool) -> Loading:
    exam = CartridgeExamination(files, contract)
    steps: list[StepTrace] = []
    cartridge = None
    for step in LoadStep:
        file = _FILE_OF.get(step, FILES["manifest"])
        rules = [rule for rule in contract.load_rules if rule.step is step]
        found = [
            diagnostic(rule, fault, str(files.path / file))
            for rule, fault in first_faults(exam, rules)
        ]
        report = Report.of(files.explained(d) for d in found)
        if step is LoadStep.PACK and report.ok:
            report, pack = _pack(files, exam, contract, fast=fast)
            cartridge = Cartridge(exam.manifest, pack) if report.ok else None
        read, size = files.newly_read(), files.status(file).size
        steps.append(StepTrace(step=step, file=file, read=read, size=size, ok=report.ok))
        if not report.ok:
            break
    is_known = steps[-1].step > LoadStep.CAPABILITIES
    return Loading(
        steps=tuple(steps),
        report=report,
        manifest=exam.manifest if is_known else None,
        cartridge=cartridge,
        preload=cartridge.preload if cartridge else (),
    )


def _pack(
    files: _Directory, exam: CartridgeExamination, contract: Contract, *, fast: bool
) -> tuple[Report, Pack | None]:
    """The pack by profile *reader*, or none where none is declared: then it is not read."""
    if not exam.needs_pack:
        return Report(), None
    try:
        return Report(), pack_of(files.source(FILES["pack"]), contract=contract, fast=fast)
    except InvalidPack as invalid:
        return invalid.report, None


def _placements(pack: Pack) -> Iterator[Placement]:
    for item in pack.preload:
        entry = pack[item.asset_id]
        yield Placement(
            entry=entry,
            bank_type=entry.bank_type,
            slot=item.slot,
            offset=pack.payload_offset + entry.offset,
        )


class _Directory:
    """The files of one directory, each opened once and never through a link."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Names match exactly, also where the file system would find others for them.
        self._names = frozenset(os.listdir(path))  # noqa: PTH208  # names alone
        self._statuses: dict[str, FileStatus] = {}
        self._files: dict[str, IO[bytes]] = {}
        self._source: _Counted | None = None
        self._read = 0

    def status(self, name: str) -> FileStatus:
        """The status of the name; an open file stays open, so the same file is read later."""
        if name not in self._statuses:
            self._statuses[name] = self._open(name)
        return self._statuses[name]

    def _open(self, name: str) -> FileStatus:
        if name not in self._names:
            return FileStatus(absent="is missing")
        try:
            file = self._files[name] = open_inside(self.path, name)
        except Refused as refused:
            (found,) = refused.report
            words = {
                "PATH_MISSING": "is missing",
                "PATH_SYMLINK": "is a symbolic link",
                "PATH_KIND": f"is {found.data.get('found')}",
            }
            if found.code not in words:
                place = str(self.path / name)
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place) from refused
            return FileStatus(absent=words[found.code])
        return FileStatus(size=os.fstat(file.fileno()).st_size)

    def read(self, name: str) -> bytes:
        """All bytes of a file that is there; raises `OSError` when they are not."""
        size = self.status(name).size
        data = self._files[name].read(size + 1)
        if len(data) != size:
            path = str(self.path / name)
            raise OSError(errno.EIO, "the file changed while it was read", path)
        self._read += size
        return data

    def source(self, name: str) -> Source:
        """The bytes of a file that is there, by position; closed by the caller."""
        self._source = _Counted(disk_source(self._files.pop(name), str(self.path / name)))
        return self._source

    def newly_read(self) -> int:
        """Bytes read since this was asked before."""
        read = self._read + (self._source.asked if self._source else 0)
        self._read, self._source = 0, None
        return read

    def explained(self, diagnostic: Diagnostic) -> Diagnostic:
        """A finding with what else the directory tells."""
        if diagnostic.code == MANIFEST_MISSING and "cartridge.json" in self._names:
            return diagnostic.at(hint_key="project")
        return diagnostic

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()


class _Counted:
    """A source that knows how many of its bytes were asked for."""

    def __init__(self, source: Source) -> None:
        self.name, self.size, self.asked = source.name, source.size, 0
        self._source = source

    def read(self, offset: int, size: int) -> memoryview:
        self.asked += size
        return self._source.read(offset, size)

    def close(self) -> None:
        self._source.close()
