"""Step 5: the capabilities. Clause: ``spec/contract/1/cartridge.md#order``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.documents import Violation, shown
from prometeu_assets.contract.load_rules.examination import CartridgeExamination
from prometeu_assets.contract.rule import Fault, Layer, LoadStep, Rule

_CAPABILITIES: Final = "/capabilities/"


def known(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """Every capability exists."""
    for violation in exam.violations:
        if is_capability(violation):
            index = int(violation.pointer.removeprefix(_CAPABILITIES))
            yield unknown_capability(violation.value, violation.expected, index)


def repeated(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """No capability is listed twice."""
    yield from repeated_capabilities(exam.value["capabilities"])


def ordered(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """Capabilities are sorted; one that is repeated or unknown has its own fault."""
    before = ""
    for index, name in enumerate(exam.value["capabilities"]):
        if not isinstance(name, str):
            continue
        if name < before:
            data = {"name": name, "before": before}
            yield Fault(data=data, index=index, pointer=f"{_CAPABILITIES}{index}")
        before = max(before, name)


def repeated_capabilities(names: list[Any]) -> Iterator[Fault]:
    """A fault for each duplicate capability."""
    for index, name in enumerate(names):
        if name in names[:index]:
            pointer = f"{_CAPABILITIES}{index}"
            yield Fault(data={"name": shown(name)}, index=index, pointer=pointer)


def unknown_capability(found: Any, there_are: list[str], index: int) -> Fault:
    """A fault for an unknown capability, with the nearest known one."""
    from prometeu_assets.nearest import nearest

    near = nearest(found, there_are) if isinstance(found, str) else None
    data = {"found": shown(found), "known": ", ".join(there_are), "nearest": near or ""}
    hint = "nearest" if near else None
    return Fault(data=data, index=index, pointer=f"{_CAPABILITIES}{index}", hint_key=hint)


def is_capability(violation: Violation) -> bool:
    """Whether a violation is an unknown capability."""
    return violation.keyword == "enum" and violation.pointer.startswith(_CAPABILITIES)


CAPABILITY_REPEATED: Final = Code(
    "CAPABILITY_REPEATED",
    summary="A capability is listed twice.",
    message="The capability {name} is a duplicate.",
    hint="Remove one of the two.",
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="capability-unknown",
        code=Code(
            "CAPABILITY_UNKNOWN",
            summary="A capability does not exist.",
            meaning="A capability is written exactly, in lower case. An unknown one is a spelling "
            "mistake, or belongs to a newer console.",
            message="The capability {found} does not exist.",
            hint="The capabilities are {known}.",
            hints={"nearest": "Did you mean {nearest!r}?"},
        ),
        step=LoadStep.CAPABILITIES,
        page="cartridge",
        layer=Layer.UNSUPPORTED,
        text="Each capability exists.",
        broken="a value that is not in the list of capabilities",
        check=known,
        each=True,
    ),
    Rule(
        id="capability-repeated",
        code=CAPABILITY_REPEATED,
        step=LoadStep.CAPABILITIES,
        page="cartridge",
        layer=Layer.INVALID,
        text="Each capability is listed at most once.",
        broken="a capability that is already listed before",
        check=repeated,
        each=True,
    ),
    Rule(
        id="capability-order",
        code=Code(
            "CAPABILITY_ORDER",
            summary="The capabilities of a manifest are not sorted.",
            meaning="A manifest lists its capabilities in one order, so that equal cartridges "
            "have equal bytes. In cartridge.json any order is allowed.",
            message="The capability {name!r} comes after {before!r}; capabilities must be sorted.",
            hint="Move the cartridge away and write it again with `prometeu-assets "
            "ship{project}`, which sorts them.",
        ),
        step=LoadStep.CAPABILITIES,
        page="cartridge",
        layer=Layer.INVALID,
        text="Capabilities are sorted.",
        broken="a capability less than the greatest one before it",
        check=ordered,
        each=True,
    ),
)
