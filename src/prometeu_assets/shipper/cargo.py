"""What goes into a cartridge: published artifacts, judged, and held open to stay what they are.

Clause: ``spec/shipper-integration.md``. Read are ``cartridge.json``, the compiled program, and
``build/`` with the pack and its companions; nothing is ever made, repaired or migrated.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from prometeu_assets.contract.cartridge import FILES, Manifest, has_control
from prometeu_assets.contract.limits import MIB
from prometeu_assets.contract.load_rules.capabilities import (
    CAPABILITY_REPEATED,
    repeated_capabilities,
)
from prometeu_assets.contract.load_rules.files import PACK_MISSING, PROGRAM_MISSING
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report
from prometeu_assets.documents import read_document
from prometeu_assets.reader.source import disk_source
from prometeu_assets.shipper.boot import loaded
from prometeu_assets.shipper.verify import Companions, verified
from prometeu_assets.storage import files
from prometeu_assets.storage.paths import changed, open_inside
from prometeu_assets.storage.transaction import BUILD, refuse_unfinished
from prometeu_assets.viewpoint import require

SOURCE: Final = "cartridge.json"

_PACK: Final = f"{BUILD.directory}/{FILES['pack']}"
_CHUNK: Final = MIB
_ABSENT: Final = {"PATH_MISSING": "is missing", "PATH_UNREADABLE": "cannot be read"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """The cargo of one cartridge."""

    manifest: Manifest
    program: IO[bytes]
    pack: IO[bytes] | None
    pack_sha256: str
    warnings: tuple[Diagnostic, ...]

    @classmethod
    def of(
        cls,
        base: Path,
        program: str | os.PathLike[str] | None,
        contract: Contract,
        progress: Progress,
        opened: ExitStack,
    ) -> Cargo:
        """The cargo of a project. Raises `Refused` with every fault in it."""
        refuse_unfinished(base / BUILD.staging)
        manifest, named, warnings = _described(base, contract)
        faults: list[Diagnostic] = []
        compiled = published = None
        digest = ""
        try:
            compiled = opened.enter_context(_program(base, named, program))
        except Refused as refused:
            faults += refused.report
        try:
            published, digest = _pack(base, manifest, contract, progress, opened)
        except Refused as refused:
            faults += refused.report
        if compiled is None or faults:
            raise Refused(*faults)
        return cls(
            manifest=manifest,
            program=compiled,
            pack=published,
            pack_sha256=digest,
            warnings=warnings,
        )

    def contents(self, contract: Contract) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Each file of the cartridge and its bytes."""
        yield FILES["manifest"], [self.manifest.encode(contract)]
        for name, source in self._copied():
            source.seek(0)
            yield name, iter(partial(source.read, _CHUNK), b"")

    def _copied(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The files that are taken byte for byte from elsewhere, by their names in a cartridge."""
        yield FILES["program"], self.program
        if self.pack is not None:
            yield FILES["pack"], self.pack

    def put(self, directory: Path, contract: Contract) -> dict[str, int]:
        """Write the files of the cartridge, and load it as a runtime does; sizes by name.

        Raises `Refused` when what was copied is not what was judged.
        """
        text = self.manifest.encode(contract)
        sizes = {FILES["manifest"]: files.write_new(directory / FILES["manifest"], [text]).size}
        for name, source in self._copied():
            copy = files.write_new(directory / name, [files.Span.whole(source)])
            if source is self.pack and copy.sha256 != self.pack_sha256:
                raise changed(_PACK)
            sizes[name] = copy.size
        loading = loaded(directory, contract)
        if loading.cartridge is None:
            raise Refused(report=loading.report)
        loading.cartridge.close()
        return sizes


def _described(base: Path, contract: Contract) -> tuple[Manifest, str, tuple[Diagnostic, ...]]:
    """What ``cartridge.json`` says: the manifest, the path of the program; and warnings."""
    try:
        document = read_document(base, SOURCE, "cartridge", contract, context={})
    except Refused as refused:
        if refused.report.codes != ("PATH_MISSING",):
            raise
        require(base)
        data = {"path": SOURCE}
        raise Refused(Diagnostic(code="CARTRIDGE_MISSING", data=data, file=SOURCE)) from None
    value = document.value
    faults = [
        Diagnostic(code=CAPABILITY_REPEATED, data=fault.data, pointer=fault.pointer, file=SOURCE)
        for fault in repeated_capabilities(value["capabilities"])
    ]
    if has_control(value["title"]):
        data = {"what": "/title has a control character"}
        faults.append(Diagnostic(code="DOCUMENT_SCHEMA", data=data, pointer="/title", file=SOURCE))
    if faults:
        raise Refused(*faults)
    return Manifest.of(value), value["program"], document.warnings


def _program(base: Path, named: str, given: str | os.PathLike[str] | None) -> IO[bytes]:
    """The compiled program, open. Raises `Refused` when it is not there, or empty."""
    if given is not None:
        file = _given(Path(given))
    else:
        try:
            file = open_inside(base, named)
        except Refused as refused:
            (found,) = refused.report
            if found.code not in _ABSENT:
                raise refused.at(file=SOURCE, pointer="/program") from None
            raise _no_program(named, None, _ABSENT[found.code]) from None
    if not os.fstat(file.fileno()).st_size:
        file.close()
        raise _no_program(named, given, "is empty")
    return file


def _given(path: Path) -> IO[bytes]:
    """The file that the command line names: that is trusted, so it may be a link."""
    try:
        # Before it is opened: a pipe would wait for its writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _no_program("", path, "is not a file")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise _no_program("", path, "is missing") from None
    except PermissionError:
        raise _no_program("", path, "cannot be read") from None


def _no_program(named: str, given: str | os.PathLike[str] | None, what: str) -> Refused:
    path = named if given is None else os.fspath(given)
    found = Diagnostic(code=PROGRAM_MISSING, data={"path": path, "what": what})
    if given is not None:
        return Refused(found.at(hint_key="option"))
    return Refused(found.at(file=SOURCE, pointer="/program", hint_key="ship"))


def _pack(
    base: Path, manifest: Manifest, contract: Contract, progress: Progress, opened: ExitStack
) -> tuple[IO[bytes] | None, str]:
    """The published pack, open, and its SHA-256; none when the cartridge has no assets.

    Raises `Refused` unless it is just what a build publishes, and declared exactly when it is
    needed.
    """
    try:
        file = open_inside(base, _PACK)
    except Refused as refused:
        if refused.report.codes != ("PATH_MISSING",):
            raise refused.at(file=_PACK) from None
        if not manifest.has_assets:
            return None, ""
        data = {"path": _PACK, "what": "is missing"}
        raise _at_odds(PACK_MISSING, data).at(hint_key="ship") from None
    source = disk_source(file, _PACK)
    opened.callback(source.close)
    companions = Companions(root=base, folder=BUILD.directory)
    found = verified(source, companions, contract, progress)
    if not manifest.has_assets and found.pack is not None:
        count = len(found.pack)
        if not count:
            return None, ""
        assets = f"{count} asset{'s' if count > 1 else ''}"
        raise _at_odds("PACK_UNDECLARED", {"path": _PACK, "count": assets})
    if not found.report.ok:
        codes = ", ".join(dict.fromkeys(found.report.codes))
        data = {"path": _PACK, "codes": codes}
        refused_ = Diagnostic(code="ARTIFACT_REFUSED", data=data, file=_PACK)
        raise Refused(report=Report.of([refused_, *found.report]))
    return file, found.sha256


def _at_odds(code: str, data: Mapping[str, object]) -> Refused:
    """The refusal when the capabilities do not fit the published pack."""
    return Refused(Diagnostic(code=code, data=data, pointer="/capabilities", file=SOURCE))
