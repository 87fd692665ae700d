"""The contents of a pack as files: all of it, nothing else, nothing overwritten."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests import packs
from tests.workspace.projects import snapshot

from prometeu_assets import Pack, Refused
from prometeu_assets import open as open_pack
from prometeu_assets.views import extract as module
from prometeu_assets.views.extract import extract

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
    written = extract(pack, [], tmp_path / "out")
    assert [path.parent for path in written] == [tmp_path / "out"] * len(ENTRIES)
    assert sorted(written) == sorted((tmp_path / "out").iterdir())
    for entry, path in zip(pack, written, strict=True):
        assert path.read_bytes() == bytes(pack.read(entry))
        assert path.name.startswith(f"{entry.asset_id}-")


def test_no_two_names_are_one_on_any_disk(pack: Pack, tmp_path: Path) -> None:
    names = [path.name for path in extract(pack, [], tmp_path, decode=True)]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name) < 255
        assert name.partition(".")[0].upper() not in {"CON", "NUL", "A", "AUX"}
        assert not name.endswith((".", " "))
        assert "/" not in name


def test_decoded_parts(pack: Pack, tmp_path: Path) -> None:
    written = extract(pack, ["con", "A/B"], tmp_path, decode=True)
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
    assert len(extract(pack, ["con", "con"], tmp_path)) == 1


def test_all_unknown_names_are_told(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        extract(pack, ["con", "a/bb", "zzzz", ""], tmp_path / "out")
    found = list(refused.value.report)
    assert [d.code for d in found] == ["EXTRACT_UNKNOWN"] * 3
    assert found[0].hint == "Did you mean 'a/b'?"
    assert "inspect" in (found[1].hint or "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("decode", [False, True])
def test_nothing_is_overwritten(pack: Pack, tmp_path: Path, decode: bool) -> None:
    last = extract(pack, ["a."], tmp_path, decode=decode)[-1]
    last.write_bytes(b"mine")
    before = snapshot(tmp_path)
    with pytest.raises(Refused) as refused:
        extract(pack, [], tmp_path, decode=decode)
    assert refused.value.report.codes == ("EXTRACT_EXISTS",)
    assert snapshot(tmp_path) == before


def test_a_link_counts_as_being_there(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "4-a..bin").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="EXTRACT_EXISTS"):
        extract(pack, ["a."], tmp_path)
    assert not (tmp_path / "nowhere").exists()


def test_other_files_of_the_directory_stay(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes(b"mine")
    extract(pack, ["con"], tmp_path)
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"


def test_one_asset_at_a_time_is_in_memory(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    original = module.png

    def png(bank: object, palette: int) -> bytes:
        seen.append(len(list(tmp_path.iterdir())))
        return original(bank, palette)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "png", png)
    extract(pack, ["a/b", "A/B"], tmp_path, decode=True)
    assert seen == [0, 2, 4, 6]


def test_an_empty_pack(tmp_path: Path) -> None:
    with open_pack(packs.pack([])) as pack:
        assert extract(pack, [], tmp_path / "out", decode=True) == []
