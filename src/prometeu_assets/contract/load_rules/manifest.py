"""Step 1: the manifest's file and text. Clause: ``spec/contract/1/cartridge.md#order``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.limits import LIMITS, number
from prometeu_assets.contract.load_rules.examination import CartridgeExamination
from prometeu_assets.contract.load_rules.files import present
from prometeu_assets.contract.mistakes import mistake
from prometeu_assets.contract.rule import Fault, Layer, LoadStep, Rule
from prometeu_assets.contract.text import unescape, utf8_fault


def manifest_size(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is not longer than a document may be."""
    size, limit = exam.status("manifest").size, exam.contract.limits.asset_document_bytes
    if size > limit:
        data = {"path": FILES["manifest"], "size": size, "limit": limit, "what": "a manifest"}
        yield Fault(data=data)


def manifest_utf8(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is UTF-8."""
    offset = utf8_fault(exam.manifest_bytes)
    if offset is not None:
        yield Fault(data={"offset": offset}, offset=offset)


def manifest_text(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The first violation in the text is not of this rule's kind."""
    fault = exam.text_fault
    if fault is not None and fault.kind == rule.options["kind"]:
        data = {"found": fault.found, "limit": exam.contract.limits.nesting}
        hint = mistake(exam.manifest_bytes, fault.offset) if fault.kind == "json" else None
        yield Fault(data=data, offset=fault.offset, hint_key=hint)


def manifest_names(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """No object has two members of one name."""
    for pointer, offset in exam.text.repeats:
        yield Fault(data={"name": unescape(pointer.rpartition("/")[2])}, offset=offset)


MANIFEST_MISSING: Final = Code(
    "MANIFEST_MISSING",
    summary="A cartridge has no manifest.",
    meaning="A cartridge is a directory with a `manifest.json`. A runtime reads this file first.",
    message="{path} {what}.",
    hint="Give the directory of a cartridge. If this was one, move it away and write it again "
    "with `prometeu-assets ship{project}`.",
    hints={
        "project": "This is a project. `prometeu-assets ship{project}` makes its cartridge.",
        "interrupted": "A `ship` was interrupted here. Run `prometeu-assets ship{project} --out "
        "{path:argument}` again.",
    },
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="manifest-missing",
        code=MANIFEST_MISSING,
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.MALFORMED,
        text="`manifest.json` is a regular file of at least one byte.",
        broken="no regular file, or an empty one",
        check=present,
        final=True,
        options={"file": "manifest"},
    ),
    Rule(
        id="manifest-size",
        code="FILE_TOO_LARGE",
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.POLICY,
        text="The manifest is not larger than the limit for documents.",
        broken=f"longer than {number(LIMITS.asset_document_bytes)} bytes",
        check=manifest_size,
        final=True,
    ),
    Rule(
        id="manifest-utf8",
        code="DOCUMENT_UTF8",
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.MALFORMED,
        text="All bytes of the manifest are UTF-8.",
        broken="not UTF-8",
        check=manifest_utf8,
        final=True,
    ),
    Rule(
        id="manifest-json",
        code="DOCUMENT_JSON",
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.MALFORMED,
        text="The manifest is JSON as RFC 8259 defines it.",
        broken="the violation at the lowest byte is: not JSON",
        check=manifest_text,
        final=True,
        options={"kind": "json"},
    ),
    Rule(
        id="manifest-nesting",
        code="DOCUMENT_NESTING",
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.POLICY,
        text=f"Arrays and objects have at most {LIMITS.nesting} levels.",
        broken=f"… an array or object at level {LIMITS.nesting + 1}",
        check=manifest_text,
        final=True,
        options={"kind": "nesting"},
    ),
    Rule(
        id="manifest-repeated",
        code="DOCUMENT_REPEATED",
        step=LoadStep.MANIFEST,
        page="cartridge",
        layer=Layer.INVALID,
        text="The member names of each object are unique.",
        broken="a duplicate member name",
        check=manifest_names,
    ),
)
