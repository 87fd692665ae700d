"""Git repositories that hold a project, for stories and for the simulator.

Nothing here imports the product: the rows of an index are found line by line.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

INDEX = "assets/.prometeu/index.json"
RECORD = "assets/.prometeu/released.json"

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_MERGE_AUTOEDIT": "no",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    "GIT_EDITOR": "true", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8",
}  # fmt: skip

_ROW = re.compile(r'\{\s*"asset_id".*\}')
_MARK = re.compile(r"^(<{7}|\|{7}|={7}|>{7})( .*)?$")


class Row(NamedTuple):
    """One row of an index or of a record.

    ``uuid`` is empty where nobody knows whose id it was; ``root`` is None in a record and when
    the asset is forgotten; ``given_up`` is for a record alone.
    """

    id: int
    uuid: str = ""
    root: str | None = None
    built: bool = True
    given_up: bool = False


def rows(text: str) -> list[Row]:
    """The rows of an index or a record of any version, in the order of the file."""
    found = (_ROW.search(line) for line in text.splitlines())
    values = [json.loads(match[0]) for match in found if match]
    return [
        Row(v["asset_id"], v.get("asset_uuid", ""), v.get("root"),
            v.get("included_in_build", True), v.get("given_up", False))
        for v in values
    ]  # fmt: skip


def without_marks(text: str) -> str:
    """Both sides of every conflict, as a person keeps them: no mark, and nothing of the base."""
    kept: list[str] = []
    base = False
    for line in text.splitlines(keepends=True):
        mark = _MARK.match(line.rstrip("\r\n"))
        if mark:
            base = mark[1].startswith("|")
        elif not base:
            kept.append(line)
    return "".join(kept)


def declaration(uuid: str, name: str) -> str:
    """An asset.json of a sound bank of one sample, ``a.wav``."""
    value = {
        "schema_version": 2, "asset_uuid": uuid, "name": name, "type": "sound_bank",
        "inputs": {"samples": ["a.wav"]},
        "output": {"format": "SOUNDS/pcm16le_v1", "codec": "NONE", "metadata": {"sample_rate": 8000}},
        "preload": {"enabled": False},
    }  # fmt: skip
    return json.dumps(value, indent=2) + "\n"


def sound(seed: int) -> bytes:
    """A WAV file of two frames."""
    data = struct.pack("<2h", seed % 30000, -1)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16,
                       1, 1, 8000, 16000, 2, 16, b"data", len(data))  # fmt: skip
    return head + data


class Repository:
    """A work tree."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, codes: Iterable[int] = (0,)) -> subprocess.CompletedProcess[str]:
        """Run git here."""
        ran = subprocess.run(
            ["git", *arguments], cwd=self.path, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert ran.returncode in codes, (arguments, ran.returncode, ran.stdout, ran.stderr)
        return ran

    def commit(self, message: str = "change") -> None:
        """Commit everything that differs."""
        self.git("add", "--all", "--sparse")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def read(self, name: str) -> str:
        """The text of a file, line ends as they are; empty without the file."""
        try:
            return (self.path / name).read_bytes().decode()
        except FileNotFoundError:
            return ""

    def write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(text.encode())

    def show(self, commit: str, name: str = INDEX) -> str:
        """A file as it is in a commit; empty without it."""
        return self.git("show", f"{commit}:{name}", codes=(0, 128)).stdout

    def rows(self, name: str = INDEX) -> list[Row]:
        return rows(self.read(name))

    def begin(self, root: str, uuid: str, name: str | None = None, seed: int = 1) -> None:
        """Write the files of an asset root. ``root`` is relative to ``assets/``."""
        self.write(f"assets/{root}/asset.json", declaration(uuid, name or f"{root}-{uuid[:8]}"))
        (self.path / "assets" / root / "a.wav").write_bytes(sound(seed))

    def roots(self) -> dict[str, str]:
        """The roots on the disk, and the uuid of each; an empty one where none can be read."""
        found: dict[str, str] = {}
        top = self.path / "assets"
        for path in sorted(top.rglob("asset.json")):
            if ".prometeu" in path.parts:
                continue
            try:
                value: Any = json.loads(path.read_bytes())
                uuid = str(value.get("asset_uuid", ""))
            except ValueError:
                uuid = ""
            found[path.parent.relative_to(top).as_posix()] = uuid
        return found

    def unmerged(self) -> dict[str, dict[int, str]]:
        """The files in conflict: stage (1 base, 2 ours, 3 theirs) to blob."""
        found: dict[str, dict[int, str]] = {}
        for line in self.git("ls-files", "-u", "-z").stdout.split("\0"):
            if line:
                (_, blob, stage), path = line.split("\t")[0].split(), line.split("\t")[1]
                found.setdefault(path, {})[int(stage)] = blob
        return found
