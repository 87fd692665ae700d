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
            what = f"{_piece(data, offset)} stands where {_piece(encoded, offset)} must"
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
            meaning="The header is text in UTF-8, without surrogates and overlong forms. A header "
            "whose checksum is right and which is not UTF-8 was written so.",
            message="The header is not UTF-8: byte {offset} cannot stand there.",
            hint="Its writer is wrong: build the pack with this packer, or fix that writer.",
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
            meaning="The header's text is not one JSON value by RFC 8259. Since its checksum is "
            "right, it was written so, not damaged.",
            message="The header is not JSON: {found} at byte {offset}.",
            hint="Its writer is wrong: build the pack with this packer, or fix that writer.",
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
            summary="Too many arrays and objects are open at once.",
            meaning="Values nested deeper are refused before they are read, so that a hostile "
            "header cannot exhaust a reader's stack. Only `metadata` can be nested at all.",
            message="More than {limit} arrays and objects are open at byte {offset}.",
            hint="Flatten the asset's `metadata`, and build the pack again.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.POLICY,
        text=f"At most {LIMITS.nesting} arrays and objects are open at once.",
        broken=f"… the {LIMITS.nesting + 1}th open array or object",
        check=text,
        options={"kind": "nesting"},
        final=True,
    ),
    Rule(
        id="header-number",
        code=Code(
            "HEADER_NUMBER",
            summary="A number breaks the number rule.",
            meaning="All numbers of a header, those in `metadata` included, are integers that "
            "every language holds exactly. Fractions are stored as integers of a smaller unit, or "
            "as strings.",
            message="The number at byte {offset} is not an integer within ±{limit}.",
            hint="Numbers are written `0` or `-?[1-9][0-9]*`, without fraction or exponent.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="Every number obeys the number rule.",
        broken="… a number outside the number rule",
        check=text,
        options={"kind": "number"},
        final=True,
    ),
    Rule(
        id="header-canonical",
        code=Code(
            "HEADER_CANONICAL",
            summary="The header is JSON, but not in its one valid encoding.",
            meaning="A header has exactly one valid spelling: names sorted by their bytes, no "
            "white space, each string in its shortest form. Two readers can then never see "
            "different tables in one file.",
            message="The header departs from the canonical encoding at byte {offset}: {what}.",
            hint="Only a packer writes headers: build the pack instead of editing it.",
        ),
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="The header is in canonical encoding.",
        broken="not the canonical encoding",
        check=canonical_text,
    ),
)
