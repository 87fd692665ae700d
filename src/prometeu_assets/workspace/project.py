"""A project as a whole: beginning it, listing its world.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.cartridge import has_control
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.documents import INDEX, RELEASED
from prometeu_assets.result import Result
from prometeu_assets.storage import files
from prometeu_assets.storage.folders import find_roots
from prometeu_assets.storage.paths import destination, exists, read_inside
from prometeu_assets.storage.transaction import WORKSPACE
from prometeu_assets.viewpoint import StrPath, View, at_project
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.editors import CARTRIDGE, MEMBER, cartridge_reference, lacking
from prometeu_assets.workspace.git import ATTRIBUTES
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry
from prometeu_assets.workspace.released import Released

IGNORE: Final = ".gitignore"
MERGING: Final = ".gitattributes"

IGNORED: Final = (
    "/build/",
    "/cartridge/",
    "/.cartridge.staging/",
    "/assets/.prometeu/cache.json*",
    "/assets/.prometeu/lock",
    "/assets/.prometeu/.staging/",
)
"""What is made again from the rest of a project, or means something on one machine alone."""

_FOR_GIT: Final = {
    IGNORE: ("# What prometeu-assets makes again, or needs on this machine alone.", IGNORED),
    MERGING: ("# Line ends stay as they are, and the registry is merged by meaning.", ATTRIBUTES),
}
"""The files that tell git of a project: why, and their lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One asset root: registered or not, with its declaration if that can be read."""

    root: str
    registered: Registered | None
    declaration: Declaration | None

    @property
    def members(self) -> dict[str, Any]:
        """The row of ``schemas/listing/``."""
        value: dict[str, Any] = {"root": self.root, "registered": self.registered is not None}
        if self.registered is not None:
            value |= self.registered.as_json()
        if self.declaration is not None:
            value["asset_name"] = self.declaration.name
            value["format"] = self.declaration.format
            value["preload"] = self.declaration.preload
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Result):
    """The registered assets by id, then the unregistered roots; and what is wrong with them."""

    assets: tuple[Listed, ...]
    report: Report

    document = "listing"

    @property
    def members(self) -> dict[str, Any]:
        assets = [item.members for item in self.assets]
        return {"assets": assets, "report": self.report.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialization(Result):
    """A new project. ``written`` are the new files, the index last.

    ``missing_lines`` is, for each file for git that was there, the lines that it lacks.
    """

    written: tuple[Path, ...]
    missing_lines: Mapping[str, list[str]]

    document = "initialization"

    @property
    def members(self) -> dict[str, Any]:
        return {"written": [path.as_posix() for path in self.written]}


def init(directory: StrPath = ".") -> Initialization:
    """Begin a project: an empty index and, unless there are some, the files around it.

    These are the schemas for editors, a ``cartridge.json`` that names its schema, a ``.gitignore``,
    a ``.gitattributes`` and an empty record of releases, so that two branches do not both add one.
    A file that is there is never touched.
    Raises `Refused` when the directory already is a project, or a link is where one of its files
    would be; `OSError`.
    """
    with View().refusals():
        written = _begin(Path(directory))
    return Initialization(written=written, missing_lines=missing_lines(Path(directory)))


def _begin(directory: Path) -> tuple[Path, ...]:
    """Write the files of a new project."""
    for name in (INDEX, CARTRIDGE):
        destination(directory, name)
    if exists(directory, INDEX):
        raise Refused(Diagnostic(code="WORKSPACE_EXISTS", data={"path": str(directory)}))
    new = {name: data for name, data in _begun(directory).items() if not exists(directory, name)}
    new[INDEX] = Registry().encode()
    for name, data in new.items():
        _create(directory, name, data)
    return tuple(directory / name for name in new)


def _begun(directory: Path) -> dict[str, bytes]:
    """The files that a new project has beside its index, with their texts."""
    # A name on disk may hold bytes that are no text, and characters that no title has.
    name = directory.resolve().name.encode(errors="replace").decode()
    versions = {kind: CURRENT.newest(kind) for kind in ("asset", "cartridge")}
    cartridge = {
        MEMBER: cartridge_reference(versions["cartridge"]),
        "schema_version": versions["cartridge"],
        "app_id": 1,
        "title": "".join(c for c in name if not has_control(c))[:64] or "Untitled",
        "app_version": "0.1.0",
        "app_mode": "Game",
        "capabilities": ["asset", "audio", "gfx", "input"],
        "program": "build/program.pbx",
    }
    return {
        CARTRIDGE: f"{json.dumps(cartridge, indent=2, ensure_ascii=False)}\n".encode(),
        **{
            file: "".join(f"{line}\n" for line in (why, *wanted)).encode()
            for file, (why, wanted) in _FOR_GIT.items()
        },
        **lacking(directory, versions.items(), CURRENT),
        RELEASED: Released().encode(),
    }


def _create(directory: Path, name: str, data: bytes) -> None:
    """Write a file that has its name only when it is whole, and replaces nothing."""
    files.make_directory((directory / name).parent)
    with files.waiting(directory / WORKSPACE.staging, data) as part:
        files.rename_new(part, directory / name)
        files.sync_directory((directory / name).parent)


def missing_lines(directory: Path) -> dict[str, list[str]]:
    """The lines that the project's own files for git do not have, by file.

    Only lines are compared: whether another pattern covers them is for people to judge.
    """
    found = {}
    for name, (_, wanted) in _FOR_GIT.items():
        limit = LIMITS.asset_document_bytes
        try:
            data = read_inside(directory, name, limit=limit, what="a file for git")
        except (Refused, OSError):
            data = b""
        there = {line.strip().strip("/") for line in data.decode("utf-8", "replace").splitlines()}
        found[name] = [line for line in wanted if line.strip("/") not in there]
    return {name: missing for name, missing in found.items() if missing}


def listing(
    project: StrPath | None = None,
    *,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> Listing:
    """The assets of a project: the registered ones by id, then the unregistered roots.

    Without ``project``, the one around the current directory. The report has the faults of the
    documents. Raises `Refused` when the registry itself cannot be read.
    """
    with at_project(project) as (base, view):
        found, report = _listed(base, contract, progress)
        return Listing(assets=tuple(found), report=report.seen_from(view))


def _listed(project: Path, contract: Contract, progress: Progress) -> tuple[list[Listed], Report]:
    registry = Registry.load(project, contract)
    found: list[Listed] = []
    report = Report.of(registry.warnings)
    for done, row in enumerate(registry.assets):
        progress(done, len(registry.assets), row.root)
        declaration = None
        try:
            declaration = load(project, row, contract)
            report += Report.of(declaration.warnings)
        except Refused as refused:
            report += refused.report
        found.append(Listed(root=row.root, registered=row, declaration=declaration))
    known = {row.root for row in registry.assets}
    for root in find_roots(project, ASSETS):
        if root not in known:
            found.append(Listed(root=root, registered=None, declaration=None))
    return found, report
