"""The command line: ``prometeu-assets VERB``. Modules here parse arguments, call, and print."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit: 0 done, 1 wrong input, 2 usage, 3 the environment failed."""
    from prometeu_assets.cli.app import run

    sys.exit(run(sys.argv[1:]))
