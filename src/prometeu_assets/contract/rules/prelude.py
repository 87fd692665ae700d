"""Step 1: the prelude. Clause: ``spec/contract/1/container.md#prelude``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometeu_assets import kinds
from prometeu_assets.codes.code import Code
from prometeu_assets.contract.container import (
    IDENTITY_BYTES,
    LEGACY_MAGIC,
    MAGIC_BYTES,
    PRELUDE_1,
    Computed,
    show,
)
from prometeu_assets.contract.rule import Fault, Layer, Rule, Step
from prometeu_assets.contract.rules.examination import Examination


def holds_magic(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """At least the magic is there."""
    yield from _holds(exam, exam.contract.containers[-1].field("magic").size)


def holds_version(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """At least magic and version are there."""
    yield from _holds(exam, exam.contract.containers[-1].identity_size)


def holds_prelude(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The prelude of the file's version is there."""
    yield from _holds(exam, exam.container.prelude_size)


def _holds(exam: Examination, needed: int) -> Iterator[Fault]:
    found = len(exam.head)
    if found < needed:
        yield Fault(
            data={"found": found, "needed": needed},
            offset=found,
            hint_key=None if found else "empty",
        )


def not_legacy(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The file is not an artifact of the old packer."""
    if exam.head.startswith(LEGACY_MAGIC):
        yield Fault(data={}, offset=0)


def magic(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The magic is there."""
    field = exam.contract.containers[-1].field("magic")
    found = exam.head[: field.size]
    if not field.constraint.allows(found, {}):
        kind = kinds.sniff(bytes(exam.source.read(0, min(exam.source.size, 1024))))
        yield Fault(
            data={"found": show(found), "expected": field.constraint.describe({}), "kind": kind},
            offset=field.offset,
            hint_key=_HINTS.get(kind, "other") if kind else None,
        )


_HINTS: Final = {
    kinds.LFS: "lfs",
    kinds.HTML: "html",
    kinds.ZIP: "zip",
    kinds.JSON: "json",
    kinds.PNG: "source",
    kinds.WAV: "source",
}


def version(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The version is supported."""
    supported = [c.version for c in exam.contract.containers]
    found = exam.identity["schema_version"]
    if found not in supported:
        field = exam.contract.containers[-1].field("schema_version")
        shown = ", ".join(map(str, supported))
        yield Fault(
            data={"field": field.name, "found": found, "supported": shown},
            offset=field.offset,
            hint_key="newer" if found > max(supported) else None,
        )


def field_value(exam: Examination, rule: Rule) -> Iterator[Fault]:
    """The field that carries this rule has a value its constraint allows."""
    container, prelude = exam.container, exam.prelude
    for field in container.fields:
        if field.rule != rule.id or container.allows(field, prelude):
            continue
        length = container.field("header_len")
        if isinstance(field.constraint, Computed) and not container.allows(length, prelude):
            # What it is computed from is wrong, which its own rule says.
            continue
        yield Fault(
            data={
                "field": field.name,
                "found": show(prelude[field.role]),
                "expected": container.describe(field, prelude),
            },
            offset=field.offset,
        )


_PRELUDE_TRUNCATED: Final = Code(
    "PRELUDE_TRUNCATED",
    summary="The file is truncated inside the prelude.",
    meaning="The prelude is the first part of a pack and has a fixed size. The file is shorter "
    "than that, usually because a download, a copy or a build was interrupted.",
    message="The file is truncated: it has {found} bytes, and the prelude needs {needed}.",
    hint="Build the file or copy it again.",
    hints={
        "empty": "The file is empty, because the download or the build was interrupted. Build "
        "it or copy it again."
    },
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="prelude-truncated-magic",
        code=_PRELUDE_TRUNCATED,
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file contains at least the magic.",
        broken=f"fewer than {MAGIC_BYTES} bytes",
        check=holds_magic,
        final=True,
    ),
    Rule(
        id="prelude-legacy",
        code=Code(
            "PRELUDE_LEGACY",
            summary="The file is a `PPA1` artifact of the old packer.",
            meaning="Packs of the old packer begin with `PPA1`. The tools recognise them, but "
            "neither read nor convert them.",
            message="This is a `PPA1` artifact of the old packer, which this reader does not "
            "support.",
            hint="Build the pack again from its workspace: it cannot be converted.",
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="The file is not a legacy `PPA1` artifact.",
        broken=f"the first {MAGIC_BYTES} bytes are `PPA1`",
        check=not_legacy,
        final=True,
    ),
    Rule(
        id="prelude-magic",
        code=Code(
            "PRELUDE_MAGIC",
            summary="The file does not begin with the magic of a pack.",
            meaning="Every pack begins with the four bytes `ASPA`. A file that begins with others "
            "is usually of another kind, with the name of a pack. The hint names the kind if it "
            "is a common one.",
            message="The file is not a pack: it begins with {found} instead of {expected}.",
            hint="Give the `assets.pa` that `build` made.",
            hints={
                "lfs": "This file is a Git LFS pointer. Run `git lfs pull` to get the pack.",
                "html": "This is a web page, probably an error page that was saved by a download. "
                "Download the pack again.",
                "zip": "This is a zip archive. Unpack it, and give the `assets.pa` inside.",
                "json": "This is a JSON document. Give the pack, `build/assets.pa`.",
                "source": "This looks like {kind}. Put it into an asset root, and `build` makes "
                "the pack.",
                "other": "This looks like {kind}. Give the `assets.pa` that `build` made.",
            },
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file begins with the magic.",
        broken="any other first bytes",
        check=magic,
        final=True,
    ),
    Rule(
        id="prelude-truncated-version",
        code=_PRELUDE_TRUNCATED,
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file contains at least the magic and the version.",
        broken=f"fewer than {IDENTITY_BYTES} bytes",
        check=holds_version,
        final=True,
    ),
    Rule(
        id="prelude-version",
        code=Code(
            "PRELUDE_VERSION",
            summary="The reader does not support the `schema_version` of the pack.",
            meaning="The version defines the layout of all the following bytes, so it is checked "
            "first. A file with another version is not damaged: it needs another reader, or a new "
            "build.",
            message="The pack has {field} {found}; this reader supports {supported}.",
            hint="Build the pack again from its workspace with this version of the tools.",
            hints={
                "newer": "A newer tool made this pack. Update this tool, or build the pack again."
            },
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="The reader supports the version.",
        broken="the version is not supported",
        check=version,
        final=True,
    ),
    Rule(
        id="prelude-truncated",
        code=_PRELUDE_TRUNCATED,
        step=Step.PRELUDE,
        page="container",
        layer=Layer.MALFORMED,
        text="The file contains the whole prelude of its version.",
        broken=f"fewer than {PRELUDE_1.sizeof()} bytes, the prelude of version 1",
        check=holds_prelude,
        final=True,
    ),
    Rule(
        id="prelude-header-len",
        code=Code(
            "PRELUDE_HEADER_LEN",
            summary="`header_len` is 0 or over the limit.",
            meaning="The length is checked before the header is read, so no file can make a "
            "reader allocate more memory than the limit.",
            message="{field} is {found}; it must be {expected}.",
            hint="The prelude is damaged. Build the file or copy it again.",
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.INVALID,
        text="`header_len` is at least 1 and at most the limit.",
        broken="`header_len` is 0 or over the limit",
        check=field_value,
    ),
    Rule(
        id="prelude-payload-offset",
        code=Code(
            "PRELUDE_PAYLOAD_OFFSET",
            summary="`payload_offset` has the wrong value.",
            meaning="The payload begins at the end of the header, rounded up to the alignment. So "
            "each `header_len` has one valid `payload_offset`. The field exists for readers that "
            "want only a slice.",
            message="{field} is {found}; it must be {expected}.",
            hint="The prelude is damaged, or its writer is wrong. Build the file or copy it again.",
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.INCONSISTENT,
        text="`payload_offset` is the end of the header, rounded up to the alignment.",
        broken="`payload_offset` has any other value",
        check=field_value,
    ),
    Rule(
        id="prelude-flags",
        code=Code(
            "PRELUDE_FLAGS",
            summary="A flag is set that this version does not define.",
            meaning="Flags are reserved for later versions. A reader that ignores an unknown flag "
            "may read the pack wrongly.",
            message="{field} is {found}; it must be {expected}.",
            hint="The file is damaged, or a newer tool made it. Build the file or copy it again, "
            "or update this tool.",
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="`flags` is 0.",
        broken="`flags` is not 0",
        check=field_value,
    ),
    Rule(
        id="prelude-reserved",
        code=Code(
            "PRELUDE_RESERVED",
            summary="A reserved byte is not zero.",
            meaning="Reserved bytes are for later versions. In this version they are zero in "
            "every pack.",
            message="{field} is {found}; it must be {expected}.",
            hint="The file is damaged, or a newer tool made it. Build the file or copy it again, "
            "or update this tool.",
        ),
        step=Step.PRELUDE,
        page="container",
        layer=Layer.UNSUPPORTED,
        text="Every byte of `reserved` is zero.",
        broken="`reserved` is not zero",
        check=field_value,
    ),
)
