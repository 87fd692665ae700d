"""A build that finds nothing changed: what the last one told stands.

Clause: ``spec/workspace.md#unchanged``; schema ``schemas/cache/``.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec

from prometeu_assets._version import __version__
from prometeu_assets.codes import COMMON
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import AssetRef, Diagnostic, Report
from prometeu_assets.packer import kept
from prometeu_assets.packer.cache import CACHE
from prometeu_assets.storage.folders import Survey
from prometeu_assets.storage.lock import LOCK
from prometeu_assets.storage.status import Moment, Status
from prometeu_assets.storage.transaction import WORKSPACE

_OWN: Final = frozenset({LOCK, CACHE})
"""What commands write below ``assets/`` that no build reads, or that proves itself."""


class State:
    """The status of all that a build reads, and of the tool, before anything is read.

    Two equal states are of the same content, by the rule for remembered digests:
    ``spec/workspace.md#remembered``.
    """

    def __init__(self, survey: Survey, since: Moment | None, contract: Contract) -> None:
        files = {**survey.files, **survey.others, **survey.hidden}
        inputs = {
            path: status
            for path, status in files.items()
            if path not in _OWN and not path.startswith(f"{WORKSPACE.staging}/")
        }
        self._is_settled = since is not None and all(map(since.follows, inputs.values()))
        tool = (__version__, contract.written.version, sys.getfilesystemencoding())
        lines = [*map(str, tool)]
        lines += sorted(f"{path}\0{status}" for path, status in inputs.items())
        lines += sorted(survey.folders)
        self._lines = lines

    def with_outputs(self, outputs: Iterable[Status]) -> str | None:
        """The SHA-256 of it all with the outputs; None where a later change could leave it so."""
        if not self._is_settled:
            return None
        text = "\n".join([*self._lines, *map(str, outputs)])
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def written(
    state: str, statistics: Mapping[str, object], report: Report, contract: Contract
) -> dict[str, Any] | None:
    """A build as the cache keeps it; None if its warnings would not be read as they are."""
    with suppress(ValueError, TypeError):  # `TypeError` for what JSON has not
        value = {
            "state": state,
            "statistics": dict(statistics),
            "truncated": report.truncated,
            "warnings": msgspec.to_builtins(list(map(_row, report))),
        }
        return value if report_of(value, contract) == report else None
    return None


def _row(warning: Diagnostic) -> dict[str, Any]:
    (row,) = kept.written([warning])
    asset = warning.asset
    if row["file"] is None:
        del row["file"]
    if asset is not None:
        known = {"id": asset.id, "name": asset.name}
        row["asset"] = {key: value for key, value in known.items() if value is not None}
    return row


def report_of(last: Mapping[str, Any], contract: Contract) -> Report:
    """The warnings of a build as the cache has it, which obeys the schema.

    Raises `ValueError` when no build could have told one of them: anybody may have written it.
    """
    own = (code for bank in contract.written.banks for some in bank.codes.values() for code in some)
    codes = kept.warnings_of((*COMMON.values(), *own))
    warnings = tuple(_warning(row, codes) for row in last["warnings"])
    return Report(diagnostics=warnings, truncated=last["truncated"])


def _warning(row: Mapping[str, Any], codes: Mapping[str, Code]) -> Diagnostic:
    lists = {name: tuple(v) for name, v in row["data"].items() if isinstance(v, list)}
    asset = AssetRef(**row["asset"]) if "asset" in row else None
    if not f"{row.get('file')}{asset}".isprintable():
        raise ValueError("characters that cannot be printed")
    return kept.told_again({**row, "asset": asset, "data": {**row["data"], **lists}}, codes)
