"""A pack that is truncated in place while a verb reads it: exit code 3, and never a signal.

No verb maps a pack: touching a lost page of a mapping would kill the process.
"""

from __future__ import annotations

import mmap
import os
import shutil
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.shipper.cartridges import game
from tests.workspace.projects import Project, draw

import prometeu_assets as pa


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = game(tmp_path / "game")
    monkeypatch.chdir(made.path)
    return made


PACK, ALONE = "build/assets.pa", "alone/old.pa"
VERBS: dict[str, tuple[str, ...]] = {
    "inspect": ("inspect", PACK),
    "inspect as a page": ("inspect", PACK, "--html", "page.html"),
    "validate": ("validate", PACK),
    "validate as a writer": ("validate", PACK, "--profile", "writer"),
    "verify": ("verify", PACK),
    "extract": ("extract", PACK, "--out", "out"),
    "extract decoded": ("extract", PACK, "--out", "out", "--decode"),
    "diff, old": ("diff", PACK, "copy.pa"),
    "diff, new": ("diff", "copy.pa", PACK),
    "release": ("release",),
    "ship": ("ship", "--out", "cartridge"),
    "boot": ("boot", "shipped"),
}
REREAD: dict[str, tuple[str, ...]] = {
    "build": ("build",),
    "build --check": ("build", "--check"),
}
"""What takes slices from the last pack, and makes them anew when there is none."""


@pytest.fixture
def ready(project: Project, cli: Cli) -> Project:
    assert cli("ship", "--out", "shipped").code == 0
    (project.path / "alone").mkdir()
    for name in ("copy.pa", ALONE):
        (project.path / name).write_bytes((project.path / PACK).read_bytes())
    return project


@pytest.mark.parametrize("verb", [*VERBS, *REREAD])
def test_no_verb_maps_a_pack(
    verb: str, ready: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a pack was mapped")

    monkeypatch.setattr(mmap, "mmap", refuse)
    assert cli(*(VERBS | REREAD)[verb]).code == 0
    with pytest.raises(AssertionError, match="mapped"):
        pa.open(PACK)


class Truncating:
    """`os.pread`, which first empties the file when its bytes are asked for the ``at``-th time."""

    def __init__(self, path: Path, at: int) -> None:
        self.path, self.at, self.reads, self.real = path, at, 0, os.pread
        self.file = path.stat()

    def __call__(self, number: int, size: int, offset: int) -> bytes:
        if os.path.samestat(os.fstat(number), self.file):
            self.reads += 1
            if self.reads == self.at:
                os.truncate(self.path, 0)
        return self.real(number, size, offset)


@pytest.mark.skipif(not hasattr(os, "pread"), reason="the reads of a file are counted")
@pytest.mark.parametrize("verb", [*VERBS, *REREAD])
def test_a_pack_that_is_truncated_meanwhile(
    verb: str, ready: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ready.path / {"boot": "shipped/assets.pa", "doctor": ALONE}.get(verb, PACK)
    if verb.startswith("build"):
        draw(ready.root("hero") / "sheet.png", 2)  # the pack is read for what differs, or stays
    whole = path.read_bytes()
    for at in range(1, 100):
        counted = Truncating(path, at)
        monkeypatch.setattr(os, "pread", counted)
        ran = cli(*(VERBS | REREAD)[verb])
        monkeypatch.setattr(os, "pread", counted.real)
        if counted.reads < at:
            assert at > 2, "the pack was read"
            assert ran.code == (verb == "build --check"), ran.err
            return
        assert ran.code == 3 or (verb in REREAD and ran.code in (0, 1)), (at, ran)
        assert not any((ready.path / name).exists() for name in ("page.html", "cartridge"))
        shutil.rmtree(ready.path / "out", ignore_errors=True)  # whole files of it stay
        path.write_bytes(whole)
    raise AssertionError("it ends")
