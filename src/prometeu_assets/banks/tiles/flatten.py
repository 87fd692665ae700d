"""An Aseprite document as the editor shows it: its layers flattened, frame by frame.

Clause: ``spec/workspace.md#aseprite``. Layers of the mode Normal with full opacity are kept
exactly, pixels that are partly transparent included; what needs more is refused.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles import aseprite as ase
from prometeu_assets.banks.tiles.aseprite import Cel, Document, Layer, corrupt, too_large
from prometeu_assets.banks.tiles.codes.pictures import ASEPRITE_UNSUPPORTED
from prometeu_assets.banks.tiles.color import Color
from prometeu_assets.banks.tiles.raster import (
    GREY_ALPHA,
    INDEXED,
    OPAQUE,
    RGB_ALPHA,
    TRANSPARENT,
    Header,
)
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.diagnostics import Diagnostic, Refused

_COLOR_TYPES: Final = {ase.INDEXED: INDEXED, ase.GREY: GREY_ALPHA, ase.RGBA: RGB_ALPHA}
_MODES: Final = (
    "Normal", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "Color Dodge", "Color Burn",
    "Hard Light", "Soft Light", "Difference", "Exclusion", "Hue", "Saturation", "Color",
    "Luminosity", "Addition", "Subtract", "Divide",
)  # fmt: skip
_BLACK: Final = (0, 0, 0)


class _Flat(NamedTuple):
    """All frames, one below the other, and which of their pixels some layer drew."""

    samples: NDArray[np.uint8]
    drawn: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """A flattened document, to be read as a `Png` is; ``header`` is about one frame.

    An indexed one has as many ``colors`` as its pixels need: those beyond its palette are black.
    """

    name: str
    header: Header
    colors: tuple[Color, ...]
    colors_at: int | None
    alphas: tuple[int, ...]
    flat: NDArray[np.uint8]
    transparency: bytes = b""

    def alpha(self, index: int) -> int:
        """The alpha of a colour of an indexed document."""
        return self.alphas[index] if index < len(self.alphas) else OPAQUE

    def samples(self) -> NDArray[np.uint8]:
        """Indices (frames x height, width), or channels (frames x height, width, n)."""
        return self.flat


def flatten(document: Document) -> Drawing:
    """The document's frames as the editor shows them, one below the other.

    Layers and groups that are not visible are left out, and so are reference layers.
    Raises `Refused` with ``ASEPRITE_UNSUPPORTED`` for each layer that cannot be kept exactly, with
    ``ASEPRITE_CORRUPT`` or ``ASEPRITE_LIMIT``.
    """
    header = document.header
    cels = sorted(_shown(document), key=lambda cel: _order(document, cel))
    _check(document, cels)
    total = sum(cel.width * cel.height for cel in cels)
    if total > LIMITS.aseprite_pixels:
        what = f"cels of {total} pixels together"
        raise too_large(document.name, what, f"{LIMITS.aseprite_pixels} pixels", 0)
    draw = _draw_indexed if document.indexed else _draw
    flat = _canvas(document)
    for cel in cels:
        draw(document, cel, flat)
    colors, alphas = document.colors, document.alphas
    if document.indexed:
        colors, alphas = _needed(document, flat)
    return Drawing(
        name=document.name,
        header=Header(
            width=header.width,
            height=header.height,
            depth=8,
            color_type=_COLOR_TYPES[header.depth],
            interlaced=False,
            frames=header.frames,
        ),
        colors=colors,
        colors_at=document.colors_at,
        alphas=alphas,
        flat=flat.samples,
    )


def _shown(document: Document) -> Iterator[Cel]:
    """The cels that show anything, in the order of the file."""
    layers = document.layers
    for cel in document.cels:
        layer = layers[cel.layer]
        around = [layers[parent] for parent in layer.parents]
        visible = all(each.flags & ase.VISIBLE for each in (layer, *around))
        opacities = [cel.opacity, *(_opacity(document, each) for each in (layer, *around))]
        if visible and not layer.flags & ase.REFERENCE and all(opacities):
            yield cel


def _opacity(document: Document, layer: Layer) -> int:
    counts = ase.GROUP_BLENDING if layer.type == ase.GROUP else ase.LAYER_OPACITY
    return layer.opacity if document.header.flags & counts else OPAQUE


def _order(document: Document, cel: Cel) -> tuple[int | tuple[int, int], ...]:
    """Frames one after another, and in a frame what is drawn first.

    A cel's z moves it among the layers; where groups are blended each for itself, it stays in its
    group.
    """
    layer = document.layers[cel.layer]
    if not document.header.flags & ase.GROUP_BLENDING:
        return cel.frame, (layer.position + cel.z, cel.z)
    *groups, last = layer.place
    return cel.frame, *((place, 0) for place in groups), (last + cel.z, cel.z)


def _check(document: Document, cels: Iterable[Cel]) -> None:
    """Refuse what cannot be kept exactly, each layer once for each reason."""
    if document.indexed and document.changed:
        raise refusal(
            ASEPRITE_UNSUPPORTED,
            document.name,
            offset=document.changed.offset,
            hint_key="palette",
            what=f"The palette changes in frame {document.changed.frame + 1}",
        )
    faults: dict[tuple[int, str], Diagnostic] = {}
    for cel in cels:
        for layer, hint_key, what in _faults(document, cel):
            kind = "group" if layer.type == ase.GROUP else "layer"
            name = shown(layer.name) if layer.name else f"number {layer.position + 1}"
            fault = Diagnostic(
                code=ASEPRITE_UNSUPPORTED,
                data={"what": f"The {kind} {name} {what}", "kind": kind, "layer": name},
                file=document.name,
                offset=layer.offset,
                hint_key=hint_key,
            )
            faults.setdefault((layer.position, hint_key), fault)
    if faults:
        raise Refused(*faults.values())


def _faults(document: Document, cel: Cel) -> Iterator[tuple[Layer, str, str]]:
    """What is not kept exactly: the layer or group, the key of the hint, and what it has."""
    layer = document.layers[cel.layer]
    if layer.type == ase.GROUP:
        raise corrupt(document.name, "a group has a cel", cel.offset)
    if layer.type == ase.TILEMAP_LAYER or cel.type == ase.TILEMAP:
        yield layer, "tilemap", "is a tilemap"
    around = [document.layers[parent] for parent in layer.parents]
    blended = document.header.flags & ase.GROUP_BLENDING
    for each in (layer, *(around if blended else ())):
        if each.blend:
            mode = _MODES[each.blend] if each.blend < len(_MODES) else f"number {each.blend}"
            yield each, "blend", f"has the blend mode {mode}"
        if (opacity := _opacity(document, each)) != OPAQUE:
            yield each, "opacity", f"has the opacity {opacity} of 255"
    if cel.opacity != OPAQUE:
        place = f"in frame {cel.frame + 1}"
        yield layer, "opacity", f"has a cel of the opacity {cel.opacity} of 255 {place}"


def _canvas(document: Document) -> _Flat:
    header = document.header
    shape = (header.frames * header.height, header.width)
    if document.indexed:
        samples = np.full(shape, header.transparent, np.uint8)
    else:
        samples = np.zeros((*shape, document.pixel_bytes), np.uint8)
    return _Flat(samples, np.zeros(shape, np.bool_))


def _draw_indexed(document: Document, cel: Cel, flat: _Flat) -> None:
    source, place = _parts(document, cel)
    source = source[..., 0]
    mask = source != document.header.transparent
    if document.layers[cel.layer].flags & ase.BACKGROUND:
        mask = np.ones_like(mask)
    flat.samples[place][mask] = source[mask]
    flat.drawn[place] |= mask


def _draw(document: Document, cel: Cel, flat: _Flat) -> None:
    """Put a cel's colours over what is there, as the editor's mode Normal does."""
    source, place = _parts(document, cel)
    below = flat.samples[place]
    alpha = source[..., -1]
    over = (alpha == OPAQUE) | ((alpha != TRANSPARENT) & (below[..., -1] == TRANSPARENT))
    mixed = (alpha != TRANSPARENT) & ~over
    if mixed.any():
        below[mixed] = _mixed(source[mixed].astype(np.int32), below[mixed].astype(np.int32))
    below[over] = source[over]


def _mixed(source: NDArray[np.int32], below: NDArray[np.int32]) -> NDArray[np.int32]:
    """Pixels (n, channels) over others; none of them is fully transparent.

    Whole numbers as the editor has them: the quotient is cut towards zero.
    """
    strength, under = source[:, -1:], below[:, -1:]
    product = strength * under + 128
    alpha = strength + under - ((product >> 8) + product >> 8)
    change = (source - below) * strength
    mixed: NDArray[np.int32] = below + np.sign(change) * (np.abs(change) // alpha)
    mixed[:, -1:] = alpha
    return mixed


def _parts(document: Document, cel: Cel) -> tuple[NDArray[np.uint8], tuple[slice, slice]]:
    """The part of a cel inside the canvas (height, width, bytes), and its place in the frames."""
    header = document.header
    pixels = _pixels(document, cel)
    top, left = max(cel.y, 0), max(cel.x, 0)
    bottom = max(min(cel.y + cel.height, header.height), top)
    right = max(min(cel.x + cel.width, header.width), left)
    start = cel.frame * header.height
    part = pixels[top - cel.y : bottom - cel.y, left - cel.x : right - cel.x]
    return part, (slice(start + top, start + bottom), slice(left, right))


def _pixels(document: Document, cel: Cel) -> NDArray[np.uint8]:
    wanted = cel.width * cel.height * document.pixel_bytes
    data: bytes | memoryview = cel.pixels
    if cel.type == ase.COMPRESSED and wanted:
        try:
            data = zlib.decompressobj().decompress(cel.pixels, wanted + 1)
        except zlib.error as error:
            what = "the compressed pixels of a cel are inconsistent"
            raise corrupt(document.name, what, cel.offset) from error
    if len(data) != wanted and wanted:
        amount = "more" if len(data) > wanted else "less"
        what = f"a cel has {amount} pixels than its size needs"
        raise corrupt(document.name, what, cel.offset)
    shape = (cel.height, cel.width, document.pixel_bytes)
    return np.frombuffer(data, np.uint8, wanted).reshape(shape)


def _needed(document: Document, flat: _Flat) -> tuple[tuple[Color, ...], tuple[int, ...]]:
    """Colours and alphas for all indices of the pixels.

    Nothing is drawn where a pixel has the transparent index, unless the background draws it.
    """
    index = document.header.transparent
    count = max(int(flat.samples.max()) + 1, len(document.colors))
    colors = [*document.colors, *[_BLACK] * (count - len(document.colors))]
    alphas = [*document.alphas, *[OPAQUE] * (count - len(document.alphas))]
    if index < count:
        solid = bool((flat.drawn & (flat.samples == index)).any())
        alphas[index] = OPAQUE if solid else TRANSPARENT
    return tuple(colors), tuple(alphas)
