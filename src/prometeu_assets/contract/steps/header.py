"""Steps 3 and 4: the header's text and its schema. Clause: ``spec/header.md``.

Both say nothing about a header that the fast tier recognised; the size of metadata is checked
in either case, because no schema states it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from prometeu_assets.contract import canonical
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination
from prometeu_assets.contract.steps.fault import Fault
from prometeu_assets.contract.text import utf8_fault
from prometeu_assets.diagnostics import AssetRef


def utf8(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The header is UTF-8."""
    if exam.recognized is None:
        offset = utf8_fault(exam.header_bytes)
        if offset is not None:
            place = exam.container.prelude_size + offset
            yield Fault(data={"offset": place}, offset=place)


def text(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The first violation in the text is not of this rule's kind."""
    if exam.recognized is not None or exam.text_fault is None:
        return
    fault = exam.text_fault
    if fault.kind == rule.options["kind"]:
        place = exam.container.prelude_size + fault.offset
        limits = exam.contract.limits
        limit = limits.nesting if fault.kind == "nesting" else limits.integer
        yield Fault(data={"found": fault.found, "offset": place, "limit": limit}, offset=place)


def canonical_text(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The text is the canonical encoding of its value."""
    if exam.recognized is not None or exam.text_fault is not None:
        return
    data = exam.header_bytes
    hidden = [
        (offset, what)
        for offset, what in (
            (exam.text.nul, "U+0000 is not allowed in a string"),
            (exam.text.escaped_name, "a member name is written without escapes"),
        )
        if offset is not None
    ]
    if hidden:
        offset, what = min(hidden)
    else:
        try:
            encoded = canonical.encode(exam.text.value)
        except canonical.NotCanonical as error:
            offset, what = 0, error.reason
        else:
            if encoded == data:
                return
            offset = canonical.first_difference(data, encoded)
            what = f"{_piece(data, offset)} stands where {_piece(encoded, offset)} must"
    place = exam.container.prelude_size + offset
    yield Fault(data={"offset": place, "what": what}, offset=place)


def _piece(data: bytes, offset: int) -> str:
    """A few bytes from ``offset`` on, as text."""
    piece = data[offset : offset + 12].decode("utf-8", "replace")
    return repr(piece) if piece else "the end"


def schema(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The header obeys its schema."""
    if exam.recognized is not None:
        return
    value = exam.text.value
    for violation in exam.contract.documents.violations(exam.container.header, value):
        raw = violation.value == "RAW" and violation.pointer.endswith("/codec")
        yield Fault(
            data={"what": f"{violation.what}."},
            pointer=violation.pointer,
            asset=_asset(exam, violation.pointer),
            keyword=violation.keyword,
            hint_key="RAW" if raw else None,
        )


def _asset(exam: Examination, pointer: str) -> AssetRef | None:
    """The asset of the entry that a pointer leads into, as far as the entry tells."""
    parts = pointer.split("/")
    if len(parts) < 3 or parts[1] != "asset_table":
        return None
    entry = exam.text.value["asset_table"][int(parts[2])]
    if not isinstance(entry, dict):
        return None
    id, name = entry.get("asset_id"), entry.get("asset_name")
    # Only what could be an id is one: a report has a schema of its own.
    valid = exam.shape.parts["asset_table.asset_id"]
    known = type(id) is int and valid["minimum"] <= id <= valid["maximum"]
    return AssetRef(id=id if known else None, name=name if isinstance(name, str) else None)


def metadata_size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """No entry's metadata takes more header text than the limit."""
    limit = exam.contract.limits.metadata_bytes
    if len(exam.header_bytes) <= limit:
        return
    for index, metadata in _metadatas(exam):
        # The header is canonical by now, and this encoding is as long as the canonical one.
        found = len(msgspec.json.encode(metadata))
        if found > limit:
            pointer = f"/asset_table/{index}/metadata"
            what = f"{pointer} is {found} bytes of header text; it may have {limit}."
            yield Fault(data={"what": what}, pointer=pointer, asset=_asset_at(exam, index))


def _metadatas(exam: Examination) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every metadata object by index, also of a header that breaks its schema."""
    if exam.recognized is not None:
        for index, entry in enumerate(exam.recognized.asset_table):
            yield index, entry.metadata
        return
    value = exam.text.value
    table = value.get("asset_table") if isinstance(value, dict) else None
    for index, row in enumerate(table if isinstance(table, list) else ()):
        metadata = row.get("metadata") if isinstance(row, dict) else None
        if isinstance(metadata, dict):
            yield index, metadata


def _asset_at(exam: Examination, index: int) -> AssetRef | None:
    if exam.recognized is not None:
        entry = exam.recognized.asset_table[index]
        return AssetRef(id=entry.asset_id, name=entry.asset_name)
    return _asset(exam, f"/asset_table/{index}")
