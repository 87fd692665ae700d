"""The clones of the simulator, and the product in its process: verbs, and the merge driver."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import threading
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.team.repository import ENVIRONMENT, INDEX, Repository, Row

if TYPE_CHECKING:
    from tests.team.simulator import World


class Broken(AssertionError):
    """Something that must hold does not."""


def must(held: object, what: str, *shown: object) -> None:
    if not held:
        raise Broken(what + "".join(f"\n  {part}" for part in shown))


class Ran:
    """What a verb said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        try:
            self.value: Any = json.loads(out) if out else {}
        except ValueError:
            self.value = {}

    @property
    def faults(self) -> list[dict[str, Any]]:
        report = self.value.get("report", self.value)
        return [d for d in report.get("diagnostics", ()) if d["severity"] == "error"]

    @property
    def codes(self) -> set[str]:
        return {d["code"] for d in self.faults}


def product(*arguments: str) -> Ran:
    """Run a verb in the current directory."""
    from prometeu_assets.cli.app import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*arguments])
    must(code in (0, 1, 2), f"{arguments} ended with {code}", out.getvalue(), err.getvalue())
    return Ran(code, out.getvalue(), err.getvalue())


class Driver:
    """The merge driver as git calls it: a script, two pipes, and a thread that runs the verb."""

    def __init__(self, where: Path) -> None:
        self.asked, self.answer = where / "asked", where / "answer"
        os.mkfifo(self.asked)
        os.mkfifo(self.answer)
        self.script = where / "driver.sh"
        self.script.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\n" "$PWD/$1" "$PWD/$2" "$PWD/$3" > "{self.asked}"\n'
            f'read code < "{self.answer}"\nexit "$code"\n'
        )
        self.script.chmod(0o755)
        self.runs = 0
        self.problem = ""
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            asked = self.asked.read_text().splitlines()
            if not asked:
                return
            self.runs += 1
            code = 2
            try:
                ran = product("merge-index", *asked)
                code = ran.code
                if code == 2:
                    self.problem = ran.err
            except BaseException:  # noqa: BLE001 - the main thread reports it
                self.problem = traceback.format_exc()
            self.answer.write_text(f"{code}\n")

    def stop(self) -> None:
        self.asked.write_text("")
        self.thread.join()


class Objects:
    """What is in the commits: the three clones have their objects in one place."""

    def __init__(self, path: Path) -> None:
        self._git = subprocess.Popen(
            ["git", "cat-file", "--batch"], cwd=path, env=ENVIRONMENT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def read(self, name: str) -> str:
        """An object; empty when there is none."""
        assert self._git.stdin and self._git.stdout
        self._git.stdin.write(f"{name}\n".encode())
        self._git.stdin.flush()
        head = self._git.stdout.readline().split()
        if head[-1] == b"missing":
            return ""
        return self._git.stdout.read(int(head[2]) + 1)[:-1].decode()

    def stop(self) -> None:
        self._git.communicate()


class Clone(Repository):
    """One person's clone. ``old`` while its person has the tool of version 2."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world.top / name)
        self.world, self.name, self.old = world, name, False

    def pa(self, *arguments: str, codes: Iterable[int] = (0,)) -> Ran:
        os.chdir(self.path)
        ran = product(*arguments, "--format", "json")
        self.world.say(f"  {self.name}: pa {' '.join(arguments)} -> {ran.code} {sorted(ran.codes)}")
        must(ran.code in codes, f"{self.name}: {arguments} ended with {ran.code}", ran.out, ran.err)
        for fault in ran.faults:
            must(fault.get("hint"), "an error without a hint", fault)
        return ran

    def git(self, *arguments: str, codes: Iterable[int] = (0,)) -> Any:
        ran = super().git(*arguments, codes=codes)
        if arguments[0] not in ("show", "ls-files", "rev-parse", "merge-base", "config", "diff", "status"):  # fmt: skip
            self.world.say(f"  {self.name}: git {' '.join(arguments)} -> {ran.returncode}")
        must(not self.world.driver.problem, "the merge driver failed", self.world.driver.problem)
        return ran

    def head(self) -> str:
        """The commit that is checked out."""
        return str(self.git("rev-parse", "HEAD").stdout.strip())

    def branches(self) -> dict[str, str]:
        """Branch to commit; read from the disk, as it is asked for often."""
        where = self.path / ".git/refs/heads"
        return {path.name: path.read_text().strip() for path in sorted(where.iterdir())}

    def parents(self, commit: str) -> list[str]:
        """The parents of a commit."""
        head = self.world.objects.read(commit).partition("\n\n")[0]
        return [line[7:] for line in head.splitlines() if line.startswith("parent ")]

    def bases(self, ours: str, theirs: str) -> list[str]:
        """The common ancestors that are no ancestors of another one."""
        return self.git("merge-base", "--all", ours, theirs, codes=(0, 1)).stdout.split()

    def show(self, commit: str, name: str = INDEX) -> str:
        return self.world.objects.read(f"{commit}:{name}")

    def live(self) -> list[Row]:
        """The rows whose asset is at its root."""
        there = self.roots()
        return [row for row in self.rows() if row.root and there.get(row.root) == row.uuid]
