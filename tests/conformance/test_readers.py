"""Three readers that share no code say the same of every case."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.manifest import alike
from prometeu_assets.conformance.reader import judge
from prometeu_assets.conformance.results import Status
from prometeu_assets.conformance.suite import Options, run_suite

PACKAGE = [sys.executable, "-m", "prometeu_assets.conformance.reader"]
OPTIONS = Options(timeout=120)


def all_pass(kit: Kit, command: list[str]) -> None:
    outcome = run_suite(kit, command, kit.vectors, OPTIONS)
    assert outcome.counts == {Status.PASSED: len(kit.vectors)}, "\n".join(outcome.lines())
    assert outcome.ok


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "exact"])
def test_the_package_in_process(kit: Kit, fast: bool, tmp_path: Path) -> None:
    for vector in kit.vectors:
        answer = judge(vector.input(tmp_path), vector.question, fast=fast)
        found = answer.diagnostic
        assert (found.code if found else None) == vector.code, vector.id
        assert alike(answer.view, vector.view()), vector.id


@pytest.mark.parametrize("options", [[], ["--exact"]], ids=["fast", "exact"])
def test_the_package(kit: Kit, options: list[str]) -> None:
    all_pass(kit, [*PACKAGE, *options])


def test_the_standard_library_alone(kit: Kit) -> None:
    # Isolated: it can see neither the package nor anything else that is installed.
    all_pass(
        kit, [sys.executable, "-I", "-S", str(kit.directory / "readers/python-stdlib/reader.py")]
    )


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.fail("the JavaScript reader needs Node 20 or later, and there is no `node` here")
    return found


def test_javascript(kit: Kit, node: str) -> None:
    all_pass(kit, [node, str(kit.directory / "readers/javascript/cli.mjs")])


def test_the_javascript_readers_own_tests(kit: Kit, node: str) -> None:
    folder = kit.directory / "readers/javascript"
    done = subprocess.run(
        [node, "--test"], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout
