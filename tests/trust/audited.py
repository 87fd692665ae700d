"""Runs verbs under an audit hook that ends the process at the first thing that may not happen.

A process of its own: ``audited.py``, with a JSON object on stdin of ``lines`` (the verbs) and
``places`` (folders that they may open files in). Prints, as JSON, the exit code of each and the
modules in memory at the end.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from typing import Any

PROCESSES = (
    "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "os.startfile",
    "pty.", "code.__new__", "webbrowser.",
)  # fmt: skip
NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.")
LOADERS = ("pickle.find_class", "shelve.", "sqlite3.", "ctypes.")
NEVER = (*PROCESSES, *NETWORK, *LOADERS)

MODULES = {
    "_posixsubprocess", "_ssl", "asyncio", "cffi", "ftplib", "http.client",
    "multiprocessing", "requests", "smtplib", "socket", "ssl", "subprocess", "urllib.request",
    "webbrowser", "yaml",
}  # fmt: skip
"""Never imported, by whomsoever. (`typing_extensions` takes a type from `_socket`, and no more.)"""

GENERATORS = ("dataclasses.py", "typing.py", "__init__.py", "_make.py")
"""What makes code from the definition of a class: ``__init__.py`` is that of collections,
``_make.py`` that of attrs, with which jsonschema makes a validator."""

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod")

LIBRARY = tuple(
    os.path.realpath(place) + os.sep
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
    if (place := sysconfig.get_path(name))
)


def main() -> None:
    asked = json.load(sys.stdin)
    source = os.path.realpath(asked["source"]) + os.sep
    places = tuple(os.path.realpath(place) + os.sep for place in asked["places"])
    kept = (os.path.realpath(sys.pycache_prefix) + os.sep,) if sys.pycache_prefix else ()
    readable = (*places, *LIBRARY, *kept, source)
    line: list[str] = []
    watching = True

    def stop(event: str, told: Any) -> None:
        nonlocal watching
        watching = False
        sys.stderr.write(f"{line}: {event} {told!r:.300}\n")
        os._exit(99)

    def inside(path: Any, folders: tuple[str, ...]) -> bool:
        found = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
        return f"{found}{os.sep}".startswith(folders)

    def is_generator(frame: Any) -> bool:
        path = frame.f_code.co_filename
        return os.path.basename(path) in GENERATORS and path.startswith(LIBRARY)

    def is_importing(frame: Any) -> bool:
        """Whether a library is just being imported: what it makes then is its own."""
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith("<frozen importlib"):
                return True
            if path.startswith(source) or path == __file__:
                return False
            frame = frame.f_back
        return False

    def is_exchange(event: str, told: tuple[Any, ...]) -> bool:
        """The calls of the C library that is loaded anyway: a swap of names, a sync of a disk."""
        if event == "ctypes.dlsym":
            return told[1] in ("renameat2", "renamex_np", "syncfs")
        return (event, told) in (("ctypes.dlopen", (None,)), ("ctypes.get_errno", ()))

    def look(event: str, told: tuple[Any, ...]) -> None:
        if (event.startswith(NEVER) and not is_exchange(event, told)) or (
            event == "import" and told[0] in MODULES
        ):
            stop(event, told)
        elif event in ("compile", "exec"):
            if not (is_importing(frame := sys._getframe(2)) or is_generator(frame)):
                stop(event, (told, frame.f_code.co_filename))
        elif event == "open" and isinstance(told[0], str | bytes):
            path, flags = os.fsdecode(told[0]), told[2]
            # Relative to an open folder, one name at a time, and no link is followed.
            walking = os.sep not in path and flags & getattr(os, "O_NOFOLLOW", 0)
            if not walking and path != os.devnull and not inside(path, readable):
                stop(event, told)
            if (
                flags & (os.O_WRONLY | os.O_RDWR)
                and path != os.devnull
                and not inside(path, places)
            ):
                stop(event, told)
        elif event in CHANGES and isinstance(told[0], str) and not inside(told[0], places):
            stop(event, told)

    def hook(event: str, told: tuple[Any, ...]) -> None:
        nonlocal watching
        if watching:
            watching = False  # what is done in here is ours
            look(event, told)
            watching = True

    sys.addaudithook(hook)
    from prometeu_assets.cli.app import run

    codes = []
    for arguments in asked["lines"]:
        line[:] = arguments
        codes.append(run(arguments))
    watching = False
    sys.stdout.write("\n" + json.dumps([codes, sorted(sys.modules)]))


if __name__ == "__main__":
    main()
