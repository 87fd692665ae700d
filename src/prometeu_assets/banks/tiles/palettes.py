"""A palette of a tile bank, from a text file, a PNG or an Aseprite document.

Clause: ``spec/workspace.md#palettes``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles.codes.palettes import (
    PALETTE_EMPTY,
    PALETTE_FORMAT,
    PALETTE_KIND,
    PALETTE_LENGTH,
    PALETTE_ORDER,
    PALETTE_RGB565,
    PALETTE_TRANSPARENCY,
)
from prometeu_assets.banks.tiles.color import Color, css, merged, unpacked
from prometeu_assets.banks.tiles.palette_texts import FORMATS, Found, malformed
from prometeu_assets.banks.tiles.pictures import ASEPRITE_ENDINGS
from prometeu_assets.banks.tiles.raster import (
    COLOR_TYPE_AT,
    INDEXED,
    OPAQUE,
    WIDTH_AT,
    Picture,
    Png,
    colors_and_alpha,
    scan,
)
from prometeu_assets.diagnostics import Diagnostic, Refused

MAX_COLORS: Final = 16
"""Colours of a palette, the transparent one at index 0 included: an index has four bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """1 to 16 colours of 24 bits; ``name`` is the file they came from, and the part of it.

    ``warnings`` say where the console will show other colours than the file.
    """

    name: str
    colors: tuple[Color, ...]
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)


_AT_HAND: Final = 8
"""Contents whose palettes are not parsed again: those that the assets of a build share."""


def read_palettes(data: bytes, *, name: str) -> list[Palette]:
    """The palettes in the file ``name``, whose ending says the format; mostly one.

    An indexed picture whose pixels use indices from 16 on has one for every 16 indices.
    Raises `Refused` with ``PALETTE_KIND``, ``PALETTE_FORMAT``, ``PALETTE_EMPTY`` or
    ``PALETTE_LENGTH``, and for a picture with those of `read_picture`.
    """
    try:
        found = _parsed(data, posixpath.splitext(name)[1].lower())
    except Refused as refused:
        raise refused.at(file=name) from None
    return [
        Palette(
            name=name + each.name,
            colors=each.colors,
            warnings=tuple(warning.at(file=name) for warning in each.warnings),
        )
        for each in found
    ]


@lru_cache(maxsize=_AT_HAND)
def _parsed(data: bytes, suffix: str) -> tuple[Palette, ...]:
    """The palettes in a file whose name has this ending; `Palette.name` is the part of it."""
    name = ""  # Files with one content differ in it.
    warnings: tuple[Diagnostic, ...] = ()
    most = MAX_COLORS
    if suffix in ASEPRITE_ENDINGS:
        found, most = _read_aseprite(data, name)
    elif suffix != ".png":
        found = _read_text(data, suffix, name)
    elif (png := scan(data, name=name)).header.color_type == INDEXED:
        found = _own_palette(png)
        warnings, most = tuple(_reordered(png, found)), len(found)
    else:
        found = _read_strip(png)
    if len(found) > most:
        raise _too_long(found, name)
    palettes = [
        Palette(
            name="" if most <= MAX_COLORS else f" (from index {first})",
            colors=tuple(each.color for each in part),
            warnings=(*_transparent(part, name, first), *_merged(part, name, first)),
        )
        for first in range(0, len(found), MAX_COLORS)
        for part in (found[first : first + MAX_COLORS],)
    ]
    palettes[0] = replace(palettes[0], warnings=(*warnings, *palettes[0].warnings))
    return tuple(palettes)


def _read_text(data: bytes, suffix: str, name: str) -> list[Found]:
    known = FORMATS.get(suffix)
    kind = kinds.sniff(data)
    if known is None:
        raise _unknown_suffix(suffix, kind, name)
    bom = len(kinds.UTF8_BOM) if data.startswith(kinds.UTF8_BOM) else 0
    if not data[bom:].strip():
        raise refusal(PALETTE_EMPTY, name, offset=len(data), limit=MAX_COLORS)
    if kind not in (known.kind, None):
        raise _another_kind(known.wanted, kind, name)
    # Blanks keep the offsets those of the file.
    found = known.read(b" " * bom + data[bom:], name)
    if not found:
        raise refusal(PALETTE_EMPTY, name, offset=len(data), limit=MAX_COLORS)
    _check_alpha(found, known.wanted, name)
    return found


def _read_aseprite(data: bytes, name: str) -> tuple[list[Found], int]:
    """The colours of an Aseprite document, and how many there may be; as of a PNG if indexed."""
    from prometeu_assets.banks.tiles import aseprite
    from prometeu_assets.banks.tiles.flatten import flatten

    kind = kinds.sniff(data)
    if kind not in (kinds.ASEPRITE, kinds.EMPTY, None):
        raise _another_kind(_ASEPRITE, kind, name)
    document = aseprite.read(data, name=name)
    if not document.colors:
        raise refusal(PALETTE_EMPTY, name, offset=0, limit=MAX_COLORS)
    if document.indexed:
        found = _own_palette(flatten(document))[: len(document.colors)]
        return found, len(found)
    place = document.colors_at or 0
    pairs = zip(document.colors, document.alphas, strict=True)
    found = [Found(color, place, alpha) for color, alpha in pairs]
    if len(found) <= MAX_COLORS:
        _check_alpha(found, _ASEPRITE, name)
    return found, MAX_COLORS


def _own_palette(png: Picture) -> list[Found]:
    """The palette of an indexed picture: its first 16 colours, or 32, up to those it draws with."""
    at = png.colors_at or 0
    count = (int(png.samples().max()) // MAX_COLORS + 1) * MAX_COLORS
    return [Found(color, at, png.alpha(index)) for index, color in enumerate(png.colors[:count])]


def _read_strip(png: Png) -> list[Found]:
    """The pixels of an image of one row, from left to right."""
    if png.header.height > 1:
        what = "its pixels hold colours, not indices"
        raise malformed("an indexed PNG", what, png.name, COLOR_TYPE_AT, "png")
    pixels, alphas = colors_and_alpha(png)
    found = [
        Found(unpacked(pixel), WIDTH_AT, alpha)
        for pixel, alpha in zip(pixels[0].tolist(), alphas[0].tolist(), strict=True)
    ]
    _check_alpha(found, "a strip of colours", png.name)
    return found


def _check_alpha(found: Sequence[Found], wanted: str, name: str) -> None:
    """Refuse colours that a bank cannot hold: only colour 0 is not opaque."""
    for index, (_, place, alpha) in enumerate(found):
        if index and alpha != OPAQUE:
            raise malformed(wanted, f"its colour {index} has alpha {alpha}", name, place, "alpha")


def _transparent(found: Sequence[Found], name: str, start: int) -> Iterator[Diagnostic]:
    """The same in an indexed picture is a warning: its colours are read as opaque ones.

    ``start`` is the picture's index of the first colour.
    """
    for index, (color, place, alpha) in enumerate(found):
        if index and alpha != OPAQUE:
            data = {
                "index": start + index,
                "color": css(color),
                "alpha": alpha,
                "zero": css(found[0].color),
                "zero_index": start,
            }
            yield _warning(PALETTE_TRANSPARENCY, name, place, data)
            return


def _reordered(png: Png, found: Sequence[Found]) -> Iterator[Diagnostic]:
    """A warning if a strip of one row shows its colours in another order than its palette."""
    row = png.samples()[0].tolist() if png.header.height == 1 < png.header.width else []
    if len(set(row)) < len(row):
        return
    for place, index in enumerate(row):
        if found[place].color != found[index].color:
            data = {"x": place, "color": css(found[index].color), "own": css(found[place].color)}
            yield _warning(PALETTE_ORDER, png.name, found[place].place, data)
            return


def _merged(found: Sequence[Found], name: str, start: int) -> Iterator[Diagnostic]:
    """A warning if two visible colours are one on the console; ``start`` as above."""
    pairs = merged([each.color for each in found], range(1, len(found)))
    if pairs:
        first, second = pairs[0]
        data = {
            "color": css(found[first].color),
            "index": start + first,
            "other": css(found[second].color),
            "other_index": start + second,
            "count": len(pairs),
        }
        yield _warning(PALETTE_RGB565, name, found[second].place, data)


def _warning(code: str, name: str, place: int | str, data: dict[str, object]) -> Diagnostic:
    at, pointer = (place, None) if isinstance(place, int) else (None, place)
    return Diagnostic(code=code, data=data, file=name, offset=at, pointer=pointer)


_SUFFIXES: Final = {
    kinds.PNG: ".png",
    kinds.ASEPRITE: ".aseprite",
    **{each.kind: suffix for suffix, each in FORMATS.items()},
}
_KNOWN: Final = ".hex, .gpl, .pal, .json, .png, .aseprite"
_ASEPRITE: Final = "an Aseprite document"


def _unknown_suffix(suffix: str, kind: str | None, name: str) -> Refused:
    hint_key = "mistaken" if kind in _SUFFIXES else None
    if suffix in (".act", ".aco"):
        hint_key = "act"
    return refusal(
        PALETTE_KIND,
        name,
        hint_key=hint_key,
        found=f"the ending {shown(suffix)}" if suffix else "no ending",
        known=_KNOWN,
        kind=kind,
        suffix=_SUFFIXES.get(kind or ""),
    )


def _another_kind(wanted: str, kind: str | None, name: str) -> Refused:
    hint_key = kinds.stranger(kind) or ("mistaken" if kind in _SUFFIXES else "other")
    return refusal(
        PALETTE_FORMAT,
        name,
        offset=0,
        hint_key="utf16" if kind == kinds.UTF16 else hint_key,
        wanted=wanted,
        what=f"it looks like {kind}",
        kind=kind,
        suffix=_SUFFIXES.get(kind or ""),
        known=_KNOWN,
    )


def _too_long(found: Sequence[Found], name: str) -> Refused:
    """Editors of old pad a palette to 256 colours with copies of one."""
    used = len(found)
    while used and found[used - 1].color == found[-1].color:
        used -= 1
    padded = 0 < used <= MAX_COLORS and len(found) - used > 1
    place = found[MAX_COLORS].place
    return refusal(
        PALETTE_LENGTH,
        name,
        offset=place if isinstance(place, int) else None,
        pointer=place if isinstance(place, str) else None,
        hint_key="padded" if padded else None,
        count=len(found),
        limit=MAX_COLORS,
        used=used,
    )
