"""The ledger: what was ever published. It gains lines, and never loses or changes one.

Clause: ``conformance/README.md``, the ledger; ``schemas/conformance-ledger/v1.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

LEDGER: Final = "ledger.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case: its first suite, and the digests of its input and its expectation."""

    id: str
    since: str
    input: str
    expectation: str


def line(row: Mapping[str, Any], view: bytes | None) -> Line:
    """The line of a row of the manifest; ``view`` is the text of the view that is expected."""
    said = [row["kind"], row["profile"], row.get("document"), row.get("asset_uuid")]
    said += [row["verdict"], row.get("code"), None if view is None else _sha256(view)]
    text = " ".join("-" if word is None else word for word in said)
    return Line(
        id=row["id"],
        since=row["since"],
        input=row["input"]["sha256"],
        expectation=_sha256(f"{text}\n".encode()),
    )


def decoded(text: bytes) -> dict[str, Line]:
    """The lines by id. Raises `ValueError`, `LookupError` or `TypeError` for what is no ledger."""
    return {row["id"]: Line(**row) for row in map(json.loads, text.splitlines())}


def encoded(lines: Mapping[str, Line]) -> bytes:
    """The ledger's text, sorted by id."""
    return "".join(f"{json.dumps(asdict(lines[id]))}\n" for id in sorted(lines)).encode("ascii")


def unkept(published: Mapping[str, Line], derived: Mapping[str, Line]) -> Iterator[str]:
    """What is not kept of what was published, a sentence each."""
    for id, old in published.items():
        new = derived.get(id)
        if new is None:
            yield f"{id} is not derived any more; suite {old.since} published it"
            continue
        said = asdict(new)
        for what, value in asdict(old).items():
            if said[what] != value:
                yield f"{id} has another {what} than suite {old.since} published"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
