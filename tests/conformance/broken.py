"""The package's reader with one thing wrong: ``broken.py FAULT [options of the protocol] FILE…``."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from prometeu_assets.conformance.reader import main
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Fault
from prometeu_assets.contract.rules import table, text
from prometeu_assets.contract.text import scan
from prometeu_assets.contract.value import Contract


def changed(rule: str, check: Any) -> Contract:
    rules = tuple(replace(r, check=check) if r.id == rule else r for r in CURRENT.rules)
    return CURRENT.with_(rules=rules)


def swapped(first: str, second: str) -> Contract:
    ids = [rule.id for rule in CURRENT.rules]
    i, j = ids.index(first), ids.index(second)
    rules = list(CURRENT.rules)
    rules[i], rules[j] = rules[j], rules[i]
    return CURRENT.with_(rules=tuple(rules))


def keeps_the_last(exam: Any, rule: Any) -> Iterator[Fault]:
    """A JSON parser of the usual sort: of two members with one name it keeps the last."""
    if not scan(exam.header_bytes).repeats:
        yield from text.canonical_text(exam, rule)


class _OneMore:
    """An examination that takes the region for a byte longer than it is."""

    def __init__(self, exam: Any) -> None:
        self._exam = exam

    def __getattr__(self, name: str) -> Any:
        return self._exam.region + 1 if name == "region" else getattr(self._exam, name)


def one_beyond(exam: Any, rule: Any) -> Iterator[Fault]:
    yield from table.bounds(_OneMore(exam), rule)


def contract(fault: str) -> Contract:
    if fault == "lenient-json":
        return changed("header-canonical", keeps_the_last)
    if fault == "off-by-one":
        return changed("table-bounds", one_beyond)
    if fault == "wrong-order":
        return swapped("prelude-flags", "prelude-reserved")
    return CURRENT.without(fault)


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], contract=contract(sys.argv[1])))
