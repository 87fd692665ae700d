"""Processes of the command line without a new interpreter for each: a server that forks.

It has loaded what verbs load, so a process costs a tenth of one that begins with nothing. A test of
how a process begins, of its encoding or of streams that are closed needs `subprocess`: of what the
environment says to an interpreter, ``PYTHONPATH`` alone is heeded, and an ignored `ResourceWarning`.

``python tests/processes.py SOCKET [ARGUMENT…]``, with ``-I -S``, is the command line for a shell.
"""

from __future__ import annotations

# A process of a shell has no more than this to import.
import marshal
import os
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from typing import Any

PROGRAM = __file__
FAILED = 70
SELDOM = 10_000
"""Objects after which garbage is looked for: what a test or a process leaves is little."""
RESOURCES = "ignore::ResourceWarning"
"""The ``PYTHONWARNINGS`` of a process that a signal may end before a `with` that closes something."""


class Process:
    """A process that runs the command line with these streams, until it ends by itself."""

    def __init__(
        self,
        address: str,
        arguments: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        streams: tuple[int, int, int],
    ) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(address)
        socket.send_fds(self._line, [b"."], streams)
        self._told = self._line.makefile("rwb")
        marshal.dump((cwd, list(arguments), dict(env)), self._told)
        self._told.flush()
        self.pid = int(self._told.readline())

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, at most so many seconds; the exit code. Raises `TimeoutError`."""
        self._line.settimeout(timeout)
        code = int(self._told.readline() or FAILED)
        self._told.close()
        self._line.close()
        return code


class Server:
    """The server, for the tests of this process; it starts when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Any = None

    @property
    def address(self) -> str:
        """The path of its socket."""
        import subprocess
        import tempfile

        if self._process is None:
            self._folder = tempfile.TemporaryDirectory(prefix="prometeu-processes-")
            env = {n: v for n, v in os.environ.items() if not n.startswith("MUTANTS_")}
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", __name__, self._path],
                env={**env, "PYTHONUTF8": "1"}, cwd=os.path.dirname(os.path.dirname(__file__)),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            assert self._process.stdout is not None
            assert self._process.stdout.readline() == b"ready\n"
        return self._path

    @property
    def _path(self) -> str:
        return os.path.join(self._folder.name, "socket")

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate()
            self._folder.cleanup()
            self._process = None

    def run(
        self, *arguments: object, cwd: str | os.PathLike[str], env: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """(exit code, standard output, standard error) of the command line."""
        import tempfile

        address = self.address
        with (
            open(os.devnull, "rb") as nothing,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
        ):
            streams = (nothing.fileno(), out.fileno(), err.fileno())
            words = [str(argument) for argument in arguments]
            code = Process(address, words, cwd=os.fspath(cwd), env=env, streams=streams).wait()
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read())
        return code, texts[0], texts[1]


SERVER = Server()


def warm() -> None:
    """Load what verbs load when they are used, so that every process has it."""
    import contextlib
    import tempfile

    from prometeu_assets.cli.app import run

    with (
        tempfile.TemporaryDirectory() as where,
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        contextlib.chdir(where),
    ):
        for line in ("init .", "new sound-bank assets/a", "new tile-bank assets/b", "forget 1",
                     "register assets/a", "exclude 1", "include 1", "doctor --fix", "build",
                     "build --check", "release", "list", "migrate", "ship", "validate build/assets.pa",
                     "show a b --picture", "inspect build/assets.pa"):  # fmt: skip
            run([*line.split(), "--format", "json"])


def serve(address: str) -> None:
    """Fork for each connection, until the standard input ends."""
    import gc
    import select

    from prometeu_assets.cli import main

    warm()
    # A collection of garbage in a fork would copy what it shares with this process.
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
            line = listening.accept()[0]
            if os.fork() == 0:
                listening.close()
                code = FAILED
                try:
                    code = _be(line, main)
                    line.sendall(b"%d\n" % code)
                finally:
                    os._exit(code)
            line.close()
            _reap()


def _reap() -> None:
    """Those that have ended."""
    from contextlib import suppress

    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be(line: socket.socket, main: Any) -> int:
    """Be the process that is asked for; its exit code."""
    _, streams, _, _ = socket.recv_fds(line, 1, 3)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    with line.makefile("rb") as asked:
        cwd, arguments, env = marshal.load(asked)
    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    if env.get("PYTHONWARNINGS") == RESOURCES:
        import warnings

        warnings.simplefilter("ignore", ResourceWarning)
    sys.argv[1:] = arguments
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", errors="backslashreplace", closefd=False)  # noqa: SIM115
    line.sendall(b"%d\n" % os.getpid())
    record = None
    if "MUTANTS_RECORD" in env:
        from tools.mutants.recording import started

        record = started(env.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0])
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        if record is not None:
            record.stop()
            record.save()
    return 0


if __name__ == "__main__" and __package__:
    serve(sys.argv[1])
elif __name__ == "__main__":
    sys.exit(
        Process(
            sys.argv[1], sys.argv[2:], cwd=os.getcwd(), env=os.environ, streams=(0, 1, 2)
        ).wait()
    )
