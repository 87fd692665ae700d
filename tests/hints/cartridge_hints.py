"""The hints about cartridges, carried out on a project that can be shipped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hints.scene import Case, Cases, Pair, Scene, done, shell, told
from tests.shipper.cartridges import describe
from tests.workspace.projects import dump, edit

from prometeu_assets.storage.tree import staging_of

PROGRAM = b"the compiled program"
Step = Callable[[Scene], object]


def shippable(scene: Scene) -> None:
    """A project with a cartridge.json and a program."""
    describe(scene.project, title="The lamp")
    (scene.project.path / "build/program.pbx").write_bytes(PROGRAM)


def shipped(scene: Scene) -> None:
    shippable(scene)
    assert scene.run("ship", scene.project.path).code == 0


def ship(scene: Scene) -> list[str | Path]:
    return ["ship", scene.project.path]


def boot(scene: Scene) -> list[str | Path]:
    return ["boot", scene.project.path / "cartridge"]


def check(scene: Scene) -> list[str | Path]:
    return ["ship", scene.project.path, "--check"]


def described(**members: Any) -> Step:
    return lambda scene: edit(scene.project.path / "cartridge.json", **members)


def redescribed(**members: Any) -> Callable[[Scene, str], None]:
    return lambda scene, _: described(**members)(scene)


def manifest(**members: Any) -> Step:
    """A manifest that was edited by hand."""
    return lambda scene: edit(scene.project.path / "cartridge/manifest.json", **members)


def gone(name: str) -> Step:
    return lambda scene: (scene.project.path / name).unlink()


def whole(scene: Scene) -> None:
    """The cartridge boots, and holds what the project has: assets, program, description."""
    cartridge = scene.project.path / "cartridge"
    assert scene.run("boot", cartridge).code == 0
    assert (cartridge / "program.pbx").read_bytes() == PROGRAM
    built = scene.project.path / "build/assets.pa"
    assert (cartridge / "assets.pa").read_bytes() == built.read_bytes()
    assert scene.content() == scene.good
    described = json.loads((scene.project.path / "cartridge.json").read_bytes())
    made = json.loads((cartridge / "manifest.json").read_bytes())
    assert made["title"] == described["title"]
    assert made["capabilities"] == sorted(described["capabilities"])


def without_assets(scene: Scene) -> None:
    """The cartridge boots, and declares no assets."""
    cartridge = scene.project.path / "cartridge"
    assert scene.run("boot", cartridge).code == 0
    made = json.loads((cartridge / "manifest.json").read_bytes())
    assert made["capabilities"] == ["audio", "gfx"]
    assert not (cartridge / "assets.pa").exists()


def interrupted(scene: Scene) -> None:
    """The old cartridge stepped aside, and the new one did not come in its place."""
    shipped(scene)
    cartridge = scene.project.path / "cartridge"
    staging = staging_of(cartridge)
    staging.mkdir()
    cartridge.rename(staging / "old")


def moved_away(scene: Scene, hint: str) -> None:
    """Move the cartridge away, as the hint says, and run its command."""
    assert "move it away" in hint or "ove the cartridge away" in hint
    cartridge = scene.project.path / "cartridge"
    cartridge.rename(scene.project.path.parent / "damaged")
    shell(scene, hint)


def compiled(scene: Scene, _: str) -> None:
    (scene.project.path / "build/program.pbx").write_bytes(PROGRAM)


def by_option(scene: Scene, hint: str) -> None:
    """Name the program with the option of the hint."""
    option = told(r"`(?:ship )?(--program) FILE`", hint)
    file = scene.project.path.parent / "main.pbx"
    file.write_bytes(PROGRAM)
    assert scene.run(*ship(scene), option, file).code == 0


def assembled_elsewhere(scene: Scene, hint: str) -> None:
    option = told(r"`(--out)( cartridge)?`", hint)
    assert scene.run(*ship(scene), option, scene.project.path / "cartridge").code == 0


def from_the_example(scene: Scene, hint: str) -> None:
    """Write the file that the printed command shows at its end."""
    command = told("`(prometeu-assets schema show cartridge)`", hint)
    shown = json.loads(scene.shell(command))
    dump(scene.project.path / "cartridge.json", {**shown["examples"][0], "title": "The lamp"})
    program = scene.project.path / shown["examples"][0]["program"]
    program.write_bytes(PROGRAM)


def nearest(scene: Scene, hint: str) -> None:
    manifest(capabilities=[told("'(.+)'", hint), "audio", "gfx"])(scene)


def one_of_the_list(scene: Scene, hint: str) -> None:
    known = told(r"are (.+)\.", hint).split(", ")
    assert "asset" in known
    manifest(capabilities=["asset", "audio", "gfx"])(scene)


def somebodys_files(scene: Scene) -> list[str | Path]:
    shippable(scene)
    (scene.project.path / "out").mkdir()
    (scene.project.path / "out/save.dat").touch()
    return [*ship(scene), "--out", scene.project.path / "out"]


def inside(scene: Scene) -> list[str | Path]:
    shippable(scene)
    return [*ship(scene), "--out", scene.project.path / "assets/cartridge"]


def without_a_manifest(scene: Scene) -> list[str | Path]:
    shipped(scene)
    gone("cartridge/manifest.json")(scene)
    return boot(scene)


def the_project(scene: Scene) -> list[str | Path]:
    shippable(scene)
    return ["boot", scene.project.path]


def companion_edited(scene: Scene) -> None:
    (scene.project.path / "build/preload.json").write_text("[ ]", encoding="utf-8")


def rebuilt(scene: Scene, hint: str) -> None:
    shell(scene, hint)
    assert scene.run(*ship(scene)).code == 0


def declared(scene: Scene, hint: str) -> None:
    described(capabilities=["gfx", "audio", told('Add "(.+?)"', hint)])(scene)


CASES: dict[Pair, Cases] = {
    ("MANIFEST_MISSING", None): Case(without_a_manifest, moved_away, whole),
    ("MANIFEST_MISSING", "project"): Case(the_project, shell, whole, boot),
    ("MANIFEST_MISSING", "interrupted"): Case(done(interrupted, run=boot), shell, whole),
    ("MANIFEST_MAGIC", None): Case(done(shipped, manifest(magic="x"), run=boot), moved_away, whole),
    ("MANIFEST_MAGIC", "source"): Case(
        done(shipped, lambda s: shutil.copy(s.project.path / "cartridge.json",
                                            s.project.path / "cartridge/manifest.json"), run=boot),
        moved_away, whole,
    ),
    ("MANIFEST_VERSION", None): Case(
        done(shipped, manifest(cartridge_version=0), run=boot), moved_away, whole
    ),
    ("MANIFEST_SCHEMA", None): Case(done(shipped, manifest(title=""), run=boot), moved_away, whole),
    ("CAPABILITY_UNKNOWN", None): Case(
        done(shipped, manifest(capabilities=["asset", "audio", "xyz"]), run=boot),
        one_of_the_list, whole,
    ),
    ("CAPABILITY_UNKNOWN", "nearest"): Case(
        done(shipped, manifest(capabilities=["assets", "audio", "gfx"]), run=boot),
        nearest, whole,
    ),
    ("CAPABILITY_REPEATED", None): Case(
        done(shippable, described(capabilities=["gfx", "asset", "gfx"]), run=ship),
        redescribed(capabilities=["gfx", "asset"]), whole,
    ),
    ("CAPABILITY_ORDER", None): Case(
        done(shipped, manifest(capabilities=["gfx", "asset", "audio"]), run=boot), moved_away, whole
    ),
    ("PROGRAM_MISSING", None): Case(
        done(shipped, gone("cartridge/program.pbx"), run=boot), shell, whole
    ),
    ("PROGRAM_MISSING", "ship"): Case(
        done(shippable, gone("build/program.pbx"), run=ship), compiled, whole
    ),
    ("PROGRAM_MISSING", "option"): Case(
        done(shippable, run=lambda scene: [*ship(scene), "--program", "nothing.pbx"]),
        by_option, whole, boot,
    ),
    ("PACK_MISSING", None): Case(done(shipped, gone("cartridge/assets.pa"), run=boot), shell, whole),
    ("PACK_MISSING", "ship"): Case(
        done(shippable, gone("build/assets.pa"), run=ship), shell, whole
    ),
    ("PACK_UNDECLARED", None): Case(
        done(shippable, described(capabilities=["gfx", "audio"]), run=ship), declared, whole
    ),
    ("ARTIFACT_REFUSED", None): Case(
        done(shippable, companion_edited, run=ship), rebuilt, whole
    ),
    ("CARTRIDGE_MISSING", None): Case(ship, from_the_example, whole),
    ("CARTRIDGE_STALE", None): Case(
        done(shipped, gone("cartridge/program.pbx"), run=check), shell, whole
    ),
    ("SHIP_OUT", None): Case(somebodys_files, assembled_elsewhere, whole, boot),
    ("SHIP_OUT", "inside"): Case(inside, assembled_elsewhere, whole, boot),
}  # fmt: skip
REASONS: dict[Pair, str] = {
    ("MANIFEST_VERSION", "newer"): "it asks for another release, and a test has this one",
}
