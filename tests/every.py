"""One test for a property of many: it tells of each that does not have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def every(values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Makes a check of one value, or of the parts of a tuple, the test that all values pass it."""
    listed = list(values)

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failed = []
            for value in listed:
                try:
                    check(*value) if isinstance(value, tuple) else check(value)
                except Exception as error:  # noqa: BLE001  # each is told below
                    error.add_note(f"of {value!r}")
                    failed.append(error)
            if failed:
                raise ExceptionGroup(f"{len(failed)} of {len(listed)} fail", failed)
            assert listed, "a property of nothing"

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate
