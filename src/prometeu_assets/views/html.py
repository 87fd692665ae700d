"""A pack as one HTML page for people: where its bytes are, its sheets and its sounds.

The page is whole in itself: no script, nothing loaded from anywhere, and a content security
policy that allows neither. Slices are read one at a time, for the pictures alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from prometeu_assets.diagnostics import Diagnostic, Refused
from prometeu_assets.names import printable
from prometeu_assets.reader.pack import Pack
from prometeu_assets.storage import files
from prometeu_assets.views.payload_map import columns, extent, slices
from prometeu_assets.views.style import COLORS, STYLE

Classes = Mapping[str, str]
"""Bank type to its class in the style."""

OPENING: Final = "<!doctype html>\n<!-- prometeu-assets inspect -->\n"
"""How every such page begins; what begins otherwise is never replaced by one."""

PART: Final = ".prometeu-assets.part."
"""How the name of a page that is being written begins; a number that is free follows."""

PICTURES: Final = 60
"""Assets that are shown as pictures; a page of thousands would help nobody."""
ROWS: Final = 2_000
"""Rows of the table of assets."""
MAP: Final = 1_000
MAP_HEIGHT: Final = 60
"""Width and height of the map of the payload, in units of their own."""
PARTS: Final = 300
"""Parts of the map, whatever the number of assets."""


def publish(pack: Pack, value: dict[str, Any], path: Path) -> None:
    """Write the `page` to ``path``, as a whole or not at all.

    Raises `Refused` when something is there that is not such a page, and `OSError`.
    """
    replaces = os.path.lexists(path)
    if replaces and not _is_page(path):
        raise Refused(Diagnostic(code="EXTRACT_EXISTS", data={"path": str(path)}, hint_key="page"))
    pieces = (piece.encode() for piece in page(pack, value))
    files.publish(path, pieces, prefix=PART, over=replaces)


def _is_page(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(OPENING)) == OPENING.encode()


def page(pack: Pack, value: dict[str, Any]) -> Iterator[str]:
    """The page, piece by piece; ``value`` is the pack's `inspection`.

    Raises `OSError` when the bytes of a slice are not there any more.
    """
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'"
    classes = _classes(pack)
    file = value["file"]
    title = escape(printable(file.replace("\\", "/").rpartition("/")[2] or file))
    yield (
        f'{OPENING}<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1><p>{escape(printable(file))}</p></header>\n<main>\n"
    )
    yield from _facts(value)
    yield from _map(value, classes)
    yield from _slots(value, classes)
    yield from _pictures(pack, classes)
    yield from _table(value)
    yield "</main>\n</body>\n</html>\n"


def _facts(value: dict[str, Any]) -> Iterator[str]:
    layout = value["layout"]
    facts = [
        (number(value["size"]), "bytes"),
        (number(len(value["assets"])), "assets"),
        (number(layout["header"]), "bytes of header"),
        (number(layout["slices"]), "bytes of slices"),
        (number(layout["padding"]), "bytes of padding"),
    ]
    yield '<dl class="facts">\n'
    for figure, what in facts:
        yield f"<div><dt>{what}</dt><dd>{figure}</dd></div>\n"
    yield "</dl>\n"


def _map(value: dict[str, Any], classes: Classes) -> Iterator[str]:
    """The payload to scale, slice by slice; of many, in equal parts with each bank's share."""
    assets = value["assets"]
    if not assets:
        yield "<p>The pack holds no assets.</p>\n"
        return
    total = extent(assets)
    yield (
        "<section><h2>Payload</h2>\n"
        f'<svg class="map" viewBox="0 0 {MAP} {MAP_HEIGHT}" preserveAspectRatio="none" '
        'shape-rendering="crispEdges" role="img" aria-label="The payload, to scale">\n'
    )
    few = len(assets) <= PARTS
    for part in slices(assets) if few else columns(assets, PARTS):
        first, last = assets[part.first], assets[part.last]
        told = f"#{first['asset_id']} {first['asset_name']}"
        if first is not last:
            told += f" to #{last['asset_id']} {last['asset_name']}"
        shade = " odd" if few and part.owner % 2 else ""
        told += f": {number(round(part.end - part.start))} bytes"
        left, width = MAP * part.start / total, MAP * (part.end - part.start) / total
        top = 0.0
        for bank_type in value["banks"]:
            height = MAP_HEIGHT * part.shares.get(bank_type, 0)
            if height:
                yield (
                    f'<rect class="{classes[bank_type]}{shade}" x="{left:.2f}" y="{top:.2f}" '
                    f'width="{max(width, 0.5):.2f}" height="{height:.2f}">'
                    f"<title>{escape(told)}</title></rect>\n"
                )
                top += height
    yield '</svg>\n<ul class="legend">\n'
    for bank_type, bank in value["banks"].items():
        yield (
            f'<li><span class="key {classes[bank_type]}"></span>{escape(bank_type)}: '
            f"{_counted(bank['assets'], 'asset')}, {number(bank['size'])} bytes stored, "
            f"{number(bank['decoded_size'])} resident</li>\n"
        )
    yield "</ul></section>\n"


def _slots(value: dict[str, Any], classes: Classes) -> Iterator[str]:
    if not value["banks"]:
        return
    yield "<section><h2>Preload slots</h2>\n"
    for bank_type in value["banks"]:
        taken = {i["slot"]: i for i in value["preload"] if i["bank_type"] == bank_type}
        yield f'<h3>{escape(bank_type)}, {len(taken)} of {value["slots"]}</h3><ol class="slots">\n'
        for slot in range(value["slots"]):
            if slot in taken:
                name = escape(taken[slot]["asset_name"])
                yield f'<li class="{classes[bank_type]}" title="{name}"><b>{slot}</b>{name}</li>\n'
            else:
                yield f"<li><b>{slot}</b></li>\n"
        yield "</ol>\n"
    yield "</section>\n"


def _pictures(pack: Pack, classes: Classes) -> Iterator[str]:
    if not pack.entries:
        return
    yield '<section><h2>Assets</h2>\n<div class="cards">\n'
    for entry in pack.entries[:PICTURES]:
        yield (
            f'<article class="{classes[entry.bank_type]}">'
            f"<h3>{escape(entry.asset_name)} <small>#{entry.asset_id}</small></h3>\n"
        )
        yield from pack.bank(entry).picture(pack.decode(entry))
        yield "</article>\n"
    yield "</div>\n"
    if len(pack) > PICTURES:
        yield f"<p>The first {PICTURES} of {number(len(pack))} are shown as pictures.</p>\n"
    yield "</section>\n"


def _table(value: dict[str, Any]) -> Iterator[str]:
    assets = value["assets"]
    if not assets:
        return
    slots = {item["asset_id"]: item["slot"] for item in value["preload"]}
    yield '<section><h2>Table</h2>\n<div class="wide"><table>\n<thead><tr>'
    for head in ("Id", "Name", "Bank", "Offset", "Size", "Resident", "Slot"):
        yield f"<th>{head}</th>"
    yield "</tr></thead>\n<tbody>\n"
    for asset in assets[:ROWS]:
        yield (
            f"<tr><td>{asset['asset_id']}</td><td>{escape(asset['asset_name'])}</td>"
            f"<td>{escape(asset['bank_type'])}</td><td>{number(asset['offset'])}</td>"
            f"<td>{number(asset['size'])}</td><td>{number(asset['decoded_size'])}</td>"
            f"<td>{slots.get(asset['asset_id'], '')}</td></tr>\n"
        )
    yield "</tbody></table></div>\n"
    if len(assets) > ROWS:
        yield f"<p>The first {number(ROWS)} of {number(len(assets))}.</p>\n"
    yield "</section>\n"


def _classes(pack: Pack) -> Classes:
    """The style of each bank type: colours in the order in which the container lists them."""
    return {bank.bank_type: f"bank{n % COLORS}" for n, bank in enumerate(pack.container.banks)}


def _counted(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def number(value: int) -> str:
    """A number with narrow spaces between its thousands."""
    return f"{value:,}".replace(",", "\u202f")
