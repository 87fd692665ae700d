"""Every fenced block of the pages is run or compared by a test, or says here why it is not.

The blocks that no other test runs are run here, on a copy of the example.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.every import every
from tests.exports.assets_pa import AssetsPa
from tests.guides.test_reader import command
from tests.reader import web

import prometeu_assets as pa
from prometeu_assets.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)(```+) *([^\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for pattern in (
        "*.md",
        "spec/**/*.md",
        "conformance/*.md",
        "examples/*/*.md",
        "benchmarks/**/*.md",
    )
    for path in ROOT.glob(pattern)
}
BLOCKS = [
    (page, language, text)
    for page, whole in sorted(PAGES.items())
    for _, _, language, text in FENCE.findall(whole)
]

HERE = "tests/guides/test_blocks.py"
RUN = {
    ("spec/guide/*.md", "console"): ("tests/guides/test_guides.py", "walked(page"),
    ("spec/guide/*.md", "[!p]* title=*"): ("tests/guides/test_guides.py", "walked(page"),
    ("spec/guide/packer.md", "python title=*"): ("tests/guides/test_packer.py", '"packer.md"'),
    ("spec/guide/reader.md", "python*"): ("tests/guides/test_reader.py", '"reader.md"'),
    ("spec/guide/reader.md", "sh"): (HERE, "guide/reader.md"),
    ("spec/guide/first-pack.md", "sh"): (HERE, "guide/first-pack.md"),
    ("README.md", "sh"): ("tests/guides/test_readme.py", 'block("sh"'),
    ("README.md", "console"): ("tests/guides/test_readme.py", 'block("console"'),
    ("README.md", "python"): ("tests/guides/test_readme.py", 'block("python"'),
    ("spec/codes/*.md", "{ .text .wrap }"): ("tests/docs/test_code_pages.py", "codes"),
    ("spec/reference/cli.md", "text"): ("tools/generate.py", "cli"),
    ("spec/reference/cli.md", "sh"): ("tests/cli/test_output.py", "EXAMPLES"),
    ("spec/ci.md", "bash"): ("tests/migrate/test_ci.py", "spec/ci.md"),
    ("spec/ci.md", "yaml"): (HERE, "spec/ci.md"),
    ("spec/python-reader.md", "python"): (HERE, "python-reader.md"),
    ("spec/python-packs.md", "python"): ("tests/end_to_end/test_programs.py", "python-packs.md"),
    ("spec/python-writer.md", "python"): ("tests/packer/test_memory.py", "python-writer.md"),
    ("spec/python-workspace.md", "python"): (
        "tests/end_to_end/test_programs.py", "python-workspace.md",
    ),
    ("spec/watch.md", "python"): (HERE, "watch.md"),
    ("spec/shipper-integration.md", "*"): (HERE, "shipper-integration.md"),
    ("spec/workspace.md", "sh"): (HERE, "workspace.md"),
    ("spec/contract/*/exports.md", "python"): (HERE, "exports.md"),
    ("conformance/README.md", "console"): (HERE, "conformance/README.md"),
    ("conformance/README.md", "python"): ("tests/conformance/test_testing.py", "conformance_case"),
    ("CONTRIBUTING.md", "python"): ("tests/third/contract.py", 'status="draft"'),
}  # fmt: skip
"""Pages and languages to the module that runs or compares their blocks, and what it says of them."""

WORKED = "the worked packs, byte by byte: tests/spec/test_worked_pack.py"
SHOWN = {
    ("spec/contract/*/banks.md", "text"): "formulas; every reader of the kit follows them",
    ("spec/contract/*/cartridge.md", "text"): "a picture of a look-up",
    ("spec/contract/*/container.md", "text"): f"pictures and formulas, and {WORKED}",
    ("spec/contract/*/header.md", "text"): "a grammar; the kit has the cases of it",
    ("spec/contract/*/reader.md", "text"): "an outline: its codes are in tests/spec/test_spec_pages.py",
    ("spec/life-of-a-load.md", "text"): "a picture of a look-up",
    ("spec/workspace.md", "text"): "the folders of a project, and the shape of a document",
    ("conformance/PROTOCOL.md", "text"): "the form of a command, and a line of its output",
    ("conformance/PROTOCOL.md", "json"): "shapes of views, with … for what is long",
    ("conformance/PROTOCOL.md", "console"): "a reader of the page's reader",
    ("conformance/README.md", "text"): "a loop in no language",
    ("benchmarks/field/README.md", "console"): "it takes gigabytes from the network",
    ("examples/hello-cartridge/README.md", "sh"): "it draws the pictures that are there",
}  # fmt: skip
"""Pages and languages to the reason why nothing runs their blocks."""


def rows(page: str, language: str) -> list[tuple[str, str]]:
    """The rows that say something of a block."""
    return [row for row in (*RUN, *SHOWN) if fnmatch(page, row[0]) and fnmatch(language, row[1])]


def test_every_block_is_run_or_has_its_reason() -> None:
    found = {(page, language): rows(page, language) for page, language, _ in BLOCKS}
    assert {block: its for block, its in found.items() if len(its) != 1} == {}
    assert set(RUN) | set(SHOWN) == {row for its in found.values() for row in its}
    assert len(BLOCKS) > 300


@every(RUN)
def test_a_module_that_runs_blocks_is_there(page: str, language: str) -> None:
    module, says = RUN[page, language]
    assert says in (ROOT / module).read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    found = [text for name, its, text in BLOCKS if name == page and its == language]
    assert found, (page, language)
    return found


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example as `my-game`, built and shipped."""
    folder = tmp_path_factory.mktemp("games")
    kept = shutil.ignore_patterns("build", "cartridge", "extracted", "cache.json", "lock")
    shutil.copytree(ROOT / "examples/hello-cartridge", folder / "my-game", ignore=kept)
    pa.build(folder / "my-game")
    pa.ship(folder / "my-game")
    return folder


def test_the_reader_in_python(games: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(games / "my-game")
    remote, local = (
        re.sub(r"(?m)^  (?=\S|    )", "", text)
        for text in blocks("spec/python-reader.md", "python")
    )
    names: dict[str, object] = {"pa": pa}
    exec(local, names)
    assert names["picture"].shape == (256, 256, 4)  # type: ignore[attr-defined]
    data = Path("build/assets.pa").read_bytes()
    ways = {"assets.pa": lambda server, method, asked: web.honest(server.data, asked)}
    with web.serving(data, ways) as server:
        exec(remote.replace("https://example.org/assets.pa", server.url("assets.pa")), names)


def test_a_watch_and_a_preview(
    games: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each as it is on the page, for its first round."""
    monkeypatch.chdir(games)

    @contextmanager
    def preview(game: str) -> Iterator[object]:
        with pa.preview(game) as shown:
            yield _First(shown)

    class _First(SimpleNamespace):
        def __init__(self, shown: pa.Preview) -> None:
            super().__init__(addresses=shown.addresses)
            self.shown = shown

        def __iter__(self) -> Iterator[object]:
            return islice(iter(self.shown), 1)

    first = SimpleNamespace(watch=lambda game: islice(pa.watch(game), 1), preview=preview)
    for text in blocks("spec/watch.md", "python"):
        exec(text, {"pa": first})
        assert capsys.readouterr().out.splitlines()[-1].startswith("1 ")


def test_the_load_of_a_cartridge(games: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(games / "my-game")
    banks: dict[str, dict[int, object]] = defaultdict(dict)
    (text,) = blocks("spec/shipper-integration.md", "python")
    exec(text, {"pa": pa, "banks": banks})
    assert banks["TILES"]
    assert banks["SOUNDS"]
    (text,) = blocks("spec/shipper-integration.md", "console")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shown = subprocess.run(
        ["bash", "-ec", text.removeprefix("$ ")], env={**os.environ, "PATH": path}, check=True
    )
    assert shown.returncode == 0


def test_the_parser_of_kaitai(games: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(games / "my-game/build")
    (text,) = blocks("spec/contract/1/exports.md", "python")
    with pa.open("assets.pa") as pack:
        assert pack.entries[0].bank_type == "TILES"
    exec(text, {"json": json, "AssetsPa": AssetsPa})


def test_the_steps_of_a_workflow(games: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(games / "my-game")
    (text,) = blocks("spec/ci.md", "yaml")
    steps = [
        step["run"] for step in yaml.safe_load(text)["jobs"]["assets"]["steps"] if "run" in step
    ]
    install, *commands = [shlex.split(step) for step in steps]
    assert install == ["pip", "install", "prometeu-assets"]
    assert [run(words[1:]) for words in commands] == [0] * len(commands)
    assert len(commands) > 2


def test_the_runs_of_the_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first with the reader after its first step; the others choose cases."""
    monkeypatch.chdir(tmp_path)
    lines = [line for text in blocks("spec/guide/reader.md", "sh") for line in text.splitlines()]
    lines += [
        line.removeprefix("$ ")
        for text in blocks("conformance/README.md", "console")
        for line in text.splitlines()
    ]
    reader = command(tmp_path, 1)
    for number, line in enumerate(lines):
        program, *words = shlex.split(line)
        options, asked = words[: words.index("--")], words[words.index("--") :]
        assert (program, *words[:2]) == ("prometeu-assets", "conformance", "run")
        assert asked[1:] in (["python", "reader.py"], ["./my-reader"])
        if number == 0:
            assert run([*options, "--", *reader]) == 0
        assert run([options[0], "list", *options[2:]]) == 0
    assert len(lines) > 3


def test_the_merge_driver_is_the_one_of_the_hint() -> None:
    (line,) = blocks("spec/workspace.md", "sh")
    examples = (ROOT / "src/prometeu_assets/codes/examples.json").read_text("utf-8")
    assert f"`{line.strip()}`" in json.loads(examples)["MERGE_DRIVER"]


def test_installing_is_said_alike() -> None:
    """The README's lines are tried by its test."""
    (text,) = blocks("spec/guide/first-pack.md", "sh")
    assert set(text.splitlines()) <= set(blocks("README.md", "sh")[0].splitlines())
