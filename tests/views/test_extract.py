"""The contents of a pack as files: all of it, nothing else, nothing overwritten."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests import packs
from tests.workspace.projects import snapshot

from prometeu_assets import Pack, Refused
from prometeu_assets import open as open_pack
from prometeu_assets.banks.tiles import views
from prometeu_assets.storage import exchange, files
from prometeu_assets.views import extract as module
from prometeu_assets.views.extract import write_assets

ENTRIES = [
    packs.tiles(1, "a/b"),
    packs.tiles(2, "A/B"),
    packs.sounds(3, "con", [6, 4]),
    packs.sounds(4, "a.", [2]),
    packs.tiles(5, "NUL.txt"),
    packs.tiles(6, "a.b"),
    packs.sounds(7, "x" * 255, [2]),
    packs.sounds(8, "a/" * 100 + "end", [2]),
    packs.tiles(9, "_/..x"),
]


@pytest.fixture
def pack() -> Iterator[Pack]:
    with open_pack(packs.pack(ENTRIES)) as opened:
        yield opened


def test_raw_slices(pack: Pack, tmp_path: Path) -> None:
    written = write_assets(pack, [], tmp_path / "out")
    assert [path.parent for path in written] == [tmp_path / "out"] * len(ENTRIES)
    assert sorted(written) == sorted((tmp_path / "out").iterdir())
    for entry, path in zip(pack, written, strict=True):
        assert path.read_bytes() == bytes(pack.read(entry))
        assert path.name.startswith(f"{entry.asset_id}-")


def test_no_two_names_are_one_on_any_disk(pack: Pack, tmp_path: Path) -> None:
    names = [path.name for path in write_assets(pack, [], tmp_path, decode=True)]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name) < 255
        assert name.partition(".")[0].upper() not in {"CON", "NUL", "A", "AUX"}
        assert not name.endswith((".", " "))
        assert "/" not in name


@pytest.mark.parametrize("decode", [False, True])
def test_the_stated_rule_names_them(pack: Pack, tmp_path: Path, decode: bool) -> None:
    """``spec/tools.md#names``, said again in a regular expression."""
    for path in write_assets(pack, [], tmp_path, decode=decode):
        found = re.fullmatch(
            r"([1-9][0-9]{0,9})-([A-Za-z0-9_.-]{1,150})"
            r"(\.bin|\.[0-9]{2}\.png|\.[0-9]{2}\.gpl|\.[0-9]{4}\.wav)", path.name,
        )  # fmt: skip
        assert found
        assert found[2] == pack[int(found[1])].asset_name.replace("/", ".")[:150]
        assert len(f"{path.name}{module.PART}") <= 255


def test_the_longest_names_fit(tmp_path: Path) -> None:
    last = 2**31 - 1
    entries = [packs.tiles(last - 1, "a/" * 127 + "b"), packs.sounds(last, "x" * 255, [2] * 1500)]
    with open_pack(packs.pack(entries)) as pack:
        written = write_assets(pack, ["x" * 255], tmp_path, decode=True)
    assert len(written) == 1500
    assert {len(path.name) for path in written} == {10 + 1 + 150 + 9}


def test_decoded_parts(pack: Pack, tmp_path: Path) -> None:
    written = write_assets(pack, ["con", "A/B"], tmp_path, decode=True)
    assert [path.name for path in written] == [
        "3-con.0000.wav", "3-con.0001.wav",
        "2-A.B.00.png", "2-A.B.00.gpl", "2-A.B.01.png", "2-A.B.01.gpl",
    ]  # fmt: skip
    with wave.open(str(written[0])) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 3)
        assert file.readframes(9) == b"\x11" * 6
    image = Image.open(written[2])
    assert (image.mode, image.size, image.info["transparency"]) == ("P", (256, 256), 0)
    assert set(image.tobytes()) == {1}
    lines = written[3].read_text(encoding="ascii").splitlines()
    assert lines[0] == "GIMP Palette"
    assert len(lines) == 3 + 16


def test_an_asset_named_twice_is_one(pack: Pack, tmp_path: Path) -> None:
    assert len(write_assets(pack, ["con", "con"], tmp_path)) == 1


def test_all_unknown_names_are_told(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_assets(pack, ["con", "a/bb", "zzzz", ""], tmp_path / "out")
    found = list(refused.value.report)
    assert [d.code for d in found] == ["EXTRACT_UNKNOWN"] * 3
    assert found[0].hint == "Did you mean 'a/b'?"
    assert "inspect" in (found[1].hint or "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("decode", [False, True])
def test_nothing_is_overwritten(pack: Pack, tmp_path: Path, decode: bool) -> None:
    last = write_assets(pack, ["a."], tmp_path, decode=decode)[-1]
    last.write_bytes(b"mine")
    before = snapshot(tmp_path)
    with pytest.raises(Refused) as refused:
        write_assets(pack, [], tmp_path, decode=decode)
    assert refused.value.report.codes == ("EXTRACT_EXISTS",)
    assert snapshot(tmp_path) == before


def test_a_link_counts_as_being_there(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "4-a..bin").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="EXTRACT_EXISTS"):
        write_assets(pack, ["a."], tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_a_loop_of_links_counts_as_being_there(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "4-a..bin").symlink_to("4-a..bin")
    with pytest.raises(Refused, match="EXTRACT_EXISTS"):
        write_assets(pack, ["a."], tmp_path)


def test_another_spelling_counts_as_being_there(pack: Pack, tmp_path: Path) -> None:
    """Where capitals do not count, it is the same file."""
    (tmp_path / "3-CON.Bin").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        write_assets(pack, ["con"], tmp_path)
    assert refused.value.report.diagnostics[0].message.startswith(str(tmp_path / "3-CON.Bin"))


def test_a_part_of_a_killed_extraction_is_told(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "3-con.bin.part").write_bytes(b"half")
    with pytest.raises(Refused, match=r"3-con\.bin\.part"):
        write_assets(pack, ["con"], tmp_path)


def test_a_directory_may_be_a_link_but_nothing_in_it(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    write_assets(pack, ["con"], tmp_path / "link")
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["3-con.bin"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_what_comes_in_between_is_not_overwritten(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Somebody makes the file after we looked, on file systems with and without hard links."""
    original = files.write_new

    def race(path: Path, chunks: Any, **options: Any) -> Any:
        written = original(path, chunks, **options)
        (tmp_path / "3-con.bin").write_bytes(b"theirs")
        return written

    def no_links(*_: object, **__: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(files, "write_new", race)
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(FileExistsError):
        write_assets(pack, ["con"], tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"3-con.bin": b"theirs"}


def test_without_hard_links(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", no_links)
    (path,) = write_assets(pack, ["con"], tmp_path)
    assert path.read_bytes() == bytes(pack.read(pack["con"]))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "disk full")])
@pytest.mark.parametrize("when", ["write", "sync", "rename"])
def test_an_interruption_leaves_whole_files(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any, when: str
) -> None:
    calls = 0

    def stop(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (1 if when == "sync" else 3):
            raise error
        return original(*arguments, **options)

    name = {"write": "write_new", "sync": "sync_files", "rename": "rename_new"}[when]
    original = getattr(files, name)
    monkeypatch.setattr(files, name, stop)
    with pytest.raises((KeyboardInterrupt, OSError)):
        write_assets(pack, [], tmp_path)
    left = sorted(tmp_path.iterdir())
    assert len(left) == (2 if when == "rename" else 0)
    for path in left:
        entry = pack[int(path.name.partition("-")[0])]
        assert path.read_bytes() == bytes(pack.read(entry))


@pytest.mark.skipif(sys.platform != "linux", reason="where the system has the call")
@pytest.mark.parametrize("together", [True, False])
def test_each_file_is_on_the_disk_before_it_has_its_name(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    """Where the system syncs all of a file system, and where it does not."""
    done: list[str] = []

    def told(module: Any, name: str) -> None:
        real = getattr(module, name)

        def call(*arguments: Any, **options: Any) -> Any:
            done.append(name)
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, call)

    monkeypatch.setattr(exchange, "ENABLED", together and exchange.ENABLED)
    monkeypatch.setattr(module, "_TOGETHER", 2)
    told(os, "fsync")
    told(exchange, "sync_around")
    told(files, "rename_new")
    paths = write_assets(pack, [], tmp_path)
    one = ["sync_around", *(["fsync"] * (0 if together and exchange.ENABLED else 2))]
    some = [*one, "rename_new", "rename_new", "fsync"]
    assert done[: len(some)] == some
    assert done.count("rename_new") == len(paths)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_leaves_whole_files_and_parts(tmp_path: Path) -> None:
    file = tmp_path / "assets.pa"
    file.write_bytes(packs.pack([packs.tiles(i, f"t/{i}") for i in range(1, 400)]))
    out = tmp_path / "out"
    arguments = [sys.executable, "-m", "prometeu_assets", "extract", str(file), "--out", str(out)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        while not out.is_dir() or not any(out.iterdir()):
            time.sleep(0.001)
        process.kill()
    left = list(out.iterdir())
    assert left
    whole = [path for path in left if path.suffix != module.PART]
    assert {path.stat().st_size for path in whole} <= {34_816}


def test_other_files_of_the_directory_stay(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes(b"mine")
    write_assets(pack, ["con"], tmp_path)
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"


def test_one_asset_at_a_time_is_in_memory(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    original = views.png

    def png(*arguments: Any) -> bytes:
        seen.append(len(list(tmp_path.iterdir())))
        return original(*arguments)

    monkeypatch.setattr(views, "png", png)
    write_assets(pack, ["a/b", "A/B"], tmp_path, decode=True)
    assert seen == [0, 2, 4, 6]


def test_an_empty_pack(tmp_path: Path) -> None:
    with open_pack(packs.pack([])) as pack:
        assert write_assets(pack, [], tmp_path / "out", decode=True) == []
