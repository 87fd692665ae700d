"""Walk through the guides: run each command of a page, and compare what it prints.

A page is walked from an empty folder that has the files the page offers. In a block of the
language ``console``, a line after ``$`` is a command for a shell, and what follows is its output;
``…`` stands for any text in a line, and alone for any lines. A block ``diff`` with a title is an
edit of that file. ``--write`` puts in what was printed instead, ``--program`` is another program.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ROOT / "spec" / "guide"
EXAMPLE = ROOT / "examples" / "hello-cartridge"

DOWNLOADS = {
    "robot.png": EXAMPLE / "assets/heroes/gardener/robot.png",
    "coin.wav": EXAMPLE / "assets/sound/effects/coin.wav",
    "jump.wav": EXAMPLE / "assets/sound/effects/jump.wav",
    "program.pbx": EXAMPLE / "program.pbx",
    "plants.png": EXAMPLE / "assets/world/tiles/sheets/plants.png",
    "gardener.png": EXAMPLE / "assets/heroes/gardener/gardener.png",
    **{path.name: path for path in sorted((GUIDES / "files").iterdir())},
}
"""What the guides offer for download, below ``guide/files/``; each file is kept in one place."""

PROGRAM = "prometeu-assets"

Program = Callable[[list[str], Path], str]
"""Runs the program with arguments in a folder, and gives what it prints."""

_BLOCK = re.compile(
    r'^``` ?(?P<language>console|diff)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Differs(Exception):
    """What a page shows is not what happens."""


def pages() -> list[Path]:
    """The guides that have commands."""
    return sorted(p for p in GUIDES.glob("*.md") if _BLOCK.search(p.read_text("utf-8")))


def walked(page: Path, program: Program, *, write: bool = False) -> str:
    """The text of a page after its commands ran. Raises `Differs` unless it is to be written."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as made:
        walk = _Walk(Path(made).resolve(), program, write=write)
        for name in re.findall(r"\]\(files/([^)]+)\)", text):
            shutil.copy(DOWNLOADS[name], walk.folder / name)
        return _BLOCK.sub(walk.block, text)


class _Walk:
    """A shell that stands in a folder, and types what a page says."""

    def __init__(self, folder: Path, program: Program, *, write: bool) -> None:
        self.folder = self._stands = folder
        self._program, self._write = program, write

    def block(self, match: re.Match[str]) -> str:
        if match["language"] == "diff":
            if match["title"]:
                self._edit(self._stands / match["title"], match["text"])
            return match[0]
        shown = "".join(self._commands(match["text"]))
        return match[0].replace(match["text"], shown)

    def _commands(self, text: str) -> Iterator[str]:
        """The block with each command and what it printed."""
        for part in re.split(r"(?m)^(?=\$ )", text):
            if not part:
                continue
            line, _, expected = part.partition("\n")
            printed = self._typed(line.removeprefix("$ "))
            if not pattern(expected).fullmatch(printed):
                if not self._write:
                    raise Differs(f"{line}\n--- the page\n{expected}--- printed\n{printed}")
                expected = _UUID.sub("…", printed.replace(str(self.folder), "…"))
            yield f"{line}\n{expected}"

    def _typed(self, command: str) -> str:
        """What a command prints; ``cd`` moves, the program runs, and a shell does all others."""
        words = shlex.split(command)
        if words[0] == "cd":
            self._stands = (self._stands / words[1]).resolve()
            return ""
        if words[0] == PROGRAM:
            return self._program(words[1:], self._stands)
        return _ran(["bash", "-c", command], self._stands)

    def _edit(self, file: Path, diff: str) -> None:
        lines = [(line[:1], line[1:]) for line in diff.splitlines(keepends=True)]
        old = "".join(line for mark, line in lines if mark != "+")
        new = "".join(line for mark, line in lines if mark != "-")
        text = file.read_text("utf-8")
        if text.count(old) != 1:
            raise Differs(f"{file.name} has {text.count(old)} places like this:\n{old}")
        file.write_text(text.replace(old, new), "utf-8")


def pattern(expected: str) -> re.Pattern[str]:
    """What a page shows of an output, as a pattern for all of it."""
    lines = (
        r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n"
        for line in expected.splitlines()
    )
    return re.compile("".join(lines))


def _ran(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603  # what a page of the project says
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    return done.stdout + done.stderr


def program_at(path: str) -> Program:
    """The program in a file."""
    return lambda words, folder: _ran([path, *words], folder)


def main(arguments: list[str]) -> int:
    """Walk through the pages; 1 when one of them shows what does not happen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=str(Path(sys.executable).with_name(PROGRAM)))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("page", nargs="*", type=Path)
    asked = parser.parse_args(arguments)
    program = program_at(str(Path(asked.program).resolve()))
    failed = 0
    for page in asked.page or pages():
        try:
            text = walked(page, program, write=asked.write)
        except Differs as error:
            failed += 1
            print(f"{page.name}: {error}", file=sys.stderr)
            continue
        if asked.write:
            page.write_text(text, "utf-8", newline="\n")
        print(f"{page.name}: walked")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
