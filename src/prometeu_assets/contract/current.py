"""The published contract: every definition of the format, put together.

Nothing that a definition is made of imports this module.
"""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks import BANKS
from prometeu_assets.contract.companions import COMPANION
from prometeu_assets.contract.container import ALIGNMENT_1, PRELUDE_1, Container
from prometeu_assets.contract.documents import Documents
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.load_rules import LOAD_RULES
from prometeu_assets.contract.migrations import STEPS
from prometeu_assets.contract.rules import RULES
from prometeu_assets.contract.value import Contract

CONTAINER_1: Final = Container(
    version=1,
    prelude=PRELUDE_1,
    header=("pack-header", 1),
    alignment=ALIGNMENT_1,
    banks=BANKS,
    status="release candidate",
)
"""Container version 1, the published one."""

CURRENT: Final = Contract(
    containers=(CONTAINER_1,),
    documents=Documents(),
    rules=RULES,
    load_rules=LOAD_RULES,
    limits=LIMITS,
    writes=1,
    windows={
        "asset": (1, 2, 3),
        "index": (1, 2, 3),
        "released": (1,),
        "cartridge": (1,),
        "manifest": (1,),
        COMPANION: (1, 2),
    },
    migrations=STEPS,
)
"""The published contract."""
