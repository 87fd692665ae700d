"""Every verb, for people and for machines: results on stdout, diagnostics on stderr."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.workspace.projects import ASSET, Project, edit

from prometeu_assets.catalog import CODES
from prometeu_assets.cli.app import DONE, ENVIRONMENT, TRACEBACK, USAGE, WRONG_INPUT, run
from prometeu_assets.contract.documents import schema_directory
from prometeu_assets.storage.lock import Lock

VERBS = [
    "init", "new", "add", "register", "rename", "duplicate", "forget", "include", "exclude", "list", "show", "doctor", "build",
    "migrate", "inspect", "validate", "verify", "extract", "diff", "release", "ship", "boot",
    "merge-index", "conformance", "schema", "codes", "completion",
]  # fmt: skip


def test_init(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli("init", "game")
    assert (ran.code, ran.err) == (DONE, "")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["wrote"] * 7 + [
        "For",
        "git",
        "Next:",
        "`prometeu-assets",
    ]
    ran = cli("init", "other", "--format", "json")
    assert ran.value("initialization")["written"] == [
        "other/cartridge.json", "other/.gitignore", "other/.gitattributes",
        f"other/assets/.prometeu/schemas/asset/v{ASSET}.json",
        "other/assets/.prometeu/schemas/cartridge/v1.json",
        "other/assets/.prometeu/released.json", "other/assets/.prometeu/index.json",
    ]  # fmt: skip
    ran = cli("init", "game")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert "WORKSPACE_EXISTS" in ran.err
    ran = cli("init", "game", "--format", "json")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    assert ran.value("report")["diagnostics"][0]["code"] == "WORKSPACE_EXISTS"


def test_init_here(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "My Game").mkdir()
    monkeypatch.chdir(tmp_path / "My Game")
    assert cli("init").code == DONE
    assert json.loads(Path("cartridge.json").read_text())["title"] == "My Game"
    assert cli("list").out.startswith("No assets yet")
    assert cli("build").code == DONE
    ran = cli("inspect", "build/assets.pa")
    assert (ran.code, ran.out.splitlines()[-1]) == (DONE, "  no assets")


def test_register(cli: Cli, project: Project) -> None:
    ran = cli("register", "assets/draft")
    assert (ran.code, ran.out, ran.err) == (DONE, "registered draft as asset 3\n", "")
    project.root("draft").rename(project.root("moved"))
    ran = cli("register", "assets/moved", "--format", "json")
    (row,) = ran.value("registration")["registered"]
    assert (row["root"], row["asset_id"], row["moved"]) == ("moved", 3, True)
    project.root("moved").rename(project.root("again"))
    assert cli("register", "assets/again").out == "moved to again as asset 3\n"
    ran = cli("register", "assets/again", "assets")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert ran.err.count("REGISTER_") == 2
    ran = cli("register", "assets/nothing", "--format", "json")
    assert ran.value("report")["ok"] is False


def test_register_from_elsewhere(
    cli: Cli, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli("register", "game/assets/draft")
    assert (ran.code, "WORKSPACE_MISSING" in ran.err) == (WRONG_INPUT, True)
    assert cli("register", "--project", "game", "game/assets/draft").code == DONE


VERBS_OF_A_PROJECT = [
    "new tile-bank assets/a", "add hero a.png", "register assets/a", "rename hero b",
    "duplicate hero assets/b", "forget hero", "include hero", "exclude hero", "list", "show hero",
    "doctor", "build", "build --watch", "preview", "migrate", "release", "ship", "ship --check",
]  # fmt: skip


@pytest.mark.parametrize("command", VERBS_OF_A_PROJECT)
def test_outside_of_a_project_every_verb_says_so(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli(*command.split())
    assert (ran.code, ran.err.count("error"), "WORKSPACE_MISSING" in ran.err) == (WRONG_INPUT, 1, True)  # fmt: skip


def test_list(cli: Cli, project: Project) -> None:
    project.sounds("out", included=False, name="another")
    ran = cli("list")
    assert (ran.code, ran.err) == (DONE, "")
    assert [line.split(maxsplit=2) for line in ran.out.splitlines()] == [
        ["1", "hero", "TILES/indexed_v1, preload"],
        ["2", "fx", "SOUNDS/pcm16le_v1"],
        ["3", "out", "SOUNDS/pcm16le_v1, excluded, named another"],
        ["-", "draft", "unregistered"],
    ]
    value = cli("list", "--format", "json").value("listing")
    assert [row["registered"] for row in value["assets"]] == [True, True, True, False]
    shutil.rmtree(project.root("fx"))
    ran = cli("list")
    assert ran.code == WRONG_INPUT
    assert "cannot be read" in ran.out
    assert "ROOT_MISSING" in ran.err
    ran = cli("list", "--format", "json")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    assert ran.value("listing")["report"]["ok"] is False


def test_build(cli: Cli, project: Project) -> None:
    ran = cli("build")
    assert ran.code == DONE
    assert ran.out.splitlines()[0].endswith("assets.pa")
    assert "2 assets, " in ran.out
    assert ran.err.startswith("warning ROOT_UNREGISTERED")
    assert "register assets/draft" in ran.err
    assert "2 unchanged" in cli("build").out
    ran = cli("build", "--format", "json")
    assert ran.err == ""
    value = ran.value("build-result")
    assert value["statistics"]["reused"] == 2
    assert all(Path(path).is_file() for path in value["outputs"].values())
    edit(project.anchor("hero"), name="fx")
    ran = cli("build", project.path, "--format", "json")
    assert ran.code == WRONG_INPUT
    (found,) = ran.value("report")["diagnostics"]
    assert found["code"] == "ASSET_NAME"
    assert (found["line"], found["column"]) == (4, 11)
    assert found["asset"] == {"id": 2, "name": "fx"}


def test_from_a_directory_inside(
    cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root("hero"))
    edit(project.anchor("fx"), name=7)
    ran = cli("build")
    assert "at ../../assets/fx/asset.json:4:11 (asset #2 fx)" in ran.err
    edit(project.anchor("fx"), name="fx")
    assert Path(cli("build").out.splitlines()[0].removeprefix("built ")).is_file()
    assert cli("list").code == DONE


def test_inspect(cli: Cli, project: Project) -> None:
    cli("build")
    ran = cli("inspect", "build/assets.pa")
    assert (ran.code, ran.err) == (DONE, "")
    assert "TILES: 1 asset, " in ran.out
    assert "8x8 tiles, 1 palette\n" in ran.out
    assert "2 samples at 8000 Hz" in ran.out
    assert ran.out.isascii()
    value = cli("inspect", "build/assets.pa", "--format", "json").value("inspection")
    assert [asset["asset_name"] for asset in value["assets"]] == ["hero", "fx"]
    assert value["preload"] == [
        {"asset_id": 1, "asset_name": "hero", "bank_type": "TILES", "slot": 0},
    ]
    ran = cli("inspect", "cartridge.json")
    assert ran.code == ENVIRONMENT
    ran = cli("inspect", "assets/hero/asset.json")
    assert (ran.code, ran.out, "PRELUDE_MAGIC" in ran.err) == (WRONG_INPUT, "", True)
    ran = cli("inspect", "assets/hero/asset.json", "--format", "json")
    assert ran.value("report")["diagnostics"][0]["code"] == "PRELUDE_MAGIC"


def test_validate(cli: Cli, project: Project) -> None:
    cli("build")
    Path("bad.pa").write_bytes(b"PPA1")
    ran = cli("validate", "build/assets.pa", "--profile", "writer")
    assert (ran.code, ran.out, ran.err) == (DONE, "build/assets.pa: valid\n", "")
    ran = cli("validate", "build/assets.pa", "bad.pa")
    assert (ran.code, ran.out) == (WRONG_INPUT, "build/assets.pa: valid\nbad.pa: not valid\n")
    assert "PRELUDE_LEGACY" in ran.err
    ran = cli("validate", "bad.pa", "build/assets.pa", "--format", "json")
    assert (ran.code, ran.err) == (WRONG_INPUT, "")
    assert [d["file"] for d in ran.value("report")["diagnostics"]] == ["bad.pa"]


def test_verify(cli: Cli, project: Project) -> None:
    cli("build")
    ran = cli("verify", "build/assets.pa")
    assert (ran.code, ran.out, ran.err) == (DONE, "build/assets.pa: verified\n", "")
    assert cli("verify", "build/assets.pa", "--format", "json").value("report")["ok"] is True
    Path("build/preload.json").unlink()
    ran = cli("verify", "build/assets.pa")
    assert (ran.code, ran.out) == (WRONG_INPUT, "build/assets.pa: not verified\n")
    assert "COMPANION_MISSING" in ran.err
    ran = cli("verify", "build/assets.pa", "--format", "json")
    assert (ran.code, ran.value("report")["ok"], ran.err) == (WRONG_INPUT, False, "")


def test_extract(cli: Cli, project: Project) -> None:
    cli("build")
    ran = cli("extract", "build/assets.pa", "--out", "out")
    assert (ran.code, ran.err) == (DONE, "")
    assert [Path(line).name for line in ran.out.splitlines()] == ["1-hero.bin", "2-fx.bin"]
    ran = cli("extract", "build/assets.pa", "fx", "--out", "sounds", "--decode", "--format", "json")
    written = ran.value("extraction")["written"]
    assert written == ["sounds/2-fx.0000.wav", "sounds/2-fx.0001.wav"]
    ran = cli("extract", "build/assets.pa", "her", "--out", "out")
    assert (ran.code, ran.out) == (WRONG_INPUT, "")
    assert "Did you mean 'hero'?" in ran.err
    ran = cli("extract", "build/assets.pa", "--out", "out", "--format", "json")
    codes = [d["code"] for d in ran.value("report")["diagnostics"]]
    assert (ran.code, codes) == (WRONG_INPUT, ["EXTRACT_EXISTS"] * 2)


def test_schemas(cli: Cli) -> None:
    value = cli("schema", "list", "--format", "json").value("schema-list")
    shown = cli("schema", "list").out.splitlines()
    files = sorted(schema_directory().glob("*/v*.json"))
    assert len(value["schemas"]) == len(shown) == len(files)
    for row in value["schemas"]:
        name = f"{row['document']}@{row['version']}"
        ran = cli("schema", "show", name)
        file = schema_directory() / row["document"] / f"v{row['version']}.json"
        assert (ran.code, ran.err) == (DONE, "")
        assert ran.out == file.read_text(encoding="ascii")
    assert '"asset:2"' not in cli("schema", "show", "asset@1").out
    assert f"urn:prometeu:schema:asset:{ASSET}" in cli("schema", "show", "asset").out


@every(["nope", "asset@9", "asset@", "asset@01", "../asset", ""])
def test_a_schema_that_is_not_there(name: str, cli: Cli) -> None:
    ran = cli("schema", "show", name)
    assert (ran.code, ran.out) == (USAGE, "")
    assert "asset@2" in ran.err or "did you mean asset" in ran.err


def test_codes(cli: Cli) -> None:
    lines = cli("codes").out.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert all(len(line.split(maxsplit=1)) == 2 for line in lines)
    value = cli("codes", "--format", "json").value("codes")
    assert [row["code"] for row in value["codes"]] == list(CODES)
    (row,) = cli("codes", "prelude_flags", "--format", "json").value("codes")["codes"]
    assert row["rules"] == ["prelude-flags"]
    ran = cli("codes", "PRELOAD_FULL")
    assert '`"preload": {"enabled": false}`' in ran.out
    for code in CODES:
        said = cli("codes", code).out
        assert "{found" not in said
        assert "{{" not in said


def test_a_code_that_is_not_there(cli: Cli) -> None:
    ran = cli("codes", "PRELUDE_FLAG")
    assert (ran.code, ran.out) == (USAGE, "")
    assert "did you mean PRELUDE_FLAGS?" in ran.err


# --- the frame ------------------------------------------------------------------------------


def test_help_lists_every_verb(cli: Cli) -> None:
    for flag in ("--help", "-h"):
        ran = cli(flag)
        assert (ran.code, ran.err) == (DONE, "")
        listed = [line.split()[0] for line in ran.out.partition("Verbs:")[2].splitlines() if line]
        assert [verb for verb in listed if verb in VERBS] == VERBS
    for verb in VERBS:
        ran = cli(verb, "--help")
        assert (ran.code, ran.err) == (DONE, "")
        assert ran.out.startswith("Usage: prometeu-assets ")
    assert cli("--version").out.startswith("prometeu-assets, version ")


USAGES = [
    [], ["nope"], ["--nope"], ["build", "--nope"], ["register"], ["validate"], ["inspect"],
    ["extract", "a.pa"], ["build", "a", "b"], ["build", "--format", "xml"], ["--color", "red"],
    ["validate", "a.pa", "--profile", "all"], ["schema"], ["schema", "nope"], ["schema", "show"],
    ["build", "assets/hero/asset.json"], ["init", "assets/hero/asset.json"],
    ["extract", "a.pa", "--out", "assets/hero/asset.json"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", USAGES, ids=" ".join)
def test_usage(cli: Cli, project: Project, arguments: list[str]) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (USAGE, "")
    assert "Usage: prometeu-assets" in ran.err


def test_a_lock_that_is_held(cli: Cli, project: Project) -> None:
    with Lock(project.path):
        for arguments in (["build"], ["register", "assets/draft"], ["build", "--format", "json"]):
            ran = cli(*arguments)
            assert ran.code == ENVIRONMENT
            assert bool(ran.out) is ("json" in arguments)
            assert "is writing to this project" in ran.err
        assert cli("list").code == DONE


@pytest.mark.parametrize("verb", ["inspect", "validate", "verify"])
@pytest.mark.parametrize("path", ["none.pa", "assets", "none/none.pa"])
def test_what_cannot_be_read(cli: Cli, project: Project, verb: str, path: str) -> None:
    ran = cli(verb, path)
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert ran.err.startswith("failed: ")
    assert path in ran.err


def test_colours(cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in cli("build").err + cli("list").out
    assert "\x1b[" in cli("--color", "always", "build").err
    assert "\x1b[" not in cli("--color", "never", "build").err
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" in cli("--color", "always", "build").err
    assert "\x1b[" not in cli("--color", "auto", "build").err


def test_a_bar_on_a_terminal_when_it_takes_long(
    cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("prometeu_assets.cli.progress.time.monotonic", lambda: next(clock))
    assert "[" not in cli("build").err
    monkeypatch.setattr("prometeu_assets.cli.progress.terminal", lambda: True)
    bar = cli("build", "--fresh", "--format", "json").err
    assert "1/2 fx" in bar
    assert bar.endswith("\r"), "and it is gone afterwards"


def test_an_interruption(cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prometeu_assets.packer.encode.encode", interrupted)
    monkeypatch.setattr("prometeu_assets.packer.slices.encode", interrupted)
    ran = cli("build")
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert "Interrupted" in ran.err
    assert not [*(project.path / "build").glob("*")]


def test_a_fault_of_the_program_is_no_verdict(
    cli: Cli,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("prometeu_assets.packer.build.build", broken)
    ran = cli("build")
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert ran.err.startswith("failed: ZeroDivisionError: ")
    monkeypatch.setenv(TRACEBACK, "1")
    assert run(["build"]) == ENVIRONMENT
    assert "Traceback" in capsys.readouterr().err
