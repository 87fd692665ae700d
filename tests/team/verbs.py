"""Verbs in processes of their own, without a new interpreter for each: a server that forks."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.team.clones import Driver
from tests.team.repository import ENVIRONMENT


class Ran(NamedTuple):
    """What a verb left behind."""

    code: int
    out: str
    err: str


class Verbs:
    """Runs verbs; each is a process that begins when it is asked for and ends with its verb."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=ENVIRONMENT, cwd=Path(__file__).parents[2], text=True,
        )  # fmt: skip
        self._folder = tempfile.TemporaryDirectory()
        self.driver = Driver(Path(self._folder.name))
        """The merge driver, in this process: `tests/git` has it in a process of its own."""

    def __call__(self, where: Path, *arguments: str) -> Ran:
        assert self._server.stdin and self._server.stdout
        print(json.dumps([str(where), arguments]), file=self._server.stdin, flush=True)
        answer: list[Any] = json.loads(self._server.stdout.readline())
        return Ran(*answer)

    def close(self) -> None:
        self._server.communicate()
        self.driver.stop()
        self._folder.cleanup()
        assert not self.driver.problem, self.driver.problem


def warm() -> None:
    """Load what verbs load when they are used, so that every child has it."""
    from prometeu_assets.cli.app import run

    with (
        tempfile.TemporaryDirectory() as where,
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        for line in ("init .", "new sound-bank assets/a", "forget 1", "register assets/a",
                     "exclude 1", "include 1", "doctor --fix", "build", "release", "list",
                     "migrate"):  # fmt: skip
            with contextlib.chdir(where):
                run([*line.split(), "--format", "json"])


def serve() -> None:
    """Answer every line of the standard input."""
    from prometeu_assets.cli.app import run

    warm()
    for line in sys.stdin:
        where, arguments = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                os.chdir(where)
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                code = 70
                try:
                    code = run(arguments)
                    sys.stdout.flush()
                    sys.stderr.flush()
                finally:
                    os._exit(code)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode())
        sys.stdout.write(f"{json.dumps([code, *texts])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
