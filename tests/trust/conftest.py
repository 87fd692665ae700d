"""Fixtures: the command line, a project, and a watch over calls that would block for ever."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.memory import memory
from tests.trust.obstacles import THREE_CASES
from tests.workspace.projects import Project

from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.ledger import LEDGER
from prometeu_assets.packer.build import build


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A project of two assets, not built, in a folder of its own."""
    made = Project(tmp_path / "game")
    made.tiles("art/hero")
    made.sounds("fx")
    return made


@pytest.fixture
def project(fresh: Project) -> Project:
    """The same, built."""
    build(fresh.path)
    return fresh


@pytest.fixture
def small_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kit that verbs find has three cases."""
    whole, folder = kits.load(), tmp_path / "small-kit"
    shutil.copytree(whole.directory / "readers", folder / "readers")
    for name in ("README.md", "PROTOCOL.md"):
        shutil.copy(whole.directory / name, folder)
    chosen = whole.only(*THREE_CASES)
    (folder / kits.MANIFEST).write_text(json.dumps(whole.listing(chosen)))
    lines = (whole.directory / LEDGER).read_text().splitlines(keepends=True)
    (folder / LEDGER).write_text("".join(x for x in lines if json.loads(x)["id"] in THREE_CASES))
    for vector in chosen:
        for name in filter(None, (vector.file, vector.expect, vector.values)):
            (folder / name).parent.mkdir(exist_ok=True)
            copy = shutil.copytree if (whole.directory / name).is_dir() else shutil.copy
            copy(whole.directory / name, folder / name)
    monkeypatch.setattr(kits, "kit_directory", lambda: folder)


@pytest.fixture
def fast() -> Iterator[Path]:
    """A folder where files are fast."""
    with tempfile.TemporaryDirectory(prefix="prometeu-place-", dir=memory()) as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def watched() -> Iterator[None]:
    """Opening a pipe that nobody writes to blocks for ever; this ends it, as an error."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise AssertionError("it blocks")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
