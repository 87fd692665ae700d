"""What is said when the environment fails: a line that says what, and one that helps."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.every import every

from prometeu_assets.cli.environment import explained

CASES: list[tuple[int, str | None]] = [
    (errno.ENOSPC, "free some space"),
    (errno.EDQUOT, "free some space"),
    (errno.EROFS, "is read-only"),
    (errno.EACCES, "permissions"),
    (errno.EPERM, "permissions"),
    (errno.EIO, None),
    (errno.ENOENT, None),
    (errno.EISDIR, None),
]


@every(
    [(number, hint, name) for number, hint in CASES for name in [None, "some/file", 3, b"bytes"]]
)
def test_an_error(number: int, hint: str | None, name: object) -> None:
    error = OSError(number, os.strerror(number), name)
    said = explained(error).text
    assert said.startswith("failed: ")
    assert os.strerror(number) in said
    assert ("hint" in said) == (hint is not None)
    assert hint is None or hint in said


def test_an_error_without_a_number() -> None:
    assert explained(OSError("something")).text == "failed: something"


def test_a_name_that_is_nearly_right(tmp_path: Path) -> None:
    (tmp_path / "assets.pa").touch()
    error = FileNotFoundError(errno.ENOENT, "gone", str(tmp_path / "asset.pa"))
    assert explained(error).text.endswith(f"did you mean {tmp_path / 'assets.pa'}?")
    error = FileNotFoundError(errno.ENOENT, "gone", str(tmp_path / "none" / "asset.pa"))
    assert "hint" not in explained(error).text


@pytest.mark.parametrize("place", ["assets.pa", "build/assets.pa"])
def test_a_folder_that_holds_the_pack(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).touch()
    error = IsADirectoryError(errno.EISDIR, "is a folder", str(tmp_path))
    assert explained(error).text.endswith(f"give the pack in it: {tmp_path / place}")


def test_a_pipe_in_the_place_of_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    error = NotADirectoryError(errno.ENOTDIR, "no folder", str(tmp_path / "pipe"))
    assert explained(error).text.endswith("do not exist yet.")


def test_a_console_that_lacks_a_character_shows_another() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prometeu_assets", "inspect", "ш.pa"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert b"?.pa" in done.stderr
    assert b"Traceback" not in done.stderr
