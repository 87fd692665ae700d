"""Fixtures: a folder with a secret beside it, and the ways to open a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from prometeu_assets.storage import paths


@pytest.fixture(params=["descriptors", "kept", "portable"])
def way(
    request: pytest.FixtureRequest, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The ways to open a file; with the second, folders stay open for the next one."""
    if request.param == "portable":
        monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    elif not paths.DIRECTORY_DESCRIPTORS:
        pytest.skip("no directory descriptors on this system")
    with paths.folders_kept(tree) if request.param == "kept" else nullcontext():
        yield str(request.param)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A root with one of everything, and a secret beside it."""
    root = tmp_path / "root"
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "file").write_bytes(b"top")
    (root / "folder" / "deep" / "file").write_bytes(b"deep")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "file").write_bytes(b"secret")
    return root
