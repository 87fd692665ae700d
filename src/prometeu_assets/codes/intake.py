"""Codes about source files: pictures, palettes, sounds and raw payloads."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code, Severity

_STRANGERS: Final = {
    "lfs": "This is a Git LFS pointer, not the file itself: run `git lfs pull`.",
    "html": "This is a web page, probably saved in place of the file: download the file again.",
}
"""Hints for content that is no source file of any sort, whatever was expected."""
_EMPTY: Final = "The file has no bytes: export it again."

_CONVERT: Final = "`ffmpeg -i {source:place} -ac 1 -ar {rate} -c:a pcm_s16le {target:place}`"
_SOX: Final = "`sox {source:place} -c 1 -r {rate} -b 16 -e signed-integer {target:place}`"
"""What ffmpeg reads wrongly: it takes big-endian samples for little-endian ones."""

CODES: Final[tuple[Code, ...]] = (
    Code(
        "INPUT_TOTAL",
        summary="The input files of one asset are too large together.",
        message="The asset's files up to {path!r} have {found} bytes together; {limit} are read "
        "for one asset.",
        hint="Split the asset in two, or make its files smaller.",
    ),
    Code(
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
    ),
    Code(
        "PALETTE_FORMAT",
        summary="A palette file is not in the format its name says.",
        meaning="The content is not what the ending of its name promises.",
        message="The file is not {wanted}: {what}.",
        hints={
            **_STRANGERS,
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
    ),
    Code(
        "PALETTE_EMPTY",
        summary="A palette file holds no colour.",
        meaning="A palette without a colour can draw nothing.",
        message="The palette holds no colour; it needs 1 to {limit}.",
        hint="Export the palette again.",
    ),
    Code(
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
    ),
    Code(
        "PALETTE_COUNT",
        summary="The palette files of a tile bank hold too many palettes.",
        meaning="A bank has 64 palettes. An indexed image gives one for every 16 indices up to the "
        "highest that its pixels use; any other file gives one.",
        message="The files of `inputs.palettes` hold {found} palettes; a bank has {limit}.",
        hint="List fewer files, or save the indexed images among them with fewer colours.",
    ),
    Code(
        "PALETTE_TRANSPARENCY",
        summary="An indexed PNG given as a palette makes an index other than 0 transparent.",
        meaning="In a bank index 0 is transparent and all others are opaque, whatever the PNG "
        "says. The colour at index 0 is never drawn.",
        message="{color} at index {index} has alpha {alpha} in the image; in a bank {zero} at "
        "index {zero_index} is transparent and every other colour is opaque.",
        hint="Move the transparent colour to index {zero_index}, in every image that uses the "
        "palette too, and make the others opaque.",
        severity=Severity.WARNING,
    ),
    Code(
        "PALETTE_ORDER",
        summary="A strip of colours shows another order than its own palette.",
        meaning="An image of one row that is saved with a palette may hold its colours twice: as "
        "pixels and as a palette. Programs that convert to indexed colour sort the palette.",
        message="The pixel at ({x}, 0) is {color}, but the colour at index {x} of the image's own "
        "palette is {own}; the own palette counts.",
        hint="If the order of the pixels is meant, save the image in true colour (RGB): it is then "
        "read from left to right.",
        severity=Severity.WARNING,
    ),
    Code(
        "PALETTE_RGB565",
        summary="Two colours of a palette are one colour on the console.",
        meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops "
        "the lower bits. Colours that differ only in these look the same.",
        message="{color} at index {index} and {other} at index {other_index} are one colour on the "
        "console. Colours of the palette that equal an earlier one there: {count}.",
        hint="To keep them apart, change one by 8 in red or blue or by 4 in green, in the images "
        "too. Otherwise use one of them for both.",
        severity=Severity.WARNING,
    ),
    Code(
        "PNG_FORMAT",
        summary="A file given as a PNG is something else.",
        meaning="A file ends in `.png` and does not begin as one: it was renamed instead of "
        "converted, or is what a download left in its place.",
        message="The file is not a PNG: it {looks}.",
        hint="Export the image as PNG.",
        hints={
            **_STRANGERS,
            "empty": _EMPTY,
            "image": "Renaming does not convert: open it in an image editor and export it as PNG.",
            "newlines": "Its line ends were converted as if it were text: mark *.png as `binary` "
            "in .gitattributes and take the original again.",
        },
    ),
    Code(
        "PNG_TRUNCATED",
        summary="A PNG ends too early.",
        meaning="The file begins as a PNG and breaks off.",
        message="The PNG ends too early: {what}.",
        hint="The download or copy was cut short: take the file from its source again.",
    ),
    Code(
        "PNG_CORRUPT",
        summary="A PNG breaks the rules of its format.",
        meaning="The file is a PNG whose parts contradict each other. Other programs may show what "
        "they can of it; a build that did so would ship a damaged picture.",
        message="The PNG is damaged: {what}.",
        hint="Take the file from its source again, or open and export it anew in an image editor.",
    ),
    Code(
        "PNG_LIMIT",
        summary="An image is larger than is read.",
        meaning="Sizes are checked before any memory is spent. A sheet of a bank is far smaller "
        "than the limit.",
        message="The image is {width}x{height} pixels; at most {limit}x{limit} are read.",
        hint="Cut the image into several sheets.",
    ),
    Code(
        "PNG_UNSUPPORTED",
        summary="A PNG is of a sort that cannot become tiles without losing something.",
        meaning="Tiles have 16 colours of a palette. Pictures whose conversion would lose "
        "something are not converted silently.",
        message="The PNG {feature}, which cannot become tiles.",
        hints={
            "depth": "Export it with 8 bits per channel, or as indexed colour.",
            "animated": "Export it as a still image, with the frames side by side as tiles.",
        },
    ),
    Code(
        "ASEPRITE_FORMAT",
        summary="A file given as an Aseprite document is something else.",
        meaning="A file ends in `.aseprite` or `.ase` and does not begin as a document of the "
        "editor Aseprite.",
        message="The file is not an Aseprite document: it {looks}.",
        hint="Save the picture in Aseprite again, or export it as PNG.",
        hints={**_STRANGERS, "empty": _EMPTY},
    ),
    Code(
        "ASEPRITE_TRUNCATED",
        summary="An Aseprite document ends too early.",
        meaning="The file begins as an Aseprite document and breaks off.",
        message="The Aseprite document ends too early: {what}.",
        hint="The download or copy was cut short: take the file from its source again.",
    ),
    Code(
        "ASEPRITE_CORRUPT",
        summary="An Aseprite document breaks the rules of its format.",
        meaning="The parts of the document contradict each other. The editor may show what it can "
        "of it; a build that did so would ship a damaged picture.",
        message="The Aseprite document is damaged: {what}.",
        hint="Take the file from its source again, or open it in Aseprite and save it again.",
    ),
    Code(
        "ASEPRITE_LIMIT",
        summary="An Aseprite document is larger than is read.",
        meaning="Sizes and counts are checked before any memory is spent. A sheet of a bank is far "
        "smaller than the limits.",
        message="The Aseprite document has {what}; at most {limit} are read.",
        hint="Split the document into several files, or export the part that you need as PNG.",
    ),
    Code(
        "ASEPRITE_UNSUPPORTED",
        summary="An Aseprite document uses something that is not kept exactly.",
        meaning="Visible layers are flattened exactly as the editor shows them. Blend modes and "
        "opacity mix colours that the palette does not have, and tilemap layers are not read. "
        "Hidden layers may use all of these.",
        message="{what}, which is not read.",
        hints={
            "blend": "In Aseprite, set the mode of this {kind} to Normal, or choose "
            "Layer > Flatten and correct the colours. A hidden {kind} is left out.",
            "opacity": "In Aseprite, set the opacity of this {kind} and of its cels to 255, or "
            "choose Layer > Flatten and correct the colours. A hidden {kind} is left out.",
            "tilemap": "In Aseprite, select this layer and choose Layer > Convert To > Layer.",
            "palette": "Give all frames the palette of the first one, or save the frames with "
            "another palette as a file of their own.",
        },
    ),
    Code(
        "SHEET_SIZE",
        summary="A sprite image is not a whole number of tiles.",
        meaning="A sprite image is cut into tiles from its top left corner, and must be a whole "
        "number of them in both directions.",
        message="The image is {width}x{height} pixels, which is not a whole number of "
        "{tile_size}x{tile_size} tiles.",
        hint="Crop or extend the canvas (without scaling), for example to {wider}x{taller}, or "
        "check `tile_size`. If the sheet has spacing between its tiles, export it without.",
        hints={
            "spacing": "The size is that of {columns}x{rows} tiles with {spacing} of spacing "
            "between them{around}. If so, export the sheet without spacing, as "
            "{packed_width}x{packed_height}: a larger canvas would shift the tiles. Otherwise crop "
            "or extend the canvas (without scaling), or check `tile_size`.",
        },
    ),
    Code(
        "SHEET_INDEX",
        summary="An indexed image uses an index that the asset's palettes do not have.",
        meaning="The indices of an indexed image are kept. When it uses indices from 16 on, index "
        "16 x p + c is colour c of palette p, as some tools write them. 16, 32 and so on are "
        "transparent, as 0 is.",
        message="Index {index} at pixel ({x}, {y}) is colour {color} of palette {palette}, but "
        "{but}. The image uses {colors} colours of its own palette.",
        hint="Reduce the image to at most 16 colours, the first one being the transparent one.",
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
    ),
    Code(
        "SHEET_TILE",
        summary="A tile of an indexed image uses two palettes.",
        meaning="When an indexed image uses indices from 16 on, index 16 x p + c is colour c of "
        "palette p. The console draws a tile with one palette.",
        message="Tile {tile} (column {column}, row {row}) uses two palettes: index {index} at "
        "pixel ({x}, {y}) is of palette {palette}, index {other_index} at pixel ({other_x}, "
        "{other_y}) is of palette {other_palette}. Tiles with two palettes: {count}.",
        hint="Draw each tile with the 16 indices of one palette. If the image is not meant to have "
        "several palettes, reduce it to at most 16 colours, the first one being the transparent "
        "one.",
    ),
    Code(
        "SHEET_ALPHA",
        summary="An image has pixels that are neither transparent nor opaque.",
        meaning="A pixel of a tile is transparent or has one colour of its palette; there is "
        "nothing between.",
        message="Pixels that are neither transparent (alpha 0) nor opaque (255): {count}, the "
        "first at ({x}, {y}) with alpha {alpha}.",
        hint="Remove soft edges and shadows: export with anti-aliasing off, or threshold the "
        "alpha channel.",
        hints={
            "one": "Set the pixel's alpha to 0 or to 255.",
        },
    ),
    Code(
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
            "them.",
            "index_zero": "{zero} stands in {best} only at index 0, which is always transparent: "
            "make those pixels transparent, or add the colour again at an index from 1 to 15.",
            "near": "The nearest colour of {best} is {near} at index {near_index}: repaint with "
            "it, or add {color} at an index from 1 to 15.",
            "full": "{best} is full. Its nearest colour is {near} at index {near_index}: repaint "
            "with it, or declare another palette that holds all colours of the tile.",
        },
    ),
    Code(
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
    ),
    Code(
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
    ),
    Code(
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
    ),
    Code(
        "SHEET_TRANSPARENCY",
        summary="An indexed image makes an index other than 0 transparent.",
        meaning="In a bank index 0 is transparent and all others are opaque, whatever the PNG "
        "says.",
        message="Pixels that are not opaque in the image but on the console: {count}, the first at "
        "({x}, {y}) with index {index} ({color}, alpha {alpha}).",
        hint="Move the transparent colour to index 0, in the image's and in the declared palette.",
        hints={
            "partial": "Make {color} opaque in the image, or draw these pixels with index 0 to "
            "make them transparent.",
        },
        severity=Severity.WARNING,
    ),
    Code(
        "SHEET_UNDECLARED",
        summary="An indexed image uses an index that no declared palette has.",
        meaning="The indices of an indexed PNG are kept. A bank's palettes have 16 colours each, "
        "and those that no file declares are black.",
        message="Pixels of an index that no declared palette has, which are black on the console: "
        "{count}, the first at ({x}, {y}) with index {index} ({color} in the image).",
        hint="Add colours to {palette}, which has {colors}, up to index {index}; or draw with the "
        "colours that it has.",
        severity=Severity.WARNING,
    ),
    Code(
        "SHEET_RGB565",
        summary="Two colours that an image uses are one colour on the console.",
        meaning="The console keeps 5 bits of red, 6 of green and 5 of blue, and the packer drops "
        "the lower bits. What is drawn with one colour on the other is not seen.",
        message="{color} at pixel ({x}, {y}) and {other} at pixel ({other_x}, {other_y}) are one "
        "colour on the console. Colours of the image that equal another one there: {count}.",
        hint="To keep them apart, change one by 8 in red or blue or by 4 in green, in the image "
        "and in {palette}. Otherwise draw with one of them.",
        severity=Severity.WARNING,
    ),
    Code(
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
    ),
    Code(
        "WAV_FORMAT",
        summary="A file given as WAV is something else, or breaks the rules of its format.",
        meaning="The file is not a RIFF WAVE file whose parts agree with each other. The hint has "
        "the command that makes one of it.",
        message="The file is not a readable WAV: {what}.",
        hint="Export the sound again as a WAV file.",
        hints={
            **_STRANGERS,
            "convert": "Export the sound again, or convert it and list the new file in its place: "
            + _CONVERT,
            "kind": "Renaming does not convert. Convert it and list the new file in its place: "
            + _CONVERT,
            "other": "The content is {kind}: list a sound in its place.",
            "large": "Large-file WAV is not read. Convert it and list the new file in its place: "
            + _CONVERT,
            "big": "Big-endian WAV is not read. Convert it and list the new file in its place: "
            + _SOX,
        },
    ),
    Code(
        "WAV_ENCODING",
        summary="A WAV is not 16-bit PCM mono.",
        meaning="A sound bank holds PCM frames of 16 bits, one channel. Sounds are not converted "
        "silently, because how to mix and round is the author's choice.",
        message="The sound is {found}; a sound bank holds 16-bit PCM mono at {rate} Hz.",
        hint="Export the sound again as 16-bit PCM, mono, {rate} Hz.",
        hints={
            "channels": "Mix the channels down to one and list the new file in its place: "
            + _CONVERT,
            "depth": "Convert it to 16 bits and list the new file in its place: " + _CONVERT,
            "float": "Convert it to 16-bit integers and list the new file in its place: "
            + _CONVERT,
            "compressed": "Decode it to PCM and list the new file in its place: " + _CONVERT,
        },
    ),
    Code(
        "WAV_RATE",
        summary="A WAV has another sample rate than its asset declares.",
        meaning="All samples of a bank have the one rate that its asset declares, or they would "
        "play too fast or too slow.",
        message="The sound has {found} samples a second; the asset declares {rate} Hz.",
        hint="Resample it and list the new file in its place: " + _CONVERT,
        hints={
            "declare": "Resample it and list the new file in its place: "
            + _CONVERT
            + ". If every sample of the asset has {found} Hz, set `output.metadata.sample_rate` to "
            "{found} instead.",
        },
    ),
    Code(
        "WAV_TRUNCATED",
        summary="A WAV ends too early.",
        meaning="The file announces more frames than it has. Recorders that were killed, and "
        "programs that write to a pipe, leave such files.",
        message="The WAV ends too early: {what}.",
        hint="Take the file from its source again.",
        hints={
            "part": "Take the file from its source again. To keep what there is, convert it and "
            "list the new file in its place: " + _CONVERT,
            "streamed": "The program that wrote it never filled in the length. Convert it and list "
            "the new file in its place: " + _CONVERT,
        },
    ),
    Code(
        "WAV_EMPTY",
        summary="A WAV holds no sound.",
        meaning="A sample has at least one frame.",
        message="The WAV holds no sound: {what}.",
        hint="Record or export the sound again, or remove the file from `inputs.samples`.",
    ),
    Code(
        "RAW_SIZE",
        summary="A raw payload has not the exact size its metadata demands.",
        meaning="A raw payload is stored as it is, so it must have exactly the bytes that its "
        "declared metadata implies.",
        message="The raw payload has {found} bytes; its metadata demands exactly {expected}.",
        hint="Correct `output.metadata`, or make the payload anew: it has {difference}.",
        hints={
            **_STRANGERS,
            "empty": _EMPTY,
            "kind": "The content is {kind}, not a payload: list it under the role it is meant "
            "for, or make the payload from it.",
        },
    ),
)
