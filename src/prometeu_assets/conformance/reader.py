"""The package's own reader behind the protocol of ``conformance/PROTOCOL.md``.

``python -m prometeu_assets.conformance.reader [--exact] [--kind KIND] … FILE…`` prints one line
for each file. ``--exact`` turns the fast tier off, which changes the time and nothing else.
"""

from __future__ import annotations

import io
import json
import sys
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from prometeu_assets.conformance.kinds import asked, kinds, known
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.entries import Entry
from prometeu_assets.contract.rule import Profile, Step
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused, Report
from prometeu_assets.reader.checks import examine
from prometeu_assets.reader.opening import open_source
from prometeu_assets.reader.pack import Pack
from prometeu_assets.reader.source import MemorySource

ACCEPTED, REJECTED, WRONG_CALL, NO_VERDICT = range(4)
"""Exit codes of the protocol."""

_OPTIONS: Final = ("--kind", "--profile", "--document", "--asset-uuid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about a file: the options of the protocol."""

    kind: str = "read"
    profile: str = "reader"
    document: str | None = None
    asset_uuid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader says of a file: accepted when it has no diagnostic."""

    diagnostic: Diagnostic | None = None
    view: Any = None

    def as_json(self) -> dict[str, Any]:
        """The answer as a line of the protocol has it."""
        if self.diagnostic is not None:
            return {"verdict": "reject", "code": self.diagnostic.code}
        return {"verdict": "accept"} | ({} if self.view is None else {"view": self.view})


def judge(
    file: Path, question: Question, *, contract: Contract = CURRENT, fast: bool = True
) -> Answer:
    """The package's answer about one file. Raises `OSError`: that is no verdict."""
    contract = known(contract, question.kind)
    match asked(question.kind):
        case "read":
            return _read(file, Profile(question.profile), contract, fast=fast)
        case "canonical-json":
            return _text(file, contract, fast=fast)
        case "migrate":
            return _migrate(file, question, contract)
        case "decode":
            return _decode(file, contract, fast=fast)
        case _:
            return _cartridge(file, contract, fast=fast)


def _read(file: Path, profile: Profile, contract: Contract, *, fast: bool) -> Answer:
    with closing(open_source(file)) as source:
        report, exam = examine(source, contract, profile, fast=fast)
        if not report.ok:
            return _refused(report)
        return Answer(view=pack_view(Pack(source, exam)))


def _decode(file: Path, contract: Contract, *, fast: bool) -> Answer:
    with closing(open_source(file)) as source:
        report, exam = examine(source, contract, Profile.READER, fast=fast)
        if not report.ok:
            return _refused(report)
        pack = Pack(source, exam)
        return Answer(view={"assets": [_decoded(pack, entry) for entry in pack]})


def _decoded(pack: Pack, entry: Entry) -> dict[str, Any]:
    """One bank. Clause: ``conformance/PROTOCOL.md``, decoding."""
    view = pack.bank(entry).decoded_view(pack.decode(entry))
    return {"asset_id": entry.asset_id, "bank_type": entry.bank_type, **view}


def _cartridge(directory: Path, contract: Contract, *, fast: bool) -> Answer:
    from prometeu_assets.shipper.boot import loaded

    loading = loaded(directory, contract, fast=fast)
    if loading.cartridge is None:
        return _refused(loading.report)
    with loading.cartridge as cartridge:
        view = None if cartridge.pack is None else pack_view(cartridge.pack)
        return Answer(view={"manifest": cartridge.manifest.as_json(), "pack": view})


def whole(file: Path) -> bytes:
    """The bytes of a regular file. Raises `OSError`, also for a pipe, for which nobody waits."""
    with closing(open_source(file)) as source:
        return bytes(source.read(0, source.size))


def _text(file: Path, contract: Contract, *, fast: bool) -> Answer:
    """Step 3 alone, over the file as the header of a pack; places count from the text's start."""
    text = whole(file)
    container = contract.written
    start = container.prelude_size
    fill = container.payload_offset(len(text)) - start - len(text)
    pack = MemorySource(container.build(text) + text + bytes(fill))
    report, _ = examine(pack, _text_alone(contract), Profile.READER, fast=fast)
    if report.ok:
        return Answer()
    diagnostic = report.diagnostics[0]
    assert diagnostic.offset is not None, "a text has places by byte"
    return Answer(diagnostic=replace(diagnostic, offset=diagnostic.offset - start))


@cache
def _text_alone(contract: Contract) -> Contract:
    return replace(contract, rules=tuple(r for r in contract.rules if r.step is Step.TEXT))


def _migrate(file: Path, question: Question, contract: Contract) -> Answer:
    from prometeu_assets.documents import understood

    assert question.document is not None
    context = {"asset_uuid": question.asset_uuid}
    try:
        document = understood(whole(file), file.name, question.document, contract, context=context)
    except Refused as refused:
        return _refused(refused.report)
    return Answer(view=dict(document.value))


def _refused(report: Report) -> Answer:
    return Answer(diagnostic=report.diagnostics[0])


def pack_view(pack: Pack) -> dict[str, Any]:
    """The decoded view of a pack. Clause: ``conformance/PROTOCOL.md``, the pack's view."""
    types = {entry.asset_id: entry.bank_type for entry in pack}
    return {
        "assets": [
            {
                "asset_id": entry.asset_id,
                "asset_name": entry.asset_name,
                "bank_type": entry.bank_type,
                "codec": entry.codec,
                "crc32": f"{zlib.crc32(pack.read(entry)):08x}",
                "decoded_size": entry.decoded_size,
                "metadata": entry.metadata,
                "offset": entry.offset,
                "size": entry.size,
            }
            for entry in pack
        ],
        "payload_offset": pack.payload_offset,
        "preload": [
            {"asset_id": item.asset_id, "bank_type": types[item.asset_id], "slot": item.slot}
            for item in pack.preload
        ],
        "schema_version": pack.prelude["schema_version"],
    }


class _WrongCall(Exception):
    """The arguments are not those of the protocol."""


class _Unsupported(Exception):
    """What is asked for is not supported."""


def main(arguments: Sequence[str] | None = None, *, contract: Contract = CURRENT) -> int:
    """Judge the files named; the exit code."""
    rest = list(sys.argv[1:] if arguments is None else arguments)
    fast = "--exact" not in rest
    if not fast:
        rest.remove("--exact")
    try:
        options, files = _split(rest)
        question = _question(options, contract)
    except _WrongCall as wrong:
        sys.stderr.write(f"wrong call: {wrong}\n")
        return WRONG_CALL
    except _Unsupported as what:
        _say(f"{what} is not supported")
        return NO_VERDICT
    status = ACCEPTED
    for file in map(Path, files):
        try:
            answer = judge(file, question, contract=contract, fast=fast)
        except Exception as error:  # noqa: BLE001  # whatever fails, it is no verdict
            reason = error.strerror if isinstance(error, OSError) else None
            sys.stderr.write(f"{file}: {reason or repr(error)}\n")
            return NO_VERDICT
        if answer.diagnostic is not None:
            status = REJECTED
            sys.stderr.write(f"{file}: {answer.diagnostic.message}\n")
        _say(json.dumps(answer.as_json()))
    return status


def _say(line: str) -> None:
    # ASCII with LF, and out at once: whoever runs this waits for one line at a time.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="\n")
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _split(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Options with their values, which come first, and the files. Raises `_WrongCall`."""
    options: dict[str, str] = {}
    while arguments and arguments[0].startswith("-"):
        name, *arguments = arguments
        if name not in _OPTIONS or name in options or not arguments:
            raise _WrongCall(name)
        options[name], *arguments = arguments
    if not arguments or any(file.startswith("-") for file in arguments):
        raise _WrongCall("at least one file follows the options, and no option follows a file")
    return options, arguments


def _question(options: dict[str, str], contract: Contract) -> Question:
    """What is asked; an option that the kind does not use may be anything."""
    kind, profile = options.get("--kind", "read"), options.get("--profile", "reader")
    document, asset_uuid = options.get("--document"), options.get("--asset-uuid")
    if kind not in kinds(contract):
        raise _Unsupported(f"kind {kind}")
    if asked(kind) == "read" and profile not in list(Profile):
        raise _Unsupported(f"profile {profile}")
    if asked(kind) == "migrate":
        if document is None or (document == "asset" and asset_uuid is None):
            raise _WrongCall("migrate needs --document, and --asset-uuid for an asset")
        if document not in ("asset", "index"):
            raise _Unsupported(f"document {document}")
    return Question(kind=kind, profile=profile, document=document, asset_uuid=asset_uuid)


if __name__ == "__main__":
    sys.exit(main())
