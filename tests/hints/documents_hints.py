"""The hints about documents, carried out on an asset.json."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

from tests.hints.scene import (
    Case,
    Cases,
    Pair,
    Scene,
    commands,
    done,
    same,
    shell,
    swap,
    swapped,
    text,
    told,
)
from tests.workspace.projects import ASSET, INDEX, Project, edit

import prometeu_assets

NOTE: Final = '"tile_size": 8'


def noted(note: str) -> str:
    """A piece of metadata, written as it stands in an asset.json."""
    return f'"tile_size": 8, "x_note": {note}'


def the_note_is(note: object) -> Callable[[Scene], None]:
    """The asset.json holds this note, and the pack as well."""

    def meant(scene: Scene) -> None:
        with prometeu_assets.open(scene.project.path / "build/assets.pa") as pack:
            assert pack["hero"].metadata["x_note"] == note
        assert scene.content() == scene.good

    return meant


def as_utf8(scene: Scene, _: str) -> None:
    anchor = scene.project.anchor("hero")
    anchor.write_text(anchor.read_text(encoding="latin-1"), encoding="utf-8")


def without_bom(scene: Scene, _: str) -> None:
    anchor = scene.project.anchor("hero")
    anchor.write_text(anchor.read_text(encoding="utf-8-sig"), encoding="utf-8")


def from_version_control(scene: Scene) -> None:
    """Keep the project in git."""
    git(scene, "init --quiet .")
    git(scene, "add assets")
    git(scene, "-c user.name=a -c user.email=a@b commit --quiet -m all")


def git(scene: Scene, command: str) -> None:
    scene.shell(f"git -C {shlex.quote(scene.seen(scene.project.path))} {command}")


def restored(scene: Scene, _: str) -> None:
    git(scene, "checkout --quiet -- assets")


def one_side(scene: Scene, hint: str) -> None:
    """Keep the first side; the marks are those that the hint names."""
    ours, middle, theirs = (re.escape(mark) for mark in re.findall(r"[<=>]{7}", hint))
    scene.edit(
        scene.project.anchor("hero"),
        lambda before: re.sub(
            rf"(?ms)^{ours}.*?\n(.*?)^{middle}\n.*?^{theirs}.*?\n", r"\1", before
        ),
    )


def of_version_1(scene: Scene) -> None:
    shutil.rmtree(scene.project.path)
    scene.project = Project(scene.project.path, version=1)
    scene.project.tiles("hero")
    scene.project.sounds("fx", [(1, -2, 3)])


def a_drawn_uuid(scene: Scene, hint: str) -> None:
    """The uuid that the printed command draws."""
    (command,) = commands(hint)
    edit(scene.project.anchor("draft"), asset_uuid=scene.shell(command).strip())


def brought_up_to_date(scene: Scene) -> None:
    """Every document has the newest version, and the pack the same content."""
    assert scene.run("build", scene.project.path).code == 0
    for root in ("hero", "fx"):
        assert json.loads(scene.project.anchor(root).read_bytes())["schema_version"] == ASSET
    same(scene)


def without_uuid(scene: Scene) -> list[str | Path]:
    """Register a root whose uuid somebody made up."""
    scene.project.tiles("draft", registered=False, uuid="mine")
    return ["register", scene.project.root("draft"), "--project", scene.project.path]


def registered(scene: Scene) -> None:
    """The asset has the uuid that was drawn, in its document and in the index."""
    drawn = json.loads(scene.project.anchor("draft").read_bytes())["asset_uuid"]
    rows = json.loads((scene.project.path / INDEX).read_bytes())["assets"]
    assert UUID(drawn).version == 4
    assert [row["root"] for row in rows if row and row["asset_uuid"] == drawn] == ["draft"]


CASES: dict[Pair, Cases] = {
    ("DOCUMENT_UTF8", None): Case(
        text(lambda before: before.replace(NOTE, noted('"caf\xe9"')).encode("latin-1")),
        as_utf8,
        the_note_is("caf\xe9"),
    ),
    ("DOCUMENT_JSON", "bom"): Case(text(lambda before: "\ufeff" + before), without_bom),
    ("DOCUMENT_JSON", "comma"): Case(
        swapped('"enabled": false\n', '"enabled": false,\n'), swap("false,\n", "false\n")
    ),
    ("DOCUMENT_JSON", "comment"): Case(
        swapped('"preload"', '// early\n "preload"'), swap("// early\n", "")
    ),
    ("DOCUMENT_JSON", "quotes"): Case(swapped('"hero"', "'hero'"), swap("'hero'", '"hero"')),
    ("DOCUMENT_JSON", "separator"): Case(
        swapped('"tile_bank",', '"tile_bank"'), swap('"tile_bank"', '"tile_bank",')
    ),
    ("DOCUMENT_JSON", "backslash"): Case(
        swapped(NOTE, noted(r'"C:\d"')), swap(r"C:\d", r"C:\\d"), the_note_is("C:\\d")
    ),
    ("DOCUMENT_JSON", "end"): Case(
        text(lambda before: before.rstrip().removesuffix("}")),
        lambda scene, _: scene.edit(scene.project.anchor("hero"), lambda before: before + "}"),
    ),
    ("DOCUMENT_JSON", "empty"): Case(done(from_version_control, run=text(lambda _: "")), restored),
    ("DOCUMENT_JSON", "conflict"): Case(
        swapped(
            '  "name": "hero",\n',
            '<<<<<<< HEAD\n  "name": "hero",\n=======\n  "name": "heroine",\n>>>>>>> other\n',
        ),
        one_side,
    ),
    ("DOCUMENT_REPEATED", None): Case(
        swapped('"type"', '"name": "twice",\n  "type"'), swap('"name": "twice",\n', "")
    ),
    ("DOCUMENT_NUMBER", None): Case(
        swapped(NOTE, noted("1e999")), swap("1e999", '"1e999"'), the_note_is("1e999")
    ),
    ("DOCUMENT_VERSION", "missing"): Case(
        text(lambda before: re.sub(r'"schema_version": \d,\s*', "", before)),
        lambda scene, hint: scene.edit(
            scene.project.anchor("hero"),
            lambda before: before.replace("{", f"{{{told('`(.+)`', hint)},", 1),
        ),
    ),
    ("DOCUMENT_VERSION", "type"): Case(
        swapped(f'"schema_version": {ASSET}', f'"schema_version": "{ASSET}"'),
        swap(f'"{ASSET}"', f"{ASSET}"),
    ),
    ("DOCUMENT_SCHEMA", "nearest"): Case(
        swapped('"preload"', '"prelaod"'),
        lambda scene, hint: swap("prelaod", told("'(.+)'", hint))(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "free"): Case(
        swapped('"tile_size": 8', '"tile_size": 8, "mood": "dark"'),
        lambda scene, hint: swap("mood", told("`(.+)`", hint) + "mood")(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "RAW"): Case(
        swapped('"NONE"', '"RAW"'),
        lambda scene, hint: swap("RAW", told("Write `(.+?)`", hint))(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "type"): Case(
        swapped('"tile_bank"', '"image_bank"'),
        lambda scene, hint: swap("image_bank", told("'(.+)'", hint))(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "integer"): Case(
        swapped(NOTE, '"tile_size": 8.0'),
        lambda scene, hint: swap("8.0", told("Write ([0-9]+),", hint))(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "fraction"): Case(
        swapped(NOTE, noted("0.5")), swap("0.5", '"0.5"'), the_note_is("0.5")
    ),
    ("DOCUMENT_SCHEMA", "list"): Case(
        text(lambda before: re.sub(r'\[\s*"sheet.png"\s*\]', '"sheet.png"', before)),
        lambda scene, hint: swap('"sheet.png"', told(r"(\[.+\])", hint))(scene, hint),
    ),
    ("DOCUMENT_SCHEMA", "uuid"): Case(without_uuid, a_drawn_uuid, registered),
    ("DOCUMENT_OLD", None): Case(done(of_version_1), shell, brought_up_to_date),
}

ANOTHER_RELEASE: Final = "it asks for another release of the tool, and a test has this one"
A_QUESTION: Final = "it asks the reader to look, and names nothing to do"
REASONS: dict[Pair, str] = {
    ("DOCUMENT_JSON", "lfs"): "`git lfs pull` needs the server that has the file",
    ("DOCUMENT_VALUES", None): A_QUESTION,
    ("DOCUMENT_VERSION", None): ANOTHER_RELEASE,
    ("DOCUMENT_VERSION", "newer"): ANOTHER_RELEASE,
    ("DOCUMENT_KIND", None): A_QUESTION,
}
