"""The packer of the guide, from its page alone, makes what ours makes of the same values.

``tests/guides/test_guides.py`` runs the commands of the page and compares what they print.
"""

from __future__ import annotations

import importlib
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import prometeu_assets as pa
from prometeu_assets.conformance import kit as kits

GUIDE: Final = Path(__file__).resolve().parents[2] / "spec" / "guide" / "packer.md"
FILES: Final = dict(
    re.findall(
        r'^```python title="([^"]+)"\n(.*?)^```$',
        GUIDE.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)

Modules = Callable[[str], Any]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Modules]:
    """Imports a file of the page by its name."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield importlib.import_module
    for name in FILES:
        sys.modules.pop(name.removesuffix(".py"), None)


def test_the_files_need_the_standard_library_alone() -> None:
    taken = {
        name
        for text in FILES.values()
        for name in re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
    }
    assert taken - {name.removesuffix(".py") for name in FILES} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("seed", range(5))
def test_it_packs_as_ours_does(seed: int, module: Modules) -> None:
    chance = random.Random(seed)
    size = chance.choice([8, 16, 32])
    drawn = {
        number: ["".join(chance.choices("0123456789abcdef", k=size)) for _ in range(size)]
        for number in range(chance.randint(1, (256 // size) ** 2))
    }
    palettes = [
        {index: f"#{chance.randrange(2**24):06x}" for index in range(16)}
        for _ in range(chance.randint(1, 64))
    ]
    frames = [
        [chance.randint(-32768, 32767) for _ in range(chance.randint(1, 99))]
        for _ in range(chance.randint(1, 20))
    ]
    assets = {
        chance.randint(1, 99): module("sounds").sounds("sfx/e", 22050, frames),
        chance.randint(100, 2**31 - 1): module("tiles").tiles("tiles", size, drawn, palettes),
    }
    slots = module("slots").next_slots(module("table").table(assets)[0], set(assets))
    module("limits").check(assets, slots)
    sheet = [[[int(digit, 16) for digit in row] for row in rows] for rows in drawn.values()]
    colors = [[list(bytes.fromhex(c[1:])) for c in palette.values()] for palette in palettes]
    first, second = assets
    ours = pa.pack(
        {
            "sfx/e": pa.SoundBank.from_arrays(frames, sample_rate=22050),
            "tiles": pa.TileBank.from_arrays(sheet, colors, tile_size=size),
        },
        ids={"sfx/e": first, "tiles": second},
        preload=["sfx/e", "tiles"],
    )
    assert module("packer").pack(assets, slots) == ours


def test_its_companions_are_those_of_ours(module: Modules, tmp_path: Path) -> None:
    module("game")
    values = module("values")
    ours = tmp_path / "ours"
    ours.mkdir()
    with pa.open(module("packer").pack({1: values.icons, 2: values.beep, 3: values.tick})) as pack:
        banks = {entry.asset_name: pack.decode(entry) for entry in pack}
    pa.write(ours / "assets.pa", banks, preload=["icons", "beep"], companions=True)
    for file in ours.iterdir():
        assert (tmp_path / "build" / file.name).read_bytes() == file.read_bytes(), file.name


def test_the_decodings_of_the_kit_are_packed_again_from_their_values(module: Modules) -> None:
    """The slices of each case of kind ``decode``, from frames, and from rows and colours."""
    kit, packed = kits.load(), 0
    for case in kit.manifest["cases"]:
        if "values" not in case or "file" not in case["input"]:
            continue
        if not pa.validate(kit.directory / case["input"]["file"], profile="writer").ok:
            continue  # no packer writes these bytes
        values = json.loads((kit.directory / case["values"]).read_text("utf-8"))["assets"]
        with pa.open((kit.directory / case["input"]["file"]).read_bytes()) as pack:
            for entry, value in zip(pack, values, strict=True):
                data = bytes(pack.read(entry))
                if entry.bank_type == "SOUNDS":
                    made = module("sounds").sounds("x", 8000, value["samples"])[1]
                else:
                    made = _tiles(module, entry.metadata, value)
                assert made == data, case["id"]
                packed += 1
    assert packed > 10


def _tiles(module: Modules, metadata: Any, value: Any) -> bytes:
    """A slice of tiles, from the rows and colours of a case."""
    size, across = metadata["tile_size"], 256 // metadata["tile_size"]
    rows = [value["rows"].get(str(y), "0" * 256) for y in range(256)]
    drawn = {
        number: [row[x : x + size] for row in rows[y : y + size]]
        for number in range(across * across)
        for x, y in [(number % across * size, number // across * size)]
    }
    palettes = [
        dict(enumerate(value["colours"].get(str(number), "").split()))
        for number in range(metadata["palette_authored"])
    ]
    data: bytes = module("tiles").tiles("x", size, drawn, palettes)[1]
    return data
