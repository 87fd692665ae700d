"""Files that a user names on the command line, anywhere on the disk.

Clause: ``spec/workspace.md#bringing``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def files_given(paths: Iterable[Path]) -> list[tuple[Path, bool]]:
    """(file, whether it was given itself), each file once; a folder gives the files in it, sorted.

    No folder in the result is a link, so that `paths.read_inside` of a file's folder can be used.
    A file given need not exist. What a dot hides is left out of a folder. Raises `OSError`.
    """
    found: dict[Path, bool] = {}
    for path in (Path(os.path.abspath(given)) for given in paths):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
            found |= dict.fromkeys((path.resolve() / p.name for p in inside), False)
        else:
            found[path.parent.resolve() / path.name] = True
    return list(found.items())


def place_of(project: Path, path: Path) -> str:
    """One of these files for a diagnostic: relative to the project if it is below it."""
    top = project.resolve()
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)
