"""From the bytes of source files to indices, colours, samples and payloads; no file is opened."""

from prometeu_assets.packer.intake.palettes import Palette, read_palette
from prometeu_assets.packer.intake.png import Sheet, lay_out, read_sheet
from prometeu_assets.packer.intake.raw import read_raw
from prometeu_assets.packer.intake.wav import read_wav

__all__ = [
    "Palette",
    "Sheet",
    "lay_out",
    "read_palette",
    "read_raw",
    "read_sheet",
    "read_wav",
]
