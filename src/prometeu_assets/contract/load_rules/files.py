"""The files of a cartridge: its manifest, its program, its pack.

Clause: ``spec/contract/1/cartridge.md#order``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.contract.cartridge import FILES
from prometeu_assets.contract.load_rules.examination import CartridgeExamination
from prometeu_assets.contract.rule import Fault, Layer, LoadStep, Rule


def present(exam: CartridgeExamination, rule: Rule) -> Iterator[Fault]:
    """The name is a regular file of at least one byte."""
    file = rule.options["file"]
    if file == "pack" and not exam.needs_pack:
        return
    found = exam.status(file)
    what = found.absent or (None if found.size else "is empty")
    # Of an empty pack the pack's own rules say what is missing.
    if what and (found.absent or file != "pack"):
        yield Fault(data={"path": FILES[file], "what": what})


PROGRAM_MISSING: Final = Code(
    "PROGRAM_MISSING",
    summary="The compiled program is missing or empty.",
    meaning="A cartridge runs `program.pbx`. The tools here only check that it exists; they do "
    "not look inside.",
    message="{path} {what}.",
    hint="Write the cartridge again with `prometeu-assets ship{project}`.",
    hints={
        "ship": "Compile the program to this path, correct `program` in cartridge.json, or give "
        "the file with `ship --program FILE`.",
        "option": "Give the compiled program with `--program FILE`.",
    },
)

PACK_MISSING: Final = Code(
    "PACK_MISSING",
    summary="A cartridge declares assets, but has no pack.",
    message="The capability `asset` is declared, but {path} {what}.",
    hint="Write the cartridge again with `prometeu-assets ship{project}`.",
    hints={
        "ship": "Run `prometeu-assets build{project}`. If the game has no assets, remove `asset` "
        "from `capabilities` in cartridge.json.",
    },
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="program-missing",
        code=PROGRAM_MISSING,
        step=LoadStep.PROGRAM,
        page="cartridge",
        layer=Layer.INCONSISTENT,
        text="`program.pbx` is a regular file of at least one byte.",
        broken="no regular file, or an empty one",
        check=present,
        options={"file": "program"},
    ),
    Rule(
        id="pack-missing",
        code=PACK_MISSING,
        step=LoadStep.PACK,
        page="cartridge",
        layer=Layer.INCONSISTENT,
        text="If the capability `asset` is declared, `assets.pa` is a regular file.",
        broken="`asset` is declared and there is no regular file",
        check=present,
        final=True,
        options={"file": "pack"},
    ),
)
