"""The mistakes people make, each performed on a real project that was built before.

Every case is a function that breaks the project and gives the command that meets the fault.
"""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.packer.intake.files import (
    SIGNATURE,
    chunk,
    fmt,
    header,
    indexed,
    png,
    riff,
    riff_chunk,
)
from tests.shipper.cartridges import cartridge, describe
from tests.workspace.projects import ASSET, COLORS, INDEX, Project, draw, edit, palette_text, uuid

from prometeu_assets.storage import files

Case = Callable[[Project, pytest.MonkeyPatch], list[str]]
BUILD = ["build"]
LFS = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
HTML = "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n"


def asset(change: Callable[[str], str], root: str = "hero") -> Case:
    """Build after the text of an asset.json was edited."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        text = project.anchor(root).read_text(encoding="utf-8")
        assert change(text) != text
        project.anchor(root).write_text(change(text), encoding="utf-8")
        return BUILD

    return case


def swapped(old: str, new: str, root: str = "hero") -> Case:
    return asset(lambda text: text.replace(old, new, 1), root)


def source(name: str, data: Callable[[], bytes] | bytes | str, root: str = "hero") -> Case:
    """Build after a source file was replaced."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        made = data() if callable(data) else data
        path = project.root(root) / name
        path.write_bytes(made.encode() if isinstance(made, str) else made)
        return BUILD

    return case


def done(*steps: Callable[[Project], object]) -> Case:
    """Build after some steps."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        for step in steps:
            step(project)
        return BUILD

    return case


# --- documents and roots --------------------------------------------------------------------


def two_names(project: Project) -> None:
    edit(project.anchor("fx"), name="hero")


def two_uuids(project: Project) -> None:
    project.rows[1]["asset_uuid"] = uuid(1)
    project.write_index()


def two_ids(project: Project) -> None:
    project.rows[1]["asset_id"] = 1
    project.write_index()


def two_roots(project: Project) -> None:
    project.rows[1]["root"] = "hero"
    project.write_index()


def seventeen(project: Project) -> None:
    for number in range(16):
        project.tiles(f"tiles/{number:02}", preload=True)


def folder(name: str) -> Callable[[Project], object]:
    def step(project: Project) -> None:
        path = project.root("hero") / name
        path.unlink()
        path.mkdir()

    return step


def unreadable(project: Project, patch: pytest.MonkeyPatch) -> list[str]:
    original = os.open

    def refused(path: Any, *arguments: Any, **options: Any) -> int:
        if os.fspath(path) == "sheet.png":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return original(path, *arguments, **options)

    patch.setattr(os, "open", refused)
    # As when permission is taken: the time of change is another, and the file is read again.
    (project.root("hero") / "sheet.png").chmod(0)
    return BUILD


# --- pictures -------------------------------------------------------------------------------


def picture(pixels: dict[tuple[int, int], tuple[int, int, int, int]], size: int = 16) -> bytes:
    """An RGBA picture in the first palette colour but for some pixels."""
    rows = [[(*COLORS[1], 255)] * size for _ in range(size)]
    for (x, y), color in pixels.items():
        rows[y][x] = color  # type: ignore[assignment]
    return png(rows, 6)


def many_colors() -> bytes:
    colors = [(n * 9, 255 - n * 9, n) for n in range(17)]
    return indexed([[(x + y) % 17 for x in range(16)] for y in range(16)], colors)


def rainbow() -> bytes:
    return picture({(x, 0): (10 * x, 200, 30, 255) for x in range(16)})


def animated() -> bytes:
    control = chunk(b"acTL", bytes(8))
    return indexed([[0] * 16] * 16, COLORS, before=control)


def cut(project: Project) -> None:
    path = project.root("hero") / "sheet.png"
    path.write_bytes(path.read_bytes()[:-30])


def jpeg(project: Project) -> None:
    Image.new("RGB", (16, 16)).save(project.root("hero") / "sheet.png", "JPEG")


def more_palettes(project: Project) -> None:
    (project.root("hero") / "night.gpl").write_text("GIMP Palette\n#\n0 0 0\n10 20 30 Ink\n")
    edit(project.anchor("hero"),
         inputs={"sprites": ["sheet.png"], "palettes": ["colors.hex", "night.gpl"]})  # fmt: skip


def many_tiles(project: Project) -> None:
    for name in ("one.png", "two.png"):
        draw(project.root("hero") / name, size=256)
    edit(project.anchor("hero"),
         inputs={"sprites": ["one.png", "two.png"], "palettes": ["colors.hex"]})  # fmt: skip


# --- sounds ---------------------------------------------------------------------------------


def sound(frames: bytes = bytes(200), **form: Any) -> bytes:
    return riff(fmt(**{"rate": 8000, **form}), riff_chunk(b"data", frames))


def raw(size: int) -> Case:
    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        (project.root("hero") / "bank.bin").write_bytes(bytes(size))
        whole = {"tile_size": 8, "width": 256, "height": 256, "palette_count": 64,
                 "palette_authored": 1}  # fmt: skip
        output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": whole}
        edit(project.anchor("hero"), inputs={"payload": ["bank.bin"]}, output=output)
        return BUILD

    return case


# --- packs ----------------------------------------------------------------------------------


def inspected(data: Callable[[Project], bytes] | bytes | str, name: str = "some.pa") -> Case:
    """Inspect a file with this content."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        made = data(project) if callable(data) else data
        (project.path / name).write_bytes(made.encode() if isinstance(made, str) else made)
        return ["inspect", name]

    return case


def brought(name: str, data: Callable[[], bytes] | bytes, *command: str) -> Case:
    """A command with a file beside the project."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        path = project.path.parent / name
        path.write_bytes(data() if callable(data) else data)
        return [*command, f"../{name}"]

    return case


def zipped(project: Project) -> bytes:
    with zipfile.ZipFile(project.path / "game.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("assets.pa"), b"ASPA")
    return (project.path / "game.zip").read_bytes()


def pack(project: Project) -> bytes:
    return (project.path / "build/assets.pa").read_bytes()


# --- places ---------------------------------------------------------------------------------


def failing(number: int, where: Callable[[Path], bool]) -> Case:
    """Build where writing a file fails, as the system reports it."""

    def case(project: Project, patch: pytest.MonkeyPatch) -> list[str]:
        edit(project.anchor("hero"), name="hero2")
        original = files.write_new

        def fail(path: Path, chunks: Any) -> Any:
            if where(path):
                raise OSError(number, os.strerror(number), str(path))
            return original(path, chunks)

        patch.setattr(files, "write_new", fail)
        return BUILD

    return case


def read_only(project: Project, patch: pytest.MonkeyPatch) -> list[str]:
    original = os.open

    def refused(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fspath(path))
        return original(path, flags, *arguments, **options)

    patch.setattr(os, "open", refused)
    return BUILD


def shipped(change: Callable[[Project], object], *options: str) -> Case:
    """Ship after a project that could be shipped was changed."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        describe(project, program="build/program.pbx")
        (project.path / "build/program.pbx").write_bytes(b"program")
        (project.path / "main").write_bytes(b"program")
        change(project)
        return ["ship", *options]

    return case


def booted(change: Callable[[Path], object] = lambda _: None, **members: Any) -> Case:
    """Boot a good cartridge after it was changed."""

    def case(project: Project, _: pytest.MonkeyPatch) -> list[str]:
        change(cartridge(project.path / "cartridge", **members))
        return ["boot", "cartridge"]

    return case


def pack_with(directory: Path, at: int, new: bytes) -> bytes:
    data = (directory / "assets.pa").read_bytes()
    return data[:at] + new + data[at + len(new) :]


CASES: dict[str, Case] = {
    "asset missing": done(lambda p: p.anchor("hero").unlink()),
    "asset not json": swapped('"tile_bank",', '"tile_bank"'),
    "asset comma too many": swapped('"enabled": false\n', '"enabled": false,\n'),
    "asset empty": asset(lambda _: ""),
    "asset is an lfs pointer": asset(lambda _: LFS),
    "member repeated": swapped('"type"', '"name": "twice",\n  "type"'),
    "member unknown": swapped('"preload"', '"prelaod"'),
    "version older": swapped(f'"schema_version": {ASSET}', '"schema_version": 0'),
    "version newer": swapped(f'"schema_version": {ASSET}', f'"schema_version": {ASSET + 1}'),
    "version is text": swapped(f'"schema_version": {ASSET}', f'"schema_version": "{ASSET}"'),
    "codec RAW": swapped('"NONE"', '"RAW"'),
    "index has conflict marks": done(lambda p: (p.path / INDEX).write_text(
        '{\n  "schema_version": 2,\n<<<<<<< HEAD\n  "next_asset_id": 3,\n=======\n'
        '  "next_asset_id": 4,\n>>>>>>> other\n  "assets": []\n}\n')),
    "source missing": done(lambda p: (p.root("hero") / "sheet.png").unlink()),
    "source spelled otherwise": swapped('"sheet.png"', '"Sheet.png"'),
    "source unreadable": unreadable,
    "source is a folder": done(folder("sheet.png")),
    "source outside": swapped('"sheet.png"', '"../fx/0.wav"'),
    "png of the wrong size": source("sheet.png", lambda: indexed([[0] * 20] * 12, COLORS)),
    "png with 17 colours": source("sheet.png", many_colors),
    "png with a colour in no palette": source(
        "sheet.png", lambda: picture({(5, 3): (9, 150, 220, 255)})),
    "png with a colour in none of two palettes": lambda p, m: (
        more_palettes(p), source("sheet.png", lambda: picture({(5, 3): (10, 20, 30, 255)}))(p, m)
    )[1],
    "png with too many colours for any palette": source("sheet.png", rainbow),
    "png with partial alpha": source(
        "sheet.png", lambda: picture({(2, 1): (*COLORS[1], 128), (3, 1): (*COLORS[1], 7)})),
    "png of 16 bits": source(
        "sheet.png", lambda: SIGNATURE + header(16, 16, 16, 2, 0, 0, 0) + chunk(b"IDAT")
        + chunk(b"IEND")),
    "png animated": source("sheet.png", animated),
    "png truncated": done(cut),
    "png is a jpeg": done(jpeg),
    "png is a web page": source("sheet.png", HTML),
    "palette empty": source("colors.hex", ""),
    "palette of comments alone": source("colors.hex", "; Lospec\n\n"),
    "palette too long": source("colors.hex", "".join(f"{n:06x}\n" for n in range(17))),
    "palette is a png": source(
        "colors.hex", lambda: indexed([[0] * 16] * 16, COLORS)
    ),
    "palette malformed": source("colors.hex", palette_text() + "red\n"),
    "wav stereo": source("0.wav", lambda: sound(channels=2), "fx"),
    "wav of 8 bits": source("0.wav", lambda: sound(bits=8), "fx"),
    "wav of 24 bits": source("0.wav", lambda: sound(bits=24), "fx"),
    "wav float": source("0.wav", lambda: sound(tag=3, bits=32), "fx"),
    "wav of another rate": source("0.wav", lambda: sound(rate=44_100), "fx"),
    "wav truncated": source("0.wav", lambda: sound()[:-50], "fx"),
    "wav empty": source("0.wav", b"", "fx"),
    "wav without a sample": source("0.wav", lambda: sound(b""), "fx"),
    "wav is an mp3": source("0.wav", b"ID3\4\0\0\0\0\0\0" + bytes(50), "fx"),
    "more tiles than the sheet holds": done(many_tiles),
    "seventeenth preload": done(lambda p: edit(p.anchor("hero"), preload={"enabled": True}),
                                seventeen),
    "name twice": done(two_names),
    "uuid twice": done(two_uuids),
    "id twice": done(two_ids),
    "root twice": done(two_roots),
    "raw payload too short": raw(34_815),
    "raw payload too long": raw(34_820),
    "metadata of two origins": swapped('"tile_size": 8', '"tile_size": 8, "palette_authored": 3'),
    "metadata unknown": swapped('"tile_size": 8', '"tilesize": 8'),
    "inspect nothing": inspected(b""),
    "inspect a png": inspected(lambda p: (p.root("hero") / "sheet.png").read_bytes()),
    "inspect a zip": inspected(zipped),
    "inspect an lfs pointer": inspected(LFS),
    "inspect a web page": inspected(HTML),
    "inspect json": inspected(lambda p: (p.path / "build/asset_table.json").read_bytes()),
    "inspect an asset": lambda p, _: ["inspect", "assets/hero/asset.json"],
    "inspect a legacy pack": inspected(b"PPA1" + bytes(20)),
    "inspect a pack cut in its prelude": inspected(lambda p: pack(p)[:20]),
    "inspect a pack cut in its header": inspected(lambda p: pack(p)[:200]),
    "inspect a pack cut in its payload": inspected(lambda p: pack(p)[:-100]),
    "inspect a pack from a newer tool": inspected(lambda p: b"ASPA\2" + pack(p)[5:]),
    "inspect what is not there": lambda p, _: ["inspect", "build/asset.pa"],
    "inspect a folder": lambda p, _: ["inspect", "build"],
    "ship without a cartridge.json": lambda p, _: ["ship"],
    "ship outside of a project": lambda p, _: ["ship", "assets/hero"],
    "ship without a program": shipped(lambda p: (p.path / "build/program.pbx").unlink()),
    "ship without a build": shipped(lambda p: shutil.rmtree(p.path / "build"), "--program", "main"),
    "ship a capability misspelled": shipped(lambda p: describe(p, capabilities=["assets"])),
    "ship a pack that is not declared": shipped(lambda p: describe(p, capabilities=["gfx"])),
    "ship a pack that changed after the build": shipped(
        lambda p: (p.path / "build/assets.pa").write_bytes(pack(p)[:-1] + b"?")
    ),
    "ship a companion edited by hand": shipped(
        lambda p: (p.path / "build/preload.json").write_text("[]\n", encoding="utf-8")
    ),
    "ship into the assets": shipped(lambda p: None, "--out", "assets/cartridge"),
    "ship over somebody's files": shipped(
        lambda p: ((p.path / "out").mkdir(), (p.path / "out/save.dat").touch()), "--out", "out"
    ),
    "boot a project": lambda p, _: (describe(p), ["boot", "."])[1],
    "boot what is not there": lambda p, _: ["boot", "cartrige"],
    "boot a package": lambda p, _: ((p.path / "game.pmc").touch(), ["boot", "game.pmc"])[1],
    "boot a pack": lambda p, _: ["boot", "build/assets.pa"],
    "boot without a program": booted(lambda d: (d / "program.pbx").unlink()),
    "boot without its pack": booted(lambda d: (d / "assets.pa").unlink()),
    "boot a manifest that is cut off": booted(lambda d: os.truncate(d / "manifest.json", 100)),
    "boot a cartridge of a newer version": booted(cartridge_version=2),
    "boot a title that is empty": booted(title=""),
    "boot an entry point and a stranger": booted(entrypoint=1, author="me"),
    "boot a capability in capitals": booted(capabilities=["Asset"]),
    "boot a pack with a damaged header": booted(
        lambda d: (d / "assets.pa").write_bytes(pack_with(d, 60, b"?"))
    ),
    "new with a file of no kind": brought("notes.txt", b"mine", "new", "tile-bank", "assets/world"),
    "add a picture of too many colours": brought(
        "walk.png", lambda: png([[(8 * x, 8 * y, 0) for x in range(8)] for y in range(8)], 2), "add", "hero"
    ),
    "rename to a name that is taken": lambda p, _: ["rename", "hero", "fx"],
    "duplicate onto another asset": lambda p, _: ["duplicate", "hero", "assets/fx"],
    "outside of a project": lambda p, _: ["build", ".."],
    "a disk that is full": failing(errno.ENOSPC, lambda path: path.name == "new"),
    "a disk that is full of staging": failing(errno.ENOSPC, lambda path: path.name == "0"),
    "a read-only place": read_only,
    "outputs gone, --check": lambda p, _: (shutil.rmtree(p.path / "build/"), ["build", "--check"])[1],
    "outputs old, --check": lambda p, _: (edit(p.anchor("fx"), name="sounds/fx"),
                                          ["build", "--check"])[1],
    "verb misspelled": lambda p, _: ["biuld"],
    "option misspelled": lambda p, _: ["build", "--formt", "json"],
    "code misspelled": lambda p, _: ["codes", "PNG_FORMT"],
    "schema misspelled": lambda p, _: ["schema", "show", "aset"],
}  # fmt: skip
"""What went wrong, to how; the name is that of its transcript."""
