"""The hints about packs: a pack is never edited, so all of them end in a build or in another file.

The faults are those of `tests.docs.pack_cases`.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests import packs
from tests.docs import pack_cases
from tests.hints.scene import Case, Cases, Pair, Scene
from tests.workspace.projects import edit

from prometeu_assets.catalog import GROUPS

MADE: Final = "build/assets.pa"
NEWER: Final = 9


def found(case: pack_cases.Case) -> Callable[[Scene], list[str | Path]]:
    """Verify the pack of a case, in the place of the one that was built."""

    def make(scene: Scene) -> list[str | Path]:
        shutil.rmtree(scene.project.path / "build")
        with scene.patch.context() as patch:
            patch.chdir(scene.project.path)
            case(scene.project, patch)
        return ["verify", scene.project.path / MADE]

    return make


def built_again(scene: Scene, _: str) -> None:
    """Build the pack from its project."""
    assert scene.run("build", scene.project.path).code == 0


def given(data: bytes | Callable[[Scene], bytes], name: str = "some.pa") -> Case:
    """Verify a file that is no pack; then give the pack that the project made."""

    def make(scene: Scene) -> list[str | Path]:
        path = scene.project.path / name
        path.write_bytes(data(scene) if callable(data) else data)
        return ["verify", path]

    def follow(scene: Scene, hint: str) -> None:
        assert "assets.pa" in hint

    return Case(make, follow, again=lambda scene: ["verify", scene.project.path / MADE])


def zipped(scene: Scene) -> bytes:
    path = scene.project.path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((scene.project.path / "build").iterdir()):
            if file.is_file():
                archive.write(file, file.name)
    return path.read_bytes()


def unzipped(scene: Scene, _: str) -> None:
    with zipfile.ZipFile(scene.project.path / "some.pa") as archive:
        archive.extractall(scene.project.path / "unpacked")


def into_a_root(scene: Scene, hint: str) -> None:
    """The picture that was given as a pack becomes a source of the tile bank."""
    assert "asset root" in hint
    (scene.project.path / "some.pa").rename(scene.project.root("hero") / "hat.png")
    inputs = {"sprites": ["sheet.png", "hat.png"], "palettes": ["colors.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)
    built_again(scene, hint)


def two_pictures(scene: Scene) -> None:
    """The picture stands in the bank twice: four tiles, and the same four again."""
    tiles = scene.tiles(8)
    assert tiles[:4] == tiles[4:]
    assert tiles[0] == [[(x + y) % 4 for x in range(8)] for y in range(8)]


CASES: dict[Pair, Cases] = {
    **{
        (code.name, None): Case(found(pack_cases.CASES[code.name]), built_again)
        for code in GROUPS["reading"]
        if code.name not in {"PRELUDE_MAGIC", "FILE_SIZE", "HEADER_SCHEMA", "PRELUDE_VERSION"}
    },
    ("HEADER_SCHEMA", None): Case(
        found(pack_cases.table({**pack_cases.HERO, "colour": 1})), built_again
    ),
    ("TABLE_OFFSET", "file"): Case(found(pack_cases.given(pack_cases.from_file())), built_again),
    ("TABLE_OFFSET", "unrounded"): Case(
        found(pack_cases.given(pack_cases.at(0, 10, entries=(pack_cases.FX, packs.tiles(3, "a"))))),
        built_again,
    ),
    ("TABLE_BOUNDS", "offset"): Case(
        found(pack_cases.given(pack_cases.at(0, 34_824))), built_again
    ),
    ("TABLE_TRAILING", "offset"): Case(
        found(pack_cases.given(pack_cases.at(0, 34_808))), built_again
    ),
    ("PRELUDE_TRUNCATED", "empty"): Case(found(pack_cases.given(b"")), built_again),
    ("PRELUDE_VERSION", None): Case(found(pack_cases.head(version=0)), built_again),
    ("PRELUDE_VERSION", "newer"): Case(found(pack_cases.head(version=NEWER)), built_again),
    ("HEADER_SCHEMA", "RAW"): Case(found(pack_cases.CASES["HEADER_SCHEMA"]), built_again),
    ("PRELUDE_MAGIC", None): given(bytes(100)),
    ("PRELUDE_MAGIC", "other"): given(b"%PDF-1.7" + bytes(100)),
    ("PRELUDE_MAGIC", "json"): given(b'{"asset_table": []}'),
    ("PRELUDE_MAGIC", "zip"): Case(
        given(zipped).make,
        unzipped,
        again=lambda scene: ["verify", scene.project.path / "unpacked/assets.pa"],
    ),
    ("PRELUDE_MAGIC", "source"): Case(
        given(lambda scene: (scene.project.root("hero") / "sheet.png").read_bytes()).make,
        into_a_root,
        two_pictures,
        again=lambda scene: ["verify", scene.project.path / MADE],
    ),
}
REASONS: dict[Pair, str] = {
    ("PRELUDE_MAGIC", "lfs"): "`git lfs pull` needs the server that has the file",
    ("PRELUDE_MAGIC", "html"): "it says what the file is; a download cannot be repeated here",
    ("FILE_SIZE", None): "the pack would have 2 GiB; PACK_LIMIT carries the same advice out",
}
