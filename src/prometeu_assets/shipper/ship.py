"""From the published artifacts of a project to a cartridge, one straight line.

Clause: ``spec/shipper-integration.md``: place, cargo, staging, load order, promotion.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.cartridge import FILES, Manifest
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.reader.compare import difference
from prometeu_assets.result import Result
from prometeu_assets.shipper.boot import InvalidCartridge
from prometeu_assets.shipper.cargo import SOURCE, Cargo
from prometeu_assets.shipper.place import place_for
from prometeu_assets.storage.paths import around, open_inside
from prometeu_assets.storage.tree import Tree
from prometeu_assets.viewpoint import StrPath, View, find

OUT: Final = "cartridge"
"""Where a cartridge is put unless its user says otherwise, relative to the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Result):
    """A cartridge that was assembled: its directory, its manifest, its files and their sizes."""

    directory: Path
    manifest: Manifest
    files: dict[str, int]
    report: Report

    document = "shipment"

    @property
    def members(self) -> dict[str, Any]:
        return {
            "directory": self.directory.as_posix(),
            "manifest": self.manifest.as_json(),
            "files": [{"name": name, "size": size} for name, size in self.files.items()],
            "report": self.report.as_json(),
        }


@contextmanager
def _at(project: StrPath | None) -> Iterator[tuple[Path, View]]:
    """The project, and the view from it; None is the nearest around with a ``cartridge.json``."""
    with View().refusals(), _invalid():
        base = around(Path(), SOURCE) or find(Path()) if project is None else Path(project)
    view = View(base=base)
    with view.refusals():
        yield base, view


def ship(
    project: StrPath | None = None,
    out: StrPath | None = None,
    *,
    program: StrPath | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Shipment:
    """Assemble the cartridge of a project from what is published, in the directory ``out``.

    Without ``project``, the one around the current directory. ``out`` is ``cartridge`` in the
    project unless given; ``program`` is used in place of the program that
    ``cartridge.json`` names.
    Raises `InvalidCartridge` with everything that is wrong, and `OSError` when the environment
    fails; in both cases the cartridge from before is untouched.
    """
    with _at(project) as (base, view), _invalid():
        wanted = base / OUT if out is None else Path(out)
        with ExitStack() as opened:
            place = _settled(base, wanted, contract)
            cargo = Cargo.of(base, program, contract, progress, opened)
            with Tree(place, FILES.values()) as tree:
                sizes = cargo.put(tree.staged, contract)
                place_for(base, wanted, contract)  # it took a while
                tree.commit()
        return Shipment(
            directory=wanted,
            manifest=cargo.manifest,
            files=sizes,
            report=Report.of(cargo.warnings).seen_from(view),
        )


def check_ship(
    project: StrPath | None = None,
    out: StrPath | None = None,
    *,
    program: StrPath | None = None,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Report:
    """Whether the cartridge in ``out`` is, byte for byte, what `ship` would put there now.

    Nothing is written. The report has a ``CARTRIDGE_STALE`` for each file that is not.
    Raises `InvalidCartridge` when the project cannot be shipped, `OSError`.
    """
    with _at(project) as (base, view), _invalid(), ExitStack() as opened:
        wanted = base / OUT if out is None else Path(out)
        cargo = Cargo.of(base, program, contract, progress, opened)
        # Diagnostics are relative to the project.
        shown = OUT if out is None else os.path.abspath(out)  # noqa: PTH100
        found = [*cargo.warnings, *_stale(wanted, shown, cargo, contract)]
        return Report.of(found).seen_from(view)


def _settled(project: Path, out: Path, contract: Contract) -> Path:
    """`place_for`, which looks again before it refuses: another process may have shipped there."""
    try:
        return place_for(project, out, contract)
    except Refused:
        return place_for(project, out, contract)


@contextmanager
def _invalid() -> Iterator[None]:
    """What is refused within is a cartridge that cannot be made."""
    try:
        yield
    except InvalidCartridge:
        raise
    except Refused as refused:
        raise InvalidCartridge(report=refused.report) from None


def _stale(directory: Path, shown: str, cargo: Cargo, contract: Contract) -> Iterator[Diagnostic]:
    """A finding for each file of the cartridge that differs from the cargo or is not in it."""
    wanted = dict(cargo.contents(contract))
    for name, chunks in wanted.items():
        try:
            with open_inside(directory, name) as file:
                offset = difference(file, chunks)
        except Refused as refused:
            (found,) = refused.report
            is_missing = found.code == "PATH_MISSING"
            why = "it is missing" if is_missing else found.message.rstrip(".")
            yield _not_current(f"{shown}/{name}", why)
            continue
        if offset is not None:
            yield _not_current(f"{shown}/{name}", f"it differs from byte {offset} on")
    for name in FILES.values():
        if name not in wanted and os.path.lexists(directory / name):
            yield _not_current(f"{shown}/{name}", "it is not part of the cartridge")


def _not_current(path: str, why: str) -> Diagnostic:
    return Diagnostic(code="CARTRIDGE_STALE", data={"path": path, "why": why}, file=path)
