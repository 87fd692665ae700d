"""The diagnostic codes that are not a rule's own, one module a group.

The code of a rule is beside it, in `prometeu_assets.contract.rules` and `load_rules`;
`prometeu_assets.catalog` has all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from prometeu_assets.codes import cartridge, documents, intake, migration, paths, workspace
from prometeu_assets.codes.code import Code

COMMON: Final[Mapping[str, Code]] = MappingProxyType(
    {
        code.name: code
        for group in (documents, paths, intake, workspace, migration, cartridge)
        for code in group.CODES
    }
)
"""These codes by name."""
