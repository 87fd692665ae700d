"""Targets that read what the tool itself wrote, or somebody who looks like it.

Companions beside a pack, the journal of an interrupted build, the cache.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.packer.intake.files import fmt, riff, riff_chunk

from fuzz.disk import place, write
from fuzz.outcome import judge, outcome
from fuzz.packs import Disagreement
from prometeu_assets.conformance.parts import Parts, sounds
from prometeu_assets.contract.companions import COMPANION, METADATA, PACK, mirrors
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.build import build
from prometeu_assets.packer.cache import CACHE
from prometeu_assets.shipper.released import held_by_file
from prometeu_assets.shipper.verify import verify
from prometeu_assets.storage.transaction import BUILD, JOURNAL, recover
from prometeu_assets.workspace.registry import INDEX, Registered, Registry

_UUID: Final = "00000000-0000-4000-8000-000000000001"
_CANARY: Final = "outside/canary"


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
            "asset_name": entry["asset_name"],
            "format": "SOUNDS/pcm16le_v1",
            "payload_sha256": _sha256(pack[start + entry["offset"] :][: entry["size"]]),
            "origin": {
                "asset_uuid": _UUID[:-1] + str(entry["asset_id"]),
                "root": entry["asset_name"],
                "sources": [{"role": "samples", "path": "0.wav", "size": 54, "sha256": "0" * 64}],
            },
        }
        for entry in header["asset_table"]
    ]
    whole = {
        "file": PACK, "size": len(pack), "sha256": _sha256(pack), "schema_version": CURRENT.writes,
        "payload_offset": start, "header": {"size": len(text), "sha256": _sha256(text)},
    }  # fmt: skip
    value = {"schema_version": CURRENT.newest(COMPANION), "pack": whole, "assets": assets}
    return {**mirrors(header), METADATA: json.dumps(value).encode()}


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
            held = outcome(lambda: held_by_file(base / METADATA))  # noqa: B023
            refused = any("valid by its schema" in d.message for d in report)
            foreign = isinstance(held, Refused) and set(held.report.codes) == {"RELEASE_ORIGIN"}
            if isinstance(held, Refused) != refused and not foreign:
                raise Disagreement("verify and release read two companions")
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
    kept = {n: d for n, d in before.items() if Path(n).name not in BUILD.replaced}
    if any(after.get(n) != d for n, d in kept.items() if BUILD.staging not in n):
        raise Disagreement("a journal replaces a file that is no output")
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


@cache
def _built() -> tuple[Path, bytes, bytes]:
    """A project that was built, with the bytes of its pack and of its cache."""
    base = place("cache")
    write(
        base / INDEX,
        Registry().with_rows([Registered(asset_id=1, asset_uuid=_UUID, root="a")]).encode(),
    )
    sound = riff(fmt(rate=8_000), riff_chunk(b"data", bytes(range(20))))
    write(base / "assets/a/a.wav", sound)
    declaration = {
        "schema_version": CURRENT.newest("asset"),
        "asset_uuid": _UUID,
        "name": "a",
        "type": "sound_bank",
        "inputs": {"samples": ["a.wav"]},
        "output": {
            "format": "SOUNDS/pcm16le_v1",
            "codec": "NONE",
            "metadata": {"sample_rate": 8_000, "x_a": {"b": [1, "c"]}},
        },
        "preload": {"enabled": True},
    }
    write(base / "assets/a/asset.json", json.dumps(declaration).encode())
    pack = build(base, jobs=1).outputs[PACK].read_bytes()
    return base, pack, (base / CACHE).read_bytes()


def cached(data: bytes) -> bool:
    """The bytes as the cache: a build is the same, and the cache is good again."""
    base, pack, good = _built()
    write(base / CACHE, data)
    made = build(base, jobs=1)
    if made.outputs[PACK].read_bytes() != pack:
        raise Disagreement("a cache decides what is built")
    if _entries((base / CACHE).read_bytes()) != _entries(good):
        raise Disagreement("a damaged cache stays")
    return made.statistics.reused > 0


def _entries(cache: bytes) -> object:
    """What a cache says of slices; the digests of files go with the time of the build."""
    return json.loads(cache)["entries"]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def companion_seeds() -> Iterator[bytes]:
    """The companions that are right, and those of the schema's examples."""
    yield from _companions().values()
    for version in CURRENT.windows[COMPANION]:
        for example in CURRENT.documents.schema(COMPANION, version).get("examples", ()):
            yield json.dumps(example).encode()


def journal_seeds() -> Iterator[bytes]:
    """Journals of which all, some or no files wait, and those that reach out."""
    table = _row(f"{BUILD.directory}/asset_table.json", b"table")
    pack = _row(f"{BUILD.directory}/{PACK}", b"pack", replaces=b"old pack")
    seeds: list[list[Any]] = [
        [table, pack],
        [table],
        [_row(f"{BUILD.directory}/x/y", b"table"), pack],
        [],
        [_row(f"{BUILD.directory}/x/y", b"older")],
        [_row(f"{BUILD.directory}/program.pbx", b"program")],
        [table, _row(f"{BUILD.directory}/{PACK}", b"pack")],
        [table, _row(f"{BUILD.directory}/{PACK}", b"other")],
        [_row(f"{BUILD.directory}/program.pbx", b"table", replaces=b"program")],
        [_row(f"{BUILD.directory}/{PACK}", b"table", replaces=b"old pack")],
        [_row(f"{BUILD.directory}/{PACK}", b"table", replaces=b"another")],
        [table, table],
        [_row(_CANARY, b"table")],
        [_row("build/../outside/canary", b"table")],
        [_row("build/.STAGING/journal.json", b"table")],
        [table, _row("build/asset_table.json/x", b"pack")],
        [_row("build/program.pbx/x", b"table")],
        [_row("build/program.PBX", b"table"), _row("build/Program.pbx", b"pack")],
    ]
    for files in seeds:
        yield json.dumps({"schema_version": 2, "files": files}).encode()


def _row(name: str, data: bytes, *, replaces: bytes | None = None) -> dict[str, object]:
    old = None if replaces is None else _held(replaces)
    return {"name": name, "new": _held(data), "replaces": old}


def _held(data: bytes) -> dict[str, object]:
    return {"size": len(data), "sha256": _sha256(data)}


def cache_seeds() -> Iterator[bytes]:
    """The cache that is right, and those of the schema's examples."""
    yield _built()[2]
    for example in CURRENT.documents.schema("cache", 3).get("examples", ()):
        yield json.dumps(example).encode()
