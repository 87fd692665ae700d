"""Codes about the source files of any bank; those of one bank are in its package."""

from __future__ import annotations

from typing import Final

from prometeu_assets.codes.code import Code

CODES: Final[tuple[Code, ...]] = (
    Code(
        "INPUT_TOTAL",
        summary="The input files of one asset are too large in total.",
        message="The asset's files up to {path!r} have {found} bytes in total; the limit for one "
        "asset is {limit}.",
        hint="Split the asset into two assets, or make its files smaller.",
    ),
)
