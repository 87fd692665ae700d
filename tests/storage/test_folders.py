"""What stands in the folders of a project: the names on disk, and no link followed to them."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prometeu_assets.diagnostics import Refused
from prometeu_assets.storage import folders, paths
from tests.storage.test_paths import refusal


def anchored(assets: Path, *roots: str) -> None:
    for root in roots:
        (assets / root).mkdir(parents=True, exist_ok=True)
        (assets / root / "asset.json").touch()


def test_finds_roots(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    anchored(
        assets, "b", "a/z", "a", "Y", "é", "z", "\U0001f600", "\uff5e", "a-b", ".prometeu", "b/.x"
    )
    anchored(tmp_path / "elsewhere", "x")
    (assets / "asset.json").touch()
    (assets / "empty" / "deeper").mkdir(parents=True)
    (assets / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (assets / "odd").mkdir()
    (assets / "odd" / "asset.json").symlink_to("nothing")
    (assets / "folder" / "asset.json").mkdir(parents=True)
    # By UTF-8 bytes, which is the order of code points and not that of UTF-16.
    assert folders.find_roots(assets) == [
        *["Y", "a", "a-b", "a/z", "b", "folder", "odd", "z", "é", "\uff5e", "\U0001f600"]
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own longest path is shorter")
def test_finds_roots_in_deep_trees(tmp_path: Path) -> None:
    """As deep as a path goes, and no deeper; beyond that no document could name it."""
    assets = tmp_path / "assets"
    assets.mkdir()
    deepest = "/".join(["d"] * 512)
    here = os.getcwd()
    try:
        os.chdir(assets)
        for _ in range(600):
            os.mkdir("d")
            os.chdir("d")
            Path("asset.json").touch()
    finally:
        os.chdir(here)
    found = folders.find_roots(assets)
    assert (len(found), found[-1]) == (512, deepest)


def test_finds_roots_with_names_that_are_not_text(tmp_path: Path) -> None:
    try:
        os.mkdir(os.fsencode(tmp_path) + b"/\xff")
        (tmp_path / os.fsdecode(b"\xff") / "asset.json").touch()
    except OSError:
        pytest.skip("the file system takes only text as a name")
    (found,) = folders.find_roots(tmp_path)
    assert refusal(paths.check, found).hint_key == "unicode"


@pytest.mark.parametrize(("name", "code"), [("none", "PATH_MISSING"), ("file", "PATH_KIND")])
def test_no_assets_to_walk(tree: Path, name: str, code: str) -> None:
    assert refusal(folders.find_roots, tree / name).code == code


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "PATH_UNREADABLE"), (errno.ENOENT, None), (errno.ENAMETOOLONG, None)],
)
def test_a_folder_that_cannot_be_walked(
    tree: Path, number: int, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchored(tree, "other")
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    real = os.scandir

    def scandir(path: Path) -> Any:
        if Path(path).name == "folder":
            raise OSError(number, "no", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    if code is None:
        assert folders.find_roots(tree) == ["other"]
    else:
        found = refusal(folders.find_roots, tree)
        assert (found.code, found.data["path"]) == (code, "folder")


Asked = Callable[[Path, str], object]


@pytest.mark.parametrize("ask", [folders.find_roots, folders.files_below, folders.names_in])
@pytest.mark.parametrize(
    ("path", "code", "part"),
    [
        ("link", "PATH_SYMLINK", "link"),
        ("link/deep", "PATH_SYMLINK", "link"),
        ("folder/link", "PATH_SYMLINK", "folder/link"),
        ("file", "PATH_KIND", "file"),
        ("file/x", "PATH_KIND", "file"),
        ("../secret", "PATH_ESCAPES", ".."),
    ],
)
def test_refuses_to_look_there(
    tree: Path, way: str, ask: Asked, path: str, code: str, part: str
) -> None:
    (tree / "link").symlink_to(tree.parent / "secret", target_is_directory=True)
    (tree / "folder" / "link").symlink_to(tree.parent / "secret", target_is_directory=True)
    found = refusal(ask, tree, path)
    assert (found.code, found.data["part"]) == (code, part)


def test_files_below(tree: Path, way: str) -> None:
    secret = tree.parent / "secret"
    (tree / "folder" / "b").mkdir()
    for name in ("a", "b/x", ".hidden", "deep/.hidden"):
        (tree / "folder" / name).write_bytes(b"12345")
    (tree / "folder" / "link").symlink_to(secret, target_is_directory=True)
    (tree / "folder" / "b" / "link").symlink_to(secret / "file")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tree / "folder" / "pipe")
    assert folders.files_below(tree, "folder") == {"a": 5, "b/x": 5, "deep/file": 4}
    assert list(folders.files_below(tree, "folder")) == ["a", "b/x", "deep/file"]
    assert folders.files_below(tree, "none") == {}
    assert folders.names_in(tree, "folder/b") == ["link", "x"]


@pytest.mark.parametrize("how", ["removed", "linked"])
def test_a_folder_exchanged_while_it_is_walked(tree: Path, way: str, how: str) -> None:
    """What was seen as a folder is a link when it is entered: nothing behind it is told."""
    secret = tree.parent / "secret"
    anchored(tree, "folder/deep")
    anchored(tree.parent, "secret/deep")
    walk = folders._walk(tree, "")
    seen = {entry.name for _, entry in (next(walk), next(walk))}
    assert seen == {"file", "folder"}
    (tree / "folder").rename(tree.parent / "aside")
    if how == "linked":
        (tree / "folder").symlink_to(secret, target_is_directory=True)
    assert list(walk) == []


def test_a_file_removed_while_it_is_looked_at(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        name = "gone"

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            assert not follow_symlinks
            raise FileNotFoundError(errno.ENOENT, "gone", "gone")

    monkeypatch.setattr(folders, "_walk", lambda root, below: iter([("", Gone())]))
    assert folders.files_below(tree, "folder") == {}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("file", True),
        ("folder", True),
        ("none", False),
        ("none/x", False),
        ("link", True),  # even to nothing: reading it says that it is one
        ("link/x", True),
        ("file/x", True),
    ],
)
def test_stands(tree: Path, way: str, path: str, there: bool) -> None:
    (tree / "link").symlink_to("nothing")
    assert paths.exists(tree, path) is there


def test_a_link_is_looked_at_and_not_followed(tree: Path, way: str) -> None:
    (tree / "link").symlink_to(tree / "file")
    assert paths.is_link(paths.stat_inside(tree, "link"))
    assert paths.stat_inside(tree, "file").st_size == 3
    with pytest.raises(Refused, match="PATH_SYMLINK"):
        paths.stat_inside(tree, "link/x")


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own longest path differs")
def test_a_path_too_long_for_the_system(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many characters as a document may write, and more bytes than the system takes at once."""
    part, here = "\U0001f600" * 62, os.getcwd()
    root = tree / ("r" * 200)
    root.mkdir()
    try:
        os.chdir(root)
        for _ in range(16):
            os.mkdir(part)
            os.chdir(part)
        Path("x").touch()
    finally:
        os.chdir(here)
    path = "/".join([part] * 16)
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", True)
    assert folders.names_in(root, path) == ["x"]
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    found = refusal(paths.open_inside, root, f"{path}/x")
    assert (found.code, found.hint_key) == ("PATH_FORM", "system")
