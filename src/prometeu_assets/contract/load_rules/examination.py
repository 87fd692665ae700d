"""What the load rules look at: a cartridge, each part of it read when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from prometeu_assets.contract.cartridge import FILES, Manifest
from prometeu_assets.contract.documents import Violation
from prometeu_assets.contract.text import Text, TextFault, attempt
from prometeu_assets.contract.value import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """The status of a name: a regular file of ``size`` bytes, or ``absent``, which says why not.

    ``absent`` ends a sentence that begins with the name, such as "is missing".
    """

    size: int = 0
    absent: str | None = None


class Files(Protocol):
    """The files of one cartridge directory, by name."""

    def status(self, name: str) -> FileStatus:
        """The status of the name; reads no byte of the file."""

    def read(self, name: str) -> bytes:
        """All bytes of a file that `look` found; raises `OSError` if they are not there."""


class CartridgeExamination:
    """One cartridge under examination; each part is computed once, when a check first needs it."""

    def __init__(self, files: Files, contract: Contract) -> None:
        self.files, self.contract = files, contract

    def status(self, file: str) -> FileStatus:
        """The status of the file with this role."""
        return self.files.status(FILES[file])

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The manifest's text."""
        return self.files.read(FILES["manifest"])

    @cached_property
    def _scanned(self) -> tuple[Text, TextFault | None]:
        nesting = self.contract.limits.nesting
        return attempt(self.manifest_bytes, integers=False, nesting=nesting)

    @property
    def text(self) -> Text:
        """The manifest's text, read as far as it is one."""
        return self._scanned[0]

    @property
    def text_fault(self) -> TextFault | None:
        """The first violation in the manifest's text, if there is one."""
        return self._scanned[1]

    @property
    def value(self) -> Any:
        """The manifest as a JSON value."""
        return self.text.value

    @property
    def key(self) -> tuple[str, int]:
        """The schema of a manifest of this version."""
        return "manifest", self.value["cartridge_version"]

    @cached_property
    def violations(self) -> list[Violation]:
        """The ways in which the manifest breaks its schema."""
        return list(self.contract.documents.violations(self.key, self.value))

    @property
    def manifest(self) -> Manifest:
        """What the manifest says."""
        return Manifest.of(self.value)

    @property
    def needs_pack(self) -> bool:
        """Whether the cartridge declares that it has assets."""
        return self.manifest.has_assets
