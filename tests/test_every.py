"""A test of many fails when one of them does, and tells of each."""

from __future__ import annotations

import pytest

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
