"""Targets that read what people write: a project's documents, and the sources of a new asset."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Final

from tests.workspace.projects import drawing

from fuzz.disk import place, write
from fuzz.outcome import outcome
from fuzz.packs import ROOT, Disagreement
from fuzz.sources import image_seeds, sound_seeds
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.documents import read_document
from prometeu_assets.packer.build import build
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.declarations import load
from prometeu_assets.workspace.identity import identity, with_uuid
from prometeu_assets.workspace.migrate import plan_migration
from prometeu_assets.workspace.registry import INDEX, Registered, Registry, read_index

_UUID: Final = "00000000-0000-4000-8000-000000000001"
_OTHER: Final = "ffffffff-0000-4000-8000-00000000000f"
_ASSET: Final = "assets/a/asset.json"


def document(data: bytes) -> bool:
    """The bytes as each document of a project, through all that reads it."""
    return any([_cartridge(data), _index(data), _asset(data)])


def _cartridge(data: bytes) -> bool:
    base = place("cartridge")
    write(base / "cartridge.json", data)
    read = outcome(lambda: read_document(base, "cartridge.json", "cartridge", CURRENT, context={}))
    return not isinstance(read, Refused)


def _index(data: bytes) -> bool:
    base = place("index")
    write(base / INDEX, data)
    index = outcome(lambda: read_index(base, CURRENT))
    outcome(lambda: plan_migration(base))
    if isinstance(index, Refused) or index.faults:
        return False
    _check_types(index.assets, Registered(asset_id=1, asset_uuid="", root=""))
    write(base / INDEX, index.registry.encode())
    again = Registry.load(base, CURRENT)
    if again.rows != index.registry.rows:
        raise Disagreement("a registry changes when it is written")
    return True


def _check_types(rows: tuple[Registered, ...], like: Registered) -> None:
    for row in rows:
        for name in like.__slots__:
            if type(getattr(row, name)) is not type(getattr(like, name)):
                raise Disagreement(f"{name} of {row}")


def _asset(data: bytes) -> bool:
    base = place("asset")
    row = Registered(asset_id=1, asset_uuid=_UUID, root="a")
    if not (base / INDEX).exists():
        write(base / INDEX, Registry().with_rows([row]).encode())
    write(base / _ASSET, data)
    declared = outcome(lambda: load(base, row, CURRENT))
    if not isinstance(declared, Refused):
        outcome(lambda: bank_of(declared, CURRENT))
    outcome(lambda: plan_migration(base))
    claimed = outcome(lambda: identity(base, "a", CURRENT))
    if isinstance(claimed, Refused):
        return False
    if claimed.uuid is None:
        return True
    write(base / _ASSET, with_uuid(base, "a", _OTHER, CURRENT))
    changed = identity(base, "a", CURRENT)
    if (changed.uuid, changed.name) != (_OTHER, claimed.name):
        raise Disagreement("another uuid changes another thing")
    return True


def beginning(data: bytes) -> bool:
    """The bytes as the source that a new asset finds; accepted if it is an input of either kind."""
    accepted = False
    for kind, name in (("tile-bank", "a.png"), ("sound-bank", "a.wav")):
        base = place("beginning")
        shutil.rmtree(base)
        write(base / INDEX, Registry().encode())
        write(base / "assets/a" / name, data)
        root = base / "assets/a"
        made = outcome(lambda: drawing(lambda: _UUID, new, kind, root, project=base))  # noqa: B023
        if isinstance(made, Refused):
            continue
        if isinstance(outcome(lambda: build(base, jobs=1)), Refused):  # noqa: B023
            raise Disagreement("a new asset that a build refuses")
        accepted |= not made.passed_over.diagnostics
        if (base / "assets/a" / name).read_bytes() != data:
            raise Disagreement("a new asset changes what is there")
    return accepted


def document_seeds() -> Iterator[bytes]:
    """Every document of the examples, of old projects and of the schemas' own examples."""
    for top in ("examples", "tests/compat/projects"):
        for name in ("asset.json", "index.json", "cartridge.json"):
            yield from (path.read_bytes() for path in sorted((ROOT / top).rglob(name)))
    for kind, versions in CURRENT.windows.items():
        for version in versions:
            for example in CURRENT.documents.schema(kind, version).get("examples", ()):
                yield json.dumps(example, indent=2).encode()
    vectors = sorted((ROOT / "conformance" / "vectors").glob("*.json"))
    yield from (path.read_bytes() for path in vectors if path.stat().st_size <= 8192)
    # This one belongs to the registered asset, which is what the deeper readers want.
    own = {**CURRENT.documents.schema("asset", 2)["examples"][0], "asset_uuid": _UUID}
    yield json.dumps(own, indent=4).encode()


def beginning_seeds() -> Iterator[bytes]:
    """Images and sounds."""
    yield from sound_seeds()
    yield from image_seeds()
