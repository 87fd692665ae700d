"""The contents of a pack as files.

Every file is named ``<asset_id>-<asset_name with . for every />`` and an ending, all in one
directory: the id keeps names apart on every disk, whatever their case, and no name can lead
anywhere else. A file has its name only when it is whole, and on the disk.
Clauses: ``spec/tools.md#names``, and ``spec/contract/1/reader.md#slices`` for what is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometeu_assets.contract.entries import Entry
from prometeu_assets.diagnostics import Diagnostic, Progress, Refused, silent
from prometeu_assets.nearest import Nearest
from prometeu_assets.reader.pack import Pack
from prometeu_assets.reader.pack import open as open_pack
from prometeu_assets.result import Result
from prometeu_assets.storage import files
from prometeu_assets.viewpoint import StrPath

NAME_CHARACTERS: Final = 150
"""Characters of an asset's name that a file's name takes over; all are ASCII."""


_TOGETHER: Final = 1000
"""Files that are brought to the disk at once."""
PART: Final = ".part"
"""The ending of a file that is still being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction(Result):
    """The files that were written, in the order of the assets."""

    written: tuple[Path, ...]

    document = "extraction"

    @property
    def members(self) -> dict[str, Any]:
        return {"written": [path.as_posix() for path in self.written]}


def extract(
    pack: StrPath,
    out: StrPath,
    assets: Iterable[str] = (),
    *,
    decode: bool = False,
    progress: Progress = silent,
) -> Extraction:
    """Write assets of a pack (all of them unless named) as files into the directory ``out``.

    As stored, ``….bin``; with ``decode`` PNG sheets, GIMP palettes and WAV files. ``progress`` is
    called before each asset. Nothing is overwritten. Raises `Refused` for a pack that is not
    valid, for unknown names and when a file is already there, before anything is written;
    `OSError`.
    Clause: ``spec/tools.md#names``.
    """
    with open_pack(pack, mmap=False) as opened, about(pack):
        written = write_assets(opened, assets, Path(out), decode=decode, progress=progress)
    return Extraction(written=tuple(written))


@contextmanager
def about(pack: StrPath) -> Iterator[None]:
    """The refusal of a name that was asked for has the pack as its place."""
    try:
        yield
    except Refused as refused:
        is_asked = "EXTRACT_UNKNOWN" in refused.report.codes
        raise (refused.at(file=os.fspath(pack)) if is_asked else refused) from None


def write_assets(
    pack: Pack,
    names: Iterable[str],
    directory: Path,
    *,
    decode: bool = False,
    progress: Progress = silent,
) -> list[Path]:
    """Write assets (all when ``names`` is empty) into ``directory``; returns the files.

    As stored, ``….bin``; decoded, the files of common formats that its bank gives. ``progress``
    is told before each asset. Raises `Refused` for unknown names and when a file is already
    there, before anything is written; `OSError`.
    """
    planned = [
        (entry, _paths(pack, entry, directory, decode=decode))
        for entry in chosen(pack, list(names))
    ]
    _refuse_existing(directory, [path for _, paths in planned for path in paths])
    files.make_directory(directory)
    written: list[Path] = []
    try:
        for done, (entry, paths) in enumerate(planned):
            progress(done, len(planned), entry.asset_name)
            for path, content in zip(paths, _contents(pack, entry, decode=decode), strict=True):
                files.write_new(_part(path), [content], sync=False)
                written.append(path)
            if len(written) >= _TOGETHER:
                _name(directory, written)
        _name(directory, written)
    except BaseException:
        for path in written:
            files.unlink(_part(path))
        raise
    return [path for _, paths in planned for path in paths]


def _part(path: Path) -> Path:
    """The name of a file while it is written."""
    return path.with_name(path.name + PART)


def _name(directory: Path, written: list[Path]) -> None:
    """Give the files that are written their names, each whole on the disk; none replaces another.

    Those that have their names are taken from the list.
    """
    files.sync_files(directory, map(_part, written))
    while written:
        files.rename_new(_part(written[-1]), written[-1])
        written.pop()
    files.sync_directory(directory)


def _paths(pack: Pack, entry: Entry, directory: Path, *, decode: bool) -> list[Path]:
    """The paths of the parts of an asset, from its metadata alone: no slice is read."""
    stem = f"{entry.asset_id}-{entry.asset_name.replace('/', '.')[:NAME_CHARACTERS]}"
    endings = pack.bank(entry).endings(entry.metadata) if decode else [".bin"]
    return [directory / f"{stem}{ending}" for ending in endings]


def _contents(pack: Pack, entry: Entry, *, decode: bool) -> Iterator[bytes | memoryview]:
    """The parts of an asset, in the order of `_paths`."""
    if not decode:
        yield pack.read(entry)
        return
    yield from pack.bank(entry).files(pack.decode(entry))


def chosen(pack: Pack, names: list[str]) -> list[Entry]:
    """The entries with these names, all without any. Raises `Refused` for unknown names."""
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
