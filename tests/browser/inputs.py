"""What the browser opens, and what it must show: decoded here, by the Python package."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tools.cases import of_rule

import prometeu_assets as pa
from prometeu_assets.banks.tiles.runs import read_runs
from prometeu_assets.catalog import address
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.manifest import write_input
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.source import MemorySource
from prometeu_assets.views.html import page
from tests import packs
from tests.third.contract import THIRD

ROOT = Path(__file__).resolve().parents[2]
KIT = ROOT / "conformance"
SPARSE = 58_000
"""Tile banks of a pack of 1.9 GiB."""
UNDER = (17, 2, 1)
"""Where the pointer is moved to: column, row and palette."""
SHEET = "assets/world/tiles/sheets/plants.png"
HEADER = 16 * 1024 * 1024


def make(place: Path) -> None:
    """All files, and ``expected.json``, in a folder."""
    (place / "shots").mkdir()
    expected = {
        "example": _example(place),
        "broken": _broken(place),
        "cartridge": _cartridge(place),
        "preview": _preview(place),
        "compared": _compared(place),
        "rules": _rules(),
    }
    (place / "empty.html").write_bytes(page())
    (place / "site.html").write_bytes(page(site="../"))
    _many(place / "many.pa")
    expected["sparse"] = _sparse(place / "sparse.pa")
    _large(place)
    with closing(open_source(place / "sparse.pa")) as large:
        (place / "large.html").write_bytes(page(file="sparse.pa", source=large))
    (place / "live.html").write_bytes(
        page(live={"events": "events", "pack": "pack", "state": "state"})
    )
    _hostile(place)
    _third(place)
    expected["report"] = _report(place)
    (place / "expected.json").write_text(json.dumps(expected))
    _site(place / "site")


def _site(folder: Path) -> None:
    """The docs site, as it is published."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _shown(pack: pa.Pack, companion: dict[str, Any]) -> dict[str, Any]:
    """By asset what a canvas holds in each authored palette and the last, and what a sound plays."""
    rows = {row["asset_name"]: row for row in companion["assets"]}
    found: dict[str, Any] = {}
    for entry in pack:
        bank: Any = pack.decode(entry)
        if entry.bank_type == "SOUNDS":
            found[entry.asset_name] = [
                {
                    "rate": bank.sample_rate,
                    "frames": len(sample),
                    "peak": int(np.abs(sample.astype(int)).max()),
                    "sha256": _sha256(sample.astype("<i2").tobytes()),
                }
                for sample in bank.samples
            ]
            continue
        whole = replace(bank, palette_authored=64)
        sheets = {p: whole.rgba(p) for p in (*range(bank.palette_authored), 63)}
        for sheet in sheets.values():
            sheet[bank.indices == 0] = 0
        shown = {str(number): _sha256(sheet.tobytes()) for number, sheet in sheets.items()}
        details = rows[entry.asset_name].get("details")
        if details is None:
            found[entry.asset_name] = shown
            continue
        runs = read_runs(details["palettes"])
        palettes = [max(palette, 0) for palette, count in runs for _ in range(count)]
        matched, size = sheets[0].copy(), bank.tile_size
        for number, palette in enumerate(palettes):
            row, column = divmod(number, 256 // size)
            part = np.s_[row * size : (row + 1) * size, column * size : (column + 1) * size]
            matched[part] = sheets[palette][part]
        found[entry.asset_name] = {**shown, "matched": _sha256(matched.tobytes())}
    return found


def _example(place: Path) -> dict[str, Any]:
    """The example, and the same with one sheet drawn over and one asset gone."""
    game = place / "game"
    shutil.copytree(ROOT / "examples/hello-cartridge", game, ignore=shutil.ignore_patterns("build"))
    pa.build(game)
    companion = json.loads((game / "build/asset_table_metadata.json").read_text("utf-8"))
    data = (game / "build/assets.pa").read_bytes()
    held = page(file="example.pa", source=MemorySource(data), companion=companion)
    (place / "example.html").write_bytes(held)
    (place / "example.pa").write_bytes(data)
    with pa.open(data) as pack:
        shown = _shown(pack, companion)
        first = pack.entries[0]
        at = pack.payload_offset + first.offset
    drawn = bytearray(data)
    drawn[at : at + 64] = b"\x12" * 64
    (place / "drawn.pa").write_bytes(drawn)
    with pa.open(bytes(drawn)) as pack:
        other = _shown(pack, companion)
        tiles: Any = pack.decode(pack.entries[0])
    x, y, palette = UNDER
    index = int(tiles.indices[y, x])
    under = {"index": index, "color": int(tiles.palettes[palette][index])}
    return {"companion": companion, "assets": shown, "drawn": other, "under": under}


def _preview(place: Path) -> dict[str, Any]:
    """A project to be previewed that has not been built, a sheet to be saved, and what is seen."""
    game, other = place / "watched", place / "saved"
    ignored = shutil.ignore_patterns("build", "cache.json")
    shutil.copytree(place / "game", game, ignore=ignored)
    shutil.copytree(game, other)
    picture = Image.open(other / SHEET)
    picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(other / SHEET)
    pa.build(other)
    companion = json.loads((other / "build/asset_table_metadata.json").read_text("utf-8"))
    with pa.open(other / "build/assets.pa") as pack:
        return {"sheet": SHEET, "shown": _shown(pack, companion)}


def _large(place: Path) -> None:
    """A project with a fault whose last build is a pack of 1.9 GiB."""
    game = place / "large"
    shutil.copytree(place / "game", game, ignore=shutil.ignore_patterns("build", "cache.json"))
    (game / "good.png").write_bytes((game / SHEET).read_bytes())
    (game / SHEET).write_bytes(b"no picture")
    (game / "build").mkdir()
    os.link(place / "sparse.pa", game / "build/assets.pa")


def _compared(place: Path) -> list[list[str]]:
    """Two packs that differ in every way, and how."""
    old = packs.placed([packs.tiles(1, "t/1"), packs.tiles(2, "t/2"), packs.tiles(3, "t/3"),
                        packs.sounds(4, "s/4", [4, 4])])  # fmt: skip
    new = packs.placed([packs.tiles(1, "t/1"), packs.tiles(3, "t/3"),
                        packs.sounds(4, "s/4", [4, 4]), packs.tiles(5, "t/5")])  # fmt: skip
    for name, entries in (("old.pa", old), ("new.pa", new)):
        payload = bytearray(packs.payload(entries))
        sound = next(entry for entry in entries if entry["asset_id"] == 4)
        payload[sound["offset"] : sound["offset"] + 8] = bytes(7) + bytes([name == "new.pa"])
        header = packs.canonical({"asset_table": entries, "preload": []})
        (place / name).write_bytes(packs.assemble(header, payload))
    found = pa.diff(place / "old.pa", place / "new.pa").as_json()
    rows = [(row, [name]) for name in ("added", "removed") for row in found[name]]
    rows += [(row, row["what"]) for name in ("moved", "changed") for row in found[name]]
    assert len(rows) == 4
    return sorted([str(row["asset_id"]), row["asset_name"], ", ".join(what)] for row, what in rows)


def _broken(place: Path) -> list[dict[str, Any]]:
    """A case of the kit for each rule of every step, with what the Python package says of it."""
    manifest = json.loads((KIT / "manifest.json").read_text("utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for case in manifest["cases"]:
        if case["kind"] != "read" or case["verdict"] != "reject" or case["rule"] in found:
            continue
        if "file" not in case["input"]:
            continue  # a file of gigabytes, which is described
        file = KIT / case["input"]["file"]
        report = pa.validate(file, profile=case["profile"])
        (first, *_) = report.diagnostics
        shutil.copy(file, place / file.name)
        found[case["rule"]] = {
            "file": file.name, "code": case["code"], "rule": first.rule, "pointer": first.pointer,
            "offset": first.offset, "writer": case["profile"] == "writer", "size": file.stat().st_size,
        }  # fmt: skip
    return list(found.values())


def _cartridge(place: Path) -> dict[str, Any]:
    """A cartridge, and one without its pack."""
    pa.ship(place / "game")
    whole, without = place / "game/cartridge", place / "without"
    shutil.copytree(whole, without)
    (without / "assets.pa").unlink()
    return {"title": json.loads((whole / "manifest.json").read_text("utf-8"))["title"]}


def _rules() -> list[dict[str, Any]]:
    """Of each rule a case that a link opens, and where the finding leads on the site."""
    return [
        {
            "rule": rule.id,
            "query": of_rule(rule.id),
            "code": rule.code,
            "places": sorted(
                place.replace(".md#", ".html#")
                for place in (
                    CURRENT.address(rule), address(rule.code), f"reference/cases.md#{rule.id}"
                )
            ),
        }
        for rule in CURRENT.every_rule
    ]  # fmt: skip


def _many(file: Path) -> None:
    """As many assets as a pack may have."""
    names = (f"sounds/{'odd' if n % 2 else 'even'}/{n:05}" for n in range(1, 65_537))
    entries = [packs.sounds(n, name, [2]) for n, name in enumerate(names, 1)]
    file.write_bytes(packs.pack(entries, [{"asset_id": 65_536, "slot": 3}]))


def _sparse(file: Path) -> dict[str, Any]:
    """Tile banks of which only the first and the last have pixels; the file has holes."""
    table = packs.placed([packs.tiles(n, f"sheets/{n}") for n in range(1, SPARSE + 1)])
    head = packs.assemble(packs.canonical({"asset_table": table, "preload": []}))
    shown = {}
    with file.open("wb") as out:
        out.write(head)
        out.truncate(len(head) + table[-1]["offset"] + table[-1]["size"])
        for entry, index in ((table[0], 1), (table[-1], 2)):
            out.seek(len(head) + entry["offset"])
            out.write(bytes([index * 0x11]) * 100 + bytes(32768 - 100))
            out.write(bytes(index * 2) + b"\x1f\xf8")
    with pa.open(file) as pack:
        for entry in (pack.entries[0], pack.entries[-1]):
            sheet = pack.decode(entry).rgba(0)  # type: ignore[union-attr]
            sheet[pack.decode(entry).indices == 0] = 0  # type: ignore[union-attr]
            shown[entry.asset_name] = _sha256(sheet.tobytes())
    return {"size": file.stat().st_size, "assets": SPARSE, "shown": shown}


def _hostile(place: Path) -> None:
    """Headers and files that are made to be hard to read."""
    whole = (place / "example.pa").read_bytes()
    start = b'{"asset_table":['
    texts = {
        "numbers": start + b"1," * ((HEADER - len(start)) // 2 - 1) + b"1",
        "nested": start + b"[" * (HEADER - len(start)),
        "string": start + b'"' + b"\\u0041" * ((HEADER - len(start)) // 6 - 1),
        "objects": start + b"{}," * ((HEADER - len(start)) // 3 - 1) + b"{}",
    }
    for name, text in texts.items():
        (place / f"hostile-{name}.pa").write_bytes(packs.assemble(text))
    (place / "truncated.pa").write_bytes(whole[:700])
    (place / "nothing.pa").write_bytes(b"")
    (place / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    evil = '<img src=x onerror="document.title=1">'
    (place / "evil.pa").write_bytes(
        packs.pack([packs.sounds(1, evil, [2]), packs.sounds(2, "b", [4])])
    )
    few = [packs.tiles(n, f"t/{n}") for n in range(1, 9)]
    (place / "changes.pa").write_bytes(packs.pack(few))
    (place / "project/assets").mkdir(parents=True)
    (place / "project/assets/index.json").write_text("{}")


def _third(place: Path) -> None:
    """A pack of a container and a bank that the page does not know, but its command does."""
    case = next(case for case in cases(THIRD) if case.id == "read-2-accept-one-tilemaps")
    file = place / "third.pa"
    write_input(file, case)
    report = pa.validate(file, contract=THIRD).as_json()
    source = MemorySource(file.read_bytes())
    held = page(file="third.pa", source=source, report=report, contract=THIRD)
    (place / "third.html").write_bytes(held)


def _report(place: Path) -> list[dict[str, Any]]:
    """The page that a command writes for a pack with several faults."""
    entries = packs.placed([packs.tiles(2, "a"), packs.tiles(1, "a"), packs.sounds(1, "b", [2])])
    header = packs.canonical({"asset_table": entries, "preload": []})
    data = packs.assemble(header, packs.payload(entries))
    report = pa.validate(data).as_json()
    held = page(file="wrong.pa", source=MemorySource(data), report=report)
    (place / "report.html").write_bytes(held)
    diagnostics: list[dict[str, Any]] = report["diagnostics"]
    return diagnostics


def saved(place: Path) -> None:
    """The picture that the browser saved is the sheet."""
    expected = json.loads((place / "expected.json").read_text("utf-8"))["example"]["assets"]
    pixels = np.array(Image.open(place / "saved.png").convert("RGBA"))
    pixels[pixels[..., 3] == 0] = 0
    assert _sha256(pixels.tobytes()) == expected["world/tiles"]["1"], "the saved picture"
