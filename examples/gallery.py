"""A gallery: write a page with the table of a pack, and each bank as a notebook shows it.

python gallery.py PACK PAGE
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

import prometeu_assets as pa


def parts(pack: pa.Pack) -> Iterator[str]:
    """The page, piece by piece; a bank is decoded when its turn comes."""
    yield f"<!doctype html><meta charset=utf-8><title>{len(pack)} assets</title>"
    yield pack._repr_html_()
    for entry in pack:
        yield f"<h2>{escape(entry.asset_name)}</h2>"
        yield pack.decode(entry)._repr_html_()


def main() -> int:
    """Write the page of the pack that is named."""
    file, page = sys.argv[1:]
    try:
        with pa.open(file) as pack:
            Path(page).write_text("\n".join(parts(pack)), encoding="utf-8")
    except pa.InvalidPack as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
