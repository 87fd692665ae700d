"""ship, boot and verify on a cartridge, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.shipper.cartridges import describe, game
from tests.workspace.projects import Project

from prometeu_assets.cli.app import DONE, ENVIRONMENT, WRONG_INPUT
from prometeu_assets.storage.tree import Tree


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = game(tmp_path / "game", title="Hero", capabilities=["gfx", "asset"])
    monkeypatch.chdir(made.path)
    return made


def test_ship(cli: Cli, project: Project) -> None:
    ran = cli("ship")
    assert (ran.code, ran.err) == (DONE, "")
    assert ran.out == (
        "shipped cartridge: Hero 1.0.0\n"
        "  manifest.json  135 B\n"
        "  program.pbx    20 B\n"
        "  assets.pa      34.5 KiB\n"
    )
    value = cli("ship", "--out", "dist/hero", "--format", "json").value("shipment")
    assert value["directory"] == "dist/hero"
    assert value["manifest"]["capabilities"] == ["asset", "gfx"]
    assert {row["name"]: row["size"] for row in value["files"]} == {
        path.name: path.stat().st_size for path in Path("dist/hero").iterdir()
    }


def test_ship_from_within_a_project(
    cli: Cli, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root("hero"))
    ran = cli("ship")
    assert ran.out.splitlines()[0] == "shipped ../../cartridge: Hero 1.0.0"


def test_ship_check(cli: Cli, project: Project) -> None:
    ran = cli("ship", "--check")
    assert (ran.code, ran.err.count("error CARTRIDGE_STALE")) == (WRONG_INPUT, 3)
    assert not (project.path / "cartridge").exists()
    cli("ship")
    ran = cli("ship", "--check")
    assert (ran.code, ran.out, ran.err) == (DONE, "up to date\n", "")
    (project.path / "cartridge/program.pbx").write_bytes(b"?")
    report = cli("ship", "--check", "--format", "json").value("report")
    assert [d["file"] for d in report["diagnostics"]] == ["cartridge/program.pbx"]
    ran = cli("ship", "--check", "--format", "github")
    assert ran.out.startswith("::error file=cartridge/program.pbx,title=CARTRIDGE_STALE::")


def test_two_ships_at_once(cli: Cli, project: Project) -> None:
    with Tree(project.path / "cartridge", []):
        ran = cli("ship")
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert "is writing to this project" in ran.err


def test_boot(cli: Cli, project: Project) -> None:
    cli("ship")
    ran = cli("boot", "cartridge")
    assert (ran.code, ran.err) == (DONE, "")
    pack = (project.path / "cartridge/assets.pa").read_bytes()
    start = int.from_bytes(pack[12:16], "little")
    assert ran.out == (
        "ok   1 manifest     manifest.json is JSON: read 135 of 135 B\n"
        "ok   2 magic        it is the manifest of a cartridge\n"
        "ok   3 version      its version is supported\n"
        "ok   4 schema       Hero 1.0.0, Game 7\n"
        "ok   5 capabilities asset, gfx\n"
        "ok   6 program      program.pbx is there: 20 B, none read\n"
        f"ok   7 pack         assets.pa is valid: read {start} of 34.5 KiB\n"
        "booted: 2 assets; 2 preloaded, 66.0 KiB resident\n"
        "\n"
        "bank    slot  asset                            at byte      stored    resident\n"
        f"SOUNDS     0  #2 fx                       {start + 34816:>12}           6           6\n"
        f"TILES      0  #1 hero                     {start:>12}       34816       67584\n"
    )
    value = cli("boot", "cartridge", "--format", "json").value("loading")
    assert value["booted"] is True
    assert [(row["bank_type"], row["slot"], row["asset_id"]) for row in value["preload"]] == [
        ("TILES", 0, 1),
        ("SOUNDS", 0, 2),
    ]
    assert sum(step["read"] for step in value["steps"]) == 135 + start


def test_boot_without_assets(cli: Cli, project: Project) -> None:
    for name in ("assets.pa", "asset_table.json", "preload.json", "asset_table_metadata.json"):
        (project.path / "build" / name).unlink()
    describe(project, capabilities=[])
    cli("ship")
    ran = cli("boot", "cartridge")
    assert ran.out.splitlines()[4:] == [
        "ok   5 capabilities none",
        "ok   6 program      program.pbx is there: 20 B, none read",
        "ok   7 pack         no assets are declared: nothing is read",
        "booted: 0 assets; 0 preloaded, 0 B resident",
    ]


def test_boot_that_stops(cli: Cli, project: Project) -> None:
    cli("ship")
    (project.path / "cartridge/program.pbx").unlink()
    ran = cli("boot", "cartridge", "--format", "json")
    assert ran.code == WRONG_INPUT
    value = ran.value("loading")
    assert value["booted"] is False
    assert [step["ok"] for step in value["steps"]] == [True] * 5 + [False]
    assert [d["code"] for d in value["report"]["diagnostics"]] == ["PROGRAM_MISSING"]
    ran = cli("boot", "cartridge", "--format", "sarif")
    assert json.loads(ran.out)["runs"][0]["results"][0]["ruleId"] == "PROGRAM_MISSING"


def test_verify_what_was_shipped(cli: Cli, project: Project) -> None:
    cli("ship")
    ran = cli("verify", "cartridge/assets.pa", "--companions", "build")
    assert (ran.code, ran.out) == (DONE, "cartridge/assets.pa: verified\n")
    ran = cli("verify", "cartridge/assets.pa")
    assert (ran.code, ran.err.count("COMPANION_MISSING")) == (WRONG_INPUT, 3)
