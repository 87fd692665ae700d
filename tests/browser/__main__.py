"""Open the inspector and the docs site in headless Chromium: ``python -m tests.browser``.

The packs and what must be seen of them are made by Python; ``*.test.mjs`` looks with Chromium.
npm installs what drives it, as locked; Chromium is the system's, or what ``CHROMIUM`` names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.inputs import make, saved
from tests.npm import installed

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Run the tests whose names hold the argument, or all; returns the exit code."""
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        raise SystemExit("there is no Chromium: install it, or name it in CHROMIUM")
    with TemporaryDirectory() as folder:
        place = Path(folder)
        installed(HERE, place)
        for file in HERE.glob("*.mjs"):
            shutil.copy(file, place)
        make(place)
        chosen = [f"--test-name-pattern={name}" for name in arguments]
        done = subprocess.run(
            [
                "node",
                "--test",
                "--test-reporter=spec",
                "--test-concurrency=1",
                *chosen,
                *sorted(place.glob("*.test.mjs")),
            ],
            cwd=place,
            env={**os.environ, "CHROMIUM": chromium, "PYTHON": sys.executable},
            check=False,
        )
        shots = os.environ.get("SHOTS")
        if shots is not None:
            shutil.copytree(place / "shots", shots, dirs_exist_ok=True)
        if done.returncode == 0 and not arguments:
            saved(place)
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
