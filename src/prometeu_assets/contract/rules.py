"""The ordered table of rules: the order of checks, and what schemas cannot state.

Clause: ``spec/reader.md#order``. With the Construct definitions and the JSON Schemas this is the
third source of truth. The first failing check decides the code; steps are gates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Final

from prometeu_assets.contract.steps import banks, file, header, payload, preload, prelude, table
from prometeu_assets.diagnostics import Severity

if TYPE_CHECKING:
    from prometeu_assets.contract.steps.examination import Examination
    from prometeu_assets.contract.steps.fault import Fault

Check = Callable[["Examination", "Rule"], Iterator["Fault"]]


class Profile(StrEnum):
    """Who must enforce a rule: every runtime, or whoever publishes a pack as well."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check.

    ``id`` is permanent and is also its anchor on ``page`` of the specification.
    ``each``: it is checked entry by entry together with the other such rules of its step.
    ``final``: when it is broken, nothing after it in its step can be judged.
    ``proved_by``: the kind of proof that it fires, ``vector`` or the name of a test.
    """

    id: str
    code: str
    step: Step
    page: str
    layer: Layer
    text: str
    check: Check
    profile: Profile = Profile.READER
    severity: Severity = Severity.ERROR
    each: bool = False
    final: bool = False
    proved_by: str = "tests/contract/test_rules.py"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Where the specification states the rule, relative to ``spec/``."""
        return f"{self.page}.md#{self.id}"


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="prelude-truncated-magic",
        code="PRELUDE_TRUNCATED",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file holds at least the magic.",
        check=prelude.holds_magic,
        final=True,
    ),
    Rule(
        id="prelude-legacy",
        code="PRELUDE_LEGACY",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="The file is not a legacy `PPA1` artifact.",
        check=prelude.not_legacy,
        final=True,
    ),
    Rule(
        id="prelude-magic",
        code="PRELUDE_MAGIC",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file begins with the magic.",
        check=prelude.magic,
        final=True,
    ),
    Rule(
        id="prelude-truncated-version",
        code="PRELUDE_TRUNCATED",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file holds at least the magic and the version.",
        check=prelude.holds_version,
        final=True,
    ),
    Rule(
        id="prelude-version",
        code="PRELUDE_VERSION",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="The version is one that the reader supports.",
        check=prelude.version,
        final=True,
    ),
    Rule(
        id="prelude-truncated",
        code="PRELUDE_TRUNCATED",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file holds the whole prelude of its version.",
        check=prelude.holds_prelude,
        final=True,
    ),
    Rule(
        id="prelude-header-len",
        code="PRELUDE_HEADER_LEN",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.INVALID,
        text="`header_len` is neither 0 nor over the limit.",
        check=prelude.field_value,
    ),
    Rule(
        id="prelude-payload-offset",
        code="PRELUDE_PAYLOAD_OFFSET",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="`payload_offset` is the one valid value.",
        check=prelude.field_value,
    ),
    Rule(
        id="prelude-flags",
        code="PRELUDE_FLAGS",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="`flags` is 0.",
        check=prelude.field_value,
    ),
    Rule(
        id="prelude-reserved",
        code="PRELUDE_RESERVED",
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="Every byte of `reserved` is zero.",
        check=prelude.field_value,
    ),
    Rule(
        id="file-size",
        code="FILE_SIZE",
        step=Step.FILE,
        page="container",
        layer=Layer.POLICY,
        text="The file is not longer than a pack may be.",
        check=file.size,
        final=True,
    ),
    Rule(
        id="header-truncated",
        code="HEADER_TRUNCATED",
        step=Step.FILE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file reaches at least to its payload region.",
        check=file.holds_header,
        final=True,
    ),
    Rule(
        id="header-checksum",
        code="HEADER_CHECKSUM",
        step=Step.FILE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="The header's CRC-32 is the one recorded.",
        check=file.checksum,
    ),
    Rule(
        id="header-padding",
        code="HEADER_PADDING",
        step=Step.FILE,
        page="container",
        layer=Layer.INVALID,
        text="Every byte between header and payload region is zero.",
        check=file.padding,
    ),
    Rule(
        id="header-utf8",
        code="HEADER_UTF8",
        step=Step.TEXT,
        page="header",
        layer=Layer.MALFORMED,
        text="The header is UTF-8.",
        check=header.utf8,
        final=True,
    ),
    Rule(
        id="header-json",
        code="HEADER_JSON",
        step=Step.TEXT,
        page="header",
        layer=Layer.MALFORMED,
        text="The header is JSON.",
        check=header.text,
        options={"kind": "json"},
        final=True,
    ),
    Rule(
        id="header-nesting",
        code="HEADER_NESTING",
        step=Step.TEXT,
        page="header",
        layer=Layer.POLICY,
        text="At most 16 arrays and objects are open at once.",
        check=header.text,
        options={"kind": "nesting"},
        final=True,
    ),
    Rule(
        id="header-number",
        code="HEADER_NUMBER",
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="Every number obeys the number rule.",
        check=header.text,
        options={"kind": "number"},
        final=True,
    ),
    Rule(
        id="header-canonical",
        code="HEADER_CANONICAL",
        step=Step.TEXT,
        page="header",
        layer=Layer.INVALID,
        text="The header is in canonical encoding.",
        check=header.canonical_text,
    ),
    Rule(
        id="header-schema",
        code="HEADER_SCHEMA",
        step=Step.SCHEMA,
        page="header",
        layer=Layer.INVALID,
        text="The header obeys its schema.",
        check=header.schema,
    ),
    Rule(
        id="metadata-size",
        code="HEADER_SCHEMA",
        step=Step.SCHEMA,
        page="header",
        layer=Layer.POLICY,
        text="One entry's `metadata` is at most 65 536 bytes of header text.",
        check=header.metadata_size,
    ),
    Rule(
        id="table-order",
        code="TABLE_ORDER",
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="`asset_id` increases strictly along the table.",
        check=table.order,
        each=True,
    ),
    Rule(
        id="table-offset",
        code="TABLE_OFFSET",
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each slice is where the placement rule puts it.",
        check=table.offset,
        each=True,
    ),
    Rule(
        id="table-bounds",
        code="TABLE_BOUNDS",
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Each slice ends within the file.",
        check=table.bounds,
        each=True,
    ),
    Rule(
        id="table-name",
        code="TABLE_NAME",
        step=Step.TABLE,
        page="header",
        layer=Layer.INVALID,
        text="No two entries have one `asset_name`.",
        check=table.name,
    ),
    Rule(
        id="table-trailing",
        code="TABLE_TRAILING",
        step=Step.TABLE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="Nothing follows the last slice.",
        check=table.trailing,
    ),
    Rule(
        id="bank-metadata",
        code="BANK_METADATA",
        step=Step.BANKS,
        page="banks",
        layer=Layer.INVALID,
        text="An entry's `metadata` obeys the schema of its bank.",
        check=banks.metadata,
        each=True,
    ),
    Rule(
        id="bank-samples",
        code="BANK_METADATA",
        step=Step.BANKS,
        page="banks",
        layer=Layer.INVALID,
        text="The members of `samples` are named 0 … n−1.",
        check=banks.samples,
        each=True,
    ),
    Rule(
        id="bank-size",
        code="BANK_SIZE",
        step=Step.BANKS,
        page="banks",
        layer=Layer.INCONSISTENT,
        text="`size` and `decoded_size` are what the bank's layout takes.",
        check=banks.size,
        each=True,
    ),
    Rule(
        id="bank-range",
        code="BANK_RANGE",
        step=Step.BANKS,
        page="banks",
        layer=Layer.INCONSISTENT,
        text="Samples follow each other from 0 to `size`.",
        check=banks.chain,
        each=True,
    ),
    Rule(
        id="preload-order",
        code="PRELOAD_ORDER",
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INVALID,
        text="`asset_id` increases strictly along the preload list.",
        check=preload.order,
        each=True,
    ),
    Rule(
        id="preload-unknown",
        code="PRELOAD_UNKNOWN",
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INCONSISTENT,
        text="Each preload entry names an asset of the table.",
        check=preload.known,
        each=True,
    ),
    Rule(
        id="preload-slot",
        code="PRELOAD_SLOT",
        step=Step.PRELOAD,
        page="header",
        layer=Layer.INCONSISTENT,
        text="No slot of a bank type is claimed twice.",
        check=preload.slot,
        each=True,
    ),
    Rule(
        id="payload-padding",
        code="PAYLOAD_PADDING",
        step=Step.PAYLOAD,
        page="container",
        layer=Layer.INVALID,
        text="Every byte between two slices is zero.",
        check=payload.padding,
        profile=Profile.WRITER,
    ),
    Rule(
        id="payload-palette",
        code="PAYLOAD_PALETTE",
        step=Step.PAYLOAD,
        page="banks",
        layer=Layer.INVALID,
        text="Every byte of a palette beyond those authored is zero.",
        check=payload.palette,
        profile=Profile.WRITER,
    ),
)
"""The published rules, in the order in which they are checked."""
