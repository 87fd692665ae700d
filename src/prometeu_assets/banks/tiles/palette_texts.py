"""The text formats of palettes: Lospec ``.hex``, GIMP ``.gpl``, JASC ``.pal`` and ``.json``.

Clause: ``spec/workspace.md#palettes``. A UTF-8 byte order mark is tolerated, which some editors
write unasked and which changes nothing; any line end is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from prometeu_assets import kinds
from prometeu_assets.banks.faults import refusal, shown
from prometeu_assets.banks.tiles.codes.palettes import PALETTE_FORMAT
from prometeu_assets.banks.tiles.color import Color, unpacked
from prometeu_assets.banks.tiles.raster import OPAQUE
from prometeu_assets.diagnostics import Refused


class Found(NamedTuple):
    """A colour of a file and its place: a byte offset, or a JSON Pointer."""

    color: Color
    place: int | str
    alpha: int = OPAQUE


class Format(NamedTuple):
    """A text format, and how it is read: `bytes` and the file's name to the colours found."""

    kind: str
    """What `kinds.sniff` says of such a file."""
    wanted: str
    read: Callable[[bytes, str], list[Found]]


def malformed(wanted: str, what: str, name: str, place: int | str, hint_key: str) -> Refused:
    """The refusal of a file that is not in the format its name says."""
    at, pointer = (place, None) if isinstance(place, int) else (None, place)
    return refusal(
        PALETTE_FORMAT,
        name,
        offset=at,
        pointer=pointer,
        hint_key=hint_key,
        wanted=wanted,
        what=what,
    )


def _read_hex(data: bytes, name: str) -> list[Found]:
    found = []
    for at, line in _lines(data):
        if not re.fullmatch(rb"#?[0-9A-Fa-f]{6}", line):
            # Eight digits are rrggbbaa in some programs and aarrggbb in others.
            alpha = re.fullmatch(rb"#?[0-9A-Fa-f]{8}", line)
            what = f"{shown(line)} is not a colour"
            raise malformed(_HEX, what, name, at, "digits" if alpha else "hex")
        found.append(Found(_color_of(line.decode("ascii")), at))
    return found


def _read_gpl(data: bytes, name: str) -> list[Found]:
    lines = list(_lines(data))
    at, first = lines[0]
    if first != b"GIMP Palette":
        raise malformed(_GPL, f"it begins with {shown(first)}", name, at, "gpl")
    alpha = any(line.startswith(b"Channels:") and b"RGBA" in line for _, line in lines)
    found = []
    for at, line in lines[1:]:
        if line.startswith((b"#", b"Name:", b"Columns:", b"Channels:")):
            continue
        match = (_NAMED_RGBA if alpha else _NAMED_RGB).match(line)
        found.append(_decimal(_GPL, match, line, name, at, "rgba" if alpha else "gpl"))
    return found


def _read_pal(data: bytes, name: str) -> list[Found]:
    lines = _lines(data)
    for wanted in (b"JASC-PAL", b"0100"):
        at, line = next(lines, (len(data), b""))
        if line != wanted:
            what = f"found {shown(line)}, expected `{wanted.decode()}`"
            raise malformed(_PAL, what, name, at, "pal")
    count_at, count = next(lines, (len(data), b""))
    if not re.fullmatch(rb"[0-9]{1,6}", count):
        raise malformed(_PAL, f"{shown(count)} is not a number of colours", name, count_at, "pal")
    found = [
        _decimal(_PAL, _RGB_OR_RGBA.fullmatch(line), line, name, at, "pal") for at, line in lines
    ]
    if int(count) != len(found):
        what = f"it announces {int(count)} colours and holds {len(found)}"
        raise malformed(_PAL, what, name, count_at, "pal")
    return found


def _read_json(data: bytes, name: str) -> list[Found]:
    try:
        text = data.decode("utf-8")
        # No number has a place here; as floats, those of any length are harmless.
        document = json.loads(text, object_pairs_hook=_members, parse_int=float)
    except UnicodeDecodeError as error:
        raise malformed(_JSON, "it is not UTF-8", name, error.start, "json") from error
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode("utf-8"))
        raise malformed(_JSON, "it is not JSON", name, at, "json") from error
    except (RecursionError, _Repeated) as error:
        what = "a member is repeated" if isinstance(error, _Repeated) else "it is nested too deep"
        raise malformed(_JSON, what, name, "", "json") from error
    if not isinstance(document, dict) or not isinstance(document.get("colors"), list):
        raise malformed(_JSON, "it has no list named `colors`", name, "", "json")
    if unknown := sorted(document.keys() - {"colors", *_NOTES}):
        raise malformed(_JSON, f"it has a member {shown(unknown[0])}", name, "", "json")
    for note in _NOTES:
        if not isinstance(document.get(note, ""), str):
            raise malformed(_JSON, f"its `{note}` is not a string", name, f"/{note}", "json")
    found = []
    for position, value in enumerate(document["colors"]):
        place = f"/colors/{position}"
        if not isinstance(value, str) or not re.fullmatch(r"#?[0-9A-Fa-f]{6}", value):
            alpha = isinstance(value, str) and re.fullmatch(r"#?[0-9A-Fa-f]{8}", value)
            entry = shown(value) if isinstance(value, str) else f"entry {position}"
            hint_key = "digits" if alpha else "json"
            raise malformed(_JSON, f"{entry} is not a colour", name, place, hint_key)
        found.append(Found(_color_of(value), place))
    return found


_HEX: Final = "a .hex palette"
_GPL: Final = "a GIMP palette"
_PAL: Final = "a JASC palette"
_JSON: Final = "a JSON palette"
FORMATS: Final = {
    ".hex": Format(kinds.HEX, _HEX, _read_hex),
    ".gpl": Format(kinds.GIMP, _GPL, _read_gpl),
    ".pal": Format(kinds.JASC, _PAL, _read_pal),
    ".json": Format(kinds.JSON, _JSON, _read_json),
}
"""The ending of a file's name to its format."""

_NOTES: Final = ("author", "name")
"""Members of a JSON palette that are for people."""

_CHANNEL: Final = rb"([0-9]{1,3})"
_RGB: Final = rb"[ \t]+".join([_CHANNEL] * 3)
_ALPHA: Final = rb"[ \t]+" + _CHANNEL
_NAMED_RGB: Final = re.compile(_RGB + rb"(?![^ \t])")
_NAMED_RGBA: Final = re.compile(_RGB + _ALPHA + rb"(?![^ \t])")
_RGB_OR_RGBA: Final = re.compile(_RGB + rb"(?:" + _ALPHA + rb")?")


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
    return unpacked(int(text.removeprefix("#"), 16))


def _decimal(
    wanted: str, match: re.Match[bytes] | None, line: bytes, name: str, at: int, hint_key: str
) -> Found:
    """The colour that ``match`` found at the start of ``line``: red, green, blue, maybe alpha."""
    if match:
        red, green, blue, *alpha = (int(part) for part in match.groups() if part is not None)
        if max(red, green, blue, *alpha) <= OPAQUE:
            return Found((red, green, blue), at, *alpha)
    raise malformed(wanted, f"{shown(line)} is not a colour", name, at, hint_key)
