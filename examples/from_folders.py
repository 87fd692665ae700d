"""Bring the art and sound of another engine into a project: each folder becomes an asset.

    python from_folders.py ART PROJECT

A folder below ART with pictures becomes a tile bank, one with sounds a sound bank, at the same
place below assets/ with a name in lower case. Pictures get the nearest colours that fit.
What cannot be brought is told, and the others are. A second run adds new files to assets that are
there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import prometeu_assets as pa

KINDS = {
    "tile-bank": {".png", ".bmp", ".gif", ".aseprite"},
    "sound-bank": {".wav", ".flac", ".ogg", ".mp3"},
}


def folders(art: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """(kind, root below assets/, files) of each folder that gives an asset."""
    for folder in sorted(path for path in (art, *art.rglob("*")) if path.is_dir()):
        for kind, endings in KINDS.items():
            files = sorted(p for p in folder.iterdir() if p.suffix.lower() in endings)
            if files:
                place = folder.relative_to(art).as_posix().lower().lstrip(".") or "art"
                root = re.sub(r"[^a-z0-9/]+", "_", f"{place}/{kind.partition('-')[0]}s")
                yield kind, root, files


def bring(project: Path, kind: str, root: str, files: list[Path]) -> pa.Created | pa.Added:
    """Make the asset, or add to the one that is there the files that it does not have."""
    known = {item.root for item in pa.listing(project).assets if item.registered}
    # Only tile banks have a way to be changed so that they fit.
    near = kind == "tile-bank"
    if root not in known:
        place = project / "assets" / root
        return pa.new(kind, place, *files, project=project, approximated=near)
    there = {Path(source.path).name for source in pa.show(root, project=project).sources}
    new = [file for file in files if file.name not in there]
    return pa.add(root, *new, project=project, approximated=near and bool(new))


def main() -> int:
    """Convert the folder that is named; 1 when something could not be brought."""
    art, project = map(Path, sys.argv[1:])
    if not (project / "assets/.prometeu").exists():
        pa.init(project)
    failed = 0
    for kind, root, files in folders(art):
        try:
            made = bring(project, kind, root, files)
        except pa.Refused as refused:
            failed += 1
            print(f"not brought: {root}: {refused}", file=sys.stderr)
        else:
            print(f"{made.registered.root}: {made.summary}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
