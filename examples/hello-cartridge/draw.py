"""Draw the pictures, palettes and sounds of hello-cartridge.

What is drawn by hand stands in ``pixels.txt``, the rest is arithmetic.
Running it again gives the same pixels and the same samples on any machine: one fixed seed, and
only + - * / on floats. The JSON documents are written by hand, except the palette ``dusk.json``.

    python draw.py
"""

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
RATE = 22_050  # Hz, of every sound

Rows = list[str]  # a picture: one hexadecimal digit per pixel, "." is index 0
Palette = list[str]  # rrggbb; the first is the transparent one
Sound = list[float]  # -1 ... 1


def read_blocks(path: Path) -> dict[str, list[str]]:
    """Read the lines of every [block] of a file of pixels."""
    blocks: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            block = blocks.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            block.append(line)
    return blocks


PIXELS = read_blocks(HERE / "pixels.txt")


def colours_of(name: str) -> Palette:
    """Return a block as one palette."""
    return " ".join(PIXELS[name]).split()


def pictures_of(name: str) -> list[Rows]:
    """Return the pictures of a block, which spaces part."""
    return [list(rows) for rows in zip(*(line.split() for line in PIXELS[name]), strict=True)]


def flip(rows: Rows) -> Rows:
    """Turn left to right."""
    return [row[::-1] for row in rows]


def whole(half: Rows, glint: str = "", shade: str = "") -> Rows:
    """Join a left half and its mirror image, there with ``shade`` for ``glint``."""
    return [row + (row[::-1].replace(glint, shade) if glint else row[::-1]) for row in half]


def blank(width: int, height: int) -> Rows:
    """Return nothing but index 0."""
    return ["." * width] * height


def stamp(under: Rows, over: Rows, x: int, y: int) -> Rows:
    """Lay ``over`` on ``under`` at pixel (x, y); what passes the edge is lost."""
    canvas = [list(row) for row in under]
    for dy, row in enumerate(over):
        for dx, colour in enumerate(row):
            if colour != "." and y + dy < len(canvas) and x + dx < len(canvas[0]):
                canvas[y + dy][x + dx] = colour
    return ["".join(row) for row in canvas]


def grid(tiles: list[Rows], columns: int) -> Rows:
    """Set equal tiles row-major in one sheet."""
    lines = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    return ["".join(parts) for line in lines for parts in zip(*line, strict=True)]


def walk() -> Rows:
    """Pose the gardener's 16 tiles: four frames each of down, up, right and left."""
    front, back, side = pictures_of("gardener views")
    stand, step, rest, stride, passing = pictures_of("gardener legs")

    def pose(body: Rows, legs: Rows, sink: int) -> Rows:
        return stamp(stamp(blank(32, 32), legs, 8, 28), body, 0, sink)

    tiles = []
    for body in (whole(front, "a", "9"), whole(back, "a", "9")):
        tiles += [pose(body, stand, 0), pose(body, step, 1)]
        tiles += [pose(body, stand, 0), pose(body, flip(step), 1)]
    right = [pose(side, rest, 0), pose(side, stride, 1)]
    right += [pose(side, passing, 0), pose(side, stride, 1)]
    return grid(tiles + right + [flip(tile) for tile in right], 4)


def hover() -> Rows:
    """Pose the robot's four tiles: up, down, a blink, up; its flame answers."""
    body = whole(pictures_of("robot half")[0])
    blink = [row.replace("77", "66") if y == 19 else row for y, row in enumerate(body)]
    tall, low = whole(["eeff", ".eff"]), whole(["eeee", "..ee"])
    poses = [(body, 0, tall), (body, 1, tall), (blink, 1, low), (body, 0, low)]
    tiles = []
    for rows, sink, flame in poses:
        tiles.append(stamp(stamp(blank(32, 32), flame, 12, 30 + sink), rows, 0, sink))
    return grid(tiles, 4)


def title() -> Rows:
    """Build the old title, 128 x 32: block letters with a sunset in them and a shadow."""
    rows = pictures_of("title letters")[0]
    front = ["".join(block * 5 for block in row) for row in rows for _ in range(5)]
    shadow = ["".join("." if pixel == "." else "1" for pixel in row) for row in front]
    return stamp(stamp(blank(128, 32), shadow, 5, 4), front, 3, 2)


def noise(seed: int) -> Iterator[int]:
    """Yield numbers 0 ... 65535 that look random and are always the same."""
    while True:
        seed = (seed * 1_664_525 + 1_013_904_223) % 2**32
        yield seed >> 16


def roll(x: int, period: int) -> float:
    """Return a smooth wave, -1 ... 1, that closes over the sheet's width."""
    t = x % period
    return 4 * t * (period - t) / period**2 * (1 if x // period % 2 else -1)


def sky() -> list[list[int]]:
    """Paint 256 x 256 indices: air, stars, a ringed planet, the moon, hills, a greenhouse."""
    bayer = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]
    moon_x, moon_y, moon_r = 178, 70, 34
    picture = [[0] * 256 for _ in range(256)]

    def each(inside: Callable[[int, int], int]) -> None:
        for y in range(256):
            for x in range(256):
                picture[y][x] = inside(x, y) or picture[y][x]

    def air(x: int, y: int) -> int:
        far = (x - moon_x) ** 2 + (y - moon_y) ** 2
        glow = max(0, 64**2 - far) / 64**2 * 2.2
        level = y * y / 215**2 * 6.4 + glow + bayer[y % 4][x % 4] / 16
        return min(7, 1 + int(level))

    each(air)
    dice = noise(20_240)
    for _ in range(300):
        x, y, kind = next(dice) % 256, next(dice) % 190, next(dice) % 24
        picture[y][x] = 14 if kind < 8 else 13
        if kind < 2 and 2 < x < 253 and y > 2:
            for reach, colour in ((1, 14), (2, 13)):
                for dx, dy in ((reach, 0), (-reach, 0), (0, reach), (0, -reach)):
                    picture[y + dy][x + dx] = colour
    for i in range(26):
        picture[116 - i // 2][62 + i] = 14 if i < 5 else 13 if i < 16 or i % 2 else 5

    def planet(x: int, y: int) -> int:
        dx, dy = x - 56, y - 58
        tilt = dy + dx / 4
        ring = dx * dx / 26**2 + tilt * tilt / 6**2
        if dx * dx + dy * dy <= 15**2 and (tilt < 0 or not 0.62 < ring < 1):
            band = int((tilt + 15) / 5 + bayer[y % 4][x % 4] / 24)
            lit = dx + dy < 3 + bayer[y % 4][x % 4] / 2
            return (7, 6, 7, 6, 5, 6, 5, 4)[band] if lit else 4
        return (11 if ring < 0.82 else 12) if 0.62 < ring < 1 else 0

    each(planet)
    craters = [(-12, -12, 7), (8, -18, 4), (13, 2, 8), (-8, 10, 5), (-20, 3, 4), (4, 22, 5)]

    def moon(x: int, y: int) -> int:
        dx, dy = x - moon_x, y - moon_y
        if dx * dx + dy * dy > moon_r**2:
            return 0
        for cx, cy, r in craters:
            if (dx - cx) ** 2 + (dy - cy) ** 2 <= r * r:
                deep = (dx - cx - 1) ** 2 + (dy - cy - 1) ** 2 > (r - 1) ** 2
                return 12 if deep and dx - cx + dy - cy < 2 else 11
        turned = (dx + 10) ** 2 + (dy + 10) ** 2
        return 10 + min(2, int(turned / 34**2 * 1.15 + bayer[y % 4][x % 4] / 24))

    each(moon)
    each(lambda x, y: 8 if y > 196 - 12 * roll(x, 64) - 4 * roll(x + 20, 32) else 0)

    def near(x: int, y: int) -> int:
        dx, dy = x - 76, y - 208
        if (dx * dx + dy * dy <= 24**2 and dy <= 0) or (abs(dx) <= 24 and 0 < dy < 18):
            pane = abs(dx) % 12 not in (0, 11) and dy % 11 not in (0, 10) and dy < 11
            return 15 if pane and dx * dx + dy * min(dy, 0) <= 20**2 else 9
        trunk = abs(x - 208) < 2 and y > 190
        leaves = any(
            (x - cx) ** 2 + (y - cy) ** 2 <= r * r
            for cx, cy, r in ((208, 184, 11), (199, 190, 8), (218, 191, 7))
        )
        hill = y > 220 + 8 * roll(x + 40, 128) - 3 * roll(x, 32)
        return 9 if trunk or leaves or hill else 0

    each(near)
    for i in range(40):  # fireflies
        x, y = next(dice) % 256, 226 + next(dice) % 28
        picture[y][x] = 15 if i % 3 else 7
    return picture


def rgb(colour: str) -> tuple[int, int, int]:
    """Split rrggbb into three numbers."""
    red, green, blue = bytes.fromhex(colour)
    return red, green, blue


def save_sky(path: Path) -> None:
    """Write a bank payload: 4-bit indices, even x in the high nibble, then 64 RGB565 palettes."""
    nibbles = [row[x] << 4 | row[x + 1] for row in sky() for x in range(0, 256, 2)]
    colours = [
        rgb(colour) for name in ("midnight", "aurora", "dawn") for colour in colours_of(name)
    ]
    words = [(r >> 3) << 11 | (g >> 2) << 5 | b >> 3 for r, g, b in colours]
    path.write_bytes(bytes(nibbles) + struct.pack(f"<{len(words)}H", *words).ljust(2048, b"\0"))


def save_png(path: Path, rows: Rows, palette: Palette, mode: str) -> None:
    """Write a sheet as ``P`` (indices kept), ``RGBA`` or ``LA`` (index 0 becomes transparent)."""
    size = (len(rows[0]), len(rows))
    indices = [int(digit.replace(".", "0"), 16) for row in rows for digit in row]
    if mode == "P":
        image = Image.frombytes("P", size, bytes(indices))
        image.putpalette(b"".join(map(bytes.fromhex, palette)))
        image.save(path, optimize=True, transparency=0)
        return
    channels = 3 if mode == "RGBA" else 1
    opaque = [bytes.fromhex(colour)[:channels] + b"\xff" for colour in palette]
    opaque[0] = bytes(channels + 1)
    Image.frombytes(mode, size, b"".join(opaque[i] for i in indices)).save(path, optimize=True)


def save_palette(path: Path, palette: Palette) -> None:
    """Write a palette in the format its suffix names."""
    numbers = [" ".join(f"{part:3d}" for part in rgb(colour)) for colour in palette]
    plain = [" ".join(number.split()) for number in numbers]
    text = {
        ".hex": "\n".join(palette),
        ".gpl": "\n".join(["GIMP Palette", f"Name: {path.stem}", "Columns: 8", "#", *numbers]),
        ".pal": "\n".join(["JASC-PAL", "0100", str(len(palette)), *plain]),
        ".json": json.dumps({"colors": [f"#{colour}" for colour in palette]}, indent=2),
    }[path.suffix]
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def voice(wave: str, start: float, end: float, seconds: float, volume: float = 0.5) -> Sound:
    """Play one note that slides from ``start`` to ``end`` Hz, rises in 4 ms and dies away."""
    count = int(seconds * RATE)
    phase, held, sound = 0.0, 0.0, []
    dice = noise(7)
    for i in range(count):
        t = i / count
        phase += (start + (end - start) * t) / RATE
        if phase >= 1:
            phase -= int(phase)
            held = next(dice) / 32_768 - 1
        level = {
            "square": 1.0 if phase < 0.5 else -1.0,
            "pulse": 1.0 if phase < 0.25 else -1.0,
            "triangle": abs(phase * 4 - 2) - 1,
            "noise": held,
        }[wave]
        sound.append(level * volume * min(1.0, i / (0.004 * RATE)) * (1 - t) * (1 - t))
    return sound


def mix(*parts: tuple[float, Sound]) -> Sound:
    """Lay sounds over each other, each from its own second on."""
    starts = [int(seconds * RATE) for seconds, _ in parts]
    total = [0.0] * max(at + len(sound) for at, (_, sound) in zip(starts, parts, strict=True))
    for at, (_, sound) in zip(starts, parts, strict=True):
        for i, level in enumerate(sound):
            total[at + i] += level
    return total


def effects() -> dict[str, Sound]:
    """Play the twelve sounds, by name."""
    drops, notes = (700, 940, 620, 1100, 820, 1250), (523, 659, 784, 1047)
    scores: dict[str, list[tuple[float, Sound]]] = {
        "jump": [(0, voice("square", 220, 640, 0.2, 0.35))],
        "step": [(0, voice("noise", 5000, 1200, 0.08, 0.4)), (0, voice("triangle", 150, 60, 0.1))],
        "coin": [
            (0, voice("pulse", 988, 988, 0.1, 0.35)),
            (0.07, voice("pulse", 1319, 1319, 0.3, 0.35)),
        ],
        "splash": [
            (0, voice("noise", 12000, 1500, 0.4)),
            (0.05, voice("triangle", 300, 900, 0.2, 0.3)),
        ],
        "door": [
            (0, voice("square", 70, 130, 0.3, 0.25)),
            (0.28, voice("noise", 2500, 300, 0.12, 0.6)),
        ],
        "dig": [(0, voice("noise", 4000, 700, 0.1)), (0.1, voice("noise", 2600, 400, 0.14))],
        "sow": [(i * 0.07, voice("triangle", 600 - 90 * i, 280, 0.09, 0.6)) for i in range(3)],
        "water": [
            (i * 0.07, voice("triangle", hz, hz * 1.6, 0.1, 0.4)) for i, hz in enumerate(drops)
        ],
        "bloom": [(i * 0.09, voice("triangle", hz, hz, 0.26, 0.45)) for i, hz in enumerate(notes)],
        "chime": [
            (0, voice("triangle", 1568, 1568, 0.6, 0.4)),
            (0.02, voice("triangle", 2349, 2349, 0.4, 0.3)),
        ],
        "bump": [
            (0, voice("square", 160, 50, 0.16, 0.4)),
            (0, voice("noise", 3000, 500, 0.08, 0.3)),
        ],
        "select": [
            (0, voice("pulse", 660, 660, 0.06, 0.3)),
            (0.05, voice("pulse", 880, 880, 0.1, 0.3)),
        ],
    }
    return {name: mix(*parts) for name, parts in scores.items()}


def save_wav(path: Path, sound: Sound, *, extensible: bool = False, label: str = "") -> None:
    """Write PCM16 mono, plainly or as WAVE_FORMAT_EXTENSIBLE, with or without a LIST/INFO chunk."""

    def chunk(tag: bytes, body: bytes) -> bytes:
        return tag + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    samples = [int(max(-1.0, min(1.0, level)) * 32_767) for level in sound]
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else 1, 1, RATE, RATE * 2, 2, 16)
    if extensible:  # 16 valid bits, front centre, KSDATAFORMAT_SUBTYPE_PCM
        form += struct.pack("<HHI", 22, 16, 4)
        form += bytes.fromhex("0100000000001000800000aa00389b71")
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", label.encode() + b"\0")) if label else b""
    data = chunk(b"data", struct.pack(f"<{len(samples)}h", *samples))
    path.write_bytes(chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", form) + info + data))


def main() -> None:
    """Draw everything anew."""
    moths = grid([whole(half) for half in pictures_of("moth halves")], 2)
    sheets: dict[str, tuple[Rows, str, str]] = {
        "world/tiles/sheets/plants.png": (pictures_of("plants sheet")[0], "garden", "RGBA"),
        "world/tiles/sheets/greenhouse.png": (
            pictures_of("greenhouse sheet")[0],
            "greenhouse",
            "P",
        ),
        "world/tiles/sheets/moonstone.png": (pictures_of("moonstone sheet")[0], "moonstone", "LA"),
        "heroes/gardener/gardener.png": (walk(), "suit", "P"),
        "heroes/gardener/robot.png": (hover(), "robot", "RGBA"),
        "drafts/old-title/title.png": (title(), "title", "RGBA"),
        "drafts/ideas/moth.png": (moths, "moth", "P"),
    }
    palettes = [
        "world/tiles/palettes/garden.hex",
        "world/tiles/palettes/greenhouse.gpl",
        "world/tiles/palettes/moonstone.pal",
        "world/tiles/palettes/dusk.json",
        "heroes/gardener/robot.hex",
        "drafts/old-title/title.hex",
    ]
    for name in [*sheets, *palettes, "world/sky/sky.bin", "sound/effects/jump.wav"]:
        (ASSETS / name).parent.mkdir(parents=True, exist_ok=True)
    for name, (rows, palette, mode) in sheets.items():
        save_png(ASSETS / name, rows, colours_of(palette), mode)
    for name in palettes:
        path = ASSETS / name
        save_palette(path, colours_of(path.stem))
    save_sky(ASSETS / "world/sky/sky.bin")
    for name, sound in effects().items():
        path = ASSETS / f"sound/effects/{name}.wav"
        save_wav(
            path, sound, extensible=name == "bloom", label="Splash" if name == "splash" else ""
        )


if __name__ == "__main__":
    main()
