"""A raw asset: one file that already is the bank's payload."""

from __future__ import annotations

from typing import Final

from prometeu_assets.banks.faults import EMPTY, STRANGERS, refusal
from prometeu_assets.codes.code import Code
from prometeu_assets.kinds import GUESSES, sniff, stranger

RAW_SIZE: Final = Code(
    "RAW_SIZE",
    summary="The size of a raw payload does not match its metadata.",
    meaning="A raw payload is stored unchanged, so its size must be exactly the one that its "
    "metadata gives.",
    message="The raw payload has {found} bytes; its metadata needs exactly {expected}.",
    hint="Correct `output.metadata`, or export the payload again: it has {difference}.",
    hints={
        **STRANGERS,
        "empty": EMPTY,
        "kind": "The content is {kind}, not a payload. List it under the role for this kind of "
        "file, or make the payload from it.",
    },
)


def read_raw(data: bytes, *, name: str, size: int) -> bytes:
    """``data``, if it has exactly the ``size`` (bytes) that the asset's metadata demands.

    Raises `Refused` with ``RAW_SIZE``.
    The content is not judged: a payload's bytes mean what its metadata says they mean.
    """
    if len(data) == size:
        return data
    looks = sniff(data)
    kind = None if looks in GUESSES else looks
    difference = len(data) - size
    unit = "byte" if abs(difference) == 1 else "bytes"
    raise refusal(
        RAW_SIZE,
        name,
        offset=min(len(data), size),
        hint_key=stranger(kind) or ("kind" if kind else None),
        found=len(data),
        expected=size,
        kind=kind,
        difference=f"{abs(difference)} {unit} too {'many' if difference > 0 else 'few'}",
    )
