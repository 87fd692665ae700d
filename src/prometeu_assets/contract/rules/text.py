"""Step 3: the header's text. Clause: ``spec/contract/1/header.md``.

It says nothing about a header that the fast tier recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract import canonical
from prometeu_assets.contract.limits import LIMITS
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination
from prometeu_assets.contract.text import utf8_fault


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
            # A scan by the number rule has seen all that could be wrong with a value.
            scanned = exam.contract.has("header-number")
            encoded = canonical.encode(exam.text.value, checked=scanned)
        except canonical.NotCanonical as error:
            offset, what = 0, error.reason
        else:
            if encoded == data:
                return
            offset = canonical.first_difference(data, encoded)
            what = f"found {_piece(data, offset)}, expected {_piece(encoded, offset)}"
    place = exam.container.prelude_size + offset
    yield Fault(data={"offset": place, "what": what}, offset=place)


def _piece(data: bytes, offset: int) -> str:
    """A few bytes from ``offset`` on, as text."""
    piece = data[offset : offset + 12].decode("utf-8", "replace")
    return repr(piece) if piece else "the end"


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="header-utf8",
        code=Code(
            "HEADER_UTF8",
            summary="The header is not UTF-8.",
            meaning="The header is UTF-8 text, without surrogates or overlong forms. Its checksum "
            "matches, so its writer wrote it like this.",
            message="The header is not UTF-8: invalid byte at offset {offset}.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "fix that program.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.MALFORMED,
        text="The header is UTF-8.",
        broken="not UTF-8, over all bytes of the header",
        check=utf8,
        final=True,
    ),
    Rule(
        id="header-json",
        code=Code(
            "HEADER_JSON",
            summary="The header is not JSON.",
            meaning="The header is not one JSON value as RFC 8259 defines it. Its checksum "
            "matches, so its writer wrote it like this.",
            message="The header is not JSON: {found} at byte {offset}.",
            hint="The program that wrote the pack is wrong. Build the pack with this packer, or "
            "fix that program.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.MALFORMED,
        text="The header is JSON.",
        broken="the violation at the lowest byte is: not JSON",
        check=text,
        options={"kind": "json"},
        final=True,
    ),
    Rule(
        id="header-nesting",
        code=Code(
            "HEADER_NESTING",
            summary="The header has too many levels of arrays and objects.",
            meaning="Deeper values are refused before they are parsed, so a hostile header cannot "
            "exhaust the stack of a reader. Only `metadata` can have so many levels.",
            message="The header has more than {limit} levels of arrays and objects at byte "
            "{offset}.",
            hint="Use fewer levels in the asset's `metadata`, then build the pack again.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.POLICY,
        text=f"Arrays and objects have at most {LIMITS.nesting} levels.",
        broken=f"… an array or object at level {LIMITS.nesting + 1}",
        check=text,
        options={"kind": "nesting"},
        final=True,
    ),
    Rule(
        id="header-number",
        code=Code(
            "HEADER_NUMBER",
            summary="A number is not an integer in the allowed range.",
            meaning="Every number in a header, also in `metadata`, is an integer that all "
            "languages can hold exactly. Store a fraction as an integer of a smaller unit, or as "
            "a string.",
            message="The number at byte {offset} is not an integer from -{limit} to {limit}.",
            hint="Write the number as `0` or `-?[1-9][0-9]*`, without fraction or exponent.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="Every number follows the number rule.",
        broken="… a number outside the number rule",
        check=text,
        options={"kind": "number"},
        final=True,
    ),
    Rule(
        id="header-canonical",
        code=Code(
            "HEADER_CANONICAL",
            summary="The header is JSON, but not in the canonical encoding.",
            meaning="A header has exactly one valid spelling: names are sorted by their bytes, "
            "there is no white space, and every string has its shortest form. So two readers can "
            "never see different tables in one file.",
            message="The header is not in the canonical encoding at byte {offset}: {what}.",
            hint="Build the pack instead of editing it: only a packer writes headers.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="The header is in canonical encoding.",
        broken="not the canonical encoding",
        check=canonical_text,
    ),
)
