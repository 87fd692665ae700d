"""A process that watches a project, and what it says of each round."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.build import build
from prometeu_assets.shipper.verify import verify

OUTPUTS = ("assets.pa", "asset_table.json", "preload.json", "asset_table_metadata.json")


def cold(project: Path, beside: Path) -> dict[str, bytes]:
    """What a build without a memory makes of the sources as they are now."""
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(
        project, beside, symlinks=True, ignore=shutil.ignore_patterns("build", "cache.json")
    )
    build(beside, fresh=True)
    return published(beside)


def published(project: Path) -> dict[str, bytes]:
    return {name: (project / "build" / name).read_bytes() for name in OUTPUTS}


class Watched:
    """``build --watch``, or another verb, in a process of its own, with a line of JSON for a round.

    Without ``is_json`` it talks to people.
    """

    def __init__(
        self,
        project: Path,
        *arguments: str,
        verb: tuple[str, ...] = ("build", "--watch"),
        is_json: bool = True,
        **env: str,
    ) -> None:
        self.project = project
        # A shell without job control has what it starts ignore the signal.
        begin = (
            "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
            "from prometeu_assets.cli import main; main()"
        )
        self.command = [*verb, *arguments, *(["--format", "json"] if is_json else [])]
        # The signal may come between opening something and the `with` that closes it.
        warnings = ("-W", "error", "-W", "ignore::ResourceWarning")
        self.process = subprocess.Popen(
            [sys.executable, *warnings, "-c", begin, *self.command],
            cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **env},
        )  # fmt: skip
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def line(self, *, within: float = 60) -> str:
        return self._lines.get(timeout=within).decode()

    def round(self) -> dict[str, Any]:
        """The next round, which obeys its schema."""
        value: dict[str, Any] = json.loads(self.line())
        key = ("watch-round", CURRENT.newest("watch-round"))
        assert list(CURRENT.documents.violations(key, value)) == []
        return value

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing is said for some time."""
        try:
            self.line(within=seconds)
        except queue.Empty:
            return True
        return False

    def until(self, **wanted: object) -> dict[str, Any]:
        """The next round with these members; a change may come in two parts."""
        while True:
            found = self.round()
            if all(found[name] == value for name, value in wanted.items()):
                return found

    def agrees(self, beside: Path) -> bool:
        """Whether what is published is what a cold build makes, and belongs together."""
        assert verify(self.project / "build/assets.pa").ok
        return published(self.project) == cold(self.project, beside)

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it by a signal: its exit code, and what it said to people."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert self.process.stderr is not None
        return code, self.process.stderr.read().decode()
