"""How names are written: on a terminal, in JSON, and in a command for a shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from prometeu_assets.catalog import CODES
from prometeu_assets.cli.app import app
from prometeu_assets.names import Standpoint, argument, printable, unicode
from tests.every import every

BYTE = os.fsdecode(b"a\xff")

PRINTABLE = [
    ("tiles/hero", "tiles/hero"),
    ("Zür\tich", "Zür\tich"),
    ("a\n::error ::b", r"a\n::error ::b"),
    ("a\rb", r"a\rb"),
    ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
    ("\x9b31m", r"\x9b31m"),
    ("a\u202eb", r"a\u202eb"),
    ("a\u2028b", r"a\u2028b"),
    (BYTE, r"a\xff"),
    ("\ud800", r"\ud800"),
]


@every(PRINTABLE)
def test_what_a_terminal_is_told(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


@every([("a\n\x1bé", "a\n\x1bé"), (BYTE, r"a\xff"), ("\ud800", r"\ud800"), ("\udfff", r"\udfff")])
def test_what_a_program_is_told(text: str, shown: str) -> None:
    assert unicode(text) == shown
    shown.encode()


def test_every_lone_surrogate_is_a_byte_or_itself() -> None:
    of_bytes = {os.fsdecode(bytes([byte])): rf"\x{byte:02x}" for byte in range(0x80, 0x100)}
    for code in range(0xD800, 0xE000):
        assert unicode(chr(code)) == of_bytes.get(chr(code), rf"\u{code:04x}")


@every(
    [
        ("it's", '"it\'s"'),
        (BYTE, r"'a\xff'"),
        ("\\udcff", r"'\\udcff'"),
        ("\\" + BYTE, r"'\\a\xff'"),
        (7, "7"),
    ]
)
def test_a_name_in_quotes(value: object, shown: str) -> None:
    assert Standpoint().fill("{x!r}", {"x": value}) == shown


AWKWARD = ["plain", "a b", "-rf", "$(rm x)", "`x`", "it's", 'say "hi"', "a;b", "*", "~", "#x",
           "ü", "a\nb", "\x1b[31m", "a'\n'b", "back\\slash\n", "\u202e1", BYTE, "\xff0"]  # fmt: skip


@every(AWKWARD)
def test_a_shell_takes_a_word_for_what_it_is(name: str) -> None:
    word = argument(name)
    assert word.isprintable()
    for shell in filter(shutil.which, ["bash", "zsh"]):
        ran = subprocess.run(
            [shell, "-c", f"printf %s {word}"], capture_output=True, check=True, timeout=60
        )
        assert os.fsdecode(ran.stdout) == name, shell


@every([("plain", "plain"), ("C:\\a\\b.pa", "C:\\a\\b.pa"), ("a b", '"a b"'), ("a&b", '"a&b"')])
def test_quotes_of_windows(word: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prometeu_assets.names.os.name", "nt")
    assert argument(word) == shown


PLACES = [
    (Standpoint(), "{x:place}", "a b", "'a b'"),
    (Standpoint(), "{x:place}", "-a", "./-a"),
    (Standpoint(), "{x:root}{of_project}", "hero", "assets/hero"),
    (Standpoint(Path("my game")), "{x:place}{project}", "a", "'my game/a'"),
    (Standpoint(Path("..")), "{x:root}", "hero", "../assets/hero"),
    (Standpoint(Path("g"), Path("g")), "{x:root}{of_project}", "a", "g/assets/a --project g"),
    (Standpoint(Path("g"), Path("my g")), "build{project}", "", "build 'my g'"),
    (Standpoint(None, Path("-g")), "build{project}", "", "build ./-g"),
    (Standpoint(Path("g"), Path("g")), "{x:argument}", "a b", "'a b'"),
]


@every(PLACES)
def test_places(standpoint: Standpoint, template: str, x: str, text: str) -> None:
    assert standpoint.fill(template, {"x": x}) == text


PROJECT_VERBS = {
    verb: {parameter.name for parameter in command.params} & {"directory", "project"}
    for verb in app.list_commands(None)  # type: ignore[arg-type]
    if (command := app.get_command(None, verb)) is not None  # type: ignore[arg-type]
}
"""Verb to how it is told which project is meant."""
COMMAND = re.compile(r"prometeu-assets (\w+)([^`]*)`")


@every(CODES)
def test_a_command_in_a_hint_names_its_project(code: str) -> None:
    row = CODES[code]
    for text in filter(None, (row.hint, *row.hints.values())):
        for verb, rest in COMMAND.findall(text):
            if "directory" in PROJECT_VERBS[verb]:
                assert "{project}" in rest, text
            elif "project" in PROJECT_VERBS[verb]:
                assert "{of_project}" in rest, text
