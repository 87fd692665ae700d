"""Whether a pack is the one published with its companions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.projects import Project, as_version_1, dump, from_no_workspace

from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build directory with four assets in its pack."""
    project = Project(tmp_path / "game")
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, 2), (3,)])
    project.tiles("hat", seed=3)
    project.sounds("beep")
    build(project.path)
    return project.path / "build"


Fault = Callable[[Path], object]


def metadata(pointer: str, value: object) -> Fault:
    """Change one value of the companion for tools."""

    def fault(folder: Path) -> None:
        path = folder / "asset_table_metadata.json"
        whole = json.loads(path.read_bytes())
        *parents, last = (int(p) if p.isdecimal() else p for p in pointer.split("/")[1:])
        target: Any = whole
        for part in parents:
            target = target[part]
        target[last] = value
        dump(path, whole)

    return fault


def write(name: str, text: str | bytes) -> Fault:
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(data)


def edit_text(name: str, old: str, new: str) -> Fault:
    def fault(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return fault


def remove(name: str) -> Fault:
    return lambda folder: (folder / name).unlink()


def reformat(name: str) -> Fault:
    return lambda folder: dump(folder / name, json.loads((folder / name).read_bytes()))


def link(name: str) -> Fault:
    def fault(folder: Path) -> None:
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)

    return fault


def flip(folder: Path, *, at: int) -> None:
    path = folder / "assets.pa"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def drop_asset(folder: Path) -> None:
    path = folder / "asset_table_metadata.json"
    value = json.loads(path.read_bytes())
    value["assets"].pop()
    dump(path, value)


TABLE, PRELOAD, META = "asset_table.json", "preload.json", "asset_table_metadata.json"
CASES: dict[str, tuple[Fault, list[str], str]] = {
    "nothing": (lambda folder: None, [], ""),
    "no table": (remove(TABLE), ["COMPANION_MISSING"], TABLE),
    "no preload": (remove(PRELOAD), ["COMPANION_MISSING"], PRELOAD),
    "no description": (remove(META), ["COMPANION_MISSING"], META),
    "formatted table": (reformat(TABLE), ["COMPANION_DIFFERS"], "asset_table, byte for byte"),
    "another preload": (write(PRELOAD, "[]"), ["COMPANION_DIFFERS"], PRELOAD),
    "a line more": (write(PRELOAD, '[{"asset_id":1,"slot":0}]\n'), ["COMPANION_DIFFERS"], PRELOAD),
    "empty description": (write(META, ""), ["COMPANION_DIFFERS"], META),
    "garbage description": (write(META, b"\xff"), ["COMPANION_DIFFERS"], "valid by its schema"),
    "description with a repeat": (
        edit_text(META, '"schema_version": 2,', '"schema_version": 2, "schema_version": 2,'),
        ["COMPANION_DIFFERS"], "valid by its schema"),
    "description with what is no number": (
        edit_text(META, '"sources"', '"pipeline": {"x": 1e999}, "sources"'),
        ["COMPANION_DIFFERS"], "valid by its schema"),
    "broken description": (write(META, "{"), ["COMPANION_DIFFERS"], META),
    "description of another version": (
        metadata("/schema_version", 3), ["COMPANION_DIFFERS"], META),
    "description whose number alone is older": (
        metadata("/schema_version", 1), ["COMPANION_DIFFERS"], META),
    "description of version 1": (as_version_1, [], ""),
    "description of version 1 with a wrong digest": (
        lambda folder: (as_version_1(folder), metadata("/pack/size", 7)(folder)),
        ["COMPANION_DIGEST"], "the companion has 7"),
    "no workspace": (from_no_workspace, [], ""),
    "a link": (link(TABLE), ["PATH_SYMLINK"], TABLE),
    "pack size": (metadata("/pack/size", 7), ["COMPANION_DIGEST"], "the companion has 7"),
    "pack digest": (metadata("/pack/sha256", "0" * 64), ["COMPANION_DIGEST"], "of the pack"),
    "version": (metadata("/pack/schema_version", 2), ["COMPANION_DIGEST"], "Container version"),
    "header size": (metadata("/pack/header/size", 7), ["COMPANION_DIGEST"], "of the header"),
    "header digest": (
        metadata("/pack/header/sha256", "0" * 64), ["COMPANION_DIGEST"], "of the header"),
    "payload offset": (metadata("/pack/payload_offset", 48), ["COMPANION_DIGEST"], "offset"),
    "slice digest": (
        metadata("/assets/1/payload_sha256", "0" * 64), ["COMPANION_DIGEST"], "of the slice"),
    "an asset's name": (metadata("/assets/1/asset_name", "fy"), ["COMPANION_DIGEST"], "#2 fy"),
    "an asset's id": (metadata("/assets/1/asset_id", 77), ["COMPANION_DIGEST"], "#77 fx"),
    "an asset fewer": (drop_asset, ["COMPANION_DIGEST"], "Number of assets: the companion has 3"),
    "last byte": (
        lambda f: flip(f, at=-1), ["COMPANION_DIGEST", "COMPANION_DIGEST"], "SHA-256"),
    "header byte": (lambda f: flip(f, at=40), ["HEADER_CHECKSUM"], "CRC-32"),
    "cut": (lambda f: os.truncate(f / "assets.pa", 20), ["PRELUDE_TRUNCATED"], ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_verify(folder: Path, case: str) -> None:
    fault, codes, says = CASES[case]
    fault(folder)
    report = verify(folder / "assets.pa")
    assert list(report.codes) == codes
    for found in report:
        assert says in found.message
        assert found.file is not None
        assert Path(found.file).parent == folder
    if case in {"slice digest", "an asset's name"}:
        assert report.diagnostics[0].asset is not None
        assert report.diagnostics[0].asset.id == 2
    if case == "last byte":
        assert report.diagnostics[1].asset is not None
        assert report.diagnostics[1].asset.name == "beep"


def test_all_companions_are_looked_at(folder: Path) -> None:
    for name in (TABLE, PRELOAD, META):
        (folder / name).unlink()
    assert verify(folder / "assets.pa").codes == ("COMPANION_MISSING",) * 3


def test_a_pack_where_one_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert verify(Path("assets.pa")).ok


def test_an_unfinished_publication_is_no_verdict(folder: Path) -> None:
    (folder / ".staging").mkdir()
    (folder / ".staging/journal.json").write_text("{}", encoding="utf-8")
    report = verify(folder / "assets.pa")
    assert report.codes == ("TRANSACTION_UNFINISHED",)


@pytest.mark.parametrize("path", ["none.pa", "."])
def test_what_cannot_be_read_gives_no_verdict(folder: Path, path: str) -> None:
    with pytest.raises(OSError, match=r"No such|directory"):
        verify(folder / path)
