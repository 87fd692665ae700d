"""A checker of packs of strangers: a line for each pack, and one for each fault in it.

    python check.py PACK...

A pack may have 32 MiB, and its header 256 KiB. `--any-size` takes what the format takes.
The exit code is 1 when a pack is wrong.
"""

from __future__ import annotations

import sys

import prometeu_assets as pa

STRANGERS = pa.Limits(file_bytes=32 * 1024 * 1024, header_bytes=256 * 1024)


def faults(pack: pa.PackInput, limits: pa.Limits | None) -> list[str]:
    """What is wrong with a pack, with the bytes that nobody uses: a line for each fault."""
    report = pa.validate(pack, profile="writer", limits=limits)
    lines = [f"{found.severity} {found.code}: {found.message}" for found in report]
    return [*lines, "… and more"] if report.truncated else lines


def main() -> int:
    """Check the packs that are named."""
    files = [word for word in sys.argv[1:] if word != "--any-size"]
    limits = STRANGERS if len(files) == len(sys.argv) - 1 else None
    wrong = 0
    for file in files:
        found = faults(file, limits)
        wrong += any(line.startswith("error") for line in found)
        print(f"{file}: {'wrong' if found else 'right'}", *found, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
