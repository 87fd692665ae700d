"""From the bytes of source files to indices, colours, samples and payloads; no file is opened."""

from prometeu_assets.packer.intake.palettes import Palette, read_palette
from prometeu_assets.packer.intake.png import Sheet, check_capacity, lay_out, read_sheet, tiles_in
from prometeu_assets.packer.intake.raw import read_raw
from prometeu_assets.packer.intake.wav import read_wav

__all__ = [
    "Palette",
    "Sheet",
    "check_capacity",
    "lay_out",
    "read_palette",
    "read_raw",
    "read_sheet",
    "read_wav",
    "tiles_in",
]
