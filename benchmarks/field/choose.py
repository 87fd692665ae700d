"""Choose real files by chance, before any of them is tried.

    python benchmarks/field/choose.py FOLDER > benchmarks/field/chosen.jsonl

``FOLDER`` is what `sources.py` filled. The choice is made from the listing: the name, the bytes
(each content once) and, of a PNG, its colour type and size. The same sources give the same list.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from sources import DEBIAN, PYPI, REPOSITORIES, kind_of

SEED: Final = 14
MOST_BYTES: Final = 4 * 1024 * 1024
PER_SOURCE: Final = {"picture": 30, "aseprite": 30, "palette": 14, "sound": 16}
"""Most files of one source, so that none outweighs the others."""
COUNTS: Final = {
    "picture true colour, alpha, sheet": 40,
    "picture true colour, alpha, other": 12,
    "picture true colour, sheet": 28,
    "picture true colour, other": 8,
    "picture indexed, sheet": 46,
    "picture indexed, other": 10,
    "picture grey, sheet": 18,
    "picture grey, other": 6,
    "aseprite": 50,
    "palette": 50,
    "sound .wav": 44,
    "sound .ogg": 28,
    "sound .flac": 14,
    "sound .mp3": 20,
    "sound .aif": 10,
}
"""How many files are taken of each group."""
_COLORS: Final = {0: "grey", 2: "true colour", 3: "indexed", 4: "grey", 6: "true colour, alpha"}


def group(kind: str, path: Path, head: bytes) -> str:
    """The group of a file: by its ending, and of a PNG by the fields of its header."""
    if kind == "sound":
        ending = path.suffix.lower()
        return f"sound { ({'.oga': '.ogg', '.aiff': '.aif'}.get(ending, ending)) }"
    if kind != "picture":
        return kind
    if len(head) < 26 or head[12:16] != b"IHDR":
        return "picture of no kind"
    width, height, _, color = struct.unpack(">2I2B", head[16:26])
    # A sheet here is what can be a grid of tiles: whole tiles, not more than a bank holds.
    sheet = width % 8 == height % 8 == 0 and 0 < width * height <= 256 * 256
    return f"picture {_COLORS.get(color, 'of no kind')}, {'sheet' if sheet else 'other'}"


def listing(folder: Path) -> Iterator[dict[str, Any]]:
    """Every file of every source, in a stable order."""
    of_sources = {
        **{name.replace("/", "+"): (name, commit) for name, commit in REPOSITORIES.items()},
        **{f"deb+{name}": (f"deb:{name}", version) for name, version in DEBIAN.items()},
        **{f"pypi+{name}": (f"pypi:{name}", version) for name, version in PYPI.items()},
    }
    for place, (source, version) in of_sources.items():
        for path in sorted((folder / place).rglob("*")):
            kind = kind_of(path.name)
            if kind is None or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size > MOST_BYTES:
                continue
            data = path.read_bytes()
            yield {
                "group": group(kind, path, data[:26]),
                "source": source,
                "version": version,
                "path": path.relative_to(folder / place).as_posix(),
                "sha256": hashlib.sha256(data).hexdigest(),
            }


def main() -> None:
    """Print the files chosen, one JSON object a line."""
    files = list({file["sha256"]: file for file in listing(Path(sys.argv[1]))}.values())
    chance = Random(SEED)  # the choice is to be the same every time
    chance.shuffle(files)
    left = dict(COUNTS)
    taken: dict[tuple[str, str], int] = {}
    for file in files:
        kind = file["group"].split()[0]
        seen = taken.get((kind, file["source"]), 0)
        if left.get(file["group"], 0) and seen < PER_SOURCE[kind]:
            left[file["group"]] -= 1
            taken[kind, file["source"]] = seen + 1
            print(json.dumps(file))


if __name__ == "__main__":
    main()
