"""Somebody swaps a folder for a link to another, all the time, while we read: never its bytes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.workspace.projects import Project

from prometeu_assets.banks import TILES
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.sources import read_inputs
from prometeu_assets.storage import folders, paths
from prometeu_assets.workspace.declarations import load
from prometeu_assets.workspace.registry import Registry

ROUNDS = 150


@contextmanager
def swapping(place: Path, outside: Path) -> Iterator[Callable[[], int]]:
    """Swap ``place`` for a link to ``outside`` and back in a thread; how often it was done."""
    aside = place.with_name("aside")
    stop, swaps = threading.Event(), 0

    def swap() -> None:
        nonlocal swaps
        while not stop.is_set():
            place.rename(aside)
            place.symlink_to(outside, target_is_directory=outside.is_dir())
            swaps += 1
            for _ in range(30):
                place.lstat()  # leaves it there for a moment
            place.unlink()
            aside.rename(place)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield lambda: swaps
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)


def outcomes(read: Callable[[], set[object]], swaps: Callable[[], int]) -> set[object]:
    """What came of reading again and again, until there were many swaps and the link was met."""
    found: set[object] = set()
    for _ in range(1_000_000):
        try:
            found |= read()
        except Refused as refused:
            found |= set(refused.report.codes)
        if swaps() >= ROUNDS and "PATH_SYMLINK" in found:
            return found
    raise AssertionError("the link was never met")


@pytest.fixture(params=["descriptors", "portable"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "portable":
        monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    elif not paths.DIRECTORY_DESCRIPTORS:
        pytest.skip("no directory descriptors on this system")


@pytest.mark.skipif(os.name == "nt", reason="an open folder is not renamed there")
@pytest.mark.parametrize("where", ["art", "art/hero", "art/hero/colors.hex"])
def test_inputs(fresh: Project, way: None, where: str) -> None:
    outside = fresh.path.with_name("outside")
    secret = "".join(f"{seed:02x}{seed:02x}{seed:02x}\n" for seed in range(4)).encode()
    for place in ("hero", "."):
        (outside / place).mkdir(parents=True, exist_ok=True)
        (outside / place / "colors.hex").write_bytes(secret)
        (outside / place / "sheet.png").write_bytes(b"secret")
    declaration = load(fresh.path, Registry.load(fresh.path, CURRENT).assets[0], CURRENT)
    good = {item.data for item in read_inputs(fresh.path, declaration, TILES, CURRENT)}
    target = outside / "colors.hex" if where.endswith(".hex") else outside
    with swapping(fresh.root(where), target) as swaps:
        found = outcomes(
            lambda: {item.data for item in read_inputs(fresh.path, declaration, TILES, CURRENT)},
            swaps,
        )
    assert not found & {secret, b"secret"}
    assert found <= good | {"PATH_SYMLINK", "PATH_MISSING", "PATH_UNREADABLE", "PATH_KIND"}


@pytest.mark.skipif(os.name == "nt", reason="an open folder is not renamed there")
@pytest.mark.skipif(not paths.DIRECTORY_DESCRIPTORS, reason="only descriptors hold a folder fast")
def test_names_and_sizes(fresh: Project) -> None:
    outside = fresh.path.with_name("outside")
    (outside / "hero" / "secret").mkdir(parents=True)
    (outside / "hero" / "secret" / "asset.json").write_bytes(b"")

    def read() -> set[object]:
        return {
            *folders.find_roots(fresh.path, "assets"),
            *folders.files_below(fresh.path, "assets/art"),
            *folders.names_in(fresh.path, "assets/art/hero"),
        }

    good = read()
    with swapping(fresh.root("art"), outside) as swaps:
        found = outcomes(read, swaps)
    aside = {name.replace("art", "aside") for name in good if isinstance(name, str)}
    codes = {"PATH_SYMLINK", "PATH_MISSING", "PATH_UNREADABLE"}
    assert found <= good | aside | codes, "a name from outside"
