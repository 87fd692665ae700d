"""Fixtures: a folder with a secret beside it, and both ways to open a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from prometeu_assets.storage import paths


@pytest.fixture(params=["descriptors", "portable"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to open a file."""
    if request.param == "portable":
        monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    elif not paths.DIRECTORY_DESCRIPTORS:
        pytest.skip("no directory descriptors on this system")
    return str(request.param)


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
