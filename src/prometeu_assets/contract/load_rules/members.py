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
    """The manifest is an object with the right ``magic``."""
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
    """The manifest matches its schema. Unknown capabilities are checked in a later step."""
    for violation in exam.violations:
        if not is_capability(violation):
            yield _violated(violation)


def title(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The title has no control character. No portable pattern can express this."""
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
    summary="A member of the manifest is wrong, missing or unknown.",
    message="{what}.",
    hint="`prometeu-assets schema show manifest` shows what is allowed. To write the manifest "
    "from cartridge.json, move the cartridge away and run `prometeu-assets ship{project}`.",
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="manifest-magic",
        code=Code(
            "MANIFEST_MAGIC",
            summary="A manifest does not have the magic of a manifest.",
            meaning="The magic distinguishes a manifest from every other JSON document.",
            message="The manifest must be an object with `magic` {expected!r}.",
            hint="Check that this is the directory of a cartridge. If it is, move it away and "
            "write it again with `prometeu-assets ship{project}`.",
            hints={
                "source": "This is a cartridge.json. `ship` makes the manifest from it: move the "
                "cartridge away and write it again with `prometeu-assets ship{project}`.",
            },
        ),
        step=LoadStep.MAGIC,
        page="cartridge",
        layer=Layer.MALFORMED,
        text="The manifest is an object with `magic` `PMTU`.",
        broken="not an object, or another `magic`",
        check=magic,
    ),
    Rule(
        id="manifest-version",
        code=Code(
            "MANIFEST_VERSION",
            summary="The reader does not support the version of the cartridge.",
            message="`cartridge_version` is {found}; supported versions: {supported}.",
            hint="Move the cartridge away and write it again with `prometeu-assets ship{project}`.",
            hints={"newer": "Update the reader, or ask for a cartridge of an older version."},
        ),
        step=LoadStep.VERSION,
        page="cartridge",
        layer=Layer.UNSUPPORTED,
        text="The reader supports `cartridge_version`.",
        broken="`cartridge_version` is not supported",
        check=version,
    ),
    Rule(
        id="manifest-schema",
        code=_MANIFEST_SCHEMA,
        step=LoadStep.SCHEMA,
        page="cartridge",
        layer=Layer.INVALID,
        text="The manifest matches its schema. Which capabilities exist is checked in a later "
        "step.",
        broken="any violation of the schema, except a value in `capabilities` that does not exist",
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
