"""Whatever is interrupted, at whatever moment: all documents are old, or all are new."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.migrate.documents import backups, documents
from tests.storage.test_transaction import Crash, crashes
from tests.workspace.projects import Project

from prometeu_assets.storage.transaction import WORKSPACE, recover, unfinished
from prometeu_assets.workspace.migrate import discard_backups, migrate

BACKUP = "1-asset-v1-index-v1"


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Makes the same project of two assets anew; syncs are idle: no loss of power is played."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    first = Project(tmp_path / "first", version=1)
    for root in ("a", "b/c"):
        first.sounds(root)

    def make() -> Path:
        base = tmp_path / "fresh"
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(first.path, base)
        return base

    return make


@pytest.mark.parametrize(
    ("error", "after"), [(Crash, True), (KeyboardInterrupt, False), (OSError, True)]
)
def test_an_interruption_at_every_file_operation(
    fresh: Callable[[], Path], error: type[BaseException], after: bool
) -> None:
    old = documents(fresh())
    migrate(base := fresh())
    new = documents(base)
    assert len(old) == 3 and all(old[name] != new[name] for name in old)
    outcomes = []
    for n in itertools.count(1):
        base = fresh()
        stopped = crashes(lambda base=base: migrate(base), n, after=after, error=error)  # type: ignore[misc]
        for name, text in documents(base).items():
            assert text in (old[name], new[name]), "every document is whole at every instant"
        committed = unfinished(base / WORKSPACE.staging)
        recover(base, WORKSPACE)
        found = documents(base)
        assert found in (old, new)
        assert found == new or not committed
        assert not (base / WORKSPACE.staging).exists()
        migrate(base)
        assert documents(base) == new
        assert backups(base) == {BACKUP: {k.removeprefix("assets/"): v for k, v in old.items()}}
        if not stopped:
            break
        outcomes.append(found == new)
    assert outcomes == sorted(outcomes), "first only old, then only new"
    assert set(outcomes) == {False, True}
    assert len(outcomes) > 30


def test_an_interruption_while_discarding(fresh: Callable[[], Path]) -> None:
    for n in itertools.count(1):
        base = fresh()
        migrate(base)
        new = documents(base)
        stopped = crashes(lambda base=base: discard_backups(base), n, after=True)  # type: ignore[misc]
        assert documents(base) == new
        discard_backups(base)
        assert backups(base) == {}
        assert not (base / "assets/.prometeu/backup").exists()
        if not stopped:
            break
