"""The pack of the last build, read again. Like any file on a disk, it is untrusted.

Clause: ``spec/workspace.md#paths``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from prometeu_assets.contract.companions import PACK
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.reader.pack import Pack, of
from prometeu_assets.reader.source import disk_source
from prometeu_assets.storage.paths import open_inside
from prometeu_assets.storage.transaction import BUILD

LAST: Final = f"{BUILD.directory}/{PACK}"


def open_last(project: Path, *, contract: Contract = CURRENT) -> Pack:
    """The pack in ``build/``. Raises `Refused` when it is not valid or not a plain file there."""
    return of(disk_source(open_inside(project, LAST), LAST), contract=contract)
