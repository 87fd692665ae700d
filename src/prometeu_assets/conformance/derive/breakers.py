"""What breaks each rule: for each the smallest fault that leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from prometeu_assets.conformance.derive.make import base
from prometeu_assets.conformance.parts import Parts, tiles
from prometeu_assets.contract.value import Contract

Breaker = Callable[[Parts], object]


def in_header(change: Callable[[dict[str, Any]], object]) -> Breaker:
    """A change of the header's value."""

    def changed(value: Any) -> Any:
        change(value)
        return value

    return lambda parts: parts.header.append(changed)


def in_entry(index: int, name: str, change: Callable[[Any], Any]) -> Breaker:
    """A change of one member of one entry."""

    def apply(value: dict[str, Any]) -> None:
        row = value["asset_table"][index]
        row[name] = change(row[name])

    return in_header(apply)


def in_preload(index: int, name: str, new: int) -> Breaker:
    """Another value for one member of one preload entry."""

    def apply(value: dict[str, Any]) -> None:
        value["preload"][index][name] = new

    return in_header(apply)


def in_metadata(index: int, change: Callable[[dict[str, Any]], object]) -> Breaker:
    """A change of one entry's metadata."""

    def apply(value: dict[str, Any]) -> None:
        change(value["asset_table"][index]["metadata"])

    return in_header(apply)


def in_text(old: bytes, new: bytes) -> Breaker:
    """Another spelling in the header's text; raises `ValueError` when ``old`` is not there."""

    def edit(text: bytes) -> bytes:
        if old not in text:
            raise ValueError(f"the base pack has no {old!r}")
        return text.replace(old, new, 1)

    return lambda parts: parts.text.append(edit)


def in_file(edit: Callable[[bytes, Parts], bytes]) -> Breaker:
    """A change of the whole file."""
    return lambda parts: parts.file.append(lambda data: edit(data, parts))


def in_prelude(role: str, value: Any) -> Breaker:
    """Another value of a prelude field, or a function of the right one."""
    return lambda parts: parts.prelude.update({role: value})


def pad(parts: Parts) -> None:
    """The last byte between header and payload region is not zero."""
    text = parts.header_text()
    container = parts.container
    count = container.payload_offset(len(text)) - container.prelude_size - len(text)
    parts.padding = bytes(count - 1) + b"\x01"


def rename_sample(old: str, new: str) -> Callable[[dict[str, Any]], object]:
    """Another name for one sample."""
    return lambda metadata: metadata["samples"].update({new: metadata["samples"].pop(old)})


def _shift(metadata: dict[str, Any]) -> None:
    metadata["samples"]["1"]["offset"] += 2


def mark(position: int) -> Breaker:
    """A byte of the payload region that is not zero."""
    return lambda parts: parts.body.append(lambda body: body.__setitem__(position, 1))


def header_end(parts: Parts) -> int:
    """Where the header's text ends, in bytes from the start of the file."""
    return parts.container.prelude_size + len(parts.header_text())


def _payload_start(parts: Parts, data: bytes) -> int:
    return int(parts.container.parse(data)["payload_offset"])


BREAKERS: Final[Mapping[str, Breaker]] = {
    "prelude-truncated-magic": in_file(lambda data, _: data[:3]),
    "prelude-legacy": in_file(lambda data, _: b"PPA1" + data[4:]),
    "prelude-magic": in_prelude("magic", b"ASPB"),
    "prelude-truncated-version": in_file(lambda data, _: data[:7]),
    "prelude-version": in_prelude("schema_version", 9),
    "prelude-truncated": in_file(lambda data, parts: data[: parts.container.prelude_size - 1]),
    "prelude-header-len": in_prelude("header_len", 0),
    "prelude-payload-offset": in_prelude("payload_offset", lambda right: right + 8),
    "prelude-flags": in_prelude("flags", 2),
    "prelude-reserved": in_prelude("reserved", lambda right: b"\xff" * len(right)),
    "header-truncated": in_file(lambda data, parts: data[: _payload_start(parts, data) - 1]),
    "header-checksum": in_prelude("header_checksum", lambda right: right ^ 0xFFFF),
    "header-padding": pad,
    "header-utf8": in_text(b'"preload"', b'"preload\xff"'),
    "header-json": in_text(b'"asset_id":1', b'"asset_id":01'),
    "header-nesting": in_text(b'"channels":1', b'"channels":' + b"[" * 20 + b"]" * 20),
    "header-number": in_text(b'"sample_rate":8000', b'"sample_rate":8000.0'),
    "header-canonical": lambda parts: parts.text.append(lambda text: text[:1] + b" " + text[1:]),
    "header-schema": in_entry(0, "codec", lambda _: "RAW"),
    "metadata-size": in_metadata(0, lambda metadata: metadata.update(x_long="x" * 65_536)),
    "table-order": in_entry(1, "asset_id", lambda _: 1),
    "table-offset": in_entry(1, "offset", lambda right: right + 16),
    "table-bounds": in_file(lambda data, _: data[:-1]),
    "table-name": in_entry(1, "asset_name", lambda _: "sfx/jump"),
    "table-trailing": in_file(lambda data, _: data + b"\0"),
    "bank-metadata": in_metadata(0, lambda metadata: metadata.update(channels=2)),
    "bank-samples": in_metadata(0, rename_sample("1", "2")),
    "bank-size": in_entry(0, "decoded_size", lambda right: right + 2),
    "bank-range": in_metadata(0, _shift),
    "preload-order": lambda parts: parts.preload.reverse(),
    "preload-unknown": in_preload(1, "asset_id", 7),
    "preload-slot": in_preload(1, "slot", 0),
    "payload-padding": mark(10),
    "payload-palette": mark(-1),
}
"""For each rule, the smallest thing that breaks it in the base pack and leaves the others alone."""


def base_for(contract: Contract, *rules: str) -> Parts:
    """The base pack, with what the breakers of these rules need in it."""
    parts = base(contract)
    if "payload-palette" in rules:
        parts.rows.append(tiles(9, "tiles/hero", contract))
    return parts
