"""What the tests share: a test of many tells of each that fails, and reports are complete."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from tests.every import every


def test_each_that_fails_is_told() -> None:
    seen = []

    @every([1, 2, 3, 4])
    def even(number: int) -> None:
        seen.append(number)
        assert number % 2 == 0

    with pytest.raises(ExceptionGroup, match="2 of 4 fail") as caught:
        even()
    assert seen == [1, 2, 3, 4]
    assert [error.__notes__ for error in caught.value.exceptions] == [["of 1"], ["of 3"]]


def test_all_pass_and_there_are_some() -> None:
    every([(1, 1), (2, 2)])(lambda one, two: None)()
    with pytest.raises(AssertionError, match="nothing"):
        every([])(lambda value: None)()


def test_each_is_named_and_a_failure_of_pytest_is_one() -> None:
    @every([(1, "a" * 400), (2, "b")])
    def never(number: int, text: str) -> None:
        with pytest.raises(ValueError):
            str(number + len(text))

    @every(["a", "b"], ids=["first", "second"])
    def first(text: str) -> None:
        assert text == "a"

    with pytest.raises(BaseExceptionGroup) as caught:
        never()
    (one,), (two,) = (error.__notes__ for error in caught.value.exceptions)
    assert one == "of (1, '" + "a" * 295 + "…"
    assert two == "of (2, 'b')"
    with pytest.raises(ExceptionGroup) as named:
        first()
    assert [error.__notes__ for error in named.value.exceptions] == [["of second"]]


@every(["one", "two"])
def test_each_has_fixtures_of_its_own(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not [*tmp_path.iterdir()]
    (tmp_path / name).touch()
    assert "PROMETEU_EACH" not in os.environ
    monkeypatch.setenv("PROMETEU_EACH", name)
    assert capsys.readouterr().out == ""
    sys.stdout.write(name)


def test_a_report_without_the_data_of_its_texts_fails_in_every_test() -> None:
    short = Diagnostic(code="PATH_MISSING", data={"path_": "a"})
    for made in (lambda: Report(diagnostics=(short,)), lambda: Refused(short)):
        with pytest.raises(KeyError, match="'path'"):
            made()
    assert Report.of([short.at(data={"path": "a"})]).codes == ("PATH_MISSING",)
