"""A viewer: print the table of a pack, a tile as text, or the length and peak of each sound.

    python view.py PACK [ASSET [TILE [PALETTE]]]

A pack may come from anywhere: at most 1 MiB of header is taken.
"""

from __future__ import annotations

import sys

import prometeu_assets as pa

SHADES = " .:-=+*#%@"
STRANGERS = pa.Limits(header_bytes=2**20)


def table(pack: pa.Pack) -> list[str]:
    """A line for each asset: id, name, bank, and whether it is loaded at boot."""
    slots = {item.asset_id: item.slot for item in pack.preload}
    lines = []
    for entry in pack:
        slot = slots.get(entry.asset_id)
        loaded = "" if slot is None else f"  slot {slot}"
        lines.append(f"{entry.asset_id:5} {entry.bank_type:7}{entry.asset_name}{loaded}")
    return lines


def drawn(bank: pa.TileBank, number: int, palette: int) -> list[str]:
    """A tile as text: the brighter a colour, the denser the character."""
    sheet, size = bank.rgba(palette), bank.tile_size
    across = sheet.shape[1] // size
    top, left = number // across * size, number % across * size
    lines = []
    for row in sheet[top : top + size, left : left + size].tolist():
        shades = [sum(rgb) * 9 // 765 if alpha else 0 for *rgb, alpha in row]
        lines.append("".join(SHADES[shade] * 2 for shade in shades).rstrip())
    return lines


def heard(bank: pa.SoundBank) -> list[str]:
    """A line for each sample: its length and its loudest frame."""
    return [
        f"{number}: {len(sample) / bank.sample_rate:.2f} s, "
        f"peak {max(map(abs, map(int, sample)))} of 32768"
        for number, sample in enumerate(bank.samples)
    ]


def main() -> int:
    """Show what is asked for."""
    file, *asset = sys.argv[1:]
    try:
        with pa.open(file, limits=STRANGERS) as pack:
            if not asset:
                print("\n".join(table(pack)))
                return 0
            bank = pack.decode(asset[0])
    except pa.InvalidPack as refused:
        print(refused, file=sys.stderr)
        return 1
    if isinstance(bank, pa.TileBank):
        number, palette = (*map(int, asset[1:]), 0, 0)[:2]
        print("\n".join(drawn(bank, number, palette)))
    else:
        print("\n".join(heard(bank)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
