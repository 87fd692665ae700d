"""What a rule is: one check, its place in the order, what it is called and says.

Clauses: ``spec/contract/1/reader.md#order``, ``spec/contract/1/cartridge.md#order``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from prometeu_assets.codes.code import Severity
from prometeu_assets.diagnostics import AssetRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a check yields: one place where a rule is broken.

    ``data`` fills the code's message; ``index`` is the entry's, for rules checked entry by
    entry; ``pointer`` leads into the header, ``offset`` counts bytes from the file's start.
    """

    data: Mapping[str, object]
    index: int = 0
    pointer: str | None = None
    offset: int | None = None
    asset: AssetRef | None = None
    keyword: str | None = None
    hint_key: str | None = None


Check = Callable[[Any, "Rule"], Iterator[Fault]]
"""Looks at an examination for one rule and yields the places where it is broken.

What is examined is a pack (`Examination`) or a cartridge (`CartridgeExamination`).
"""


class Profile(StrEnum):
    """Who must check a rule: every reader, or only the writer of a pack."""

    READER = "reader"
    WRITER = "writer"


class Layer(StrEnum):
    """What kind of wrong a broken rule is."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    INCONSISTENT = "inconsistent"
    UNSUPPORTED = "unsupported"
    POLICY = "policy"


class Step(IntEnum):
    """The gates of reading, in order; a fault in one ends the reading after it."""

    PRELUDE = 1
    FILE = 2
    TEXT = 3
    SCHEMA = 4
    TABLE = 5
    BANKS = 6
    PRELOAD = 7
    PAYLOAD = 8


class LoadStep(IntEnum):
    """The gates of loading a cartridge, in order; then come the pack's own steps, and preload."""

    MANIFEST = 1
    MAGIC = 2
    VERSION = 3
    SCHEMA = 4
    CAPABILITIES = 5
    PROGRAM = 6
    PACK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check.

    ``id`` is permanent and is also its anchor on ``page`` of the specification. ``text`` says what
    holds, ``broken`` what is found where it does not: both stand in the generated tables.
    ``code`` holds message and hints, unless several documents share the code.
    ``each``: it is checked entry by entry together with the other such rules of its step.
    ``final``: when it is broken, nothing after it in its step can be judged.
    ``since``: the first version of the container whose packs it judges.
    ``proved_by``: the kind of proof that it fires, ``vector`` or the name of a test.
    """

    id: str
    code: str
    step: Step | LoadStep
    page: str
    layer: Layer
    text: str
    broken: str
    check: Check
    profile: Profile = Profile.READER
    severity: Severity = Severity.ERROR
    each: bool = False
    final: bool = False
    since: int = 1
    proved_by: str = "vector"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Where the contract states the rule, relative to the contract's own folder.

        Vectors hold it, so a published one stays right; `Contract.address` leads to the folder.
        """
        return f"{self.page}.md#{self.id}"
