"""The README: what it tells one to type works, in the order in which it is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.processes import PROGRAM, SERVER
from tools.walk import DOWNLOADS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def block(language: str, beginning: str) -> str:
    (found,) = (text for name, text in BLOCKS if name == language and text.startswith(beginning))
    return found


def home(folder: Path) -> Path:
    """A home with the files that the page takes from it."""
    for name, place in {"robot.png": "art", "coin.wav": "sounds", "jump.wav": "sounds"}.items():
        (folder / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(DOWNLOADS[name], folder / place / name)
    shutil.copy(DOWNLOADS["program.pbx"], folder)
    return folder


def test_what_it_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin/prometeu-assets"
    program.parent.mkdir()
    call = f"{sys.executable} -I -S {PROGRAM} {SERVER.address}"
    program.write_text(f'#!/bin/sh\nexec {call} "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join(map(str, (program.parent, Path(sys.executable).parent)))
    path = f"{path}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HOME": str(home(tmp_path / "home")), "PATH": path}
    commands = block("console", "prometeu-assets init")
    done = subprocess.run(
        ["bash", "-ec", commands],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-game/pack.html").is_file()
    assert "booted: 2 assets" in done.stdout
    monkeypatch.chdir(tmp_path / "my-game")
    names: dict[str, object] = {}
    exec(block("python", "import prometeu_assets"), names)
    assert names["report"].ok  # type: ignore[attr-defined]


def test_its_commands_of_make_are_targets() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text("utf-8")
        targets = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
        assert len(targets) > 3
        done = subprocess.run(
            ["make", "-n", *targets], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_it_installs_what_there_is() -> None:
    """Each line takes the checkout, whose name and extras are those of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = block("sh", "uv").splitlines()
    assert [line.split()[-1] for line in lines] == [f"./{project['name']}"] * 3
    told = README.partition("## Install")[2].partition("\n## ")[0]
    assert set(re.findall(r"\[(\w+)\]", told)) == set(project["optional-dependencies"])


def test_its_picture_is_there() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert (ROOT / picture).is_file()
