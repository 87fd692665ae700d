"""Finding the asset that a person means: by its id, its root, a path to it, or its name.

Clause: ``spec/workspace.md#naming``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.nearest import Nearest
from prometeu_assets.storage.paths import read_inside, stat_inside
from prometeu_assets.workspace.identity import identity, require_readable
from prometeu_assets.workspace.places import ANCHOR, below_assets, lexical
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry

AssetName = str | int | os.PathLike[str]
"""An asset as callers name it: its id, its uuid, its root, a path to it, or its name."""


def resolve(
    project: Path, registry: Registry, given: Iterable[AssetName], contract: Contract
) -> list[Registered]:
    """The assets meant, each once, in the order given.

    Raises `Refused` with a fault for each that is none (``LOOKUP_UNKNOWN``) or may be several
    (``LOOKUP_AMBIGUOUS``), ``PATH_UNREADABLE`` when a name that may be meant cannot be read.
    """
    found: dict[int, Registered] = {}
    faults: list[Diagnostic] = []
    known = _Known(project, registry, contract)
    for text in (name if isinstance(name, str) else _said(name) for name in given):
        meant = _meant(project, registry, text, contract)
        if len(meant) == 1:
            found[meant[0].asset_id] = meant[0]
        elif meant:
            shown = " or ".join(f"asset {row.asset_id} in {row.root}" for row in meant)
            data = {"given": text, "candidates": shown}
            faults.append(Diagnostic(code="LOOKUP_AMBIGUOUS", data=data))
        else:
            faults.append(_unknown(project, known, text))
    if faults:
        raise Refused(*faults)
    return list(found.values())


def _said(name: AssetName) -> str:
    """The name as people write it. Raises `TypeError` when it is none."""
    if isinstance(name, int) and not isinstance(name, bool):
        return str(name)
    try:
        return os.fspath(name)  # type: ignore[arg-type]  # what is no path raises
    except TypeError:
        what = "an asset is named by its id, uuid, root, path or name"
        raise TypeError(f"{what}, not by {name!r}") from None


def _meant(project: Path, registry: Registry, text: str, contract: Contract) -> list[Registered]:
    if text.isascii() and text.isdecimal():
        # Digits are an id: what is merely named so is found by its root.
        by_id = [row for row in registry.assets if row.asset_id == int(text)]
        if by_id:
            return by_id
    roots = {text.rstrip("/"), _root(project, text)}
    return [
        row
        for row in registry.assets
        if row.asset_uuid == text
        or row.root in roots
        or _may_be_named(project, row, text, contract)
    ]


def _root(project: Path, text: str) -> str | None:
    """The root of a path relative to the current directory, if it is below ``assets/``."""
    try:
        given = lexical(Path(text))
        return below_assets(project, given.parent if given.name == ANCHOR else given)
    except (OSError, ValueError):
        return None  # no path that this system could have


def _may_be_named(project: Path, row: Registered, name: str, contract: Contract) -> bool:
    """Whether the asset's declaration gives it this name."""
    limit = contract.limits.asset_document_bytes
    try:
        data = read_inside(project, row.anchor, limit=limit, what="an asset.json")
    except Refused as refused:
        require_readable(refused)
        return False
    # Reading a document takes long; most can be told from their bytes, unless they have escapes.
    if name.encode(errors="replace") not in data and b"\\" not in data:
        return False
    return _name(project, row, contract) == name


def _name(project: Path, row: Registered, contract: Contract) -> str | None:
    try:
        return identity(project, row.root, contract).name
    except Refused as refused:
        require_readable(refused)
        return None


class _Known:
    """What the assets are called, looked up when somebody means none of them."""

    def __init__(self, project: Path, registry: Registry, contract: Contract) -> None:
        self._project, self._registry, self._contract = project, registry, contract

    def nearest(self, text: str) -> str | None:
        """The root or name that was probably meant."""
        near = self._nearest.to(text)
        return None if near is None else self._called[near]

    @cached_property
    def _called(self) -> dict[str, str]:
        """Root or name by itself, and by its last part: people leave out the directories."""
        rows = self._registry.assets
        both = [(row.root, _name(self._project, row, self._contract)) for row in rows]
        names = [name for pair in both for name in pair if name]
        known = {name.rpartition("/")[2]: name for name in reversed(names)}
        return known | {name: name for name in names}

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._called)


def _unknown(project: Path, known: _Known, text: str) -> Diagnostic:
    root = _root(project, text)
    data: dict[str, object] = {"given": text, "path": text}
    hint = None
    if root and _is_asset(project, root):
        hint = "unregistered"
    else:
        near = known.nearest(text)
        if not near and root and "/" in text:
            near = known.nearest(root)
        if near:
            hint, data["nearest"] = "nearest", near
    return Diagnostic(code="LOOKUP_UNKNOWN", data=data, hint_key=hint)


def _is_asset(project: Path, root: str) -> bool:
    try:
        stat_inside(project, f"{ASSETS}/{root}/{ANCHOR}")
    except Refused:
        return False
    return True
