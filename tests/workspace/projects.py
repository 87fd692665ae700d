"""Projects on a real disk, made by a second hand: json, Pillow and `wave`, not the package.

`examined` alone calls it, for all who want a doctor.
"""

from __future__ import annotations

import json
import struct
import wave
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from unittest import mock

import pytest
from PIL import Image

from prometeu_assets.contract.bank import Origin
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer.doctor import doctor
from prometeu_assets.storage import paths
from prometeu_assets.workspace import identity
from prometeu_assets.workspace.doctor import Examination

P = ParamSpec("P")
T = TypeVar("T")

COLORS = [(0, 0, 0), (255, 0, 68), (0, 153, 219), (254, 231, 97)]
INDEX = "assets/.prometeu/index.json"
ASSET, TABLE = CURRENT.newest("asset"), CURRENT.newest("index")
"""The newest versions of ``asset.json`` and of the index."""
RELEASED = "assets/.prometeu/released.json"


def values(inputs: Mapping[str, Iterable[Origin]]) -> dict[str, tuple[Any, ...]]:
    """Entries of inputs as a document writes them."""
    return {role: tuple(origin.value for origin in origins) for role, origins in inputs.items()}


def uuid(number: int) -> str:
    """A uuid of its own for every number."""
    return f"00000000-0000-4000-8000-{number:012x}"


def dump(path: Path, value: object) -> Path:
    """Write a JSON document, its directories too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
    return path


def edit(path: Path, **changes: object) -> None:
    """Change members of a JSON document; those set to `...` are removed."""
    value = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    dump(path, {name: part for name, part in value.items() if part is not ...})


def draw(path: Path, seed: int = 1, *, size: int = 16) -> None:
    """An indexed PNG of 2 x 2 tiles, its indices 0 to 3."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("P", (size, size))
    image.putpalette([channel for color in COLORS for channel in color])
    image.putdata([(x * seed + y) % 4 for y in range(size) for x in range(size)])
    image.save(path, transparency=0)


def record(path: Path, frames: Iterable[int], *, rate: int = 8000) -> None:
    """A WAV, PCM16 mono."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = list(frames)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def palette_text() -> str:
    return "".join(f"{r:02x}{g:02x}{b:02x}\n" for r, g, b in COLORS)


class Project:
    """A project below ``path``; its assets get the ids 1, 2 … in the order they are added.

    ``version`` is that of its index, ``asset_version`` that of the assets added next, unless the
    index is of version 1: then they are as well.
    """

    def __init__(self, path: Path, *, version: int = 2) -> None:
        self.path, self.version = path, version
        self.asset_version = ASSET
        self.rows: list[dict[str, Any]] = []
        self.write_index()

    def write_index(self, **changes: object) -> None:
        value = {"schema_version": TABLE, "assets": self.rows}
        if self.version == 1:
            highest = max((row["asset_id"] for row in self.rows), default=0)
            value |= {"schema_version": 1, "next_asset_id": highest + 1}
        dump(self.path / INDEX, {**value, **changes})

    def release(self, *rows: dict[str, Any]) -> None:
        """Write a record of releases."""
        dump(self.path / RELEASED, {"schema_version": 1, "released": rows})

    def root(self, name: str) -> Path:
        return self.path / "assets" / name

    def anchor(self, name: str) -> Path:
        return self.root(name) / "asset.json"

    def tiles(self, root: str, *, seed: int = 1, **changes: Any) -> Path:
        """Add a tile bank of four tiles and a palette of four colours."""
        draw(self.root(root) / "sheet.png", seed)
        (self.root(root) / "colors.hex").write_text(palette_text(), encoding="ascii")
        inputs = {"sprites": ["sheet.png"], "palettes": ["colors.hex"]}
        return self.add(root, "tile_bank", inputs, "TILES/indexed_v1", {"tile_size": 8}, changes)

    def sounds(
        self, root: str, runs: Iterable[Iterable[int]] = ((1, -2, 3),), **changes: Any
    ) -> Path:
        """Add a sound bank with these runs of frames."""
        names = []
        for number, frames in enumerate(runs):
            names.append(f"{number}.wav")
            record(self.root(root) / names[-1], frames)
        metadata = {"sample_rate": 8000}
        return self.add(
            root, "sound_bank", {"samples": names}, "SOUNDS/pcm16le_v1", metadata, changes
        )

    def add(
        self,
        root: str,
        type_: str,
        inputs: Mapping[str, list[str]],
        format_: str,
        metadata: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> Path:
        """Write an asset.json and register it."""
        options = {"included": True, "preload": False, "registered": True, **changes}
        number = len(self.rows) + 1
        first = self.version == 1
        own = {} if first else {"asset_uuid": options.get("uuid", uuid(number))}
        old = {"tile_bank": "image_bank"} if first else {}
        anchor = dump(
            self.anchor(root),
            {
                "schema_version": 1 if first else self.asset_version,
                **own,
                "name": options.get("name", root),
                "type": old.get(type_, type_),
                "inputs": options.get("inputs", inputs),
                "output": {
                    "format": options.get("format", format_),
                    "codec": "RAW" if first else "NONE",
                    "metadata": options.get("metadata", metadata),
                    **options.get("output", {}),
                },
                "preload": {"enabled": options["preload"]},
            },
        )
        if options["registered"]:
            row = {"asset_id": number, "asset_uuid": uuid(number), "root": root}
            built = {} if self.version == 1 else {"included_in_build": options["included"]}
            self.rows.append({**row, **built})
            self.write_index()
        return anchor


def drawing(draw: Callable[[], str], verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a verb gives when uuids are drawn by ``draw``."""
    with mock.patch.object(identity.uuid, "uuid4", draw):
        return verb(*args, **kwargs)


def examined(project: Path, **options: Any) -> Examination:
    """What doctor finds."""
    return doctor(project, **options)


def deny(patch: pytest.MonkeyPatch, relative: str) -> None:
    """Let no file of this path be read; injected, because the superuser is never denied."""
    real = paths._opened

    def _opened(root: Path, path: str) -> Any:
        if path == relative:
            raise Refused(Diagnostic(code="PATH_UNREADABLE", data={"path": path}))
        return real(root, path)

    patch.setattr(paths, "_opened", _opened)


def snapshot(directory: Path) -> dict[str, tuple[bytes, int]]:
    """The files below a directory: their bytes and their times of change."""
    return {
        path.relative_to(directory).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def as_version_1(folder: Path) -> None:
    """Let the companion for tools in this folder be of version 1."""
    path = folder / "asset_table_metadata.json"
    value = json.loads(path.read_bytes())
    value["schema_version"] = 1
    for row in value["assets"]:
        row |= row.pop("origin")
        row.pop("details", None)
    dump(path, value)


def from_no_workspace(folder: Path) -> None:
    """Let the companion for tools in this folder say of no asset where it comes from."""
    path = folder / "asset_table_metadata.json"
    value = json.loads(path.read_bytes())
    for row in value["assets"]:
        del row["origin"]
    dump(path, value)
