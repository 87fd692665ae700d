"""Give every chosen file to `new` and `build`, each in a project of its own.

    python benchmarks/field/run.py FOLDER RESULTS [NUMBER…]

``RESULTS/<number>/`` gets the pack as ``assets.pa`` when the file is taken, and ``result.json``:
whether it was taken, the diagnostics, and what failed, such as a refusal after something was
written. Where a refusal names a margin and a spacing, the file is given again with these, as its
hint says: then they are the ``settings`` of the result.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from sources import kind_of

from prometeu_assets import build
from prometeu_assets.diagnostics import Refused
from prometeu_assets.packer.scaffold import new

TOOL: Final = str(Path(sys.executable).with_name("prometeu-assets"))
CHOSEN: Final = Path(__file__).with_name("chosen.jsonl")


def place(folder: Path, chosen: dict[str, Any]) -> Path:
    """Where a chosen file is."""
    return folder / chosen["source"].replace("/", "+").replace(":", "+") / chosen["path"]


def size_of(chosen: dict[str, Any]) -> int:
    """8 or 16, by the digest of the file."""
    return 8 if int(chosen["sha256"][0], 16) % 2 else 16


def files(project: Path) -> dict[str, bytes]:
    """What is in a project, without the lock."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def attempt(empty: Path, source: Path, chosen: dict[str, Any], results: Path) -> None:
    """One file through `new` and `build`."""
    results.mkdir(parents=True, exist_ok=True)
    (results / "assets.pa").unlink(missing_ok=True)
    is_sound = kind_of(source.name) == "sound"
    kind, asked = ("sound-bank", {}) if is_sound else ("tile-bank", {"tile_size": size_of(chosen)})
    value: dict[str, Any] = {"codes": [], "failed": "", "settings": {}}
    hints = once(empty, source, kind, asked, value, results)
    options = re.findall(r"--(margin|spacing) (\d+)", hints)
    if options:
        value |= {"codes": [], "settings": {name: int(number) for name, number in options}}
        once(empty, source, kind, asked, value, results)
    (results / "result.json").write_text(json.dumps(value, indent=1), encoding="utf-8")


def once(
    empty: Path,
    source: Path,
    kind: str,
    asked: dict[str, int],
    value: dict[str, Any],
    results: Path,
) -> str:
    """One try, told in ``value``; the hints of a refusal."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch, "project")
        shutil.copytree(empty, project)
        before = files(project)
        try:
            new(
                kind,
                project / "assets/it",
                source,
                project=project,
                metadata=asked,
                settings=value["settings"],
            )
            value["taken"] = True
            build(project)
            shutil.copy(project / "build/assets.pa", results)
        except Refused as refused:
            value["codes"] = [f"{each.code}: {each.message}" for each in refused.report]
            if "taken" in value:
                value["failed"] = "new took it, and build did not"
            elif files(project) != before:
                value["failed"] = "refused, and something was written"
            return " ".join(each.hint or "" for each in refused.report)
        except Exception:  # noqa: BLE001  # any other error is what this looks for
            value["failed"] = traceback.format_exc()
    return ""


def main() -> None:
    """Try all of them, or those with these numbers."""
    folder, results = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    chosen = [json.loads(line) for line in CHOSEN.read_text(encoding="utf-8").splitlines()]
    numbers = [int(each) for each in sys.argv[3:]] or range(len(chosen))
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor() as pool:
        empty = Path(scratch, "empty")
        subprocess.run([TOOL, "init", str(empty)], check=True, stdout=subprocess.DEVNULL)
        waiting = [
            pool.submit(attempt, empty, place(folder, chosen[n]), chosen[n], results / f"{n:03}")
            for n in numbers
        ]
        for each in waiting:
            each.result()


if __name__ == "__main__":
    main()
