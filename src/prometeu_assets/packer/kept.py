"""The warnings of a slice as the cache keeps them, and as a later build tells them again.

Clause: ``spec/workspace.md#cache``; schema ``schemas/cache/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from prometeu_assets.codes.code import Code, Severity
from prometeu_assets.contract.bank import Bank
from prometeu_assets.diagnostics import Diagnostic
from prometeu_assets.workspace.declarations import Declaration

_MADE: Final[set[tuple[str, str | None, frozenset[tuple[str, type]]]]] = set()
"""Kinds of warnings whose texts were made."""
_MANY: Final = 1_000
"""Kinds that are kept."""


def written(warnings: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """The warnings as members of an entry, without their asset, which the reader knows."""
    return [
        {
            "code": str(warning.code),
            "file": warning.file,
            "data": dict(warning.data),
            **({} if warning.pointer is None else {"pointer": warning.pointer}),
            **({} if warning.offset is None else {"offset": warning.offset}),
            **({} if warning.hint_key is None else {"hint_key": warning.hint_key}),
        }
        for warning in warnings
    ]


def read(
    rows: Iterable[Mapping[str, Any]], declaration: Declaration, bank: Bank[Any]
) -> tuple[Diagnostic, ...]:
    """The warnings of an entry that obeys the schema, for the asset that is built now.

    Raises `ValueError` when no build of this asset could have told one of them: anybody may have
    written the cache.
    """
    if not rows:
        return ()
    inputs = {declaration.place(origin) for _, _, origin in declaration.origins}
    return tuple(_warning(row, declaration, inputs, _of_bank(bank)) for row in rows)


@lru_cache
def _of_bank(bank: Bank[Any]) -> dict[str, Code]:
    return warnings_of(chain.from_iterable(bank.codes.values()))


def warnings_of(codes: Iterable[Code]) -> dict[str, Code]:
    """The codes that are warnings, by name."""
    return {str(code): code for code in codes if code.severity is Severity.WARNING}


def _warning(
    row: Mapping[str, Any],
    declaration: Declaration,
    inputs: set[str],
    codes: Mapping[str, Code],
) -> Diagnostic:
    if row["file"] not in inputs:
        raise ValueError("a file that the asset has not listed")
    return told_again({**row, "asset": declaration.ref}, codes)


def told_again(row: Mapping[str, Any], codes: Mapping[str, Code]) -> Diagnostic:
    """A warning of an entry that obeys the schema.

    Raises `ValueError` when its code is not in ``codes`` or its texts cannot be told.
    """
    code = codes.get(row["code"])
    if code is None:
        raise ValueError("a code that no build gives as a warning")
    warning = Diagnostic(**{**row, "code": code})
    if not all(text.isprintable() for text in _texts(warning)):
        raise ValueError("characters that cannot be printed")
    _require_texts(warning)
    return warning


def _require_texts(warning: Diagnostic) -> None:
    """Raise `ValueError` when the texts of a warning cannot be made.

    That depends on the names and types of its data alone, so each kind is tried once.
    """
    types = frozenset((name, type(value)) for name, value in warning.data.items())
    kind = (warning.code, warning.hint_key, types)
    if kind in _MADE:
        return
    try:
        _ = warning.message, warning.hint
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("data or a hint that the code has not") from error
    if len(_MADE) == _MANY:
        _MADE.clear()
    _MADE.add(kind)


def _texts(warning: Diagnostic) -> Iterator[str]:
    for value in (warning.pointer, *warning.data.values()):
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (text for text in value if isinstance(text, str))
