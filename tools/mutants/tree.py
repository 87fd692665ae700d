"""Copies of the project, in which code is changed and tests are run."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = "src/prometeu_assets"


def files() -> list[str]:
    """The files of the working tree that are not ignored, by name."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603
    return sorted(name for name in set(os.fsdecode(listed).split("\0")) if (ROOT / name).is_file())


def commit() -> str:
    """The hash of the commit that is checked out."""
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode().strip()


def digest(*parts: str) -> str:
    """One digest of the names and the bytes of all files below these parts."""
    whole = hashlib.sha256()
    for name in files():
        if name.startswith(parts):
            whole.update(
                f"{name}\0{hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}".encode()
            )
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A copy of the project in a directory that is the copy's own."""

    path: Path

    @classmethod
    def copied(cls, path: Path) -> Tree:
        """The working tree as it is now, without what is ignored."""
        for name in files():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name, follow_symlinks=False)
        return cls(path)

    def write(self, name: str, data: bytes) -> None:
        """Change one file, and forget what Python compiled from it."""
        path = self.path / name
        path.write_bytes(data)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()

    def run(
        self, command: tuple[str, ...], seconds: float | None, environment: Mapping[str, str]
    ) -> tuple[int | None, str]:
        """(exit code, what it printed); no code when the time was over and it was ended."""
        scratch = self.path.with_name(f"{self.path.name}-scratch")
        scratch.mkdir(exist_ok=True)
        mine = {
            "PYTHONPATH": os.pathsep.join(
                str(self.path / part) for part in ("tools/mutants/child", "src", ".")
            ),
            "TMPDIR": str(scratch),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch),
            **environment,
        }
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, *command],
            cwd=self.path,
            env={**os.environ, **mine},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            printed = child.communicate(timeout=seconds)[0]
            code = child.returncode
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            printed, code = child.communicate()[0], None
        shutil.rmtree(scratch, ignore_errors=True)
        return code, printed.decode(errors="replace")
