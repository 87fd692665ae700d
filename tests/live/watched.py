"""A process that watches a project, and what it says of each round."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import threading
from pathlib import Path
from typing import Any, Self

from tests.processes import RESOURCES, SERVER, Process

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
        self.command = [*verb, *arguments, *(["--format", "json"] if is_json else [])]
        pipes = [os.pipe(), os.pipe()]
        with open(os.devnull, "rb") as nothing:
            self.process = Process(
                SERVER.address, self.command, cwd=str(project),
                env={**os.environ, "PYTHONWARNINGS": RESOURCES, **env},
                streams=(nothing.fileno(), *(writing for _, writing in pipes)),
            )  # fmt: skip
        for _, writing in pipes:
            os.close(writing)
        self._out, self._err = (os.fdopen(reading, "rb") for reading, _ in pipes)
        self._ended = False
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._out:
            self._lines.put(line)
        self._lines.put(b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._ended:
            self.end(signal.SIGKILL)
        self._reader.join()
        self._out.close()
        self._err.close()

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
        os.kill(self.process.pid, number)
        code = self.process.wait(timeout=60)
        self._ended = True
        return code, self._err.read().decode()
