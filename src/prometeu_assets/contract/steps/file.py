"""Step 2: the file against its prelude. Clause: ``spec/container.md#file``."""

from __future__ import annotations

from collections.abc import Iterator

from prometeu_assets.contract.container import Computed
from prometeu_assets.contract.rule import Rule
from prometeu_assets.contract.steps.examination import Examination
from prometeu_assets.contract.steps.fault import Fault


def size(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file is not longer than a pack may be."""
    limit = exam.contract.limits.file_bytes
    if exam.source.size > limit:
        yield Fault(data={"found": exam.source.size, "limit": limit}, offset=limit)


def holds_header(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file reaches to its payload region."""
    needed = exam.prelude["payload_offset"]
    if exam.source.size < needed:
        yield Fault(data={"found": exam.source.size, "needed": needed}, offset=exam.source.size)


def checksum(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The field that carries this rule holds what the header's bytes compute to."""
    for field in exam.container.fields:
        if field.rule != rule.id or not isinstance(field.constraint, Computed):
            continue
        found = field.constraint.value(exam.prelude, exam.header_bytes)
        recorded = exam.prelude[field.role]
        if found != recorded:
            yield Fault(
                data={"found": f"{found:08x}", "expected": f"{recorded:08x}"},
                offset=field.offset,
            )


def padding(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """Only zero bytes stand between header and payload."""
    start = exam.container.prelude_size + len(exam.header_bytes)
    yield from nonzero(exam, start, exam.prelude["payload_offset"])


def nonzero(exam: Examination, start: int, end: int) -> Iterator[Fault]:
    """A fault for the first byte from ``start`` to ``end`` that is not zero, if there is one."""
    if start >= end:
        return
    data = bytes(exam.source.read(start, end - start))
    rest = data.lstrip(b"\0")
    if rest:
        offset = end - len(rest)
        yield Fault(data={"offset": offset, "found": f"{rest[0]:02X}"}, offset=offset)
