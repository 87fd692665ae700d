"""The example, built and taken apart again, against a reading of its sources by other hands.

`sheet_faults` and `frames` use Pillow, `wave` and `struct` alone: nothing of the intake.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from prometeu_assets import Pack, SoundBank, TileBank
from prometeu_assets import open as open_pack
from prometeu_assets.packer.build import BuildResult, build
from prometeu_assets.shipper.verify import verify
from prometeu_assets.views.extract import write_assets

EXAMPLE = Path(__file__).parents[2] / "examples/hello-cartridge"
GENERATED = shutil.ignore_patterns("build", "cache.json", "lock", "__pycache__", "cartridge")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("example") / "hello-cartridge"
    shutil.copytree(EXAMPLE, path, ignore=GENERATED)
    return path


@pytest.fixture(scope="module")
def built(project: Path) -> BuildResult:
    return build(project)


@pytest.fixture(scope="module")
def pack(built: BuildResult) -> Iterator[Pack]:
    with open_pack(built.outputs["assets.pa"]) as opened:
        yield opened


def declaration(project: Path, root: str) -> dict[str, Any]:
    return json.loads((project / "assets" / root / "asset.json").read_text())  # type: ignore[no-any-return]


# --- the independent reading ----------------------------------------------------------------


def rgb565(red: int, green: int, blue: int) -> int:
    return red >> 3 << 11 | green >> 2 << 5 | blue >> 3


def sheet_faults(bank: TileBank, file: Path, first: int, palettes: range) -> tuple[int, set[int]]:
    """How many tiles a sheet has, and the palettes in which every pixel shows its colour."""
    image, size = Image.open(file), bank.tile_size
    colors, own = image.convert("RGBA"), image.convert("P") if image.mode == "P" else None
    across, fitting = image.width // size, set(palettes)
    count = across * (image.height // size)
    for tile in range(count):
        column, row = (first + tile) % (256 // size), (first + tile) // (256 // size)
        for y in range(size):
            for x in range(size):
                at = (tile % across * size + x, tile // across * size + y)
                index = int(bank.indices[row * size + y, column * size + x])
                *rgb, alpha = colors.getpixel(at)  # type: ignore[misc]
                assert (alpha, index == 0) in {(0, True), (255, False)}
                if own:
                    assert index == own.getpixel(at)
                if alpha:
                    fitting = {p for p in fitting if bank.palettes[p, index] == rgb565(*rgb)}
    return count, fitting


def frames(file: Path) -> tuple[int, ...]:
    """The frames of a WAV: by `wave`, or chunk by chunk where `wave` knows no EXTENSIBLE."""
    data = file.read_bytes()
    if struct.unpack_from("<H", data, 20)[0] == 1:
        with wave.open(str(file)) as sound:
            assert sound.getparams()[:3] == (1, 2, 22_050)
            body = sound.readframes(sound.getnframes())
    else:
        at = 12
        while data[at : at + 4] != b"data":
            at += 8 + -(-struct.unpack_from("<I", data, at + 4)[0] // 2) * 2
        body = data[at + 8 : at + 8 + struct.unpack_from("<I", data, at + 4)[0]]
    return struct.unpack(f"<{len(body) // 2}h", body)


# --- what was built -------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["world/tiles", "heroes/gardener"])
def test_every_pixel_of_every_sheet(project: Path, pack: Pack, root: str) -> None:
    inputs = declaration(project, root)["inputs"]
    bank = pack.decode(pack[root])
    assert isinstance(bank, TileBank)
    assert bank.palette_authored == len(inputs["palettes"])
    first = 0
    for name in inputs["sprites"]:
        file = project / "assets" / root / name
        count, fitting = sheet_faults(bank, file, first, range(bank.palette_authored))
        assert fitting, f"{name} shows its colours in one of the palettes"
        first += count
    size = bank.tile_size
    tiles = bank.indices.reshape(256 // size, size, 256 // size, size).swapaxes(1, 2)
    assert not tiles.reshape(-1, size * size)[first:].any(), "no tile follows the last"
    assert not bank.palettes[bank.palette_authored :].any()


def test_every_sample_of_every_sound(project: Path, pack: Pack) -> None:
    names = declaration(project, "sound/effects")["inputs"]["samples"]
    bank = pack.decode(pack["sound/effects"])
    assert isinstance(bank, SoundBank)
    assert bank.sample_rate == 22_050
    for name, sample in zip(names, bank.samples, strict=True):
        assert tuple(sample.tolist()) == frames(project / "assets/sound/effects" / name)


def test_the_raw_payload_is_the_file(project: Path, pack: Pack) -> None:
    data = (project / "assets/world/sky/sky.bin").read_bytes()
    assert bytes(pack.read(pack["world/sky"])) == data


def test_the_world_that_was_built(built: BuildResult, pack: Pack) -> None:
    assert {entry.asset_id: entry.asset_name for entry in pack} == {
        1: "world/tiles", 2: "heroes/gardener", 3: "sound/effects", 5: "world/sky",
    }  # fmt: skip
    assert [(item.asset_id, item.slot) for item in pack.preload] == [(1, 0), (3, 0)]
    assert [(d.code, d.file) for d in built.report] == [
        ("ROOT_UNREGISTERED", "assets/drafts/ideas/asset.json"),
    ]  # fmt: skip
    assert pack["world/tiles"].metadata["x_author"] == "PROMETEU examples"


def test_companions_stand_in_the_header_byte_for_byte(built: BuildResult, pack: Pack) -> None:
    data = built.outputs["assets.pa"].read_bytes()
    header = data[32 : 32 + int.from_bytes(data[8:12], "little")]
    table = built.outputs["asset_table.json"].read_bytes()
    preload = built.outputs["preload.json"].read_bytes()
    assert header == b'{"asset_table":' + table + b',"preload":' + preload + b"}"
    assert header == pack.header_bytes
    assert verify(built.outputs["assets.pa"]).codes == ()


def test_the_companion_for_tools_names_every_source(project: Path, built: BuildResult) -> None:
    import hashlib

    value = json.loads(built.outputs["asset_table_metadata.json"].read_bytes())
    for asset in value["assets"]:
        origin = asset["origin"]
        listed = declaration(project, origin["root"])["inputs"]
        told = [(source["role"], source["path"]) for source in origin["sources"]]
        assert told == [(role, path) for role, paths in listed.items() for path in paths]
        for source in origin["sources"]:
            data = (project / "assets" / origin["root"] / source["path"]).read_bytes()
            assert source["size"] == len(data)
            assert source["sha256"] == hashlib.sha256(data).hexdigest()


def test_what_is_extracted_is_what_was_put_in(project: Path, pack: Pack, tmp_path: Path) -> None:
    written = {path.name: path for path in write_assets(pack, [], tmp_path / "out", decode=True)}
    assert len(written) == 2 * (4 + 2 + 3) + 12
    for number, name in enumerate(declaration(project, "sound/effects")["inputs"]["samples"]):
        path = written[f"3-sound.effects.{number:04}.wav"]
        assert frames(path) == frames(project / "assets/sound/effects" / name)
    for entry in pack:
        bank = pack.decode(entry)
        if not isinstance(bank, TileBank):
            continue
        stem = f"{entry.asset_id}-{entry.asset_name.replace('/', '.')}"
        for palette in range(bank.palette_authored):
            image = Image.open(written[f"{stem}.{palette:02}.png"])
            assert (image.mode, image.info["transparency"]) == ("P", 0)
            assert image.tobytes() == bank.indices.tobytes()
            lines = written[f"{stem}.{palette:02}.gpl"].read_text().splitlines()[3:]
            colors = [tuple(map(int, line.split()[:3])) for line in lines]
            assert [rgb565(*color) for color in colors] == bank.palettes[palette].tolist()
            shown = image.convert("RGBA").getcolors(99)
            assert shown is not None
            assert {rgba[:3] for _, rgba in shown if rgba[3]} <= set(colors)  # type: ignore[index]


def test_what_is_extracted_can_be_built_again(project: Path, pack: Pack, tmp_path: Path) -> None:
    """A decoded sheet with its palettes gives the same bank."""
    twin = tmp_path / "twin"
    shutil.copytree(project, twin, ignore=GENERATED)
    write_assets(pack, ["heroes/gardener"], twin / "assets/heroes/gardener", decode=True)
    anchor = twin / "assets/heroes/gardener/asset.json"
    value = json.loads(anchor.read_text())
    stem = "2-heroes.gardener"
    value["inputs"] = {
        "sprites": [f"{stem}.00.png"], "palettes": [f"{stem}.00.gpl", f"{stem}.01.gpl"],
    }  # fmt: skip
    anchor.write_text(json.dumps(value))
    with open_pack(build(twin).outputs["assets.pa"]) as again:
        old, new = pack["heroes/gardener"], again["heroes/gardener"]
        assert bytes(again.read(new)) == bytes(pack.read(old))


def test_redrawing_gives_the_same_pixels_and_samples(project: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(project, twin, ignore=GENERATED)
    sources = [p for p in sorted((twin / "assets").rglob("*")) if p.is_file()]
    drawn = [p for p in sources if p.suffix != ".json" or p.name == "dusk.json"]
    assert len(drawn) > 20
    for path in drawn:
        path.unlink()
    subprocess.run([sys.executable, "draw.py"], cwd=twin, check=True, timeout=60)
    for path in sources:
        original = project / path.relative_to(twin)
        if path.suffix == ".png":
            one, two = Image.open(path), Image.open(original)
            assert (one.mode, one.size, one.getpalette()) == (two.mode, two.size, two.getpalette())
            assert one.tobytes() == two.tobytes()
        elif path.suffix == ".wav":
            assert frames(path) == frames(original)
        else:
            assert path.read_bytes() == original.read_bytes()
