"""The ordered table of rules of a cartridge: the load order of a runtime, up to the pack.

Clause: ``spec/contract/1/cartridge.md#order``. The rules of the pack itself (`contract.rules`,
profile *reader*) follow the last of these; only then is anything preloaded. As there, a module
holds all of its rules.
"""

from __future__ import annotations

from typing import Final

from prometeu_assets.contract.load_rules import capabilities, files, manifest, members
from prometeu_assets.contract.rule import Rule

LOAD_RULES: Final[tuple[Rule, ...]] = (
    *manifest.RULES,
    *members.RULES,
    *capabilities.RULES,
    *files.RULES,
)
"""Every rule before the pack's own, in the order in which a cartridge is checked."""
