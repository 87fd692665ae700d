"""How the intake refuses: one diagnostic, made where the fault is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometeu_assets.codes.code import Code
from prometeu_assets.diagnostics import Diagnostic, Refused

STRANGERS: Final[Mapping[str, str]] = {
    "lfs": "This file is a Git LFS pointer. Run `git lfs pull` to get the content.",
    "html": "This is a web page, probably saved by a download. Download the file again.",
}
"""Hints for content that is not a source file of any sort, whatever was expected."""
EMPTY: Final = "The file is empty: export it again."


def refusal(
    code: Code,
    name: str | None,
    *,
    offset: int | None = None,
    pointer: str | None = None,
    hint_key: str | None = None,
    **data: object,
) -> Refused:
    """A refusal of the source file ``name``; ``data`` is what the code's texts speak of."""
    return Refused(
        Diagnostic(
            code=code, data=data, file=name, offset=offset, pointer=pointer, hint_key=hint_key
        )
    )


def shown(text: str | bytes, limit: int = 24) -> str:
    """Untrusted ``text`` as printable ASCII of about ``limit`` characters, between back quotes."""
    if isinstance(text, bytes):
        text = text[: 4 * limit].decode("utf-8", "backslashreplace")
    if not text:
        return "nothing"
    escaped = text[: limit + 1].encode("unicode_escape").decode("ascii").replace("`", "\\x60")
    return f"`{escaped}`" if len(escaped) <= limit else f"`{escaped[:limit]}...`"
