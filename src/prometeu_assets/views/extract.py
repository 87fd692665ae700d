"""The contents of a pack as files.

Every file is named ``<asset_id>-<asset_name with . for every />`` and an ending, all in one
directory: the id keeps names apart on every disk, whatever their case, and no name can lead
anywhere else. A file has its name only when it is whole.
Clauses: ``spec/tools.md#names``, and ``spec/reader.md#slices`` for what is read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prometeu_assets.contract.banks import SoundBank, TileBank, rgb888
from prometeu_assets.contract.typed import Entry
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, silent
from prometeu_assets.kinds import PNG_SIGNATURE
from prometeu_assets.nearest import Nearest
from prometeu_assets.reader.pack import Pack
from prometeu_assets.storage import files

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME_CHARACTERS: Final = 150
"""Characters of an asset's name that a file's name takes over; all are ASCII."""


PART: Final = ".part"
"""The ending of a file that is still being written."""


def extract(
    pack: Pack,
    names: Iterable[str],
    directory: Path,
    *,
    decode: bool = False,
    progress: Progress = silent,
) -> list[Path]:
    """Write assets (all when ``names`` is empty) into ``directory``; returns the files.

    As stored, ``….bin``; decoded, a PNG sheet in each authored palette, the palettes as
    ``.gpl``, each sample as WAV. ``progress`` is told before each asset. Raises `Refused` for
    unknown names and when a file is already there, before anything is written; `OSError`.
    """
    planned = [
        (entry, _paths(entry, directory, decode=decode)) for entry in _chosen(pack, list(names))
    ]
    _refuse_existing(directory, [path for _, paths in planned for path in paths])
    files.make_directory(directory)
    for done, (entry, paths) in enumerate(planned):
        progress(done, len(planned), entry.asset_name)
        for path, content in zip(paths, _contents(pack, entry, decode=decode), strict=True):
            _write(path, content)
    return [path for _, paths in planned for path in paths]


def _write(path: Path, content: bytes | memoryview) -> None:
    """Write a file that has its name only when it is whole, and replaces nothing."""
    part = path.with_name(path.name + PART)
    files.write_new(part, [content])
    try:
        files.rename_new(part, path)
    except BaseException:
        files.unlink(part)
        raise


def _paths(entry: Entry, directory: Path, *, decode: bool) -> list[Path]:
    """Where the parts of an asset go; told by its metadata, so that no slice need be read."""
    stem = f"{entry.asset_id}-{entry.asset_name.replace('/', '.')[:NAME_CHARACTERS]}"
    metadata = entry.metadata
    if not decode:
        endings = [".bin"]
    elif "samples" in metadata:
        endings = [f".{number:04}.wav" for number in range(len(metadata["samples"]))]
    else:
        numbers = range(metadata["palette_authored"])
        endings = [f".{number:02}.{kind}" for number in numbers for kind in ("png", "gpl")]
    return [directory / f"{stem}{ending}" for ending in endings]


def _contents(pack: Pack, entry: Entry, *, decode: bool) -> Iterator[bytes | memoryview]:
    """The parts of an asset, in the order of `_paths`."""
    if not decode:
        yield pack.read(entry)
        return
    bank = pack.decode(entry)
    if isinstance(bank, SoundBank):
        for sample in bank.samples:
            yield wav(sample, bank.sample_rate)
        return
    for number in range(bank.palette_authored):
        yield png(bank, number)
        yield gpl(bank, number)


def _chosen(pack: Pack, names: list[str]) -> list[Entry]:
    faults = []
    known = Nearest(entry.asset_name for entry in pack)
    for name in names:
        if name not in pack:
            near = known.to(name)
            faults.append(
                Diagnostic(
                    code="EXTRACT_UNKNOWN",
                    data={"name": name, "nearest": near or ""},
                    hint_key="nearest" if near else None,
                )
            )
    if faults:
        raise Refused(*faults)
    return [pack[name] for name in dict.fromkeys(names)] if names else list(pack)


def _refuse_existing(directory: Path, paths: Iterable[Path]) -> None:
    """Refuse when a file to be written is there, in any case, whole or as a part."""
    try:
        there = {path.name.casefold(): path.name for path in directory.iterdir()}
    except FileNotFoundError:
        return
    faults = [
        Diagnostic(code="EXTRACT_EXISTS", data={"path": str(directory / there[name])})
        for path in paths
        for name in (path.name.casefold(), path.name.casefold() + PART)
        if name in there
    ]
    if faults:
        raise Refused(*faults)


def png(bank: TileBank, palette: int) -> bytes:
    """The bank's sheet as an indexed PNG in one of its palettes, index 0 transparent."""
    height, width = bank.indices.shape
    # Two pixels a byte, the left one high, after a byte that says that a line is unfiltered.
    lines = bank.indices[:, ::2] << 4 | bank.indices[:, 1::2]
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">2I5B", width, height, 4, 3, 0, 0, 0)),
            (b"PLTE", rgb888(bank.palettes[palette]).tobytes()),
            (b"tRNS", b"\0"),
            (b"IDAT", zlib.compress(raw)),
            (b"IEND", b""),
        )
    )


def gpl(bank: TileBank, palette: int) -> bytes:
    """One palette of the bank as a GIMP palette, 24-bit colours."""
    colors: Any = rgb888(bank.palettes[palette]).tolist()
    lines = [f"{r:3} {g:3} {b:3}\t{index}" for index, (r, g, b) in enumerate(colors)]
    return "\n".join(["GIMP Palette", f"Name: {palette:02}", "Columns: 16", *lines, ""]).encode()


def wav(sample: NDArray[np.int16], rate: int) -> bytes:
    """Samples (frames,) at ``rate`` Hz as a plain WAV file: PCM16, mono."""
    data = sample.tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16,
        b"data", len(data),
    )  # fmt: skip
    return head + data
