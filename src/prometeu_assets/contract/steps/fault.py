"""What a check yields: one fault, as data, still without its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prometeu_assets.diagnostics import AssetRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One place where a rule is broken.

    ``data`` fills the code's message; ``index`` is the entry's, for rules checked entry by
    entry; ``pointer`` leads into the header, ``offset`` counts bytes from the file's start.
    """

    data: Mapping[str, object]
    index: int = 0
    pointer: str | None = None
    offset: int | None = None
    asset: AssetRef | None = None
    keyword: str | None = None
    hint_key: str | None = None
