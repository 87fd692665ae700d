"""Every hint that is a command or an edit does what it says: it is carried out, and looked at.

`PAIRS` comes from the table of codes, so a new code or hint key fails here until it has a case or
a reason in the module of its group, which takes three lines:

    ("MY_CODE", "my_key"): Case(
        replaced("asset.json", "a", "b"),    # the situation, and the command that prints the hint
        shell,                               # run the commands in it; or an edit by its words
    ),

The result has to be the content from before the fault, unless the case says what is meant instead.
A hint that asks for nothing a test can do has its reason in `REASONS`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.hints import (
    cartridge_hints,
    documents_hints,
    intake_hints,
    migration_hints,
    paths_hints,
    reading_hints,
    workspace_hints,
)
from tests.hints.scene import Case, Pair, Scene, commands, same

from prometeu_assets.catalog import CODES
from prometeu_assets.cli.app import _VERBS, DONE

PAIRS: list[Pair] = [
    (code.name, key)
    for code in CODES.values()
    for key, text in ((None, code.hint), *code.hints.items())
    if text
]
"""Every hint that can be printed."""


def name_of(pair: Pair) -> str:
    return "-".join(filter(None, pair))


_GROUPS = (
    reading_hints,
    documents_hints,
    paths_hints,
    intake_hints,
    workspace_hints,
    migration_hints,
    cartridge_hints,
)
CASES = {
    pair: cases if isinstance(cases, tuple) else (cases,)
    for group in _GROUPS
    for pair, cases in group.CASES.items()
}
REASONS = {pair: reason for group in _GROUPS for pair, reason in group.REASONS.items()}
_ALL = [(pair, case) for pair, cases in CASES.items() for case in cases]


def test_every_hint_is_carried_out_or_has_a_reason() -> None:
    assert [pair for pair in PAIRS if pair not in CASES and pair not in REASONS] == [], (
        "add a case or a reason in the module of the code's group"
    )
    assert [pair for pair in (*CASES, *REASONS) if pair not in PAIRS] == [], "no such hint"
    assert CASES.keys() & REASONS.keys() == set()
    assert all(REASONS.values())


_TEXTS = {pair: CODES[pair[0]].hints[pair[1]] if pair[1] else CODES[pair[0]].hint for pair in PAIRS}


@every([(pair,) for pair in PAIRS])
def test_a_command_is_whole_and_stands_between_back_quotes(pair: Pair) -> None:
    """What a user copies is the command, all of it, and nothing that has to be filled in."""
    text = _TEXTS[pair]
    for command in commands(text):
        filled = re.sub(r"\{.*?\}", "", command)
        assert not re.search(r"\b[A-Z][A-Z_]+\b", filled), f"{command}: what is to be put there?"
    outside = re.sub(r"`[^`]*`", "", text)
    verbs = "|".join(_VERBS)
    assert not re.search(rf"\b(ffmpeg -|sox |prometeu-assets ({verbs})\b)", outside), outside


def test_a_program_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path, Cli(capsys), monkeypatch)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match=r"sox: install it \(apt-get install .*sox"):
        scene.shell("sox a.wav b.wav")


@every(_ALL, ids=[name_of(pair) for pair, _ in _ALL])
def test_a_hint_does_what_it_says(
    pair: Pair,
    case: Case,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(tmp_path, Cli(capsys), monkeypatch)
    command = case.make(scene)
    hint = scene.hint(scene.run(*command), pair)
    case.follow(scene, hint)
    monkeypatch.undo()
    ran = scene.run(*(case.again(scene) if case.again else command))
    assert ran.code == DONE, ran.err
    assert f" {pair[0]}: " not in ran.err, "the fault is gone"
    assert (case.meant or same)(scene) is None, "a check asserts; what it returns says nothing"
