"""How people see a tile bank: its sheet, its palettes, and both as files.

Clause: ``spec/tools.md#names``.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from prometeu_assets.banks.tiles.payload import rgb888
from prometeu_assets.banks.tiles.runs import NONE, Run
from prometeu_assets.contract.drawing import Drawing
from prometeu_assets.kinds import PNG_SIGNATURE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Sheet(Protocol):
    """What of a `TileBank` is shown. The class itself shows itself by this module."""

    @property
    def indices(self) -> NDArray[np.uint8]: ...
    @property
    def palettes(self) -> NDArray[np.uint16]: ...
    @property
    def tile_size(self) -> int: ...
    @property
    def palette_authored(self) -> int: ...
    def tile(self, number: int) -> NDArray[np.uint8]: ...


def png(indices: NDArray[np.uint8], colors: NDArray[np.uint8]) -> bytes:
    """Indices (height, width) as an indexed PNG in 24-bit ``colors`` (…, 3), 0 transparent."""
    height, width = indices.shape
    # Two pixels a byte, the left one high.
    lines = indices[:, ::2] << 4 | indices[:, 1::2]
    more = ((b"PLTE", colors.tobytes()), (b"tRNS", b"\0"))
    return _png((width, height), (4, 3), lines, *more)


def true_color_png(pixels: NDArray[np.uint32], alpha: NDArray[np.uint8]) -> bytes:
    """Colours ``0xRRGGBB`` and alpha, both (height, width), as a PNG of 8 bits with alpha."""
    height, width = pixels.shape
    # As bytes red, green, blue, alpha.
    lines = (pixels << 8 | alpha).astype(">u4")
    return _png((width, height), (8, 6), lines)


def _png(
    size: tuple[int, int],
    sort: tuple[int, int],
    lines: Iterable[NDArray[Any]],
    *more: tuple[bytes, bytes],
) -> bytes:
    """A PNG of unfiltered lines; ``sort`` is depth and colour type, ``more`` are other chunks."""
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">2I5B", *size, *sort, 0, 0, 0)),
            *more,
            (b"IDAT", zlib.compress(raw)),
            (b"IEND", b""),
        )
    )


def gpl(palette: NDArray[np.uint16], name: str) -> bytes:
    """One palette (RGB565) as a GIMP palette, 24-bit colours."""
    colors: Any = rgb888(palette).tolist()
    lines = [f"{r:3} {g:3} {b:3}\t{index}" for index, (r, g, b) in enumerate(colors)]
    return "\n".join(["GIMP Palette", f"Name: {name}", "Columns: 16", *lines, ""]).encode()


def picture(bank: _Sheet) -> Iterator[str]:
    """The sheet down to its last drawn row of tiles, and a row of colours for each palette."""
    used = bank.indices[: _drawn_rows(bank) * bank.tile_size]
    height, width = used.shape
    data = base64.b64encode(png(used, rgb888(bank.palettes[0]))).decode()
    yield (
        f'<img class="sheet" width="{width}" height="{height}" alt="The sheet in palette 0" '
        f'src="data:image/png;base64,{data}">\n'
        f"<p>{bank.tile_size}×{bank.tile_size} tiles down to the last one drawn, in palette 0;"
        " the palettes without index 0:</p>\n"
    )
    colors: Any = rgb888(bank.palettes[: bank.palette_authored]).tolist()
    across = len(colors[0]) - 1
    yield (
        '<svg class="palettes" shape-rendering="crispEdges" aria-hidden="true" '
        f'viewBox="0 0 {across} {len(colors)}">\n'
    )
    for row, palette in enumerate(colors):
        for column, (red, green, blue) in enumerate(palette[1:]):
            yield (
                f'<rect x="{column}" y="{row}" width="1" height="1" '
                f'fill="#{red:02x}{green:02x}{blue:02x}"/>'
            )
    yield "</svg>\n"


def drawing(bank: _Sheet, runs: Sequence[Run]) -> Drawing:
    """Each tile in its palette; without ``runs`` the rows that are drawn, all in palette 0."""
    import numpy as np

    across = bank.indices.shape[1] // bank.tile_size
    palettes = [palette for palette, count in runs for _ in range(count)]
    colors = rgb888(bank.palettes)

    def tile(number: int) -> NDArray[np.uint8]:
        indices = bank.tile(number)
        palette = palettes[number] if palettes and palettes[number] != NONE else 0
        opaque = np.where(indices, 255, 0).astype(np.uint8)
        return np.concatenate([colors[palette][indices], opaque[..., None]], axis=-1)

    return Drawing(
        count=len(palettes) or _drawn_rows(bank) * across,
        size=(bank.tile_size, bank.tile_size),
        cell=tile,
        note="" if palettes else "All tiles are drawn in palette 0: which one each has is unknown.",
    )


def _drawn_rows(bank: _Sheet) -> int:
    """Rows of tiles down to the last one drawn; at least one."""
    import numpy as np

    drawn = np.flatnonzero(bank.indices.any(axis=1))
    return int(drawn[-1]) // bank.tile_size + 1 if drawn.size else 1
