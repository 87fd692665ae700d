"""Codes about picture files as such: PNG and Aseprite."""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks.faults import EMPTY, STRANGERS
from prometeu_assets.codes.code import Code

PNG_FORMAT: Final = Code(
    "PNG_FORMAT",
    summary="A PNG file has the content of another format.",
    meaning="The name ends in `.png`, but the content does not begin like a PNG. The file was "
    "renamed instead of converted, or a download saved something else.",
    message="The file is not a PNG: it {looks}.",
    hint="Export the image as PNG.",
    hints={
        **STRANGERS,
        "empty": EMPTY,
        "image": "Open it in an image editor and export it as PNG: a new name does not convert it.",
        "newlines": "Git or another program converted its line ends, as in a text file. Mark "
        "*.png as `binary` in .gitattributes and take the original again.",
    },
)
PNG_TRUNCATED: Final = Code(
    "PNG_TRUNCATED",
    summary="A PNG file is truncated.",
    meaning="The file begins like a PNG, but its end is missing.",
    message="The PNG is truncated: {what}.",
    hint="Take the file from its source again: a download or copy was interrupted.",
)
PNG_CORRUPT: Final = Code(
    "PNG_CORRUPT",
    summary="A PNG file is damaged.",
    meaning="The parts of the PNG contradict each other. Other programs may show what is left of "
    "the picture. A build refuses it, because the game would get a damaged picture.",
    message="The PNG is damaged: {what}.",
    hint="Take the file from its source again, or open it in an image editor and export it again.",
)
PNG_LIMIT: Final = Code(
    "PNG_LIMIT",
    summary="An image is too large.",
    meaning="The size is checked before memory is allocated. The sheet of a bank is far smaller "
    "than the limit.",
    message="The image has {width}x{height} pixels; the limit is {limit}x{limit}.",
    hint="Cut the image into several images.",
)
PNG_UNSUPPORTED: Final = Code(
    "PNG_UNSUPPORTED",
    summary="A PNG uses a feature that tiles do not have.",
    meaning="A tile has the 16 colours of a palette. A picture that would lose something is not "
    "converted silently.",
    message="The PNG {feature}, which cannot be converted to tiles.",
    hints={
        "depth": "Export it with 8 bits per channel, or as indexed colour.",
        "animated": "Export it as a still image, with the frames side by side as tiles.",
    },
)
ASEPRITE_FORMAT: Final = Code(
    "ASEPRITE_FORMAT",
    summary="An Aseprite file has the content of another format.",
    meaning="The name ends in `.aseprite` or `.ase`, but the content does not begin like a "
    "document of the editor Aseprite.",
    message="The file is not an Aseprite document: it {looks}.",
    hint="Save the picture in Aseprite again, or export it as PNG.",
    hints={**STRANGERS, "empty": EMPTY},
)
ASEPRITE_TRUNCATED: Final = Code(
    "ASEPRITE_TRUNCATED",
    summary="An Aseprite document is truncated.",
    meaning="The file begins like an Aseprite document, but its end is missing.",
    message="The Aseprite document is truncated: {what}.",
    hint="Take the file from its source again: a download or copy was interrupted.",
)
ASEPRITE_CORRUPT: Final = Code(
    "ASEPRITE_CORRUPT",
    summary="An Aseprite document is damaged.",
    meaning="The parts of the document contradict each other. The editor may show what is left of "
    "the picture. A build refuses it, because the game would get a damaged picture.",
    message="The Aseprite document is damaged: {what}.",
    hint="Take the file from its source again, or open it in Aseprite and save it again.",
)
ASEPRITE_LIMIT: Final = Code(
    "ASEPRITE_LIMIT",
    summary="An Aseprite document is too large.",
    meaning="Sizes and counts are checked before memory is allocated. The sheet of a bank is far "
    "smaller than the limits.",
    message="The Aseprite document has {what}; the limit is {limit}.",
    hint="Split the document into several files, or export the part that you need as PNG.",
)
ASEPRITE_UNSUPPORTED: Final = Code(
    "ASEPRITE_UNSUPPORTED",
    summary="An Aseprite document uses a feature that cannot be kept exactly.",
    meaning="Visible layers are merged exactly as the editor shows them. Blend modes and opacity "
    "create colours that are not in the palette, and tilemap layers are not supported. Hidden "
    "layers may use all of these.",
    message="{what}, which is not supported.",
    hints={
        "blend": "In Aseprite, set the mode of this {kind} to Normal, or choose "
        "Layer > Flatten and correct the colours. A hidden {kind} is left out.",
        "opacity": "In Aseprite, set the opacity of this {kind} and of its cels to 255, or "
        "choose Layer > Flatten and correct the colours. A hidden {kind} is left out.",
        "tilemap": "In Aseprite, select this layer and choose Layer > Convert To > Layer.",
        "palette": "Give all frames the palette of the first one, or save the frames with another "
        "palette as a separate file.",
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
