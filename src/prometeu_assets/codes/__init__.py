"""The one table of diagnostic codes; the reference page, ``codes.json`` and `codes` derive from it.

Codes are API: added in a minor version, removed in a major one, never renamed in between.
Each module of this package is one group of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from prometeu_assets.codes import cartridge, documents, intake, migration, paths, reading, workspace
from prometeu_assets.codes.code import Code

GROUPS: Final[Mapping[str, tuple[Code, ...]]] = MappingProxyType(
    {
        "reading": reading.CODES,
        "documents": documents.CODES,
        "paths": paths.CODES,
        "intake": intake.CODES,
        "workspace": workspace.CODES,
        "migration": migration.CODES,
        "cartridge": cartridge.CODES,
    }
)
"""Group name to its codes, in the order they are published."""

CODES: Final[Mapping[str, Code]] = MappingProxyType(
    {code.name: code for group in GROUPS.values() for code in group}
)
"""Every code by name."""
