"""Cartridges on a real disk, made by a second hand: json alone, and packs of `tests.packs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.packs import SMALL, pack
from tests.workspace.projects import Project, dump

from prometeu_assets.packer.build import build

MANIFEST: dict[str, Any] = {
    "magic": "PMTU",
    "cartridge_version": 1,
    "app_id": 1001,
    "title": "Lantern Cave",
    "app_version": "1.2.0",
    "app_mode": "Game",
    "capabilities": ["asset", "gfx"],
}
PRELOAD = [{"asset_id": 1, "slot": 0}]


def cartridge(directory: Path, **members: Any) -> Path:
    """A cartridge with a small pack; members of its manifest changed, or taken out with `...`."""
    directory.mkdir(parents=True)
    manifest = {name: part for name, part in {**MANIFEST, **members}.items() if part is not ...}
    (directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (directory / "program.pbx").write_bytes(b"program")
    (directory / "assets.pa").write_bytes(pack(SMALL, PRELOAD))
    return directory


def game(path: Path, **members: Any) -> Project:
    """A project of two assets that was built and has a program."""
    project = Project(path)
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, 2), (3,)], preload=True)
    describe(project, **members)
    build(path)
    (path / "build" / "program.pbx").write_bytes(b"the compiled program")
    return project


def describe(project: Project, **members: Any) -> None:
    """Write the project's cartridge.json; members changed, or taken out with `...`."""
    whole = {
        "schema_version": 1,
        "app_id": 7,
        "title": "Hero",
        "app_version": "1.0.0",
        "app_mode": "Game",
        "capabilities": ["gfx", "asset", "audio"],
        "program": "build/program.pbx",
        **members,
    }
    dump(project.path / "cartridge.json", {n: p for n, p in whole.items() if p is not ...})


def tree(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, by its path there."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }
