"""The plan: slots by bank type, the placement rule, the limits of a pack."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from tests.every import every
from tests.workspace.projects import Project

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.packer.build import InvalidWorkspace, build
from prometeu_assets.packer.plan import place
from prometeu_assets.reader.pack import validate


def limited(**limits: int) -> Contract:
    return CURRENT.with_(limits=replace(CURRENT.limits, **limits))


def test_sixteen_of_each_bank_are_preloaded(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(16):
        project.sounds(f"s{number}", preload=True)
        if number < 3:
            project.sounds(f"later{number}")
        if number < 2:
            project.tiles(f"t{number}", preload=True)
    result = build(tmp_path)
    table = json.loads(result.outputs["asset_table.json"].read_bytes())
    names = {row["asset_id"]: row["asset_name"] for row in table}
    preload = json.loads(result.outputs["preload.json"].read_bytes())
    assert [row["asset_id"] for row in preload] == sorted(row["asset_id"] for row in preload)
    slots = {names[row["asset_id"]]: row["slot"] for row in preload}
    assert slots == {f"s{n}": n for n in range(16)} | {"t0": 0, "t1": 1}


def test_a_seventeenth_is_refused_and_all_are_named(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(17):
        project.sounds(f"s{number}", preload=True)
    project.tiles("tiles", preload=True)
    project.sounds("out", preload=True, included=False)
    with pytest.raises(InvalidWorkspace) as refused:
        build(tmp_path)
    (found,) = refused.value.report
    assert (found.code, found.pointer) == ("PRELOAD_FULL", "/preload/enabled")
    assert found.asset is not None
    assert found.asset.name == "s16"
    told = found.message.partition(": ")[2].rstrip(".").split(", ")
    assert told == [f"s{n}" for n in range(17)]


def test_an_excluded_asset_takes_no_slot(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(17):
        project.sounds(f"s{number}", preload=True, included=number != 4)
    preload = json.loads(build(tmp_path).outputs["preload.json"].read_bytes())
    assert [row["slot"] for row in preload] == list(range(16))


def test_every_residue_is_placed(tmp_path: Path) -> None:
    """Sounds of 2 to 34 bytes: every remainder a slice can leave."""
    project = Project(tmp_path)
    lengths = range(1, 18)
    for frames in lengths:
        project.sounds(f"s{frames:02}", [range(1, frames + 1)])
    data = build(tmp_path).outputs["assets.pa"].read_bytes()
    assert validate(data, profile="writer").ok
    header_len, payload_offset = struct.unpack_from("<II", data, 8)
    table = json.loads(data[32 : 32 + header_len])["asset_table"]
    end = 0
    for row, frames in zip(table, lengths, strict=True):
        start = -(-end // 16) * 16
        assert (row["offset"], row["size"]) == (start, 2 * frames)
        at = payload_offset + start
        assert not any(data[payload_offset + end : at])
        assert struct.unpack_from(f"<{frames}h", data, at) == tuple(range(1, frames + 1))
        end = start + 2 * frames
    assert payload_offset + end == len(data)


@every(range(16))
def test_place(residue: int) -> None:
    assert place(160 + residue, CURRENT) == (160 if residue == 0 else 176)


@pytest.mark.parametrize(
    ("limit", "what"), [("file_bytes", "bytes"), ("header_bytes", "bytes of header")]
)
def test_a_limit_is_reached_and_passed(tmp_path: Path, limit: str, what: str) -> None:
    project = Project(tmp_path)
    project.tiles("a")
    project.tiles("b")
    figures = build(tmp_path).statistics
    size = {"file_bytes": figures.pack_size, "header_bytes": figures.header_size}[limit]
    assert build(tmp_path, contract=limited(**{limit: size})).statistics == figures
    before = (tmp_path / "build/assets.pa").read_bytes()
    with pytest.raises(Refused) as refused:
        build(tmp_path, contract=limited(**{limit: size - 1}))
    (found,) = refused.value.report
    assert found.code == "PACK_LIMIT"
    assert found.data == {"what": what, "found": size, "limit": size - 1}
    assert (tmp_path / "build/assets.pa").read_bytes() == before


def test_a_payload_beyond_the_limit_is_refused_before_it_is_written(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(4):
        project.tiles(f"t{number}")
    with pytest.raises(Refused) as refused:
        build(tmp_path, contract=limited(file_bytes=40_000))
    (found,) = refused.value.report
    assert found.data["found"] == 2 * 34_816, "the second of the four"


def test_as_many_assets_as_the_table_holds(tmp_path: Path) -> None:
    project = Project(tmp_path)
    for number in range(3):
        project.sounds(f"s{number}")
    header = json.loads(json.dumps(dict(CURRENT.documents.schema("pack-header", 1))))
    header["$defs"]["asset_table"]["maxItems"] = 2
    with pytest.raises(Refused, match="3 assets; the limit is 2"):
        build(tmp_path, contract=CURRENT.with_(schemas=[header]))
