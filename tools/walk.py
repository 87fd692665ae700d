"""Walk through the guides: run each command of a page, and compare what it prints.

A page is walked from an empty folder that has the files the page offers. In a block of the
language ``console``, a line after ``$`` is a command for a shell, and what follows is its output;
``…`` stands for any text in a line, and alone for any lines. With a title it is another terminal,
whose command runs on; a block of it without a command is what it prints next. A block ``diff`` with
a title is an edit of that file, and one of any other language with a title is the whole file.
``--write`` puts in what was printed instead, ``--program`` is another program.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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
    **{
        path.name: path
        for folder in ("assets/world/tiles/sheets", "assets/world/tiles/palettes")
        for path in sorted((EXAMPLE / folder).iterdir())
    },
    "robot.hex": EXAMPLE / "assets/heroes/gardener/robot.hex",
    "gardener.png": EXAMPLE / "assets/heroes/gardener/gardener.png",
    **{name: ROOT / "examples" / name for name in ("from_folders.py", "from_pico8.py")},
    **{path.name: path for path in sorted((GUIDES / "files").iterdir())},
}
"""What the guides offer for download, below ``guide/files/``; each file is kept in one place."""

PROGRAM = "prometeu-assets"

Program = Callable[[list[str], Path], str]
"""Runs the program with arguments in a folder, and gives what it prints."""

_BLOCK = re.compile(
    r'^``` ?(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^``` ?console.*\n\$ ", re.MULTILINE)
_VARIES = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d\d:\d\d:\d\d|(?<= in )\d+\.\d\d(?= s\b)",
    re.MULTILINE,
)
"""What is another each time: an identity, the time of day, how long it took."""
_SHELL = {"|", ">", "||", "&&"}
"""Words that only a shell reads."""
_PATIENCE = 60
"""Seconds after which another terminal is not waited for."""


class Differs(Exception):
    """What a page shows is not what happens."""


def pages() -> list[Path]:
    """The guides that have commands."""
    return sorted(p for p in GUIDES.glob("*.md") if _COMMAND.search(p.read_text("utf-8")))


def walked(page: Path, program: Program, *, write: bool = False) -> str:
    """The text of a page after its commands ran. Raises `Differs` unless it is to be written."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as made:
        walk = _Walk(Path(made).resolve(), program, write=write)
        for name in re.findall(r"\]\(files/([^)]+)\)", text):
            shutil.copy(DOWNLOADS[name], walk.folder / name)
        try:
            return _BLOCK.sub(walk.block, text)
        finally:
            walk.leave()


class _Walk:
    """A shell that stands in a folder, and types what a page says."""

    def __init__(self, folder: Path, program: Program, *, write: bool) -> None:
        self.folder = self._stands = folder
        self._program, self._write = program, write
        self._terminals: dict[str, _Terminal] = {}

    def block(self, match: re.Match[str]) -> str:
        language, title, text = match.groups()
        if language == "console":
            shown = self._elsewhere(title, text) if title else "".join(self._commands(text))
            return f"{match[0].partition(chr(10))[0]}\n{shown}```"
        if title and language == "diff":
            self._edit(self._stands / title, text)
        elif title:
            file = self._stands / title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return match[0]

    def leave(self) -> None:
        """End what runs in other terminals."""
        for terminal in self._terminals.values():
            terminal.end()

    def _elsewhere(self, title: str, text: str) -> str:
        """A block of another terminal: its command, and what it prints."""
        command = ""
        if text.startswith("$ "):
            command, _, text = text.partition("\n")
            self._terminals[title] = _Terminal(command.removeprefix("$ "), self._stands)
            command += "\n"
        printed = self._terminals[title].printed(text, writing=self._write)
        return command + self._compared(command or title, text, printed)

    def _commands(self, text: str) -> Iterator[str]:
        """The block with each command and what it printed."""
        for part in re.split(r"(?m)^(?=\$ )", text):
            if not part:
                continue
            line, _, expected = part.partition("\n")
            printed = self._typed(line.removeprefix("$ "))
            yield f"{line}\n{self._compared(line, expected, printed)}"

    def _compared(self, line: str, expected: str, printed: str) -> str:
        """What the page shows, which is what was printed."""
        if pattern(expected).fullmatch(printed):
            return expected
        if not self._write:
            raise Differs(f"{line}\n--- the page\n{expected}--- printed\n{printed}")
        return _VARIES.sub("…", printed.replace(str(self.folder), "…"))

    def _typed(self, command: str) -> str:
        """What a command prints; ``cd`` moves, the program runs, and a shell does all others."""
        words = shlex.split(command)
        if words[0] == "cd":
            self._stands = (self._stands / words[1]).resolve()
            return ""
        if words[0] == PROGRAM and not _SHELL & set(words):
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


class _Terminal:
    """A command that runs on."""

    def __init__(self, command: str, folder: Path) -> None:
        self._output = tempfile.TemporaryFile("w+b")  # noqa: SIM115  # closed when it ends
        self._read = 0
        self._runs = subprocess.Popen(  # noqa: S603  # what a page of the project says
            ["bash", "-c", command], cwd=folder, env=_environment(), stdout=self._output,  # noqa: S607
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def printed(self, expected: str, *, writing: bool) -> str:
        """What it printed since the last time, once it is what is expected or nothing follows."""
        text, quiet, begun = "", 0.0, time.monotonic()
        while time.monotonic() - begun < _PATIENCE:
            time.sleep(0.1)
            before, text = text, self._more()
            quiet = quiet + 0.1 if text and text == before else 0.0
            as_long = text.count("\n") >= expected.count("\n")
            # A page that is written takes another text of as many lines, once no more follows.
            if (writing and as_long and quiet > 2) or (
                pattern(expected).fullmatch(text) and (text or not writing)
            ):
                break
        self._read += len(text.encode())
        return text

    def _more(self) -> str:
        return os.pread(self._output.fileno(), 1 << 20, self._read).decode()

    def end(self) -> None:
        """Interrupt it, as Ctrl-C does."""
        if self._runs.poll() is None:
            os.killpg(self._runs.pid, signal.SIGINT)
        self._runs.wait(_PATIENCE)
        self._output.close()


def _environment() -> dict[str, str]:
    """Output for people, without colours, of the same width everywhere, at once."""
    shown = {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **shown}


def _ran(command: list[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603  # what a page of the project says
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False,
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
    # Ignored, as by a shell that starts this in the background, Ctrl-C is so in every terminal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    path = Path(asked.program).absolute()
    program = program_at(str(path))
    # The shell of a page finds the same program.
    os.environ["PATH"] = f"{path.parent}{os.pathsep}{os.environ['PATH']}"
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
