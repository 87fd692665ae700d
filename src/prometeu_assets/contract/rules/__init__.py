"""The ordered table of rules: the order of checks, and what schemas cannot state.

Clause: ``spec/contract/1/reader.md#order``. With the Construct definitions and the JSON Schemas
this is the third source of truth. The first failing check decides the code; steps are gates. A
module is a step: each rule's check, sentence, code, message and hints stand in it.
"""

from __future__ import annotations

from typing import Final

from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.rules import (
    banks,
    file,
    payload,
    preload,
    prelude,
    schema,
    table,
    text,
)

RULES: Final[tuple[Rule, ...]] = (
    *prelude.RULES,
    *file.RULES,
    *text.RULES,
    *schema.RULES,
    *table.RULES,
    *banks.RULES,
    *preload.RULES,
    *payload.RULES,
)
"""The published rules, in the order in which they are checked."""
