"""What npm installs for a check, as locked beside the check."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def installed(lock: Path, place: Path) -> None:
    """Install into ``place`` what the package and its lock in the folder ``lock`` say."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock / name, place)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=place, check=True)
