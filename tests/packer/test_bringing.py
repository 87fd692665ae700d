"""Files that come into an asset: where they go, what is checked, what stays as it was."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.packer.intake import aseprites as ase
from tests.workspace.projects import (
    Project,
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
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.adding import Added, add
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import Created, new
from prometeu_assets.workspace.project import init


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.tiles("hero")
    made.sounds("fx")
    return made


GROUPS = [[(40 * g, 8 * c, 255 - 8 * g) for c in range(15)] for g in range(6)]


@pytest.fixture
def game(tmp_path: Path) -> Path:
    init(tmp_path / "game")
    return tmp_path / "game"


def tileset(path: Path, tile: int = 8) -> Image.Image:
    """24 tiles of 8x8 in true colour, each of the colours of one of six groups, and transparent."""
    rng = random.Random(7)
    image = Image.new("RGBA", (8 * tile, 3 * tile))
    for number in range(24):
        colors = [(0, 0, 0, 0), *((*c, 255) for c in GROUPS[number % 6])]
        x, y = number % 8 * tile, number // 8 * tile
        for pixel in range(tile * tile):
            color = colors[pixel % 16] if pixel < 16 else rng.choice(colors)
            image.putpixel((x + pixel % tile, y + pixel // tile), color)
    image.save(path)
    return image


def shown(game: Path, asset: str, size: int) -> tuple[list[np.ndarray], int]:
    """Every tile of the pack in each of its palettes as RGB565, -1 where transparent."""
    with open_pack(build(game).outputs["assets.pa"]) as pack:
        bank = pack.decode(pack[asset])
    palettes = bank.palettes[: bank.palette_authored].astype(int)
    grid = bank.indices.reshape(256 // size, size, 256 // size, size).swapaxes(1, 2)
    tiles = grid.reshape(-1, size, size)
    return [np.where(tiles == 0, -1, palette[tiles]) for palette in palettes], len(palettes)


def expected(image: Image.Image, size: int) -> np.ndarray:
    """The tiles of a picture as RGB565, by a decode that knows nothing of ours."""
    rgba = np.asarray(image.convert("RGBA")).astype(int)
    colors = rgba[..., 0] // 8 * 2048 + rgba[..., 1] // 4 * 32 + rgba[..., 2] // 8
    flat = np.where(rgba[..., 3] == 0, -1, colors)
    height, width = flat.shape
    grid = flat.reshape(height // size, size, width // size, size).swapaxes(1, 2)
    return grid.reshape(-1, size, size)


def test_a_tileset_of_six_palettes_is_shown_as_it_was_painted(game: Path, tmp_path: Path) -> None:
    image = tileset(tmp_path / "world.png")
    made = new("tile-bank", game / "assets/world", tmp_path / "world.png", project=game)
    root = game / "assets/world"
    assert (root / "sprites/world.png").read_bytes() == (tmp_path / "world.png").read_bytes()
    assert values(made.beginning.inputs)["palettes"] == tuple(
        f"palettes/{n:02}.hex" for n in range(6)
    )
    assert made.summary == "24 tiles of 8x8 pixels, 6 palettes"
    first = (root / "palettes/00.hex").read_text().split()
    assert first[1:] == sorted(bytes(c).hex() for c in GROUPS[0])
    assert first[0] not in first[1:]
    by_palette, count = shown(game, "world", 8)
    assert count == 6
    for number, tile in enumerate(expected(image, 8)):
        assert any((tiles[number] == tile).all() for tiles in by_palette), number


@pytest.mark.parametrize("size", [8, 16, 32])
def test_the_tile_size_that_is_asked_for(game: Path, tmp_path: Path, size: int) -> None:
    image = Image.new("RGBA", (4 * size, size))
    for x in range(4 * size):
        image.putpixel((x, x % size), ((8, 16, 24)[x % 3], 0, 80, 255))
    image.save(tmp_path / "strip.png")
    asked = {"tile_size": size}
    new("tile-bank", game / "assets/s", tmp_path / "strip.png", project=game, metadata=asked)
    (tiles,), count = shown(game, "s", size)
    assert count == 1
    assert (tiles[:4] == expected(image, size)).all()


def test_the_advice_is_about_the_palettes_that_there_are(game: Path, tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (255, 0, 0, 255)).save(tmp_path / "red.png")
    made = new("tile-bank", game / "assets/red", tmp_path / "red.png", project=game)
    assert not [line for line in made.beginning.advice if line.startswith("put your colours")]
    made = new("tile-bank", game / "assets/empty", project=game)
    assert [line for line in made.beginning.advice if line.startswith("put your colours")]


def test_the_starter_has_the_tile_size_and_the_rate_that_are_asked_for(game: Path) -> None:
    new("tile-bank", game / "assets/t", project=game, metadata={"tile_size": 32})
    new("sound-bank", game / "assets/s", project=game, metadata={"sample_rate": 44_100})
    with open_pack(build(game).outputs["assets.pa"]) as pack:
        assert pack.decode(pack["t"]).tile_size == 32
        assert (pack.decode(pack["s"]).sample_rate, len(pack.decode(pack["s"]).samples[0])) == (
            44_100,
            4_410,
        )


@pytest.mark.parametrize(("side", "size"), [(16, 16), (32, 32), (12, 8)])
def test_the_grid_of_an_aseprite_document_is_the_tile_size(
    game: Path, tmp_path: Path, side: int, size: int
) -> None:
    pixels = [[(255, 0, 0, 255)] * 32] * 32
    data = bytearray(ase.plain(pixels))
    data[40:44] = side.to_bytes(2, "little") * 2  # the grid's width and height, by the format
    (tmp_path / "a.aseprite").write_bytes(data)
    made = new("tile-bank", game / "assets/a", tmp_path / "a.aseprite", project=game)
    assert made.beginning.metadata["tile_size"] == size
    assert made.beginning.assumed == ({} if side == size else {"tile_size": 8})


def test_a_folder_gives_its_files_and_names_the_others(game: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    for name in ("b.wav", "A.WAV", ".hidden.wav", "deep/c.wav"):
        record(folder / name, [1], rate=8000)
    (folder / "readme.txt").write_text("mine")
    (game / "assets/fx").mkdir()
    (game / "assets/fx/notes.md").write_text("mine")
    made = new("sound-bank", game / "assets/fx", folder, project=game)
    assert values(made.beginning.inputs) == {"samples": ("samples/A.WAV", "samples/b.wav")}
    assert made.unused == ("assets/fx/notes.md", str(folder.resolve() / "readme.txt"))
    assert made.beginning.metadata == {"sample_rate": 8000}
    build(game)


def test_add_changes_nothing_but_the_lists(project: Project, tmp_path: Path) -> None:
    draw(tmp_path / "walk.png", 2)
    draw(project.root("hero") / "run.png", 3)
    (project.root("hero") / "night.hex").write_text(palette_text())
    before = project.anchor("hero").read_text()
    files = [tmp_path / "walk.png", project.root("hero") / "run.png",
             project.root("hero") / "night.hex", project.root("hero") / "sheet.png"]  # fmt: skip
    planned = add("hero", *files, project=project.path, dry_run=True)
    assert project.anchor("hero").read_text() == before
    assert not (project.root("hero") / "sprites").exists()
    done = add("hero", *files, project=project.path)
    assert replace(done, dry_run=True) == planned
    assert values(done.listed) == {
        "sprites": ("sprites/walk.png", "run.png"),
        "palettes": ("night.hex",),
    }
    assert done.written == ("assets/hero/sprites/walk.png",)
    after = project.anchor("hero").read_text()
    old, now = json.loads(before), json.loads(after)
    assert now["inputs"].pop("sprites") == ["sheet.png", "sprites/walk.png", "run.png"]
    assert now["inputs"].pop("palettes") == ["colors.hex", "night.hex"]
    old["inputs"] = {}
    assert now == old
    with open_pack(build(project.path).outputs["assets.pa"]) as pack:
        assert pack.decode(pack["hero"]).palette_authored == 2
    assert values(add("hero", *files[1:], project=project.path).listed) == {
        "sprites": (),
        "palettes": (),
    }
    assert project.anchor("hero").read_text() == after


@pytest.mark.parametrize("verb", ["new", "add"])
def test_a_dry_run_gives_the_same_result_and_changes_no_file(tmp_path: Path, verb: str) -> None:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    tileset(tmp_path / "world.png")
    draw(tmp_path / "walk.png", 2)
    verbs: dict[str, Callable[..., Created | Added]] = {
        "new": partial(
            drawing, lambda: uuid(7), new, "tile-bank", made.root("world"), project=made.path
        ),
        "add": partial(add, "hero", project=made.path),
    }
    files = [tmp_path / ("world.png" if verb == "new" else "walk.png")]
    before = entries(made.path)
    planned = verbs[verb](*files, dry_run=True)
    assert entries(made.path) == before
    done = verbs[verb](*files)
    assert (planned.dry_run, done.dry_run) == (True, False)
    assert replace(planned, dry_run=False) == done
    assert {**planned.as_json(), "dry_run": False} == done.as_json()
    new_files = {name for name in entries(made.path) if (made.path / name).is_file()} - set(before)
    assert new_files == {*done.written, "assets/.prometeu/lock"}


def entries(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All below a folder, folders too: contents and times of change."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("version", [1, 2])
def test_add_leaves_the_version_of_a_document(tmp_path: Path, version: int) -> None:
    made = Project(tmp_path / "game", version=version)
    made.asset_version = version
    made.sounds("fx")
    record(tmp_path / "beep.wav", [5], rate=8000)
    add("fx", tmp_path / "beep.wav", project=made.path)
    assert json.loads(made.anchor("fx").read_bytes())["schema_version"] == version
    with open_pack(build(made.path).outputs["assets.pa"]) as pack:
        assert [run.tolist() for run in pack.decode(pack["fx"]).samples] == [[1, -2, 3], [5]]


REFUSED = [
    # what is given, the codes, the file that they are about
    ("hero", "a.xcf", "BRING_KIND", "a.xcf"),
    ("hero", "fx.wav", "BRING_KIND", "fx.wav"),
    ("hero", "absent.png", "PATH_MISSING", "absent.png"),
    ("hero", "nowhere/absent.png", "PATH_MISSING", "nowhere/absent.png"),
    ("hero", "odd.png", "SHEET_SIZE", "odd.png"),
    ("hero", "strange.png", "SHEET_COLOR", "strange.png"),
    ("hero", "text.hex", "PALETTE_FORMAT", "text.hex"),
    ("fx", "noise.mp3", "BRING_SOUND", "noise.mp3"),
    ("hero", "link.png", "PATH_SYMLINK", "link.png"),
]


@pytest.mark.parametrize(("asset", "file", "code", "where"), REFUSED)
@pytest.mark.parametrize("verb", ["add", "new"])
def test_what_is_refused_is_told_of_the_file_given_and_writes_nothing(
    project: Project, tmp_path: Path, asset: str, file: str, code: str, where: str, verb: str
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "a.xcf").write_bytes(b"gimp xcf")
    record(desk / "fx.wav", [1])
    (desk / "noise.mp3").write_bytes(b"ID3")
    Image.new("RGB", (9, 8)).save(desk / "odd.png")
    strange = Image.new("RGB", (8, 8))
    strange.putdata([(8 * x, 8 * y, 0) for x in range(8) for y in range(8)])
    strange.save(desk / "strange.png")
    (desk / "text.hex").write_text("no colours\n")
    (desk / "link.png").symlink_to(desk / "strange.png")
    before = snapshot(project.path)
    kind = "tile-bank" if asset == "hero" else "sound-bank"
    try:
        if verb == "add":
            add(asset, desk / file, project=project.path)
        else:
            new(kind, project.root("fresh"), desk / file, project=project.path)
    except Refused as refused:
        (found,) = refused.report
        assert found.code == code
        assert found.hint
        assert found.file == str(desk.resolve() / where)
        after = snapshot(project.path)
        after.pop("assets/.prometeu/lock", None)
        before.pop("assets/.prometeu/lock", None)
        assert after == before
    else:
        assert code == "NONE"


@pytest.mark.parametrize(("total", "code"), [(100, None), (99, "INPUT_TOTAL")])
def test_files_that_are_too_large_together_do_not_come_in(
    project: Project, tmp_path: Path, total: int, code: str | None
) -> None:
    """What is not written yet counts as what is."""
    for name in ("a.wav", "b.wav"):
        record(tmp_path / name, [1, 2, 3])
    files = [tmp_path / "a.wav", tmp_path / "b.wav"]
    assert sum(file.stat().st_size for file in files) == 100
    contract = CURRENT.with_(limits=replace(CURRENT.limits, input_bytes=total))
    try:
        new("sound-bank", project.root("two"), *files, project=project.path, contract=contract)
    except Refused as refused:
        assert (refused.report.codes, project.root("two").exists()) == ((code,), False)
    else:
        assert code is None


def test_two_files_of_one_name_are_not_one(project: Project, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        draw(tmp_path / folder / ("Walk.png" if folder == "a" else "walk.png"), 2)
    with pytest.raises(Refused) as refused:
        add("hero", tmp_path / "a", tmp_path / "b", project=project.path)
    assert refused.value.report.codes == ("BRING_TAKEN",)


def test_add_makes_the_palettes_that_a_picture_lacks(game: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.png"
    Image.new("RGB", (8, 8), GROUPS[0][3]).save(first)
    new("tile-bank", game / "assets/w", first, project=game, name="w")
    root = game / "assets/w"
    (root / "palettes/01.hex").write_text(palette_text())  # of the user's, and not listed
    before = [(path, path.read_bytes()) for path in (root / "palettes").iterdir()]
    image = tileset(tmp_path / "world.png")
    planned = add("w", tmp_path / "world.png", project=game, dry_run=True)
    done = add("w", tmp_path / "world.png", project=game)
    assert replace(planned, dry_run=False) == done
    palettes = tuple(f"palettes/{number:02}.hex" for number in range(2, 8))
    assert values(done.listed) == {"sprites": ("sprites/world.png",), "palettes": palettes}
    assert done.written == tuple(f"assets/w/{path}" for path in ("sprites/world.png", *palettes))
    inputs = json.loads((root / "asset.json").read_bytes())["inputs"]
    assert inputs["palettes"] == ["palettes/main.hex", *palettes]
    assert [(path, path.read_bytes()) for path, _ in before] == before
    by_palette, count = shown(game, "w", 8)
    assert count == 7
    for number, tile in enumerate(expected(image, 8), start=1):
        assert any((tiles[number] == tile).all() for tiles in by_palette), number
    assert add("w", first.rename(tmp_path / "again.png"), project=game).listed["sprites"]
    assert len(list((root / "palettes").iterdir())) == 8, "a picture that fits needs none"


def indexed(path: Path, colors: list[tuple[int, int, int]], indices: list[int]) -> Path:
    """A tile of these indices, in rows that repeat them."""
    image = Image.new("P", (8, 8))
    image.putpalette([part for color in colors for part in color])
    image.putdata([indices[n % len(indices)] for n in range(64)])
    image.save(path)
    return path


def test_an_indexed_picture_whose_colours_no_palette_has_is_its_own(
    game: Path, tmp_path: Path
) -> None:
    first = indexed(tmp_path / "first.png", [(9, 9, 9), *GROUPS[0]], [0, 1, 2])
    new("tile-bank", game / "assets/w", first, project=game, name="w")
    same = indexed(tmp_path / "same.png", [(0, 0, 0), *GROUPS[0][:3], *GROUPS[1][:12]], [1, 3])
    assert values(add("w", same, project=game).listed) == {"sprites": ("sprites/same.png",)}
    other = indexed(tmp_path / "other.png", [(0, 0, 0), *GROUPS[1]], [0, 1, 15])
    done = add("w", other, project=game)
    assert values(done.listed) == {
        "sprites": ("sprites/other.png",),
        "palettes": ("sprites/other.png",),
    }
    assert done.written == ("assets/w/sprites/other.png",)
    assert done.report.codes == ("SHEET_INDEX_ZERO",) * 2
    by_palette, count = shown(game, "w", 8)
    assert count == 2
    for number, path in enumerate((first, same, other)):
        image = Image.open(path).convert("RGBA")
        drawn = np.asarray(Image.open(path)) > 0
        image.putalpha(Image.fromarray(drawn.astype(np.uint8) * 255))
        (tile,) = expected(image, 8)
        assert (by_palette[number // 2][number] == tile).all(), path


def test_what_was_said_of_a_picture_is_taken_away(game: Path, tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), GROUPS[0][3]).save(tmp_path / "a.png")
    new("tile-bank", game / "assets/w", tmp_path / "a.png", project=game, settings={"margin": 8})
    anchor = game / "assets/w/asset.json"
    entries = {"margin": 8, "area": {"column": 0, "row": 0, "columns": 1, "rows": 1}}
    add("w", game / "assets/w/sprites/a.png", project=game, settings={"area": entries["area"]})
    listed = json.loads(anchor.read_bytes())["inputs"]["sprites"]
    assert listed == [{"path": "sprites/a.png", **entries}]
    add("w", game / "assets/w/sprites/a.png", project=game, settings={"margin": None})
    listed = json.loads(anchor.read_bytes())["inputs"]["sprites"]
    assert listed == [{"path": "sprites/a.png", "area": entries["area"]}]
    add(
        "w", game / "assets/w/sprites/a.png", project=game, settings={"area": None, "spacing": None}
    )
    assert json.loads(anchor.read_bytes())["inputs"]["sprites"] == ["sprites/a.png"]


def test_a_colour_that_is_one_on_the_console_needs_no_palette(game: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (200, 100, 48)).save(tmp_path / "a.png")
    Image.new("RGB", (8, 8), (201, 101, 49)).save(tmp_path / "b.png")
    new("tile-bank", game / "assets/w", tmp_path / "a.png", project=game)
    done = add("w", tmp_path / "b.png", project=game)
    assert values(done.listed) == {"sprites": ("sprites/b.png",)}
    assert done.report.codes == ("SHEET_ALIKE",)


def test_more_files_than_a_document_may_list_are_not_listed(game: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    for number in range(65):
        (tmp_path / f"{number}.hex").write_text(palette_text())
    files = sorted(tmp_path.glob("*.hex"))
    for begun in (False, True):
        before = {path: path.read_bytes() for path in game.rglob("*.*") if path.is_file()}
        with pytest.raises(Refused) as refused:
            if begun:
                add("w", *files, project=game)
            else:
                new("tile-bank", game / "assets/w", tmp_path / "a.png", *files, project=game)
        (fault,) = refused.value.report
        assert (fault.code, fault.pointer) == ("ASSET_INPUTS", "/inputs/palettes")
        assert before == {path: path.read_bytes() for path in game.rglob("*.*") if path.is_file()}
        if not begun:
            new("tile-bank", game / "assets/w", tmp_path / "a.png", project=game)


def test_more_palettes_than_a_bank_has_are_not_made(game: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "first.png")
    new("tile-bank", game / "assets/w", tmp_path / "first.png", project=game)
    image = Image.new("RGB", (8 * 64, 8))
    for tile in range(64):
        for pixel in range(64):
            color = (8 * (tile % 32), 4 * (pixel % 15), 8 + 128 * (tile // 32))
            image.putpixel((8 * tile + pixel % 8, pixel // 8), color)
    image.save(tmp_path / "many.png")
    before = snapshot(game / "assets/w")
    with pytest.raises(Refused) as refused:
        add("w", tmp_path / "many.png", project=game)
    assert refused.value.report.codes == ("SHEET_COLOR",)
    assert snapshot(game / "assets/w") == before
    image.crop((0, 0, 8 * 63, 8)).save(tmp_path / "fewer.png")
    assert len(add("w", tmp_path / "fewer.png", project=game).listed["palettes"]) == 63
