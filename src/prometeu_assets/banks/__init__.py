"""The bank types, one package each: it contains all that is particular to the type.

Clause: ``spec/contract/1/banks.md``. To add one, see ``CONTRIBUTING.md``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final, TypeVar

from prometeu_assets.banks.sounds import SOUNDS, SoundBank
from prometeu_assets.banks.tiles import TILES, TileBank
from prometeu_assets.contract.bank import Bank

V = TypeVar("V")

BANKS: Final[tuple[Bank[Any], ...]] = (TILES, SOUNDS)
"""The bank types of container version 1."""

Decoded = TileBank | SoundBank
"""What a slice of one of them is, decoded."""


class Banks(ABC):
    """What decodes assets: a method for each bank type, which tells what it gives."""

    @abstractmethod
    def decode(self, asset: Any) -> Decoded:
        """The bank of an asset, whatever its type."""

    def tiles(self, asset: Any) -> TileBank:
        """The tile bank of an asset; raises as `decode`, and `TypeError` for another bank."""
        return _only(TileBank, self.decode(asset), asset)

    def sounds(self, asset: Any) -> SoundBank:
        """The sound bank of an asset; raises as `decode`, and `TypeError` for another bank."""
        return _only(SoundBank, self.decode(asset), asset)


def _only(kind: type[V], decoded: object, asset: object) -> V:
    if not isinstance(decoded, kind):
        raise TypeError(f"{asset!r} is a {type(decoded).__name__}, not a {kind.__name__}")
    return decoded
