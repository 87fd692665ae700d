"""A workspace in a git repository of its own, and the commands to branch and merge it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import EllipsisType

import pytest
from tests.workspace.projects import INDEX

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.project import init
from prometeu_assets.workspace.registry import Registry, read_index

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
}


class Repository:
    """A project under git: every change through the product, every merge through git."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> None:
        """A project in a new repository."""
        init(self.path)
        self.git("-c", "init.defaultBranch=main", "init", "--quiet")
        for name, value in (("user.name", "A"), ("user.email", "a@example.org"),
                            ("core.autocrlf", "false"), ("commit.gpgsign", "false")):  # fmt: skip
            self.git("config", name, value)

    def git(self, *arguments: str, code: int | EllipsisType = 0) -> str:
        """Run git here; it ends with ``code``, or ``...`` for any."""
        ran = subprocess.run(
            ["git", *arguments], cwd=self.path, env={**os.environ, **ENVIRONMENT},
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        assert code in (..., ran.returncode), ran.stdout + ran.stderr
        return ran.stdout

    def commit(self, message: str = "change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def branch(self, name: str) -> None:
        """A new branch that starts at main."""
        self.git("checkout", "--quiet", "-b", name, "main")

    def merge(self, name: str, *options: str, conflicts: bool = False) -> None:
        self.git("merge", "--no-edit", "--quiet", *options, name, code=1 if conflicts else 0)

    def conflicts(self) -> list[str]:
        """The files in conflict."""
        return self.git("diff", "--name-only", "--diff-filter=U").split()

    def root(self, name: str) -> Path:
        return self.path / "assets" / name

    def new(self, *roots: str) -> None:
        for root in roots:
            new("tile-bank", self.root(root), project=self.path)

    def move(self, old: str, new: str) -> None:
        self.root(new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", f"assets/{old}", f"assets/{new}")

    def index(self) -> str:
        return (self.path / INDEX).read_text(encoding="utf-8")

    def write_index(self, text: str) -> None:
        (self.path / INDEX).write_text(text, encoding="utf-8")

    def take_both(self) -> None:
        """Resolve the index as people do: remove the marks, keep every line."""
        lines = self.index().splitlines(keepends=True)
        marks = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
        self.write_index("".join(line for line in lines if not line.startswith(marks)))

    def uuid(self, root: str) -> str:
        """What the document at a root says."""
        return str(json.loads((self.root(root) / "asset.json").read_bytes())["asset_uuid"])

    def roots(self) -> set[str]:
        """The roots that the registry has, relative to the project."""
        return {row.directory for row in read_index(self.path, CURRENT).assets}

    def ids(self) -> dict[str, int]:
        return {row.root: row.asset_id for row in Registry.load(self.path, CURRENT).assets}


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The project as every test finds it."""
    if shutil.which("git") is None:
        pytest.fail("these tests run git: install it")
    made = Repository(tmp_path_factory.mktemp("git") / "game")
    made.begin()
    made.new("hero", "fish", "moth")
    made.commit("begin")
    return made


@pytest.fixture
def game(tmp_path: Path, begun: Repository) -> Repository:
    """Three assets, hero, fish and moth with the ids 1, 2 and 3, on main."""
    return Repository(shutil.copytree(begun.path, tmp_path / "game"))
