"""The bank types, one package each: it contains all that is particular to the type.

Clause: ``spec/contract/1/banks.md``. To add one, see ``CONTRIBUTING.md``.
"""

from __future__ import annotations

from typing import Any, Final

from prometeu_assets.banks.sounds import SOUNDS, SoundBank
from prometeu_assets.banks.tiles import TILES, TileBank
from prometeu_assets.contract.bank import Bank

BANKS: Final[tuple[Bank[Any], ...]] = (TILES, SOUNDS)
"""The bank types of container version 1."""

Decoded = TileBank | SoundBank
"""What a slice of one of them is, decoded."""
