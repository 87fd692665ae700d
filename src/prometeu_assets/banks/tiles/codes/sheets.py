"""Codes about pictures as sheets of tiles."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

_NEAREST: Final = (
    " Or give it, from a folder outside of `assets/`, to `new` or `add` with `--nearest`: a copy "
    "with the nearest colours comes in."
)
"""The end of a hint on a picture."""

SHEET_SIZE: Final = Code(
    "SHEET_SIZE",
    summary="A sprite image is not a whole number of tiles.",
    meaning="A sprite image is cut into tiles from its top left corner, and must be a whole "
    "number of them in both directions. Its entry may say that there is a margin before the "
    "first tile, and spacing between the tiles; then both, one or neither may follow the last.",
    message="The image is {width}x{height} pixels, which is not a whole number of "
    "{tile_size}x{tile_size} tiles{apart}.",
    hint="Crop or extend the canvas (without scaling), for example to {wider}x{taller}, or "
    "check `tile_size`. If the sheet has spacing between its tiles, say so with `--margin` and "
    "`--spacing` of `add`.",
    hints={
        "spacing": "The size is that of {columns}x{rows} tiles with {between} of spacing "
        "between them{around}. If so, give `new` the options `{options}` too, or, when the asset "
        "is there, run `prometeu-assets add {asset} {file:place}{of_project} {options}`. A larger "
        "canvas would shift the tiles. Otherwise crop or extend the canvas (without scaling), or "
        "check `tile_size`.",
        "apart": "Check `tile_size`, the margin and the spacing: `--margin` and `--spacing` "
        "after `prometeu-assets add {asset} {file:place}{of_project}` change them. If only "
        "a part of the picture is tiles, name it with `--area`.",
    },
)
SHEET_AREA: Final = Code(
    "SHEET_AREA",
    summary="The area of a sprite image is not inside it.",
    meaning="An area names a column and a row of tiles, from 0, and how many of each are taken.",
    message="The area has {wide}x{high} tiles from column {column}, row {row}; the image has "
    "{columns}x{rows} tiles of {tile_size}x{tile_size} pixels.",
    hint="Choose an area within columns 0 to {last_column} and rows 0 to {last_row}, and name "
    "it with `--area` after `prometeu-assets add {asset} {file:place}{of_project}`.",
)
SHEET_KEY_INDEX: Final = Code(
    "SHEET_KEY_INDEX",
    summary="The transparent colour of an indexed image is not that of index 0.",
    meaning="The indices of an indexed image are kept, and index 0 alone is transparent. A "
    "colour that is said to be transparent must be the one of index 0.",
    message="{color} is to be transparent, but index 0 of the image is {zero}, and that is the "
    "index which is transparent.",
    hint="Say that {zero} is transparent, if it is: `prometeu-assets add {asset} "
    "{file:place}{of_project} --transparent '{zero}'`. Otherwise make {color} the first "
    "colour of the image's palette, or export the image in true colour.",
)
SHEET_KEY: Final = Code(
    "SHEET_KEY",
    severity=Severity.WARNING,
    summary="No pixel of a sprite image has its transparent colour.",
    meaning="The entry of the image says which colour is transparent. When no pixel has it, "
    "the colour is mostly another one, by a little.",
    message="{color} is to be transparent, and no pixel of the tiles has it.",
    hint="Look in the editor which colour is meant, and name that one with `--transparent` "
    "after `prometeu-assets add {asset} {file:place}{of_project}`.",
)
SHEET_INDEX: Final = Code(
    "SHEET_INDEX",
    summary="An indexed image uses an index that the asset's palettes do not have.",
    meaning="The indices of an indexed image are kept. When it uses indices from 16 on, index "
    "16 x p + c is colour c of palette p, as some tools write them. 16, 32 and so on are "
    "transparent, as 0 is.",
    message="Index {index} at pixel ({x}, {y}) is colour {color} of palette {palette}, but "
    "{but}. The image uses {colors} colours of its own palette.",
    hint="Reduce the image to at most 16 colours, the first one being the transparent one."
    + _NEAREST,
    hints={
        "blocks": "Every tile keeps to the 16 indices of one palette: declare {wanted} "
        "palettes in `inputs.palettes`, or list the image itself there, which then gives its "
        "own palettes.",
        "short": "{short}, which is palette {palette}, has {have} colours: add {own} and those "
        "before it up to colour {color}, or draw with the colours that it has. If the image is "
        "not meant to have several palettes, reduce it to at most 16 colours.",
        "sparse": "16 colours or fewer are used, but not the first 16: reorder the image's "
        "palette so that they come first.",
    },
)
SHEET_TILE: Final = Code(
    "SHEET_TILE",
    summary="A tile of an indexed image uses two palettes.",
    meaning="When an indexed image uses indices from 16 on, index 16 x p + c is colour c of "
    "palette p. The console draws a tile with one palette.",
    message="Tile {tile} (column {column}, row {row}) uses two palettes: index {index} at "
    "pixel ({x}, {y}) is of palette {palette}, index {other_index} at pixel ({other_x}, "
    "{other_y}) is of palette {other_palette}. Tiles with two palettes: {count}.",
    hint="Draw each tile with the 16 indices of one palette. If the image is not meant to have "
    "several palettes, reduce it to at most 16 colours, the first one being the transparent "
    "one." + _NEAREST,
    hints={
        "true_color": "Save the image in true colour (RGBA). Then only its colours count: no tile "
        "has more than 15, and one palette must hold all of a tile.",
    },
)
SHEET_ALPHA: Final = Code(
    "SHEET_ALPHA",
    summary="An image has pixels that are neither transparent nor opaque.",
    meaning="A pixel of a tile is transparent or has one colour of its palette; there is "
    "nothing between.",
    message="Pixels that are neither transparent (alpha 0) nor opaque (255): {count}, the "
    "first at ({x}, {y}) with alpha {alpha}.",
    hint="Remove soft edges and shadows: export the image with anti-aliasing off, or threshold "
    "the alpha channel." + _NEAREST,
    hints={
        "one": "In the image, set the pixel's alpha to 0 or to 255." + _NEAREST,
    },
)
SHEET_COLOR: Final = Code(
    "SHEET_COLOR",
    summary="A tile has an opaque colour that no palette holds together with its others.",
    meaning="An image in true colour belongs to the first declared palette that holds all its "
    "colours at the indices 1 to 15. If there is none, each tile belongs to the first palette "
    "that holds all colours of the tile. Index 0 is transparent, so a colour that stands "
    "only there does not count.",
    message="No declared palette holds all colours of tile {tile} (column {column}, row "
    "{row}): {color} at pixel ({x}, {y}) is not in {best}, the closest one. Tried: {tried}. "
    "Tiles that fit no palette: {strange}.",
    hint="Add {color} to {best} at an index from 1 to 15, or repaint it with a colour of the "
    "palette.",
    hints={
        "many": "The tile has {colors} opaque colours and a palette has room for 15: reduce "
        "those of the image." + _NEAREST,
        "index_zero": "{zero} stands in {best} only at index 0, which is always transparent: "
        "make those pixels transparent, or add the colour again at an index from 1 to 15.",
        "near": "The nearest colour of {best} is {near} at index {near_index}: repaint the image "
        "with it, or add {color} at an index from 1 to 15." + _NEAREST,
        "full": "{best} is full. Its nearest colour is {near} at index {near_index}: repaint "
        "the image with it, or declare another palette that holds all colours of the tile."
        + _NEAREST,
    },
)
SHEET_ALIKE: Final = Code(
    "SHEET_ALIKE",
    summary="A colour of an image is in no palette, but on the console it is one of them.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops "
    "the lower bits. When no palette holds the colours exactly, those that are equal on the "
    "console count as equal.",
    message="{color} at pixel ({x}, {y}) is not in {palette}, but on the console it is the "
    "same as {declared} at index {index}, which is used. Pixels drawn with such colours: "
    "{count}.",
    hint="The console shows no difference. To have none in the files, write {color} into "
    "{palette} at index {index}, or repaint it with {declared}.",
    severity=Severity.WARNING,
)
SHEET_PALETTE: Final = Code(
    "SHEET_PALETTE",
    summary="An indexed image's own palette agrees with no declared one.",
    meaning="The indices of an indexed PNG are kept, whatever colours it shows. If its own "
    "palette differs from all declared ones, the tiles may look unlike the image.",
    message="Index {index}, first at pixel ({x}, {y}), is {own} in the image and {declared} in "
    "{best}, the declared palette that agrees best ({disagreeing} of the indices in use "
    "differ).",
    hint="The indices are kept, so the tiles will show the declared colours: if that is not "
    "meant, export the image with the declared palette in the same order.",
    hints={
        "undeclared": "With {best} index {index} is black: add {own} there, or export the "
        "image with a declared palette in the same order.",
    },
    severity=Severity.WARNING,
)
SHEET_INDEX_ZERO: Final = Code(
    "SHEET_INDEX_ZERO",
    summary="An indexed image shows a colour at index 0, which the console does not draw.",
    meaning="The indices of an indexed PNG are kept, and index 0 is transparent on the "
    "console, as is the first index of every other palette (16, 32 and so on). The image does "
    "not say that this index is transparent, so it looks otherwise.",
    message="Pixels of index {index}, which is {color} in the image and not drawn on the "
    "console: {count}, the first at ({x}, {y}).",
    hint="If they are meant to be transparent, make index {index} transparent in the image. If "
    "they are meant to be seen, add {color} to the image's and to the declared palette at an "
    "index from {first} to {last} and draw with that index.",
    hints={
        "again": "If they are meant to be transparent, make index {index} transparent in the "
        "image. If they are meant to be seen, draw them with index {again}, which is {color} "
        "too.",
    },
    severity=Severity.WARNING,
)
SHEET_TRANSPARENCY: Final = Code(
    "SHEET_TRANSPARENCY",
    summary="An indexed image makes an index other than 0 transparent.",
    meaning="In a bank index 0 is transparent and all others are opaque, whatever the PNG says.",
    message="Pixels that are not opaque in the image but on the console: {count}, the first at "
    "({x}, {y}) with index {index} ({color}, alpha {alpha}).",
    hint="Move the transparent colour to index 0, in the image's and in the declared palette.",
    hints={
        "partial": "Make {color} opaque in the image, or draw these pixels with index 0 to "
        "make them transparent.",
    },
    severity=Severity.WARNING,
)
SHEET_UNDECLARED: Final = Code(
    "SHEET_UNDECLARED",
    summary="An indexed image uses an index that no declared palette has.",
    meaning="The indices of an indexed PNG are kept. A bank's palettes have 16 colours each, "
    "and those that no file declares are black.",
    message="Pixels of an index that no declared palette has, which are black on the console: "
    "{count}, the first at ({x}, {y}) with index {index} ({color} in the image).",
    hint="Add colours to {palette}, which has {colors}, up to index {index}; or draw with the "
    "colours that it has.",
    severity=Severity.WARNING,
)
SHEET_RGB565: Final = Code(
    "SHEET_RGB565",
    summary="Two colours that an image uses are one colour on the console.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops "
    "the lower bits. What is drawn with one colour on the other is not seen.",
    message="{color} at pixel ({x}, {y}) and {other} at pixel ({other_x}, {other_y}) are one "
    "colour on the console. Colours of the image that equal another one there: {count}.",
    hint="To keep them apart, change one by 8 in red or blue or by 4 in green, in the image "
    "and in {palette}. Otherwise draw with one of them.",
    severity=Severity.WARNING,
)
TILES_CAPACITY: Final = Code(
    "TILES_CAPACITY",
    summary="The sprite images hold more tiles than the bank's sheet.",
    meaning="A bank's sheet is 256 × 256 pixels, so it holds 1024 tiles of 8 × 8, 256 of 16 × "
    "16 or 64 of 32 × 32.",
    message="The images hold {tiles} tiles ({counts}{differing}); the bank's sheet holds "
    "{capacity} of {tile_size}x{tile_size}.",
    hint="Remove unused or empty tiles, or split the asset in two.",
    hints={
        "repeated": "Without repeated tiles there are {different}, which fit: remove the "
        "repeated ones.",
    },
)

CODES: Final = (
    SHEET_SIZE,
    SHEET_AREA,
    SHEET_KEY_INDEX,
    SHEET_KEY,
    SHEET_INDEX,
    SHEET_TILE,
    SHEET_ALPHA,
    SHEET_COLOR,
    SHEET_ALIKE,
    SHEET_PALETTE,
    SHEET_INDEX_ZERO,
    SHEET_TRANSPARENCY,
    SHEET_UNDECLARED,
    SHEET_RGB565,
    TILES_CAPACITY,
)
"""In the order in which they are published."""
