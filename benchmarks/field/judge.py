"""Judge what `run.py` did, from the files alone: nothing of the project is imported here.

    python benchmarks/field/judge.py FOLDER RESULTS

What the console shows (``spec/contract/1/banks.md``) and what a source may be
(``spec/workspace.md``), as this judge holds them:

- A picture is whole tiles of the size asked for, no more than a sheet of 256 x 256 pixels holds;
  with a margin and a spacing it is cut by these, and the margin, the spacing, both or nothing are
  left over at its ends.
- Indices are kept: index mod 16 is the colour and 0 is transparent; a tile whose indices are of
  two palettes cannot be kept.
- Other pixels are opaque or transparent, and a tile has at most 15 colours after RGB565; 64
  palettes must hold all tiles. Where a search as simple as ours finds no 64, nothing is decided.
- PNG of 16 bits and animated PNG are refused, and so are documents whose layers are mixed.
- A palette has 1 to 16 colours, opaque but for the first.
- A sound is whatever libsndfile decodes: at most 8 channels, 1 000 to 768 000 Hz, not empty, and
  at most 16 MiB at its rate, halved or doubled until it is one of 8 000 to 48 000 Hz.

Ends with 1 when a file was taken wrongly, or refused though the console could show it.
"""

from __future__ import annotations

import io
import json
import re
import struct
import sys
from collections import Counter
from math import gcd
from pathlib import Path
from typing import Any, NoReturn

import drawing
import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

_NONE = -1
"""A transparent pixel, where others are RGB565."""


class Unfit(Exception):
    """The console cannot show it."""


class Undecided(Exception):
    """The judge cannot say."""


def main() -> None:
    """Print a line for each file that was not judged right, and the counts."""
    folder, results = Path(sys.argv[1]), Path(sys.argv[2])
    lines = Path(__file__).with_name("chosen.jsonl").read_text(encoding="utf-8").splitlines()
    counts: Counter[tuple[str, str]] = Counter()
    for number, chosen in enumerate(map(json.loads, lines)):
        source = folder / chosen["source"].replace("/", "+").replace(":", "+") / chosen["path"]
        place = results / f"{number:03}"
        if not (place / "result.json").exists():
            continue
        verdict, why = judge(source, chosen, place)
        counts[chosen["group"], verdict] += 1
        if verdict not in ("taken right", "refused rightly") or "--all" in sys.argv:
            print(f"{number:03} {verdict}: {chosen['source']} {chosen['path']}: {why}")
    verdicts = sorted({verdict for _, verdict in counts})
    for group in sorted({group for group, _ in counts}):
        shown = (f"{counts[group, each]:4} {each}" for each in verdicts)
        print(f"{group:34}", *shown)
    totals = {each: sum(n for (_, v), n in counts.items() if v == each) for each in verdicts}
    print(f"{sum(totals.values())} files:", totals)
    sys.exit(int(any(each not in ("taken right", "refused rightly") for each in totals)))


def judge(source: Path, chosen: dict[str, Any], place: Path) -> tuple[str, str]:
    """The verdict on one file, and why."""
    result = json.loads((place / "result.json").read_text(encoding="utf-8"))
    if result["failed"]:
        return "failed", result["failed"][-300:]
    codes, taken = " ".join(result["codes"]), "taken" in result
    kind = chosen["group"].split()[0]
    data = source.read_bytes()
    size = 8 if int(chosen["sha256"][0], 16) % 2 else 16
    entry, payload = pack((place / "assets.pa").read_bytes()) if taken else ({}, b"")
    try:
        if kind == "sound":
            wrong = sound(data, source.suffix.lower(), taken, entry, payload)
        elif kind == "palette":
            wrong = palette(data, source.suffix.lower(), taken, payload)
        else:
            wrong = sheet(data, kind, size, result["settings"], taken, payload)
    except Unfit as unfit:
        return ("taken though unfit" if taken else "refused rightly"), f"{unfit} {codes}"
    except Undecided as undecided:
        return ("taken, undecided" if taken else "refused, undecided"), f"{undecided} {codes}"
    if not taken:
        return "refused though fit", codes
    return ("taken wrong", wrong) if wrong else ("taken right", "")


def pack(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The one entry of a pack, and its slice."""
    magic, version, length, payload = struct.unpack("<4s3I", data[:16])
    if (magic, version) != (b"ASPA", 1):
        raise AssertionError("not a pack of version 1")
    (entry,) = json.loads(data[32 : 32 + length])["asset_table"]
    start = payload + entry["offset"]
    return entry, data[start : start + entry["size"]]


def rgb565(colors: NDArray[Any]) -> NDArray[Any]:
    """Channels (…, 3) as RGB565."""
    red, green, blue = np.moveaxis(np.asarray(colors, int)[..., :3], -1, 0)
    return red >> 3 << 11 | green >> 2 << 5 | blue >> 3


def tiles_of(image: NDArray[Any], size: int) -> NDArray[Any]:
    """(height, width) as (tiles, size, size), row by row."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    grid = image.reshape(rows, size, columns, size).swapaxes(1, 2)
    return grid.reshape(rows * columns, size, size)


def sheet(
    data: bytes,
    kind: str,
    size: int,
    gaps: dict[str, int],
    taken: bool,  # noqa: FBT001
    payload: bytes,
) -> str:
    """What is wrong with a sheet that was taken; empty if nothing is."""
    frames, colors = (_drawn if kind == "aseprite" else _picture)(data)
    height, width = frames[0].shape[:2]
    margin, spacing = gaps.get("margin", 0), gaps.get("spacing", 0)
    lines, columns = (_starts(length, size, margin, spacing) for length in (height, width))
    if not lines or not columns or max(height, width) > 4096:
        raise Unfit(f"{width}x{height} is not whole tiles of {size}")
    kept = np.ix_(*([n + i for n in starts for i in range(size)] for starts in (lines, columns)))
    frames = [frame[kept] for frame in frames]
    images = [_shown(frame, colors, size) for frame in frames]
    wanted = np.concatenate([tiles_of(image, size) for image in images])
    if len(wanted) > (256 // size) ** 2:
        raise Unfit(f"{len(wanted)} tiles")
    if colors is None:
        _fit_palettes(wanted)
    if not taken:
        return ""
    packed = np.frombuffer(payload, np.uint8, 256 * 128).reshape(256, 128)
    indices = np.stack([packed >> 4, packed & 15], axis=-1).reshape(256, 256)
    palettes = np.frombuffer(payload, "<u2", 1024, 256 * 128).reshape(64, 16).astype(int)
    palettes[:, 0] = _NONE
    tiles = tiles_of(indices, size)
    if tiles[len(wanted) :].any():
        return "something is drawn after the last tile"
    for number, (tile, want) in enumerate(zip(tiles, wanted, strict=False)):
        if not any(np.array_equal(each[tile], want) for each in palettes):
            return f"tile {number} is other than in the source"
    return ""


def _starts(length: int, size: int, margin: int, spacing: int) -> list[int]:
    """Where tiles begin on a side of a picture; none where something else is left over."""
    found, at = [], margin
    while at + size <= length:
        found.append(at)
        at += size + spacing
    rest = length - (at - spacing)
    return found if rest in (0, margin, spacing, margin + spacing) else []


def _picture(data: bytes) -> tuple[list[NDArray[Any]], NDArray[Any] | None]:
    if data[12:16] == b"IHDR" and data[24] == 16:
        raise Unfit("16 bits")
    if b"acTL" in data[: data.find(b"IDAT")]:
        raise Unfit("animated")
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise Unfit(f"damaged: {error}") from error
    if image.mode == "P":
        colors = np.array(image.getpalette("RGB")).reshape(-1, 3)
        return [np.asarray(image).astype(int)], colors
    if "transparency" in image.info and data[24] < 8:
        # Pillow widens the pixels to 8 bits, and the level that is transparent only of 1 bit.
        level = image.info["transparency"] * (255 // ((1 << data[24]) - 1) if data[24] > 1 else 1)
        grey = np.asarray(image.convert("L")).astype(int)
        return [np.stack([grey, grey, grey, np.where(grey == level, 0, 255)], axis=-1)], None
    return [np.asarray(image.convert("RGBA")).astype(int)], None


def _drawn(data: bytes) -> tuple[list[NDArray[Any]], NDArray[Any] | None]:
    try:
        found = drawing.read(data)
    except drawing.Inexact as inexact:
        raise Unfit(str(inexact)) from inexact
    except (ValueError, IndexError, KeyError, struct.error) as error:
        raise Unfit(f"damaged: {error}") from error
    colors = np.array(found.palette)[:, :3] if found.indexed else None
    return found.frames, colors


def _shown(frame: NDArray[Any], colors: NDArray[Any] | None, size: int) -> NDArray[Any]:
    """(height, width): RGB565 or transparent."""
    if colors is None:
        alpha = frame[..., 3]
        if ((alpha > 0) & (alpha < 255)).any():
            raise Unfit("partly transparent pixels")
        return np.where(alpha == 0, _NONE, rgb565(frame))
    if frame.max() >= len(colors):
        raise Undecided("an index beyond its palette")
    if frame.max() > 15:
        for tile in tiles_of(frame, size):
            if len({int(index) // 16 for index in np.unique(tile) if index % 16}) > 1:
                raise Unfit("indices of two palettes in a tile")
    return np.where(frame % 16 == 0, _NONE, rgb565(colors)[frame])


def _fit_palettes(tiles: NDArray[Any]) -> None:
    sets = {frozenset(np.unique(tile).tolist()) - {_NONE} for tile in tiles}
    if max(map(len, sets)) > 15:
        raise Unfit(f"a tile of {max(map(len, sets))} colours")
    bins: list[set[int]] = []
    for each in sorted(sets, key=lambda one: (-len(one), sorted(one))):
        room = [held for held in bins if len(held | each) <= 15]
        if room:
            min(room, key=lambda held: len(each - held)).update(each)
        else:
            bins.append(set(each))
    if len(bins) > 64:
        if len(frozenset().union(*sets)) > 64 * 15:
            raise Unfit("colours for more than 64 palettes")
        raise Undecided(f"{len(bins)} palettes by a simple search")


def palette(data: bytes, ending: str, taken: bool, payload: bytes) -> str:  # noqa: FBT001
    """What is wrong with a palette that was taken; empty if nothing is."""
    colors = _colors(data.decode("latin-1").removeprefix("\xef\xbb\xbf").splitlines(), ending)
    if not 1 <= len(colors) <= 16:
        raise Unfit(f"{len(colors)} colours")
    if any(not 0 <= channel <= 255 for color in colors for channel in color):
        raise Unfit("a channel above 255")
    if any(len(color) > 3 and color[3] < 255 for color in colors[1:]):
        raise Unfit("a transparent colour that is not the first")
    if not taken:
        return ""
    held = np.frombuffer(payload, "<u2", 1024, 256 * 128)[:16].tolist()
    wanted = rgb565(np.array([color[:3] for color in colors])).tolist()
    return "" if held == wanted + [0] * (16 - len(wanted)) else f"{held} is not {wanted}"


def _colors(lines: list[str], ending: str) -> list[tuple[int, ...]]:
    def numbers(line: str, most: int) -> tuple[int, ...]:
        found = tuple(int(word) for word in line.split()[:most] if re.fullmatch(r"\d+", word))
        return found if len(found) >= 3 else wrong(line)

    def wrong(line: str) -> NoReturn:
        raise Unfit(f"no colour: {line[:40]!r}")

    if ending == ".hex":
        words = [line.strip().removeprefix("#") for line in lines if line.strip()]
        return [
            tuple(bytes.fromhex(word)) if re.fullmatch("[0-9A-Fa-f]{6}", word) else wrong(word)
            for word in words
        ]
    if ending == ".pal":
        if [line.strip() for line in lines[:2]] != ["JASC-PAL", "0100"]:
            raise Unfit("not a palette of JASC")
        return [numbers(line, 4) for line in lines[3:] if line.strip()]
    if not lines or lines[0].strip() != "GIMP Palette":
        raise Unfit("not a palette of GIMP")
    most = 4 if any(line.strip() == "Channels: RGBA" for line in lines) else 3
    own = [line for line in lines[1:] if line.strip() and not line.lstrip().startswith("#")]
    return [numbers(line, most) for line in own if not re.match(r"(Name|Columns|Channels):", line)]


def sound(data: bytes, ending: str, taken: bool, entry: dict[str, Any], payload: bytes) -> str:  # noqa: FBT001
    """What is wrong with a sound that was taken; empty if nothing is."""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, channels, subtype = file.samplerate, file.channels, file.subtype
            if channels > 8 or not 1_000 <= rate <= 768_000:
                raise Unfit(f"{channels} channels at {rate} Hz")
            wave = file.read(dtype="float64", always_2d=True).mean(axis=1)
    except soundfile.SoundFileError as error:
        raise Unfit(f"not decoded: {error}") from error
    if not len(wave) or not np.isfinite(wave).all():
        raise Unfit("no levels")
    wanted = rate
    while wanted > 48_000:
        wanted //= 2
    while wanted < 8_000:
        wanted *= 2
    if 2 * len(wave) * wanted // rate > 16 * 1024 * 1024:
        raise Unfit(f"{len(wave) / rate:.0f} seconds at {wanted} Hz")
    if not taken:
        return ""
    made = np.frombuffer(payload, "<i2").astype(float)
    own = entry["metadata"]["sample_rate"]
    if own != wanted:
        return f"{own} Hz where {wanted} were wanted"
    more = 1024 * own / rate if "ADPCM" in subtype or "GSM" in subtype else 0
    if not -1 <= len(made) - len(wave) * own / rate <= 1 + more:
        return f"{len(made)} frames of {len(wave)}"
    return _heard(np.clip(wave, -1, 1) * 32768, rate, made, own)


def _heard(wave: NDArray[Any], rate: int, made: NDArray[Any], own: int) -> str:
    """Level, delay and spectrum, compared in what both rates can hold, below 80 % of the limit."""
    if rate == own:
        return "" if abs(made - wave)[: len(wave)].max() <= 1 else "other levels"
    common = gcd(rate, own)
    parts = -(-max(len(wave) * common, 1) // rate) + 64
    sides = parts * rate // common, parts * own // common
    one, other = np.fft.rfft(wave, sides[0]) / sides[0], np.fft.rfft(made, sides[1]) / sides[1]
    most = int(0.8 * min(len(one), len(other)))
    one, other = one[:most], other[:most]
    if len(wave) < 256:
        return ""  # nearly all of it is at its ends, where a filter has no more to read
    error = float(np.sqrt(2 * np.sum(abs(one - other) ** 2)))
    if error <= 1:
        return ""  # the difference is below the last bit
    energy, found = float(np.sum(abs(one) ** 2)), float(np.sum(abs(other) ** 2))
    level = 10 * np.log10(found / energy) if energy and found else float("inf")
    together = np.fft.irfft(np.conj(one) * other, 2 * most)
    lag = int(np.argmax(together))
    lag = min(lag, len(together) - lag)
    delay = lag * sides[0] / rate / len(together)
    if abs(level) > 0.1:
        return f"level {level:+.2f} dB"
    if delay > 0.001:
        return f"delay {delay * 1000:.2f} ms"
    difference = error / np.sqrt(2 * energy)
    return "" if difference < 0.02 else f"spectrum differs by {difference:.1%}"


if __name__ == "__main__":
    main()
