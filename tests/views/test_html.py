"""The page of a pack: whole in itself, well formed, nothing of a name or path is markup."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests import packs
from tests.cli.running import Cli
from tests.every import every

from prometeu_assets import Refused
from prometeu_assets import open as open_pack
from prometeu_assets.banks.sounds import SoundBank
from prometeu_assets.banks.sounds.views import picture
from prometeu_assets.cli.app import DONE, WRONG_INPUT
from prometeu_assets.views import html as module
from prometeu_assets.views.html import OPENING, page, publish
from prometeu_assets.views.inspect import inspection

VOID = {"meta", "img", "rect", "path"}
EVIL = '<script>alert("&")</script>'


class Checked(HTMLParser):
    """Every element is closed in its order; what could load or run is gathered."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID or (tag == "rect" and "<title>" in self.get_starttag_text()):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "rect":
            return
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(entries: list[dict[str, Any]], name: str = "some.pa", **more: Any) -> str:
    with open_pack(packs.pack(entries, **more)) as pack:
        return "".join(page(pack, inspection(pack, name)))


def checked(text: str) -> Checked:
    parser = Checked()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


MANY = [
    packs.tiles(i, f"t/{i}") if i % 2 else packs.sounds(i, f"s/{i}", [2]) for i in range(1, 700)
]
PACKS = {
    "empty": [],
    "small": packs.SMALL,
    "many": MANY,
    "samples": [packs.sounds(1, "s", [2, 4, 6000, *[2] * 20])],
}


@every(PACKS)
def test_a_page_is_whole_in_itself(name: str) -> None:
    text = rendered(PACKS[name])
    parser = checked(text)
    assert text.startswith(OPENING)
    tags = {tag for tag, _ in parser.seen}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form", "a"}
    for _, attributes in parser.seen:
        assert not [key for key in attributes if key.startswith("on") or key == "style"]
        for key in ("src", "href", "action", "srcset"):
            assert (attributes.get(key) or "data:").startswith("data:")
    assert "://" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    text = rendered(packs.SMALL)
    policy = next(
        a["content"]
        for tag, a in checked(text).seen
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'"
    )


def test_a_path_is_no_markup() -> None:
    text = rendered(packs.SMALL, f"{EVIL}/{EVIL}.pa")
    assert "<script" not in text
    assert EVIL in checked(text).text


def test_the_pictures_are_the_sheets() -> None:
    text = rendered(packs.SMALL)
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (image.mode, image.size) == ("P", (256, 256))
    assert set(image.tobytes()) == {1}


def test_a_sheet_is_shown_down_to_its_last_row_of_tiles() -> None:
    data = bytearray(packs.pack([packs.tiles(1, "a")]))
    start = int.from_bytes(data[12:16], "little")
    data[start + 128 * 9 : start + 32_768] = bytes(32_768 - 128 * 9)
    with open_pack(bytes(data)) as pack:
        text = "".join(page(pack, inspection(pack, "a.pa")))
    assert '<img class="sheet" width="256" height="16"' in text


QUARTERS = [packs.tiles(1, "a"), packs.sounds(2, "b", [3 * 34_816])]
MAPS: list[tuple[int, list[dict[str, Any]], list[tuple[str, float, float, float, float]]]] = [
    # parts, assets; for each rectangle its classes, left, top, width, height of 1000 by 60
    (2, QUARTERS, [("bank0", 0, 0, 250, 60), ("bank1 odd", 250, 0, 750, 60)]),
    (1, QUARTERS, [("bank0", 0, 0, 1000, 15), ("bank1", 0, 15, 1000, 45)]),
    (9, QUARTERS[:1], [("bank0", 0, 0, 1000, 60)]),
    # The padding behind a slice is left free, and what is hardly wide enough to see is half a unit.
    (9, [packs.sounds(1, "a", [8]), packs.sounds(2, "b", [16])],
     [("bank1", 0, 0, 250, 60), ("bank1 odd", 500, 0, 500, 60)]),
    (9, [packs.sounds(1, "a", [2]), packs.sounds(2, "b", [7984])],
     [("bank1", 0, 0, 0.5, 60), ("bank1 odd", 2, 0, 998, 60)]),
]  # fmt: skip


@every(MAPS)
def test_the_map_is_to_scale(
    parts: int, assets: list[Any], expected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PARTS", parts)
    page = checked(rendered(packs.placed(assets)))
    found = [
        (now["class"], *(float(now[side] or "") for side in ("x", "y", "width", "height")))
        for tag, now in page.seen
        if tag == "rect" and "class" in now
    ]
    assert found == expected


def test_a_pack_without_assets_has_no_map() -> None:
    text = rendered([])
    assert "The pack holds no assets." in text
    assert "<svg" not in text


WAVES: dict[str, tuple[list[int], list[tuple[float, float, float]]]] = {
    # frames of a sound; of each column of the picture of 160 by 36: its middle, top and bottom
    "silence": ([0], [(80, 17.6, 18.4)]),
    "lowest": ([-32768], [(80, 35.6, 36.4)]),
    "half": ([16384], [(80, 8.6, 9.4)]),
    "two": ([0, -16384], [(40, 17.6, 18.4), (120, 26.6, 27.4)]),
    "four": ([0] * 4, [(x, 17.6, 18.4) for x in (20, 60, 100, 140)]),
    "as many as columns": ([0] * 160, [(x + 0.5, 17.6, 18.4) for x in range(160)]),
    "two a column": ([-16384, 16384] * 160, [(x + 0.5, 8.6, 27.4) for x in range(160)]),
}


@every(WAVES)
def test_the_outline_of_a_sound(case: str) -> None:
    frames, expected = WAVES[case]
    bank = SoundBank(samples=(np.array(frames, "<i2"),), sample_rate=8000)
    drawn = "".join(picture(bank))
    (path,) = re.findall(r' d="([^"]*)"', drawn)
    columns = re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", path)
    assert [tuple(map(float, column)) for column in columns] == expected
    assert 'viewBox="0 0 160 36"' in drawn
    assert f'stroke-width="{160 / len(expected):.2f}"' in drawn


def test_slots_name_their_assets() -> None:
    text = rendered(packs.SMALL, preload=[{"asset_id": 3, "slot": 5}])
    assert '<li class="bank1" title="sound/fx"><b>5</b>sound/fx</li>' in text
    assert "TILES, 0 of 16" in text
    assert "SOUNDS, 1 of 16" in text


def test_long_tables_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS", 10)
    text = rendered(MANY)
    assert text.count("<article") == module.PICTURES
    assert text.count("<tr>") == 11
    assert text.count('<rect class="bank0') == module.PARTS
    assert "The first 60 of 699" in text


def test_slices_are_read_for_pictures_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    with open_pack(packs.pack(MANY)) as pack:
        original = pack.read
        monkeypatch.setattr(pack, "read", lambda e: read.append(e.asset_id) or original(e))
        value = inspection(pack, "a.pa")
        assert read == []
        "".join(page(pack, value))
    assert read == list(range(1, 61))


def published(path: Path) -> None:
    with open_pack(packs.pack(packs.SMALL)) as pack:
        publish(pack, inspection(pack, "a.pa"), path)


def test_a_page_replaces_a_page(tmp_path: Path) -> None:
    for _ in range(2):
        published(tmp_path / "out.html")
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == rendered(packs.SMALL, "a.pa")
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    with open_pack(packs.pack(packs.SMALL)) as pack:
        publish(pack, inspection(pack, "\udcff.pa"), tmp_path / "out.html")
    assert r"<h1>\xff.pa</h1>" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_the_verb(cli: Cli, tmp_path: Path) -> None:
    file, out = tmp_path / "a.pa", tmp_path / "out.html"
    file.write_bytes(packs.pack(packs.SMALL))
    assert cli("inspect", file, "--html", out) == (DONE, f"wrote {out}\n", "")
    ran = cli("inspect", file, "--html", file)
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert file.read_bytes() == packs.pack(packs.SMALL)
    file.write_bytes(b"PPA1")
    before = out.read_bytes()
    assert cli("inspect", file, "--html", out).code == WRONG_INPUT
    assert out.read_bytes() == before
    assert cli("inspect", file, "--html", tmp_path / "none" / "out.html").code == WRONG_INPUT


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@every(["file", "empty", "folder", "link", "link to a page", "loose"])
def test_nothing_else_is_replaced(there: str, tmp_path: Path) -> None:
    path, target = tmp_path / "out.html", tmp_path / "target"
    match there:
        case "file":
            path.write_text("<!doctype html>\nmine")
        case "empty":
            path.touch()
        case "folder":
            path.mkdir()
        case "link":
            target.write_text("mine")
            path.symlink_to(target)
        case "link to a page":
            published(target)
            path.symlink_to(target)
        case "loose":
            path.symlink_to(target)
    before = sorted(tmp_path.iterdir()), path.is_symlink()
    with pytest.raises(Refused, match="EXTRACT_EXISTS") as refused:
        published(path)
    assert "another name" in (refused.value.report.diagnostics[0].hint or "")
    assert (sorted(tmp_path.iterdir()), path.is_symlink()) == before


def test_only_the_page_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is beside it, under a name that a page has while it is written, say, stays."""
    names = [".out.html.part", "out.html.part", *(f"{module.PART}{n}" for n in (0, 1, 3))]
    for name in names:
        (tmp_path / name).write_text("mine")
    for _ in range(2):
        published(tmp_path / "out.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "out.html"])
    assert {(tmp_path / name).read_text() for name in names} == {"mine"}


def test_a_file_that_appears_while_a_page_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appear(*_: object) -> Any:
        (tmp_path / "out.html").write_text("mine")
        yield ""

    monkeypatch.setattr(module, "_table", appear)
    with pytest.raises(FileExistsError):
        published(tmp_path / "out.html")
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
    assert (tmp_path / "out.html").read_text() == "mine"


def test_a_page_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / "out.html")
    before = (tmp_path / "out.html").read_bytes()

    def broken(*_: object) -> Any:
        yield "half"
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_table", broken)
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path / "out.html")
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
    assert (tmp_path / "out.html").read_bytes() == before
