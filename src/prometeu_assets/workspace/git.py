"""The settings of git for a project, written as files: git itself is never run.

Clause: ``spec/workspace.md#merges``.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage.paths import read_inside, stat_inside

DRIVER: Final = "prometeu-index"
SETUP: Final = f'git config merge.{DRIVER}.driver "prometeu-assets merge-index %O %A %B"'
"""The command that makes the merge driver known to git, once for each clone."""

ATTRIBUTES: Final = (
    "/assets/** -text",
    "/build/** -text",
    "/cartridge/** -text",
    f"/assets/.prometeu/index.json merge={DRIVER}",
    "/assets/.prometeu/released.json merge=union",
)
"""The lines of ``.gitattributes``: no other line ends in what is digested, and how to merge."""

_SPARSE: Final = re.compile(
    r"^\s*sparsecheckout\s*=\s*(true|yes|on|1)\s*$", re.IGNORECASE | re.MULTILINE
)
_WORKS: Final = 30
"""Seconds that git may work on a clone before its lock counts as left behind."""
_SECTION: Final = re.compile(rf'^\s*\[merge "{DRIVER}"\]', re.MULTILINE)


def is_sparse(project: Path) -> bool:
    """Whether the project is in a sparse checkout, where files may be absent and not gone."""
    return _SPARSE.search("".join(_settings(project))) is not None


def needs_driver(project: Path) -> bool:
    """Whether the project is in a clone of git that does not know the merge driver.

    It may be known from the settings of the clone, of the user or of the machine; what these files
    include is not read.
    """
    settings = _settings(project)
    return bool(settings) and _SECTION.search("".join((*settings, *_elsewhere()))) is None


def _elsewhere() -> Iterator[str]:
    """The texts of git's settings of the user and of the machine."""
    home = Path.home()
    chosen = os.environ.get("GIT_CONFIG_GLOBAL")
    own = os.environ.get("XDG_CONFIG_HOME") or home / ".config"
    users = [Path(own, "git/config"), home / ".gitconfig"] if chosen is None else [Path(chosen)]
    for path in (*users, Path(os.environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig"))):
        real = path.resolve()  # people keep these files elsewhere, and link to them
        if (text := _text(real.parent, real.name)) is not None:
            yield text


def _settings(project: Path) -> list[str]:
    """The texts of the settings of the repository around a project; none when there is none."""
    git = _folder(project)
    if git is None:
        return []
    common = _text(git, "commondir")
    shared = git if common is None else Path(git, common.strip())
    found = [_text(shared, "config"), _text(git, "config.worktree")]
    return [text for text in found if text is not None]


def _folder(project: Path) -> Path | None:
    """The folder where git keeps the clone around a project; None when there is none."""
    start = Path(os.path.abspath(project))  # noqa: PTH100  # `resolve` would follow links
    for directory in (start, *start.parents):
        if not os.path.lexists(directory / ".git"):  # a broken link is one as well
            continue  # folders that are not a clone: nothing is opened in them
        if (link := _text(directory, ".git")) is not None:
            return Path(directory, link.removeprefix("gitdir:").strip())
        if _text(directory, ".git/config") is not None:
            return directory / ".git"
    return None


def is_writing(project: Path) -> bool:
    """Whether git is changing the clone around a project now: a checkout, a merge, a stash.

    It has a lock meanwhile. One that is older than half a minute was left by a git that ended.
    """
    git = _folder(project)
    if git is None:
        return False
    try:
        return abs(time.time() - stat_inside(git, "index.lock").st_mtime) < _WORKS
    except (Refused, OSError):
        return False


def _text(folder: Path, name: str) -> str | None:
    try:
        limit = LIMITS.asset_document_bytes
        data = read_inside(folder, name, limit=limit, what="a file of git")
    except (Refused, OSError):
        return None
    return data.decode("utf-8", "replace")
