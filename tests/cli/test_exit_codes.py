"""Which exit code a verb has when its output, its input or the program fails.

Clause: ``spec/ci.md#exit-codes``: 1 only with a verdict about the input, and a verdict that is known
wins over output that nobody reads.
"""

from __future__ import annotations

import ctypes
import errno
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
from tests.cli.running import Cli
from tests.every import every
from tests.workspace.projects import Project, uuid

import prometeu_assets as pa
from prometeu_assets.cli import console
from prometeu_assets.cli.app import DONE, ENVIRONMENT, USAGE, WRONG_INPUT, app, run
from prometeu_assets.cli.examples import EXAMPLES
from prometeu_assets.packer.build import build

# A verb, its exit code, and whether that is a verdict about the input.
VERBS: list[tuple[str, int, bool]] = [
    ("build", DONE, True),
    ("build --check", DONE, True),
    ("build --watch --check", USAGE, False),
    ("preview --format sarif", USAGE, False),
    ("validate build/assets.pa", DONE, True),
    ("validate bad.pa", WRONG_INPUT, True),
    ("validate build/assets.pa bad.pa --format json", WRONG_INPUT, True),
    ("validate bad.pa --format sarif", WRONG_INPUT, True),
    ("validate bad.pa --format github", WRONG_INPUT, True),
    ("verify build/assets.pa", DONE, True),
    ("verify bad.pa", WRONG_INPUT, True),
    ("inspect build/assets.pa", DONE, False),
    ("inspect bad.pa", WRONG_INPUT, True),
    ("extract build/assets.pa --out out", DONE, False),
    ("diff build/assets.pa build/assets.pa", DONE, False),
    ("diff build/assets.pa build/assets.pa --exit-code", DONE, True),
    ("diff build/assets.pa other.pa --exit-code", WRONG_INPUT, True),
    ("diff build/assets.pa bad.pa", WRONG_INPUT, True),
    ("list", DONE, True),
    ("show hero", DONE, True),
    ("show nobody", WRONG_INPUT, True),
    ("doctor", DONE, True),
    ("migrate --check", DONE, True),
    ("boot .", WRONG_INPUT, True),
    ("ship", WRONG_INPUT, True),
    ("init begun", DONE, False),
    ("new tile-bank assets/fresh", DONE, True),
    ("add hero assets/hero/sheet.png", DONE, True),
    ("register assets/draft", DONE, False),
    ("rename hero heroic", DONE, False),
    ("duplicate hero assets/heroine", DONE, False),
    ("exclude hero", DONE, False),
    ("include hero", DONE, False),
    ("forget hero", DONE, False),
    ("release", DONE, False),
    ("release --check", WRONG_INPUT, True),
    ("merge-index {0} {0} {0}".format("assets/.prometeu/index.json"), DONE, True),
    ("merge-index {0} {0} missing.json".format("assets/.prometeu/index.json"), ENVIRONMENT, False),
    ("conformance list", DONE, False),
    ("schema list", DONE, False),
    ("schema show asset", DONE, False),
    ("codes", DONE, False),
    ("completion bash", DONE, False),
    ("--help", DONE, False),
    ("build --help", DONE, False),
    ("--version", DONE, False),
    ("", USAGE, False),
    ("schema", USAGE, False),
    ("conformance", USAGE, False),
    ("nothing", USAGE, False),
    ("build --nothing", USAGE, False),
    ("validate", USAGE, False),
    ("completion", USAGE, False),
    ("completion sh", USAGE, False),
    ("build assets/hero/asset.json", USAGE, False),
]
TABLE = pytest.mark.parametrize(("line", "code", "judged"), VERBS, ids=[v[0] for v in VERBS])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that is built, a file that is no pack, and another pack."""
    project = Project(tmp_path_factory.mktemp("made") / "game")
    project.tiles("hero", preload=True)
    project.sounds("fx", [(1, 2), (3,)])
    project.tiles("draft", registered=False, uuid=uuid(9))
    build(project.path)
    shutil.copyfile(project.path / "build/assets.pa", project.path / "other.pa")
    project.tiles("third")
    build(project.path)
    (project.path / "bad.pa").write_bytes(b"PPA1")
    return project


@pytest.fixture
def game(made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of it, which is the current directory."""
    return entered(made, tmp_path, monkeypatch)


def entered(made: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the project in a folder, which is the current directory."""
    project = copy(made)
    project.path = Path(shutil.copytree(made.path, folder / "game"))
    monkeypatch.chdir(project.path)
    return project


def test_every_verb_has_a_row() -> None:
    assert {line.split(" ")[0] for line, *_ in VERBS} >= {verb.split(" ")[0] for verb in EXAMPLES}


class Broken(io.StringIO):
    """A stream that cannot be written to."""

    encoding = "utf-8"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.asked = number, False

    def write(self, text: str) -> NoReturn:
        self.asked = True
        raise OSError(self.number, os.strerror(self.number))


@TABLE
def test_as_it_is(cli: Cli, game: Project, line: str, code: int, judged: bool) -> None:
    assert cli(*line.split()).code == code


BROKEN = [
    ("stdout", None), ("stdout", errno.EPIPE), ("stdout", errno.ENOSPC), ("stderr", errno.ENOSPC),
]  # fmt: skip
"""A stream, and what comes of writing to it; None for a stream that is closed."""


@every(
    [(*row, *broken) for row in VERBS for broken in BROKEN]
    + [(*row, "stderr", number) for row in VERBS[::9] for number in (None, errno.EPIPE)]
)
def test_output_that_cannot_be_written(
    line: str,
    code: int,
    judged: bool,
    stream: str,
    number: int | None,
    made: Project,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered(made, tmp_path, monkeypatch)
    broken = None if number is None else Broken(number)
    monkeypatch.setattr(sys, stream, broken)
    found = run(line.split())
    told = capsys.readouterr()
    if broken is not None and broken.asked and code == DONE:
        code = DONE if judged and number == errno.EPIPE else ENVIRONMENT
        if stream == "stdout" and number == errno.ENOSPC:
            assert "failed: " in told.err
            assert "No space left on device" in told.err
    assert found == code
    assert "Traceback" not in told.err


def test_a_stream_without_a_file_of_its_own_opens_none(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(sys, "stdout", Broken(errno.EPIPE))
    monkeypatch.setattr(os, "open", lambda *call: opened.append(call))
    console.begin()
    for _ in range(3):
        console.say("lost")
    assert [error.errno for error in console.finish()[:3]] == [errno.EPIPE] * 3
    assert opened == []


def fails(error: BaseException) -> Callable[..., NoReturn]:
    def failing(*_: Any, **__: Any) -> NoReturn:
        raise error

    return failing


REPORT = "\n  hint: please report it, with what PROMETEU_ASSETS_TRACEBACK=1 shows.\n"
FAULTS: dict[str, tuple[BaseException, str]] = {
    "no memory": (MemoryError(), "failed: there is not enough memory.\n"),
    "no thread": (
        RuntimeError("can't start new thread"),
        f"failed: RuntimeError: can't start new thread{REPORT}",
    ),
    "shrunk": (ValueError("mmap length"), f"failed: ValueError: mmap length{REPORT}"),
    "deep": (RecursionError("a\nb"), f"failed: RecursionError: a\\nb{REPORT}"),
    "interrupted": (KeyboardInterrupt(), "Interrupted. All published files are complete.\n"),
    "unreadable": (
        OSError(errno.EIO, "Input/output error", "a\n::error ::b\x1b]0;x\x07"),
        "failed: a\\n::error ::b\\x1b]0;x\\x07: Input/output error\n",
    ),
    "pipe of another": (BrokenPipeError(errno.EPIPE, "Broken pipe"), ""),
}
CALLS: dict[str, str] = {
    "build": "packer.build.build",
    "build --check": "packer.build.check_build",
    "validate bad.pa": "reader.pack.validate",
    "inspect bad.pa": "views.inspect.open_pack",
    "verify bad.pa": "shipper.verify.verify",
    "boot .": "shipper.boot.load",
    "ship": "shipper.ship.ship",
    "list": "workspace.project.listing",
    "doctor": "packer.doctor.doctor",
}


FORMATS = ["text", "sarif", "json", "github"]
TOLD = {
    **{(line, fault, "text"): None for line in CALLS for fault in FAULTS},
    **{("build", fault, format): None for fault in FAULTS for format in FORMATS},
    **{(line, "unreadable", format): None for line in CALLS for format in FORMATS},
}
"""Each fault of each verb; how it is told in each format is no business of a verb."""


@every(TOLD)
def test_a_fault_that_is_no_verdict(
    line: str,
    fault: str,
    format: str,
    cli: Cli,
    made: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(made.path)
    error, said = FAULTS[fault]
    name = CALLS[line].rpartition(".")[2]
    if name in pa.__all__:  # A public name is looked up once.
        monkeypatch.setattr(pa, name, fails(error))
    monkeypatch.setattr(f"prometeu_assets.{CALLS[line]}", fails(error))
    ran = cli(*line.split(), "--format", format)
    assert (ran.code, ran.err) == (ENVIRONMENT, said)
    if format == "text" or not said:
        assert ran.out == ""
        return
    what = said.partition("\n")[0].removeprefix("failed: ")
    if format == "sarif":
        (log,) = json.loads(ran.out)["runs"]
        notice = {"level": "error", "message": {"text": what}}
        told = {"executionSuccessful": False, "toolExecutionNotifications": [notice]}
        assert (log["results"], log["invocations"]) == ([], [told])
    elif format == "github":
        assert ran.out.startswith("::error title=NO_VERDICT::")
        assert ran.out.count("\n") == 1
    else:
        report = ran.value("report")
        (found,) = report["diagnostics"]
        assert (report["ok"], found["code"], found["severity"]) == (False, "NO_VERDICT", "error")
        named = {"errno": "EIO", "path": error.filename} if fault == "unreadable" else {}
        advice = {"advice": REPORT.strip().removeprefix("hint: ")} if REPORT in said else {}
        assert found["data"] == {"what": what, **advice, **named}
        usual = "Remove the cause that the message names, and run the command again."
        wanted = "Run the command again." if fault == "interrupted" else usual
        assert found["hint"] == advice.get("advice", wanted)


def test_a_thread_that_cannot_start(
    cli: Cli, game: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path("build/assets.pa").read_bytes()
    game.sounds("noise", [[1] * 200_000] * 2)
    game.sounds("more", [[1] * 200_000] * 2)
    game.write_index()
    monkeypatch.setattr(threading.Thread, "start", fails(RuntimeError("can't start new thread")))
    ran = cli("build", "--jobs", "2")
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert ran.err.startswith("failed: RuntimeError: can't start new thread\n")
    assert Path("build/assets.pa").read_bytes() == before
    monkeypatch.undo()
    monkeypatch.chdir(game.path)
    assert cli("build", "--jobs", "2").code == DONE


def parameters(command: click.Command) -> list[click.Parameter]:
    found = list(command.params)
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            verb = command.get_command(click.Context(command), name)
            assert verb is not None
            found += parameters(verb)
    return found


def test_no_argument_is_asked_for_permissions() -> None:
    """What cannot be read is no fault of the command line: opening it gives 3."""
    types = [p.type for p in parameters(app) if isinstance(p.type, click.Path)]
    assert len(types) > 20
    assert all(not (kind.readable or kind.writable or kind.exists) for kind in types)


def obey_permissions() -> None:
    """Have the next program refused what the mode of a file refuses, root or not."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP


UNREADABLE = ["validate locked.pa", "inspect locked.pa", "verify locked.pa", "diff locked.pa bad.pa",
              "extract locked.pa --out out", "boot locked", "ship locked",
              "release --from locked.pa", "release --from locked/a.pa",
              "validate locked/a.pa"]  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other permissions")
def test_what_may_not_be_read(game: Project) -> None:
    (game.path / "locked.pa").write_bytes(Path("build/assets.pa").read_bytes())
    (game.path / "locked").mkdir()
    (game.path / "locked.pa").chmod(0)
    (game.path / "locked").chmod(0)
    program = (
        "import sys; from prometeu_assets.cli.app import run;"
        "print(*[run(line.split()) for line in sys.argv[1:]])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *UNREADABLE],
        capture_output=True, text=True, cwd=game.path, timeout=60, check=False,
        preexec_fn=obey_permissions,
    )  # fmt: skip
    assert ran.stdout.split() == [str(ENVIRONMENT)] * len(UNREADABLE), ran
    told = [line for line in ran.stderr.splitlines() if not line.startswith("  ")]
    assert len(told) == len(UNREADABLE)
    assert all(line.startswith("failed: ") for line in told), ran


SHELL = [
    ("codes >&-", DONE),
    ("codes 2>&-", DONE),
    ("codes <&- >&- 2>&-", DONE),
    ("validate bad.pa >&- 2>&-", WRONG_INPUT),
    ("validate bad.pa >/dev/full 2>/dev/full", WRONG_INPUT),
    ("codes >/dev/full", ENVIRONMENT),
    ("--help >/dev/full", ENVIRONMENT),
    ("codes --nothing 2>/dev/full", USAGE),
    ("codes --nothing 2>&-", USAGE),
    ("validate bad.pa --format json | (exec <&-); exit ${PIPESTATUS[0]}", WRONG_INPUT),
    ("validate build/assets.pa | (exec <&-); exit ${PIPESTATUS[0]}", DONE),
    ("codes | (exec <&-); exit ${PIPESTATUS[0]}", ENVIRONMENT),
    ("--help | (exec <&-); exit ${PIPESTATUS[0]}", ENVIRONMENT),
    ("build >&- 2>&-", DONE),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize(("line", "code"), SHELL, ids=[line for line, _ in SHELL])
def test_in_a_shell(game: Project, line: str, code: int) -> None:
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -W error -m prometeu_assets {line}"],
        capture_output=True, cwd=game.path, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == code, ran
    assert b"Traceback" not in ran.stderr
    assert b"Exception ignored" not in ran.stderr


LOADING = """
import sys, builtins
load = builtins.__import__
def failing(name, *rest):
    if name == {name!r}:
        raise {error}
    return load(name, *rest)
builtins.__import__ = failing
sys.argv[:] = ["prometeu-assets", "build"]
from prometeu_assets.cli import main
main()
"""


@pytest.mark.parametrize("name", ["prometeu_assets.cli.app", "prometeu_assets.diagnostics"])
@pytest.mark.parametrize("error", ["KeyboardInterrupt", "MemoryError", "ImportError('a\\nb')"])
def test_a_fault_while_modules_load(project: Project, name: str, error: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADING.format(name=name, error=error)],
        capture_output=True, text=True, cwd=project.path, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (ENVIRONMENT, "")
    assert ran.stderr.count("\n") == 1


def test_the_face_of_the_package_loads_nothing() -> None:
    """Otherwise an interrupt would come before the command line can answer it."""
    script = "import sys, prometeu_assets; print(sorted(m for m in sys.modules if 'prom' in m))"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )
    assert ran.stdout == b"['prometeu_assets']\n"
