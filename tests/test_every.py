"""What the tests share: a test of many tells of each that fails, and reports are complete."""

from __future__ import annotations

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


def test_a_report_without_the_data_of_its_texts_fails_in_every_test() -> None:
    short = Diagnostic(code="PATH_MISSING", data={"path_": "a"})
    for made in (lambda: Report(diagnostics=(short,)), lambda: Refused(short)):
        with pytest.raises(KeyError, match="'path'"):
            made()
    assert Report.of([short.at(data={"path": "a"})]).codes == ("PATH_MISSING",)
