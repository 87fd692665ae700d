"""Running the command line, in this process and in another."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.processes import SERVER, Process

from prometeu_assets.cli.app import run
from prometeu_assets.contract.current import CURRENT


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    def value(self, schema: str) -> Any:
        """The one JSON value on stdout, which obeys its schema."""
        value = json.loads(self.out)
        assert list(CURRENT.documents.violations((schema, CURRENT.newest(schema)), value)) == []
        return value


class Cli:
    """The command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)


_BEGINNING = ("LC_", "LANG", "PYTHON")
"""What is said to an interpreter before it begins."""


def at_a_terminal(
    *arguments: object,
    typed: bytes = b"",
    interrupt: bool = False,
    size: tuple[int, int] = (80, 24),
    **env: str,
) -> tuple[int, str]:
    """The exit code, and all that a person sees who has typed this; ``size`` is the window's.

    With ``interrupt`` the person interrupts what waits after it has printed something.
    It is a terminal of 24-bit colours, outside of CI, unless ``env`` says otherwise.
    """
    import pty  # Unix alone has them
    import termios

    ours, theirs = pty.openpty()
    columns, lines = size
    termios.tcsetwinsize(theirs, (lines, columns))
    told = {"CI", "NO_COLOR", "COLUMNS", "LINES"}
    environment = {name: value for name, value in os.environ.items() if name not in told}
    environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
    if typed:
        os.write(ours, typed)
    command = [str(argument) for argument in arguments]
    process: Process | subprocess.Popen[bytes]
    if any(name.startswith(_BEGINNING) for name in env):
        process = subprocess.Popen(
            [sys.executable, "-m", "prometeu_assets", *command],
            stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, **env},
            start_new_session=True,
        )  # fmt: skip
    else:
        streams = (theirs, theirs, theirs)
        process = Process(
            SERVER.address, command, cwd=os.getcwd(), env={**environment, **env}, streams=streams
        )
    os.close(theirs)
    waiting = select.poll()  # which takes any number of open files
    waiting.register(ours, select.POLLIN)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
            # A signal before the process waits for an answer would be seen after the answer.
            while interrupt and not waiting.poll(500):
                os.kill(process.pid, signal.SIGINT)
    except OSError:  # on Linux the end of a terminal
        pass
    os.close(ours)
    return process.wait(), seen.decode().replace("\r\n", "\n")


def other_process(
    *arguments: object, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own."""
    env = env or {}
    if not any(name.startswith(_BEGINNING) for name in env):
        ran = SERVER.run(*arguments, cwd=cwd, env={**os.environ, **env})
        return subprocess.CompletedProcess(arguments, *ran)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "prometeu_assets", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        timeout=60,
        check=False,
    )
