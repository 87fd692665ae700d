"""What `new` asks a person at a terminal, and that nobody else is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.running import Cli, at_a_terminal
from tests.workspace.projects import snapshot

from prometeu_assets.workspace.project import init

NEW = ("new", "tile-bank", "assets/world", "strip.png")


@pytest.fixture
def game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    init(tmp_path)
    Image.new("RGB", (64, 32), (200, 0, 0)).save(tmp_path / "strip.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tile_size(game: Path) -> int:
    document = json.loads((game / "assets/world/asset.json").read_bytes())
    return int(document["output"]["metadata"]["tile_size"])


@pytest.mark.parametrize(("typed", "size"), [(b"16\n", 16), (b"\n", 8), (b"12\nbig\n32\n", 32)])
def test_a_person_is_asked_until_the_answer_is_right(game: Path, typed: bytes, size: int) -> None:
    code, seen = at_a_terminal(*NEW, typed=typed)
    assert (code, tile_size(game)) == (0, size)
    assert seen.count("The side of a tile in pixels (8, 16, 32) [8]: ") == typed.count(b"\n")
    assert seen.count("Error: ") == typed.count(b"\n") - 1
    assert "assumed" not in seen


@pytest.mark.parametrize("interrupt", [False, True])
def test_a_question_without_an_answer_writes_nothing(game: Path, interrupt: bool) -> None:
    before = {name: data for name, (data, _) in snapshot(game / "assets").items()}
    code, seen = at_a_terminal(*NEW, typed=b"" if interrupt else b"\x04", interrupt=interrupt)
    assert (code, "Interrupted" in seen, "Traceback" in seen) == (3, True, False)
    after = {name: data for name, (data, _) in snapshot(game / "assets").items()}
    after.pop(".prometeu/lock")
    assert after == before


def test_who_has_said_it_and_who_is_no_person_is_not_asked(cli: Cli, game: Path) -> None:
    for options, env in (
        (("--tile-size", "16", "--dry-run"), {}),
        (("--format", "json", "--dry-run"), {}),
        (("--dry-run",), {"CI": "true"}),
    ):
        code, seen = at_a_terminal(*NEW, *options, **env)
        assert (code, "[8]" in seen) == (0, False)
        assert ("assumed --tile-size 8" in seen) == ("CI" in env)
    ran = cli(*NEW)
    assert (
        "assumed --tile-size 8: give --tile-size to say another, or change `tile_size`" in ran.out
    )
    assert (ran.code, tile_size(game)) == (0, 8)
    ran = cli(*NEW[:2], "assets/other", "strip.png", "--format", "json")
    assert ran.value("creation")["assumed"] == {"tile_size": 8}
