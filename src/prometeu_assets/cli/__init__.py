"""The command line: ``prometeu-assets VERB``. Modules here parse arguments, call, and print."""

from __future__ import annotations

import os
import sys

_ENVIRONMENT = 3


def main() -> None:
    """Run the command line and exit with a code of ``spec/ci.md#exit-codes``."""
    sys.exit(_code())


def _code() -> int:
    try:
        _hold_standard_streams()
        from prometeu_assets.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return _failed("Interrupted: nothing was done.")
    except Exception as error:  # noqa: BLE001  # modules that cannot be loaded; `run` has its own
        return _failed(f"failed: {type(error).__name__}: {error}")


def _hold_standard_streams() -> None:
    """Have 0, 1 and 2 open, or the next file to be opened would get such a number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _failed(text: str) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"{ascii(text)[1:-1]}\n")
    return _ENVIRONMENT
