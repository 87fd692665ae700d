"""Codes about palette files."""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks.faults import STRANGERS
from prometeu_assets.codes.code import Code, Severity

PALETTE_KIND: Final = Code(
    "PALETTE_KIND",
    summary="A palette file's name ends in nothing that is a palette format.",
    meaning="The ending of a palette's name says which format it has; the content alone would "
    "be a guess.",
    message="The file's name has {found}, which tells no palette format.",
    hint="Use one of {known}.",
    hints={
        "mistaken": "The content is {kind}: rename the file to end in {suffix}.",
        "act": "Export the palette as one of {known}; Lospec and most editors offer several.",
    },
)
PALETTE_FORMAT: Final = Code(
    "PALETTE_FORMAT",
    summary="A palette file is not in the format its name says.",
    meaning="The content is not what the ending of its name promises.",
    message="The file is not {wanted}: {what}.",
    hints={
        **STRANGERS,
        "mistaken": "The content is {kind}: rename the file to end in {suffix}.",
        "other": "The content is {kind}: export the palette as one of {known}.",
        "utf16": "Save the file as UTF-8 or plain ASCII text.",
        "alpha": "Index 0 is transparent and every other opaque: move the transparent colour "
        "to the first place, or export the palette without alpha.",
        "digits": "Write six digits for a colour: programs disagree about which of eight are "
        "the alpha. Index 0 is transparent and every other opaque.",
        "hex": "Write one colour to a line, six hexadecimal digits such as ff0044.",
        "gpl": "After the line `GIMP Palette` each colour is a line such as `255 0 68 Red`.",
        "rgba": "After the line `Channels: RGBA` each colour is a line such as "
        "`255 0 68 255 Red`, the fourth number being its alpha.",
        "pal": "The lines are `JASC-PAL`, `0100`, the number of colours, then one colour to a "
        "line such as `255 0 68`.",
        "json": 'The file is one object such as {{"colors": ["#ff0044", "#ffffff"]}}; it may '
        "have a `name` and an `author`.",
        "png": "Export it as one row of colours in true colour (RGB), which is read from left "
        "to right, or give the palette as a .hex file. A conversion to indexed colour may "
        "reorder the colours.",
    },
)
PALETTE_EMPTY: Final = Code(
    "PALETTE_EMPTY",
    summary="A palette file holds no colour.",
    meaning="A palette without a colour can draw nothing.",
    message="The palette holds no colour; it needs 1 to {limit}.",
    hint="Export the palette again.",
)
PALETTE_LENGTH: Final = Code(
    "PALETTE_LENGTH",
    summary="A palette file holds too many colours.",
    meaning="A tile's pixel is an index of four bits, so a palette has at most 16 colours, the "
    "first of which is transparent.",
    message="The palette holds {count} colours; at most {limit} fit.",
    hint="Split it into palettes of at most {limit} colours, the first of each being the "
    "transparent one.",
    hints={
        "padded": "All colours after the first {used} are the same: remove the padding.",
    },
)
PALETTE_COUNT: Final = Code(
    "PALETTE_COUNT",
    summary="The palette files of a tile bank hold too many palettes.",
    meaning="A bank has 64 palettes. An indexed image gives one for every 16 indices up to the "
    "highest that its pixels use; any other file gives one.",
    message="The files of `inputs.palettes` hold {found} palettes; a bank has {limit}.",
    hint="List fewer files, or save the indexed images among them with fewer colours.",
)
PALETTE_TRANSPARENCY: Final = Code(
    "PALETTE_TRANSPARENCY",
    summary="An indexed PNG given as a palette makes an index other than 0 transparent.",
    meaning="In a bank index 0 is transparent and all others are opaque, whatever the PNG "
    "says. The colour at index 0 is never drawn.",
    message="{color} at index {index} has alpha {alpha} in the image; in a bank {zero} at "
    "index {zero_index} is transparent and every other colour is opaque.",
    hint="Move the transparent colour to index {zero_index}, in every image that uses the "
    "palette too, and make the others opaque.",
    severity=Severity.WARNING,
)
PALETTE_ORDER: Final = Code(
    "PALETTE_ORDER",
    summary="A strip of colours shows another order than its own palette.",
    meaning="An image of one row that is saved with a palette may hold its colours twice: as "
    "pixels and as a palette. Programs that convert to indexed colour sort the palette.",
    message="The pixel at ({x}, 0) is {color}, but the colour at index {x} of the image's own "
    "palette is {own}; the own palette counts.",
    hint="If the order of the pixels is meant, save the image in true colour (RGB): it is then "
    "read from left to right.",
    severity=Severity.WARNING,
)
PALETTE_RGB565: Final = Code(
    "PALETTE_RGB565",
    summary="Two colours of a palette are one colour on the console.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops "
    "the lower bits. Colours that differ only in these look the same.",
    message="{color} at index {index} and {other} at index {other_index} are one colour on the "
    "console. Colours of the palette that equal an earlier one there: {count}.",
    hint="To keep them apart, change one by 8 in red or blue or by 4 in green, in the images "
    "too. Otherwise use one of them for both.",
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
