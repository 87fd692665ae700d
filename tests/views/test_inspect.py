"""What is inside a pack, as a value of its schema, without its payload."""

from __future__ import annotations

from typing import Any

import pytest
from tests import packs

from prometeu_assets import open as open_pack
from prometeu_assets.contract import CURRENT
from prometeu_assets.reader.pack import Pack
from prometeu_assets.views.inspect import inspection

PACKS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "empty": ([], []),
    "tiles": ([packs.tiles(1, "a")], []),
    "all": (packs.SMALL, [{"asset_id": 1, "slot": 3}, {"asset_id": 9, "slot": 3}]),
}


@pytest.mark.parametrize("name", PACKS)
def test_an_inspection(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries, preload = PACKS[name]
    data = packs.pack(entries, preload)
    monkeypatch.setattr(Pack, "read", None)
    with open_pack(data) as pack:
        value = inspection(pack, "some.pa")
    assert list(CURRENT.documents.violations(("inspection", 1), value)) == []
    assert value["size"] == len(data)
    assert value["prelude"]["magic"] == "41535041"
    assert [a["asset_id"] for a in value["assets"]] == [e["asset_id"] for e in entries]
    assert [p["slot"] for p in value["preload"]] == [p["slot"] for p in preload]
    assert sum(bank["assets"] for bank in value["banks"].values()) == len(entries)
    if name == "all":
        assert value["banks"]["SOUNDS"] == {"assets": 2, "size": 12, "decoded_size": 12}
        assert value["preload"][1]["asset_name"] == "sound/beep"
