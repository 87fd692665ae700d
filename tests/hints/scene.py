"""The stage on which a hint is carried out: a project, where the user stands, a real shell.

A `Case` has three parts. ``make`` brings about the situation and gives the command line that
prints the hint. ``follow`` carries the printed words out: `shell` runs each command in them as it
is printed, an edit is a few lines that do what the words say. ``meant`` compares the content of
what the next run makes with what the user wanted; without it, the content is that of the project
before the fault.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.cli.running import Cli, Ran
from tests.workspace.projects import Project

import prometeu_assets
from prometeu_assets import SoundBank
from prometeu_assets.cli.app import DONE
from prometeu_assets.cli.output import Output
from prometeu_assets.diagnostics import Diagnostic, Report


def _path() -> str:
    """Where a shell finds programs, the installed command among them."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


Pair = tuple[str, str | None]
"""A code, and the key of one of its hints; None is the hint that has no key."""

_PROGRAMS = "ffmpeg|sox|prometeu-assets|git|python"
_COMMAND = re.compile(rf"`((?:{_PROGRAMS}) [^`]+)`")
_PARAGRAPH = re.compile(r"(?m)^(?:error|warning) ([A-Z0-9_]+): .*(?:\n  at .*)?(?:\n  hint: (.*))?")


class Scene:
    """A project of two assets that was built, and a user whose current directory is ``stands``."""

    def __init__(self, base: Path, cli: Cli, patch: pytest.MonkeyPatch) -> None:
        # A shell takes both the blank and the apostrophe for its own.
        made, self.good = _built()
        self.project = deepcopy(made)
        self.project.path = base / "my game's files"
        shutil.copytree(made.path, self.project.path)
        self.stands = base / "desk"
        self.stands.mkdir()
        self.patch = patch
        self._cli = cli
        self._told: list[Diagnostic] = []

    def seen(self, path: Path) -> str:
        """A path as the user writes it."""
        return os.path.relpath(path, self.stands)

    def run(self, *arguments: str | Path) -> Ran:
        """The command line, from where the user stands."""
        told: list[Diagnostic] = []
        report = Output.report

        def listening(output: Output, found: Report) -> None:
            told.extend(found)
            report(output, found)

        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.stands)
            patch.setattr(Output, "report", listening)
            ran = self._cli(*(self.seen(a) if isinstance(a, Path) else a for a in arguments))
        self._told = told
        return ran

    def hint(self, ran: Ran, pair: Pair) -> str:
        """What was printed as this hint."""
        printed = _PARAGRAPH.findall(ran.err)
        assert [code for code, _ in printed] == [found.code for found in self._told], ran.err
        keys = [(found.code, found.hint_key) for found in self._told]
        assert pair in keys, f"{keys}\n{ran.err}"
        text: str = printed[keys.index(pair)][1]
        assert text, ran.err
        return text

    def shell(self, command: str) -> str:
        """Run a command as it is printed, in a real shell where the user stands; what it prints."""
        program = command.partition(" ")[0]
        if shutil.which(program, path=_path()) is None:
            pytest.fail(f"this test runs {program}: install it (apt-get install ffmpeg sox git)")
        if program == "prometeu-assets":
            return self._verb(command)
        return self._bash(command)

    def _verb(self, command: str) -> str:
        """A real shell says what the arguments are; the verb itself needs no process of its own."""
        words = self._bash(f"prometeu-assets() {{ printf '%s\\0' \"$@\"; }}; {command}")
        arguments = words.removesuffix("\0").split("\0")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.stands)
            ran = self._cli(*arguments)
        assert ran.code == DONE, f"{command}\n{ran.out}{ran.err}"
        return ran.out

    def _bash(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.stands,
            env={**os.environ, "PATH": _path()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def content(self) -> dict[str, Any]:
        """What the pack holds: pixels as RGB565 colours (None: transparent), and frames."""
        return _content(self.project)

    def tiles(self, count: int, asset: str = "hero") -> list[list[list[int]]]:
        """The first tiles of a bank, each as rows of indices."""
        with prometeu_assets.open(self.project.path / "build/assets.pa") as pack:
            bank = pack.decode(pack[asset])
            assert not isinstance(bank, SoundBank)
            size, indices = bank.tile_size, bank.indices
            across = indices.shape[1] // size
            places = [divmod(number, across) for number in range(count)]
            return [
                indices[row * size :, column * size :][:size, :size].tolist()
                for row, column in places
            ]

    def frames(self, asset: str = "fx", number: int = 0) -> NDArray[np.int16]:
        """The frames of one sample of a sound bank."""
        with prometeu_assets.open(self.project.path / "build/assets.pa") as pack:
            bank = pack.decode(pack[asset])
            assert isinstance(bank, SoundBank)
            return bank.samples[number].copy()

    def edit(self, path: Path, change: Callable[[str], str]) -> None:
        """Change a text in place; the change has to be one."""
        text = path.read_text(encoding="utf-8")
        assert change(text) != text
        path.write_text(change(text), encoding="utf-8")


_MADE = tempfile.TemporaryDirectory()


@cache
def _built() -> tuple[Project, dict[str, Any]]:
    """The project of every scene, made and built once, and the content of its pack."""
    project = Project(Path(_MADE.name) / "game")
    project.tiles("hero")
    project.sounds("fx", [(1, -2, 3)])
    prometeu_assets.build(project.path)
    return project, _content(project)


def _content(project: Project) -> dict[str, Any]:
    with prometeu_assets.open(project.path / "build/assets.pa") as pack:
        return {entry.asset_name: _decoded(pack.decode(entry)) for entry in pack}


def _decoded(bank: Any) -> Any:
    if isinstance(bank, SoundBank):
        return bank.sample_rate, [sample.tolist() for sample in bank.samples]
    return bank.tile_size, bank.indices.tolist(), bank.palettes.tolist()


@dataclass(frozen=True, slots=True)
class Case:
    """See the module; ``again`` is the command that is run at the end, if not that of ``make``."""

    make: Callable[[Scene], list[str | Path]]
    follow: Callable[[Scene, str], object]
    meant: Callable[[Scene], None] | None = None
    again: Callable[[Scene], list[str | Path]] | None = None


Cases = Case | tuple[Case, ...]
"""One case, or several where a hint offers several things or fits several situations."""


def commands(hint: str) -> list[str]:
    """The commands that a hint prints; they stand between back quotes."""
    return _COMMAND.findall(hint)


def shell(scene: Scene, hint: str) -> None:
    """Carry out every command of the hint as it is printed."""
    found = commands(hint)
    assert found, hint
    for command in found:
        scene.shell(command)


def build(scene: Scene) -> list[str | Path]:
    """The command that meets most faults."""
    return ["build", scene.project.path]


def same(scene: Scene) -> None:
    """The content is that of the project before the fault."""
    assert scene.content() == scene.good


# --- situations -----------------------------------------------------------------------------


def text(change: Callable[[str], str | bytes], root: str = "hero") -> Callable[[Scene], Any]:
    """Build after the text of an asset.json was changed."""

    def make(scene: Scene) -> list[str | Path]:
        anchor = scene.project.anchor(root)
        made = change(anchor.read_text(encoding="utf-8"))
        anchor.write_bytes(made.encode() if isinstance(made, str) else made)
        return build(scene)

    return make


def swapped(old: str, new: str, root: str = "hero") -> Callable[[Scene], Any]:
    """Build after a part of an asset.json was exchanged."""

    def change(before: str) -> str:
        assert old in before, before
        return before.replace(old, new, 1)

    return text(change, root)


def file(name: str, data: bytes | str | Callable[[], bytes]) -> Callable[[Scene], Any]:
    """Build after a source file was replaced; ``name`` begins with the asset's root."""

    def make(scene: Scene) -> list[str | Path]:
        made = data() if callable(data) else data
        path = scene.project.path / "assets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.encode() if isinstance(made, str) else made)
        return build(scene)

    return make


def done(*steps: Callable[[Scene], object], run: Any = build) -> Callable[[Scene], Any]:
    """A command after some steps."""

    def make(scene: Scene) -> list[str | Path]:
        for step in steps:
            step(scene)
        return run(scene)  # type: ignore[no-any-return]

    return make


# --- edits ----------------------------------------------------------------------------------


def swap(old: str, new: str, root: str = "hero") -> Callable[[Scene, str], None]:
    """Exchange a part of an asset.json."""

    def follow(scene: Scene, _: str) -> None:
        scene.edit(scene.project.anchor(root), lambda before: before.replace(old, new, 1))

    return follow


def put(name: str, data: bytes | str | Callable[[], bytes]) -> Callable[[Scene, str], None]:
    """Replace a source file."""

    def follow(scene: Scene, _: str) -> None:
        file(name, data)(scene)

    return follow


def told(pattern: str, hint: str) -> str:
    """What a hint says at the group of ``pattern``."""
    found = re.search(pattern, hint)
    assert found, hint
    return found[1]
