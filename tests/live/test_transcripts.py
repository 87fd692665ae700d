"""What a person meets at `build --watch` and `preview`, kept as golden text in `transcripts/`.

`UPDATE_TRANSCRIPTS=1 pytest tests/live/test_transcripts.py` writes the texts anew; read them.
Times, ports, secret paths and numbers of processes are left out.
"""

from __future__ import annotations

import re
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.cli.running import Ran, other_process
from tests.cli.transcribing import file_of, hold, transcript
from tests.every import every
from tests.live.watched import Watched
from tests.workspace.projects import Project, draw

from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ")

TRANSCRIPTS = Path(__file__).with_name("transcripts")
WATCH, PREVIEW = ("build", "--watch"), ("preview",)
VARIES = (
    (r"\b\d+\.\d\d s\b", "N s"),
    (r"\b\d\d:\d\d:\d\d\b", "HH:MM:SS"),
    (r"(127\.0\.0\.1|::1\]):\d+", r"\1:PORT"),
    (r"PORT/[0-9a-f]{32}/", "PORT/SECRET/"),
    (r"--port \d\d\d\d+", "--port PORT"),
    (r"process \d+", "process PID"),
    (r'"milliseconds": ?\d+', '"milliseconds": N'),
)


def compare(case: str, command: list[str], ran: Ran, project: Project) -> None:
    assert "Traceback" not in ran.err
    said = transcript(command, ran, project)
    for varies, same in VARIES:
        said = re.sub(varies, same, said)
    hold(file_of(TRANSCRIPTS, case), said)


# --- verbs that go on until they are interrupted -------------------------------------------------


def sheet(project: Project) -> Path:
    return project.root("art/hero") / "sheet.png"


def save(project: Project) -> None:
    draw(sheet(project), 3)


def spoil(project: Project) -> None:
    sheet(project).write_bytes(b"no picture")


def built(project: Project) -> None:
    assert other_process("build", cwd=project.path).returncode == DONE


def build_and_spoil(project: Project) -> None:
    built(project)
    spoil(project)


def nothing(_: Project) -> None:
    """Only the first round."""


Step = Callable[[Project], None]
LONG: dict[str, tuple[tuple[str, ...], Step, tuple[Step, ...]]] = {
    "build --watch": (WATCH, nothing, (save, spoil, save)),
    "build --watch of a project with a fault": (WATCH, spoil, (save,)),
    "preview": (PREVIEW, built, (save,)),
    "preview of a project without a build": (PREVIEW, nothing, ()),
    "preview of a project without a build that has a fault": (PREVIEW, spoil, (save,)),
    "preview of a project with a build that has a fault": (
        PREVIEW, build_and_spoil, (),
    ),
}  # fmt: skip
"""The verb, what was done before, and what is done while it goes on; then Ctrl-C."""


@pytest.mark.parametrize("extra", [True, False], ids=["told", "looking"])
@pytest.mark.parametrize("case", LONG)
def test_until_it_is_interrupted(
    case: str, *, extra: bool, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It says the same with the extra `watch` and without it."""
    verb, before, steps = LONG[case]
    path = tmp_path_factory.mktemp("path")
    if not extra:
        (path / "watchfiles.py").write_text("raise ImportError")
    before(project)
    with Watched(project.path, verb=verb, is_json=False, PYTHONPATH=str(path)) as running:
        out = ended_round(running)
        for step in steps:
            step(project)
            out += ended_round(running)
        code, err = running.end(signal.SIGINT)
    assert code == ENVIRONMENT
    compare(case, running.command, Ran(code, out, err), project)


def ended_round(running: Watched) -> str:
    """The lines up to the end of a round."""
    said = ""
    while True:
        line = running.line()
        said += line
        if line.startswith(("  sha256 ", "not built")):
            return said


# --- beside another program ----------------------------------------------------------------------


def test_a_second_preview(project: Project) -> None:
    with Watched(project.path, verb=PREVIEW) as first:
        first.line()
        ran = ended(project, "preview")
    compare("a second preview", ["preview"], ran, project)


def test_a_port_that_is_taken(project: Project) -> None:
    with ExitStack() as held:
        other = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        command = ["preview", "--port", str(other.getsockname()[1])]
        ran = ended(project, *command)
    compare("a port that is taken", command, ran, project)


BESIDE = ("a second preview", "a port that is taken")


def ended(project: Project, *command: str) -> Ran:
    done = other_process(*command, cwd=project.path)
    assert done.returncode in (WRONG_INPUT, USAGE, ENVIRONMENT)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


# --- what is refused at once ---------------------------------------------------------------------

SHORT = {
    "preview of no project": ["preview", ".."],
    "build --watch of no project": ["build", "--watch", ".."],
    "preview at a port for the system": ["preview", "--port", "80"],
    "preview with --format sarif": ["preview", "--format", "sarif"],
    "build --watch with --check": ["build", "--watch", "--check"],
    "build --watch with --format github": ["build", "--watch", "--format", "github"],
}


@every(sorted(SHORT))
def test_a_mistake(case: str, project: Project) -> None:
    compare(case, SHORT[case], ended(project, *SHORT[case]), project)


def test_every_transcript_has_a_case() -> None:
    cases = {*LONG, *SHORT, *BESIDE}
    assert {path.name for path in TRANSCRIPTS.iterdir()} == {
        file_of(TRANSCRIPTS, case).name for case in cases
    }
