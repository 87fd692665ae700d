"""One test for a property of many: it tells of each that does not have it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

_LONGEST: Final = 300
"""Characters of a value that are told."""


def every(
    values: Iterable[Any], ids: Iterable[str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a check of one value, or of the parts of a tuple, the test that all values pass it.

    `ids` are the names of values that are too long to tell. The parameters after the parts are
    fixtures: each value has a `tmp_path` and a `monkeypatch` of its own, and nothing is in `capsys`.
    A test that needs other fixtures anew is parametrized.
    """
    listed = [value if isinstance(value, tuple) else (value,) for value in values]
    names = [_name(parts) for parts in listed] if ids is None else list(ids)

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        def test(**fixtures: Any) -> None:
            failed: list[BaseException] = []
            for number, (parts, name) in enumerate(zip(listed, names, strict=True)):
                try:
                    with ExitStack() as stack:
                        check(*parts, **_fresh(fixtures, number, stack))
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # told below
                    error.add_note(f"of {name}")
                    failed.append(error)
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(listed)} fail", failed)
            assert listed, "a property of nothing"

        parameters = list(inspect.signature(check).parameters.values())
        fixtures = parameters[len(listed[0]) :] if listed else []
        test.__signature__ = inspect.Signature(fixtures)  # type: ignore[attr-defined]
        test.pytestmark = getattr(check, "pytestmark", [])  # type: ignore[attr-defined]
        test.__name__, test.__doc__ = check.__name__, check.__doc__
        test.__wrapped__ = check  # type: ignore[attr-defined]
        return test

    return decorate


def _name(parts: tuple[Any, ...]) -> str:
    text = repr(parts[0] if len(parts) == 1 else parts)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _fresh(fixtures: dict[str, Any], number: int, stack: ExitStack) -> dict[str, Any]:
    """The fixtures as they are for a test of one value."""
    given = dict(fixtures)
    if "monkeypatch" in given:
        given["monkeypatch"] = stack.enter_context(pytest.MonkeyPatch.context())
    if "capsys" in given:
        given["capsys"].readouterr()
    if "tmp_path" in given:
        place: Path = given["tmp_path"] / str(number)
        place.mkdir()
        given["tmp_path"] = place
    return given
