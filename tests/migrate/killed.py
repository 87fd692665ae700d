"""Migrates a project again and again, killed at each file operation; prints, for each,
whether the next run found everything done.

Run as a process of its own, which is forked for each operation: ``killed.py PROJECT``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from prometeu_assets.storage import files
from prometeu_assets.workspace.migrate import migrate

OPERATIONS = (
    *[(files, name) for name in ("write_new", "replace", "sync_directory", "make_directory")],
    *[(files, name) for name in ("unlink", "remove_tree_of_own", "remove_empty_directory")],
    *[(os, name) for name in ("mkdir", "rmdir", "replace", "unlink", "chmod")],
)


def kill_at(number: int) -> None:
    """From now on, the ``number``-th operation is the last thing this process does."""
    left = number

    def wrapped(real):
        def call(*args, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for module, name in OPERATIONS:
        setattr(module, name, wrapped(getattr(module, name)))


def texts(project: Path) -> dict[str, bytes]:
    found = [*project.glob("assets/**/asset.json"), project / "assets/.prometeu/index.json"]
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in found
        if "backup" not in path.parts
    }


def main(project: Path) -> None:
    os.fsync = lambda _: None
    work = project.with_name("work")
    old = texts(project)
    shutil.copytree(project, work)
    migrate(work)
    new = texts(work)
    outcomes = []
    for number in range(1, 1000):
        shutil.rmtree(work)
        shutil.copytree(project, work)
        child = os.fork()
        if child == 0:
            kill_at(number)
            migrate(work)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        for name, text in texts(work).items():
            assert text in (old[name], new[name]), (number, name)
        # The next run finds either everything to do, or nothing.
        done = migrate(work)
        assert len(done.documents) in (0, len(old)), (number, done.documents)
        assert texts(work) == new, number
        (backup,) = (work / "assets/.prometeu/backup").iterdir()
        kept = {
            f"assets/{path.relative_to(backup).as_posix()}": path.read_bytes()
            for path in backup.rglob("*.json")
        }
        assert kept == old, number
        if not os.WIFSIGNALED(status):
            break
        outcomes.append(not done.documents)
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
