"""The tile bank: one sheet of indexed tiles and its palettes.

Clause: ``spec/contract/1/banks.md#tiles``.
"""

from prometeu_assets.banks.tiles.bank import TILES
from prometeu_assets.banks.tiles.value import TileBank

__all__ = ["TILES", "TileBank"]
