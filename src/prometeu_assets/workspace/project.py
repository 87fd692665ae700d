"""A project as a whole: finding it, beginning it, listing its world.

Clause: ``spec/workspace.md``.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometeu_assets.contract.cartridge import has_control
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, Report, silent
from prometeu_assets.documents import INDEX, RELEASED
from prometeu_assets.storage import files
from prometeu_assets.storage.folders import find_roots
from prometeu_assets.storage.paths import around, destination, exists, read_inside
from prometeu_assets.storage.transaction import WORKSPACE
from prometeu_assets.workspace.declarations import Declaration, load
from prometeu_assets.workspace.git import ATTRIBUTES
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry
from prometeu_assets.workspace.released import Released

CARTRIDGE: Final = "cartridge.json"
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


def find(start: Path) -> Path:
    """The project that holds ``start``: the nearest directory upwards with an index.

    Raises `Refused` (``WORKSPACE_MISSING``) when there is none.
    """
    found = around(start, INDEX)
    if found is not None:
        return found
    absolute = os.path.abspath(start)  # noqa: PTH100  # `resolve` would follow links
    data = {"path": absolute, "index": INDEX, "nor": ", and no directory above it has one"}
    raise Refused(Diagnostic(code="WORKSPACE_MISSING", data=data))


def init(directory: Path) -> list[Path]:
    """Begin a project: an empty index and, unless there are some, the files around it.

    These are a ``cartridge.json``, a ``.gitignore``, a ``.gitattributes`` and an empty record of
    releases, so that two branches do not both add one. A file that is there is never touched.
    Returns the files written, the index last. Raises `Refused` when the directory already is a
    project, or a link stands where one of its files would be.
    """
    index, cartridge_file = (destination(directory, name) for name in (INDEX, CARTRIDGE))
    if exists(directory, INDEX):
        raise Refused(Diagnostic(code="WORKSPACE_EXISTS", data={"path": str(directory)}))
    written = []
    files.make_directory(index.parent)
    if not exists(directory, CARTRIDGE):
        # A name on disk may hold bytes that are no text, and characters that no title has.
        name = directory.resolve().name.encode(errors="replace").decode()
        title = "".join(c for c in name if not has_control(c))[:64] or "Untitled"
        cartridge = {
            "schema_version": CURRENT.newest("cartridge"),
            "app_id": 1,
            "title": title,
            "app_version": "0.1.0",
            "app_mode": "Game",
            "capabilities": ["asset", "audio", "gfx", "input"],
            "program": "build/program.pbx",
        }
        text = f"{json.dumps(cartridge, indent=2, ensure_ascii=False)}\n"
        _create(directory, CARTRIDGE, text.encode())
        written.append(cartridge_file)
    for name, (why, wanted) in _FOR_GIT.items():
        if not exists(directory, name):
            _create(directory, name, "".join(f"{line}\n" for line in (why, *wanted)).encode())
            written.append(directory / name)
    if not exists(directory, RELEASED):
        _create(directory, RELEASED, Released().encode())
        written.append(directory / RELEASED)
    _create(directory, INDEX, Registry().encode())
    return [*written, index]


def _create(directory: Path, name: str, data: bytes) -> None:
    """Write a file that has its name only when it is whole, and replaces nothing."""
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
    project: Path,
    *,
    contract: Contract = CURRENT,
    progress: Progress = silent,
) -> tuple[list[Listed], Report]:
    """The registered assets by id, then the unregistered roots; and what is wrong with it.

    Raises `Refused` when the registry itself cannot be read.
    """
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
