"""`--nearest`: what comes into a root, what it says of it, and what it leaves alone."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.packer.intake import aseprites as ase
from tests.packer.test_bringing import entries, expected, shown
from tests.workspace.projects import Project, draw, drawing, snapshot, values

from prometeu_assets import Refused
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.adding import add
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.project import init

PALETTE = [(255, 0, 255), (0, 0, 0), (200, 40, 60), (60, 160, 220), (250, 250, 250)]


@pytest.fixture
def game(tmp_path: Path) -> Path:
    init(tmp_path / "game")
    return tmp_path / "game"


@pytest.fixture
def palette(tmp_path: Path) -> Path:
    path = tmp_path / "game.hex"
    path.write_text("".join(f"{bytes(color).hex()}\n" for color in PALETTE))
    return path


def soft(path: Path) -> Image.Image:
    """A disc with soft edges and shades: many colours in a tile, and every alpha."""
    large = Image.new("RGBA", (256, 128), (0, 0, 0, 0))
    pen = ImageDraw.Draw(large)
    for shade in range(40):
        box = (8 + shade, 8 + shade, 120 - shade, 120 - shade)
        pen.ellipse(box, fill=(200 - 2 * shade, 40 + 3 * shade, 60, 255))
    pen.rectangle((140, 20, 240, 110), fill=(60, 160, 220, 255), outline=(20, 20, 30, 255))
    image = large.resize((64, 32), Image.Resampling.LANCZOS)
    image.save(path)
    return image


def rgba(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "RGBA"
        return np.asarray(image).astype(int)


def measured(before: np.ndarray, after: np.ndarray) -> dict[str, int]:
    """The change, by a look at each pixel of the two files."""
    pairs = list(zip(before.reshape(-1, 4).tolist(), after.reshape(-1, 4).tolist(), strict=True))
    return {
        "pixels": len(pairs),
        "changed": sum(one != other for one, other in pairs),
        "most": max(abs(a - b) for o, n in pairs for a, b in zip(o[:3], n[:3], strict=True)),
        "alpha_changed": sum(one[3] != other[3] for one, other in pairs),
        "alpha_most": max(abs(one[3] - other[3]) for one, other in pairs),
    }


def test_the_copy_has_colours_of_the_palette_and_says_what_changed(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    image = soft(tmp_path / "disc.png")
    before = (tmp_path / "disc.png").read_bytes()
    files = [tmp_path / "disc.png", palette]
    made = new("tile-bank", game / "assets/d", *files, project=game, approximated=True)
    copy = rgba(game / "assets/d/sprites/disc.png")
    source = np.asarray(image).astype(int)
    (found,) = made.approximated.items()
    assert found == ("assets/d/sprites/disc.png", measured(source, copy))
    assert found[1]["most"] > 0 < found[1]["alpha_most"]
    assert made.done["assets/d/sprites/disc.png"] == (
        f"{found[1]['changed']} of 2048 pixels changed, red, green or blue by {found[1]['most']} "
        f"of 255 at most; alpha of {found[1]['alpha_changed']} by {found[1]['alpha_most']} at most"
    )
    assert made.as_json()["approximated"] == dict([found])
    assert CURRENT.documents.accepts(("creation", CURRENT.newest("creation")), made.as_json())
    assert (copy[..., 3] == np.where(source[..., 3] >= 128, 255, 0)).all()
    colors = np.array(PALETTE[1:])
    apart = ((source[..., np.newaxis, :3] - colors) ** 2).sum(axis=-1)
    drawn = copy[..., 3] == 255
    assert (copy[..., :3] == colors[apart.argmin(axis=-1)])[drawn].all()
    assert (copy[..., :3] == source[..., :3])[~drawn].all()
    assert (tmp_path / "disc.png").read_bytes() == before
    (tiles,), count = shown(game, "d", 8)
    assert count == 1
    written = Image.fromarray(copy.astype(np.uint8), "RGBA")
    assert (tiles[:32] == expected(written, 8)).all()


def test_nothing_changes_without_the_option(game: Path, tmp_path: Path, palette: Path) -> None:
    soft(tmp_path / "disc.png")
    before = snapshot(game)
    with pytest.raises(Refused) as refused:
        new("tile-bank", game / "assets/d", tmp_path / "disc.png", palette, project=game)
    assert refused.value.report.codes == ("SHEET_ALPHA",)
    assert "`--nearest`" in str(next(iter(refused.value.report)).hint)
    before.pop("assets/.prometeu/lock", None)
    assert {**snapshot(game), "assets/.prometeu/lock": b""} == {
        **before, "assets/.prometeu/lock": b"",
    }  # fmt: skip
    draw(tmp_path / "fits.png", 2)
    made = new("tile-bank", game / "assets/e", tmp_path / "fits.png", project=game)
    assert made.approximated == {}


@pytest.mark.parametrize("verb", ["new", "add"])
def test_a_dry_run_says_the_same_and_writes_nothing_and_so_does_a_second_time(
    tmp_path: Path, verb: str, palette: Path
) -> None:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    soft(tmp_path / "disc.png")
    before = entries(made.path)
    results = []
    for number, dry_run in enumerate([True, False]):
        if verb == "new":
            done = drawing(
                lambda: "8868b300-622d-4785-bb0c-ab61762d76ca",
                new,
                "tile-bank",
                made.root("disc"),
                tmp_path / "disc.png",
                project=made.path,
                approximated=True,
                dry_run=dry_run,
            )
        else:
            done = add(
                "hero", tmp_path / "disc.png", project=made.path, approximated=True, dry_run=dry_run
            )
        results.append(replace(done, dry_run=False))
        if not number:
            assert entries(made.path) == before
    assert results[0] == results[1]
    root = made.root("disc" if verb == "new" else "hero")
    first = {path.name: path.read_bytes() for path in root.rglob("*.*") if path.suffix != ".json"}
    if verb == "new":
        again = made.root("again")
        new("tile-bank", again, tmp_path / "disc.png", project=made.path, approximated=True)
    else:
        again = root
        (root / "sprites/disc.png").unlink()
        add("hero", tmp_path / "disc.png", project=made.path, approximated=True)
    assert first == {
        path.name: path.read_bytes() for path in again.rglob("*.*") if path.suffix != ".json"
    }


@pytest.mark.parametrize(("size", "side"), [(8, 72), (16, 144), (32, 256)])
def test_palettes_are_made_of_tiles_with_many_colours(
    game: Path, tmp_path: Path, size: int, side: int
) -> None:
    """Tiles of noise: as many palettes as a bank has, and each tile is near to what it was."""
    rng = np.random.default_rng(size)
    y, x = np.mgrid[0:side, 0:side]
    noise = np.stack([x, y, (x + y) // 2], -1) + rng.integers(-12, 13, (side, side, 3))
    image = Image.fromarray(noise.clip(0, 255).astype(np.uint8))
    image.save(tmp_path / "noise.png")
    made = new(
        "tile-bank",
        game / "assets/n",
        tmp_path / "noise.png",
        project=game,
        metadata={"tile_size": size},
        approximated=True,
    )
    assert made.summary.endswith(f" tiles of {size}x{size} pixels, 64 palettes")
    copy = Image.open(game / "assets/n/sprites/noise.png")
    by_palette, count = shown(game, "n", size)
    assert count == 64
    every = np.array(by_palette)
    for number, tile in enumerate(expected(copy, size)):
        assert (every[:, number] == tile).all(axis=(1, 2)).any(), number
    (found,) = made.approximated.values()
    before, after = np.asarray(image.convert("RGBA")).astype(int), np.asarray(copy).astype(int)
    assert found == measured(before, after)
    assert np.abs(before - after).mean() < 8


def test_a_picture_that_fits_comes_in_byte_by_byte(game: Path, tmp_path: Path) -> None:
    image = Image.new("RGB", (16, 8), (200, 100, 48))
    image.save(tmp_path / "plain.png")
    draw(tmp_path / "indexed.png", 2)
    files = [tmp_path / "plain.png", tmp_path / "indexed.png"]
    made = new("tile-bank", game / "assets/p", *files, project=game, approximated=True)
    for file in files:
        assert (game / "assets/p/sprites" / file.name).read_bytes() == file.read_bytes()
    assert made.done == {}
    assert {path: found["changed"] for path, found in made.approximated.items()} == {
        "assets/p/sprites/plain.png": 0,
        "assets/p/sprites/indexed.png": 0,
    }


def test_an_asset_keeps_its_palettes(game: Path, tmp_path: Path, palette: Path) -> None:
    """Without the option `add` makes palettes; with it the picture changes."""
    Image.new("RGB", (8, 8), PALETTE[2]).save(tmp_path / "red.png")
    Image.new("RGB", (8, 8), (190, 50, 70)).save(tmp_path / "strange.png")
    new("tile-bank", game / "assets/a", tmp_path / "red.png", palette, project=game)
    planned = add("a", tmp_path / "strange.png", project=game, dry_run=True)
    assert values(planned.listed)["palettes"] == ("palettes/01.hex",)
    done = add("a", tmp_path / "strange.png", project=game, approximated=True)
    assert values(done.listed) == {"sprites": ("sprites/strange.png",)}
    assert list(done.approximated.values()) == [
        {"pixels": 64, "changed": 64, "most": 10, "alpha_changed": 0, "alpha_most": 0}
    ]
    assert (rgba(game / "assets/a/sprites/strange.png")[..., :3] == PALETTE[2]).all()


def test_the_cut_of_a_picture_stays_and_so_does_what_is_around_the_tiles(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    rng = random.Random(5)
    image = Image.new("RGB", (1 + 3 * 9, 1 + 2 * 9), (1, 2, 3))
    for x in range(image.width):
        for y in range(image.height):
            image.putpixel((x, y), (rng.randrange(256), 8, 9))
    image.putpixel((2, 2), (255, 0, 254))
    image.save(tmp_path / "gaps.png")
    settings = {"margin": 1, "spacing": 1, "transparent": "#ff00fe"}
    palette.write_text(palette.read_text() + "ff00fe\n")  # nothing may become transparent
    image.putpixel((3, 3), (254, 0, 253))
    image.save(tmp_path / "gaps.png")
    files = [tmp_path / "gaps.png", palette]
    new("tile-bank", game / "assets/g", *files, project=game, settings=settings, approximated=True)
    document = json.loads((game / "assets/g/asset.json").read_bytes())
    assert document["inputs"]["sprites"] == [{"path": "sprites/gaps.png", **settings}]
    copy = rgba(game / "assets/g/sprites/gaps.png")
    before = np.asarray(image).astype(int)
    inside = np.zeros(before.shape[:2], bool)
    for left in (1, 10, 19):
        for top in (1, 10):
            inside[top : top + 8, left : left + 8] = True
    assert (copy[..., :3] == before)[~inside].all()
    assert copy[2, 2].tolist() == [255, 0, 254, 255]
    assert copy[3, 3, :3].tolist() == list(PALETTE[2])
    colors = {tuple(color) for color in copy[inside][:, :3].tolist()}
    assert colors <= {*PALETTE[1:], (255, 0, 254)}
    build(game)


def test_an_indexed_picture_of_other_colours_is_taken_by_its_colours(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    image = Image.new("P", (8, 8), 7)
    image.putpalette([channel for n in range(8) for channel in (30 * n, 5, 9)])
    image.putpixel((0, 0), 0)
    image.save(tmp_path / "own.png", transparency=0)
    files = [tmp_path / "own.png", palette]
    new("tile-bank", game / "assets/o", *files, project=game, approximated=True)
    copy = rgba(game / "assets/o/sprites/own.png")
    assert copy[0, 0, 3] == 0
    assert copy[0, 1].tolist() == [*PALETTE[2], 255]


def test_an_indexed_picture_of_many_colours_gets_palettes(game: Path, tmp_path: Path) -> None:
    image = Image.new("P", (16, 8))
    image.putpalette([channel for n in range(256) for channel in (n, n // 2, 255 - n)])
    image.putdata([(7 * n) % 200 for n in range(128)])
    image.save(tmp_path / "many.png")
    with pytest.raises(Refused) as refused:
        new("tile-bank", game / "assets/m", tmp_path / "many.png", project=game)
    assert refused.value.report.codes == ("SHEET_TILE",)
    made = new(
        "tile-bank", game / "assets/m", tmp_path / "many.png", project=game, approximated=True
    )
    assert made.summary == "2 tiles of 8x8 pixels, 2 palettes"
    build(game)


def test_an_indexed_picture_of_few_colours_at_many_indices_is_copied_in_true_colour(
    game: Path, tmp_path: Path
) -> None:
    """Empty tiles beside it need no palette, also where palettes have to go."""
    image = Image.new("P", (16, 8), 99)
    image.putpalette([channel for n in range(256) for channel in (60 * (n % 3), 5, 9)])
    image.putdata([99 if n % 16 < 8 else n for n in range(128)])
    image.save(tmp_path / "few.png", transparency=99)
    with pytest.raises(Refused) as refused:
        new("tile-bank", game / "assets/f", tmp_path / "few.png", project=game)
    assert refused.value.report.codes == ("SHEET_TILE",)
    made = new(
        "tile-bank", game / "assets/f", tmp_path / "few.png", project=game, approximated=True
    )
    assert made.done == {"assets/f/sprites/few.png": "0 of 128 pixels changed"}
    before = np.asarray(Image.open(tmp_path / "few.png").convert("RGBA"))
    assert (rgba(game / "assets/f/sprites/few.png") == before).all()
    build(game)


@pytest.mark.parametrize("name", ["fits", "strange"])
def test_the_copy_of_an_aseprite_document_is_a_picture_of_its_tiles(
    game: Path, tmp_path: Path, palette: Path, name: str
) -> None:
    color = (*PALETTE[2], 255) if name == "fits" else (190, 50, 70, 255)
    first = [[(*PALETTE[1], 255)] * 9 for _ in range(8)]
    second = [[color] * 9 for _ in range(8)]
    frames = [
        ase.frame(ase.layer(), ase.cel(first)),
        ase.frame(ase.cel(second)),
    ]
    (tmp_path / "walk.aseprite").write_bytes(ase.document(*frames, size=(9, 8)))
    made = new(
        "tile-bank",
        game / "assets/w",
        tmp_path / "walk.aseprite",
        palette,
        project=game,
        settings={"area": {"column": 0, "row": 0, "columns": 1, "rows": 1}},
        approximated=True,
    )
    if name == "fits":
        assert made.written[0] == "assets/w/sprites/walk.aseprite"
        return
    assert made.written[0] == "assets/w/sprites/walk.png"
    document = json.loads((game / "assets/w/asset.json").read_bytes())
    assert document["inputs"]["sprites"] == ["sprites/walk.png"]
    copy = rgba(game / "assets/w/sprites/walk.png")
    assert copy.shape == (16, 8, 4)
    assert (copy[:8, :, :3] == PALETTE[1]).all()
    assert (copy[8:, :, :3] == PALETTE[2]).all()
    build(game)


def test_a_copy_overwrites_nothing(game: Path, tmp_path: Path, palette: Path) -> None:
    Image.new("RGB", (8, 8), PALETTE[1]).save(tmp_path / "a.png")
    new("tile-bank", game / "assets/a", tmp_path / "a.png", palette, project=game)
    (tmp_path / "a.aseprite").write_bytes(ase.plain([[(190, 50, 70, 255)] * 8] * 8))
    before = snapshot(game / "assets/a")
    with pytest.raises(Refused) as refused:
        add("a", tmp_path / "a.aseprite", project=game, approximated=True)
    assert refused.value.report.codes == ("BRING_TAKEN",)
    assert snapshot(game / "assets/a") == before


@pytest.mark.parametrize("shared", [False, True])
def test_a_picture_below_assets_never_changes(
    game: Path, tmp_path: Path, palette: Path, shared: bool
) -> None:
    Image.new("RGB", (8, 8), PALETTE[1]).save(tmp_path / "black.png")
    new("tile-bank", game / "assets/a", tmp_path / "black.png", palette, project=game)
    place = game / ("assets/common/s.png" if shared else "assets/a/s.png")
    place.parent.mkdir(exist_ok=True)
    Image.new("RGB", (8, 8), (190, 50, 70)).save(place)
    before = snapshot(game / "assets/a")
    with pytest.raises(Refused) as refused:
        add("a", place, project=game, approximated=True)
    (found,) = refused.value.report
    assert (found.code, found.file) == ("BRING_INSIDE", place.relative_to(game).as_posix())
    assert snapshot(game / "assets/a") == before


def test_new_passes_over_what_is_there_and_would_have_to_change(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    root = game / "assets/a"
    root.mkdir()
    Image.new("RGB", (8, 8), (190, 50, 70)).save(root / "strange.png")
    Image.new("RGB", (8, 8), PALETTE[1]).save(root / "black.png")
    (root / "p.hex").write_text(palette.read_text())
    made = new("tile-bank", root, project=game, approximated=True)
    assert values(made.beginning.inputs)["sprites"] == ("black.png",)
    assert made.passed_over.codes == ("BRING_INSIDE",)


def test_a_listed_file_that_is_not_there_comes_back_to_its_place(tmp_path: Path) -> None:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    moved = tmp_path / "sheet.png"
    (made.root("hero") / "sheet.png").rename(moved)
    with Image.open(moved) as image:
        image.convert("RGBA").point(lambda level: level ^ 16 if level < 255 else level).save(moved)
    before = made.anchor("hero").read_bytes()
    done = add("hero", moved, project=made.path, approximated=True)
    assert (done.written, values(done.listed)) == (("assets/hero/sheet.png",), {"sprites": ()})
    assert made.anchor("hero").read_bytes() == before
    assert (made.root("hero") / "sheet.png").is_file()
    assert done.approximated["assets/hero/sheet.png"]["most"] == 16
    build(made.path)


def test_the_copy_of_a_document_that_was_moved_out_has_its_place(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    one = tmp_path / "one.aseprite"
    one.write_bytes(ase.plain([[(*PALETTE[2], 255)] * 8] * 8))
    Image.new("RGB", (8, 8), PALETTE[1]).save(tmp_path / "two.png")
    new("tile-bank", game / "assets/m", one, tmp_path / "two.png", palette, project=game)
    (game / "assets/m/sprites/one.aseprite").unlink()
    one.write_bytes(ase.plain([[(190, 50, 70, 255)] * 8] * 8))
    done = add("m", one, project=game, approximated=True)
    assert values(done.listed) == {"sprites": ("sprites/one.png",)}
    inputs = json.loads((game / "assets/m/asset.json").read_bytes())["inputs"]
    assert inputs["sprites"] == ["sprites/one.png", "sprites/two.png"]
    build(game)


@pytest.mark.parametrize(
    ("asset", "file", "key"), [("fx", "a.wav", "none"), ("hero", "a.hex", None)]
)
def test_the_option_needs_a_file_that_it_is_for(
    tmp_path: Path, asset: str, file: str, key: str | None
) -> None:
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx")
    (tmp_path / "a.hex").write_text("000000\nff0000\n")
    (tmp_path / "a.wav").write_bytes((made.root("fx") / "0.wav").read_bytes())
    with pytest.raises(Refused) as refused:
        add(asset, tmp_path / file, project=made.path, approximated=True)
    (found,) = refused.value.report
    assert (found.code, found.hint_key) == ("BRING_SETTING", key)
    assert "`--nearest`" in found.message


def test_what_a_build_refuses_for_another_reason_is_told(
    game: Path, tmp_path: Path, palette: Path
) -> None:
    Image.new("RGB", (9, 8), (190, 50, 70)).save(tmp_path / "odd.png")
    Image.new("RGB", (8 * 33, 8 * 33), (190, 50, 70)).save(tmp_path / "large.png")
    for file, code in (("odd.png", "SHEET_SIZE"), ("large.png", "TILES_CAPACITY")):
        with pytest.raises(Refused) as refused:
            new(
                "tile-bank",
                game / "assets/x",
                tmp_path / file,
                palette,
                project=game,
                approximated=True,
            )
        assert refused.value.report.codes == (code,)
