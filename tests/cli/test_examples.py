"""Each example of the help is run, in a project that has what the example names."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final

import pytest
from tests.cli.running import Cli
from tests.workspace.projects import draw, record

from prometeu_assets.cli.app import DONE, run
from prometeu_assets.cli.examples import EXAMPLES

ROOT: Final = Path(__file__).resolve().parents[2]
LINES: Final = [line for lines in EXAMPLES.values() for line in lines]

ELSEWHERE: Final = {
    "build --watch": "spec/guide/editors.md",
    "preview": "spec/guide/editors.md",
    "preview my-game --port 8080": "tests/live/test_preview.py",
    "conformance build --check": ".ci/run",
}
"""Examples that do not end, or are about this checkout, and where something runs them."""

BEFORE: Final = {
    "init my-game": "rm my-game",
    "new tile-bank assets/tiles/hero": "forget tiles/hero; rm assets/tiles/hero",
    "new sound-bank assets/sounds/effects": "forget sounds/effects; rm assets/sounds/effects",
    "register assets/tiles/hero": "forget tiles/hero",
    "register --new-uuid assets/tiles/copy-of-hero": "cp assets/tiles/hero assets/tiles/copy-of-hero",
    "include tiles/hero": "exclude tiles/hero",
    "release --check": "release",
}  # fmt: skip
"""What is done before an example."""


@pytest.fixture
def desk(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, which is the current directory, and of the files at home."""
    for name in ("home", "game"):
        shutil.copytree(whole / name, tmp_path / name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    # Not every system has a `python`; an environment of its own has.
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path / "game")
    return tmp_path / "game"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built and shipped project, with one of it below, and files at home."""
    folder = tmp_path_factory.mktemp("desk")
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(TextIOWrapper(BytesIO(), encoding="utf-8")),
    ):
        make(folder, patch)
    return folder


def make(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder / "home"
    for name in ("art", "sounds"):
        (home / name).mkdir(parents=True)
    draw(home / "art/walk.png", 2)
    draw(home / "art/moth.png", 1, size=16)
    record(home / "sounds/beep.wav", [1, 2])
    monkeypatch.setenv("HOME", str(home))
    game = folder / "game"
    assert run(["init", str(game)]) == DONE
    monkeypatch.chdir(game)
    for program in ("target/main.pbx", "build/program.pbx"):
        Path(program).parent.mkdir()
        Path(program).write_bytes(b"program")
    for line in (*EXAMPLES["new"][:2], "build", "ship"):
        words = [found for word in line.split() for found in _expanded(word, home)]
        assert run(words) == DONE
    for name in ("base", "ours", "theirs"):
        shutil.copy("assets/.prometeu/index.json", f"{name}.json")
    shutil.copytree("build", "old")
    shutil.copy("build/assets.pa", "assets.pa")
    kit = ROOT / "conformance/readers/python-stdlib/reader.py"
    shutil.copy(kit, "my_reader.py")
    shutil.copytree(game, home / "copy")
    shutil.move(home / "copy", "my-game")


@pytest.mark.parametrize("line", [line for line in LINES if line not in ELSEWHERE])
def test_an_example(line: str, desk: Path, cli: Cli) -> None:
    for step in filter(None, BEFORE.get(line, "").split("; ")):
        word, *names = step.split()
        if word == "rm":
            shutil.rmtree(desk / names[0])
        elif word == "cp":
            shutil.copytree(desk / names[0], desk / names[1])
        else:
            assert cli(word, *names).code == DONE
    words = [found for word in line.split() for found in _expanded(word, desk.parent / "home")]
    ran = cli(*(["--color", "always"] if "--picture" in words else []), *words)
    assert (ran.code, ran.err) == (DONE, "")


def _expanded(word: str, home: Path) -> list[str]:
    """A word as a shell gives it to the program."""
    return sorted(glob.glob(word)) if "*.pa" in word else [word.strip("'").replace("~", str(home))]


def test_the_others_are_run_elsewhere() -> None:
    for line, file in ELSEWHERE.items():
        verb = line.partition(" my-game")[0].split()[0]
        assert line in LINES
        assert verb in (ROOT / file).read_text("utf-8")
