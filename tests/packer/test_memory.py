"""Packs from banks in memory: the same bytes as a build's, and what is refused."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.projects import Project

import prometeu_assets as pa
from prometeu_assets.contract.companions import METADATA, MIRRORS, PACK
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.shipper.verify import verify

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RGB = [[[0, 0, 0], [255, 0, 68], [0, 255, 0]]]


def tiles(indices: Any = None, rgb: Any = RGB, tile_size: int = 8) -> pa.TileBank:
    sheet = np.eye(8, dtype=np.uint8) if indices is None else indices
    return pa.TileBank.from_arrays(sheet, rgb, tile_size=tile_size)


def sounds(*samples: list[int], rate: int = 8000) -> pa.SoundBank:
    return pa.SoundBank.from_arrays(samples or ([1, -2, 32767, -32768],), sample_rate=rate)


def test_a_pack_of_a_build_is_made_again_from_its_banks(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, 2), (3,)], metadata={"sample_rate": 8000, "x_mood": "dark"})
    project.tiles("moth", seed=9)
    built = pa.build(project.path).outputs[PACK].read_bytes()
    with pa.open(built) as pack:
        banks = {entry.asset_name: pack.decode(entry) for entry in pack}
        ids = {entry.asset_name: entry.asset_id for entry in pack}
    further = {"fx": {"x_mood": "dark"}}
    made = pa.pack(banks, ids=ids, preload=["hero"], metadata=further)
    assert made == built
    backwards = dict(reversed(banks.items()))
    assert pa.pack(backwards, ids=ids, preload=["hero"], metadata=further) == built


def test_the_page_is_true(tmp_path: Path) -> None:
    page = (EXAMPLES.parent / "spec/python-writer.md").read_text(encoding="utf-8")
    (tmp_path / "page.py").write_text(page.partition("```python\n")[2].partition("```")[0])
    with pa.open(runpy.run_path(str(tmp_path / "page.py"))["data"]) as pack:
        assert [entry.asset_name for entry in pack] == ["tiles/ball", "sounds/beep"]
        assert len(pack.decode(pack["sounds/beep"]).samples[0]) == 2000  # type: ignore[union-attr]


def test_ids_and_slots(tmp_path: Path) -> None:
    banks = {"a": tiles(), "b": sounds(), "c": tiles(), "d": sounds()}
    with pa.open(pa.pack(banks, ids={"c": 1, "d": 9}, preload=["a", "c", "d"])) as pack:
        assert [(e.asset_id, e.asset_name) for e in pack] == [
            (1, "c"), (2, "a"), (3, "b"), (9, "d"),
        ]  # fmt: skip
        assert [(p.asset_id, p.slot) for p in pack.preload] == [(1, 0), (2, 1), (9, 0)]
        assert pack.decode(pack["b"]).samples[0].tolist() == [1, -2, 32767, -32768]
    with pa.open(pa.pack({})) as empty:
        assert len(empty) == 0


def test_arrays_become_tiles_in_their_order() -> None:
    sheet = np.arange(4 * 64).reshape(4, 8, 8) % 16
    rows = np.vstack([np.hstack(sheet[:2]), np.hstack(sheet[2:])])
    for given in (sheet, rows, rows.tolist()):
        bank = tiles(given)
        assert bank.indices.shape == (256, 256)
        assert (bank.indices[:8, :32] == np.hstack(sheet)).all()
        assert not bank.indices[8:].any() and not bank.indices[:, 32:].any()
    assert bank.palettes.shape == (64, 16)
    assert bank.palettes[0].tolist() == [0, 0xF808, 0x07E0, *[0] * 13]
    assert bank.palette_authored == 1


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: tiles(np.full((8, 8), 16)), "indices: 16 is not 0 … 15"),
        (lambda: tiles(np.eye(8)), "indices: whole numbers are needed, not float64"),
        (lambda: tiles(np.zeros((8, 9), int)), r"in whole tiles of 8 pixels, or \(tiles, 8, 8\)"),
        (lambda: tiles(np.zeros((1025, 8, 8), int)), "there are 1025 tiles, and a bank holds 1024"),
        (lambda: tiles(tile_size=12), "tile_size: 12 is not one of 8, 16, 32"),
        (lambda: tiles(rgb=[]), "rgb: there are 0 palettes, and a bank has 1 to 64"),
        (lambda: tiles(rgb=RGB * 65), "rgb: there are 65 palettes"),
        (lambda: tiles(rgb=[[[0, 0]]]), r"rgb: palette 0 must have the shape \(colours, 3\)"),
        (lambda: tiles(rgb=[[[0, 0, 256]]]), "colours: 256 is not 0 … 255"),
        (lambda: tiles([[0] * 8] * 7 + [[0] * 7]), "^indices: all rows must have the same length$"),
        (lambda: tiles(rgb=[[[0, 0, 0], [0]]]), "^rgb: palette 0: all rows must have the same"),
        (lambda: sounds([0], [[1], [1, 2]]), "^sample 1: all rows must have the same length$"),  # type: ignore[list-item]
        (lambda: sounds([32768]), "sample 0: 32768 is not -32768 … 32767"),
        (lambda: sounds([0], []), r"sample 1: the shape must be \(frames,\), at least \(1,\)"),
        (lambda: sounds([0], [[1, 2]]), r"sample 1: the shape must be"),  # type: ignore[list-item]
    ],
)
def test_arrays_that_no_bank_holds(make: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        make()


def refused(assets: dict[str, Any], **options: Any) -> pa.Report:
    with pytest.raises(pa.Refused) as found:
        pa.pack(assets, **options)
    return found.value.report


def test_what_a_pack_cannot_hold_has_a_code_and_names_the_asset() -> None:
    bad = pa.TileBank(
        indices=np.full((256, 256), 99), palettes=tiles().palettes, tile_size=8, palette_authored=1
    )
    flat = pa.TileBank(
        indices=np.zeros(64, np.uint8), palettes=tiles().palettes, tile_size=8, palette_authored=1
    )
    report = refused({"bad": bad, "good": tiles(), "flat": flat})
    assert [(d.code, d.asset and d.asset.name) for d in report] == [
        ("ASSET_VALUE", "bad"), ("ASSET_VALUE", "flat"),
    ]  # fmt: skip
    assert "99 is not 0 … 15" in report.diagnostics[0].message
    small = pa.TileBank(
        indices=np.zeros((8, 8), np.uint8), palettes=tiles().palettes, tile_size=8,
        palette_authored=1,
    )  # fmt: skip
    for assets, options, code in (
        ({"small": small}, {}, "BANK_METADATA"),
        ({"a": sounds(rate=1)}, {}, "BANK_METADATA"),
        ({"": sounds()}, {}, "HEADER_SCHEMA"),
        ({"a": sounds()}, {"ids": {"a": 2**31}}, "HEADER_SCHEMA"),
        ({"a": sounds(), "b": sounds()}, {"ids": {"a": 1, "b": 1}}, "TABLE_ORDER"),
        ({"a": sounds()}, {"metadata": {"a": {"mood": 1}}}, "BANK_METADATA"),
        (
            {f"s{n}": sounds() for n in range(17)},
            {"preload": [f"s{n}" for n in range(17)]},
            "PRELOAD_FULL",
        ),
    ):
        assert refused(assets, **options).codes[0] == code, assets
    with pytest.raises(TypeError, match="'a' is a list, and not one of TileBank, SoundBank"):
        pa.pack({"a": []})  # type: ignore[dict-item]
    for options in ({"ids": {"b": 1}}, {"preload": ["b"]}, {"metadata": {"b": {}}}):
        with pytest.raises(ValueError, match="no asset is called 'b'"):
            pa.pack({"a": sounds()}, **options)


def test_written_with_its_companions(tmp_path: Path) -> None:
    banks = {"hero": tiles(), "fx": sounds()}
    (tmp_path / PACK).write_bytes(b"old")
    files = pa.write(tmp_path / PACK, banks, preload=["hero"], companions=True)
    assert {path.name for path in files} == {PACK, METADATA, *MIRRORS}
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert (tmp_path / PACK).read_bytes() == pa.pack(banks, preload=["hero"])
    value = json.loads((tmp_path / METADATA).read_bytes())
    key = "asset-table-metadata", CURRENT.newest("asset-table-metadata")
    assert list(CURRENT.documents.violations(key, value)) == []
    assert ["origin" in asset for asset in value["assets"]] == [False, False]
    assert verify(tmp_path / PACK).codes == ()
    assert pa.write(tmp_path / "other.pa", {"b": sounds()}) == (tmp_path / "other.pa",)
    with pytest.raises(ValueError, match=r"is called assets\.pa, not other\.pa"):
        pa.write(tmp_path / "other.pa", banks, companions=True)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(pa.Refused):
        pa.write(tmp_path / PACK, {"": sounds()}, companions=True)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_example_that_converts_a_pico_8_cartridge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{'0123456789abcdef' * 8}\n", f"{'f' * 128}\n"]
    text = f"pico-8 cartridge\nversion 41\n__lua__\nx=1\n__gfx__\n{''.join(rows)}__sfx__\n0100\n"
    (tmp_path / "game.p8").write_text(text)
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path / "game.p8"), str(tmp_path / "a.pa")])
    example = EXAMPLES / "from_pico8.py"
    runpy.run_path(str(example), run_name="__main__")
    with pa.open(tmp_path / "a.pa") as pack:
        bank = pack.decode(pack["sprites/game"])
        assert isinstance(bank, pa.TileBank)
        # 16 tiles of the first row of tiles are half a row of the bank's sheet.
        assert bank.indices[0, :128].tolist() == [*range(16)] * 8
        assert bank.indices[1, :128].tolist() == [15] * 128
        assert bank.palettes[0, 8] == 0xFF >> 3 << 11 | 0x4D >> 3
        assert len(pack.preload) == 1
    assert len(example.read_text().splitlines()) <= 50
