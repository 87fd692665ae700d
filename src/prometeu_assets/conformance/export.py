"""Writing the kit out, recipes expanded, for people without Python."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from prometeu_assets.conformance.kit import MANIFEST, Kit, Vector
from prometeu_assets.conformance.ledger import LEDGER
from prometeu_assets.conformance.manifest import pretty
from prometeu_assets.storage import files

_PAGES = ("README.md", "PROTOCOL.md")


def export(kit: Kit, target: Path, vectors: Iterable[Vector]) -> dict[str, Any]:
    """Write the vectors, their views, a manifest that lists them, the pages and the readers.

    In the copy every input is a file; the largest has two gigabytes of zeros, which take no room
    where the file system has holes. Returns the manifest of the copy. Raises `FileExistsError` when
    ``target`` has something in it, `Damaged` when a vector is not what was published, `OSError`;
    what was written is removed again then.
    """
    chosen = {vector.id: vector for vector in vectors}
    kit.require(chosen.values())
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    try:
        return _fill(kit, target, chosen)
    except BaseException:
        for made in target.iterdir():
            files.remove_tree_of_own(made)
        raise


def _fill(kit: Kit, target: Path, chosen: Mapping[str, Vector]) -> dict[str, Any]:
    """Write all of it into an empty directory, the manifest last."""
    for name in ("vectors", "expected"):
        (target / name).mkdir()
    manifest = kit.listing(chosen.values())
    for row in manifest["cases"]:
        vector = chosen[row["id"]]
        if vector.path is not None and vector.path.is_dir():
            if vector.input(target / "vectors") == vector.path:
                shutil.copytree(vector.path, target / "vectors" / vector.name, symlinks=True)
            _copy_expected(kit, vector, target)
            continue
        measured = {name: row["input"][name] for name in ("sha256", "size")}
        row["input"] = {"file": f"vectors/{vector.name}", **measured}
        made = vector.input(target / "vectors")
        if vector.file is not None:
            shutil.copyfile(made, target / row["input"]["file"])
        _copy_expected(kit, vector, target)
    for page in (LEDGER, *_PAGES):
        shutil.copyfile(kit.directory / page, target / page)
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(kit.directory / "readers", target / "readers", ignore=ignored)
    files.write_new(target / MANIFEST, [pretty(manifest)])
    return manifest


def _copy_expected(kit: Kit, vector: Vector, target: Path) -> None:
    for name in (vector.expect, vector.values):
        if name is not None:
            shutil.copyfile(kit.directory / name, target / name)
