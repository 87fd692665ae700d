"""The verbs that make and keep a workspace: new, register, forget, include, show, doctor."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cli.deeds import pictures
from tests.cli.running import Cli
from tests.workspace.projects import (
    ASSET,
    Project,
    as_version_1,
    edit,
    from_no_workspace,
    snapshot,
    uuid,
)

from prometeu_assets.cli.app import DONE, USAGE, WRONG_INPUT
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer import adding, scaffold
from prometeu_assets.workspace import renaming


def test_from_an_empty_folder_to_a_pack(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what messages say is typed."""
    monkeypatch.chdir(tmp_path)
    ran = cli("init", "my game")
    assert "Next: `cd 'my game'`, then `prometeu-assets new tile-bank assets/tiles/hero`" in ran.out
    monkeypatch.chdir(tmp_path / "my game")
    ran = cli("new", "tile-bank", "assets/tiles/hero")
    assert (ran.code, ran.err) == (DONE, "")
    assert "put your picture in place of sprites/tiles.png" in ran.out
    assert ran.out.rstrip().endswith("Then `prometeu-assets build`.")
    ran = cli("new", "sound-bank", "assets/sounds", "--format", "json")
    value = ran.value("creation")
    assert (value["asset_id"], value["asset_name"]) == (2, "sounds")
    assert all(Path(file).is_file() for file in value["written"])
    ran = cli("build")
    assert (ran.code, ran.err) == (DONE, "")
    assert cli("doctor", "--workspace").out == "2 assets: nothing is wrong\n"
    ran = cli("new", "tile-bank", "tiles/hero2")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert "Did you mean `assets/tiles/hero2`?" in ran.err


def typed(told: str) -> Iterator[list[str]]:
    """The arguments of each command of ours that a text gives."""
    for found in re.findall(r"prometeu-assets ([^`.;\n]+)", told):
        yield shlex.split(found)


def test_what_is_said_to_type_works_outside_of_the_project(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in hints: a command of a result names the project when one does not stand in it."""
    monkeypatch.chdir(tmp_path)
    assert cli("init", "my game").code == DONE
    (new,) = typed(cli("list", "my game").out)
    assert new == ["new", "tile-bank", "my game/assets/tiles/hero", "--project", "my game"]
    add, build = typed(cli(*new).out)
    root = tmp_path / "my game/assets/tiles/hero"
    sheet = shutil.copy(root / "sprites/tiles.png", "walk.png")
    ran = cli(*(sheet if argument == "FILE" else argument for argument in add))
    assert (ran.code, cli(*build).code) == (DONE, DONE)
    edit(root / "asset.json", schema_version=2)
    (discard,) = typed(cli("migrate", "my game").out)
    assert cli(*discard).out.startswith("removed ")


def test_init_beside_a_file_for_git(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".gitignore").write_text("*.o\n/build\n", encoding="utf-8")
    ran = cli("init")
    assert "Your .gitignore was not changed. Add these lines to it:\n  /cartridge/\n" in ran.out
    assert "  /build/\n" not in ran.out
    assert Path(".gitignore").read_text(encoding="utf-8") == "*.o\n/build\n"


def test_register_a_copy_and_an_old_root(cli: Cli, project: Project) -> None:
    shutil.copytree(project.root("hero"), project.root("copy"))
    ran = cli("register", "assets/copy")
    assert (ran.code, "register --new-uuid assets/copy" in ran.err) == (WRONG_INPUT, True)
    ran = cli("register", "--new-uuid", "assets/copy", "--format", "json")
    (row,) = ran.value("registration")["registered"]
    assert json.loads(project.anchor("copy").read_bytes())["asset_uuid"] == row["asset_uuid"]
    anchor = json.loads(project.anchor("draft").read_bytes())
    del anchor["asset_uuid"]
    anchor |= {"schema_version": 1, "type": "image_bank"}
    anchor["output"]["codec"] = "RAW"
    project.anchor("draft").write_text(json.dumps(anchor), encoding="utf-8")
    ran = cli("register", "assets/draft")
    assert (ran.code, "register --adopt assets/draft" in ran.err) == (WRONG_INPUT, True)
    assert cli("register", "--adopt", "assets/draft").out == "registered draft as asset 4\n"


@pytest.mark.parametrize("kind", ["tile-bank", "sound-bank"])
def test_new_says_all_that_it_did_and_what_is_next(cli: Cli, project: Project, kind: str) -> None:
    lines = cli("new", kind, "assets/begun").out.splitlines()
    schema = project.path / f"assets/.prometeu/schemas/asset/v{ASSET}.json"
    files = (path for path in (schema, *project.root("begun").rglob("*")) if path.is_file())
    there = sorted(path.relative_to(project.path).as_posix() for path in files)
    wrote, (registered, next_, *advice, then) = lines[: len(there)], lines[len(there) :]
    assert sorted(line.removeprefix("wrote ").partition(": ")[0] for line in wrote) == there
    assert registered.startswith("registered begun as asset 3: ")
    assert (next_, then) == ("Next, in assets/begun:", "Then `prometeu-assets build`.")
    assert advice
    assert all(line.startswith("  ") for line in advice)


def test_what_a_bank_is_asked_for(cli: Cli, project: Project) -> None:
    ran = cli("new", "sound-bank", "assets/begun", "--tile-size", "8")
    assert (ran.code, "a sound-bank has no option --tile-size" in ran.err) == (USAGE, True)
    ran = cli("new", "sound-bank", "assets/begun", "--rate", "7")
    assert (ran.code, "ASSET_METADATA" in ran.err) == (WRONG_INPUT, True)
    ran = cli("new", "sound-bank", "assets/begun", "--rate", "11025")
    assert (ran.code, "1 sample at 11025 Hz" in ran.out) == (DONE, True)
    assert "--tile-size" in cli("new", "--help").out


def test_add(cli: Cli, project: Project) -> None:
    shutil.copy(project.root("hero") / "sheet.png", "walk.png")
    Path("notes").mkdir()
    Path("notes/art.txt").write_text("mine", encoding="utf-8")
    ran = cli("add", "hero", "walk.png", "notes", "--dry-run")
    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out.splitlines() == [
        "Nothing was written. Without --dry-run:",
        f"wrote assets/hero/sprites/walk.png from {Path('walk.png').resolve()}: tiles 4-7",
        f"not used: {Path('notes/art.txt').resolve().as_posix()}",
        "hero (asset 1) lists sprites/walk.png (sprites)",
        "  it has 8 tiles of 8x8 pixels, 1 palette now",
    ]
    value = cli("add", "hero", "walk.png", "--format", "json").value("addition")
    assert value["listed"] == [{"role": "sprites", "path": "sprites/walk.png", "shared": False}]
    assert value["written"] == ["assets/hero/sprites/walk.png"]
    assert value["copied_from"] == {value["written"][0]: str(Path("walk.png").resolve())}
    assert value["summary"] == "8 tiles of 8x8 pixels, 1 palette"
    assert value["counts"] == {"tiles": 8, "palettes": 1}
    assert value["numbers"] == [
        {"file": "assets/hero/sheet.png", "first": 0, "count": 4},
        {"file": "assets/hero/sprites/walk.png", "first": 4, "count": 4},
    ]
    assert Path("assets/hero/sprites/walk.png").read_bytes() == Path("walk.png").read_bytes()
    ran = cli("add", "hero", "assets/hero/sprites/walk.png")
    assert ran.out == "hero (asset 1) lists all of them already\n"


def test_what_an_entry_says_is_shown_and_told_to_tools(
    cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.path.parent)
    shared = project.path / "assets/common/night.hex"
    shared.parent.mkdir()
    shared.write_bytes((project.root("hero") / "colors.hex").read_bytes())
    inputs = ("hero", "game/assets/hero/sheet.png", "game/assets/common/night.hex")
    options = ("--margin", "0", "--area", "0,0,1,1", "--transparent", "000000")
    assert cli("add", *inputs, *options, "--project", "game").code == DONE
    out = cli("show", "hero", "--project", "game").out
    assert "sheet.png (margin 0, transparent #000000, area 0,0,1,1)  " in out
    assert "common/night.hex (shared)  " in out
    value = cli("show", "hero", "--project", "game", "--format", "json").value("asset-view")
    assert [s.get("shared") for s in value["sources"]] == [None, None, True]
    assert cli("build", "game").code == DONE
    told = json.loads((project.path / "build/asset_table_metadata.json").read_bytes())
    assert told["assets"][0]["origin"]["sources"] == value["sources"]
    key = ("asset-table-metadata", told["schema_version"])
    assert CURRENT.documents.accepts(key, told)


@pytest.mark.parametrize(
    ("schema", "module", "function", "command"),
    [
        ("creation", scaffold, "new", ["new", "tile-bank", "game/assets/world"]),
        ("addition", adding, "add", ["add", "hero", "game/assets/hero/sheet.png"]),
        ("renaming", renaming, "rename", ["rename", "hero", "knight"]),
        ("duplication", renaming, "duplicate", ["duplicate", "hero", "game/assets/knight"]),
    ],
)
def test_a_result_as_json_is_what_its_verb_prints(
    cli: Cli,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    schema: str,
    module: Any,
    function: str,
    command: list[str],
) -> None:
    results: list[Any] = []
    whole = getattr(module, function)
    monkeypatch.setattr(
        module, function, lambda *a, **k: results.append(whole(*a, **k)) or results[-1]
    )
    monkeypatch.chdir(project.path.parent)  # files are named from the project, wherever that is
    value = cli(*command, "--project", project.path, "--format", "json").value(schema)
    assert value == results[0].as_json()
    assert all((project.path / file).is_file() for file in value.get("written", ()))


def test_a_new_asset_that_is_refused_has_no_id_and_no_files(cli: Cli, project: Project) -> None:
    """The message names the user's file, and the starter as what it is: neither is written."""
    pictures(project)
    ran = cli(
        "new", "tile-bank", "assets/sky", "../sky.png", "--tile-size", "8", "--format", "json"
    )
    (found,) = ran.value("report")["diagnostics"]
    assert (ran.code, found["asset"]) == (WRONG_INPUT, {"name": "sky"})
    assert found["file"].endswith("/sky.png")
    assert found["data"]["best"] == "the starter palettes/main.hex"
    assert "assets/sky" not in found["message"] + found["hint"]
    assert not project.root("sky").exists()


def test_next_is_what_is_left_to_do(cli: Cli, project: Project) -> None:
    pictures(project)
    ran = cli("new", "tile-bank", "assets/world", "../desk/world.png", "--tile-size", "8")
    done, _, left = ran.out.partition("Next, in ")
    assert "palettes were made of the colours of the tiles: 2, in palettes/" in done.splitlines()
    assert left and "were made" not in left


def test_forget(cli: Cli, project: Project) -> None:
    ran = cli("forget", "hero")
    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out == "forgot hero, which was asset 1\n  its files are still in assets/hero\n"
    ran = cli("forget", "assets/fx", "--format", "json")
    assert [row["asset_id"] for row in ran.value("removal")["forgotten"]] == [2]
    ran = cli("forget", "fx")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert "register fx" in ran.err or "LOOKUP_UNKNOWN" in ran.err


def test_include_and_exclude(cli: Cli, project: Project) -> None:
    assert cli("exclude", "1", "fx").out == (
        "hero (asset 1) is excluded from the build\nfx (asset 2) is excluded from the build\n"
    )
    assert cli("exclude", "1").out == "hero (asset 1) is already excluded from the build\n"
    ran = cli("include", "hero", "--format", "json")
    (row,) = ran.value("membership")["assets"]
    assert (row["included_in_build"], row["changed"]) == (True, True)
    ran = cli("include", "hera")
    assert (ran.code, "Did you mean 'hero'?" in ran.err) == (WRONG_INPUT, True)


def test_show(cli: Cli, project: Project) -> None:
    project.tiles("second", preload=True, seed=2)
    ran = cli("show", "second")
    assert (ran.code, ran.err) == (DONE, "")
    for part in ("asset 3  second", "preload slot 1", "sheet.png", "sha256 ", "tile_size = 8"):
        assert part in ran.out
    value = cli("show", "fx", "--format", "json").value("asset-view")
    assert value["becomes"]["metadata"]["samples"] == {
        "0": {"length": 4, "offset": 0}, "1": {"length": 2, "offset": 4},
    }  # fmt: skip
    assert "slot" not in value["becomes"]
    assert "2 of them" in cli("show", "fx").out
    cli("exclude", "hero")
    shown = cli("show", "second", "--format", "json").value("asset-view")
    assert shown["becomes"]["slot"] == 0
    edit(project.anchor("second"), name="another")
    assert cli("show", "second").out.startswith("asset 3  another\n")
    assert not (project.path / "build").exists()


def test_new_warns_of_what_a_build_will_warn_of(cli: Cli, project: Project) -> None:
    """A picture whose index 0 is drawn, and is no transparent colour."""
    image = Image.new("P", (8, 8), 0)
    image.putpalette([200, 0, 0, 0, 200, 0])
    image.putpixel((1, 1), 1)
    image.save("drawn.png")
    ran = cli("new", "tile-bank", "assets/drawn", "drawn.png", "--tile-size", 8)
    assert (ran.code, "warning SHEET_INDEX_ZERO: " in ran.err) == (DONE, True)
    assert "at assets/drawn/sprites/drawn.png" in ran.err
    ran = cli("new", "tile-bank", "assets/b", "drawn.png", "--tile-size", 8, "--format", "json")
    value = ran.value("creation")
    (row,) = value["report"]["diagnostics"]
    assert (row["code"], value["report"]["ok"]) == ("SHEET_INDEX_ZERO", True)
    assert value["passed_over"]["diagnostics"] == []


def test_show_which_tiles_and_samples_a_file_gave(cli: Cli, project: Project) -> None:
    """A picture that is listed twice gives tiles twice."""
    sheet = {"path": "sheet.png", "area": {"column": 1, "row": 0, "columns": 1, "rows": 1}}
    inputs = {"sprites": [sheet, "sheet.png"], "palettes": ["colors.hex"]}
    edit(project.anchor("hero"), inputs=inputs)
    assert "  tile 0  tiles 1-4  sha256 " in cli("show", "hero").out
    value = cli("show", "hero", "--format", "json").value("asset-view")
    assert value["becomes"]["numbers"] == [
        {"file": "assets/hero/sheet.png", "first": 0, "count": 1},
        {"file": "assets/hero/sheet.png", "first": 1, "count": 4},
    ]
    out = cli("show", "fx").out
    assert "  sample 0  sha256 " in out
    assert "  sample 1  sha256 " in out


def test_show_the_palette_of_each_tile(cli: Cli, project: Project) -> None:
    """Four tiles in a row: of palette 1, of palette 0, of nothing, of palette 1."""
    root = project.root("hero")
    colors = [[(16, 0, 0, 255)], [(0, 16, 0, 255)], [(0, 0, 0, 0)], [(16, 0, 0, 255)]]
    image = Image.new("RGBA", (32, 8))
    for column, (color,) in enumerate(colors):
        image.paste(color, (8 * column, 0, 8 * column + 8, 8))
    image.save(root / "tiles.png")
    (root / "a.hex").write_text("000000\n001000\n", encoding="ascii")
    (root / "b.hex").write_text("000000\n100000\n", encoding="ascii")
    edit(project.anchor("hero"), inputs={"sprites": ["tiles.png"], "palettes": ["a.hex", "b.hex"]})
    ran = cli("show", "hero")
    assert ran.code == DONE, ran.err
    assert ran.out.endswith(
        "  palettes  0: tile 1\n  palettes  1: tiles 0, 3\n  palettes  none: tile 2\n"
    )
    value = cli("show", "hero", "--format", "json").value("asset-view")
    assert value["becomes"]["details"] == {"palettes": "1 0 - 1"}
    assert cli("build").code == DONE
    for _ in ("made", "taken again"):
        companion = json.loads(Path("build/asset_table_metadata.json").read_bytes())
        assert [row.get("details") for row in companion["assets"]] == [
            {"palettes": "1 0 - 1"}, None,
        ]  # fmt: skip
        ran = cli("build", "--format", "json")
    assert ran.value("build-result")["statistics"]["reused"] == 2


def test_show_what_is_broken(cli: Cli, project: Project) -> None:
    (project.root("fx") / "1.wav").unlink()
    ran = cli("show", "fx")
    assert (ran.code, "PATH_MISSING" in ran.err) == (WRONG_INPUT, True)
    assert "nothing yet: see the errors" in ran.out
    value = cli("show", "fx", "--format", "json").value("asset-view")
    assert ("becomes" in value, value["sources"], value["report"]["ok"]) == (False, [], False)
    project.anchor("hero").write_text("{", encoding="utf-8")
    value = cli("show", "1", "--format", "json").value("asset-view")
    assert "declared" not in value
    assert cli("show", "1").out.startswith("asset 1  hero\n"), "its root stands for its name"
    edit(project.anchor("fx"), inputs={"samples": ["0.wav"]}, preload={"enabled": True})
    assert cli("show", "fx").code == DONE, "another asset's fault is none of its own"


def test_doctor(cli: Cli, project: Project) -> None:
    project.tiles("newt", registered=False, uuid=uuid(40))
    extra = {**project.rows[1], "asset_uuid": uuid(40), "root": "newt"}
    project.write_index(assets=[*project.rows, extra])
    ran = cli("doctor")
    assert ran.code == WRONG_INPUT
    assert "INDEX_ID" in ran.err
    assert ran.out == "3 assets: 1 error\n"
    before = snapshot(project.path)
    ran = cli("doctor", "--fix", "--dry-run")
    assert ran.code == WRONG_INPUT
    assert ran.out.startswith("would repair: newt is asset 3; the id 2 stays with fx\n")
    assert {k: v for k, v in snapshot(project.path).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }
    ran = cli("doctor", "--fix", "--format", "json")
    value = ran.value("examination")
    assert (ran.code, value["report"]["ok"], value["dry_run"]) == (DONE, True, False)
    assert value["repairs"] == [
        {"repair": "new-id", "message": "newt is asset 3; the id 2 stays with fx."}
    ]
    assert cli("doctor", "--dry-run").out.startswith("nothing can be repaired automatically\n")


def test_release(cli: Cli, project: Project) -> None:
    assert cli("build").code == DONE
    ran = cli("release", "--check")
    assert (ran.code, ran.err.count("RELEASE_UNRECORDED")) == (WRONG_INPUT, 2)
    rows = [{"asset_id": row["asset_id"], "asset_uuid": row["asset_uuid"]} for row in project.rows]
    ran = cli("release", "--format", "json")
    assert (ran.code, ran.value("release")["recorded"]) == (DONE, rows)
    assert cli("release").out == "Everything is recorded: nothing to do.\n"
    assert cli("release", "--check") == (DONE, "the build is recorded\n", "")


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("artifact", ["assets.pa", "asset_table_metadata.json"])
def test_an_older_pack_is_recorded(cli: Cli, project: Project, artifact: str, version: int) -> None:
    assert cli("build").code == DONE
    shutil.move(project.path / "build", project.path / "old")
    if version == 1:
        as_version_1(project.path / "old")
    project.rows[1]["asset_uuid"] = uuid(1 + 2**40)
    project.write_index()
    ran = cli("release", "--from", f"old/{artifact}")
    assert (ran.code, "recorded 2 assets" in ran.out) == (DONE, True)
    project.release({"asset_id": 2, "asset_uuid": uuid(77)})
    before = snapshot(project.path / "assets/.prometeu")
    ran = cli("release", "--from", f"old/{artifact}")
    assert (ran.code, "RELEASED_ID" in ran.err) == (WRONG_INPUT, True)
    assert (
        snapshot(project.path / "assets/.prometeu").items()
        >= {name: data for name, data in before.items() if name != "lock"}.items()
    )
    ran = cli("release", "--from", f"old/{artifact}", "--keep", uuid(77))
    assert (ran.code, f"{uuid(2)} gives up the id 2" in ran.out) == (DONE, True)


def test_what_comes_from_no_workspace_has_no_uuid_to_record(cli: Cli, project: Project) -> None:
    assert cli("build").code == DONE
    from_no_workspace(project.path / "build")
    assert cli("verify", "build/assets.pa").code == DONE
    before = snapshot(project.path / "assets")
    ran = cli("release", "--from", "build/asset_table_metadata.json")
    assert (ran.code, ran.err.count("RELEASE_ORIGIN")) == (WRONG_INPUT, 2)
    assert "Asset 2 (fx) has no uuid to record" in ran.err
    assert snapshot(project.path / "assets") == before


@pytest.mark.parametrize(
    ("file", "code"),
    [("cartridge.json", "COMPANION_DIFFERS"), ("assets/hero/sheet.png", "PRELUDE_MAGIC")],
)
def test_what_is_no_artifact(cli: Cli, project: Project, file: str, code: str) -> None:
    Path("cartridge.json").write_text("{}", encoding="utf-8")
    ran = cli("release", "--from", file)
    assert (ran.code, code in ran.err) == (WRONG_INPUT, True)


def test_doctor_judges_as_a_build_does(cli: Cli, project: Project) -> None:
    edit(project.anchor("fx"), inputs={"payload": ["0.wav"], "samples": ["0.wav"]})
    ran = cli("doctor")
    assert (ran.code, "ASSET_ROLES" in ran.err) == (WRONG_INPUT, True)
    ran = cli("doctor", "--workspace", "elsewhere")
    assert (ran.code, "WORKSPACE_MISSING" in ran.err) == (WRONG_INPUT, True)


USAGES = [
    ["new"], ["new", "tile-bank"], ["new", "bank", "assets/a"], ["forget"], ["include"], ["show"],
    ["show", "a", "b"], ["doctor", "assets/hero/asset.json"], ["release", "--check", "--keep", "a"],
    ["register", "--moved", "--new-uuid", "assets/hero"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", USAGES, ids=" ".join)
def test_usage(cli: Cli, project: Project, arguments: list[str]) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (USAGE, "")
