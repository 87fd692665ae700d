"""Unified diffs: what `difflib` would say, `patch` can apply, and in no time."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.every import every

from prometeu_assets.workspace.changes import unified_diff

LINES = [f"line {number}" for number in range(20)]


def text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


CASES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "nothing": (LINES, LINES, []),
    "one line": (
        LINES[:9],
        [*LINES[:4], "new", *LINES[5:9]],
        ["@@ -2,7 +2,7 @@", " line 1", " line 2", " line 3", "-line 4", "+new", " line 5",
         " line 6", " line 7"],
    ),
    "at the start": (["a", "b"], ["b"], ["@@ -1,2 +1,1 @@", "-a", " b"]),
    "at the end": (["a"], ["a", "b"], ["@@ -1,1 +1,2 @@", " a", "+b"]),
    "far apart": (
        LINES,
        ["x", *LINES[1:19], "y"],
        ["@@ -1,4 +1,4 @@", "-line 0", "+x", " line 1", " line 2", " line 3",
         "@@ -17,4 +17,4 @@", " line 16", " line 17", " line 18", "-line 19", "+y"],
    ),
    "lines that repeat": (
        ["{", "x", "}", "{", "x", "}"],
        ["{", "x", "y", "}", "{", "x", "y", "}"],
        ["@@ -1,6 +1,8 @@", " {", " x", "+y", " }", " {", " x", "+y", " }"],
    ),
}  # fmt: skip


@every(CASES)
def test_diff(case: str) -> None:
    before, after, wanted = CASES[case]
    head = ["--- old", "+++ new"] if wanted else []
    assert unified_diff(text(*before), text(*after), "old", "new") == text(*head, *wanted)


def test_a_separator_in_a_string_ends_no_line() -> None:
    found = unified_diff('"\u2028\x85"\r\n1\r\n', '"\u2028\x85"\r\n2\r\n', "a", "b")
    assert found == '--- a\n+++ b\n@@ -1,2 +1,2 @@\n "\u2028\x85"\n-1\n+2\n'


words = st.lists(st.sampled_from("abcdefghij"), max_size=30)


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch")
@given(words, words)
def test_patch_applies_it(tmp_path_factory: pytest.TempPathFactory, old: list, new: list) -> None:
    if not old or not new or old == new:
        return
    folder: Path = tmp_path_factory.mktemp("patched")
    (folder / "a").write_text(text(*old))
    diff = unified_diff(text(*old), text(*new), "a", "a")
    done = subprocess.run(
        ["patch", "--quiet", "--fuzz=0", "a"], input=diff, cwd=folder, text=True,
        capture_output=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert (folder / "a").read_text() == text(*new)


@pytest.mark.parametrize("unique", [True, False])
def test_it_takes_no_time(unique: bool) -> None:
    rows = range(20_000)
    before = text(*(f"{{\n{row if unique else ''}\n}}" for row in rows))
    after = text(*(f"{{\n{row if unique else ''}\nmore\n}}" for row in rows))
    start = time.process_time()
    found = unified_diff(before, after, "a", "b")
    assert time.process_time() - start < 10
    assert found.count("\n+more") == len(rows)
    assert ("\n-{" in found) is not unique, "lines between those that occur once stay as they are"
