"""Runs programs one after another, from a process that stays small.

The peak memory of a program begins at that of the process that starts it, so the benchmarks, which
hold whole packs, start none themselves. Reads one JSON object a line: ``argv``, ``cwd`` and
``env``; answers with one: ``code``, ``stderr``, ``wall`` and ``cpu`` in seconds, ``peak`` in bytes.
Below about 10 MiB, what this process has itself, a peak says nothing.
"""

import json
import os
import sys
import tempfile
import time


def run(argv: list[str], cwd: str, env: dict[str, str]) -> dict[str, object]:
    """The time and the peak memory of one program, with all that it waits for."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = os.fork()
        if not child:
            os.chdir(cwd)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            os.dup2(errors.fileno(), 2)
            try:
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - start
        errors.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "stderr": errors.read().decode(errors="replace"),
            "wall": wall,
            "cpu": used.ru_utime + used.ru_stime,
            "peak": used.ru_maxrss * 1024,
        }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)
