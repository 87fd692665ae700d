"""What a bank makes of one asset: its slice, and what is said of it to tools and people.

Clauses: ``spec/contract/1/banks.md``, ``spec/workspace.md#details``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any, Final

from prometeu_assets.diagnostics import Diagnostic

Details = Mapping[str, str]
"""What a bank says of a slice to tools and people: short texts by name."""
NO_DETAILS: Final[Details] = MappingProxyType({})
Numbers = tuple[tuple[str, range], ...]
"""(path below the project, numbers) of each source file that gave tiles or samples."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """What one asset puts into the payload, and the metadata that goes with it.

    ``details`` are for tools and people, and no runtime gets them; `Bank.explain` reads them.
    Clause: ``spec/workspace.md#details``. ``numbers`` are those of the tiles or samples that each
    source file gave, by its path below the project; a slice out of the cache has none.
    """

    payload: bytes
    metadata: Mapping[str, Any]
    decoded_size: int
    details: Details = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()
    numbers: Numbers = ()

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return len(self.payload)

    @cached_property
    def sha256(self) -> str:
        """The payload's SHA-256 in lower-case hexadecimal."""
        return sha256(self.payload).hexdigest()


def numbered(files: Iterable[str], counts: Iterable[int]) -> Numbers:
    """The `Slice.numbers` of files that give so many each, in their order."""
    ends = [0, *accumulate(counts)]
    ranges = (range(*pair) for pair in pairwise(ends))
    return tuple(zip(files, ranges, strict=True))
