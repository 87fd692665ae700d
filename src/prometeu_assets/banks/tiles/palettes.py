"""Palette files: Lospec ``.hex``, GIMP ``.gpl``, JASC ``.pal``, ``.json`` and indexed ``.png``.

Clause: ``spec/workspace.md#palettes``. A UTF-8 byte order mark is tolerated in the text formats,
which some editors write unasked and which changes nothing; any line end is.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles.raster import COLOR_TYPE_AT, INDEXED, Color, scan
from prometeu_assets.diagnostics import Refused

MAX_COLORS: Final = 16
"""Colours of a palette, the transparent one at index 0 included: an index has four bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """1 to 16 colours of 24 bits; ``name`` is the file they came from."""

    name: str
    colors: tuple[Color, ...]


class _Found(NamedTuple):
    """A colour and its place: a byte offset, or a JSON Pointer."""

    color: Color
    place: int | str


class _Format(NamedTuple):
    kind: str
    """What `kinds.sniff` says of such a file."""
    wanted: str
    read: Callable[[bytes, str], list[_Found]]


def read_palette(data: bytes, *, name: str) -> Palette:
    """The palette in the file ``name``, whose ending says the format.

    Raises `Refused` with ``PALETTE_KIND``, ``PALETTE_FORMAT``, ``PALETTE_EMPTY`` or
    ``PALETTE_LENGTH``, and for a ``.png`` with those of `scan`.
    """
    suffix = posixpath.splitext(name)[1].lower()
    if suffix == ".png":
        return Palette(name=name, colors=_read_png(data, name))
    known = _FORMATS.get(suffix)
    kind = kinds.sniff(data)
    if known is None:
        raise _unknown_suffix(suffix, kind, name)
    bom = len(kinds.UTF8_BOM) if data.startswith(kinds.UTF8_BOM) else 0
    if not data[bom:].strip():
        raise refusal("PALETTE_EMPTY", name, offset=len(data), limit=MAX_COLORS)
    if kind not in (known.kind, None):
        raise _another_kind(known, kind, name)
    # Blanks keep the offsets those of the file.
    found = known.read(b" " * bom + data[bom:], name)
    if not found:
        raise refusal("PALETTE_EMPTY", name, offset=len(data), limit=MAX_COLORS)
    if len(found) > MAX_COLORS:
        raise _too_long(found, name)
    return Palette(name=name, colors=tuple(color for color, _ in found))


def _read_hex(data: bytes, name: str) -> list[_Found]:
    found = []
    for at, line in _lines(data):
        if not re.fullmatch(rb"#?[0-9A-Fa-f]{6}", line):
            alpha = re.fullmatch(rb"#?[0-9A-Fa-f]{8}", line)
            raise _malformed(
                _HEX, f"{shown(line)} is no colour", name, at, "alpha" if alpha else "hex"
            )
        found.append(_Found(_color_of(line.decode("ascii")), at))
    return found


def _read_gpl(data: bytes, name: str) -> list[_Found]:
    lines = _lines(data)
    at, first = next(lines)
    if first != b"GIMP Palette":
        raise _malformed(_GPL, f"it begins with {shown(first)}", name, at, "gpl")
    found = []
    for at, line in lines:
        if line.startswith(b"Channels:") and b"RGBA" in line:
            raise _malformed(_GPL, "its colours have alpha", name, at, "alpha")
        if line.startswith((b"#", b"Name:", b"Columns:", b"Channels:")):
            continue
        found.append(_Found(_decimal(_GPL, line, name, at, named=True), at))
    return found


def _read_pal(data: bytes, name: str) -> list[_Found]:
    lines = _lines(data)
    for wanted in (b"JASC-PAL", b"0100"):
        at, line = next(lines, (len(data), b""))
        if line != wanted:
            what = f"{shown(line)} stands where `{wanted.decode()}` should"
            raise _malformed(_PAL, what, name, at, "pal")
    count_at, count = next(lines, (len(data), b""))
    if not re.fullmatch(rb"[0-9]{1,6}", count):
        raise _malformed(_PAL, f"{shown(count)} is no number of colours", name, count_at, "pal")
    found = [_Found(_decimal(_PAL, line, name, at, named=False), at) for at, line in lines]
    if int(count) != len(found):
        what = f"it announces {int(count)} colours and holds {len(found)}"
        raise _malformed(_PAL, what, name, count_at, "pal")
    return found


def _read_json(data: bytes, name: str) -> list[_Found]:
    try:
        text = data.decode("utf-8")
        # No number has a place here; as floats, those of any length are harmless.
        document = json.loads(text, object_pairs_hook=_members, parse_int=float)
    except UnicodeDecodeError as error:
        raise _malformed(_JSON, "it is not UTF-8", name, error.start, "json") from error
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode("utf-8"))
        raise _malformed(_JSON, "it is not JSON", name, at, "json") from error
    except (RecursionError, _Repeated) as error:
        what = "a member is repeated" if isinstance(error, _Repeated) else "it is nested too deep"
        raise _malformed(_JSON, what, name, "", "json") from error
    if not isinstance(document, dict) or not isinstance(document.get("colors"), list):
        raise _malformed(_JSON, "it has no list named `colors`", name, "", "json")
    if unknown := sorted(document.keys() - {"colors"}):
        raise _malformed(_JSON, f"it has a member {shown(unknown[0])}", name, "", "json")
    found = []
    for position, value in enumerate(document["colors"]):
        place = f"/colors/{position}"
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            alpha = isinstance(value, str) and re.fullmatch(r"#[0-9A-Fa-f]{8}", value)
            entry = shown(value) if isinstance(value, str) else f"entry {position}"
            hint_key = "alpha" if alpha else "json"
            raise _malformed(_JSON, f"{entry} is no colour", name, place, hint_key)
        found.append(_Found(_color_of(value), place))
    return found


def _read_png(data: bytes, name: str) -> tuple[Color, ...]:
    """The PNG's own palette: its first 16 colours, if its pixels use no other."""
    png = scan(data, name=name)
    if png.header.color_type != INDEXED:
        what = "its pixels hold colours, not indices"
        raise _malformed("an indexed PNG", what, name, COLOR_TYPE_AT, "png")
    top = int(png.samples().max())
    if top >= MAX_COLORS:
        raise refusal(
            "PALETTE_LENGTH",
            name,
            offset=png.colors_at,
            hint_key="png",
            count=len(png.colors),
            limit=MAX_COLORS,
            index=top,
        )
    return png.colors[:MAX_COLORS]


_HEX: Final = "a .hex palette"
_GPL: Final = "a GIMP palette"
_PAL: Final = "a JASC palette"
_JSON: Final = "a JSON palette"
_FORMATS: Final = {
    ".hex": _Format(kinds.HEX, _HEX, _read_hex),
    ".gpl": _Format(kinds.GIMP, _GPL, _read_gpl),
    ".pal": _Format(kinds.JASC, _PAL, _read_pal),
    ".json": _Format(kinds.JSON, _JSON, _read_json),
}
_SUFFIXES: Final = {
    kinds.PNG: ".png",
    **{each.kind: suffix for suffix, each in _FORMATS.items()},
}
_KNOWN: Final = ".hex, .gpl, .pal, .json, .png"


class _Repeated(Exception):
    """An object has two members of one name."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Repeated
    return members


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank, stripped, with the offset of its first byte."""
    for match in re.finditer(rb"[^\s](?:[^\r\n]*[^\s])?", data):
        yield match.start(), match[0]


def _color_of(text: str) -> Color:
    value = int(text.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 0xFF, value & 0xFF


def _decimal(wanted: str, line: bytes, name: str, at: int, *, named: bool) -> Color:
    """The colour of a line ``r g b``; where colours are ``named``, a name may follow."""
    match = re.match(rb"([0-9]{1,3})[ \t]+([0-9]{1,3})[ \t]+([0-9]{1,3})(?![^ \t])", line)
    if match and (named or match.end() == len(line)):
        red, green, blue = (int(part) for part in match.groups())
        if max(red, green, blue) <= 255:
            return red, green, blue
    raise _malformed(wanted, f"{shown(line)} is no colour", name, at, "gpl" if named else "pal")


def _malformed(wanted: str, what: str, name: str, place: int | str, hint_key: str) -> Refused:
    at, pointer = (place, None) if isinstance(place, int) else (None, place)
    return refusal(
        "PALETTE_FORMAT",
        name,
        offset=at,
        pointer=pointer,
        hint_key=hint_key,
        wanted=wanted,
        what=what,
    )


def _unknown_suffix(suffix: str, kind: str | None, name: str) -> Refused:
    hint_key = "mistaken" if kind in _SUFFIXES else None
    if suffix in (".act", ".aco", ".ase"):
        hint_key = "act"
    return refusal(
        "PALETTE_KIND",
        name,
        hint_key=hint_key,
        found=f"the ending {shown(suffix)}" if suffix else "no ending",
        known=_KNOWN,
        kind=kind,
        suffix=_SUFFIXES.get(kind or ""),
    )


def _another_kind(known: _Format, kind: str | None, name: str) -> Refused:
    hint_key = kinds.stranger(kind) or ("mistaken" if kind in _SUFFIXES else "other")
    return refusal(
        "PALETTE_FORMAT",
        name,
        offset=0,
        hint_key="utf16" if kind == kinds.UTF16 else hint_key,
        wanted=known.wanted,
        what=f"it looks like {kind}",
        kind=kind,
        suffix=_SUFFIXES.get(kind or ""),
        known=_KNOWN,
    )


def _too_long(found: list[_Found], name: str) -> Refused:
    """Editors of old pad a palette to 256 colours with copies of one."""
    used = len(found)
    while used and found[used - 1].color == found[-1].color:
        used -= 1
    padded = 0 < used <= MAX_COLORS and len(found) - used > 1
    place = found[MAX_COLORS].place
    return refusal(
        "PALETTE_LENGTH",
        name,
        offset=place if isinstance(place, int) else None,
        pointer=place if isinstance(place, str) else None,
        hint_key="padded" if padded else None,
        count=len(found),
        limit=MAX_COLORS,
        used=used,
    )
