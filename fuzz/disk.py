"""Targets that read files of a project: its documents, companions, a journal left behind."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fuzz.outcome import judge, outcome
from fuzz.packs import ROOT, Disagreement
from prometeu_assets.conformance.parts import Parts, sounds
from prometeu_assets.contract import CURRENT
from prometeu_assets.contract.companions import METADATA, PACK, mirrors
from prometeu_assets.diagnostics import Refused
from prometeu_assets.documents import read_document
from prometeu_assets.packer.encode import bank_of
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage.transaction import BUILD, JOURNAL, recover
from prometeu_assets.workspace.declarations import load
from prometeu_assets.workspace.identity import identity, with_uuid
from prometeu_assets.workspace.migrate import plan
from prometeu_assets.workspace.published import document_holders
from prometeu_assets.workspace.registry import INDEX, Registered, Registry, read_merged_index

_UUID: Final = "00000000-0000-4000-8000-000000000001"
_OTHER: Final = "ffffffff-0000-4000-8000-00000000000f"
_ASSET: Final = "assets/a/asset.json"
_CANARY: Final = "outside/canary"


@cache
def place(name: str) -> Path:
    """A folder of its own for each purpose."""
    return Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))


def write(path: Path, data: bytes) -> None:
    """Put bytes there, whatever was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


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
    index = outcome(lambda: read_merged_index(base, CURRENT))
    outcome(lambda: plan(base))
    if isinstance(index, Refused) or index.faults:
        return False
    _check_types(index.rows, Registered(asset_id=1, asset_uuid="", root=""))
    write(base / INDEX, index.registry.encode())
    again = Registry.load(base, CURRENT)
    if (again.assets, again.next_asset_id) != (index.registry.assets, index.registry.next_asset_id):
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
        write(base / INDEX, Registry().with_asset("a", _UUID).encode())
    write(base / _ASSET, data)
    declared = outcome(lambda: load(base, row, CURRENT))
    if not isinstance(declared, Refused):
        outcome(lambda: bank_of(declared, CURRENT))
    outcome(lambda: plan(base))
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


@cache
def _pack() -> bytes:
    rows = [sounds(3, "sound/fx", [6, 4]), sounds(9, "beep", [2])]
    return Parts(contract=CURRENT, rows=rows, preload=[{"asset_id": 9, "slot": 0}]).build()


@cache
def _companions() -> Mapping[str, bytes]:
    """What belongs beside that pack, made by hand."""
    pack = _pack()
    text = pack[32 : 32 + int.from_bytes(pack[8:12], "little")]
    start = int.from_bytes(pack[12:16], "little")
    header = json.loads(text)
    assets = [
        {
            "asset_id": entry["asset_id"],
            "asset_uuid": _UUID[:-1] + str(entry["asset_id"]),
            "asset_name": entry["asset_name"],
            "root": entry["asset_name"],
            "format": "SOUNDS/pcm16le_v1",
            "payload_sha256": _sha256(pack[start + entry["offset"] :][: entry["size"]]),
            "sources": [{"role": "samples", "path": "0.wav", "size": 54, "sha256": "0" * 64}],
        }
        for entry in header["asset_table"]
    ]
    whole = {
        "file": PACK, "size": len(pack), "sha256": _sha256(pack), "schema_version": 1,
        "payload_offset": start, "header": {"size": len(text), "sha256": _sha256(text)},
    }  # fmt: skip
    value = {"schema_version": 1, "pack": whole, "assets": assets}
    names = CURRENT.shape(CURRENT.written).names
    return {**mirrors(header, names), METADATA: json.dumps(value).encode()}


def companion(data: bytes) -> bool:
    """The bytes as the companion for tools, then as each mirror, beside a pack that is right."""
    right, accepted = _companions(), False
    for name in right:
        base = place(f"companion-{name}")
        if not (base / PACK).exists():
            for other, text in {**right, PACK: _pack()}.items():
                write(base / other, text)
        write(base / name, data)
        report = judge(verify(base / PACK))
        if name == METADATA:
            holders = document_holders(base / METADATA, CURRENT)
            refused = any("schema accepts" in d.message for d in report)
            if (holders is None) != refused:
                raise Disagreement("verify and doctor read two companions")
        elif report.ok != (data == right[name]):
            raise Disagreement(f"a mirror that differs: {name}")
        accepted |= report.ok
    return accepted


def journal(data: bytes) -> bool:
    """The bytes as what a killed build left behind: it is completed, swept or refused.

    Whatever it says, nothing outside of ``build/`` changes, and a second look finds no more.
    """
    base = place("journal")
    shutil.rmtree(base)
    for name, text in _left_behind().items():
        write(base / name, text)
    write(base / BUILD.staging / JOURNAL, data)
    before = _files(base)
    found = outcome(lambda: recover(base, BUILD))
    after = _files(base)
    inside = f"{BUILD.directory}/"
    if {n: d for n, d in before.items() if not n.startswith(inside)} != {
        n: d for n, d in after.items() if not n.startswith(inside)
    }:
        raise Disagreement("a journal reaches out of its area")
    if isinstance(found, Refused):
        if before != after:
            raise Disagreement("a refused journal changes files")
        return False
    if (base / BUILD.staging / JOURNAL).exists():
        raise Disagreement("a journal that was followed stays behind")
    again = recover(base, BUILD)
    if again.completed or again.swept or _files(base) != after:
        raise Disagreement("a second recovery finds something to do")
    return True


def _left_behind() -> dict[str, bytes]:
    return {
        f"{BUILD.staging}/0/0": b"table",
        f"{BUILD.staging}/0/1": b"pack",
        f"{BUILD.staging}/7/0": b"older",
        f"{BUILD.directory}/{PACK}": b"old pack",
        f"{BUILD.directory}/program.pbx": b"program",
        _CANARY: b"canary",
        "assets/a/asset.json": b"{}",
    }


def _files(base: Path) -> dict[str, bytes]:
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for path in base.rglob("*")
        if path.is_file()
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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
    # The first of these belongs to the registered asset; it is what the deeper readers want.
    own = {**CURRENT.documents.schema("asset", 2)["examples"][0], "asset_uuid": _UUID}
    yield json.dumps(own, indent=4).encode()


def companion_seeds() -> Iterator[bytes]:
    """The companions that are right, and those of the schema's examples."""
    yield from _companions().values()
    for example in CURRENT.documents.schema("asset-table-metadata", 1).get("examples", ()):
        yield json.dumps(example).encode()


def journal_seeds() -> Iterator[bytes]:
    """Journals of which all, some or no files wait, and those that reach out."""
    table = _row(f"{BUILD.directory}/asset_table.json", b"table")
    pack = _row(f"{BUILD.directory}/{PACK}", b"pack")
    in_place = _row(f"{BUILD.directory}/program.pbx", b"program")
    rows: list[tuple[int, list[Any]]] = [
        (0, [table, pack]),
        (0, []),
        (7, [_row(f"{BUILD.directory}/x/y", b"older")]),
        (1, [in_place]),
        (0, [table, _row(f"{BUILD.directory}/{PACK}", b"other")]),
        (0, [table, table]),
        (0, [_row(_CANARY, b"table")]),
        (0, [_row("build/../outside/canary", b"table")]),
        (0, [_row("build/.STAGING/journal.json", b"table")]),
        (0, [table, _row("build/asset_table.json/x", b"pack")]),
        (0, [_row("build/program.pbx/x", b"table")]),
        (0, [_row("build/program.PBX", b"table"), _row("build/Program.pbx", b"pack")]),
    ]
    for number, files in rows:
        yield json.dumps({"schema_version": 1, "id": number, "files": files}).encode()


def _row(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "size": len(data), "sha256": _sha256(data)}
