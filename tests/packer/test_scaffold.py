"""Beginning an asset: it builds at once, uses what lies there, and overwrites nothing."""

from __future__ import annotations

import errno
import io
import itertools
import json
import os
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.every import every
from tests.packer.intake import aseprites as ase
from tests.workspace.projects import (
    ASSET,
    INDEX,
    Project,
    deny,
    draw,
    drawing,
    palette_text,
    record,
    snapshot,
    uuid,
    values,
)

from prometeu_assets import Refused
from prometeu_assets import open as open_pack
from prometeu_assets.banks.sounds.starter import sound
from prometeu_assets.banks.tiles import starter as starters
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import kinds, new
from prometeu_assets.workspace.project import init


@pytest.fixture
def game(tmp_path: Path) -> Path:
    init(tmp_path / "game")
    return tmp_path / "game"


@pytest.mark.parametrize("kind", kinds(CURRENT))
def test_a_new_asset_builds_at_once(game: Path, kind: str) -> None:
    made = drawing(lambda: uuid(5), new, kind, game / "assets/art/first", project=game)
    assert made.registered.asset_id == 1
    assert (made.registered.asset_uuid, made.name) == (uuid(5), "art/first")
    value = json.loads((game / made.registered.anchor).read_bytes())
    assert list(CURRENT.documents.violations(("asset", ASSET), value)) == []
    assert made.written[-1] == made.registered.anchor
    assert all((game / file).is_file() for file in made.written)
    result = build(game)
    assert (result.statistics.assets, result.report.codes) == (1, ())
    with open_pack(result.outputs["assets.pa"]) as pack:
        bank = pack.decode(pack["art/first"])
    if kind == "tile-bank":
        assert set(bank.indices.ravel()) > {0, 1}
    else:
        assert len(bank.samples) == 1


def test_the_starters_are_what_they_say() -> None:
    with Image.open(io.BytesIO(starters.sheet())) as image:
        assert (image.mode, image.size) == ("P", (16, 8))
        assert image.info["transparency"] == 0
        colors = image.getpalette()
    assert colors is not None
    lines = starters.palette().decode().splitlines()
    assert bytes(colors[:48]).hex() == "".join(lines)
    assert len(set(lines)) == 16
    with wave.open(io.BytesIO(sound())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        assert file.getnframes() == 2_205


def test_two_assets_and_a_name(game: Path) -> None:
    one = new("tile-bank", game / "assets/a", project=game)
    two = new("tile-bank", game / "assets/b", project=game, name="other")
    assert one.registered.asset_uuid != two.registered.asset_uuid
    assert [one.registered.asset_id, two.registered.asset_id] == [1, 2]
    with open_pack(build(game).outputs["assets.pa"]) as pack:
        assert [entry.asset_name for entry in pack] == ["a", "other"]


def test_sources_that_lie_there_become_its_inputs(game: Path) -> None:
    root = game / "assets/hero"
    draw(root / "walk/b.png")
    draw(root / "A.PNG")
    (root / ".hidden.png").write_bytes(b"")
    (root / "main.gpl").write_text("GIMP Palette\n0 0 0\n255 0 68\n0 153 219\n254 231 97\n")
    before = snapshot(root)
    made = new("tile-bank", root, project=game)
    assert values(made.beginning.inputs) == {
        "sprites": ("A.PNG", "walk/b.png"),
        "palettes": ("main.gpl",),
    }
    assert made.written == ("assets/hero/asset.json",)
    assert before.items() <= snapshot(root).items()
    assert build(game).report.codes == ()


def test_an_indexed_picture_brings_its_palette(game: Path) -> None:
    draw(game / "assets/hero/sheet.png")
    made = new("tile-bank", game / "assets/hero", project=game)
    assert values(made.beginning.inputs) == {"sprites": ("sheet.png",), "palettes": ("sheet.png",)}
    assert made.written == ("assets/hero/asset.json",)
    build(game)


WHITE, BLACK, RED, GREEN = (255, 255, 255), (0, 0, 0), (255, 0, 68), (0, 153, 0)


def indexed(path: Path, colors: list[tuple[int, int, int]], size: int = 8) -> None:
    """A picture that uses each of its colours but the first, which is transparent."""
    image = Image.new("P", (size, size))
    image.putpalette([channel for color in colors for channel in color])
    for index in range(1, len(colors)):
        image.putpixel((index, 0), index)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, transparency=0)


def true_colour(path: Path, colors: int, size: int = 8) -> None:
    image = Image.new("RGBA", (size, size))
    for number in range(colors):
        image.putpixel((number % size, number // size), (255, 0, 17 * number, 255))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def two_palettes(root: Path) -> None:
    indexed(root / "a.png", [BLACK, RED, WHITE])
    indexed(root / "b.png", [BLACK, GREEN, WHITE])
    indexed(root / "c.png", [BLACK, RED, WHITE])


def json_palette(root: Path) -> None:
    true_colour(root / "sheet.png", 3)
    written(root / "colors.json", '{"colors": ["#000000", "#ff0000", "#ff0011", "#ff0022"]}')
    written(root / "export.json", '{"frames": []}')


def documents(root: Path) -> None:
    """Aseprite documents: one with its export, an indexed one, one that no build takes."""
    true_colour(root / "a.png", 1)
    tile = [[(1,)] * 8] * 8
    (root / "a.ase").write_bytes(ase.plain(tile, depth=8))
    (root / "b.aseprite").write_bytes(ase.plain(tile, ase.palette([BLACK, (255, 0, 0)]), depth=8))
    (root / "c.ASE").write_bytes(ase.document(ase.frame(), size=(9, 9)))


def one_document(root: Path) -> None:
    root.mkdir()
    (root / "walk.aseprite").write_bytes(ase.plain([[(*RED, 255)] * 8] * 8))


def too_colourful(root: Path) -> None:
    true_colour(root / "photo.png", 16)
    true_colour(root / "sheet.png", 2)


def odd_size(root: Path) -> None:
    true_colour(root / "a.png", 1, 9)
    true_colour(root / "b.png", 1, 10)


def rates(root: Path) -> None:
    root.mkdir()
    record(root / "a.wav", [1], rate=96_000)
    record(root / "b.wav", [1], rate=11_025)
    record(root / "c.wav", [1], rate=8_000)


def one_rate(root: Path) -> None:
    root.mkdir()
    record(root / "a.wav", [1], rate=96_000)


def no_sound(root: Path) -> None:
    written(root / "a.wav", "OggS")
    # A chunk that ends behind its file.
    written(root / "b.wav", "RIFF\x0e\0\0\0WAVEjunk\x40\0\0\0\0\0")


Shown = dict[str, tuple[str, ...]]
ROOTS: list[tuple[Callable[[Path], None], Shown, dict[str, str], list[str]]] = [
    # what lies there, the inputs, what is passed over and why, what a person is told to replace
    (two_palettes, {"sprites": ("a.png", "b.png", "c.png"), "palettes": ("a.png", "b.png")},
     {}, []),
    (lambda root: true_colour(root / "sheet.png", 15),
     {"sprites": ("sheet.png",), "palettes": ("palettes/main.hex",)}, {}, []),
    (json_palette, {"sprites": ("sheet.png",), "palettes": ("colors.json",)},
     {"export.json": "PALETTE_FORMAT"}, []),
    (documents, {"sprites": ("a.png", "b.aseprite"), "palettes": ("b.aseprite",)},
     {"c.ASE": "SHEET_SIZE"}, []),
    (one_document, {"sprites": ("walk.aseprite",), "palettes": ("palettes/main.hex",)},
     {}, []),
    (too_colourful, {"sprites": ("sheet.png",), "palettes": ("palettes/main.hex",)},
     {"photo.png": "SHEET_COLOR"}, []),
    (odd_size, {"sprites": ("sprites/tiles.png",), "palettes": ("palettes/main.hex",)},
     {"a.png": "SHEET_SIZE", "b.png": "SHEET_SIZE"}, ["sprites/tiles.png", "palettes/main.hex"]),
    (rates, {"samples": ("b.wav",)}, {"a.wav": "WAV_RATE", "c.wav": "WAV_RATE"}, []),
    (one_rate, {"samples": ("samples/blip.wav",)}, {"a.wav": "WAV_RATE"}, ["samples/blip.wav"]),
    (no_sound, {"samples": ("samples/blip.wav",)}, {"a.wav": "WAV_FORMAT", "b.wav": "WAV_TRUNCATED"},
     ["samples/blip.wav"]),
]  # fmt: skip


@pytest.mark.parametrize(("put", "inputs", "passed_over", "told"), ROOTS)
def test_what_a_build_would_refuse_is_passed_over(
    game: Path,
    put: Callable[[Path], None],
    inputs: Shown,
    passed_over: dict[str, str],
    told: list[str],
) -> None:
    root = game / "assets/mine"
    put(root)
    before = snapshot(root)
    made = new("sound-bank" if "samples" in inputs else "tile-bank", root, project=game)
    assert values(made.beginning.inputs) == inputs
    found = {str(d.file).removeprefix("assets/mine/"): d.code for d in made.passed_over}
    assert found == passed_over
    named = [line for line in made.beginning.advice if line.startswith("put your")]
    assert [name for name in told if any(name in line for line in named)] == told
    assert len(named) == len(told), "nothing is to replace a file of the user's own"
    assert before.items() <= snapshot(root).items()
    report = build(game).report
    assert report.ok
    assert not [d for d in report if d.code == "SHEET_PALETTE"]


def test_a_starter_takes_no_place_of_what_is_passed_over(game: Path) -> None:
    root = game / "assets/mine"
    true_colour(root / "sprites/tiles.png", 1, 9)
    before = snapshot(game)
    with pytest.raises(Refused) as refused:
        new("tile-bank", root, project=game)
    assert refused.value.report.codes == ("SHEET_SIZE",)
    after = snapshot(game)
    after.pop("assets/.prometeu/lock")
    assert after == before


def test_sounds_that_lie_there_set_the_rate(game: Path) -> None:
    record(game / "assets/fx/b.wav", [1, 2], rate=11025)
    record(game / "assets/fx/a.wav", [3], rate=11025)
    made = new("sound-bank", game / "assets/fx", project=game)
    assert (values(made.beginning.inputs)["samples"], made.beginning.metadata) == (
        ("a.wav", "b.wav"),
        {"sample_rate": 11025},
    )
    build(game)


REFUSED = [
    ("NEW_EXISTS", "taken", None),
    ("NEW_EXISTS", "unregistered", None),
    ("NEW_NAME", "caf\u00e9", None),
    ("NEW_NAME", "fine", ""),
    ("NEW_NAME", "fine", "a b"),
    ("NEW_NAME", "fine", "a" * 256),
    ("ROOT_NESTED", "taken/inside", None),
    ("ROOT_NESTED", "unregistered/inside", None),
    ("ROOT_NESTED", "deep", None),
    ("ROOT_NESTED", "around", None),
    ("PATH_COLLISION", "TAKEN", None),
    ("PATH_FORM", "con", None),
    ("PATH_FORM", "a?b", None),
    ("PATH_KIND", "file", None),
    ("PATH_SYMLINK", "link", None),
    ("REGISTER_OUTSIDE", ".", None),
    ("REGISTER_OUTSIDE", "..", None),
    ("REGISTER_OUTSIDE", ".hidden", None),
]


@every(REFUSED)
def test_where_no_asset_can_begin(code: str, root: str, name: str | None, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.tiles("taken")
    project.tiles("deep/er")
    for number, other in enumerate(("unregistered", "around/it")):
        project.tiles(other, registered=False, uuid=uuid(20 + number))
    (tmp_path / "assets/file").write_bytes(b"")
    (tmp_path / "assets/link").symlink_to(tmp_path / "assets/deep")
    before = snapshot(tmp_path)
    with pytest.raises(Refused) as refused:
        new("tile-bank", tmp_path / "assets" / root, project=tmp_path, name="x" if name is None and
            code != "NEW_NAME" else name)  # fmt: skip
    assert refused.value.report.codes == (code,)
    assert all(found.hint for found in refused.value.report)
    after = snapshot(tmp_path)
    after.pop("assets/.prometeu/lock")
    assert after == before


def name_no_text(root: Path) -> None:
    record(root / "a.wav", [1])
    try:
        os.rename(os.fsencode(root / "a.wav"), os.fsencode(root) + b"/\xff.wav")
    except OSError:
        pytest.skip("this file system holds text alone")


def link_away(root: Path) -> None:
    record(root.parent / "outside.wav", [1])
    (root / "a.wav").symlink_to(root.parent / "outside.wav")


def pipe(root: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(root / "a.wav")


SOURCES: list[tuple[str, Callable[[Path], object]]] = [
    ("PATH_FORM", name_no_text),
    ("PATH_SYMLINK", link_away),
    ("PATH_KIND", pipe),
]


@pytest.mark.parametrize(("code", "put"), SOURCES)
def test_a_source_that_no_build_can_read(
    game: Path, code: str, put: Callable[[Path], object]
) -> None:
    root = game / "assets/fx"
    root.mkdir()
    put(root)
    with pytest.raises(Refused) as refused:
        new("sound-bank", root, project=game)
    (found,) = refused.value.report
    assert (found.code, str(found.asset)) == (code, "fx")
    assert found.hint
    assert not (root / "asset.json").exists()


def test_a_source_that_cannot_be_read_any_more_is_not_passed_over(
    game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = game / "assets/hero"
    draw(root / "a.png")
    draw(root / "b.png")
    deny(monkeypatch, "assets/hero/b.png")
    with pytest.raises(Refused) as refused:
        new("tile-bank", root, project=game)
    assert set(refused.value.report.codes) == {"PATH_UNREADABLE"}
    assert not (root / "asset.json").exists()


def test_a_starter_does_not_replace_a_text(game: Path) -> None:
    root = game / "assets/hero"
    (root / "palettes").mkdir(parents=True)
    (root / "palettes/main.hex").write_text(palette_text(), encoding="ascii")
    made = new("tile-bank", root, project=game)
    assert values(made.beginning.inputs)["palettes"] == ("palettes/main.hex",)
    assert (root / "palettes/main.hex").read_text(encoding="ascii") == palette_text()


def test_nothing_stays_of_what_fails_on_the_way(
    game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = (game / INDEX).read_bytes()
    monkeypatch.setattr("prometeu_assets.storage.transaction.Transaction.commit", full)
    with pytest.raises(OSError, match="No space"):
        new("tile-bank", game / "assets/hero", project=game)
    assert (game / INDEX).read_bytes() == before
    assert not (game / "assets/hero").exists()


def test_what_cannot_be_listed_is_not_taken_for_missing(
    game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A starter would have the name of what is there. The disk fails when it is asked again."""
    draw(game / "assets/art/sprites/tiles.png", 5)
    mine = (game / "assets/art/sprites/tiles.png").read_bytes()
    real, sprites = os.scandir, os.stat(game / "assets/art/sprites")

    asked = itertools.count()

    def fail(path: Any) -> Any:
        if os.path.samestat(os.stat(path), sprites) and next(asked):
            raise OSError(errno.EIO, "failed", str(path))
        return real(path)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="failed"):
        patch.setattr(os, "scandir", fail)
        new("tile-bank", game / "assets/art", project=game)
    assert (game / "assets/art/sprites/tiles.png").read_bytes() == mine
    assert not (game / "assets/art/asset.json").exists()
