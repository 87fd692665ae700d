"""Programs for type checkers: one that is right, and lines that each checker must refuse."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))

RIGHT = """
from pathlib import Path

import prometeu_assets as pa

with pa.open(b"") as pack:
    sheet: pa.TileBank = pack.tiles("a")
    entry: pa.Entry | None = pack.get(7)
    value: pa.Decoded = pack.decode("a")
report: pa.Report = pa.validate("a.pa", profile="writer")
added: pa.Added = pa.add(7, "a.png", Path("b.png"), project="game", settings={"margin": 1})


def heard(done: int, total: int, name: str) -> None: ...


told: pa.Progress = heard
made: pa.BuildResult = pa.build(Path("game"), progress=told)
"""

WRONG = {
    "biuld": 'pa.biuld("game")',
    "profile": 'pa.validate("a.pa", profile="write")',
    "palette": 'pack.tiles("a").palette',
    "name": "pack.get(7).name",
    "explain_code": "from prometeu_assets import explain_code",
}
"""A word that a checker says, and the line behind the right ones that it says it of."""


def write(folder: Path) -> list[str]:
    """Write both programs; the files that are to be checked, those that are right first."""
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    (folder / "wrong.py").write_text(RIGHT + "\n".join(WRONG.values()) + "\n", encoding="utf-8")
    return ["right.py", *map(str, EXAMPLES), "wrong.py"]


def faults(found: list[tuple[str, int, str]]) -> list[str]:
    """What is wrong with the errors of a checker, given as (file, line, message)."""
    first = len(RIGHT.splitlines()) + 1
    told = [f"{file}:{line}: {text}" for file, line, text in found if file != "wrong.py"]
    for number, (word, text) in enumerate(WRONG.items()):
        said = [m for file, line, m in found if (file, line) == ("wrong.py", first + number)]
        if not any(word in message for message in said):
            told.append(f"no error says {word!r} of: {text}; said: {said}")
    return told
