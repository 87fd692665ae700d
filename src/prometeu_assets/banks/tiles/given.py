"""The files that come into a tile bank, read as far as it takes to make palettes and copies.

Clause: ``spec/workspace.md#bringing``.
"""

from __future__ import annotations

from prometeu_assets.banks.tiles.palettes import Palette, read_palettes
from prometeu_assets.banks.tiles.png import tiles_in
from prometeu_assets.contract.bank import Opener, Origin
from prometeu_assets.contract.limits import LIMITS


def palettes_given(origin: Origin, opener: Opener) -> list[Palette]:
    """The palettes of a palette file. Raises `Refused`, `OSError`."""
    with opener(origin) as file:
        return read_palettes(file.read(LIMITS.palette_file_bytes + 1), name=origin.path)


def picture_given(origin: Origin, opener: Opener, tile_size: int) -> tuple[bytes, int]:
    """The bytes of a picture, and how many tiles it gives by its header. Raises likewise."""
    with opener(origin) as file:
        data = file.read(LIMITS.image_file_bytes + 1)
    settings = origin.settings
    return data, tiles_in(data, name=origin.path, tile_size=tile_size, settings=settings)
