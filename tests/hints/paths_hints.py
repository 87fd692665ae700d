"""The hints about paths, carried out on the inputs of an asset and on the disk."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from tests.hints.scene import Case, Cases, Pair, Scene, build, done, same, shell, swapped, told
from tests.workspace.projects import edit

from prometeu_assets.storage import files

SHEET: Final = "sheet.png"


def listed(name: str) -> Callable[[Scene], Any]:
    """Build with this path in the place of the sheet's."""
    return swapped('"sheet.png"', f'"{name}"')


def written(name: str) -> Callable[[Scene, str], None]:
    """Write the path of the sheet so; the file moves along where the folder is named too."""

    def follow(scene: Scene, _: str) -> None:
        place = scene.project.root("hero") / name
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            (scene.project.root("hero") / SHEET).rename(place)
        edit(scene.project.anchor("hero"), inputs={"sprites": [name], "palettes": ["colors.hex"]})

    return follow


def moved(name: str) -> Callable[[Scene], object]:
    """Move the sheet to a place below the root, and name it by its path there."""

    def step(scene: Scene) -> None:
        place = scene.project.root("hero") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        (scene.project.root("hero") / SHEET).rename(place)

    return step


def renamed(old: str, new: str) -> Callable[[Scene, str], None]:
    """Rename the file as the hint says, and list it under its new name."""

    def follow(scene: Scene, hint: str) -> None:
        assert repr(old) in hint
        (scene.project.root("hero") / old).rename(scene.project.root("hero") / new)
        written(new)(scene, hint)

    return follow


def elsewhere(scene: Scene) -> Path:
    """A folder outside of the project, with the sheet that belongs inside."""
    place = scene.project.path.parent / "drawings"
    place.mkdir()
    return Path(shutil.move(scene.project.root("hero") / SHEET, place / "hat.png"))


def outside(name: Callable[[Scene], str]) -> Callable[[Scene], Any]:
    """Build with the path of a file that is outside of the root."""

    def make(scene: Scene) -> list[str | Path]:
        inputs = {"sprites": [name(scene)], "palettes": ["colors.hex"]}
        edit(scene.project.anchor("hero"), inputs=inputs)
        return build(scene)

    return make


def brought_inside(scene: Scene, _: str) -> None:
    """Move the file inside the folder and write the path relative to it."""
    file = scene.project.path.parent / "drawings/hat.png"
    shutil.move(file, scene.project.root("hero") / "hat.png")
    written("hat.png")(scene, _)


def linked(scene: Scene) -> None:
    (scene.project.root("hero") / SHEET).symlink_to(elsewhere(scene))


def unlinked(scene: Scene, _: str) -> None:
    """Put the file itself there."""
    link = scene.project.root("hero") / SHEET
    target = link.readlink()
    link.unlink()
    shutil.copy(target, link)


def two_of_one_name(scene: Scene) -> None:
    root = scene.project.root("hero")
    shutil.copy(root / "colors.hex", root / "Colors.hex")
    inputs = {"sprites": [SHEET], "palettes": ["colors.hex", "Colors.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def one_renamed(scene: Scene, _: str) -> None:
    root = scene.project.root("hero")
    (root / "Colors.hex").rename(root / "night.hex")
    inputs = {"sprites": [SHEET], "palettes": ["colors.hex", "night.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def twice_the_palette(scene: Scene) -> None:
    """The second palette is there under its new name: it holds the colours of the first."""
    ((_, pixels, palettes),) = (v for name, v in scene.content().items() if name == "hero")
    assert palettes[0] == palettes[1] == scene.good["hero"][2][0]
    assert pixels == scene.good["hero"][1]


def nearest(scene: Scene, hint: str) -> None:
    written(told("mean '(.+?)'", hint))(scene, hint)


def spelled(scene: Scene, hint: str) -> None:
    wrong = told("folder '(.+?)'", hint)
    (right,) = (p.name for p in scene.project.root("hero").iterdir() if p.is_dir())
    assert wrong != right
    written(f"{right}/{SHEET}")(scene, hint)


def folder_in_the_way(scene: Scene) -> None:
    path = scene.project.root("hero") / SHEET
    path.rename(path.with_name("kept.png"))
    path.mkdir()


def out_of_the_way(scene: Scene, _: str) -> None:
    path = scene.project.root("hero") / SHEET
    path.rename(path.with_name("a folder"))
    path.with_name("kept.png").rename(path)


def shared_from(folder: str) -> Callable[[Scene], None]:
    """The tiles list a palette that stands in a folder where no shared file may be."""

    def change(scene: Scene) -> None:
        place = scene.project.path / "assets" / folder / "colors.hex"
        place.parent.mkdir(exist_ok=True)
        (scene.project.root("hero") / "colors.hex").rename(place)
        shared = {"shared": f"{folder}/colors.hex"}
        edit(scene.project.anchor("hero"), inputs={"sprites": [SHEET], "palettes": [shared]})

    return change


def into_the_common_folder(scene: Scene, hint: str) -> None:
    assert "`assets/common/`" in hint
    anchor = scene.project.anchor("hero")
    inputs = json.loads(anchor.read_bytes())["inputs"]
    common = scene.project.path / "assets/common/colors.hex"
    common.parent.mkdir()
    (scene.project.path / "assets" / inputs["palettes"][0]["shared"]).rename(common)
    edit(anchor, inputs={**inputs, "palettes": [{"shared": "common/colors.hex"}]})


def grown(scene: Scene) -> None:
    os.truncate(scene.project.root("fx") / "0.wav", 2**24 + 2)


def made_smaller(scene: Scene, _: str) -> None:
    """The sound is the first bytes; the rest was silence behind it."""
    os.truncate(scene.project.root("fx") / "0.wav", 44 + 6)


def interrupted(run: Callable[[Scene], Any]) -> Callable[[Scene], Any]:
    """A build that was killed while it replaced its outputs; then a command."""

    def make(scene: Scene) -> list[str | Path]:
        edit(scene.project.anchor("hero"), name="heroine")
        left, replace = 1, files.replace

        def killed(*arguments: Any, **options: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            replace(*arguments, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "replace", killed)
            patch.setattr("prometeu_assets.storage.transaction._sweep", lambda *_: False)
            with pytest.raises(Killed):
                scene.run("build", scene.project.path)
        return run(scene)  # type: ignore[no-any-return]

    return make


class Killed(BaseException):
    """The process is gone: nothing catches it."""


def verified(scene: Scene) -> list[str | Path]:
    return ["verify", scene.project.path / "build/assets.pa"]


def examined(scene: Scene) -> list[str | Path]:
    return ["doctor", scene.project.path]


def completed(scene: Scene) -> None:
    """The pack is the one whose build was interrupted."""
    content = scene.content()
    assert content["heroine"] == scene.good["hero"]
    assert content["fx"] == scene.good["fx"]
    assert scene.run(*verified(scene)).code == 0


def not_a_journal(scene: Scene) -> None:
    staging = scene.project.path / "build/.staging"
    staging.mkdir()
    (staging / "journal.json").write_text("{}", encoding="utf-8")


def staged_files_gone(scene: Scene) -> list[str | Path]:
    shutil.rmtree(scene.project.path / "build/.staging/0")
    return build(scene)


def journal_of_another_version(scene: Scene) -> None:
    not_a_journal(scene)
    journal = scene.project.path / "build/.staging/journal.json"
    journal.write_text('{"schema_version": 1}', encoding="utf-8")


def companion_edited(scene: Scene) -> list[str | Path]:
    (scene.project.path / "build/preload.json").rename(scene.project.path / "aside")
    (scene.project.path / "build/preload.json").write_text("[1]", encoding="utf-8")
    return build(scene)


def outputs_removed(scene: Scene) -> list[str | Path]:
    """As ``rm -r build/*`` does, which leaves what begins with a dot."""
    for output in (scene.project.path / "build").glob("[!.]*"):
        output.unlink()
    return build(scene)


def brought_back(scene: Scene, _: str) -> None:
    (scene.project.path / "aside").replace(scene.project.path / "build/preload.json")


def without_the_folder(scene: Scene, hint: str) -> None:
    """Delete the folder that the hint names, as the user sees it."""
    shutil.rmtree(seen(scene, told("folder (.+?) to keep", hint)))


def seen(scene: Scene, word: str) -> Path:
    """The path that a word of a command stands for, where the user stands."""
    (path,) = shlex.split(word)
    return scene.stands / path


def somebodys_lock(scene: Scene) -> None:
    lock(scene).write_text("my notes", encoding="utf-8")


def a_lock_with_two_names(scene: Scene) -> None:
    (scene.project.path / "notes").write_text("my notes", encoding="utf-8")
    lock(scene).unlink(missing_ok=True)
    lock(scene).hardlink_to(scene.project.path / "notes")


def lock(scene: Scene) -> Path:
    return scene.project.path / "assets/.prometeu/lock"


def lock_moved(scene: Scene, hint: str) -> None:
    seen(scene, told("Move (.+) to another place", hint)).rename(scene.project.path / "notes")


def lock_removed(scene: Scene, hint: str) -> None:
    seen(scene, told("Remove (.+), then", hint)).unlink()


def notes_are_kept(scene: Scene) -> None:
    assert (scene.project.path / "notes").read_text(encoding="utf-8") == "my notes"
    same(scene)


LONG: Final = "a" * 300 + ".png"
CASES: dict[Pair, Cases] = {
    ("PATH_FORM", "empty"): Case(listed("//sheet.png".removeprefix("/")[1:] + "/"), written(SHEET)),
    ("PATH_FORM", "dot"): Case(listed("./sheet.png"), written(SHEET)),
    ("PATH_FORM", "backslash"): Case(
        done(moved("art/sheet.png"), run=listed(r"art\\sheet.png")), written("art/sheet.png")
    ),
    ("PATH_FORM", "control"): Case(listed(r"sheet.png\t"), written(SHEET)),
    ("PATH_FORM", "character"): Case(
        done(moved("a|b.png"), run=listed("a|b.png")), renamed("a|b.png", "a-b.png")
    ),
    ("PATH_FORM", "wildcard"): Case(listed("*.png"), written(SHEET)),
    ("PATH_FORM", "trailing"): Case(
        done(moved("sheet."), run=listed("sheet.")), renamed("sheet.", "sheet.png")
    ),
    ("PATH_FORM", "device"): Case(
        done(moved("aux.png"), run=listed("aux.png")), renamed("aux.png", "auxiliary.png")
    ),
    ("PATH_FORM", "long"): Case(listed(LONG), written(SHEET)),
    ("PATH_ESCAPES", "absolute"): Case(listed("/sheet.png"), written(SHEET)),
    ("PATH_ESCAPES", "drive"): Case(listed("C:/sheet.png"), written(SHEET)),
    ("PATH_ESCAPES", "network"): Case(
        done(elsewhere, run=listed("//server/drawings/hat.png")), brought_inside
    ),
    ("PATH_ESCAPES", "parent"): Case(
        done(elsewhere, run=listed("../../../drawings/hat.png")), brought_inside
    ),
    ("PATH_SYMLINK", None): Case(done(linked), unlinked),
    ("PATH_COLLISION", None): Case(done(two_of_one_name), one_renamed, twice_the_palette),
    ("PATH_MISSING", None): Case(
        done(lambda scene: elsewhere(scene)),
        lambda scene, _: shutil.move(
            scene.project.path.parent / "drawings/hat.png", scene.project.root("hero") / SHEET
        ),
    ),
    ("PATH_MISSING", "nearest"): Case(listed("shet.png"), nearest),
    ("PATH_MISSING", "folder"): Case(
        done(moved("art/sheet.png"), run=listed("Art/sheet.png")), spelled
    ),
    ("PATH_KIND", None): Case(done(folder_in_the_way), out_of_the_way),
    ("SHARED_PLACE", None): Case(done(shared_from(".common")), into_the_common_folder, same),
    ("SHARED_PLACE", "root"): Case(done(shared_from("fx")), into_the_common_folder, same),
    ("LOCK_FOREIGN", None): Case(done(somebodys_lock), lock_moved, notes_are_kept),
    ("LOCK_FOREIGN", "links"): Case(done(a_lock_with_two_names), lock_removed, notes_are_kept),
    ("TRANSACTION_UNFINISHED", None): Case(interrupted(verified), shell, completed),
    ("TRANSACTION_UNFINISHED", "doctor"): Case(interrupted(examined), shell, completed),
    ("TRANSACTION_DAMAGED", "journal"): Case(done(not_a_journal), without_the_folder),
    ("TRANSACTION_DAMAGED", None): Case(
        interrupted(staged_files_gone), without_the_folder, completed
    ),
    ("TRANSACTION_DAMAGED", "version"): Case(done(journal_of_another_version), without_the_folder),
    ("TRANSACTION_OUTDATED", None): (
        Case(interrupted(companion_edited), without_the_folder, completed),
        Case(interrupted(companion_edited), brought_back, completed),
        Case(interrupted(outputs_removed), without_the_folder, completed),
    ),
    ("FILE_TOO_LARGE", None): Case(done(grown), made_smaller),
}
REASONS: dict[Pair, str] = {
    ("PATH_FORM", "locale"): "the locale is that of the process: tests/cli/test_bad_input.py",
    ("PATH_FORM", "system"): "the project would have to be moved to another system",
    ("PATH_FORM", "unicode"): "JSON text with half of a character is refused before its paths are",
    ("PATH_ESCAPES", "area"): "the names are those of the tool's own files",
    ("PATH_COLLISION", "nested"): "the names are those of the tool's own files",
    ("PATH_UNREADABLE", None): "the superuser, who may run the tests, is never denied",
    ("PATH_UNREADABLE", "changed"): "another process would have to write at the same moment",
    ("NO_VERDICT", None): "the cause is outside of the project",
    ("NO_VERDICT", "known"): "what helps is outside of the project, too",
    ("NO_VERDICT", "interrupted"): "any command may have been interrupted",
    ("TRANSACTION_COMPLETED", None): "nothing needs to be done",
}
