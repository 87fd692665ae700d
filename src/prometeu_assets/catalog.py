"""Every diagnostic code, by group: the reference pages and the verb ``codes`` derive from it.

Codes are API: added in a minor version, removed in a major one, never renamed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from prometeu_assets.banks.raw import RAW_SIZE
from prometeu_assets.codes import cartridge, documents, intake, migration, paths, workspace
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.value import Contract


def groups(contract: Contract) -> Mapping[str, tuple[Code, ...]]:
    """Group name to its codes, in the order they are published; with those of the banks."""
    banks = [bank for container in contract.containers for bank in container.banks]

    def joined(common: Iterable[Code]) -> Iterator[Code]:
        for code in common:
            yield code
            yield from dict.fromkeys(own for bank in banks for own in bank.codes.get(code, ()))

    common = {
        "reading": _beside(contract.rules),
        "documents": documents.CODES,
        "paths": paths.CODES,
        "intake": (*intake.CODES, RAW_SIZE),
        "workspace": workspace.CODES,
        "migration": migration.CODES,
        "cartridge": (*_beside(contract.load_rules), *cartridge.CODES),
    }
    return MappingProxyType({group: tuple(joined(codes)) for group, codes in common.items()})


def _beside(rules: Iterable[Rule]) -> tuple[Code, ...]:
    """The codes that stand beside their rules, in the order of checks."""
    return tuple(dict.fromkeys(rule.code for rule in rules if isinstance(rule.code, Code)))


GROUPS: Final = groups(CURRENT)
"""The groups of the published contract."""

CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {code.name: code for group in GROUPS.values() for code in group}
)
"""Every code by name."""


def address(code: str, contract: Contract = CURRENT) -> str:
    """Where the specification explains the code, relative to ``spec/``; raises `LookupError`."""
    group = next((name for name, codes in groups(contract).items() if code in codes), None)
    if group is None:
        raise LookupError(code)
    return f"codes/{group}.md#{code}"
