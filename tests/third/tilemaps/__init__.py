"""A bank type that no release has: a map of tile numbers, from a small text file.

It is written as a bank of the package would be: one package, one schema.
"""

from tests.third.tilemaps.bank import TILEMAPS, TileMap

__all__ = ["TILEMAPS", "TileMap"]
