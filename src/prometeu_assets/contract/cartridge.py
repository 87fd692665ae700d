"""What a cartridge is made of: its files by role, and its manifest as a value.

Clause: ``spec/contract/1/cartridge.md``; schema ``schemas/manifest/``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from prometeu_assets.contract import canonical
from prometeu_assets.contract.companions import PACK
from prometeu_assets.contract.value import Contract

FILES: Final[Mapping[str, str]] = {
    "manifest": "manifest.json",
    "program": "program.pbx",
    "pack": PACK,
}
"""Role to file name, in the order in which a runtime looks at them."""

ASSET: Final = "asset"
"""The capability of a cartridge that has assets: it needs a pack."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def has_control(text: str) -> bool:
    """Whether a text has a control character: U+0000–U+001F, U+007F–U+009F."""
    return _CONTROL.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The members of a cartridge's manifest; ``capabilities`` are sorted."""

    app_id: int
    title: str
    app_version: str
    app_mode: str
    capabilities: tuple[str, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The manifest in a valid ``manifest.json`` or ``cartridge.json``; other members drop."""
        members = {name: document[name] for name in cls.__slots__}
        return cls(**{**members, "capabilities": tuple(sorted(document["capabilities"]))})

    @property
    def has_assets(self) -> bool:
        """Whether the cartridge declares that it has assets."""
        return ASSET in self.capabilities

    def as_json(self) -> dict[str, Any]:
        """The members by name."""
        return {**asdict(self), "capabilities": list(self.capabilities)}

    def encode(self, contract: Contract) -> bytes:
        """The text of ``manifest.json``, which is canonical JSON."""
        newest = contract.windows["manifest"][-1]
        constants = contract.documents.constants(("manifest", newest))
        return canonical.encode({**constants, **self.as_json()})
