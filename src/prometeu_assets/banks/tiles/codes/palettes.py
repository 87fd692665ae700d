"""Codes about palette files."""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks.faults import STRANGERS
from prometeu_assets.codes.code import Code, Severity

PALETTE_KIND: Final = Code(
    "PALETTE_KIND",
    summary="The ending of a palette file's name is not a palette format.",
    meaning="The ending of the name says which format a palette file has. The content alone would "
    "be a guess.",
    message="The file is not a known palette format: its name has {found}.",
    hint="Use one of {known}.",
    hints={
        "mistaken": "The content is {kind}. Rename the file to end in {suffix}.",
        "act": "Export the palette as one of {known}. Lospec and most editors can do that.",
    },
)
PALETTE_FORMAT: Final = Code(
    "PALETTE_FORMAT",
    summary="The content of a palette file does not match the ending of its name.",
    meaning="The ending of the name says which format the file has, but its content has another "
    "one or is damaged.",
    message="The file is not {wanted}: {what}.",
    hints={
        **STRANGERS,
        "mistaken": "The content is {kind}. Rename the file to end in {suffix}.",
        "other": "The content is {kind}. Export the palette as one of {known}.",
        "utf16": "Save the file as UTF-8 or plain ASCII text.",
        "alpha": "Move the transparent colour to the first place, or export the palette without "
        "alpha. In a bank, index 0 is transparent and all others are opaque.",
        "digits": "Write six digits for a colour. Programs disagree about which two of eight "
        "digits are the alpha, and here index 0 is transparent and all others are opaque.",
        "hex": "Write one colour on each line: six hexadecimal digits such as ff0044.",
        "gpl": "After the line `GIMP Palette`, write each colour on a line such as `255 0 68 Red`.",
        "rgba": "After the line `Channels: RGBA`, write each colour on a line such as `255 0 68 "
        "255 Red`. The fourth number is its alpha.",
        "pal": "Write the lines `JASC-PAL`, `0100`, the number of colours, and then one colour on "
        "each line, such as `255 0 68`.",
        "json": 'Write one object such as {{"colors": ["#ff0044", "#ffffff"]}}; it may also have '
        "a `name` and an `author`.",
        "png": "Export it as one row of colours in true colour (RGB), which is read from left to "
        "right, or give the palette as a .hex file. A conversion to indexed colour may change the "
        "order of the colours.",
    },
)
PALETTE_EMPTY: Final = Code(
    "PALETTE_EMPTY",
    summary="A palette file contains no colour.",
    meaning="Nothing can be drawn with a palette without colours.",
    message="The palette has no colour; it needs 1 to {limit}.",
    hint="Export the palette again.",
)
PALETTE_LENGTH: Final = Code(
    "PALETTE_LENGTH",
    summary="A palette file contains too many colours.",
    meaning="A pixel of a tile is an index of four bits, so a palette has at most 16 colours. The "
    "first one is transparent.",
    message="The palette has {count} colours; the limit is {limit}.",
    hint="Split it into palettes of at most {limit} colours. The first colour of each is the "
    "transparent one.",
    hints={
        "padded": "Remove the padding: all colours after the first {used} are the same.",
    },
)
PALETTE_COUNT: Final = Code(
    "PALETTE_COUNT",
    summary="The palette files of a tile bank contain too many palettes.",
    meaning="A bank has 64 palettes. An indexed image counts as one palette for every 16 indices, "
    "up to the highest index that its pixels use. Every other file counts as one.",
    message="The files of `inputs.palettes` contain {found} palettes; a bank has {limit}.",
    hint="List fewer files, or save the indexed images in the list with fewer colours.",
)
PALETTE_TRANSPARENCY: Final = Code(
    "PALETTE_TRANSPARENCY",
    summary="A PNG palette has a transparent colour at another index than 0.",
    meaning="In a bank, index 0 is transparent and all others are opaque. The alpha in the PNG "
    "does not change that, and the colour at index 0 is never drawn.",
    message="{color} at index {index} has alpha {alpha} in the image. In a bank, {zero} at index "
    "{zero_index} is transparent and all other colours are opaque.",
    hint="Move the transparent colour to index {zero_index} and make the others opaque. Do the "
    "same in every image that uses the palette.",
    severity=Severity.WARNING,
)
PALETTE_ORDER: Final = Code(
    "PALETTE_ORDER",
    summary="A row of colours has another order than the image's own palette.",
    meaning="An image of one row with a palette contains its colours twice: as pixels and as a "
    "palette. Some programs sort the palette when they convert to indexed colour.",
    message="The pixel at ({x}, 0) is {color}, but index {x} of the image's own palette is {own}. "
    "The palette is used, not the pixels.",
    hint="If you want the order of the pixels, save the image in true colour (RGB). Then it is "
    "read from left to right.",
    severity=Severity.WARNING,
)
PALETTE_RGB565: Final = Code(
    "PALETTE_RGB565",
    summary="Two colours of a palette look the same on the console.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue. The packer drops the "
    "lower bits, so colours that differ only there look the same.",
    message="{color} at index {index} and {other} at index {other_index} look the same on the "
    "console. Colours of the palette that look like an earlier one: {count}.",
    hint="To keep them different, change one by 8 in red or blue, or by 4 in green, also in the "
    "images. Otherwise use one of them for both.",
    severity=Severity.WARNING,
)

CODES: Final = (
    PALETTE_KIND,
    PALETTE_FORMAT,
    PALETTE_EMPTY,
    PALETTE_LENGTH,
    PALETTE_COUNT,
    PALETTE_TRANSPARENCY,
    PALETTE_ORDER,
    PALETTE_RGB565,
)
"""In the order in which they are published."""
