"""A project in Python runs the vectors in three lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.every import every

from prometeu_assets.conformance.kit import Kit
from prometeu_assets.conformance.testing import ConformanceCase, conformance_cases

PROJECT = """
import pytest
import prometeu_assets as pa
from prometeu_assets.conformance.testing import conformance_cases

def my_reader(path):
    with path.open("rb") as file:
        if file.read(20)[16:] != bytes(4):
            return None
    return next(iter(pa.validate(path).codes), None)

@pytest.mark.parametrize("case", conformance_cases(profile="reader", only="prelude-*"), ids=str)
def test_my_reader(case, tmp_path):
    case.check(my_reader(case.input(tmp_path)))
"""


def ran(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest, without plugins that others have installed, in a project of these tests."""
    (folder / "test_reader.py").write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    return subprocess.run(
        [*command, *options, "."],
        cwd=folder, env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip


def test_a_project_of_its_own(tmp_path: Path) -> None:
    done = ran(tmp_path, PROJECT)
    assert done.returncode == 1, done.stdout
    assert "FAILED test_reader.py::test_my_reader[prelude-flags-one]" in done.stdout
    assert (
        "AssertionError: prelude-flags-one: expected reject PRELUDE_FLAGS; found accept"
        in done.stdout
    )
    assert "rule container.md#prelude-flags: 1 is not 0" in done.stdout
    failed = done.stdout.count("FAILED ")
    passed = len(conformance_cases(profile="reader", only="prelude-*")) - failed
    assert f"{failed} failed, {passed} passed" in done.stdout


FIXTURE = """
import prometeu_assets as pa
from prometeu_assets.conformance.fixtures import conformance_case

def test_my_reader(conformance_case, tmp_path):
    path = conformance_case.input(tmp_path)
    conformance_case.check(next(iter(pa.validate(path).codes), None))
"""


def test_the_fixture_runs_every_pack_of_profile_reader(tmp_path: Path) -> None:
    """All are collected; some are enough to run."""
    done = ran(tmp_path, FIXTURE, "-k", "prelude or accept")
    assert done.returncode == 0, done.stdout
    whole = conformance_cases(profile="reader")
    some = [case for case in whole if "prelude" in str(case) or "accept" in str(case)]
    counts = f"{len(some)} passed, {len(whole) - len(some)} deselected"
    assert counts in done.stdout


def one(id: str) -> ConformanceCase:
    (case,) = conformance_cases(kind=None, only=id)
    return case


@every(
    [
        ("prelude-flags-one", "PRELUDE_FLAGS", True),
        ("prelude-flags-one", {"verdict": "reject", "code": "PRELUDE_FLAGS"}, True),
        ("prelude-flags-one", None, False),
        ("prelude-flags-one", "PRELUDE_MAGIC", False),
        ("prelude-flags-one", {"verdict": "reject"}, False),
        ("accept-empty", None, True),
        ("accept-empty", {"verdict": "accept"}, True),
        ("accept-empty", "PRELUDE_MAGIC", False),
        ("accept-empty", {"verdict": "accept", "view": {}}, False),
        ("json-accept-zero", None, True),
    ]
)
def test_an_answer_is_checked(id: str, answer: object, right: bool) -> None:
    if right:
        one(id).check(answer)  # type: ignore[arg-type]
        return
    with pytest.raises(AssertionError, match=f"^{id}: expected "):
        one(id).check(answer)  # type: ignore[arg-type]


def test_cases_are_chosen(kit: Kit) -> None:
    assert len(conformance_cases(kind=None)) == len(kit.vectors)
    assert {c.vector.question.kind for c in conformance_cases()} == {"read"}
    assert {c.profile for c in conformance_cases(profile="writer")} == {"writer"}
    assert conformance_cases(kit=kit.directory) == conformance_cases()
