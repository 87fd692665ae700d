"""The recipes of ``spec/ci.md``, taken from the page and run by a real shell on the example."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.processes import PROGRAM, SERVER
from tests.workspace.projects import ASSET

import prometeu_assets as pa

ROOT = Path(__file__).parents[2]
SCRIPT, BUILDING, SHIPPING = re.findall(
    r"^```bash\n(.*?)^```$", (ROOT / "spec/ci.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example, built, as a clone of it would be."""
    base = tmp_path / "game"
    own = shutil.ignore_patterns(
        "build", "cache.json", "lock", "extracted", "cartridge", "__pycache__"
    )
    shutil.copytree(ROOT / "examples/hello-cartridge", base, ignore=own)
    pa.build(base)
    return base


def shell(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with bash; the command line stands in the path as after an installation."""
    bin = cwd.parent / "bin"
    bin.mkdir(exist_ok=True)
    command = bin / "prometeu-assets"
    command.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I -S "{PROGRAM}" {SERVER.address} "$@"\n'
    )
    command.chmod(0o755)
    bash = shutil.which("bash")
    assert bash is not None
    return subprocess.run(
        [bash, "-c", script],
        cwd=cwd,
        env={**os.environ, "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def change(base: Path, name: str, *replacements: tuple[str, str]) -> None:
    path = base / name
    text = path.read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


SKY = "assets/world/sky/asset.json"


def older(base: Path) -> None:
    uuid = json.loads((base / SKY).read_bytes())["asset_uuid"]
    change(base, SKY, (f'"schema_version": {ASSET}', '"schema_version": 1'), ("tile_bank", "image_bank"),
           ('"NONE"', '"RAW"'), (f'  "asset_uuid": "{uuid}",\n', ""))  # fmt: skip


def stale(base: Path) -> None:
    change(base, SKY, ('"enabled": false', '"enabled": true'))


def gone(base: Path) -> None:
    shutil.rmtree(base / "assets/world/sky")


Change = Callable[[Path], None]
FAULTS: dict[Change, tuple[str, ...]] = {
    older: ("MIGRATION_NEEDED",),
    stale: (),
    gone: ("ROOT_MISSING",),
}


def test_all_is_well(example: Path) -> None:
    for script in (SCRIPT, BUILDING):
        ran = shell(script, example)
        assert (ran.returncode, "error " in ran.stderr) == (0, False), ran
    assert "Every document is current" in ran.stdout


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_is_wrong_fails_with_1(example: Path, fault: Change) -> None:
    fault(example)
    before = {path: path.read_bytes() for path in example.rglob("*") if path.is_file()}
    ran = shell(SCRIPT, example)
    assert ran.returncode == 1, ran
    for code in FAULTS[fault]:
        assert f"error {code}: " in ran.stderr
    after = {path: path.read_bytes() for path in example.rglob("*") if path.is_file()}
    lock = example / "assets/.prometeu/lock"
    assert {**after, lock: b""} == {**before, lock: b""}, "checks change nothing"
    built = shell(BUILDING, example)
    assert built.returncode == (0 if fault is stale else 1), built


def test_all_three_have_their_say(example: Path) -> None:
    older(example)
    change(example, "assets/sound/effects/asset.json", ('"enabled": true', '"enabled": false'))
    ran = shell(SCRIPT, example)
    assert ran.returncode == 1
    assert "1 document not current" in ran.stdout
    assert "5 assets" in ran.stdout
    assert "DOCUMENT_OLD" in ran.stderr


def test_after_migrating_it_passes_again(example: Path) -> None:
    older(example)
    pack = (example / "build/assets.pa").read_bytes()
    assert shell("prometeu-assets migrate && prometeu-assets build", example).returncode == 0
    assert shell(SCRIPT, example).returncode == 0
    assert (example / "build/assets.pa").read_bytes() == pack


def test_annotations(example: Path) -> None:
    older(example)
    script = re.sub(r"(--check|doctor *)(?=\|| )", r"\1 --format github ", SCRIPT)
    assert script.count("--format github") == 3
    ran = shell(script, example)
    assert ran.returncode == 1
    errors = [line for line in ran.stdout.splitlines() if line.startswith("::error ")]
    assert errors and all(f"file={SKY}" in line for line in errors)


def test_the_recipe_for_a_cartridge(example: Path) -> None:
    done = shell(SHIPPING, example)
    assert done.returncode == 0, done.stderr
    assert "booted: 4 assets; 2 preloaded" in done.stdout
    before = (example / "dist/cartridge/assets.pa").read_bytes()
    change(example, "assets/world/tiles/asset.json", ('"enabled": true', '"enabled": false'))
    done = shell(SHIPPING, example)
    assert (done.returncode, "OUTPUT_STALE" in done.stderr) == (1, True)
    assert (example / "dist/cartridge/assets.pa").read_bytes() == before
