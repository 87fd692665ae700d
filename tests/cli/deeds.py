"""Verbs of a maker that go well, each with the files that it needs beside a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from tests.workspace.projects import Project, draw, record


def pictures(project: Project) -> Path:
    """A folder beside the project: two tiles in true colour, a sheet, a sound, a note.

    Above it a picture whose tiles have more colours than a palette.
    """
    desk = project.path.parent / "desk"
    desk.mkdir()
    image = Image.new("RGBA", (16, 8))
    for x in range(16):
        image.putpixel((x, x % 8), (200, 16 * x, 40, 255))
    image.save(desk / "world.png")
    sky = Image.new("RGB", (16, 8))
    sky.putdata([(8 * y, 4 * x, 255 - 16 * y) for y in range(8) for x in range(16)])
    sky.save(desk.parent / "sky.png")
    draw(desk / "walk.png", 2)
    record(desk / "beep.wav", [1, 2])
    (desk / "notes.txt").write_text("mine", encoding="utf-8")
    return desk


def with_desk(*command: str) -> Callable[[Project], list[str]]:
    """A command after that folder was made."""

    def case(project: Project) -> list[str]:
        pictures(project)
        return list(command)

    return case


DEEDS = {
    "new with a picture": with_desk("new", "tile-bank", "assets/world", "../desk/world.png"),
    "new with a folder, --tile-size and --name": with_desk(
        "new", "tile-bank", "assets/world", "../desk", "--tile-size", "8", "--name", "land"
    ),
    "new with a picture, --dry-run": with_desk(
        "new", "tile-bank", "assets/world", "../desk/world.png", "--dry-run"
    ),
    "add a picture": with_desk("add", "hero", "../desk/walk.png"),
    "add a picture of other colours": with_desk("add", "hero", "../desk/world.png"),
    "new with a picture of many colours, --nearest": with_desk(
        "new", "tile-bank", "assets/sky", "../sky.png", "--nearest", "--tile-size", "8"
    ),
    "add a picture of other colours, --nearest": with_desk(
        "add", "hero", "../desk/world.png", "--nearest"
    ),
    "add a picture of other colours, --nearest --format json": with_desk(
        "add", "hero", "../desk/world.png", "--nearest", "--format", "json"
    ),
    "add a folder, --dry-run": with_desk("add", "fx", "../desk", "--dry-run"),
    "rename": lambda _: ["rename", "hero", "knight"],
    "duplicate": lambda _: ["duplicate", "hero", "assets/art/knight"],
}
"""What is done, to the command; the name is that of its transcript."""
