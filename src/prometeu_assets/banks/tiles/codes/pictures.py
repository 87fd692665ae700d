"""Codes about picture files as such: PNG and Aseprite."""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks.faults import EMPTY, STRANGERS
from prometeu_assets.codes.code import Code

PNG_FORMAT: Final = Code(
    "PNG_FORMAT",
    summary="A file given as a PNG is something else.",
    meaning="A file ends in `.png` and does not begin as one: it was renamed instead of "
    "converted, or is what a download left in its place.",
    message="The file is not a PNG: it {looks}.",
    hint="Export the image as PNG.",
    hints={
        **STRANGERS,
        "empty": EMPTY,
        "image": "Renaming does not convert: open it in an image editor and export it as PNG.",
        "newlines": "Its line ends were converted as if it were text: mark *.png as `binary` "
        "in .gitattributes and take the original again.",
    },
)
PNG_TRUNCATED: Final = Code(
    "PNG_TRUNCATED",
    summary="A PNG ends too early.",
    meaning="The file begins as a PNG and breaks off.",
    message="The PNG ends too early: {what}.",
    hint="The download or copy was cut short: take the file from its source again.",
)
PNG_CORRUPT: Final = Code(
    "PNG_CORRUPT",
    summary="A PNG breaks the rules of its format.",
    meaning="The file is a PNG whose parts contradict each other. Other programs may show what "
    "they can of it; a build that did so would ship a damaged picture.",
    message="The PNG is damaged: {what}.",
    hint="Take the file from its source again, or open and export it anew in an image editor.",
)
PNG_LIMIT: Final = Code(
    "PNG_LIMIT",
    summary="An image is larger than is read.",
    meaning="Sizes are checked before any memory is spent. A sheet of a bank is far smaller "
    "than the limit.",
    message="The image is {width}x{height} pixels; at most {limit}x{limit} are read.",
    hint="Cut the image into several sheets.",
)
PNG_UNSUPPORTED: Final = Code(
    "PNG_UNSUPPORTED",
    summary="A PNG is of a sort that cannot become tiles without losing something.",
    meaning="Tiles have 16 colours of a palette. Pictures whose conversion would lose "
    "something are not converted silently.",
    message="The PNG {feature}, which cannot become tiles.",
    hints={
        "depth": "Export it with 8 bits per channel, or as indexed colour.",
        "animated": "Export it as a still image, with the frames side by side as tiles.",
    },
)
ASEPRITE_FORMAT: Final = Code(
    "ASEPRITE_FORMAT",
    summary="A file given as an Aseprite document is something else.",
    meaning="A file ends in `.aseprite` or `.ase` and does not begin as a document of the "
    "editor Aseprite.",
    message="The file is not an Aseprite document: it {looks}.",
    hint="Save the picture in Aseprite again, or export it as PNG.",
    hints={**STRANGERS, "empty": EMPTY},
)
ASEPRITE_TRUNCATED: Final = Code(
    "ASEPRITE_TRUNCATED",
    summary="An Aseprite document ends too early.",
    meaning="The file begins as an Aseprite document and breaks off.",
    message="The Aseprite document ends too early: {what}.",
    hint="The download or copy was cut short: take the file from its source again.",
)
ASEPRITE_CORRUPT: Final = Code(
    "ASEPRITE_CORRUPT",
    summary="An Aseprite document breaks the rules of its format.",
    meaning="The parts of the document contradict each other. The editor may show what it can "
    "of it; a build that did so would ship a damaged picture.",
    message="The Aseprite document is damaged: {what}.",
    hint="Take the file from its source again, or open it in Aseprite and save it again.",
)
ASEPRITE_LIMIT: Final = Code(
    "ASEPRITE_LIMIT",
    summary="An Aseprite document is larger than is read.",
    meaning="Sizes and counts are checked before any memory is spent. A sheet of a bank is far "
    "smaller than the limits.",
    message="The Aseprite document has {what}; at most {limit} are read.",
    hint="Split the document into several files, or export the part that you need as PNG.",
)
ASEPRITE_UNSUPPORTED: Final = Code(
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
)

CODES: Final = (
    PNG_FORMAT,
    PNG_TRUNCATED,
    PNG_CORRUPT,
    PNG_LIMIT,
    PNG_UNSUPPORTED,
    ASEPRITE_FORMAT,
    ASEPRITE_TRUNCATED,
    ASEPRITE_CORRUPT,
    ASEPRITE_LIMIT,
    ASEPRITE_UNSUPPORTED,
)
"""In the order in which they are published."""
