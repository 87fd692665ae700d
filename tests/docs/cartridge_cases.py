"""Codes about cartridges, each made to appear by a project or a cartridge with that fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.shipper.cartridges import cartridge, describe
from tests.workspace.projects import Project

from prometeu_assets.packer.build import build
from prometeu_assets.shipper.boot import load
from prometeu_assets.shipper.ship import check_ship, ship

Case = Callable[[Project, pytest.MonkeyPatch], object]


def booted(change: Callable[[Path], object] = lambda _: None, **members: Any) -> Case:
    """Load a cartridge that was changed by hand."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        cartridge(project.path / "cartridge", **members)
        change(project.path / "cartridge")
        return load(Path("cartridge")).report

    return case


def shipped(change: Callable[[Path], object] = lambda _: None, **members: Any) -> Case:
    """Ship a project that was built, and changed by hand."""

    def case(project: Project, _: pytest.MonkeyPatch) -> object:
        describe(project, **members)
        build(project.path)
        (project.path / "build/program.pbx").write_bytes(b"program")
        change(project.path)
        return ship(Path())

    return case


def stale(project: Project, patch: pytest.MonkeyPatch) -> object:
    shipped()(project, patch)
    (project.path / "cartridge/program.pbx").write_bytes(b"old program")
    return check_ship(Path())


CASES: dict[str, Case] = {
    "MANIFEST_MISSING": booted(lambda d: (d / "manifest.json").unlink()),
    "MANIFEST_MAGIC": booted(magic=..., program="build/program.pbx"),
    "MANIFEST_VERSION": booted(cartridge_version=2),
    "MANIFEST_SCHEMA": booted(app_mode="game"),
    "CAPABILITY_UNKNOWN": booted(capabilities=["Asset", "gfx"]),
    "CAPABILITY_REPEATED": shipped(capabilities=["gfx", "asset", "gfx"]),
    "CAPABILITY_ORDER": booted(capabilities=["gfx", "asset"]),
    "PROGRAM_MISSING": shipped(lambda p: (p / "build/program.pbx").unlink()),
    "PACK_MISSING": shipped(lambda p: (p / "build/assets.pa").unlink()),
    "PACK_UNDECLARED": shipped(capabilities=["gfx"]),
    "ARTIFACT_REFUSED": shipped(lambda p: (p / "build/preload.json").write_text("[ ]")),
    "CARTRIDGE_MISSING": shipped(lambda p: (p / "cartridge.json").unlink()),
    "CARTRIDGE_STALE": stale,
    "SHIP_OUT": lambda project, _: ship(Path(), Path("assets/cartridge")),
}
