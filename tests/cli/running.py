"""Running the command line, in this process and in another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

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


def other_process(
    *arguments: object, cwd: Path, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "prometeu_assets", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )
