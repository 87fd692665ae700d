"""What a verb gives back: a value that knows its document."""

from __future__ import annotations

from typing import Any, ClassVar

from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.schema_ids import output


class Result:
    """The result of a verb. ``document`` names the schema of its JSON."""

    __slots__ = ()

    document: ClassVar[str]

    @property
    def members(self) -> dict[str, Any]:
        """The members of the document, without its schema and its version."""
        raise NotImplementedError

    def as_json(self, *, contract: Contract = CURRENT) -> dict[str, Any]:
        """The document, in the newest version of its schema: what ``--format json`` prints."""
        return output(self.document, contract.newest(self.document), self.members)
