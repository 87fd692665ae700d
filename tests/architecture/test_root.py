"""What lies at the root of the checkout: nothing that a test or a tool left there."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TRACKED = {
    ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "README.md", "SECURITY.md", "benchmarks", "conformance", "examples", "fuzz", "mkdocs.yml",
    "pyproject.toml", "requirements", "schemas", "spec", "src", "tests", "tools",
}  # fmt: skip
MADE_BY_OTHERS = {"PKG-INFO"}
"""The file that an unpacked source distribution has besides."""


def ignored() -> list[str]:
    """The patterns of `.gitignore` that can match a name at the root."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    patterns = [line.strip("/") for line in lines]
    return [pattern for pattern in patterns if "/" not in pattern]


def test_nothing_else_lies_at_the_root() -> None:
    patterns = ignored()
    found = {path.name for path in ROOT.iterdir()}
    # An editor keeps its things in names with a dot.
    strangers = {
        name
        for name in found - TRACKED - MADE_BY_OTHERS
        if not name.startswith(".") and not any(fnmatchcase(name, p) for p in patterns)
    }
    assert not strangers, "who writes into the current directory?"
    assert not TRACKED - found
