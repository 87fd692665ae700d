"""Encoding elsewhere: what a worker gets, what it answers, and how the answer is judged.

Clause: ``spec/security-and-trust.md#workers``. A unit of work has the content of files and opens
none. An answer is two byte strings, and is judged like a raw payload with its metadata, details
and warnings: nobody takes a worker's word for it.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from prometeu_assets._version import __version__
from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import PAYLOAD, Bank, Input, Origin, SourceFile
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.slice import Slice
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.packer import kept
from prometeu_assets.packer.encode import AssetSources, bank_of, encode
from prometeu_assets.workspace.declarations import Declaration

_SHOWN: Final = 200
"""Characters of a worker's own text that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One asset to encode: its declaration and the content of its files.

    ``key`` is the digest of all that the slice depends on; the answer repeats it.
    ``tool`` is the version of the package that the worker must have.
    """

    key: str
    declaration: Declaration
    inputs: Sequence[Input]
    tool: str = __version__

    @property
    def bank(self) -> Bank[Any]:
        """The bank that the asset goes into."""
        return bank_of(self.declaration, CURRENT)

    def encoded(self) -> Slice:
        """The slice, made here. Raises `Refused` with every fault in the files."""
        return encode(
            AssetSources(
                declaration=self.declaration, bank=self.bank, inputs=self.inputs, contract=CURRENT
            )
        )


class _Warning(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    file: str
    data: dict[str, str | int]
    pointer: str | None = None
    offset: int | None = None
    hint_key: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        return {name: v for name, v in msgspec.structs.asdict(self).items() if v is not None}


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    """What an answer says of its payload."""

    key: str
    metadata: dict[str, Any]
    details: dict[str, str]
    warnings: list[_Warning]


Answer = tuple[bytes, bytes] | None
"""What a worker gives for one unit: (a text about the slice, its payload).

None when the files have faults, or warnings that cannot be sent: the build then encodes the asset
itself, and tells them.
"""


def work(units: Sequence[Unit]) -> list[Answer]:
    """What a worker does: an answer to each unit.

    Raises `RuntimeError` when the worker has another version than the build.
    """
    return [_answer(unit) for unit in units]


def _answer(unit: Unit) -> Answer:
    if unit.tool != __version__:
        raise RuntimeError(f"it has prometeu-assets {__version__}, and the build {unit.tool}")
    try:
        made = unit.encoded()
        text = msgspec.json.encode(
            {
                "key": unit.key,
                "metadata": made.metadata,
                "details": dict(made.details),
                "warnings": kept.written(made.warnings),
            }
        )
        answer = text, made.payload
        return answer if judged(unit, answer) == replace(made, numbers=()) else None
    except Refused:
        return None


def judged(unit: Unit, answer: object) -> Slice:
    """The slice in an answer to a unit. Raises `Refused` (``WORKER_ANSWER``) if it is none."""
    try:
        return _slice(unit, answer)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        what = " ".join(str(error).split())
    except Refused as refused:
        what = str(next(iter(refused.report)).message)
    data = {"asset": unit.declaration.name, "what": _shown(what)}
    raise Refused(
        Diagnostic(
            code="WORKER_ANSWER",
            data=data,
            file=unit.declaration.file,
            asset=unit.declaration.ref,
        )
    )


def _slice(unit: Unit, answer: object) -> Slice:
    if type(answer) is not tuple or [type(part) for part in answer] != [bytes, bytes]:
        raise ValueError("it is not a pair of byte strings")
    written, payload = answer
    limit = CURRENT.limits.asset_document_bytes
    if len(written) > limit:
        raise ValueError(f"its text has {len(written)} bytes; the limit is {limit}")
    text = msgspec.json.decode(written, type=_Text)
    if text.key != unit.key:
        raise ValueError("it answers another unit of work")
    declaration, bank = unit.declaration, unit.bank
    stated = {name: text.metadata.get(name) for name in declaration.metadata}
    if canonical.encode(stated) != canonical.encode(dict(declaration.metadata)):
        raise ValueError("its metadata is not what the asset declares")
    made = _as_raw(unit, bank, text.metadata, payload)
    bank.explain(text.details, text.metadata)
    warnings = kept.read([warning.row for warning in text.warnings], declaration, bank)
    return replace(made, details=text.details, warnings=warnings)


def _as_raw(unit: Unit, bank: Bank[Any], metadata: Mapping[str, Any], payload: bytes) -> Slice:
    """The slice of an asset that declares all of its metadata and lists its payload."""
    origin = Origin(path=PAYLOAD)
    source = SourceFile(role=PAYLOAD, path=origin.path, size=len(payload), sha256="")
    whole = Input(source=source, origin=origin, name=PAYLOAD, data=payload)
    declaration = replace(unit.declaration, metadata=metadata, inputs={PAYLOAD: (origin,)})
    return encode(
        AssetSources(declaration=declaration, bank=bank, inputs=[whole], contract=CURRENT)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Units that an executor works on."""

    units: Sequence[Unit]
    future: Future[Any]

    @classmethod
    def to(cls, executor: Executor, units: Sequence[Unit]) -> Sent:
        """Give units to an executor. Raises `OSError` when it takes none."""
        try:
            return cls(units=units, future=executor.submit(work, units))
        except Exception as error:
            raise _lost(units, error) from error

    def answers(self) -> list[object]:
        """One for each unit, once they are there; nothing of them is judged.

        Raises `OSError` when there are none: the worker failed, or it was lost.
        """
        try:
            found = self.future.result()
        except Exception as error:
            raise _lost(self.units, error) from error
        if type(found) is list and len(found) == len(self.units):
            return found
        return [()] * len(self.units)


def accepted(unit: Unit, answer: object) -> Slice:
    """The slice of a unit: the one in the answer, or encoded here if the worker could not say it.

    Raises `Refused`: ``WORKER_ANSWER``, or the faults of the files.
    """
    return unit.encoded() if answer is None else judged(unit, answer)


def _lost(units: Sequence[Unit], error: Exception) -> OSError:
    """That units have no answer. What a worker raised is told, and nothing else is done with it."""
    first, *others = (unit.declaration.name for unit in units)
    names = f"{first} and {len(others)} more" if others else first
    text = _shown(f"{type(error).__name__}: {error}")
    return OSError(errno.EIO, f"no worker encoded {names}: {text}")


def _shown(text: str) -> str:
    """One line of what a worker may have written."""
    return ascii(" ".join(text.split())[:_SHOWN])[1:-1]
