"""The inspector as one HTML page, with a pack inside, or for a pack that is given to it.

The page is whole in itself. Its content security policy allows its own script and style, what the
script makes (worker, pictures, sounds), and for a preview and on the site the server that it came
from.
``tools/inspector.py`` makes the script from the modules in ``inspector/``.
Clause: ``spec/tools.md#inspector``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from prometeu_assets.catalog import CODES, address
from prometeu_assets.codes.explain import fixes
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.limits import MIB
from prometeu_assets.contract.value import Contract
from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.names import printable, unicode
from prometeu_assets.reader.source import Source
from prometeu_assets.storage import files

OPENING: Final = "<!doctype html>\n<!-- prometeu-assets inspect -->\n"
"""How every such page begins; what begins otherwise is never replaced by one."""

PART: Final = ".prometeu-assets.part."
"""How the name of a page that is being written begins; a number that is free follows."""

HELD: Final = 48 * MIB
"""The largest pack, in bytes, that a page holds; of a larger one it has prelude and header."""

PARTS: Final = Path(__file__).parents[1] / "inspector"


def publish(page: bytes, path: Path) -> None:
    """Write a `page` to ``path``, as a whole or not at all.

    Raises `Refused` when something is there that is not such a page, and `OSError`.
    """
    replaces = os.path.lexists(path)
    if replaces and not _is_page(path):
        raise Refused(Diagnostic(code="EXTRACT_EXISTS", data={"path": str(path)}, hint_key="page"))
    files.publish(path, [page], prefix=PART, over=replaces)


def _is_page(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(OPENING)) == OPENING.encode()


def page(
    *,
    file: str = "",
    source: Source | None = None,
    report: Mapping[str, object] | None = None,
    companion: Mapping[str, Any] | None = None,
    live: Mapping[str, str] | None = None,
    site: str | None = None,
    contract: Contract = CURRENT,
) -> bytes:
    """The page, as UTF-8.

    ``source`` is the pack inside, valid or not, and ``file`` its name. ``report`` is a value of
    ``schemas/report/`` and ``companion`` one of the companion for tools. ``site`` is where
    the specification's site is, relative to the page; its address may then name a file of the site
    to open (``spec/inspector.md#address``), and the policy allows requests to the page's origin.

    With ``live`` the page is that of a preview: relative addresses of ``events`` (server-sent; one
    message at once and one whenever there is something new), ``pack``, and ``state``, a JSON object
    with any of ``message``, ``file``, ``report``, ``companion`` and ``pack``, which is null until
    there is one, and has a ``number`` that differs from that of the pack before.
    The policy then allows requests to the page's own origin.

    Equal arguments give equal pages. Raises `OSError` when the bytes of the pack cannot be read.
    """
    held = b"" if source is None else _held(source, contract)
    data = {
        "file": unicode(printable(file)),
        "pack": None if source is None else base64.b64encode(held).decode(),
        "size": None if source is None else source.size,
        "report": report,
        "companion": companion,
        "live": live,
        "reference": {**_reference(contract), "site": site},
    }
    script, style = _part("inspector.js"), _part("style.css")
    server = "'none'" if live is None and site is None else "'self'"
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; "
        "worker-src blob:; img-src blob:; media-src blob:; "
        f"connect-src {server}; "
        "base-uri 'none'; form-action 'none'"
    )
    title = escape(printable(file.replace("\\", "/").rpartition("/")[2] or "Inspector"))
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'{OPENING}<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        "<noscript>The inspector needs JavaScript.</noscript>\n"
        f'<script type="application/json" id="data">{text}</script>\n'
        f'<script id="inspector">{script}</script>\n</body>\n</html>\n'
    ).encode()


def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _held(source: Source, contract: Contract) -> bytes:
    """The whole pack, or its prelude and header where it is too large to be in a page."""
    container = contract.containers[-1]
    size = source.size
    if size > HELD:
        told = container.parse(bytes(source.read(0, container.prelude_size)))["header_len"]
        known = told if told <= contract.limits.header_bytes else 0
        size = min(size, container.payload_offset(known))
    return bytes(source.read(0, size))


def _reference(contract: Contract) -> dict[str, Any]:
    """What the page says of rules, codes and fields; it knows no text of its own."""
    container = contract.containers[-1]
    rules = (*contract.rules, *contract.load_rules)
    codes = dict.fromkeys(rule.code for rule in rules)
    return {
        "banks": [bank.bank_type for bank in container.banks],
        "slots": contract.shape(container).parts["preload.slot"]["maximum"] + 1,
        "prelude": [
            {
                "name": item.name,
                "offset": item.offset,
                "size": item.size,
                "type": item.type,
                "docs": item.docs,
            }
            for item in container.fields
        ],
        "rules": {
            rule.id: {"text": rule.text, "layer": rule.layer, "place": contract.address(rule)}
            for rule in rules
        },
        "codes": {
            code: {
                "summary": CODES[code].summary,
                "meaning": CODES[code].meaning,
                "fixes": fixes(CODES[code]),
                "place": address(code, contract),
            }
            for code in codes
        },
    }
