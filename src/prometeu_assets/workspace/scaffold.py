"""Beginning an asset: its root with an ``asset.json`` and files that build at once, registered.

Clause: ``spec/workspace.md#new``.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from prometeu_assets.contract import CURRENT, Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Refused
from prometeu_assets.documents import INDEX
from prometeu_assets.kinds import PNG_SIGNATURE
from prometeu_assets.storage.folders import find_roots, names_below
from prometeu_assets.storage.paths import destination, open_inside, stands
from prometeu_assets.storage.transaction import WORKSPACE, Lock, Transaction, recover
from prometeu_assets.workspace import starters
from prometeu_assets.workspace.identity import Draw, draw_uuid
from prometeu_assets.workspace.places import ANCHOR, Taken, around, root_of
from prometeu_assets.workspace.registry import ASSETS, Registered, Registry, new_row, require

KINDS: Final = ("tile-bank", "sound-bank")

_PALETTES: Final = (".hex", ".gpl", ".pal")
_INDEXED_AT, _INDEXED = 25, 3
"""Where a PNG states its colour type (bytes from the start), and that of an indexed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new asset. ``written`` are files relative to the project, its declaration last.

    ``inputs`` is role to paths below the root: files that were there, or starters.
    """

    registered: Registered
    name: str
    written: tuple[str, ...]
    inputs: Mapping[str, tuple[str, ...]]
    metadata: Mapping[str, int]


def new(
    project: Path,
    kind: str,
    path: Path,
    *,
    name: str | None = None,
    draw: Draw = draw_uuid,
    contract: Contract = CURRENT,
) -> Created:
    """Begin an asset of one of `KINDS` at ``path`` and register it.

    Sources that already lie there become its inputs; for each role that finds none there is a
    starter. Nothing that is there is overwritten. Raises `Refused`, `OSError`.
    """
    require(project)
    with Lock(project):
        recover(project, WORKSPACE)
        registry = Registry.load(project, contract)
        root = root_of(project, path)
        _check_free(project, root, registry)
        row = new_row(registry.next_asset_id, root, draw())
        sources = _tiles(project, root) if kind == "tile-bank" else _sounds(project, root)
        document = _document(kind, row, root if name is None else name, sources)
        _check_name(document, root, contract)
        text = f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()
        texts = {f"{row.directory}/{path}": data for path, data in sources.starters.items()}
        texts[row.anchor] = text
        with Transaction(project, WORKSPACE) as transaction:
            for file, data in texts.items():
                transaction.stage(file, [data])
            registry = registry.with_rows((*registry.assets, row), row.asset_id + 1)
            transaction.stage(INDEX, [registry.encode()])
            transaction.commit()
    return Created(
        registered=row,
        name=document["name"],
        written=tuple(texts),
        inputs=sources.inputs,
        metadata=sources.metadata,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """Role to paths below the root, starters by path, and the metadata that fits them."""

    inputs: Mapping[str, tuple[str, ...]]
    starters: Mapping[str, bytes]
    metadata: Mapping[str, int]


def _tiles(project: Path, root: str) -> _Sources:
    sprites, palettes = _present(project, root, (".png",)), _present(project, root, _PALETTES)
    made: dict[str, bytes] = {}
    if not sprites:
        sprites = ("sprites/tiles.png",)
        made[sprites[0]] = starters.sheet()
    if not palettes and not made and _is_indexed(project, root, sprites[0]):
        palettes = sprites[:1]
    if not palettes:
        palettes = ("palettes/main.hex",)
        made[palettes[0]] = starters.palette()
    inputs = {"sprites": sprites, "palettes": palettes}
    return _Sources(inputs=inputs, starters=made, metadata={"tile_size": starters.TILE})


def _sounds(project: Path, root: str) -> _Sources:
    samples, made, rate = _present(project, root, (".wav",)), {}, starters.RATE
    if samples:
        rate = _rate(project, root, samples[0]) or rate
    else:
        samples = ("samples/blip.wav",)
        made[samples[0]] = starters.sound()
    return _Sources(inputs={"samples": samples}, starters=made, metadata={"sample_rate": rate})


def _present(project: Path, root: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The files below a root with one of these endings, relative to it, sorted.

    Raises `Refused` with a fault for each that no document can name or no build can read.
    """
    there = names_below(project, f"{ASSETS}/{root}")
    found = [path for path in there if path.lower().endswith(endings)]
    faults: list[Diagnostic] = []
    for path in found:
        try:
            with _opened(project, root, path):
                pass
        except Refused as refused:
            faults += refused.at(asset=AssetRef(name=root)).report
    if faults:
        raise Refused(*faults)
    return tuple(found)


def _opened(project: Path, root: str, path: str) -> IO[bytes]:
    return open_inside(project, f"{ASSETS}/{root}/{path}")


def _is_indexed(project: Path, root: str, path: str) -> bool:
    with _opened(project, root, path) as file:
        head = file.read(_INDEXED_AT + 1)
    return head.startswith(PNG_SIGNATURE) and head[_INDEXED_AT:] == bytes([_INDEXED])


def _rate(project: Path, root: str, path: str) -> int | None:
    """The frames a second of a WAV; None if it has none to tell, and a build says why."""
    try:
        with _opened(project, root, path) as opened, wave.open(opened) as file:
            rate: int = file.getframerate()
            return rate
    except (wave.Error, EOFError):
        return None


def _document(kind: str, row: Registered, name: str, sources: _Sources) -> dict[str, Any]:
    format_ = {"tile-bank": "TILES/indexed_v1", "sound-bank": "SOUNDS/pcm16le_v1"}[kind]
    return {
        "schema_version": 2,
        "asset_uuid": row.asset_uuid,
        "name": name,
        "type": kind.replace("-", "_"),
        "inputs": {role: list(paths) for role, paths in sources.inputs.items()},
        "output": {"format": format_, "codec": "NONE", "metadata": dict(sources.metadata)},
        "preload": {"enabled": False},
    }


def _check_name(document: dict[str, Any], root: str, contract: Contract) -> None:
    """Refuse a name that no pack can hold; with other faults the build will say what is wrong."""
    version = document["schema_version"]
    for violation in contract.documents.violations(("asset", version), document):
        if violation.pointer == "/name":
            data = {"name": document["name"]}
            raise Refused(Diagnostic(code="NEW_NAME", data=data, asset=AssetRef(name=root)))


def _check_free(project: Path, root: str, registry: Registry) -> None:
    """Refuse a place where an asset is or cannot be."""
    anchor = f"{ASSETS}/{root}/{ANCHOR}"
    destination(project, anchor)
    if stands(project, anchor):
        data = {"root": root}
        raise Refused(
            Diagnostic(code="NEW_EXISTS", data=data, file=anchor, asset=AssetRef(name=root))
        )
    faults = list(Taken(registry.assets).faults(root))
    registered = {row.root for row in registry.assets}
    outer = [o for o in around(root) if stands(project, f"{ASSETS}/{o}/{ANCHOR}")]
    pairs = [(root, o) for o in outer]
    if stands(project, f"{ASSETS}/{root}"):
        inside = find_roots(project, f"{ASSETS}/{root}")
        pairs += [(f"{root}/{inner}", root) for inner in inside]
    for inner, around_it in pairs:
        if not {inner, around_it} & registered:
            data = {"root": inner, "outer": around_it}
            faults.append(
                Diagnostic(code="ROOT_NESTED", data=data, file=anchor, asset=AssetRef(name=root))
            )
    if faults:
        raise Refused(*faults)
