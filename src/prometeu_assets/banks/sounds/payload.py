"""What a slice of a sound bank holds, as bytes and as arrays.

Clause: ``spec/contract/1/banks.md#sounds``.
"""

from __future__ import annotations

from typing import Final

from construct import Struct, this

from prometeu_assets.contract.layouts import Spans

PAYLOAD: Final = Struct(
    "samples" / Spans(this._.samples, "<i2")
    * "PCM16 little-endian mono samples, concatenated in the order of their ids.",
)  # fmt: skip
"""The slice of a sound bank; it is resident as it is stored."""


def table(lengths: list[int]) -> dict[str, dict[str, int]]:
    """The metadata member ``samples`` for samples of these lengths in bytes."""
    rows, end = {}, 0
    for number, length in enumerate(lengths):
        rows[str(number)] = {"length": length, "offset": end}
        end += length
    return rows
