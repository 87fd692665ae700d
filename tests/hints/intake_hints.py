"""The hints about source files: pictures, palettes, sounds and payloads.

The sounds are tones, so that what a program converts can be heard to be right: a tone has one
frequency, a length and a loudness, and noise has none of them.
"""

from __future__ import annotations

import json
import os
import shlex
import struct
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from tests.hints.scene import (
    Case,
    Cases,
    Pair,
    Scene,
    build,
    commands,
    done,
    file,
    put,
    shell,
    told,
)
from tests.packer.intake import aseprites as ase
from tests.packer.intake import files
from tests.workspace.projects import COLORS, draw, edit, palette_text, record

# --- sounds ---------------------------------------------------------------------------------

RATE: Final = 8000
"""Frames a second of the project's sound bank."""
HERTZ: Final = 440
LOUD: Final = 8000
SECONDS: Final = 0.25


def tone(rate: int = RATE, hertz: float = HERTZ, loud: float = LOUD) -> np.ndarray:
    """A tone of a quarter of a second, as floating point numbers of 16 bits."""
    return loud * np.sin(2 * np.pi * hertz * np.arange(int(rate * SECONDS)) / rate)


def wav(frames: np.ndarray, kind: str = "<i2", *, data: int | None = None, **form: Any) -> bytes:
    """A WAV of these frames; ``data`` is what its data chunk announces."""
    form = {"rate": RATE, **form}
    body = frames.astype(kind).tobytes()
    return files.riff(files.fmt(**form), files.riff_chunk(b"data", body, data))


def stereo() -> bytes:
    """The tone on the left, and the same on the right."""
    return wav(np.repeat(tone(), 2), channels=2)


def big_endian() -> bytes:
    """Every number of the file, and every sample, with its high byte first."""
    body = tone().astype(">i2").tobytes()
    form = struct.pack(">HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    chunks = b"fmt " + struct.pack(">I", 16) + form + b"data" + struct.pack(">I", len(body)) + body
    return b"RIFX" + struct.pack(">I", len(chunks) + 4) + b"WAVE" + chunks


def large() -> bytes:
    """The tone as RF64, whose sizes stand in a chunk of their own."""
    body = tone().astype("<i2").tobytes()
    sizes = struct.pack("<QQQI", len(body) + 72, len(body), len(body) // 2, 0)
    return files.riff(
        files.riff_chunk(b"ds64", sizes),
        files.fmt(rate=RATE),
        files.riff_chunk(b"data", body, 0xFFFFFFFF),
        id_=b"RF64",
        size=0xFFFFFFFF,
    )


def encoded(*how: str) -> Callable[[Scene], object]:
    """Replace the sound by the tone as another program encodes it."""

    def step(scene: Scene) -> None:
        path = scene.project.root("fx") / "0.wav"
        path.write_bytes(wav(tone()))
        scene.shell(shlex.join(["ffmpeg", "-v", "error", "-i", str(path), *how, f"{path}.new"]))
        Path(f"{path}.new").replace(path)

    return step


def converted(scene: Scene, hint: str) -> None:
    """Run the command, and list the new file in the place of the old one."""
    (command,) = (c for c in commands(hint) if c.startswith(("ffmpeg", "sox")))
    assert "in its place" in hint
    scene.shell(command)
    new = scene.stands / shlex.split(command)[-1]
    edit(
        scene.project.anchor("fx"),
        inputs={"samples": [os.path.relpath(new, scene.project.root("fx"))]},
    )


def heard(
    *, hertz: float = HERTZ, seconds: float = SECONDS, loud: float = LOUD, rate: int = RATE
) -> Callable[[Scene], None]:
    """The sample is this tone and nothing else."""

    def meant(scene: Scene) -> None:
        frames = scene.frames().astype(float)
        assert abs(len(frames) - seconds * rate) <= 0.03 * seconds * rate
        spectrum = np.abs(np.fft.rfft(frames * np.hanning(len(frames))))
        assert abs(spectrum.argmax() * rate / len(frames) - hertz) < 10
        root_mean_square = float(np.sqrt((frames**2).mean()))
        assert abs(root_mean_square - loud / np.sqrt(2)) < 0.05 * loud
        middle = frames[len(frames) // 4 : -len(frames) // 4]
        assert abs(middle.max() - loud) < 0.05 * loud

    return meant


def exactly(frames: Callable[[], np.ndarray]) -> Callable[[Scene], None]:
    """The sample is these frames, to the bit."""

    def meant(scene: Scene) -> None:
        assert scene.frames().tolist() == frames().astype("<i2").tolist()

    return meant


def sound(data: Callable[[], bytes]) -> Callable[[Scene], Any]:
    return file("fx/0.wav", data)


def the_tone() -> np.ndarray:
    return tone()


def put_the_tone(scene: Scene, hint: str) -> None:
    """Export the sound again."""
    assert "again" in hint or "a sound instead" in hint
    put("fx/0.wav", lambda: wav(tone()))(scene, hint)


def declared(scene: Scene, hint: str) -> None:
    """Set the member that the hint names to the value that it names."""
    assert "set `output.metadata.sample_rate` to " in hint
    rate = int(told("sample_rate` to ([0-9]+)", hint))
    output = json.loads(scene.project.anchor("fx").read_bytes())["output"]
    output["metadata"]["sample_rate"] = rate
    edit(scene.project.anchor("fx"), output=output)


def off_the_inputs(scene: Scene, hint: str) -> None:
    assert "remove the file from `inputs.samples`" in hint
    edit(scene.project.anchor("fx"), inputs={"samples": ["0.wav"]})


def one_empty(scene: Scene) -> None:
    record(scene.project.root("fx") / "1.wav", [])
    edit(scene.project.anchor("fx"), inputs={"samples": ["0.wav", "1.wav"]})


SOUNDS: dict[Pair, Cases] = {
    ("WAV_FORMAT", None): Case(
        sound(lambda: files.riff(files.fmt(rate=RATE))), put_the_tone, exactly(the_tone)
    ),
    ("WAV_FORMAT", "convert"): Case(
        sound(lambda: wav(tone(), align=4)), converted, exactly(the_tone)
    ),
    ("WAV_FORMAT", "kind"): Case(done(encoded("-f", "flac")), converted, exactly(the_tone)),
    ("WAV_FORMAT", "other"): Case(
        sound(lambda: files.indexed([[0] * 8] * 8, COLORS)), put_the_tone, exactly(the_tone)
    ),
    ("WAV_FORMAT", "large"): Case(sound(large), converted, exactly(the_tone)),
    ("WAV_FORMAT", "big"): Case(sound(big_endian), converted, exactly(the_tone)),
    ("WAV_ENCODING", None): Case(
        sound(lambda: wav(tone(), tag=0x1234)), put_the_tone, exactly(the_tone)
    ),
    ("WAV_ENCODING", "channels"): Case(sound(stereo), converted, heard()),
    ("WAV_ENCODING", "depth"): (
        Case(sound(lambda: wav(tone() / 256 + 128, "u1", bits=8)), converted, heard()),
        Case(sound(lambda: wav(tone() * 65536, "<i4", bits=32)), converted, heard()),
    ),
    ("WAV_ENCODING", "float"): Case(
        sound(lambda: wav(tone() / 32768, "<f4", tag=3, bits=32)), converted, heard()
    ),
    ("WAV_ENCODING", "compressed"): (
        Case(done(encoded("-c:a", "pcm_alaw", "-f", "wav")), converted, heard()),
        Case(done(encoded("-c:a", "adpcm_ms", "-f", "wav")), converted, heard(seconds=0.26)),
    ),
    ("WAV_RATE", None): Case(sound(lambda: wav(tone(96_000), rate=96_000)), converted, heard()),
    ("WAV_RATE", "declare"): (
        Case(sound(lambda: wav(tone(44_100), rate=44_100)), converted, heard()),
        Case(
            sound(lambda: wav(tone(44_100), rate=44_100)),
            declared,
            exactly(lambda: tone(44_100)),
        ),
    ),
    ("WAV_TRUNCATED", None): Case(sound(lambda: wav(tone())[:30]), put_the_tone, exactly(the_tone)),
    ("WAV_TRUNCATED", "part"): Case(
        sound(lambda: wav(tone())[:-200]), converted, exactly(lambda: tone()[:-100])
    ),
    ("WAV_TRUNCATED", "streamed"): (
        Case(sound(lambda: wav(tone(), data=0xFFFFFFFF)), converted, exactly(the_tone)),
        Case(sound(lambda: wav(tone(), data=0)), converted, exactly(the_tone)),
    ),
    ("WAV_EMPTY", None): (
        Case(done(one_empty), off_the_inputs),
        Case(sound(lambda: wav(tone()[:0])), put_the_tone, exactly(the_tone)),
    ),
}
# --- pictures -------------------------------------------------------------------------------

TILE: Final = 8
BLACK, RED, BLUE, YELLOW = COLORS
GREEN: Final = (0, 255, 0)
Rows = list[list[Any]]


def tiles(*indices: int) -> Rows:
    """Tiles beside each other, each of one index but for its first pixel, which has index 1."""
    row = [index for index in indices for _ in range(TILE)]
    rows = [list(row) for _ in range(TILE)]
    for number in range(len(indices)):
        rows[0][number * TILE] = 1
    return rows


def indexed(rows: Rows, colors: Sequence[tuple[int, ...]] = COLORS) -> bytes:
    return files.indexed(rows, colors)


def shown(rows: Rows, colors: Sequence[tuple[int, ...]] = COLORS) -> bytes:
    """The same in true colour."""
    return files.png([[colors[index] for index in row] for row in rows], 2)


def sheet(data: Callable[[], bytes]) -> Callable[[Scene], Any]:
    return file("hero/sheet.png", data)


def drawn(*layers: bytes, flags: int = 1, kind: int = 2) -> bytes:
    """An Aseprite document of one tile of colour 1, over these layers and with cels in them."""
    rows = [[(*COLORS[1], 255)] * TILE] * TILE
    cels = [ase.cel(rows, number, kind=kind) for number in range(len(layers))]
    return ase.document(ase.frame(*layers, *cels), size=(TILE, TILE), flags=flags)


def drawing(data: Callable[[], bytes]) -> Callable[[Scene], Any]:
    """Build with this Aseprite document as the sheet."""

    def step(scene: Scene) -> Any:
        inputs = {"sprites": ["sheet.aseprite"], "palettes": ["colors.hex"]}
        edit(scene.project.anchor("hero"), inputs=inputs)
        return file("hero/sheet.aseprite", data)(scene)

    return step


def saved(words: str, data: Callable[[], bytes]) -> Callable[[Scene, str], None]:
    """Do what the hint says in the editor, and save the document."""

    def follow(scene: Scene, hint: str) -> None:
        assert words in hint
        path(scene, "sheet.aseprite").write_bytes(data())

    return follow


def changing_palette(scene: Scene) -> Any:
    """The second frame has another palette."""
    frames = [
        ase.frame(*more, ase.palette(colors), ase.cel([[(1,)] * TILE] * TILE))
        for more, colors in (((ase.layer(),), COLORS), ((), COLORS[::-1]))
    ]
    data = ase.document(*frames, size=(TILE, TILE), depth=8)
    return drawing(lambda: data)(scene)


def one_palette(scene: Scene, hint: str) -> None:
    assert "all frames the palette of the first one" in hint
    frames = [
        ase.frame(ase.layer(), ase.palette(COLORS), ase.cel([[(1,)] * TILE] * TILE)),
        ase.frame(ase.link(0)),
    ]
    data = ase.document(*frames, size=(TILE, TILE), depth=8)
    path(scene, "sheet.aseprite").write_bytes(data)


def path(scene: Scene, name: str = "sheet.png") -> Path:
    return scene.project.root("hero") / name


def picture(scene: Scene) -> Image.Image:
    with Image.open(path(scene)) as image:
        image.load()
        return image


def put_the_sheet(scene: Scene, hint: str) -> None:
    """Take the file from its source again, or export it anew."""
    assert any(word in hint for word in ("xport", "ake the file", "ake the original"))
    draw(path(scene))


def repainted(change: Callable[[Image.Image, str], Image.Image]) -> Callable[[Scene, str], None]:
    """Change the picture in an editor."""

    def follow(scene: Scene, hint: str) -> None:
        change(picture(scene), hint).save(path(scene))

    return follow


def tiles_are(*indices: int) -> Callable[[Scene], None]:
    """The bank begins with these tiles."""

    def meant(scene: Scene) -> None:
        rows = tiles(*indices)
        wanted = [
            [row[number * TILE : (number + 1) * TILE] for row in rows]
            for number in range(len(indices))
        ]
        assert scene.tiles(len(indices)) == wanted

    return meant


def colors_are(palette: int, *colors: tuple[int, int, int]) -> Callable[[Scene], None]:
    """The colours of one of the bank's palettes, as the console has them."""

    def meant(scene: Scene) -> None:
        _, _, palettes = scene.content()["hero"]
        wanted = [red >> 3 << 11 | green >> 2 << 5 | blue >> 3 for red, green, blue in colors]
        assert palettes[palette][: len(wanted)] == wanted

    return meant


def near(scene: Scene, hint: str) -> None:
    """Give the picture to `add` again, from outside of the project, with the option."""
    assert "from a folder outside of `assets/`, to `new` or `add` with `--nearest`" in hint
    taken_out_and_given(scene)


def taken_out_and_given(scene: Scene) -> None:
    path(scene).rename(scene.stands / "sheet.png")
    ran = scene.run(
        "add", "hero", scene.stands / "sheet.png", "--nearest", "--project", scene.project.path
    )
    assert ran.code == 0, ran.err


def nearest_indices(rows: Rows, colors: Sequence[tuple[int, ...]]) -> Rows:
    """The picture drawn with the colours of the palette that are nearest."""

    def nearest(color: tuple[int, ...]) -> int:
        pairs = {n: zip(COLORS[n], color, strict=True) for n in range(1, len(COLORS))}
        return min(pairs, key=lambda n: sum((one - other) ** 2 for one, other in pairs[n]))

    return [[nearest(colors[index]) for index in row] for row in rows]


def given_in_the_root(scene: Scene) -> list[str | Path]:
    """Ask for a change of a picture where it is."""
    path(scene).write_bytes(strange((240, 2, 70)))
    return ["add", "hero", path(scene), "--nearest", "--project", scene.project.path]


def out_of_the_root(scene: Scene, hint: str) -> None:
    assert "Move or copy the file to a folder outside of `assets/`" in hint
    taken_out_and_given(scene)


def first_is(tile: Rows) -> Callable[[Scene], None]:
    """The first tile of the bank is this one."""

    def meant(scene: Scene) -> None:
        assert scene.tiles(1) == [tile]

    return meant


def sheet_is(width: int, height: int) -> Callable[[Scene], None]:
    """The sheet has this size: no tile more than there were."""

    def meant(scene: Scene) -> None:
        assert picture(scene).size == (width, height)

    return meant


def both(*checks: Callable[[Scene], None]) -> Callable[[Scene], None]:
    def meant(scene: Scene) -> None:
        for check in checks:
            check(scene)

    return meant


def spaced(rows: Rows, spacing: int, margin: int) -> Rows:
    """The tiles of one row with gaps of index 0 between and around them."""
    width = len(rows[0])
    count = width // TILE
    made = []
    for row in rows:
        out: list[int] = [0] * margin
        for number in range(count):
            out += row[number * TILE : (number + 1) * TILE]
            out += [0] * (spacing if number + 1 < count else margin)
        made.append(out)
    blank = [[0] * len(made[0]) for _ in range(margin)]
    return [*blank, *made, *blank]


def said(data: Callable[[], bytes], **settings: Any) -> Callable[[Scene], Any]:
    """Build with this picture as the sheet, and with this said of it."""

    def step(scene: Scene) -> Any:
        inputs = {"sprites": [{"path": "sheet.png", **settings}], "palettes": ["colors.hex"]}
        edit(scene.project.anchor("hero"), inputs=inputs)
        return sheet(data)(scene)

    return step


def with_options(*options: str) -> Callable[[Scene, str], None]:
    """Run the command of the hint with these options after it."""

    def follow(scene: Scene, hint: str) -> None:
        assert all(f"`{option}`" in hint for option in options[::2])
        (command,) = commands(hint)
        scene.shell(shlex.join([*shlex.split(command), *options]))

    return follow


def extended(image: Image.Image, hint: str) -> Image.Image:
    """Extend the canvas to the size that the hint names, the picture staying at the top left."""
    size = tuple(map(int, told("to ([0-9]+x[0-9]+)", hint).split("x")))
    made = image.copy().resize(size)
    made.paste(0, (0, 0, *size))
    made.paste(image, (0, 0))
    return made


def drawn_with(index: int) -> Rows:
    """The first tile of the project, with this index in the place of 0."""
    return [[(x + y) % 4 or index for x in range(TILE)] for y in range(TILE)]


def moved_to_front() -> Rows:
    """The first tile of the project after index 2 became the first."""
    return [[[1, 2, 0, 3][(x + y) % 4] for x in range(TILE)] for y in range(TILE)]


def redrawn(scene: Scene, order: Sequence[int], colors: Sequence[Any], clear: bytes = b"") -> None:
    """Save the sheet with other indices and colours."""
    pixels = np.array(picture(scene))
    rows = np.array(order, np.uint8)[pixels].tolist()
    path(scene).write_bytes(files.indexed(rows, colors, transparency=clear))


def strip(colors: Sequence[Any], **more: Any) -> bytes:
    """A palette as an indexed image of one row."""
    return files.indexed([list(range(len(colors)))], colors, **more)


def clear_first_everywhere(scene: Scene, hint: str) -> None:
    """The transparent colour becomes index 0, in the palette and in the sheet."""
    assert "in every image that uses the palette" in hint
    colors = [BLUE, BLACK, RED, YELLOW]
    path(scene, "colors.png").write_bytes(strip(colors, transparency=b"\0"))
    redrawn(scene, [1, 2, 0, 3], colors, b"\0")


def in_true_colour(scene: Scene, hint: str) -> None:
    """Save the strip in true colour."""
    assert "in true colour (RGB)" in hint
    with Image.open(path(scene, "colors.png")) as image:
        image.convert("RGB").save(path(scene, "colors.png"))


def one_row(scene: Scene, hint: str) -> None:
    assert "one row of colours in true colour (RGB)" in hint
    path(scene, "colors.png").write_bytes(shown([[0, 1, 2, 3]]))


def a_longer_palette(scene: Scene) -> None:
    """A second palette, of five other colours."""
    path(scene, "long.hex").write_text("112233\n" * 5, encoding="ascii")
    inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex", "long.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def own_color_added(scene: Scene, hint: str) -> None:
    """Add the image's colour at the index that the hint names."""
    index, color = int(told("index ([0-9]+) is black", hint)), told("[Aa]dd #([0-9a-f]{6})", hint)
    assert index == len(path(scene, "colors.hex").read_text(encoding="ascii").split())
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}{color}\n")


def green_added(scene: Scene, hint: str) -> None:
    assert "up to index 4" in hint
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}00ff00\n")


def drawn_green(scene: Scene) -> None:
    """Every second pixel is green on the console."""
    assert scene.tiles(1) == [[[1, 4] * 4] * TILE]
    _, _, palettes = scene.content()["hero"]
    assert palettes[0][4] == 0xFF >> 2 << 5


def zero_is_clear(scene: Scene, hint: str) -> None:
    assert "make index 0 transparent in the image" in hint
    redrawn(scene, range(4), COLORS, b"\0")


def zero_is_drawn(scene: Scene, hint: str) -> None:
    """Add the colour to both palettes, and draw with it."""
    color = told("[Aa]dd #([0-9a-f]{6})", hint)
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}{color}\n")
    redrawn(scene, [4, 1, 2, 3], [*COLORS, BLACK])


def black_opaque(scene: Scene) -> None:
    """The sheet does not say that its index 0 is transparent."""
    redrawn(scene, range(4), COLORS)


def black_twice(scene: Scene) -> None:
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}000000\n")
    redrawn(scene, range(4), [*COLORS, BLACK])


def zero_is_drawn_again(scene: Scene, hint: str) -> None:
    again = int(told("draw them with index ([0-9]+)", hint))
    redrawn(scene, [again, 1, 2, 3], [*COLORS, BLACK])


DIM: Final = (0xFE, 0xE6, 0x62)
DIMMER: Final = (0xF6, 0xE6, 0x62)
"""Yellows: the first is the palette's own on the console, the second is 8 less in red."""


def two_yellows(scene: Scene) -> None:
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}fee662\n")


def dim_is_changed(scene: Scene, hint: str) -> None:
    assert "change one by 8 in red" in hint
    scene.edit(path(scene, "colors.hex"), lambda text: text.replace("fee662", "f6e662"))
    redrawn(scene, range(5), [*COLORS, DIMMER])


def made_opaque(scene: Scene, hint: str) -> None:
    assert "opaque in the image" in hint
    redrawn(scene, range(4), COLORS, b"\0")


def two_palettes(scene: Scene) -> None:
    """One palette of red and one of green."""
    for name, color in (("p.hex", "ff0044"), ("q.hex", "00ff00")):
        path(scene, name).write_text(f"000000\n{color}\n", encoding="ascii")
    inputs = {"sprites": ["sheet.png"], "palettes": ["p.hex", "q.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def itself_a_palette(scene: Scene, hint: str) -> None:
    assert "Declare 2 palettes in `inputs.palettes`, or list the image itself there" in hint
    inputs = {"sprites": ["sheet.png"], "palettes": ["sheet.png"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def both_palettes(scene: Scene) -> None:
    """Each palette is there, and each tile is drawn with its own."""
    assert scene.tiles(2) == [[[*range(1, 9)]] * 7 + [[9] * TILE]] * 2
    shades = [(0, 8 * n, 248) for n in range(32)]
    colors_are(0, *shades[:10])(scene)
    colors_are(1, *shades[16:26])(scene)


def blue_added(scene: Scene, hint: str) -> None:
    assert "assets/hero/q.hex is palette 1 and has 2 colours. Add #0000ff" in hint
    assert "up to colour 2" in hint
    scene.edit(path(scene, "q.hex"), lambda text: f"{text}0000ff\n")


def one_palette_a_tile(scene: Scene, hint: str) -> None:
    """Draw each tile with the indices of one palette."""
    assert "Draw each tile with the 16 indices of one palette." in hint
    redrawn(scene, [0, *[1] * 31], FAR, b"\0")


def in_true_color(scene: Scene, hint: str) -> None:
    """Save the picture in true colour; one palette holds both colours."""
    assert "Save the image in true colour (RGBA)." in hint
    picture(scene).convert("RGBA").save(path(scene))
    path(scene, "p.hex").write_text("000000\nff0044\n00ff00\n", encoding="ascii")


def alike_written(scene: Scene, hint: str) -> None:
    color = told("write #([0-9a-f]{6}) into assets/hero/colors.hex at index 1,", hint)
    scene.edit(path(scene, "colors.hex"), lambda text: text.replace("ff0044", color))
    rows = np.array(picture(scene).convert("RGB"))
    assert {tuple(color) for color in rows.reshape(-1, 3).tolist()} == {(250, 2, 70)}


def alike_repainted(scene: Scene, hint: str) -> None:
    assert "or repaint it with #ff0044" in hint
    path(scene).write_bytes(shown([[1] * TILE] * TILE))


def many_palettes(scene: Scene) -> None:
    """Five images of 16 palettes each, and the palette file."""
    for number in range(5):
        colors = [*[BLACK] * 255, (number, 0, 0)]
        path(scene, f"{number}.png").write_bytes(indexed([[255]], colors))
    names = [f"{number}.png" for number in range(5)]
    edit(scene.project.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": names})


def fewer_files(scene: Scene, hint: str) -> None:
    assert "List fewer files" in hint
    inputs = {"sprites": ["sheet.png"], "palettes": ["0.png", "colors.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs)


def few_colors(scene: Scene, hint: str) -> None:
    """Reduce the image to 16 colours, the first being the transparent one."""
    assert "at most 16 colours" in hint
    path(scene).write_bytes(indexed(tiles(1, 2)))


def few_true_colors(scene: Scene, hint: str) -> None:
    """Reduce the colours to those of the palette."""
    assert "Reduce the colours" in hint
    path(scene).write_bytes(shown(tiles(1, 2)))


FAR: Final = [*[(0, 0, 0)] * 17, GREEN]
FAR[:2] = [BLACK, RED]
BLUES: Final = [(0, 8 * number, 248) for number in range(32)]
THIRTY_ONE: Final = [[1 + (TILE * y + x) % 31 for x in range(TILE)] for y in range(TILE)]
SPARSE: Final = [[0, 40] * TILE for _ in range(TILE)]


def palette_first(scene: Scene, hint: str) -> None:
    """Reorder the image's palette so that the colours that are used come first."""
    assert "to the start of the image's palette" in hint
    image = picture(scene)
    used = sorted(set(image.tobytes()))
    colors = image.getpalette() or []
    made = image.point([used.index(i) if i in used else 0 for i in range(256)])
    made.putpalette([c for index in used for c in colors[3 * index : 3 * index + 3]])
    made.save(path(scene))


def recolored(old: str, new: Callable[[str], str]) -> Callable[[Image.Image, str], Image.Image]:
    """Repaint every pixel of a colour in the one that the hint names."""

    def change(image: Image.Image, hint: str) -> Image.Image:
        pixels = np.array(image)
        pixels[(pixels == list(bytes.fromhex(old))).all(axis=2)] = list(bytes.fromhex(new(hint)))
        return Image.fromarray(pixels)

    return change


def near_color(hint: str) -> str:
    return told("(?:with|colour,) #([0-9a-f]{6})", hint)


def strange(color: tuple[int, int, int], rest: Sequence[tuple[int, int, int]] = COLORS) -> bytes:
    """Two tiles, of which one pixel has a colour of its own."""
    rows = [[rest[index] for index in row] for row in tiles(1, 2)]
    rows[3][5] = color
    return files.png(rows, 2)


def added_to_the_palette(scene: Scene, hint: str) -> None:
    """Add the colour to the palette, at an index from 1 to 15."""
    color = told("[Aa]dd #([0-9a-f]{6})", hint)
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}{color}\n")


def seen_at(x: int, y: int, color: tuple[int, int, int]) -> Callable[[Scene], None]:
    """The pixel has this colour on the console, and the others are those of the two tiles."""

    def meant(scene: Scene) -> None:
        _, pixels, palettes = scene.content()["hero"]
        red, green, blue = color
        assert palettes[0][pixels[y][x]] == red >> 3 << 11 | green >> 2 << 5 | blue >> 3
        first = scene.tiles(1)[0]
        first[y][x] = 1
        assert first == [[1] * TILE] * TILE

    return meant


def full_palette() -> str:
    return palette_text() + "".join(f"{n:02x}0000\n" for n in range(1, 13))


def with_full_palette(scene: Scene) -> None:
    path(scene, "colors.hex").write_text(full_palette(), encoding="ascii")


GREYS: Final = [(n, n, n) for n in range(32)]
GREENS: Final = [(9 * n, 200, n) for n in range(18)]


def many_colors() -> Rows:
    return [[1 + (3 * x + y) % 17 for x in range(TILE)] for y in range(TILE)]


def black_again(scene: Scene, hint: str) -> None:
    """Add the colour of index 0 again."""
    color = told("has #([0-9a-f]{6}) only", hint)
    scene.edit(path(scene, "colors.hex"), lambda text: f"{text}{color}\n")


def black_is_clear(scene: Scene, hint: str) -> None:
    """Make those pixels transparent."""
    color = list(bytes.fromhex(told("has #([0-9a-f]{6}) only", hint)))
    pixels = np.array(picture(scene).convert("RGBA"))
    pixels[(pixels[..., :3] == color).all(axis=2)] = 0
    Image.fromarray(pixels).save(path(scene))


def soft(*alphas: int) -> bytes:
    """Two tiles whose first pixels are neither transparent nor opaque."""
    rows = [[(*COLORS[index], 255) for index in row] for row in tiles(1, 2)]
    for x, alpha in enumerate(alphas):
        rows[3][x] = (*RED, alpha)
    return files.png(rows, 6)


def threshold(image: Image.Image, hint: str) -> Image.Image:
    """Make every alpha 0 or 255."""
    assert "threshold" in hint or "0 or to 255" in hint
    made = image.copy()
    made.putalpha(image.getchannel("A").point(lambda alpha: 255 if alpha >= 128 else 0))
    return made


def deep() -> bytes:
    """The sheet with 16 bits a channel."""
    rows = [[tuple(257 * c for c in COLORS[index]) for index in row] for row in tiles(1, 2)]
    return files.png(rows, 2, 16)


def animated() -> bytes:
    return files.indexed(tiles(1, 2), COLORS, before=files.chunk(b"acTL", bytes(8)))


def shallow(scene: Scene, hint: str) -> None:
    assert "8 bits" in hint
    path(scene).write_bytes(shown(tiles(1, 2)))


def still(scene: Scene, hint: str) -> None:
    assert "still image" in hint
    path(scene).write_bytes(indexed(tiles(1, 2)))


def bitmap(scene: Scene) -> None:
    """A picture of one colour in another format, which was only renamed."""
    Image.new("RGB", (TILE, TILE), RED).save(path(scene), "BMP")


def exported(image: Image.Image, hint: str) -> Image.Image:
    assert "export it as PNG" in hint
    return image


def as_text(scene: Scene) -> None:
    data = path(scene).read_bytes()
    path(scene).write_bytes(data.replace(b"\r\n", b"\n"))


def from_git(scene: Scene, hint: str) -> None:
    assert "`binary` in .gitattributes" in hint
    put_the_sheet(scene, hint)


def too_large(scene: Scene) -> list[str | Path]:
    Image.new("P", (8192, TILE)).save(path(scene))
    return build(scene)


def several_sheets(scene: Scene, hint: str) -> None:
    """Cut the image; what is left fits."""
    assert "several images" in hint
    picture(scene).crop((0, 0, 2 * TILE, TILE)).save(path(scene))


def full_bank(scene: Scene) -> None:
    """The four tiles, and a thousand that are empty."""
    image = Image.new("P", (256, 264))
    image.putpalette([channel for color in COLORS for channel in color])
    image.paste(picture(scene), (0, 0))
    image.save(path(scene))


def too_many_tiles(scene: Scene) -> None:
    """The four tiles, and a thousand that all differ."""
    pixels = np.zeros((264, 256), np.uint8)
    for number in range(33 * 32):
        y, x = divmod(number, 32)
        bits = [number >> bit & 1 for bit in range(11)]
        pixels[8 * y, 8 * x : 8 * x + 8], pixels[8 * y + 1, 8 * x : 8 * x + 3] = bits[:8], bits[8:]
    pixels[:16, :16] = np.array(picture(scene))
    path(scene).write_bytes(indexed(pixels.tolist()))


def cropped(scene: Scene, hint: str) -> None:
    """Remove the empty tiles."""
    assert "empty tiles" in hint or "Remove the repeated tiles" in hint
    picture(scene).crop((0, 0, 16, 16)).save(path(scene))


def declared_order(scene: Scene, hint: str) -> None:
    """Export the image with the declared palette in the same order."""
    assert "declared palette in the same order" in hint
    draw(path(scene))


OTHER: Final = [BLACK, BLUE, RED, YELLOW]
"""The colours of the palette in another order."""
CLEAR: Final = bytes([255, 255, 0])


def clear_first(scene: Scene, hint: str) -> None:
    """The transparent colour becomes index 0 of the image."""
    assert "index 0" in hint
    image = picture(scene)
    path(scene).write_bytes(
        files.indexed(
            [[0 if image.getpixel((x, y)) == 2 else image.getpixel((x, y)) for x in range(16)]
             for y in range(8)],
            COLORS, transparency=b"\0",
        )
    )  # fmt: skip


# --- palettes -------------------------------------------------------------------------------


def palette(name: str, data: bytes | str | Callable[[], bytes]) -> Callable[[Scene], Any]:
    """Build with this file as the palette."""

    def make(scene: Scene) -> list[str | Path]:
        if name != "colors.hex":
            path(scene, "colors.hex").unlink()
        inputs = {"sprites": ["sheet.png"], "palettes": [name]}
        edit(scene.project.anchor("hero"), inputs=inputs)
        return file(f"hero/{name}", data)(scene)

    return make


def written(name: str, data: bytes | str) -> Callable[[Scene, str], None]:
    """Write the palette so, under this name."""

    def follow(scene: Scene, _: str) -> None:
        palette_of(scene, name)
        put(f"hero/{name}", data)(scene, _)

    return follow


def palette_of(scene: Scene, name: str) -> None:
    edit(scene.project.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": [name]})


def renamed(scene: Scene, hint: str) -> None:
    """Rename the file to end as the hint says."""
    (old,) = (p for p in scene.project.root("hero").iterdir() if p.stem == "colors")
    new = old.with_suffix(told(r"end in (\.\w+)", hint))
    old.rename(new)
    palette_of(scene, new.name)


def one_ending(scene: Scene, hint: str) -> None:
    """Use one of those that the hint names."""
    assert ".hex" in told("one of (.+)", hint)
    written("colors.hex", palette_text())(scene, hint)


DECIMAL: Final = [" ".join(map(str, color)) for color in COLORS]
GPL: Final = "\n".join(["GIMP Palette", "#", *(f"{line} Some" for line in DECIMAL), ""])
PAL: Final = "\n".join(["JASC-PAL", "0100", str(len(DECIMAL)), *DECIMAL, ""])


def rgba(*alphas: int) -> str:
    """A GIMP palette as Aseprite writes it where colours have alpha."""
    lines = [f"{line} {alpha} Some" for line, alpha in zip(DECIMAL, alphas, strict=True)]
    return "\n".join(["GIMP Palette", "Channels: RGBA", "#", *lines, ""])


JSON: Final = json.dumps({"colors": [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in COLORS]})


def like(example: str, name: str, data: str) -> Callable[[Scene, str], None]:
    """Write the palette in the form of the hint's example."""

    def follow(scene: Scene, hint: str) -> None:
        assert example in hint
        written(name, data)(scene, hint)

    return follow


def without_padding(scene: Scene, hint: str) -> None:
    used = int(told("after the first ([0-9]+)", hint))
    lines = path(scene, "colors.hex").read_text(encoding="ascii").splitlines()
    written("colors.hex", "\n".join(lines[:used]))(scene, hint)


def split_in_two(scene: Scene, hint: str) -> None:
    """Split the palette; the first colour of each is the transparent one."""
    limit = int(told("at most ([0-9]+) colours", hint))
    lines = path(scene, "colors.hex").read_text(encoding="ascii").splitlines()
    for name, part in (("a.hex", lines[:limit]), ("b.hex", [lines[0], *lines[limit:]])):
        path(scene, name).write_text("\n".join(part), encoding="ascii")
    edit(
        scene.project.anchor("hero"),
        inputs={"sprites": ["sheet.png"], "palettes": ["a.hex", "b.hex"]},
    )


def more(count: int) -> str:
    return palette_text() + "".join(f"{n:02x}0000\n" for n in range(1, count - 3))


# --- payloads and sizes ---------------------------------------------------------------------

WHOLE: Final = {
    "tile_size": 8, "width": 256, "height": 256, "palette_count": 64, "palette_authored": 1,
}  # fmt: skip


def payload(data: bytes) -> Callable[[Scene], Any]:
    """Build with a raw payload."""

    def make(scene: Scene) -> list[str | Path]:
        path(scene, "bank.bin").write_bytes(data)
        output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": WHOLE}
        edit(scene.project.anchor("hero"), inputs={"payload": ["bank.bin"]}, output=output)
        return build(scene)

    return make


def payload_anew(scene: Scene, hint: str) -> None:
    """Add the bytes that the hint says are too few."""
    missing = int(told("it has ([0-9]+) bytes? too few", hint))
    with path(scene, "bank.bin").open("ab") as bank:
        bank.write(bytes(missing))


def all_tiles_are_one(scene: Scene) -> None:
    """Every tile that is looked at has index 1 alone."""
    assert scene.tiles(2) == [[[1] * TILE] * TILE] * 2


def payload_exported(scene: Scene, hint: str) -> None:
    assert "export it again" in hint
    path(scene, "bank.bin").write_bytes(b"\x11" * 32_768 + bytes(2_048))


def under_its_role(scene: Scene, hint: str) -> None:
    """List the content under the role it is meant for."""
    assert "List it under the role" in hint
    output = {"format": "TILES/indexed_v1", "codec": "NONE", "metadata": {"tile_size": 8}}
    path(scene, "bank.bin").rename(path(scene, "hat.png"))
    inputs = {"sprites": ["hat.png"], "palettes": ["colors.hex"]}
    edit(scene.project.anchor("hero"), inputs=inputs, output=output)


def much(scene: Scene) -> None:
    """Sounds that are each within their limit; the disk holds nothing of them."""
    samples = [f"{number}.wav" for number in range(9)]
    for name in samples:
        record(scene.project.root("fx") / name, [1])
        os.truncate(scene.project.root("fx") / name, 2**24)
    edit(scene.project.anchor("fx"), inputs={"samples": samples})


def made_smaller(scene: Scene, hint: str) -> None:
    assert "make its files smaller" in hint
    for file_ in scene.project.root("fx").glob("*.wav"):
        os.truncate(file_, 46)


def nine_samples(scene: Scene) -> None:
    assert [scene.frames("fx", number).tolist() for number in range(9)] == [[1]] * 9


LINES: Final = palette_text()
LFS: Final = "`git lfs pull` needs the server that has the file"
HTML: Final = "it says what the file is; a download cannot be repeated here"
GOOD: Final = partial(drawn, ase.layer())
ONE_TILE: Final = first_is([[1] * TILE] * TILE)
PICTURES: dict[Pair, Cases] = {
    ("PNG_FORMAT", None): Case(sheet(lambda: b"ASPA" + bytes(20)), put_the_sheet),
    ("PNG_FORMAT", "empty"): Case(sheet(lambda: b""), put_the_sheet),
    ("PNG_FORMAT", "image"): Case(done(bitmap), repainted(exported), first_is([[1] * TILE] * TILE)),
    ("PNG_FORMAT", "newlines"): Case(done(as_text), from_git),
    ("PNG_TRUNCATED", None): Case(sheet(lambda: indexed(tiles(1))[:-20]), put_the_sheet),
    ("PNG_CORRUPT", None): Case(
        sheet(lambda: indexed(tiles(1)).replace(b"IDAT", b"IDAt")), put_the_sheet
    ),
    ("PNG_LIMIT", None): Case(too_large, several_sheets, first_is([[0] * TILE] * TILE)),
    ("PNG_UNSUPPORTED", "depth"): Case(sheet(deep), shallow, tiles_are(1, 2)),
    ("PNG_UNSUPPORTED", "animated"): Case(sheet(animated), still, tiles_are(1, 2)),
    ("ASEPRITE_FORMAT", None): Case(
        drawing(lambda: b"GIF89a"), saved("Save the picture", GOOD), ONE_TILE
    ),
    ("ASEPRITE_FORMAT", "empty"): Case(
        drawing(lambda: b""), saved("xport it again", GOOD), ONE_TILE
    ),
    ("ASEPRITE_TRUNCATED", None): Case(
        drawing(lambda: GOOD()[:-5]), saved("Take the file from its source", GOOD), ONE_TILE
    ),
    ("ASEPRITE_CORRUPT", None): Case(
        drawing(lambda: drawn(ase.layer(level=1))), saved("save it again", GOOD), ONE_TILE
    ),
    ("ASEPRITE_LIMIT", None): Case(
        drawing(lambda: ase.document(ase.frame(), size=(8192, TILE))),
        saved("into several files", GOOD),
        ONE_TILE,
    ),
    ("ASEPRITE_UNSUPPORTED", "blend"): (
        Case(
            drawing(lambda: drawn(ase.layer(), ase.layer(blend=1))),
            saved("set the mode of this layer to Normal", lambda: drawn(ase.layer(), ase.layer())),
            ONE_TILE,
        ),
        Case(
            drawing(lambda: drawn(ase.layer(), ase.layer(blend=1))),
            saved("A hidden layer", lambda: drawn(ase.layer(), ase.layer(flags=0, blend=1))),
            ONE_TILE,
        ),
    ),
    ("ASEPRITE_UNSUPPORTED", "opacity"): Case(
        drawing(lambda: drawn(ase.layer(opacity=9))), saved("of its cels to 255", GOOD), ONE_TILE
    ),
    ("ASEPRITE_UNSUPPORTED", "tilemap"): Case(
        drawing(lambda: drawn(ase.layer(kind=2), kind=3)), saved("Convert To", GOOD), ONE_TILE
    ),
    ("ASEPRITE_UNSUPPORTED", "palette"): Case(changing_palette, one_palette, tiles_are(1, 1)),
    ("SHEET_SIZE", None): Case(
        sheet(lambda: indexed([row[:13] for row in tiles(1, 2)])),
        repainted(extended),
        tiles_are(1),
    ),
    ("SHEET_SIZE", "spacing"): (
        Case(
            sheet(lambda: indexed(spaced(tiles(1, 2, 3, 1), 1, 0))),
            shell,
            tiles_are(1, 2, 3, 1),
        ),
        Case(
            sheet(lambda: indexed(spaced(tiles(1, 2, 3), 2, 2))),
            shell,
            tiles_are(1, 2, 3),
        ),
    ),
    ("SHEET_SIZE", "apart"): (
        Case(
            said(lambda: indexed(spaced(tiles(1, 2, 3, 1), 1, 0)), spacing=2),
            with_options("--spacing", "1"),
            tiles_are(1, 2, 3, 1),
        ),
        Case(
            said(lambda: indexed(spaced(tiles(1, 2, 3), 2, 2)), margin=1),
            with_options("--margin", "2", "--spacing", "2"),
            tiles_are(1, 2, 3),
        ),
    ),
    ("SHEET_AREA", None): Case(
        said(lambda: indexed(tiles(1, 2)), area={"column": 1, "row": 0, "columns": 2, "rows": 1}),
        with_options("--area", "1,0,1,1"),
        tiles_are(2),
    ),
    ("SHEET_KEY_INDEX", None): Case(
        said(lambda: indexed(tiles(1, 2)), transparent="#ff0044"), shell, tiles_are(1, 2)
    ),
    ("SHEET_KEY", None): Case(
        said(lambda: shown([[1] * TILE] * TILE, [RED, COLORS[1]]), transparent="#ff00fe"),
        with_options("--transparent", "#ff0044"),
        first_is([[0] * TILE] * TILE),
    ),
    ("SHEET_INDEX", None): (
        Case(sheet(lambda: indexed(many_colors(), GREYS)), few_colors, tiles_are(1, 2)),
        Case(
            sheet(lambda: indexed(many_colors(), GREYS)),
            near,
            first_is(nearest_indices(many_colors(), GREYS)),
        ),
    ),
    ("SHEET_INDEX", "sparse"): Case(
        sheet(lambda: indexed(SPARSE, [*[BLACK] * 40, RED])),
        palette_first,
        first_is([[0, 1] * 4] * TILE),
    ),
    ("SHEET_INDEX", "blocks"): Case(
        sheet(
            lambda: files.indexed(
                [[*range(1, 9), *range(17, 25)]] * 7 + [[9] * TILE + [25] * TILE],
                BLUES,
                transparency=CLEAR,
            )
        ),
        itself_a_palette,
        both_palettes,
    ),
    ("SHEET_INDEX", "short"): Case(
        done(
            two_palettes,
            run=sheet(lambda: indexed([[1] * TILE + [18] * TILE] * TILE, [*FAR, (0, 0, 255)])),
        ),
        blue_added,
        colors_are(1, BLACK, GREEN, (0, 0, 255)),
    ),
    ("SHEET_TILE", None): (
        Case(
            done(two_palettes, run=sheet(lambda: indexed(THIRTY_ONE, BLUES))),
            one_palette_a_tile,
            first_is([[1] * TILE] * TILE),
        ),
        Case(
            done(two_palettes, run=sheet(lambda: indexed(THIRTY_ONE, BLUES))),
            near,
            first_is([[1] * TILE] * TILE),
        ),
    ),
    ("SHEET_TILE", "true_color"): Case(
        done(two_palettes, run=sheet(lambda: indexed([[1, 17] * TILE] * TILE, FAR))),
        in_true_color,
        first_is([[1, 2] * 4] * TILE),
    ),
    ("SHEET_ALPHA", None): (
        Case(sheet(lambda: soft(128, 200)), repainted(threshold), tiles_are(1, 2)),
        Case(sheet(lambda: soft(128, 200)), near, tiles_are(1, 2)),
    ),
    ("SHEET_ALPHA", "one"): (
        Case(sheet(lambda: soft(128)), repainted(threshold), tiles_are(1, 2)),
        Case(
            sheet(lambda: soft(127)),
            near,
            first_is([[int((x, y) != (0, 3)) for x in range(TILE)] for y in range(TILE)]),
        ),
    ),
    ("SHEET_COLOR", None): Case(
        done(
            lambda scene: path(scene, "colors.hex").write_text("000000\n", encoding="ascii"),
            run=sheet(lambda: shown([[1] * TILE] * TILE)),
        ),
        added_to_the_palette,
        both(first_is([[1] * TILE] * TILE), colors_are(0, BLACK, RED)),
    ),
    ("SHEET_COLOR", "many"): (
        Case(sheet(lambda: shown(many_colors(), GREENS)), few_true_colors, tiles_are(1, 2)),
        Case(
            sheet(lambda: shown(many_colors(), GREENS)),
            near,
            first_is(nearest_indices(many_colors(), GREENS)),
        ),
    ),
    ("SHEET_COLOR", "near"): (
        Case(
            sheet(lambda: strange((240, 2, 70))),
            repainted(recolored("f00246", near_color)),
            tiles_are(1, 2),
        ),
        Case(
            sheet(lambda: strange((240, 2, 70))), added_to_the_palette, seen_at(5, 3, (240, 2, 70))
        ),
        Case(sheet(lambda: strange((240, 2, 70))), near, tiles_are(1, 2)),
    ),
    ("SHEET_COLOR", "full"): (
        Case(
            done(with_full_palette, run=sheet(lambda: strange((240, 2, 70)))),
            repainted(recolored("f00246", near_color)),
            tiles_are(1, 2),
        ),
        Case(
            done(with_full_palette, run=sheet(lambda: strange((240, 2, 70)))),
            near,
            tiles_are(1, 2),
        ),
    ),
    ("BRING_INSIDE", None): Case(given_in_the_root, out_of_the_root, tiles_are(1, 2), again=build),
    ("SHEET_COLOR", "index_zero"): (
        Case(sheet(lambda: strange(BLACK)), black_again, seen_at(5, 3, BLACK)),
        Case(sheet(lambda: strange(BLACK)), black_is_clear, seen_at(5, 3, BLACK)),
    ),
    ("SHEET_ALIKE", None): (
        Case(
            sheet(lambda: shown([[1] * TILE] * TILE, [BLACK, (250, 2, 70)])),
            alike_written,
            first_is([[1] * TILE] * TILE),
        ),
        Case(
            sheet(lambda: shown([[1] * TILE] * TILE, [BLACK, (250, 2, 70)])),
            alike_repainted,
            first_is([[1] * TILE] * TILE),
        ),
    ),
    ("SHEET_PALETTE", None): Case(sheet(lambda: indexed([[1, 2] * 8] * 16, OTHER)), declared_order),
    ("SHEET_PALETTE", "undeclared"): Case(
        done(a_longer_palette, run=sheet(lambda: indexed([[1, 4] * 4] * TILE, [*COLORS, GREEN]))),
        own_color_added,
        drawn_green,
    ),
    ("SHEET_INDEX_ZERO", None): (
        Case(done(black_opaque), zero_is_clear),
        Case(
            done(black_opaque),
            zero_is_drawn,
            both(first_is(drawn_with(4)), colors_are(0, *COLORS, BLACK)),
        ),
    ),
    ("SHEET_INDEX_ZERO", "again"): Case(
        done(black_twice), zero_is_drawn_again, first_is(drawn_with(4))
    ),
    ("SHEET_UNDECLARED", None): Case(
        sheet(lambda: indexed([[1, 4] * 4] * TILE, [*COLORS, GREEN])), green_added, drawn_green
    ),
    ("SHEET_RGB565", None): Case(
        done(two_yellows, run=sheet(lambda: indexed([[3, 4] * 4] * TILE, [*COLORS, DIM]))),
        dim_is_changed,
        both(first_is([[3, 4] * 4] * TILE), colors_are(0, *COLORS, DIMMER)),
    ),
    ("SHEET_TRANSPARENCY", "partial"): Case(
        sheet(
            lambda: files.indexed([[1, 2] * 4] * TILE, COLORS, transparency=bytes([0, 255, 128]))
        ),
        made_opaque,
        first_is([[1, 2] * 4] * TILE),
    ),
    ("SHEET_TRANSPARENCY", None): Case(
        sheet(lambda: files.indexed([[1, 2] * 8] * 8, COLORS, transparency=CLEAR)),
        clear_first,
        first_is([[1, 0] * 4] * TILE),
    ),
    ("TILES_CAPACITY", None): Case(done(too_many_tiles), cropped),
    ("TILES_CAPACITY", "repeated"): Case(done(full_bank), cropped),
    ("PALETTE_KIND", None): Case(palette("colors.txt", "; a palette\n"), one_ending),
    ("PALETTE_KIND", "mistaken"): Case(palette("colors.txt", GPL), renamed),
    ("PALETTE_KIND", "act"): Case(palette("colors.act", bytes(768)), one_ending),
    ("PALETTE_FORMAT", "mistaken"): Case(palette("colors.hex", GPL), renamed),
    ("PALETTE_FORMAT", "other"): Case(palette("colors.hex", b"8BPS" + bytes(30)), one_ending),
    ("PALETTE_FORMAT", "utf16"): Case(
        palette("colors.hex", LINES.encode("utf-16")), written("colors.hex", LINES)
    ),
    ("PALETTE_FORMAT", "digits"): Case(
        palette("colors.hex", LINES.replace("\n", "ff\n")), written("colors.hex", LINES)
    ),
    ("PALETTE_FORMAT", "alpha"): Case(
        palette("colors.gpl", rgba(255, 255, 0, 255)), like("without alpha", "colors.gpl", GPL)
    ),
    ("PALETTE_FORMAT", "rgba"): Case(
        palette("colors.gpl", rgba(0, 255, 255, 255) + "1 2 3\n"),
        like("`255 0 68 255 Red`", "colors.gpl", rgba(0, 255, 255, 255)),
    ),
    ("PALETTE_FORMAT", "hex"): Case(
        palette("colors.hex", LINES + "red\n"), like("ff0044", "colors.hex", LINES)
    ),
    ("PALETTE_FORMAT", "gpl"): Case(
        palette("colors.gpl", GPL.replace("Some", "Some", 1) + "red\n"),
        like("`255 0 68 Red`", "colors.gpl", GPL),
    ),
    ("PALETTE_FORMAT", "pal"): Case(
        palette("colors.pal", PAL.replace("0100", "0200")), like("`255 0 68`", "colors.pal", PAL)
    ),
    ("PALETTE_FORMAT", "json"): Case(
        palette("colors.json", '{"colours": []}'), like('{"colors": [', "colors.json", JSON)
    ),
    ("PALETTE_FORMAT", "png"): Case(
        palette("colors.png", lambda: shown([[0, 1], [2, 3]])), one_row
    ),
    ("PALETTE_EMPTY", None): Case(palette("colors.hex", ""), written("colors.hex", LINES)),
    ("PALETTE_LENGTH", None): Case(
        palette("colors.hex", more(17)),
        split_in_two,
        both(colors_are(0, *COLORS), colors_are(1, BLACK, (13, 0, 0))),
    ),
    ("PALETTE_LENGTH", "padded"): Case(
        palette("colors.hex", LINES + "ffffff\n" * 200), without_padding
    ),
    ("PALETTE_TRANSPARENCY", None): Case(
        palette("colors.png", lambda: strip(COLORS, transparency=CLEAR)),
        clear_first_everywhere,
        both(first_is(moved_to_front()), colors_are(0, BLUE, BLACK, RED, YELLOW)),
    ),
    ("PALETTE_ORDER", None): Case(
        palette("colors.png", lambda: indexed([[0, 2, 1, 3]], OTHER)), in_true_colour
    ),
    ("PALETTE_RGB565", None): Case(
        palette("colors.hex", LINES + "fee662\n"),
        written("colors.hex", LINES + "f6e662\n"),
        colors_are(0, *COLORS, (0xF6, 0xE6, 0x62)),
    ),
    ("PALETTE_COUNT", None): Case(
        done(many_palettes),
        fewer_files,
        colors_are(16, *COLORS),
    ),
    ("RAW_SIZE", None): Case(
        payload(b"\x11" * 32_768 + bytes(1_000)), payload_anew, all_tiles_are_one
    ),
    ("RAW_SIZE", "empty"): Case(payload(b""), payload_exported, all_tiles_are_one),
    ("RAW_SIZE", "kind"): Case(payload(indexed(tiles(1, 2))), under_its_role, tiles_are(1, 2)),
    ("INPUT_TOTAL", None): Case(done(much), made_smaller, nine_samples),
}

CASES: dict[Pair, Cases] = {**SOUNDS, **PICTURES}
REASONS: dict[Pair, str] = {
    **{
        (code, key): reason
        for code in ("PALETTE_FORMAT", "PNG_FORMAT", "ASEPRITE_FORMAT", "WAV_FORMAT", "RAW_SIZE")
        for key, reason in (("lfs", LFS), ("html", HTML))
    },
}
