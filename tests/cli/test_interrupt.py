"""Ctrl-C, sent as a real signal to a real process: outputs are whole, and one more run is enough."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.workspace.projects import Project, record, snapshot

from prometeu_assets.cli.app import DONE, ENVIRONMENT
from prometeu_assets.shipper.verify import verify

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ")

SLOW = """
import signal, sys, time
from prometeu_assets.packer import slices
from prometeu_assets.cli.app import run
original = slices.encode
interrupted = []
def interrupt(*_):
    interrupted.append(True)
    raise KeyboardInterrupt
# Also where the shell that started the tests ignores the signal.
signal.signal(signal.SIGINT, interrupt)
def encode(*arguments):
    with open({mark!r}, "a") as file:
        file.write(".")
    while not interrupted:
        time.sleep(0.005)
    return original(*arguments)
slices.encode = encode
slices._HEAVY = {heavy}
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("heavy", [0, 10**9], ids=["in threads", "in the main thread"])
def test_an_interrupted_build(project: Project, tmp_path: Path, heavy: int) -> None:
    for number in range(40):
        project.sounds(f"s{number}", [[number]])
    command = [sys.executable, "-m", "prometeu_assets", "build"]
    assert (
        subprocess.run(command, cwd=project.path, capture_output=True, check=False).returncode
        == DONE
    )
    for number in range(40):
        record(project.root(f"s{number}") / "0.wav", [number, 1])
    before = snapshot(project.path / "build")
    mark = tmp_path / "encoding"
    script = SLOW.format(mark=str(mark), heavy=heavy)
    process = subprocess.Popen(
        [sys.executable, "-c", script, "build", "--jobs", "2"],
        cwd=project.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while process.poll() is None and not (mark.exists() and mark.read_text()):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert 0 < len(mark.read_text()) < 40, "it does not go on to the end"
    assert (process.returncode, out) == (ENVIRONMENT, b"")
    assert err == b"Interrupted. All published files are complete.\n"
    assert snapshot(project.path / "build") == before
    assert verify(project.path / "build/assets.pa").ok
    done = subprocess.run(command, cwd=project.path, capture_output=True, check=False)
    assert done.returncode == DONE
    assert verify(project.path / "build/assets.pa").ok
