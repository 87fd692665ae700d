"""The source files of one asset, read.

Clause: ``spec/workspace.md`` for the inputs, ``spec/workspace.md#paths`` for the paths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import check, collisions, read_inside
from prometeu_assets.workspace.declarations import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One input file: its role, its path below the root, its size in bytes and its SHA-256."""

    role: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The bytes of one source file; ``name`` is its path below the project."""

    source: SourceFile
    name: str
    data: bytes


_LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "sprites": ("image_file_bytes", "an image"),
    "palettes": ("palette_file_bytes", "a palette"),
    "samples": ("wav_bytes", "a WAV file"),
    "payload": ("wav_bytes", "a payload"),
}
"""Role to (the name of its limit, what a file of it is called)."""


def read_inputs(project: Path, declaration: Declaration, contract: Contract) -> Iterator[Input]:
    """The asset's source files in the order they are listed. Raises `Refused` with every fault."""
    named = [
        (role, index, path)
        for role, paths in declaration.inputs.items()
        for index, path in enumerate(paths)
    ]
    limits = contract.limits
    if len(named) > limits.inputs:
        raise Refused(
            declaration.fault("ASSET_INPUTS", "/inputs", found=len(named), limit=limits.inputs)
        )
    where = {path: f"/inputs/{role}/{index}" for role, index, path in named}
    faults = [
        declaration.fault("PATH_COLLISION", where[two], path=two, other=one)
        for one, two in collisions(where)
    ]
    for role, index, path in named:
        limit, what = _LIMITS[role]
        # From the project down, so that a root that became a link is not followed either.
        name = f"{declaration.registered.directory}/{path}"
        try:
            check(path)
            data = read_inside(project, name, limit=getattr(limits, limit), what=what)
        except Refused as refused:
            pointer = f"/inputs/{role}/{index}"
            place = {"file": declaration.file, "pointer": pointer, "asset": declaration.ref}
            faults += refused.at(**place).report
            continue
        if not faults:
            digest = hashlib.sha256(data).hexdigest()
            source = SourceFile(role=role, path=path, size=len(data), sha256=digest)
            yield Input(source=source, name=name, data=data)
    if faults:
        raise Refused(*faults)
