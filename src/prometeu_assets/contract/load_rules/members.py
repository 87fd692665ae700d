"""Steps 2 to 4: what the manifest is, its version, its members.

Clause: ``spec/contract/1/cartridge.md#order``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.cartridge import has_control
from prometeu_assets.contract.documents import Violation, shown
from prometeu_assets.contract.load_rules.capabilities import is_capability
from prometeu_assets.contract.load_rules.examination import CartridgeExamination
from prometeu_assets.contract.rule import Fault, Layer, LoadStep, Rule


def magic(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest is an object whose ``magic`` is the one there is."""
    wanted = _constant(exam, "magic")
    found = exam.value.get("magic") if isinstance(exam.value, dict) else None
    if found != wanted:
        is_source = isinstance(exam.value, dict) and {"app_id", "program"} <= exam.value.keys()
        pointer = "/magic" if isinstance(exam.value, dict) and "magic" in exam.value else ""
        hint = "source" if is_source else None
        yield Fault(data={"expected": wanted}, pointer=pointer, hint_key=hint)


def version(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The version of the cartridge is one that is supported."""
    window = exam.contract.windows["manifest"]
    found = exam.value.get("cartridge_version")
    if type(found) is int and found in window:
        return
    is_newer = type(found) is int and found > window[-1]
    is_there = "cartridge_version" in exam.value
    data = {
        "found": shown(found) if is_there else "missing",
        "supported": ", ".join(map(str, window)),
    }
    yield Fault(
        data=data,
        pointer="/cartridge_version" if is_there else "",
        hint_key="newer" if is_newer else None,
    )


def schema(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The manifest obeys its schema, but for which capabilities there are: that is a later step."""
    for violation in exam.violations:
        if not is_capability(violation):
            yield _violated(violation)


def title(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The title has no control character, which no portable pattern can say."""
    found = exam.value.get("title")
    if isinstance(found, str) and has_control(found):
        what = "/title has a control character"
        yield Fault(data={"what": what}, pointer="/title", keyword="pattern")


def _constant(exam: CartridgeExamination, member: str) -> Any:
    newest = exam.contract.windows["manifest"][-1]
    return exam.contract.documents.constants(("manifest", newest))[member]


def _violated(violation: Violation) -> Fault:
    data: Mapping[str, object] = {"what": violation.what}
    return Fault(data=data, pointer=violation.pointer, keyword=violation.keyword)


_MANIFEST_SCHEMA: Final = Code(
    "MANIFEST_SCHEMA",
    summary="A manifest has a member that is wrong, missing or unknown.",
    message="{what}.",
    hint="`prometeu-assets schema show manifest` shows what may stand there. To write it from "
    "cartridge.json, move the cartridge away and run `prometeu-assets ship{project}`.",
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="manifest-magic",
        code=Code(
            "MANIFEST_MAGIC",
            summary="A manifest does not say that it is one.",
            meaning="The magic tells a manifest from every other JSON document.",
            message="The manifest is no object whose `magic` is {expected!r}.",
            hint="Check that it is the directory of a cartridge. If it is, move it away and "
            "assemble it again with `prometeu-assets ship{project}`.",
            hints={
                "source": "This is a cartridge.json, of which `ship` makes the manifest: move the "
                "cartridge away and assemble it again with `prometeu-assets ship{project}`.",
            },
        ),
        step=LoadStep.MAGIC,
        page="cartridge",
        layer=Layer.MALFORMED,
        text="The manifest is an object whose `magic` is `PMTU`.",
        broken='no object whose `magic` is `"PMTU"`',
        check=magic,
    ),
    Rule(
        id="manifest-version",
        code=Code(
            "MANIFEST_VERSION",
            summary="A cartridge has a version that this reader does not support.",
            message="`cartridge_version` is {found}; supported is {supported}.",
            hint="Move the cartridge away and assemble it again with `prometeu-assets "
            "ship{project}`.",
            hints={"newer": "Update the reader, or ask for a cartridge of an older version."},
        ),
        step=LoadStep.VERSION,
        page="cartridge",
        layer=Layer.UNSUPPORTED,
        text="`cartridge_version` is one that the reader supports.",
        broken="`cartridge_version` is not supported",
        check=version,
    ),
    Rule(
        id="manifest-schema",
        code=_MANIFEST_SCHEMA,
        step=LoadStep.SCHEMA,
        page="cartridge",
        layer=Layer.INVALID,
        text="The manifest obeys its schema, but for which capabilities there are.",
        broken="any violation of the schema, but for an element of `capabilities` that is none",
        check=schema,
    ),
    Rule(
        id="manifest-title",
        code=_MANIFEST_SCHEMA,
        step=LoadStep.SCHEMA,
        page="cartridge",
        layer=Layer.INVALID,
        text="The title has no control character.",
        broken="a control character in `title`",
        check=title,
    ),
)
