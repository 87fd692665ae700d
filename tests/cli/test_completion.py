"""Shell completion: the scripts, and what they are answered."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.cli.running import Cli, other_process
from tests.every import every

from prometeu_assets.cli.app import _VERBS, DONE, USAGE
from prometeu_assets.cli.completion import VARIABLE

SHELLS = ["bash", "zsh", "fish"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script(cli: Cli, shell: str) -> None:
    ran = cli("completion", shell)
    assert (ran.code, ran.err) == (DONE, "")
    assert VARIABLE in ran.out
    assert f"{shell}_complete" in ran.out


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_that_its_shell_can_read(cli: Cli, tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        return  # the script is click's; this only checks that it came out whole
    (tmp_path / "script").write_text(cli("completion", shell).out)
    done = subprocess.run([program, "-n", "script"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_how_to_install_it_is_told(cli: Cli) -> None:
    text = cli("completion", "--help").out
    assert all(f"completion {shell}" in text for shell in SHELLS)


def asked(shell: str, *words: str, cwd: Path) -> list[str]:
    """What the shell is told to offer for the last of ``words``, in a process of its own."""
    line = " ".join(["prometeu-assets", *words])
    number = words[-1] if shell == "fish" else str(len(words))
    env = {VARIABLE: f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": number}
    done = other_process(cwd=cwd, env=env)
    assert (done.returncode, done.stderr) == (DONE, b"")
    lines = done.stdout.decode().splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


CASES: list[tuple[list[str], set[str]]] = [
    ([""], set(_VERBS)),
    (["in"], {"init", "include", "inspect"}),
    (["bu"], {"build"}),
    (["build", "--"], {
        "--check", "--fresh", "--jobs", "--format", "--max-issues", "--quiet", "--watch", "--help"}),
    (["build", "--format", ""], {"text", "json", "sarif", "github"}),
    (["validate", "--profile", "w"], {"writer"}),
    (["schema", ""], {"list", "show"}),
    (["completion", ""], set(SHELLS)),
    (["--col"], {"--color"}),
]  # fmt: skip


@every([(shell, words, expected) for shell in SHELLS for words, expected in CASES])
def test_what_is_offered(shell: str, words: list[str], expected: set[str], tmp_path: Path) -> None:
    assert set(asked(shell, *words, cwd=tmp_path)) == expected


def test_paths_are_left_to_the_shell(tmp_path: Path) -> None:
    env = {VARIABLE: "bash_complete", "COMP_WORDS": "prometeu-assets inspect ", "COMP_CWORD": "2"}
    assert other_process(cwd=tmp_path, env=env).stdout.strip() == b"file,"


@every(["bash_complete", "bash_nothing", "csh_complete", "x"])
def test_asked_by_something_else(value: str, tmp_path: Path) -> None:
    done = other_process("list", cwd=tmp_path, env={VARIABLE: value})
    assert done.returncode in (1, USAGE)
    assert b"Traceback" not in done.stderr
