"""How two packs differ: asset by asset, header and payload apart."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests import packs
from tests.cli.running import Cli
from tests.every import every

from prometeu_assets import open as open_pack
from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.reader.pack import Pack
from prometeu_assets.views import diff as module
from prometeu_assets.views.diff import difference, pruned

Entries = list[dict[str, Any]]
OLD = [packs.tiles(1, "tiles/hero"), packs.sounds(3, "fx", [6, 4]), packs.sounds(9, "beep", [2])]


def compared(old: bytes, new: bytes) -> dict[str, Any]:
    with open_pack(old) as one, open_pack(new) as two:
        value = difference(one, two, ("old.pa", "new.pa")).as_json()
    assert (
        list(CURRENT.documents.violations(("difference", CURRENT.newest("difference")), value))
        == []
    )
    return value


def changed(number: int = 0, **changes: Any) -> Entries:
    """The entries with members of one changed; ``metadata`` adds to what is there."""
    entries = deepcopy(OLD)
    metadata = entries[number]["metadata"] | changes.pop("metadata", {})
    entries[number] |= {"metadata": metadata, **changes}
    return entries


def flipped(at: int) -> bytes:
    data = bytearray(packs.pack(OLD))
    data[at] ^= 1
    return bytes(data)


LEN = int.from_bytes(packs.pack(OLD)[12:16], "little")
ONE = [{"asset_id": 1, "slot": 0}]

# case: the other pack, (prelude, header, payload differ), {id: what} of changed, ids moved
CASES: dict[str, tuple[bytes, str, dict[int, list[str]], list[int]]] = {
    "nothing": (packs.pack(OLD), "", {}, []),
    "a name": (packs.pack(changed(asset_name="tiles/her0")), "prelude header",
               {1: ["renamed"]}, []),
    "metadata": (packs.pack(changed(metadata={"tile_size": 16})), "prelude header",
                 {1: ["metadata"]}, []),
    "a first pixel": (flipped(LEN), "payload", {1: ["payload"]}, []),
    "a last byte of a slice": (flipped(LEN + 34_815), "payload", {1: ["payload"]}, []),
    "a last byte of the file": (flipped(-1), "payload", {9: ["payload"]}, []),
    "padding": (flipped(LEN + 34_816 + 10), "", {}, []),
    "preload": (packs.pack(OLD, ONE), "prelude header", {1: ["preload"]}, []),
    "a longer sound": (
        packs.pack([OLD[0], packs.sounds(3, "fx", [6, 14]), OLD[2]]), "prelude header payload",
        {3: ["metadata", "payload", "size"]}, [9]),
    "one fewer at the front": (packs.pack(OLD[1:]), "prelude header payload", {}, [3, 9]),
    "one more at the end": (
        packs.pack([*OLD, packs.tiles(12, "new")]), "prelude header payload", {}, []),
    "another bank": (
        packs.pack([packs.sounds(1, "tiles/hero", [34_816]), *OLD[1:]]), "prelude header payload",
        {1: ["bank", "metadata", "payload", "size"]}, []),
}  # fmt: skip


@every(CASES)
def test_a_difference(case: str) -> None:
    new, differs, changes, moved = CASES[case]
    old = packs.pack(OLD)
    value = compared(old, new)
    assert value["identical"] is (old == new)
    parts = ("prelude", "header", "payload")
    assert {part for part in parts if value[part] == "differs"} == set(differs.split())
    assert {row["asset_id"]: row["what"] for row in value["changed"]} == changes
    assert [row["asset_id"] for row in value["moved"]] == moved
    assert all(row["old"].keys() | row["new"].keys() == {"offset"} for row in value["moved"])
    before, after = ({e.asset_id for e in open_pack(data)} for data in (old, new))
    assert [row["asset_id"] for row in value["removed"]] == sorted(before - after)
    assert [row["asset_id"] for row in value["added"]] == sorted(after - before)
    back = compared(new, old)
    assert [row["what"] for row in back["changed"]] == [row["what"] for row in value["changed"]]
    assert [row["old"] for row in back["changed"]] == [row["new"] for row in value["changed"]]
    assert [row["asset_id"] for row in back["moved"]] == moved
    assert back["added"] == value["removed"]


def test_members_are_told_old_and_new() -> None:
    entries = changed(asset_name="b", metadata={"tile_size": 16, "x_a": {"b": [1], "c": True}})
    (row,) = compared(packs.pack(OLD), packs.pack(entries))["changed"]
    assert row["old"] == {"asset_name": "tiles/hero", "metadata": {"tile_size": 8}}
    assert row["new"] == {
        "asset_name": "b", "metadata": {"tile_size": 16, "x_a": {"b": [1], "c": True}},
    }  # fmt: skip
    assert (row["asset_name"], row["what"], row["payload"]) == (
        "b",
        ["metadata", "renamed"],
        "same",
    )


@every(
    [
        ({}, {}, {}, {}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"a": 1}, {"a": True}, {"a": 1}, {"a": True}),
        ({"a": [1]}, {"a": [True]}, {"a": [1]}, {"a": [True]}),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, {"a": [{"b": 0}]}, {"a": [{"b": False}]}),
        ({"a": [{"b": 0}]}, {"a": [{"b": 0}]}, {}, {}),
        ({"a": None}, {}, {"a": None}, {}),
        ({"a": {}}, {}, {"a": {}}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 2}}, {"a": {"c": 3}}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}, {"a": {}}),
        ({"a": {}}, {"a": []}, {"a": {}}, {"a": []}),
    ]
)
def test_pruned(old: Any, new: Any, left: Any, right: Any) -> None:
    assert pruned(old, new) == (left, right)
    assert str(pruned(old, new)) == str((left, right))  # 1 is not True
    assert pruned(new, old) == (right, left)


def test_slices_are_compared_in_chunks_and_only_at_one_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHUNK", 1000)
    assert compared(packs.pack(OLD), flipped(LEN + 33_333))["changed"][0]["what"] == ["payload"]
    read: list[int] = []
    original = Pack.read
    monkeypatch.setattr(Pack, "read", lambda s, e: read.append(e.asset_id) or original(s, e))
    compared(packs.pack(OLD), packs.pack([OLD[0], packs.sounds(3, "fx", [6, 14])]))
    assert read == [1, 1]


TEXT = """\
- old.pa: 35.0 KiB, 4 assets
+ new.pa: 35.1 KiB, 4 assets
prelude differs, header differs, payload differs

removed (1)
  - #3 gone  SOUNDS, 2 B

added (1)
  + #8 gone  SOUNDS, 20 B (the name was #3's)

changed (2)
  ~ #1 tiles/hero renamed to tiles/heroine
      preload slot: 0 -> none
      metadata tile_size: 8 -> 16
      metadata x_a: none -> {"b": 2}
  ~ #2 fx
      payload: its bytes differ
      decoded_size: 18 -> 26
      size: 18 -> 26
      preload slot: none -> 1
      samples: added 3; of another length 1; 1 shifted

moved, nothing else (1)
  = #5 last  offset 34864 -> 34848
"""


def write(folder: Path) -> None:
    hero = packs.tiles(1, "tiles/hero")
    new = packs.tiles(1, "tiles/heroine")
    new["metadata"] |= {"tile_size": 16, "x_a": {"b": 2}}
    last = packs.sounds(5, "last", [2])
    fx, more = packs.sounds(2, "fx", [6, 4, 8]), packs.sounds(2, "fx", [6, 10, 8, 2])
    old = [hero, fx, packs.sounds(3, "gone", [2]), last]
    (folder / "old.pa").write_bytes(packs.pack(old, ONE))
    entries = [new, more, last, packs.sounds(8, "gone", [20])]
    (folder / "new.pa").write_bytes(packs.pack(entries, [{"asset_id": 2, "slot": 1}]))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Cli(capsys)


def test_the_text(cli: Cli) -> None:
    ran = cli("diff", "old.pa", "new.pa")
    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out == TEXT
    assert cli("diff", "old.pa", "old.pa").out.splitlines()[2:] == ["the same, byte for byte"]


def test_exit_codes(cli: Cli) -> None:
    assert cli("diff", "old.pa", "new.pa", "--exit-code").code == WRONG_INPUT
    assert cli("diff", "old.pa", "old.pa", "--exit-code").code == DONE
    value = cli("diff", "old.pa", "new.pa", "--format", "json").value("difference")
    assert (value["old"]["file"], value["new"]["assets"]) == ("old.pa", 4)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("bad.pa", "new.pa", ["PRELUDE_LEGACY"]),
        ("old.pa", "bad.pa", ["PRELUDE_LEGACY"]),
        ("bad.pa", "cut.pa", ["PRELUDE_LEGACY", "PRELUDE_TRUNCATED"]),
    ],
)
def test_packs_that_are_none(cli: Cli, old: str, new: str, codes: list[str]) -> None:
    Path("bad.pa").write_bytes(b"PPA1")
    Path("cut.pa").write_bytes(b"ASPA")
    ran = cli("diff", old, new, "--format", "json")
    assert ran.code == WRONG_INPUT
    assert [d["code"] for d in ran.value("report")["diagnostics"]] == codes
    ran = cli("diff", old, new)
    assert (ran.code, ran.out) == (WRONG_INPUT, "")


def test_long_lists_are_cut(cli: Cli) -> None:
    many = [packs.sounds(i, f"s{i}", [2]) for i in range(1, 151)]
    Path("many.pa").write_bytes(packs.pack(many))
    Path("none.pa").write_bytes(packs.pack([]))
    lines = cli("diff", "none.pa", "many.pa").out.splitlines()
    assert lines[-1] == "  ... and 50 more: --all lists them"
    assert len(cli("diff", "none.pa", "many.pa", "--all").out.splitlines()) == len(lines) + 49
