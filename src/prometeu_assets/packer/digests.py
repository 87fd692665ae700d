"""Digests of files, remembered from one build to the next.

Clause: ``spec/workspace.md#remembered``. A digest is remembered and never replaced: what is made of
a file is found by its SHA-256. A file whose status is the recorded one need not be read for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.status import Moment, Status


class Digests:
    """The SHA-256 of files by their paths below the project.

    ``known`` is what the last build remembered, and ``texts`` are the texts of some of the files.
    ``since`` is a moment before any file was read; without one, nothing is remembered.
    """

    def __init__(
        self,
        known: Mapping[str, str],
        since: Moment | None,
        texts: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._known, self._since, self._texts = known, since, texts
        self.remembered: dict[str, str] = {}
        """What the next build may know."""
        self.texts: dict[str, str] = {}
        """The texts that the next build may know."""

    def of(self, path: str, status: Status | None) -> str | None:
        """The digest of a file that has this status now, if that is certain without reading it."""
        text = self._known.get(path)
        if text is None or status is None or self._since is None:
            return None
        told, _, digest = text.rpartition("_")
        if told != str(status) or status.device != self._since.device:
            return None
        self.remembered[path] = text
        return digest

    def has(self, path: str, status: Status) -> bool:
        """Whether the next build may know the digest of a file while it has this status."""
        return self.remembered.get(path, "").rpartition("_")[0] == str(status)

    def text(self, path: str, status: Status | None) -> bytes | None:
        """The content of a document that has this status now, if it is known without reading it."""
        digest, text = self.of(path, status), self._texts.get(path)
        if digest is None or text is None:
            return None
        data = text.encode()
        if hashlib.sha256(data).hexdigest() != digest:
            return None
        self.texts[path] = text
        return data

    def remember_text(self, path: str, status: Status, data: bytes) -> None:
        """Record a document that had this status before and after it was read."""
        if self.remember(path, status, hashlib.sha256(data).hexdigest()):
            with suppress(UnicodeDecodeError):
                self.texts[path] = data.decode()

    def taken(self, path: str, status: Status | None, data: bytes) -> str:
        """The digest of a file that was read, and had this status before and after."""
        digest = self.of(path, status) or hashlib.sha256(data).hexdigest()
        self.remember(path, status, digest)
        return digest

    def remember(
        self, path: str, status: Status | None, digest: str, since: Moment | None = None
    ) -> bool:
        """Record the digest of a file that had this status before and after it was read.

        Only if every later change gives the file another status: see `Moment.follows`. The result
        says whether it was.
        """
        moment = since or self._since
        if status is None or moment is None or not moment.follows(status):
            return False
        self.remembered[path] = f"{status}_{digest}"
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The documents that ``digests`` remember, of files as a walk found them."""

    digests: Digests
    survey: Survey

    def known(self, path: str) -> bytes | None:
        """The content of the document at a path, if it need not be read."""
        return self.digests.text(path, self.survey.files.get(path))

    def remember(self, path: str, status: Status, data: bytes) -> None:
        """Record a document that had this status before and after it was read."""
        self.digests.remember_text(path, status, data)


FORGETFUL: Final = Digests({}, None)
"""Remembers nothing."""
