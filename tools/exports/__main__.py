"""Compile ``assets_pa.ksy`` to Python with the compiler from npm, for ``tests/exports``.

``python -m tools.exports`` writes the parser; ``--check`` writes nothing and fails when it is not
what the compiler makes. The tests need no network: the parser names the description that it was
made from by its digest.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml

from prometeu_assets.contract.current import CURRENT
from tools.exports import EXPORTS
from tools.exports.languages import NAME

ROOT: Final = Path(__file__).resolve().parents[2]
COMPILER: Final = Path(__file__).with_name("compiler")
PARSER: Final = ROOT / f"tests/exports/{NAME}.py"


def lead(description: str) -> str:
    """The first line of the parser of a description."""
    return f"# Compiled from {NAME}.ksy, SHA-256 {sha256(description.encode()).hexdigest()}\n"


def compiled(description: str, language: str = "python") -> str:
    """The parser of a description. Raises `CalledProcessError` when npm or the compiler fails."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "compiler"
        shutil.copytree(COMPILER, folder)
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=folder, check=True)  # noqa: S603
        done = subprocess.run(  # noqa: S603
            ["node", "compile.mjs", language],  # noqa: S607
            cwd=folder, input=json.dumps(yaml.safe_load(description)), stdout=subprocess.PIPE,
            encoding="utf-8", check=True,
        )  # fmt: skip
        return done.stdout


def main(arguments: list[str]) -> int:
    """Write the parser, or with ``--check`` say that it is stale."""
    description = EXPORTS[f"{NAME}.ksy"](CURRENT)
    text = lead(description) + compiled(description)
    if PARSER.exists() and PARSER.read_text("utf-8") == text:
        print("the parser is up to date")
        return 0
    if "--check" in arguments:
        print(f"stale: {PARSER.relative_to(ROOT)}; run python -m tools.exports")
        return 1
    PARSER.write_text(text, "utf-8", newline="\n")
    print(f"wrote {PARSER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
