"""Paths in documents: the rules, and the one safe way to what they name."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prometeu_assets.codes.paths import CODES
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.names import Standpoint
from prometeu_assets.storage import paths
from tests.every import every


def refusal(call: Callable[..., object], *args: object, **kwargs: object) -> Diagnostic:
    """The one diagnostic of a refused call, after composing its texts."""
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    (diagnostic,) = caught.value.report.diagnostics
    assert diagnostic.message
    assert diagnostic.hint
    return diagnostic


@every(
    [
        "a",
        "sprites/hero.png",
        ".hidden",
        "a/.b/c",
        "...x",
        "with space/x y.png",
        " leading",
        "é/日本/😀.png",
        "CONSOLE",
        "con1.txt",
        "COM0",
        "COM10",
        "com",
        "aux_",
        "x.nul",
        "~/a",
        "%TEMP%/a",
        "$HOME/a",
        "a" * 255,
        "é" * 127,
        "/".join(["a" * 127] * 8),
    ]
)
def test_portable(text: str) -> None:
    assert "/".join(paths.check(text)) == text


@every(
    [
        ("", "PATH_FORM", "empty"),
        ("a/", "PATH_FORM", "empty"),
        ("a//b", "PATH_FORM", "empty"),
        (".", "PATH_FORM", "dot"),
        ("./a", "PATH_FORM", "dot"),
        ("a/./b", "PATH_FORM", "dot"),
        ("..", "PATH_ESCAPES", "parent"),
        ("../a", "PATH_ESCAPES", "parent"),
        ("a/../b", "PATH_ESCAPES", "parent"),
        ("/", "PATH_ESCAPES", "absolute"),
        ("/etc/passwd", "PATH_ESCAPES", "absolute"),
        ("//server/share", "PATH_ESCAPES", "network"),
        (r"\\server\share", "PATH_ESCAPES", "network"),
        (r"\\?\C:\a", "PATH_ESCAPES", "network"),
        ("C:", "PATH_ESCAPES", "drive"),
        ("c:a", "PATH_ESCAPES", "drive"),
        (r"C:\a", "PATH_ESCAPES", "drive"),
        ("C:/a", "PATH_ESCAPES", "drive"),
        (r"a\b", "PATH_FORM", "backslash"),
        (r"..\a", "PATH_FORM", "backslash"),
        ("a\0b", "PATH_FORM", "control"),
        ("a\n", "PATH_FORM", "control"),
        ("a\x1b[2J", "PATH_FORM", "control"),
        ("a\x7f", "PATH_FORM", "control"),
        ("a\x80", "PATH_FORM", "control"),
        ("a\x9f", "PATH_FORM", "control"),
        ("\ud800", "PATH_FORM", "unicode"),
        ("a/\udcff.png", "PATH_FORM", "unicode"),
        *[(f"a/b{character}c", "PATH_FORM", "character") for character in '<>:"|'],
        ("a/*.png", "PATH_FORM", "wildcard"),
        ("**/b", "PATH_FORM", "wildcard"),
        ("a?<.png", "PATH_FORM", "wildcard"),
        ("file:stream", "PATH_FORM", "character"),
        ("a.", "PATH_FORM", "trailing"),
        ("a./b", "PATH_FORM", "trailing"),
        ("a /b", "PATH_FORM", "trailing"),
        ("...", "PATH_FORM", "trailing"),
        (" ", "PATH_FORM", "trailing"),
        ("CON", "PATH_FORM", "device"),
        ("a/nul/b", "PATH_FORM", "device"),
        ("Aux.txt", "PATH_FORM", "device"),
        ("prn.tar.gz", "PATH_FORM", "device"),
        ("nul .txt", "PATH_FORM", "device"),
        ("conin$", "PATH_FORM", "device"),
        ("CONOUT$.x", "PATH_FORM", "device"),
        ("com1", "PATH_FORM", "device"),
        ("LPT9.txt", "PATH_FORM", "device"),
        ("COM¹", "PATH_FORM", "device"),
        ("lpt³.txt", "PATH_FORM", "device"),
        ("a" * 256, "PATH_FORM", "long"),
        ("é" * 128, "PATH_FORM", "long"),
        ("/".join(["a" * 127] * 8) + "/", "PATH_FORM", "empty"),
        ("/".join(["a" * 127] * 8) + "/b", "PATH_FORM", "long"),
    ]
)
def test_refused(text: str, code: str, hint: str) -> None:
    found = refusal(paths.check, text)
    assert (found.code, found.hint_key) == (code, hint)
    assert str(found.data["path"])[:1024] == text[:1024]
    # A message goes to terminals and logs: nothing in it may act there.
    assert found.message.isprintable()


def test_a_message_does_not_repeat_an_endless_path() -> None:
    assert len(refusal(paths.check, "a" * 1_000_000).message) < 1_200


def test_every_hint_of_every_code_reads() -> None:
    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "…"

    for code in CODES:
        for template in filter(None, (code.message, code.hint, *code.hints.values())):
            assert Standpoint().fill(template, Anything()).endswith((".", "?", "…"))


@every(
    [
        ([], []),
        (["a", "b"], []),
        (["a", "a"], []),
        (["a", "A"], [("a", "A")]),
        (["a", "A", "a", "A"], [("a", "A")]),
        (["é", "e\u0301"], [("é", "e\u0301")]),
        (["É", "e\u0301"], [("É", "e\u0301")]),
        (["straße", "STRASSE"], [("straße", "STRASSE")]),
        (["x/ſ", "x/s", "X/S"], [("x/ſ", "x/s"), ("x/ſ", "X/S")]),
        (["\u0130", "i\u0307"], [("\u0130", "i\u0307")]),
        (["K", "\u212a"], [("K", "\u212a")]),
        (["a/b", "ab"], []),
    ]
)
def test_collisions(names: list[str], found: list[tuple[str, str]]) -> None:
    assert paths.collisions(names) == found


@pytest.mark.parametrize(("path", "data"), [("file", b"top"), ("folder/deep/file", b"deep")])
def test_opens(tree: Path, way: str, path: str, data: bytes) -> None:
    with paths.open_inside(tree, path) as file:
        assert file.read() == data
        assert not os.get_inheritable(file.fileno())


def test_the_root_itself_may_be_a_link(tree: Path, way: str) -> None:
    link = tree.parent / "link"
    link.symlink_to(tree, target_is_directory=True)
    with paths.open_inside(link, "file") as file:
        assert file.read() == b"top"


@pytest.mark.parametrize(
    ("path", "code", "part"),
    [
        ("none", "PATH_MISSING", "none"),
        ("none/file", "PATH_MISSING", "none"),
        ("folder/none/x", "PATH_MISSING", "folder/none"),
        ("folder/none", "PATH_MISSING", "folder/none"),
        ("folder", "PATH_KIND", "folder"),
        ("file/x", "PATH_KIND", "file"),
        ("link-to-file", "PATH_SYMLINK", "link-to-file"),
        ("link-to-nothing", "PATH_SYMLINK", "link-to-nothing"),
        ("link-to-folder/file", "PATH_SYMLINK", "link-to-folder"),
        ("folder/link/file", "PATH_SYMLINK", "folder/link"),
        ("link-inside", "PATH_SYMLINK", "link-inside"),
        ("loop/x", "PATH_SYMLINK", "loop"),
        ("pipe", "PATH_KIND", "pipe"),
        ("pipe/x", "PATH_KIND", "pipe"),
        ("socket", "PATH_KIND", "socket"),
        ("../secret/file", "PATH_ESCAPES", ".."),
    ],
)
def test_refuses_on_disk(tree: Path, way: str, path: str, code: str, part: str) -> None:
    secret = tree.parent / "secret"
    (tree / "link-to-file").symlink_to(secret / "file")
    (tree / "link-to-nothing").symlink_to(secret / "nothing")
    (tree / "link-to-folder").symlink_to(secret, target_is_directory=True)
    (tree / "folder" / "link").symlink_to(secret, target_is_directory=True)
    (tree / "link-inside").symlink_to("file")
    (tree / "loop").symlink_to("loop")
    if "pipe" in path:
        if not hasattr(os, "mkfifo"):
            pytest.skip("no named pipes on this system")
        os.mkfifo(tree / "pipe")
    if path == "socket":
        try:
            os.mknod(tree / "socket", stat.S_IFSOCK | 0o600)
        except (AttributeError, PermissionError):
            pytest.skip("no sockets in the file system, or not ours to make")
    found = refusal(paths.open_inside, tree, path)
    assert (found.code, found.data["part"]) == (code, part)


@pytest.mark.parametrize(("root", "code"), [("none", "PATH_MISSING"), ("root/file", "PATH_KIND")])
def test_a_root_that_is_no_folder(tree: Path, way: str, root: str, code: str) -> None:
    assert refusal(paths.open_inside, tree.parent / root, "x").code == code


@pytest.mark.parametrize("denied", ["folder", "deep", "file"])
def test_permission(tree: Path, way: str, denied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Injected, because the superuser is never denied."""
    real = os.open

    def deny(path: Any, *args: Any, **kwargs: Any) -> int:
        if Path(path).name == ("file" if way == "portable" else denied):
            raise PermissionError(13, "denied", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", deny)
    assert refusal(paths.open_inside, tree, "folder/deep/file").code == "PATH_UNREADABLE"


def test_what_could_not_be_closed_is_not_closed_again(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number may be the file of another thread by then."""
    real = os.close
    closed: list[int] = []

    def fail_once(opened: int) -> None:
        closed.append(opened)
        real(opened)
        if len(closed) == 1:
            raise OSError(errno.EIO, "failed")

    monkeypatch.setattr(os, "close", fail_once)
    with pytest.raises(OSError, match="failed"):
        paths.open_inside(tree, "folder/deep/file")
    assert len(closed) == len(set(closed)) == 2


def test_permission_to_look(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)

    def deny(path: Path) -> os.stat_result:
        raise PermissionError(13, "denied", str(path))

    monkeypatch.setattr(os, "lstat", deny)
    assert refusal(paths.open_inside, tree, "file").code == "PATH_UNREADABLE"


def test_a_failing_system_is_no_refusal(
    tree: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def fail(path: Any, *args: Any, **kwargs: Any) -> int:
        if Path(path).name == "file":
            raise OSError(5, "input/output error", str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(OSError, match="input/output"):
        paths.open_inside(tree, "file")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts through /proc")
@pytest.mark.parametrize("path", ["file", "folder", "none", "folder/none", "folder/deep/file"])
def test_no_descriptor_leaks(tree: Path, way: str, path: str) -> None:
    if way == "kept":
        paths.open_inside(tree, "folder/deep/file").close()
        paths.open_inside(tree, "file").close()
    before = len(os.listdir("/proc/self/fd"))
    try:
        paths.open_inside(tree, path).close()
    except Refused:
        pass
    kept = path.count("/") if way == "kept" else 0
    assert len(os.listdir("/proc/self/fd")) == before + kept


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts through /proc")
def test_folders_are_kept_up_to_the_end(tree: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with paths.folders_kept(tree):
        paths.open_inside(tree, "folder/deep/file").close()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(not paths.DIRECTORY_DESCRIPTORS, reason="no directory descriptors")
def test_a_folder_is_opened_once(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "folder" / "other").mkdir()
    for name in ("deep/second", "other/third"):
        (tree / "folder" / name).write_bytes(b"more")
    real = os.open
    opened: list[str] = []

    def count(path: Any, *args: Any, **kwargs: Any) -> int:
        opened.append(Path(path).name)
        return real(path, *args, **kwargs)

    with paths.folders_kept(tree):
        monkeypatch.setattr(os, "open", count)
        for path in ("folder/deep/file", "folder/deep/second", "folder/other/third", "file"):
            paths.open_inside(tree, path).close()
    assert opened == ["folder", "deep", "file", "second", "other", "third", "file"]


@pytest.mark.skipif(not paths.DIRECTORY_DESCRIPTORS, reason="no directory descriptors")
@pytest.mark.parametrize("target", ["folder", "link"])
def test_a_folder_that_is_kept_and_exchanged(tree: Path, target: str) -> None:
    """What is in it no longer is looked for again, and then no link is followed."""
    with paths.folders_kept(tree):
        paths.open_inside(tree, "folder/deep/file").close()
        (tree / "folder" / "deep").rename(tree / "away")
        (tree / "away" / "file").unlink()
        if target == "link":
            (tree / "folder" / "deep").symlink_to(tree.parent / "secret", target_is_directory=True)
            assert refusal(paths.open_inside, tree, "folder/deep/file").code == "PATH_SYMLINK"
            return
        (tree / "folder" / "deep").mkdir()
        (tree / "folder" / "deep" / "file").write_bytes(b"new")
        assert paths.read_inside(tree, "folder/deep/file", limit=10, what="a test") == b"new"


@pytest.mark.skipif(not paths.DIRECTORY_DESCRIPTORS, reason="no directory descriptors")
def test_folders_are_kept_for_one_root(tree: Path) -> None:
    with paths.folders_kept(tree):
        other = tree.parent / "secret"
        assert refusal(paths.open_inside, other, "folder/deep/file").code == "PATH_MISSING"


def swap_at_open(
    monkeypatch: pytest.MonkeyPatch, name: str, before: Callable[[], object] | None = None
) -> None:
    """Run ``before`` when ``name`` is about to be opened: somebody works against us."""
    real = os.open

    def race(path: Any, *args: Any, **kwargs: Any) -> int:
        nonlocal before
        if before is not None and Path(path).name == name:
            once, before = before, None
            once()
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", race)


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_link_that_appears_at_the_last_moment(
    tree: Path, way: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tree.parent / "secret"
    path = "folder/file" if target == "folder" else "file"
    (tree / "folder" / "file").write_bytes(b"inner")

    def swap() -> None:
        (tree / target).rename(tree.parent / "aside")
        (tree / target).symlink_to(secret if target == "folder" else secret / "file")

    swap_at_open(
        monkeypatch, "folder" if way != "portable" and target == "folder" else "file", swap
    )
    found = refusal(paths.open_inside, tree, path)
    assert (found.code, found.data["part"]) == ("PATH_SYMLINK", target)


@pytest.mark.parametrize("afterwards", ["replaced", "removed"])
def test_a_file_swapped_between_look_and_open(
    tree: Path, afterwards: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "DIRECTORY_DESCRIPTORS", False)
    real = os.open

    def race(path: Any, *args: Any, **kwargs: Any) -> int:
        if afterwards == "replaced":
            (tree / "file").rename(tree / "aside")
            (tree / "file").write_bytes(b"other")
            return real(path, *args, **kwargs)
        opened = real(path, *args, **kwargs)
        (tree / "file").unlink()
        return opened

    monkeypatch.setattr(os, "open", race)
    found = refusal(paths.open_inside, tree, "file")
    assert (found.code, found.hint_key) == ("PATH_UNREADABLE", "changed")


def test_a_junction_is_a_link() -> None:
    """Simulated: what Windows reports for a directory junction, and for a file kept in a cloud."""

    class Info:
        st_mode = stat.S_IFDIR | 0o777
        st_reparse_tag = 0xA000_0003

    assert paths.is_link(Info())  # type: ignore[arg-type]
    for tag in (0x9000_001A, 0x8000_0013):  # of a cloud, and of a file that shares its bytes
        Info.st_reparse_tag = tag
        assert not paths.is_link(Info())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_reads_up_to_the_limit(tree: Path, way: str, size: int) -> None:
    (tree / "file").write_bytes(b"x" * size)
    assert paths.read_inside(tree, "file", limit=10, what="a test") == b"x" * size


def test_too_large_is_known_before_reading(tree: Path, way: str) -> None:
    with (tree / "file").open("wb") as file:
        file.truncate(1 << 40)
    found = refusal(paths.read_inside, tree, "file", limit=10, what="a test")
    assert found.code == "FILE_TOO_LARGE"
    assert found.data == {"path": "file", "size": 1 << 40, "limit": 10, "what": "a test"}


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        (b"12345678901", "FILE_TOO_LARGE", None),
        (b"1234", "PATH_UNREADABLE", "changed"),
        (b"12", "PATH_UNREADABLE", "changed"),
    ],
)
def test_a_file_that_changes_while_read(
    tree: Path, content: bytes, code: str, hint: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "file").write_bytes(b"123" if len(content) < 10 else b"1234567890")
    real = os.read

    def read(opened: int, size: int) -> bytes:
        (tree / "file").write_bytes(content)
        return real(opened, size)

    monkeypatch.setattr(os, "read", read)
    found = refusal(paths.read_inside, tree, "file", limit=10, what="a test")
    assert (found.code, found.hint_key) == (code, hint)


@pytest.mark.parametrize("path", ["new", "file", "folder/new", "new/folder/file"])
def test_destination(tree: Path, path: str) -> None:
    assert paths.destination(tree, path) == tree / path


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../x", "PATH_ESCAPES"),
        ("folder", "PATH_KIND"),
        ("file/x", "PATH_KIND"),
        ("link", "PATH_SYMLINK"),
        ("link/x", "PATH_SYMLINK"),
    ],
)
def test_destination_refused(tree: Path, path: str, code: str) -> None:
    (tree / "link").symlink_to(tree.parent / "secret", target_is_directory=True)
    assert refusal(paths.destination, tree, path).code == code
