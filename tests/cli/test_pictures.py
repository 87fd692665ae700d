"""Pictures in a terminal: who sees them, who does not and is told why."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.running import Cli, at_a_terminal, other_process
from tests.views.terminal import screen
from tests.workspace.projects import record

from prometeu_assets.cli.app import DONE, USAGE, WRONG_INPUT
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.project import init

NEW = ("new", "tile-bank", "assets/world", "strip.png", "--tile-size", "8")
COLORS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)]


def strip(path: Path) -> None:
    """Four tiles, each of one colour."""
    image = Image.new("RGB", (32, 8))
    for number, color in enumerate(COLORS):
        image.paste(color, (8 * number, 0, 8 * number + 8, 8))
    image.save(path)


@pytest.fixture
def game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    init(tmp_path)
    strip(tmp_path / "strip.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def built(cli: Cli, game: Path) -> Path:
    """The same with a tile bank and a sound bank, built."""
    new("tile-bank", game / "assets/world", game / "strip.png", project=game)
    record(game / "beep.wav", [0, 20_000, -20_000] * 40)
    new("sound-bank", game / "assets/fx", game / "beep.wav", project=game)
    assert cli("build").code == DONE
    return game


def pictures(seen: str, columns: int = 80) -> list[list[str]]:
    """The lines of each picture: from the numbers of its columns to the last line in colours."""
    lines = seen.splitlines()
    heads = [n for n, line in enumerate(lines) if re.fullmatch(r" +0( +[0-9]+)*", line)]
    found = []
    for head in heads:
        end = head + 1
        while end < len(lines) and re.match(r"(?=.) *[0-9]* *(\x1b\[0;|$)", lines[end]):
            end += 1
        found.append(lines[head:end])
        screen(found[-1], columns)
    return found


def colors_in(lines: list[str]) -> list[tuple[int, ...]]:
    pixels = screen(lines, 80).pixels
    return [tuple(int(part) for part in pixels[4, 2 + 8 * n + 4][:3]) for n in range(4)]


ON_SCREEN = [(206, 0, 0), (0, 203, 0), (0, 0, 206), (206, 203, 0)]
"""The colours as RGB565 has them."""


def test_new_and_add_show_what_they_made(game: Path) -> None:
    code, seen = at_a_terminal(*NEW)
    assert code == DONE
    (picture,) = pictures(seen)
    assert colors_in(picture) == ON_SCREEN
    before, after = seen.index("registered world"), seen.index("Next, in assets/world")
    assert before < seen.index(picture[1]) < after
    strip(game / "more.png")
    code, seen = at_a_terminal("add", "world", "more.png")
    assert (code, "it has 8 tiles of 8x8 pixels, 1 palette now" in seen) == (DONE, True)
    assert len(pictures(seen)) == 1
    code, seen = at_a_terminal("add", "world", "more.png")
    assert (code, pictures(seen)) == (1, []), "it is there already"


def test_add_shows_what_it_added(game: Path) -> None:
    image = Image.effect_noise((256, 24), 90).convert("1").convert("RGB")
    image.save(game / "many.png")
    new("tile-bank", game / "assets/world", game / "many.png", project=game)
    code, seen = at_a_terminal("add", "world", "strip.png")
    assert (code, "strip.png: tiles 96-99\n" in seen) == (DONE, True)
    (picture,) = pictures(seen)
    assert picture[-4].startswith("96 ")
    assert "Not shown: tiles 0-87. A larger window shows more." in seen
    pixels = screen(picture[-4:], 80).pixels[4]
    assert [tuple(map(int, pixels[3 + 8 * n + 4][:3])) for n in range(4)] == ON_SCREEN


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ((), {"NO_COLOR": "1"}),
        ((), {"TERM": "dumb"}),
        ((), {"TERM": ""}),
        ((), {"PYTHONIOENCODING": "ascii"}),
        (("--format", "json"), {}),
        (("--format", "github"), {}),
        (("--quiet",), {}),
    ],
)
def test_nobody_is_shown_a_picture_who_cannot_see_it(
    game: Path, options: tuple[str, ...], env: dict[str, str]
) -> None:
    code, seen = at_a_terminal(*NEW, *options, **env)
    assert code == DONE
    assert "\x1b[" not in seen
    assert "▀" not in seen
    assert (game / "assets/world/asset.json").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse the name")
def test_no_name_acts_on_the_terminal(game: Path) -> None:
    folder = game / "a\x1b]0;t\x07\u202e\n"
    folder.mkdir()
    strip(folder / "strip.png")
    code, seen = at_a_terminal(*NEW[:3], folder / "strip.png", "--tile-size", "8")
    assert (code, len(pictures(seen))) == (DONE, 1)
    assert r"from " in seen and r"a\x1b]0;t\x07\u202e\n/strip.png" in seen
    for line in re.sub(r"\x1b\[[0-9;]*m", "", seen).splitlines():
        assert line.isprintable()


def test_a_pipe_has_none(game: Path) -> None:
    env = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
    ran = other_process(*NEW, cwd=game, env=env)
    assert (ran.returncode, ran.stdout.isascii()) == (DONE, True)
    ran = other_process("--color", "always", "new", "tile-bank", "assets/b", cwd=game, env=env)
    assert (ran.returncode, ran.stdout.isascii()) == (DONE, True), "nobody has asked for one"


def test_json_tells_the_same_and_has_no_picture(game: Path) -> None:
    code, seen = at_a_terminal(*NEW, "--format", "json")
    value = json.loads(seen)
    assert (code, value["counts"]) == (DONE, {"tiles": 4, "palettes": 1})
    assert value["copied_from"] == {
        "assets/world/sprites/strip.png": str((game / "strip.png").resolve())
    }
    assert [(row["role"], row["path"]) for row in value["listed"]] == [
        ("sprites", "sprites/strip.png"), ("palettes", "palettes/main.hex")
    ]  # fmt: skip


def test_what_new_uses_where_it_is_has_a_line(cli: Cli, game: Path) -> None:
    (game / "assets/common").mkdir()
    strip(game / "assets/common/shared.png")
    (game / "assets/world").mkdir()
    strip(game / "assets/world/own.png")
    out = cli(*NEW[:3], "assets/common/shared.png", "--tile-size", 8).out
    assert "uses assets/world/own.png: tiles 0-3\n" in out
    assert "uses assets/common/shared.png: tiles 4-7\n" in out
    assert "uses assets/world/palettes" not in out, "it was written"
    (game / "assets/common/later.png").write_bytes((game / "strip.png").read_bytes())
    out = cli("add", "world", "assets/common/later.png").out
    assert out.splitlines() == [
        "uses assets/common/later.png: tiles 8-11",
        "world (asset 1) lists common/later.png (sprites)",
        "  it has 12 tiles of 8x8 pixels, 1 palette now",
    ]


def test_the_seconds_of_sounds_are_told(cli: Cli, game: Path) -> None:
    record(game / "long.wav", [1] * 12_000)
    value = cli("new", "sound-bank", "assets/fx", "long.wav", "--format", "json").value("creation")
    assert value["summary"] == "1 sample at 8000 Hz, 1.50 s"
    assert value["counts"] == {"samples": 1, "frames": 12_000}


# --- --picture ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["show world", "inspect build/assets.pa world"])
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_it_is_drawn_within_the_window(built: Path, columns: int, command: str) -> None:
    code, seen = at_a_terminal(*command.split(), "--picture", size=(columns, 30))
    assert code == DONE
    (picture,) = pictures(seen, columns)
    assert "Not shown" not in seen
    if columns >= 40:
        assert colors_in(picture) == ON_SCREEN


def test_a_window_that_is_too_small_shows_fewer(game: Path) -> None:
    image = Image.effect_noise((256, 256), 90).convert("1").convert("RGB")
    image.save(game / "all.png")
    new("tile-bank", game / "assets/all", game / "all.png", project=game)
    code, seen = at_a_terminal("show", "all", "--picture", size=(40, 30))
    (picture,) = pictures(seen, 40)
    assert (code, len(picture)) == (DONE, 1 + 6 * 4)
    assert "Not shown: tiles 24-1023. A larger window shows more." in seen
    code, seen = at_a_terminal("show", "all", "--picture", size=(5, 30))
    assert (code, "The window is too narrow for a picture." in seen) == (DONE, True)


def test_inspect_draws_every_asset_or_those_that_are_named(built: Path) -> None:
    pack = "build/assets.pa"
    code, seen = at_a_terminal("inspect", pack, "--picture")
    assert code == DONE
    assert seen.index("preload slots") < seen.index("#1 world  4 tiles of 8x8 pixels, 1 palette")
    tiles, sounds = pictures(seen)
    assert colors_in(tiles) == ON_SCREEN
    assert screen(sounds, 80).pixels[2:, 2:].any(axis=0)[:28].any(axis=-1).all()
    code, seen = at_a_terminal("inspect", pack, "fx", "--picture")
    assert (code, len(pictures(seen)), "preload slots" in seen) == (DONE, 1, False)
    code, seen = at_a_terminal("inspect", pack, "worl", "--picture")
    assert (code, "Did you mean 'world'?" in seen) == (WRONG_INPUT, True)


def test_palettes_are_those_that_the_companion_tells_of_this_very_slice(
    cli: Cli, game: Path
) -> None:
    image = Image.new("RGB", (64, 8))
    for x in range(64):
        image.paste((30 * (x // 8), 8 * (x % 8), 100), (x, 0, x + 1, 8))
    image.save(game / "eight.png")
    new("tile-bank", game / "assets/eight", game / "eight.png", project=game)
    assert cli("build").code == DONE
    wanted = screen_of("inspect")
    assert len(np.unique(wanted.reshape(-1, 4), axis=0)) > 16, "more than one palette has"
    companion = game / "build/asset_table_metadata.json"
    right = companion.read_text(encoding="utf-8")
    value = json.loads(right)
    for wrong in (
        "",
        right.replace('"palettes": "', '"palettes": "63*2 '),
        right.replace('"palettes": "', '"palettes": "no '),
        right.replace('"palettes"', '"others"'),
        right.replace(value["assets"][0]["payload_sha256"], "0" * 64),
    ):
        assert wrong != right
        companion.write_text(wrong, encoding="utf-8")
        code, seen = at_a_terminal("inspect", "build/assets.pa", "eight", "--picture")
        assert (code, "All tiles are drawn in palette 0" in seen) == (DONE, True)
    companion.unlink()
    code, seen = at_a_terminal("inspect", "build/assets.pa", "eight", "--picture")
    assert (code, "All tiles are drawn in palette 0" in seen) == (DONE, True)


def screen_of(verb: str) -> np.ndarray:
    code, seen = at_a_terminal(verb, "build/assets.pa", "eight", "--picture")
    assert (code, "palette 0" in seen) == (DONE, False)
    return screen(pictures(seen)[0], 80).pixels


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"NO_COLOR": "1"}, "colours are off"),
        ({"TERM": "dumb"}, "TERM is dumb or not set"),
        ({"PYTHONIOENCODING": "ascii"}, "its encoding, ascii, has no half blocks"),
    ],
)
@pytest.mark.parametrize("command", [("show", "world"), ("inspect", "build/assets.pa")])
def test_a_picture_that_cannot_be_shown_is_a_wrong_call(
    built: Path, command: tuple[str, str], env: dict[str, str], why: str
) -> None:
    code, seen = at_a_terminal(*command, "--picture", **env)
    assert code == USAGE
    assert f"Error: --picture needs a terminal with colours: {why}" in seen
    code, seen = at_a_terminal(*command, "--picture", "--format", "json", **env)
    assert (code, "cannot be combined with --format json" in seen) == (USAGE, True)


def test_the_advice_for_an_encoding_helps(cli: Cli, built: Path) -> None:
    words = ("--color", "always", "show", "world", "--picture")
    ran = other_process(*words, cwd=built, env={"PYTHONIOENCODING": "ascii"})
    assert (ran.returncode, b"PYTHONIOENCODING=utf-8 in" in ran.stderr) == (USAGE, True)
    ran = other_process(*words, cwd=built, env={"PYTHONIOENCODING": "utf-8"})
    assert ran.returncode == DONE


MISPLACED = {
    "show 'the world' --color always --picture": "--color always show 'the world' --picture",
    "show world --color=never": "--color never show world",
    "codes --color": "--color always codes",
    "conformance list --color auto": "--color auto conformance list",
}


@pytest.mark.parametrize("given", MISPLACED)
def test_colour_after_the_verb_is_shown_before_it(cli: Cli, given: str) -> None:
    ran = cli(*shlex.split(given))
    wanted = f"Error: --color stands before the verb: `prometeu-assets {MISPLACED[given]}`.\n"
    assert (ran.code, ran.out, ran.err.endswith(wanted)) == (USAGE, "", True)


def test_a_pipe_has_one_only_if_colours_are_asked_for_too(
    cli: Cli, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (["show", "world"], ["inspect", "build/assets.pa"]):
        ran = cli(*words, "--picture")
        assert (ran.code, ran.out, "not a terminal" in ran.err) == (USAGE, "", True)
        # The advice, carried out.
        (advice,) = re.findall("`prometeu-assets (.*?)`", ran.err)
        ran = cli(*shlex.split(advice))
        assert (ran.code, len(pictures(ran.out)) > 0) == (DONE, True)
    monkeypatch.setenv("NO_COLOR", "1")
    ran = cli("--color", "always", "show", "world", "--picture")
    assert (ran.code, len(pictures(ran.out))) == (DONE, 1)
    ran = cli("--color", "never", "show", "world", "--picture")
    assert (ran.code, "colours are off" in ran.err) == (USAGE, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(("world",), "ASSETS are for --picture"), (("--picture", "--html", "o.html"), "not both")],
)
def test_options_of_inspect_that_exclude_each_other(
    cli: Cli, built: Path, arguments: tuple[str, ...], why: str
) -> None:
    ran = cli("--color", "always", "inspect", "build/assets.pa", *arguments)
    assert (ran.code, ran.out, why in ran.err) == (USAGE, "", True)


def test_of_many_assets_the_first_are_drawn_unless_all_are_asked_for(cli: Cli, game: Path) -> None:
    for number in range(12):
        new("tile-bank", game / f"assets/t{number}", project=game)
    assert cli("build").code == DONE
    ran = cli("--color", "always", "inspect", "build/assets.pa", "--picture")
    assert len(pictures(ran.out)) == 10
    assert ran.out.endswith("... and 2 more: name them, or --all draws them\n")
    ran = cli("--color", "always", "inspect", "build/assets.pa", "--picture", "--all")
    assert (len(pictures(ran.out)), "more:" in ran.out) == (12, False)
