"""Codes about the source files of any bank; those of one bank are in its package."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

CODES: Final[tuple[Code, ...]] = (
    Code(
        "INPUT_TOTAL",
        summary="The input files of one asset are too large together.",
        message="The asset's files up to {path!r} have {found} bytes together; {limit} are read "
        "for one asset.",
        hint="Split the asset in two, or make its files smaller.",
    ),
)
