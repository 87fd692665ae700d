"""Targets that read what makes a cartridge: its manifest, and what a project says of it."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from fuzz.disk import place, write
from fuzz.outcome import judge, outcome
from fuzz.packs import ROOT, Disagreement, other_reader
from prometeu_assets.conformance.parts import Parts, sounds
from prometeu_assets.conformance.reader import pack_view
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.boot import boot, loaded
from prometeu_assets.shipper.ship import check_ship, ship
from prometeu_assets.workspace.registry import INDEX, Registry

_EXAMPLE: Final = {
    "app_id": 7,
    "title": "Lantern Cave",
    "app_version": "1.2.0-rc.1+build.7",
    "app_mode": "Game",
    "capabilities": ["asset", "gfx"],
}


def manifest(data: bytes) -> bool:
    """The bytes as a manifest: both tiers and the other reader say the same of the cartridge."""
    directory = place("manifest")
    if not (directory / "program.pbx").exists():
        rows = [sounds(3, "sound/fx", [6, 4]), sounds(9, "beep", [2])]
        preload = [{"asset_id": 9, "slot": 0}]
        pack = Parts(contract=CURRENT, rows=rows, preload=preload).build()
        write(directory / "assets.pa", pack)
        write(directory / "program.pbx", b"program")
    write(directory / "manifest.json", data)
    said = [_said(directory, fast=fast) for fast in (True, False)]
    if not said[0] == said[1] == _other(directory):
        raise Disagreement(f"{said} and {_other(directory)}")
    return not isinstance(said[0], str)


def _said(directory: Path, *, fast: bool) -> Any:
    """The code of the first finding, or the view of the cartridge."""
    loading = loaded(directory, CURRENT, fast=fast)
    judge(loading.report)
    if loading.cartridge is None:
        return loading.report.codes[0]
    with loading.cartridge as booted:
        pack = None if booted.pack is None else pack_view(booted.pack)
        return {"manifest": booted.manifest.as_json(), "pack": pack}


def _other(directory: Path) -> Any:
    reader = other_reader()
    try:
        view = reader.cartridge(str(directory), Namespace(profile="reader"))
    except reader.Reject as reject:
        return reject.args[0]
    # Its numbers are tokens until they are shown.
    return json.loads(reader.encode(view))


def shipping(data: bytes) -> bool:
    """The bytes as ``cartridge.json``: what is shipped boots, and is up to date."""
    base = _project()
    write(base / "cartridge.json", data)
    made = outcome(lambda: ship(base))
    if isinstance(made, Refused):
        return False
    with boot(base / "cartridge") as booted:
        if booted.manifest != made.manifest:
            raise Disagreement("another manifest is loaded than was shipped")
    if not check_ship(base).ok:
        raise Disagreement("what was shipped is not up to date")
    return True


@cache
def _project() -> Path:
    base = place("shipping")
    write(base / INDEX, Registry().encode())
    build(base)
    write(base / "build/program.pbx", b"program")
    write(base / "main.pbx", b"program")
    return base


def manifest_seeds() -> Iterator[bytes]:
    """The manifests of the vectors, and those of the schema's examples."""
    vectors = ROOT / "conformance" / "vectors"
    yield from (path.read_bytes() for path in sorted(vectors.glob("cartridge-*/manifest.json")))
    for example in CURRENT.documents.schema("manifest", 1)["examples"]:
        yield json.dumps(example, indent=2).encode()


def shipping_seeds() -> Iterator[bytes]:
    """Descriptions of a cartridge that can be shipped, and of some that cannot."""
    version = CURRENT.newest("cartridge")
    whole = {"schema_version": version, **_EXAMPLE, "program": "build/program.pbx"}
    for changes in (
        {},
        {"$schema": f"urn:prometeu:schema:cartridge:{version}", "program": "main.pbx"},
        {"capabilities": []},
        {"title": "🏮" * 64, "app_mode": "System"},
        {"program": "../main.pbx"},
        {"program": "build"},
        {"capabilities": ["gfx", "Asset", "gfx"]},
    ):
        yield json.dumps({**whole, **changes}, indent=2, ensure_ascii=False).encode()
