"""Packs, entries and banks as values: what they take, what they print, what cannot be changed."""

from __future__ import annotations

import array
import copy
import errno
import io
import json
import mmap
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import prometeu_assets as pa
from prometeu_assets.contract.entries import frozen

HERO = pa.TileBank.from_arrays(np.eye(8, dtype=int), [[[0, 0, 0]], [[1, 2, 3]]], tile_size=8)
FX = pa.SoundBank.from_arrays([[1, -2], [3]], sample_rate=8000)
GOOD = pa.pack({"tiles/hero": HERO, "empty": FX, "sound/fx": FX}, ids={"empty": 9, "sound/fx": 3},
               preload=["tiles/hero"], metadata={"empty": {"x_a": [1, {"b": 2}]}})  # fmt: skip
OTHER = pa.pack({"sound/fx": FX}, ids={"sound/fx": 3})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "assets.pa"
    file.write_bytes(GOOD)
    return file


def test_an_asset_is_its_name_its_id_or_its_entry() -> None:
    with pa.open(GOOD) as opened, pa.open(OTHER) as other:
        entry = opened["sound/fx"]
        for asset in ("sound/fx", 3, entry):
            assert asset in opened
            assert opened[asset] == entry == opened.get(asset)
            assert opened.read(asset) == opened.read(entry)
            assert (
                opened.decode(asset).samples[0].tolist() == opened.sounds(asset).samples[0].tolist()
            )
        for stranger in (
            "nothing",
            2,
            4,
            -1,
            2**40,
            replace(entry, size=2),
            other.entries[0],
            None,
            b"x",
        ):
            assert stranger not in opened
            assert opened.get(stranger) is None
            with pytest.raises(KeyError):
                opened[stranger]
            with pytest.raises(KeyError):
                opened.read(stranger)
        assert list(opened.keys()) == [each.asset_name for each in opened.entries]
        assert opened.tiles("tiles/hero").tile_size == 8
        with pytest.raises(TypeError, match="'tiles/hero' is a TileBank, not a SoundBank"):
            opened.sounds("tiles/hero")


def test_entries_are_values_that_cannot_be_changed() -> None:
    with pa.open(GOOD) as opened, pa.open(GOOD) as again:
        for entry, same in zip(opened, again, strict=True):
            assert isinstance(entry, pa.Entry)
            assert entry == same and hash(entry) == hash(same) and repr(entry) == repr(same)
            for copied in (pickle.loads(pickle.dumps(entry)), copy.deepcopy(entry)):
                assert copied == entry
                with pytest.raises(TypeError, match="cannot be changed"):
                    copied.metadata["x_"] = 1
            with pytest.raises(AttributeError):
                entry.size = 1
            assert json.loads(json.dumps(entry.metadata)) == entry.metadata
        assert len({*opened, *again}) == len(opened)
        assert all(isinstance(item, pa.Preload) for item in opened.preload)


def test_metadata_cannot_be_changed_at_any_depth() -> None:
    value = {"a": [1, {"b": [2]}], "c": {}}
    held = frozen(value)
    assert held == value
    changes = [
        lambda: held.update(a=1), lambda: held.pop("a"), lambda: held.setdefault("z", 1),
        lambda: held.clear(), lambda: held.popitem(), lambda: held.__delitem__("a"),
        lambda: held.__ior__({}), lambda: held["c"].__setitem__("x", 1),
        lambda: held["a"].append(1), lambda: held["a"][1]["b"].clear(),
        lambda: held["a"].__setitem__(0, 2), lambda: held["a"].__delitem__(0),
        lambda: held["a"].__iadd__([1]), lambda: held["a"].__imul__(2),
        lambda: held["a"].extend([1]), lambda: held["a"].insert(0, 1), lambda: held["a"].pop(),
        lambda: held["a"].remove(1), lambda: held["a"].reverse(), lambda: held["a"].sort(),
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    assert held == value
    held.copy()["a"] = 1


def test_what_is_closed_says_so_always_in_the_same_way(path: Path) -> None:
    for mapped in (True, False):
        for given in (path, GOOD, io.BytesIO(GOOD)):
            opened = pa.open(given, mmap=mapped)
            entry = opened["sound/fx"]
            assert not opened.closed
            opened.close()
            assert opened.closed
            for use in (opened.read, opened.decode, opened.sounds):
                with pytest.raises(OSError, match="the pack is closed") as raised:
                    use(entry)
                assert raised.value.errno == errno.EBADF
            with pytest.raises(OSError, match="the pack is closed"):
                list(opened.chunks())
            assert opened["sound/fx"] == entry and opened.size == len(GOOD)


def test_what_a_pack_is_opened_from(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "in/assets.pa")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        given = (
            mapped, array.array("B", GOOD), np.frombuffer(GOOD, np.uint8),
            zipfile.Path(tmp_path / "a.zip", "in/assets.pa"),
        )  # fmt: skip
        for each in given:
            with pa.open(each) as opened:
                assert bytes(opened.read("sound/fx")) == bytes(pa.open(GOOD).read("sound/fx"))
            assert pa.validate(each).ok
        del opened, each, given
    with path.open(encoding="latin-1") as text:
        for wrong in (3, None, [GOOD], text, np.zeros((4, 4))[:, 1]):
            with pytest.raises(TypeError, match="a pack is opened from"):
                pa.open(wrong)


def test_limits_of_the_caller() -> None:
    small = pa.Limits(header_bytes=64)
    assert pa.validate(GOOD, limits=small).codes == ("PRELUDE_HEADER_LEN",)
    with pytest.raises(pa.InvalidPack):
        pa.open(GOOD, limits=small)
    assert pa.validate(GOOD, limits=pa.Limits()).ok


def test_what_is_printed_says_what_it_is(path: Path) -> None:
    with pa.open(path) as opened:
        assert repr(opened) == f"<Pack {path}: 3 assets, {len(GOOD)} bytes>"
        assert opened.path == str(path)
        assert "<td>tiles/hero</td>" in opened._repr_html_()
        hero, fx = opened.tiles("tiles/hero"), opened.sounds("sound/fx")
        assert repr(hero) == "<TileBank: 1024 tiles of 8x8 pixels, 2 palettes>"
        assert repr(fx).startswith("<SoundBank: ") and repr(fx).endswith(" s>")
        assert "<img" in hero._repr_html_() and "<audio" in fx._repr_html_()
    assert repr(opened).endswith(", closed>")
    report = pa.validate(b"<script>")
    assert report.codes[0] in report._repr_html_()
    with pytest.raises(pa.InvalidPack, match=r"bad\.pa byte 0: PRELUDE_MAGIC: "):
        (path.parent / "bad.pa").write_bytes(b"<script>")
        pa.open(path.parent / "bad.pa")
    for each in (report, pa.validate(GOOD)):
        with pytest.raises(TypeError, match="ask for its `ok`"):
            bool(each)


def test_tiles_and_pictures_of_a_bank() -> None:
    sheet = np.arange(3 * 256).reshape(3, 16, 16) % 16
    bank = pa.TileBank.from_arrays(sheet, [[[0, 0, 0], [255, 0, 0]]], tile_size=16)
    for number in range(3):
        assert (bank.tile(number) == sheet[number]).all()
    assert not bank.tile(255).any()
    for number in (-1, 256):
        with pytest.raises(IndexError, match="there is no tile"):
            bank.tile(number)
    picture = bank.rgba(0)
    assert picture.shape == (256, 256, 4)
    assert picture[0, :2].tolist() == [[0, 0, 0, 0], [255, 0, 0, 255]]
    with pytest.raises(IndexError, match="there is no palette 1"):
        bank.rgba(1)
