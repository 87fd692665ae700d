"""Every diagnostic code, by group: the reference pages and the verb ``codes`` derive from it.

Codes are API: added in a minor version, removed in a major one, never renamed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from prometeu_assets.codes import cartridge, documents, intake, migration, paths, workspace
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.load_rules import LOAD_RULES
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.rules import RULES


def _own(rules: Iterable[Rule]) -> tuple[Code, ...]:
    """The codes that stand beside their rules, in the order of checks."""
    return tuple(dict.fromkeys(rule.code for rule in rules if isinstance(rule.code, Code)))


GROUPS: Final[Mapping[str, tuple[Code, ...]]] = MappingProxyType(
    {
        "reading": _own(RULES),
        "documents": documents.CODES,
        "paths": paths.CODES,
        "intake": intake.CODES,
        "workspace": workspace.CODES,
        "migration": migration.CODES,
        "cartridge": (*_own(LOAD_RULES), *cartridge.CODES),
    }
)
"""Group name to its codes, in the order they are published."""

CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {code.name: code for group in GROUPS.values() for code in group}
)
"""Every code by name."""


def address(code: str) -> str:
    """Where the specification explains the code, relative to ``spec/``; raises `KeyError`."""
    group = next(name for name, codes in GROUPS.items() if CODES[code] in codes)
    return f"codes/{group}.md#{code}"
