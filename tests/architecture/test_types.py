"""What a type checker knows of the package, as its users have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_a_name_that_is_wrong_fails_a_type_checker(tmp_path: Path) -> None:
    right = """
from pathlib import Path

import prometeu_assets as pa

with pa.open(b"") as pack:
    sheet: pa.TileBank = pack.tiles("a")
    entry: pa.Entry | None = pack.get(7)
report: pa.Report = pa.validate("a.pa", profile="writer")
added: pa.Added = pa.add(7, "a.png", Path("b.png"), project="game", settings={"margin": 1})
"""
    wrong = ('pa.biuld("game")', 'pa.validate("a.pa", profile="write")', 'pack.tiles("a").palette')
    (tmp_path / "right.py").write_text(right)
    (tmp_path / "wrong.py").write_text(right + "\n".join(wrong))
    command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary")
    examples = sorted(map(str, EXAMPLES.glob("*.py")))
    found = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "cache"), "right.py", "wrong.py", *examples],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = found.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if "error:" in line] == ["wrong.py"] * 3, lines
    for line, name in zip(lines, ("biuld", "profile", "palette"), strict=False):
        assert name in line
