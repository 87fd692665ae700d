"""Verbs in processes of their own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.processes import SERVER
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
        self._folder = tempfile.TemporaryDirectory()
        self.driver = Driver(Path(self._folder.name))
        """The merge driver, in this process: `tests/git` has it in a process of its own."""

    def __call__(self, where: Path, *arguments: str) -> Ran:
        test = {n: v for n, v in os.environ.items() if n == "PYTEST_CURRENT_TEST"}
        code, out, err = SERVER.run(*arguments, cwd=where, env={**ENVIRONMENT, **test})
        return Ran(code, out.decode(), err.decode())

    def close(self) -> None:
        self.driver.stop()
        self._folder.cleanup()
        assert not self.driver.problem, self.driver.problem
