"""A pack in parts: each can be put out of order before the rest is computed around it.

The writer of vectors. It takes the layout from the contract, and nothing from the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from prometeu_assets.contract import canonical
from prometeu_assets.contract.bank import Bank
from prometeu_assets.contract.container import Container, align
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.value import Contract

Row = dict[str, Any]
"""An entry; until it is placed, its ``bank_type`` is the format of its bank."""

_SPANNED: Final = next(bank for bank in CURRENT.written.banks if bank.spans)
"""The published bank whose metadata divides the slice: its slices have any even size."""


def sounds(asset_id: int, name: str, lengths: list[int], **metadata: Any) -> Row:
    """An entry of a sound bank; ``lengths`` are those of its samples in bytes."""
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    table = {
        str(i): {"length": length, "offset": start}
        for i, (length, start) in enumerate(zip(lengths, starts, strict=True))
    }
    return sample(asset_id, name, _SPANNED, **{str(_SPANNED.spans): table, **metadata})


def tiles(asset_id: int, name: str, contract: Contract, **metadata: Any) -> Row:
    """An entry of a tile bank; two authored palettes unless ``metadata`` says more."""
    bank = next(bank for bank in contract.written.banks if bank.blank)
    return sample(asset_id, name, bank, **metadata)


def sample(asset_id: int, name: str, bank: Bank[Any], **metadata: Any) -> Row:
    """An entry of any bank, by role: its sample, with what ``metadata`` changes in it."""
    whole = {**deepcopy(dict(bank.sample())), **metadata}
    return {
        "asset_id": asset_id,
        "asset_name": name,
        "bank_type": bank.format,
        "codec": "NONE",
        "decoded_size": bank.decoded_size(whole),
        "metadata": whole,
        "offset": 0,
        "size": bank.size(whole),
    }


@dataclass(slots=True, kw_only=True)
class Parts:
    """What a pack is made of.

    ``rows`` are placed by the rule, then ``header`` changes the header's value, ``text`` its
    text, ``prelude`` overrides fields by role (a callable gets the right value), ``body`` the
    payload region and ``file`` the whole.
    """

    contract: Contract
    rows: list[Row] = field(default_factory=list)
    preload: list[Row] = field(default_factory=list)
    header: list[Callable[[Any], Any]] = field(default_factory=list)
    text: list[Callable[[bytes], bytes]] = field(default_factory=list)
    prelude: dict[str, Any] = field(default_factory=dict)
    padding: bytes | None = None
    body: list[Callable[[bytearray], object]] = field(default_factory=list)
    file: list[Callable[[bytes], bytes]] = field(default_factory=list)

    @property
    def container(self) -> Container:
        """The container version that is written."""
        return self.contract.written

    def placed(self) -> list[Row]:
        """The rows where the placement rule puts them, each of its bank's type."""
        position, rows = 0, []
        for row in self.rows:
            bank = self.container.bank_of_format(row["bank_type"])
            assert bank is not None
            placed = {"bank_type": bank.bank_type, "offset": position}
            rows.append({**deepcopy(row), **placed})
            position = align(position + row["size"], self.container.alignment)
        return rows

    def header_text(self) -> bytes:
        """The header's text with every change made."""
        value: Any = {"asset_table": self.placed(), "preload": deepcopy(self.preload)}
        for change in self.header:
            value = change(value)
        text = canonical.encode(value)
        for edit in self.text:
            text = edit(text)
        return text

    def payload(self) -> bytes:
        """The payload region: 0x11 where a bank has content, zero where it must be."""
        out = bytearray()
        for row in self.placed():
            out += bytes(row["offset"] - len(out))
            bank = self.container.bank(row["bank_type"])
            assert bank is not None
            blank = bank.blank_range(row["metadata"])
            out += b"\x11" * (row["size"] - len(blank)) + bytes(len(blank))
        for change in self.body:
            change(out)
        return bytes(out)

    def build(self) -> bytes:
        """The file."""
        text = self.header_text()
        right = self.container.parse(self.container.build(text))
        values = dict(right)
        for role, value in self.prelude.items():
            values[role] = value(right[role]) if callable(value) else value
        if "header_len" in self.prelude and "payload_offset" not in self.prelude:
            values["payload_offset"] = self.container.payload_offset(values["header_len"]) % 2**32
        prelude = self.container.prelude.build(
            {item.name: values[item.role] for item in self.container.fields}
        )
        fill = right["payload_offset"] - self.container.prelude_size - len(text)
        data = prelude + text + (bytes(fill) if self.padding is None else self.padding)
        data += self.payload()
        for edit in self.file:
            data = edit(data)
        return bytes(data)
