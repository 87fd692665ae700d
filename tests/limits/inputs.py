"""Inputs of a given size, and what a verb makes of them.

An input is made in a folder of its own; sparse where its content is not looked at.
"""

from __future__ import annotations

import contextlib
import io
import json
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.packer.intake import aseprites as ase
from tests.packer.intake.files import SIGNATURE, chunk, fmt, header, indexed, riff, riff_chunk
from tests.packs import assemble, canonical, placed, sounds, tiles
from tests.workspace.projects import INDEX, Project, edit, palette_text, uuid

from prometeu_assets.cli.app import run

MIB = 1024 * 1024
COLORS = [(0, 0, 0), (255, 0, 68), (0, 153, 219), (254, 231, 97)]

Make = Callable[[Path], Any]
Verdict = tuple[str, ...]
"""The codes a verb reported, each once, and ``truncated`` when it stopped there."""


def verdict(*arguments: object) -> Verdict:
    """What the command line says of an input."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*map(str, arguments), "--format", "json"])
    assert code in (0, 1), err.getvalue()
    value = json.loads(out.getvalue())
    report = value.get("report", value)
    found = {d["code"]: None for d in report.get("diagnostics", ()) if d["severity"] == "error"}
    assert bool(found) == (code == 1)
    return (*found, *(["truncated"] if report.get("truncated") else []))


def build(folder: Path) -> Verdict:
    return verdict("build", folder)


def listing(folder: Path) -> Verdict:
    return verdict("list", folder)


def validate(folder: Path) -> Verdict:
    return verdict("validate", folder / "assets.pa")


# --- files -----------------------------------------------------------------------------------


def grow(path: Path, size: int) -> None:
    """Give a file this size, with a hole at its end."""
    with path.open("ab") as file:
        assert file.tell() <= size
        file.truncate(size)


def pad(path: Path, size: int, filler: bytes = b" ") -> None:
    """Give a text file this size."""
    with path.open("ab") as file:
        file.write(filler * (size - file.tell()))


# --- packs -----------------------------------------------------------------------------------


def pack(header_bytes: bytes, *, size: int | None = None, **parts: Any) -> Make:
    """A pack with this header, then zeros up to a size in bytes."""

    def make(folder: Path) -> None:
        (folder / "assets.pa").write_bytes(assemble(header_bytes, **parts))
        if size is not None:
            grow(folder / "assets.pa", size)

    return make


def table(entries: list[dict[str, Any]], preload: Iterable[dict[str, int]] = ()) -> bytes:
    return canonical({"asset_table": placed(entries), "preload": list(preload)})


def entries_pack(entries: list[dict[str, Any]], preload: Iterable[dict[str, int]] = ()) -> Make:
    """A valid pack of these entries, but for what is wrong with them; its payload is a hole."""
    header_bytes = table(entries, preload)
    last = placed(entries)[-1]
    start = -(-(32 + len(header_bytes)) // 16) * 16
    return pack(header_bytes, size=start + last["offset"] + last["size"])


def free(**members: Any) -> dict[str, Any]:
    """A small entry with free metadata."""
    entry = sounds(1, "a", [2])
    entry["metadata"] |= members
    return entry


def header_of(size: int) -> bytes:
    """A valid header of exactly so many bytes."""
    entries = [sounds(id, f"a{id:03}", [2]) for id in range(1, 301)]
    for entry in entries:
        entry["metadata"]["x_p"] = ""
    missing = size - len(table(entries))
    for entry in entries:
        take = min(missing, 60_000)
        entry["metadata"]["x_p"] = "p" * take
        missing -= take
    return table(entries)


def large_pack(size: int) -> Make:
    """A valid pack of exactly so many bytes, an even number."""
    full = [sounds(id, f"a{id:03}", [16 * MIB]) for id in range(1, 128)]
    start = len(table([*full, sounds(128, "last", [2])]))
    for guess in range(start, start + 64):
        begin = -(-(32 + guess) // 16) * 16
        last = size - begin - len(full) * 16 * MIB
        entries = [*full, sounds(128, "last", [last])]
        if len(table(entries)) == guess:
            return entries_pack(entries)
    raise AssertionError(size)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def preloads(count: int) -> Make:
    """A pack that loads so many assets at boot, half of them into each kind of bank."""
    half = 16
    entries = [tiles(id, f"t{id}") for id in range(1, half + 1)]
    entries += [sounds(id, f"s{id}", [2]) for id in range(half + 1, count + 1)]
    rows = [{"asset_id": id, "slot": (id - 1) % half} for id in range(1, count + 1)]
    return entries_pack(entries, rows)


def assets(count: int) -> Make:
    return entries_pack([sounds(id, f"{id}", [2]) for id in range(1, count + 1)])


# --- projects --------------------------------------------------------------------------------


def project(change: Callable[[Project], object] = lambda project: None) -> Make:
    """A project of a tile bank and a sound bank, changed."""

    def make(folder: Path) -> None:
        made = Project(folder)
        made.tiles("hero")
        made.sounds("fx")
        change(made)

    return make


def source(name: str, data: bytes, size: int | None = None) -> Make:
    """The project with these bytes, and then a hole up to a size, as one source file."""

    def change(made: Project) -> None:
        place = made.root("fx" if name.endswith(".wav") else "hero") / name
        place.write_bytes(data)
        if size is not None:
            grow(place, size)

    return project(change)


def palette(name: str, data: bytes) -> Make:
    """The project with this palette file in place of its own."""

    def change(made: Project) -> None:
        (made.root("hero") / name).write_bytes(data)
        edit(made.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": [name]})

    return project(change)


def document(name: str, data: bytes) -> Make:
    """The project with this text in place of a document."""

    def change(made: Project) -> None:
        (made.path / name).parent.mkdir(parents=True, exist_ok=True)
        (made.path / name).write_bytes(data)

    return project(change)


def anchor(size: int) -> Make:
    return project(lambda made: pad(made.anchor("hero"), size))


def index(size: int) -> Make:
    return project(lambda made: pad(made.path / INDEX, size))


def sparse(name: str, size: int) -> Make:
    return project(lambda made: grow(made.path / name, size))


def rows(count: int, **same: object) -> Make:
    """An index of so many assets, none of which is there; ``same`` is what all of them have."""

    def change(made: Project) -> None:
        made.rows = [
            {"asset_id": id, "asset_uuid": uuid(id), "root": f"r/{id}", "included_in_build": True}
            | same
            for id in range(1, count + 1)
        ]
        text = json.dumps({"schema_version": 3, "assets": [*made.rows, None]})
        (made.path / INDEX).write_text(text, encoding="utf-8")

    return project(change)


def many_values(count: int) -> Make:
    """An index that holds so many values, all of them numbers, in a text of some length."""
    head = b'{"schema_version":2,"next_asset_id":1,"assets":['
    return document(INDEX, head + b",".join([b"1000"] * (count - 3)) + b"]}")


def companion(text: bytes) -> Make:
    """The project with a pack, which is none, and this text as what it says of itself for tools."""

    def change(made: Project) -> None:
        (made.path / "build").mkdir()
        (made.path / "build/assets.pa").write_bytes(b"")
        (made.path / "build/asset_table_metadata.json").write_bytes(text)

    return project(change)


def long_sounds(count: int) -> Make:
    """A sound bank of so many WAV files of just under 16 MiB, silent."""

    def change(made: Project) -> None:
        names = [f"{number}.wav" for number in range(count)]
        for name in names:
            (made.root("fx") / name).write_bytes(wav(0, announced=16 * MIB - 100))
            grow(made.root("fx") / name, 16 * MIB - 50)
        edit(made.anchor("fx"), inputs={"samples": names})

    return project(change)


def missing(count: int) -> Make:
    """A tile bank whose sheets, so many of them, are not there."""

    def change(made: Project) -> None:
        sprites = [f"{number}.png" for number in range(count)]
        edit(made.anchor("hero"), inputs={"sprites": sprites, "palettes": ["colors.hex"]})

    return project(change)


def named(path_characters: int) -> Make:
    """A palette whose path, seen from the project, has so many characters."""

    def change(made: Project) -> None:
        above = len("assets/hero/")
        parts = ["d" * 99] * 9
        rest = path_characters - above - len("/".join(parts)) - 1
        path = "/".join([*parts, "p" * (rest - 4) + ".hex"])
        assert len(path) + above == path_characters
        place = made.root("hero") / path
        place.parent.mkdir(parents=True)
        place.write_text(palette_text(), encoding="ascii")
        edit(made.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": [path]})

    return project(change)


def part(size: int) -> Make:
    """A palette in a folder whose name has so many bytes."""

    def change(made: Project) -> None:
        name = "\u00e9" * (size // 2) + "d" * (size % 2)
        with contextlib.suppress(OSError):  # past the limit of the disk as well
            (made.root("hero") / name).mkdir()
            (made.root("hero") / name / "p.hex").write_text(palette_text(), encoding="ascii")
        edit(made.anchor("hero"), inputs={"sprites": ["sheet.png"], "palettes": [f"{name}/p.hex"]})

    return project(change)


# --- images and sounds -----------------------------------------------------------------------


def image(width: int, height: int, *, before: bytes = b"", data: bytes | None = None) -> bytes:
    """An indexed PNG, all of index 0."""
    raw = zlib.compress(bytes((width + 1) * height), 1) if data is None else data
    colors = bytes(channel for color in COLORS for channel in color)
    return b"".join(
        [
            SIGNATURE,
            header(width, height, 8, 3, 0, 0, 0),
            chunk(b"PLTE", colors),
            before,
            chunk(b"IDAT", raw),
            chunk(b"IEND"),
        ]
    )


def drawing(*chunks: bytes) -> Make:
    """An Aseprite document with these chunks after one layer and its cel."""
    small = ase.cel([[(0,) * 4]])
    return source("sheet.png", ase.document(ase.frame(ase.layer(), small, *chunks)))


SPARE = ase.chunk(0x2020)


def cels(pixels: int) -> Make:
    """An indexed Aseprite document whose cels have so many pixels together."""
    sizes = [(4096, 4096)] * (pixels // 4096**2) + [(1, 1)] * (pixels % 4096**2)
    chunks = [ase.layer() for _ in sizes]
    for number, (width, height) in enumerate(sizes):
        data = inflating(width * height)
        chunks.append(ase.cel([], number, size=(width, height), data=data))
    return source("sheet.png", ase.document(ase.frame(*chunks), depth=8))


SMALL_IMAGE = indexed([[0] * 8] * 8, COLORS)


def chunks(count: int) -> bytes:
    """A PNG of so many chunks, its end among them."""
    return image(8, 8, before=chunk(b"tEXt") * (count - 4))


def inflating(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def wav(frames: int = 8, *, before: bytes = b"", announced: int | None = None) -> bytes:
    return riff(fmt(rate=8000), before, riff_chunk(b"data", bytes(2 * frames), announced))


def wav_chunks(count: int) -> bytes:
    """A WAV whose data is chunk number ``count``."""
    return wav(before=riff_chunk(b"junk", b"") * (count - 2))


def many_sheets(count: int, data: bytes, *, tail: int = 0) -> Make:
    """A tile bank of so many sheets that are one picture, each with a hole behind it."""

    def change(made: Project) -> None:
        names = [f"{number}.png" for number in range(count)]
        for name in names:
            (made.root("hero") / name).write_bytes(data)
            if tail:
                grow(made.root("hero") / name, tail)
        edit(made.anchor("hero"), inputs={"sprites": names, "palettes": ["colors.hex"]})

    return project(change)


def total(size: int) -> Make:
    """A tile bank whose files have so many bytes together."""

    def change(made: Project) -> None:
        names = ["0.png", "1.png", "2.png"]
        left = size - (made.root("hero") / "colors.hex").stat().st_size
        for name in names:
            take = min(left, 60 * MIB)
            (made.root("hero") / name).write_bytes(SMALL_IMAGE)
            grow(made.root("hero") / name, take)
            left -= take
        edit(made.anchor("hero"), inputs={"sprites": names, "palettes": ["colors.hex"]})

    return project(change)
