"""What a person met, as golden text: command, exit code and every word."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.cli.running import Ran
from tests.workspace.projects import Project

_UPDATE = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


def file_of(folder: Path, case: str) -> Path:
    return folder / f"{re.sub('[^a-z0-9]+', '-', case.lower()).strip('-')}.txt"


def transcript(command: list[str], ran: Ran, game: Project) -> str:
    said = f"$ prometeu-assets {' '.join(command)}\nexit {ran.code}\n"
    for name, text in (("stdout", ran.out), ("stderr", ran.err)):
        said += f"--- {name}\n{text}" if text else ""
    return said.replace(str(game.path), "GAME").replace(str(game.path.parent), "PARENT")


def hold(file: Path, said: str) -> None:
    """The text is the golden one, or becomes it."""
    if _UPDATE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")
