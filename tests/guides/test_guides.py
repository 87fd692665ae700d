"""The guides show what happens: each command is run, and its output is compared.

The gate does the same with the installed wheel, each command in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils import yaml_load
from tests.cli.running import Cli
from tools import walk
from tools.walk import GUIDES, Differs, Program, pages, pattern, walked


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """The command line in this process, from the folder in which the reader of a guide is."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    cli = Cli(capsys)

    def run(words: list[str], folder: Path) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            ran = cli(*words)
        return ran.out + ran.err

    return run


def test_there_are_guides() -> None:
    assert {page.stem for page in pages()} >= {
        "first-pack",
        "art",
        "palettes",
        "sound",
        "editors",
        "migrating",
        "ci",
    }


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_guide(page: Path, program: Program) -> None:
    assert walked(page, program) == page.read_text("utf-8")


PAGE = """
```console
$ printf 'one\\ntwo\\n'
one
{second}
```

```diff title="made.txt"
-old
+new
```
"""


def test_another_output_is_found(tmp_path: Path, program: Program) -> None:
    page = tmp_path / "page.md"
    for second, fits in (("two", True), ("t…", True), ("…", True), ("three", False)):
        page.write_text(PAGE.partition("```diff")[0].format(second=second))
        if fits:
            walked(page, program)
        else:
            with pytest.raises(Differs, match="three"):
                walked(page, program)
    assert "two" in walked(page, program, write=True)


def test_an_edit_that_fits_nowhere_is_found(tmp_path: Path, program: Program) -> None:
    page = tmp_path / "page.md"
    begin = "```console\n$ echo {text} > made.txt\n```\n"
    edit = "```diff" + PAGE.partition("```diff")[2]
    page.write_text(begin.format(text="old") + edit + "```console\n$ cat made.txt\nnew\n```\n")
    walked(page, program)
    page.write_text(begin.format(text="other") + edit)
    with pytest.raises(Differs, match="0 places"):
        walked(page, program)


def test_any_text() -> None:
    assert pattern("a …\n…\nz\n").fullmatch("a b\nc\nd\nz\n")
    assert pattern("…\nz\n").fullmatch("z\n")
    assert not pattern("a\n").fullmatch("a\nb\n")


def test_a_block_of_another_language_with_a_title_is_a_file(
    tmp_path: Path, program: Program
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```sh title="a/run.sh"\necho ran\n```\n```console\n$ bash a/run.sh\nran\n```\n'
        "```sh\necho elsewhere > a/run.sh\n```\n```console\n$ cat a/run.sh\necho ran\n```\n"
    )
    walked(page, program)


TERMINALS = """
```console title="Terminal 2"
$ echo begun; until test -f now; do sleep 0.01; done; echo {printed}; sleep 1000
begun
```

```console
$ touch now
```

```console title="Terminal 2"
seen
```
"""


def test_another_terminal_runs_on(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(TERMINALS.format(printed="seen"))
    assert walked(page, program) == page.read_text()
    assert walked(page, program, write=True) == page.read_text()
    monkeypatch.setattr(walk, "_PATIENCE", 1)
    page.write_text(TERMINALS.format(printed="other"))
    with pytest.raises(Differs, match="other"):
        walked(page, program)


def blocks(page: str, language: str) -> list[str]:
    """The texts of a language on a page."""
    text = (GUIDES / f"{page}.md").read_text("utf-8")
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_what_a_server_runs_was_typed_on_the_page() -> None:
    typed = set(re.findall(r"^\$ (.*)$", "".join(blocks("ci", "console")), re.MULTILINE))
    asked = list(_run([yaml_load(text) for text in blocks("ci", "yaml")]))
    assert len(asked) == 6
    assert set(asked) - typed == {"pip install prometeu-assets"}


def _run(part: Any) -> Iterator[str]:
    """Each command of a workflow."""
    if isinstance(part, list):
        for inner in part:
            yield from _run(inner)
    elif isinstance(part, dict):
        for name, inner in part.items():
            yield from (inner if name == "script" else [inner] if name == "run" else _run(inner))


def test_an_editor_finds_the_place_of_a_message() -> None:
    (tasks,) = (json.loads(text) for text in blocks("editors", "json") if '"tasks"' in text)
    pattern = tasks["tasks"][0]["problemMatcher"]["pattern"]
    (line,) = re.findall(r"^::.*$", "".join(blocks("editors", "console")), re.MULTILINE)
    match = re.match(pattern["regexp"], line)
    assert match
    place = {name: match[pattern[name]] for name in ("severity", "file", "line", "column", "code")}
    assert place == {
        "severity": "error",
        "file": "assets/people/hero/asset.json",
        "line": "19",
        "column": "20",
        "code": "ASSET_METADATA",
    }
