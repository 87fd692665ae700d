"""The same workspace gives the same bytes, wherever and however it is built."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.every import every

from prometeu_assets.packer.build import build
from prometeu_assets.shipper.ship import ship

EXAMPLE = Path(__file__).parents[2] / "examples/hello-cartridge"
GENERATED = {"build", "cartridge", "__pycache__"}
OUTPUTS = ("assets.pa", "asset_table.json", "preload.json", "asset_table_metadata.json")

SHUFFLED = """
import os, random, sys
original = os.scandir
class Shuffled(list):
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
def scandir(*arguments):
    with original(*arguments) as entries:
        found = Shuffled(entries)
    random.Random({seed}).shuffle(found)
    return found
os.scandir = scandir
os.umask({umask})
verbs = sys.argv[1].split()
from prometeu_assets.cli.app import run
sys.exit(max([run([verb, *sys.argv[2:]]) for verb in verbs]))
"""


def copy(target: Path, seed: int) -> None:
    """A copy whose files are created in another order and have other times of change."""
    files = [
        path.relative_to(EXAMPLE)
        for path in EXAMPLE.rglob("*")
        if path.is_file()
        and not GENERATED & set(path.relative_to(EXAMPLE).parts)
        and path.name not in {"cache.json", "lock"}
    ]
    files.sort()
    random.Random(seed).shuffle(files)
    for number, path in enumerate(files):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(EXAMPLE / path, target / path)
        os.utime(target / path, (number * 1000, 1e9 + seed * 86_400 - number))


def outputs(project: Path) -> dict[str, bytes]:
    return {name: (project / "build" / name).read_bytes() for name in OUTPUTS}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    project = tmp_path_factory.mktemp("reference")
    copy(project, 0)
    build(project)
    return outputs(project)


def cartridge(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / "cartridge").iterdir()}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    project = tmp_path_factory.mktemp("shipped")
    copy(project, 0)
    build(project)
    ship(project)
    return cartridge(project)


def run(
    verbs: str, *arguments: str, cwd: Path, seed: int = 0, umask: int = 0o022, **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", SHUFFLED.format(seed=seed, umask=umask), verbs, *arguments],
        cwd=cwd, env={**os.environ, **env}, capture_output=True, timeout=60, check=True,
    )  # fmt: skip


WORLDS: dict[str, dict[str, Any]] = {
    "C": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONUTF8": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1"},
    "Japanese": {"LC_ALL": "ja_JP.eucJP", "TZ": "America/St_Johns", "PYTHONHASHSEED": "77"},
    "optimized": {"PYTHONUTF8": "1", "PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "random"},
}


@every(WORLDS)
def test_in_another_world(
    world: str, tmp_path: Path, reference: dict[str, bytes], shipped: dict[str, bytes]
) -> None:
    number = list(WORLDS).index(world)
    project = tmp_path / ["plain", "with spaces", "\u00e9t\u00e9 \u2764", "-dash"][number]
    copy(project, number + 1)
    umask = [0o000, 0o077, 0o022, 0o027][number]
    cwd, arguments = [
        (project, []), (tmp_path, [str(project)]), (project / "assets/world", []),
        (tmp_path, ["--", project.name]),
    ][number]  # fmt: skip
    run("build", *arguments, cwd=cwd, seed=number, umask=umask, **WORLDS[world])
    assert outputs(project) == reference
    again = run("build ship", *arguments, cwd=cwd, seed=number + 9, umask=umask, **WORLDS[world])
    assert b"4 unchanged" in again.stdout
    assert outputs(project) == reference
    assert cartridge(project) == shipped
    if os.name == "posix":
        assert (project / "build/assets.pa").stat().st_mode & 0o777 == 0o666 & ~umask


def test_as_a_module(tmp_path: Path, reference: dict[str, bytes]) -> None:
    copy(tmp_path / "game", 5)
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "prometeu_assets", "build", "game"],
        cwd=tmp_path, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert outputs(tmp_path / "game") == reference


def test_after_other_builds(tmp_path: Path, reference: dict[str, bytes]) -> None:
    """What the project was before leaves no trace."""
    copy(tmp_path, 6)
    effects = tmp_path / "assets/sound/effects"
    text = (effects / "asset.json").read_text()
    (effects / "asset.json").write_text(text.replace('"jump.wav",', ""))
    build(tmp_path)
    assert outputs(tmp_path) != reference
    (effects / "asset.json").write_text(text)
    assert build(tmp_path).statistics.reused == 3
    assert outputs(tmp_path) == reference


def test_nothing_of_the_machine_is_in_the_outputs(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    for data in reference.values():
        assert str(tmp_path.parent).encode() not in data
        assert str(EXAMPLE).encode() not in data
