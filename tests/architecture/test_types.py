"""What a type checker knows of the package, as its users have it.

``python -m tests.types`` asks pyright the same.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.types import faults, write

KNOWN: Final = Path(__file__).parents[2] / ".mypy_cache" / "users"
"""Where the checker keeps what it knows of files that stay as they are, for the next run."""


def test_a_name_that_is_wrong_fails_a_type_checker(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary")
    done = subprocess.run(
        [*command, "--cache-dir", str(KNOWN), *write(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = []
    for text in done.stdout.splitlines():
        file, line, kind, message = text.split(":", 3)
        if kind.strip() == "error":
            found.append((file, int(line), message))
    assert faults(found) == []
