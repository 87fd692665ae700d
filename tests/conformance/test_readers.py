"""Four readers that share no code say the same of every case."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conformance.test_broken_readers import SLOW

from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.reader import Question, judge
from prometeu_assets.conformance.results import Status
from prometeu_assets.conformance.suite import Options, run_suite
from prometeu_assets.contract.canonical import same

PACKAGE = [sys.executable, "-m", "prometeu_assets.conformance.reader"]
OPTIONS = Options(timeout=120)


def all_pass(
    kit: Kit, command: list[str], *, later: int = 0, some: list[Vector] | None = None
) -> None:
    """Every case passes; ``later`` ones are skipped, of kinds that came after the reader."""
    vectors = some or kit.vectors
    outcome = run_suite(kit, command, vectors, OPTIONS)
    wanted = Counter({Status.PASSED: len(vectors) - later, Status.SKIPPED: later})
    assert Counter(outcome.counts) == +wanted, "\n".join(outcome.lines())
    assert outcome.ok


def of_later_kinds(kit: Kit) -> int:
    """Cases of documents that are newer than the two small readers."""
    return sum(vector.question.kind.startswith("migrate-") for vector in kit.vectors)


def test_the_package_with_the_exact_tier_alone(kit: Kit, tmp_path: Path) -> None:
    """But for the two largest tables, which take as long as all others; `test_build.py` has them."""
    for vector in kit.vectors:
        if vector.id in SLOW:
            continue
        answer = judge(vector.input(tmp_path), vector.question, fast=False)
        found = answer.diagnostic
        assert (found.code if found else None) == vector.code, vector.id
        assert same(answer.view, vector.view()), vector.id


def test_the_package(kit: Kit) -> None:
    """As a program, asked each question; what it says of every case is in ``test_build.py``."""
    asked: dict[Question, list[Vector]] = {}
    for vector in kit.vectors:
        asked.setdefault(vector.question, []).append(vector)
    all_pass(kit, PACKAGE, some=[vector for cases in asked.values() for vector in cases[::20]])


def test_the_standard_library_alone(kit: Kit) -> None:
    """But for a table that Python takes seconds for; the one that has a row more is judged."""
    # Isolated: it can see neither the package nor anything else that is installed.
    reader = str(kit.directory / "readers/python-stdlib/reader.py")
    some = [vector for vector in kit.vectors if vector.id != "order-largest-table"]
    all_pass(kit, [sys.executable, "-I", "-S", reader], later=of_later_kinds(kit), some=some)


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.fail("the JavaScript reader needs Node 20 or later, and there is no `node` here")
    return found


@pytest.fixture(scope="module")
def rust(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Compiles a file of the Rust reader without a warning; the path of what was made."""
    if shutil.which("rustc") is None:
        pytest.fail("the Rust reader needs rustc 1.63 or later, and there is no `rustc` here")
    target = tmp_path_factory.mktemp("rust")

    def compiled(source: str, made: str, *options: str) -> Path:
        path = kit.directory / "readers/rust" / source
        command = ["rustc", "--edition", "2021", "-D", "warnings", *options, str(path)]
        done = subprocess.run(
            [*command, "-L", str(target), "-o", str(target / made)],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return target / made

    return compiled


def test_rust(kit: Kit, rust: Callable[..., Path]) -> None:
    library = rust(
        "lib.rs", "libreader.rlib", "-O", "--crate-type", "rlib", "--crate-name", "reader"
    )
    reader = rust("main.rs", "reader", "--extern", f"reader={library}")
    later = sum(vector.question.kind.startswith("migrate") for vector in kit.vectors)
    all_pass(kit, [str(reader)], later=later)


def test_the_rust_readers_own_tests(rust: Callable[..., Path]) -> None:
    done = subprocess.run(
        [str(rust("lib.rs", "tests", "--test"))], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_javascript(kit: Kit, node: str) -> None:
    all_pass(
        kit, [node, str(kit.directory / "readers/javascript/cli.mjs")], later=of_later_kinds(kit)
    )


def test_the_javascript_readers_own_tests(kit: Kit, node: str) -> None:
    folder = kit.directory / "readers/javascript"
    done = subprocess.run(
        [node, "--test"], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout
