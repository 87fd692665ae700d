"""What the package gives by name: one list, for people, for `dir`, and for type checkers."""

from __future__ import annotations

import builtins
import inspect
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest

import prometeu_assets as pa

PUBLIC = {*pa.__all__, "open"}


def test_one_list_of_names() -> None:
    assert set(dir(pa)) >= PUBLIC == set(pa._HOME)
    assert len(pa.__all__) == len(set(pa.__all__))
    for name in PUBLIC:
        assert inspect.getdoc(getattr(pa, name)), name
    with pytest.raises(AttributeError, match="module 'prometeu_assets' has no attribute 'biuld'"):
        attrgetter("biuld")(pa)
    taken: dict[str, object] = {}
    exec("from prometeu_assets import *", taken)
    assert set(taken) - {"__builtins__"} == set(pa.__all__)
    assert not set(pa.__all__) & set(dir(builtins))


def test_a_signature_is_short_enough_to_read() -> None:
    for name in PUBLIC:
        value = getattr(pa, name)
        if inspect.isfunction(value):
            assert len(str(inspect.signature(value))) <= 320, name


def test_a_name_that_is_wrong_fails_a_type_checker(tmp_path: Path) -> None:
    right = """
import prometeu_assets as pa

with pa.open(b"") as pack:
    sheet: pa.TileBank = pack.tiles("a")
    entry: pa.Entry | None = pack.get(7)
report: pa.Report = pa.validate("a.pa", profile="writer")
"""
    wrong = ('pa.biuld("game")', 'pa.validate("a.pa", profile="write")', 'pack.tiles("a").palette')
    (tmp_path / "right.py").write_text(right)
    (tmp_path / "wrong.py").write_text(right + "\n".join(wrong))
    command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary")
    found = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "cache"), "right.py", "wrong.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = found.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if "error:" in line] == ["wrong.py"] * 3, lines
    for line, name in zip(lines, ("biuld", "profile", "palette"), strict=False):
        assert name in line
