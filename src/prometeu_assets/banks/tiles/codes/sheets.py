"""Codes about pictures as sheets of tiles."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

_NEAREST: Final = (
    " Or give the image, from a folder outside of `assets/`, to `new` or `add` with `--nearest`, "
    "which adds a copy with the nearest colours."
)
"""The end of a hint on a picture."""

SHEET_SIZE: Final = Code(
    "SHEET_SIZE",
    summary="The size of a sprite image is not a whole number of tiles.",
    meaning="A sprite image is cut into tiles from its top left corner, so its width and height "
    "are a whole number of tiles. The entry may set a margin before the first tile, and spacing "
    "between the tiles. After the last tile, both, one or neither may follow.",
    message="The image has {width}x{height} pixels, which is not a whole number of "
    "{tile_size}x{tile_size} tiles{apart}.",
    hint="Crop or extend the canvas (without scaling), for example to {wider}x{taller}, or check "
    "`tile_size`. If there is space between the tiles of the sheet, set it with `--margin` and "
    "`--spacing` of `add`.",
    hints={
        "spacing": "The size fits {columns}x{rows} tiles with {between} of spacing between "
        "them{around}. If that is right, also give `new` the options `{options}`; or, if the "
        "asset exists, run `prometeu-assets add {asset} {file:place}{of_project} {options}`. A "
        "larger canvas would shift the tiles. Otherwise crop or extend the canvas (without "
        "scaling), or check `tile_size`.",
        "apart": "Check `tile_size`, the margin and the spacing: `--margin` and `--spacing` of "
        "`new` set them; if the asset exists, those after `prometeu-assets add {asset} "
        "{file:place}{of_project}` change them. If only a part of the picture has tiles, choose it "
        "with `--area`.",
    },
)
SHEET_AREA: Final = Code(
    "SHEET_AREA",
    summary="The area of a sprite image is out of bounds.",
    meaning="An area is a column and a row of tiles, counted from 0, and the number of columns "
    "and rows to take.",
    message="The area has {wide}x{high} tiles from column {column}, row {row}; the image has "
    "{columns}x{rows} tiles of {tile_size}x{tile_size} pixels.",
    hint="Choose an area within columns 0 to {last_column} and rows 0 to {last_row}, and set it "
    "with `--area` of `new`, or, if the asset exists, after `prometeu-assets add {asset} "
    "{file:place}{of_project}`.",
)
SHEET_KEY_INDEX: Final = Code(
    "SHEET_KEY_INDEX",
    summary="The transparent colour of an indexed image is not at index 0.",
    meaning="The indices of an indexed image are kept, and only index 0 is transparent. So the "
    "`transparent` colour of its entry must be the colour of index 0.",
    message="`transparent` is {color}, but index 0 of the image is {zero}, and only index 0 is "
    "transparent.",
    hint="If {zero} is the transparent colour, give it to `new` with `--transparent`; if the asset "
    "exists, run `prometeu-assets add {asset} {file:place}{of_project} --transparent '{zero}'`. "
    "Otherwise make {color} the first colour of "
    "the image's palette, or export the image in true colour.",
)
SHEET_KEY: Final = Code(
    "SHEET_KEY",
    severity=Severity.WARNING,
    summary="The transparent colour of a sprite image is in none of its tiles.",
    meaning="The entry of the image sets its transparent colour. If no pixel has that colour, the "
    "real one is usually a little different.",
    message="`transparent` is {color}, but no pixel of the tiles has this colour.",
    hint="Look up the colour in your editor, and set it with `--transparent` after "
    "`prometeu-assets add {asset} {file:place}{of_project}`.",
)
SHEET_INDEX: Final = Code(
    "SHEET_INDEX",
    summary="An indexed image uses an index that the palettes of the asset do not have.",
    meaning="The indices of an indexed image are kept. If the image uses indices from 16 on, "
    "index 16 x p + c is colour c of palette p. The indices 16, 32 and so on are transparent, "
    "like 0.",
    message="Index {index} at pixel ({x}, {y}) is colour {color} of palette {palette}, but "
    "{but}. The image uses {colors} colours of its own palette.",
    hint="Reduce the image to at most 16 colours. The first one is the transparent one." + _NEAREST,
    hints={
        "blocks": "Declare {wanted} palettes in `inputs.palettes`, or list the image itself "
        "there, so that its own palettes are used: every tile uses the 16 indices of one palette.",
        "short": "{short} is palette {palette} and has {have} colours. Add {own} and those before "
        "it up to colour {color}, or draw with the colours that it has. If the image should have "
        "one palette only, reduce it to at most 16 colours.",
        "sparse": "The image uses 16 colours or fewer, but not the first 16. Move them to the "
        "start of the image's palette.",
    },
)
SHEET_TILE: Final = Code(
    "SHEET_TILE",
    summary="A tile of an indexed image uses two palettes.",
    meaning="If an indexed image uses indices from 16 on, index 16 x p + c is colour c of palette "
    "p. The console draws each tile with one palette.",
    message="Tile {tile} (column {column}, row {row}) uses two palettes: index {index} at pixel "
    "({x}, {y}) belongs to palette {palette}, index {other_index} at pixel ({other_x}, {other_y}) "
    "to palette {other_palette}. Tiles with two palettes: {count}.",
    hint="Draw each tile with the 16 indices of one palette. If the image should have one palette "
    "only, reduce it to at most 16 colours. The first one is the transparent one." + _NEAREST,
    hints={
        "true_color": "Save the image in true colour (RGBA). Then only its colours count: every "
        "tile has at most 15, and one palette must have all colours of a tile.",
    },
)
SHEET_ALPHA: Final = Code(
    "SHEET_ALPHA",
    summary="An image has half-transparent pixels.",
    meaning="A pixel of a tile is transparent, or has one colour of its palette. Nothing between "
    "is possible.",
    message="Half-transparent pixels (alpha neither 0 nor 255): {count}, the first at ({x}, {y}) "
    "with alpha {alpha}.",
    hint="Remove soft edges and shadows: export without anti-aliasing, or threshold the alpha "
    "channel." + _NEAREST,
    hints={
        "one": "In the image, set the pixel's alpha to 0 or to 255." + _NEAREST,
    },
)
SHEET_COLOR: Final = Code(
    "SHEET_COLOR",
    summary="The colours of a tile do not fit into one palette.",
    meaning="An image in true colour uses the first declared palette that has all its colours at "
    "the indices 1 to 15. If there is none, each tile uses the first palette that has all colours "
    "of the tile. Index 0 is transparent, so a colour at index 0 does not count.",
    message="No declared palette has all colours of tile {tile} (column {column}, row {row}): "
    "{color} at pixel ({x}, {y}) is not in {best}, the closest one. Tried: {tried}. Tiles that "
    "fit no palette: {strange}.",
    hint="Add {color} to {best} at an index from 1 to 15, or repaint it with a colour of the "
    "palette.",
    hints={
        "many": "Reduce the colours of the image: the tile has {colors} opaque ones, and a palette "
        "has room for 15." + _NEAREST,
        "index_zero": "{best} has {zero} only at index 0, which is always transparent. Make those "
        "pixels transparent, or add the colour again at an index from 1 to 15.",
        "near": "Repaint the image with {near}, the nearest colour of {best} (index "
        "{near_index}), or add {color} at an index from 1 to 15." + _NEAREST,
        "full": "{best} is full. Repaint the image with its nearest colour, {near} at index "
        "{near_index}, or declare another palette that has all colours of the tile." + _NEAREST,
    },
)
SHEET_ALIKE: Final = Code(
    "SHEET_ALIKE",
    summary="A colour of an image is not in a palette, but looks like one of its colours on the "
    "console.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops the "
    "lower bits. If no palette has the exact colours, colours that are equal on the console are "
    "accepted.",
    message="{color} at pixel ({x}, {y}) is not in {palette}. On the console it equals {declared} "
    "at index {index}, so this one is used. Pixels with such colours: {count}.",
    hint="The console shows no difference. To make the files equal too, write {color} into "
    "{palette} at index {index}, or repaint it with {declared}.",
    severity=Severity.WARNING,
)
SHEET_PALETTE: Final = Code(
    "SHEET_PALETTE",
    summary="The own palette of an indexed image matches no declared palette.",
    meaning="The indices of an indexed PNG are kept, and its colours are ignored. If its own "
    "palette differs from all declared ones, the tiles may look different from the image.",
    message="Index {index}, first at pixel ({x}, {y}), is {own} in the image and {declared} in "
    "{best}, the declared palette that matches best ({disagreeing} of the used indices differ).",
    hint="The tiles will have the declared colours. If that is wrong, export the image with the "
    "declared palette in the same order.",
    hints={
        "undeclared": "In {best} index {index} is black. Add {own} there, or export the image "
        "with a declared palette in the same order.",
    },
    severity=Severity.WARNING,
)
SHEET_INDEX_ZERO: Final = Code(
    "SHEET_INDEX_ZERO",
    summary="An indexed image has a visible colour at index 0, which the console does not draw.",
    meaning="The indices of an indexed PNG are kept. On the console index 0 is transparent, and "
    "so is the first index of every other palette (16, 32 and so on). In the image this index is "
    "opaque, so the tiles look different.",
    message="Pixels of index {index}, which is {color} in the image and transparent on the "
    "console: {count}, the first at ({x}, {y}).",
    hint="If these pixels should be transparent, make index {index} transparent in the image. If "
    "they should be visible, add {color} to the palette of the image and to the declared palette "
    "at an index from {first} to {last}, and draw with that index.",
    hints={
        "again": "If these pixels should be transparent, make index {index} transparent in the "
        "image. If they should be visible, draw them with index {again}, which is {color} too.",
    },
    severity=Severity.WARNING,
)
SHEET_TRANSPARENCY: Final = Code(
    "SHEET_TRANSPARENCY",
    summary="An indexed image has a transparent colour at another index than 0.",
    meaning="In a bank, index 0 is transparent and all others are opaque. The alpha in the PNG "
    "does not change that.",
    message="Pixels that are transparent in the image and opaque on the console: {count}, the "
    "first at ({x}, {y}) with index {index} ({color}, alpha {alpha}).",
    hint="Move the transparent colour to index 0, in the palette of the image and in the declared "
    "palette.",
    hints={
        "partial": "Make {color} opaque in the image, or draw these pixels with index 0 to "
        "make them transparent.",
    },
    severity=Severity.WARNING,
)
SHEET_UNDECLARED: Final = Code(
    "SHEET_UNDECLARED",
    summary="An indexed image uses an index that no declared palette has.",
    meaning="The indices of an indexed PNG are kept. A palette of a bank has 16 colours, and "
    "those that no file declares are black.",
    message="Pixels that are black on the console, because no declared palette has their index: "
    "{count}, the first at ({x}, {y}) with index {index} ({color} in the image).",
    hint="Add colours to {palette}, which has {colors}, up to index {index}, or draw with the "
    "colours that it has.",
    severity=Severity.WARNING,
)
SHEET_RGB565: Final = Code(
    "SHEET_RGB565",
    summary="Two colours of an image look the same on the console.",
    meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops the "
    "lower bits. If one of the two colours is drawn on the other, it is invisible.",
    message="{color} at pixel ({x}, {y}) and {other} at pixel ({other_x}, {other_y}) look the "
    "same on the console. Colours of the image that look like another one: {count}.",
    hint="To keep them different, change one by 8 in red or blue, or by 4 in green, in the image "
    "and in {palette}. Otherwise draw with one of them.",
    severity=Severity.WARNING,
)
TILES_CAPACITY: Final = Code(
    "TILES_CAPACITY",
    summary="The sprite images contain more tiles than a bank can hold.",
    meaning="The sheet of a bank has 256 × 256 pixels, so it holds 1024 tiles of 8 × 8, 256 of 16 "
    "× 16 or 64 of 32 × 32.",
    message="The images contain {tiles} tiles ({counts}{differing}); the bank's sheet holds "
    "{capacity} of {tile_size}x{tile_size}.",
    hint="Remove unused or empty tiles, or split the asset into two assets.",
    hints={
        "repeated": "Remove the repeated tiles: without them there are {different}, which fit.",
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
