"""What is untidy in a workspace and still builds: warnings, never errors.

Clause: ``spec/workspace.md#doctor``. Every file of the registered roots is looked at, and read only
when another of its size exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from prometeu_assets.contract.bank import Role
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused
from prometeu_assets.documents import INDEX
from prometeu_assets.nouns import counted
from prometeu_assets.storage.folders import files_below
from prometeu_assets.storage.paths import collisions, fold, open_inside
from prometeu_assets.workspace.declarations import Declaration
from prometeu_assets.workspace.editors import editor_faults
from prometeu_assets.workspace.git import SETUP, needs_driver
from prometeu_assets.workspace.places import ANCHOR
from prometeu_assets.workspace.project_state import ProjectState, unregistered_faults
from prometeu_assets.workspace.registry import ASSETS, Registered
from prometeu_assets.workspace.repair import in_order

IdleInputs = Callable[[Declaration], Iterable[tuple[str, str]]]
"""(role, path) of listed files that change nothing in the pack, as far as can be told.

Paths are relative to the project.
"""

_SHOWN: Final = 5


def hygiene(
    state: ProjectState,
    declarations: Sequence[Declaration],
    idle_inputs: IdleInputs,
    progress: Progress,
    contract: Contract,
) -> Iterator[Diagnostic]:
    """Everything untidy in the project, as far as its declarations could be read."""
    if not in_order(state.rows):
        yield Diagnostic(code="INDEX_ORDER", pointer="/assets", file=INDEX)
    if needs_driver(state.project):
        yield Diagnostic(code="MERGE_DRIVER", data={"command": SETUP})
    yield from editor_faults(state.project, declarations, contract)
    yield from unregistered_faults(state.unregistered)
    yield from _roots_that_look_alike(state)
    yield from _names_that_look_alike(declarations)
    loose = _loose(state, contract)
    yield from _unshared(loose, declarations)
    sizes: dict[int, list[_Source]] = {}
    for done, declaration in enumerate(declarations):
        progress(done, len(declarations), declaration.name)
        bank = contract.written.bank_of_format(declaration.format)
        roles = bank.roles if bank is not None else {}
        files = files_below(state.project, declaration.registered.directory)
        files.pop(ANCHOR, None)
        yield from _unlisted(declaration, files, roles)
        yield from _respelled(declaration, files, loose)
        for role, place in idle_inputs(declaration):
            yield _unused(declaration, role, place)
        for source in _sources(declaration, files, roles):
            sizes.setdefault(source.size, []).append(source)
    yield from _duplicates(state.project, sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One listed file: its path below the project and its size in bytes."""

    declaration: Declaration
    path: str
    size: int


def _listed(declaration: Declaration) -> set[str]:
    return {origin.path for _, _, origin in declaration.origins if not origin.shared}


def _unlisted(
    declaration: Declaration, files: Mapping[str, int], roles: Mapping[str, Role]
) -> Iterator[Diagnostic]:
    listed = {fold(path) for path in _listed(declaration)}
    unused = [path for path in files if fold(path) not in listed]
    others = list(unused)
    for name in declaration.inputs.keys() & roles.keys():
        role = roles[name]
        for path in unused:
            if role.shared and path.lower().endswith(role.endings):
                others.remove(path)
                place = f"{declaration.registered.directory}/{path}"
                yield _unused(declaration, name, place, hint_key="unlisted")
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield declaration.fault(
            "SOURCE_UNUSED",
            "/inputs",
            root=declaration.registered.root,
            count=counted(len(others), "file"),
            names=", ".join(others[:_SHOWN]) + more,
        )


def _unused(
    declaration: Declaration, role: str, place: str, *, hint_key: str | None = None
) -> Diagnostic:
    """A listed file without effect, or one that could be listed; ``place`` is below the project."""
    return declaration.fault("PALETTE_UNUSED", f"/inputs/{role}", hint_key=hint_key, path=place)


def _loose(state: ProjectState, contract: Contract) -> dict[str, int]:
    """The files outside of all roots that an asset could share, relative to ``assets/``."""
    roots = {row.root for row in state.rows} | set(state.unregistered)
    endings = tuple(e for bank in contract.written.banks for e in bank.source_endings)
    return {
        path: size
        for path, size in files_below(state.project, ASSETS).items()
        if path.lower().endswith(endings)
        and roots.isdisjoint(map(str, PurePosixPath(path).parents))
    }


def _unshared(loose: Iterable[str], declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    """The files that assets could share and none lists."""
    listed = {
        fold(origin.path)
        for declaration in declarations
        for _, _, origin in declaration.origins
        if origin.shared
    }
    for path in loose:
        if fold(path) not in listed:
            place = f"{ASSETS}/{path}"
            yield Diagnostic(code="SHARED_UNUSED", file=place, data={"path": place, "shared": path})


def _respelled(
    declaration: Declaration, files: Collection[str], loose: Collection[str]
) -> Iterator[Diagnostic]:
    """Inputs that the disk spells otherwise: found on this disk perhaps, missing on others."""
    for pointer, _, origin in declaration.origins:
        there = loose if origin.shared else files
        if origin.path in there:
            continue
        for found in there:
            if fold(found) == fold(origin.path):
                data = {"what": "input and the file", "found": origin.path, "other": found}
                yield declaration.fault("NAME_CASE", pointer, **data)


def _roots_that_look_alike(state: ProjectState) -> Iterator[Diagnostic]:
    by_root: dict[str, Registered | None] = {row.root: row for row in state.rows}
    by_root |= dict.fromkeys(state.unregistered)
    for one, two in collisions(by_root):
        row = by_root[one] or by_root[two]
        data = {"what": "roots", "found": two, "other": one}
        yield Diagnostic(
            code="NAME_CASE",
            data=data,
            file=row.anchor if row else f"assets/{two}/{ANCHOR}",
            asset=row.ref if row else None,
        )


def _names_that_look_alike(declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    by_name = {declaration.name: declaration for declaration in declarations}
    for one, two in collisions(by_name):
        data = {"what": "names", "found": two, "other": one}
        yield by_name[two].fault("NAME_CASE", "/name", **data)


def _sources(
    declaration: Declaration, files: Mapping[str, int], roles: Mapping[str, Role]
) -> Iterator[_Source]:
    """Listed files that a copy of is worth a word."""
    for role, origins in declaration.inputs.items():
        for path in dict.fromkeys(origin.path for origin in origins if not origin.shared):
            if path in files and not (role in roles and roles[role].shared):
                place = f"{declaration.registered.directory}/{path}"
                yield _Source(declaration=declaration, path=place, size=files[path])


def _duplicates(project: Path, sizes: Mapping[int, Sequence[_Source]]) -> Iterator[Diagnostic]:
    for group in sizes.values():
        if len(group) == 1:
            continue
        first: dict[str, str] = {}
        for source in group:
            try:
                with open_inside(project, source.path) as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except Refused:
                continue  # told among the blocking faults
            other = first.setdefault(digest, source.path)
            if other != source.path:
                data = {"path": source.path, "other": other}
                yield source.declaration.fault("SOURCE_DUPLICATE", "/inputs", **data)
