"""What is inside a pack, as a value of its schema and as text, without its payload."""

from __future__ import annotations

from typing import Any

import pytest
from tests import packs

from prometeu_assets import open as open_pack
from prometeu_assets.cli.pack_text import inspection_lines
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.reader.pack import Pack
from prometeu_assets.views.inspect import inspection

PACKS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "empty": ([], []),
    "tiles": ([packs.tiles(1, "a")], []),
    "all": (packs.SMALL, [{"asset_id": 1, "slot": 3}, {"asset_id": 9, "slot": 3}]),
    "many": ([packs.sounds(i, f"s{i}", [2 * i]) for i in range(1, 121)], []),
}


@pytest.fixture
def inspected(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    entries, preload = PACKS[request.param]
    monkeypatch.setattr(Pack, "read", None)
    with open_pack(packs.pack(entries, preload)) as pack:
        return inspection(pack, "some.pa").as_json()


def text_of(name: str, *, everything: bool = False) -> list[str]:
    with open_pack(packs.pack(*PACKS[name])) as pack:
        return list(
            inspection_lines(inspection(pack, "some.pa"), pack.container, everything=everything)
        )


@pytest.mark.parametrize(("inspected", "name"), [(n, n) for n in PACKS], indirect=["inspected"])
def test_an_inspection(inspected: dict[str, Any], name: str) -> None:
    entries, preload = PACKS[name]
    value = inspected
    assert (
        list(CURRENT.documents.violations(("inspection", CURRENT.newest("inspection")), value))
        == []
    )
    assert value["prelude"]["magic"] == "41535041"
    assert sum(value["layout"].values()) == value["size"] == len(packs.pack(entries, preload))
    assert value["layout"]["slices"] == sum(entry["size"] for entry in entries)
    assert value["slots"] == 16
    assert [a["asset_id"] for a in value["assets"]] == [e["asset_id"] for e in entries]
    assert [p["slot"] for p in value["preload"]] == [p["slot"] for p in preload]
    assert sum(bank["assets"] for bank in value["banks"].values()) == len(entries)
    if name == "all":
        assert value["banks"]["SOUNDS"] == {"assets": 2, "size": 12, "decoded_size": 12}
        assert value["preload"][1]["asset_name"] == "sound/beep"
        assert value["largest"] == [1, 3, 9]
    if name == "many":
        assert value["largest"] == [120, 119, 118, 117, 116]


ALL = """\
some.pa
  version 1, 34.8 KiB: header 724 B, payload from byte 768
  34.0 KiB in 3 slices, 18 B of padding
  TILES: 1 asset, 34.0 KiB stored, 66.0 KiB resident
  SOUNDS: 2 assets, 12 B stored, 12 B resident

payload, each letter 484 B; case alternates from asset to asset
  |TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT|
  TILES   [########################] 100%
  SOUNDS  [#.......................]  <1%

the largest
  [########################] 100%   34.0 KiB  tiles/hero
  [#.......................]  <1%       10 B  sound/fx
  [#.......................]  <1%        2 B  sound/beep

preload slots
  TILES  [...#............] 1 of 16: 3 tiles/hero
  SOUNDS [...#............] 1 of 16: 3 sound/beep

   id bank       offset      size slot  name        details
    1 TILES           0     34816    3  tiles/hero  8x8 tiles, 2 palettes
    3 SOUNDS      34816        10       sound/fx    2 samples at 8000 Hz, 0.00 s
    9 SOUNDS      34832         2    3  sound/beep  1 sample at 8000 Hz, 0.00 s
"""


def test_the_text() -> None:
    lines = text_of("all")
    assert [line.rstrip() for line in lines] == ALL.splitlines()
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", ["tiles", "empty", "many"])
def test_a_text_fits_and_is_cut(name: str) -> None:
    lines, whole = text_of(name), text_of(name, everything=True)
    assert all(len(line) <= 80 for line in whole)
    assert all(line.isascii() for line in whole)
    if name == "many":
        assert lines[-1] == "  ... and 20 more: --all lists them"
        assert lines[:-1] == whole[: len(lines) - 1]
        assert len(whole) == len(lines) - 1 + 20
    else:
        assert lines == whole
