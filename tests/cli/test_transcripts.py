"""What a person meets, bad input above all: command, exit code and every word, kept as golden text.

`UPDATE_TRANSCRIPTS=1 pytest tests/cli/test_transcripts.py` writes the texts anew; read them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.deeds import DEEDS
from tests.cli.mistakes import CASES
from tests.cli.running import Cli, Ran
from tests.cli.transcribing import file_of, hold, transcript
from tests.workspace.projects import Project, snapshot

from prometeu_assets.cli.app import DONE

TRANSCRIPTS = Path(__file__).with_name("transcripts")


@pytest.fixture
def game(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of two assets, built."""
    made = Project(tmp_path / "game")
    made.tiles("hero")
    made.sounds("fx", [(1, 2), (3,)])
    monkeypatch.chdir(made.path)
    assert cli("build").code == DONE
    return made


def compare(case: str, command: list[str], ran: Ran, game: Project) -> None:
    said = transcript(command, ran, game)
    # As newer versions of click say it.
    said = re.sub(
        r"option: (--\w+) Did you mean (--\w+)\?", r"option '\1'. Did you mean '\2'?", said
    )
    hold(file_of(TRANSCRIPTS, case), said)


@pytest.mark.parametrize("case", DEEDS)
def test_a_deed(cli: Cli, game: Project, case: str) -> None:
    command = DEEDS[case](game)
    ran = cli(*command)
    compare(case, command, ran, game)
    assert ran.code == DONE


@pytest.mark.parametrize("case", CASES)
def test_a_mistake(cli: Cli, game: Project, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = CASES[case](game, monkeypatch)
    before = snapshot(game.path / "build")
    ran = cli(*command)
    assert snapshot(game.path / "build") == before, "the outputs of the build before stay"
    assert not list((game.path / "build").glob(".*"))
    monkeypatch.undo()
    compare(case, command, ran, game)
    assert ran.code in (1, 2, 3)
    if ran.code == 1:
        assert re.search(r"(?m)^error [A-Z_]+: ", ran.err)
        assert "  hint: " in ran.err, "every refusal says what to do"
        for line in ran.err.splitlines():
            assert "None" not in line
            assert not re.search(r"\{\w*\}", line)


def test_every_transcript_has_a_case() -> None:
    assert {path.name for path in TRANSCRIPTS.iterdir()} == {
        file_of(TRANSCRIPTS, case).name for case in (*CASES, *DEEDS)
    }
