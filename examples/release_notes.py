"""A bot: say in Markdown how the assets of two builds differ.

python release_notes.py OLD NEW
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import prometeu_assets as pa


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with a list, unless the list is empty."""
    listed = [f"- {line}" for line in lines]
    if listed:
        yield from (f"### {title}", "", *listed, "")


def notes(found: pa.Difference) -> Iterator[str]:
    """The whole text, line by line."""
    grown = found.new.size - found.old.size
    yield from (f"## Assets: {found.new.assets}, {grown:+} bytes", "")
    if found.identical:
        yield "Nothing changed."
        return
    yield from section("New", (f"`{entry.asset_name}`" for entry in found.added))
    yield from section("Gone", (f"`{entry.asset_name}`" for entry in found.removed))
    yield from section(
        "Changed", (f"`{row.entry.asset_name}`: {', '.join(row.what)}" for row in found.changed)
    )


def main() -> int:
    """Compare the packs that are named."""
    old, new = sys.argv[1:]
    try:
        print("\n".join(notes(pa.diff(old, new))))
    except pa.InvalidPack as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
