"""What is no file in a file's place: a verdict at once, and nothing waits for a pipe."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.trust.verbs import verdict
from tests.workspace.projects import Project

from prometeu_assets.storage import paths


def pipe(place: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this system")
    os.mkfifo(place)


def listening(place: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("no sockets in the file system")
    here = os.getcwd()
    os.chdir(place.parent)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


def device(place: Path) -> None:
    try:
        os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # endless zeros
    except (AttributeError, PermissionError):
        pytest.skip("only the superuser makes devices")


def folder(place: Path) -> None:
    place.mkdir()


KINDS: list[Callable[[Path], None]] = [pipe, listening, device, folder]

SOURCE = dict.fromkeys(["check", "doctor", "show", "build"], "PATH_KIND")
OUTPUT = {"check": "OUTPUT_STALE", "build": "PATH_KIND"}
JOURNAL = {"check": "TRANSACTION_UNFINISHED", "doctor": "PATH_KIND", "build": "PATH_KIND"}

IN_THE_WAY = {
    "assets/art/hero/colors.hex": SOURCE,
    "assets/art/hero/asset.json": {**SOURCE, "list": "PATH_KIND"},
    "assets/.prometeu/index.json": {**SOURCE, "list": "PATH_KIND"},
    "assets/.prometeu/cache.json": {},
    "assets/.prometeu/lock": {"build": "PATH_KIND"},
    "build/.staging/journal.json": JOURNAL,
    "build/assets.pa": OUTPUT,
    "build/asset_table_metadata.json": OUTPUT,
}
"""Where it stands: verb to the code with which it refuses; others do not care."""


@pytest.mark.parametrize(
    ("make", "way"), [*((make, "descriptors") for make in KINDS), (pipe, "portable")]
)
@pytest.mark.parametrize("where", IN_THE_WAY)
def test_no_file(
    cli: Cli,
    project: Project,
    where: str,
    make: Callable[[Path], None],
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if way == "portable":
        monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    place = project.path / where
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    make(place)
    for verb in ("check", "doctor", "list", "show", "build"):
        code = IN_THE_WAY[where].get(verb)
        expected = (0, set()) if code is None else (1, {code})
        assert verdict(cli, verb, project.path) == expected, verb


@every(product(KINDS, [".gitignore", "cartridge.json"]))
def test_no_file_where_init_would_write(
    make: Callable[[Path], None], where: str, cli: Cli, tmp_path: Path
) -> None:
    make(tmp_path / where)
    ran = cli("init", tmp_path)
    refused = where == "cartridge.json"
    assert ran.code == int(refused)
    assert ("PATH_KIND" in ran.err) is refused
