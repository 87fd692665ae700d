"""The kit's files: what the derived cases become on disk, and whether the disk holds just that.

Clause: ``conformance/README.md``. These files are never edited by hand: ``prometeu-assets
conformance build`` writes them, and with ``--check`` names every one that is not what it should be.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from prometeu_assets.conformance import ledger
from prometeu_assets.conformance.case import VERSIONS, Case, Directory, Link, Member, Repeat
from prometeu_assets.conformance.derive import cases
from prometeu_assets.conformance.derive.documents import ASSET_UUID
from prometeu_assets.conformance.kinds import asked
from prometeu_assets.conformance.kit import MANIFEST, vector_name, write_input
from prometeu_assets.conformance.ledger import LEDGER, Line, line
from prometeu_assets.conformance.reader import Answer, Question, judge
from prometeu_assets.contract.canonical import same
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract
from prometeu_assets.storage import files
from prometeu_assets.storage.paths import destination

SUITE_VERSION: Final = "1.2.0"
"""Patch: annotations; minor: new cases and kinds of cases; major: what breaks a runner of it."""

GENERATED: Final = ("vectors", "expected")
"""The directories that hold nothing but generated files."""


class Disagreement(Exception):
    """The package's reader does not say of a case what the definitions say of it."""

    def __init__(self, case: Case, answer: Answer) -> None:
        super().__init__(case.id, answer)
        self.case, self.answer = case, answer

    def __str__(self) -> str:
        found = self.answer.diagnostic
        said = f"{found.code} by rule {found.rule}" if found else f"accept, {self.answer.view!r}"
        return f"{self.case.id}: {self.case.code or 'accept'} was derived, the reader says {said}"


class PublishedCasesChanged(Exception):
    """What is derived is not all that was published: a sentence for each case."""


def generated(published: Mapping[str, Line], contract: Contract = CURRENT) -> dict[str, bytes]:
    """Every generated file by its path in the kit; ``published`` is the ledger as it is.

    Raises `Disagreement` when the package's reader answers a case in another way, and
    `PublishedCasesChanged`
    when a published case would change or go.
    """
    made: dict[str, bytes] = {}
    listed, lines = [], {}
    with TemporaryDirectory() as scratch:
        for case in cases(contract):
            answer = answered(case, Path(scratch), contract)
            name = f"vectors/{vector_name(case.id, case.kind)}"
            if case.folder is not None:
                parts = case.folder.items()
                made |= {f"{name}/{n}": data for n, data in parts if isinstance(data, bytes)}
            elif case.is_file:
                made[name] = b"".join(case.chunks())
            view = f"expected/{case.id}.json" if answer.view is not None else None
            if view is not None:
                made[view] = pretty(answer.view)
            if case.values is not None:
                made[values_name(case)] = pretty(case.values)
            since = published[case.id].since if case.id in published else SUITE_VERSION
            row = _row(case, answer, name, view, contract) | {"since": since}
            listed.append(row)
            lines[case.id] = line(row, made[view] if view else None)
    unkept = tuple(ledger.unkept(published, lines))
    if unkept:
        raise PublishedCasesChanged(*unkept)
    made[LEDGER] = ledger.encoded(lines)
    made[MANIFEST] = pretty({"suite_version": SUITE_VERSION, "cases": listed})
    return made


def question(case: Case) -> Question:
    """What is asked about a case's input."""
    return Question(
        kind=case.kind,
        profile=case.profile,
        document=case.document,
        asset_uuid=ASSET_UUID if case.document == "asset" else None,
    )


def answered(case: Case, scratch: Path, contract: Contract) -> Answer:
    """The package's answer to a case, which must be the one derived. Raises `Disagreement`."""
    file = scratch / vector_name(case.id, case.kind)
    write_input(file, case)
    answer = judge(file, question(case), contract=contract)
    if case.folder is None:
        file.unlink()
    else:
        shutil.rmtree(file)
    found = answer.diagnostic
    is_right = (found.code if found else None) == case.code
    if found and asked(case.kind) != "migrate":
        is_right = is_right and found.rule == case.rule
    if case.view is not None:
        is_right = is_right and same(answer.view, case.view)
    if not is_right:
        raise Disagreement(case, answer)
    return answer


def anchor(case: Case, contract: Contract) -> str:
    """Where the contract states what the case is about, relative to its own folder."""
    if case.rule == VERSIONS:
        return f"versioning-and-migration.md#{VERSIONS}"
    if not contract.has(case.rule):
        return f"banks.md#{case.rule}"
    return contract.rule(case.rule).anchor


def values_name(case: Case) -> str:
    """The file of what the digests of a decoding stand for."""
    return f"expected/{case.id}.values.json"


def pretty(value: Any) -> bytes:
    """JSON to keep: names in order, two spaces, ASCII alone, a final newline."""
    return f"{json.dumps(value, indent=2, sort_keys=True)}\n".encode("ascii")


def _row(
    case: Case, answer: Answer, name: str, view: str | None, contract: Contract
) -> dict[str, Any]:
    asked = question(case)
    row: dict[str, Any] = {
        "id": case.id,
        "kind": case.kind,
        "profile": case.profile,
        "verdict": case.verdict,
        "code": case.code,
        "where": _where(answer),
        "rule": anchor(case, contract),
        "layer": case.layer,
        "notes": dict(case.notes),
        "order": case.order or None,
        "document": case.document,
        "asset_uuid": asked.asset_uuid,
        "derived_from": case.derived_from,
        "expect": view,
        "values": None if case.values is None else values_name(case),
        "input": {"sha256": case.sha256, "size": case.size, **_input(case, name)},
    }
    return {member: value for member, value in row.items() if value is not None}


def _member(part: Member) -> dict[str, Any]:
    """What the manifest says of a file of a cartridge, or of what is none."""
    match part:
        case Link(target):
            return {"link": target}
        case Directory():
            return {"directory": True}
    return {"sha256": hashlib.sha256(part).hexdigest(), "size": len(part)}


def _input(case: Case, place: str) -> dict[str, Any]:
    """Where the input is: a directory with its files, a file, or what makes it."""
    if case.folder is not None:
        listed = [{"name": name, **_member(case.folder[name])} for name in sorted(case.folder)]
        return {"directory": place, "files": listed}
    return {"file": place} if case.is_file else {"recipe": [_piece(p) for p in case.recipe]}


def _where(answer: Answer) -> dict[str, Any] | None:
    """The place of the first diagnostic, which is informative."""
    if answer.diagnostic is None:
        return None
    if answer.diagnostic.pointer is not None:
        return {"pointer": answer.diagnostic.pointer}
    if answer.diagnostic.offset is None:
        return None  # the fault is that nothing is there
    return {"offset": answer.diagnostic.offset}


def _piece(piece: bytes | Repeat) -> dict[str, Any]:
    if isinstance(piece, Repeat):
        return {"hex": piece.unit.hex(), "repeat": piece.count}
    return {"hex": piece.hex()}


def write(directory: Path, wanted: Mapping[str, bytes]) -> None:
    """Bring a kit's generated files up to date: those that differ, those missing, those extra.

    Raises `Refused` when a link is there or on the way, and nothing is written then; `OSError`.
    """
    places = {name: destination(directory, name) for name in differences(directory, wanted)}
    for name, path in places.items():
        if name in wanted:
            files.make_directory(path.parent)
            files.publish(path, [wanted[name]])
        else:
            files.unlink(path)


def differences(directory: Path, wanted: Mapping[str, bytes]) -> dict[str, str]:
    """What is wrong with each generated file: ``missing``, ``differs`` or ``extra``; by name."""
    found = dict.fromkeys(present(directory) - set(wanted), "extra")
    for name, data in wanted.items():
        path = directory / name
        if not path.is_file():
            found[name] = "missing"
        elif path.read_bytes() != data:
            found[name] = "differs"
    return dict(sorted(found.items()))


def present(directory: Path) -> set[str]:
    """The files that are there, of those that are generated."""
    paths: Iterable[Path] = (p for name in GENERATED for p in (directory / name).rglob("*"))
    return {path.relative_to(directory).as_posix() for path in paths if not path.is_dir()}
