"""The constants in C and in Rust."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prometeu_assets.contract.companions import PACK
from prometeu_assets.contract.value import Contract
from tools.exports.constants import Value, constants
from tools.exports.model import GENERATED

NAME: Final = PACK.replace(".", "_")
U32: Final = 2**32 - 1


def title(contract: Contract) -> str:
    """What the file is, in a sentence."""
    return f"Constants of {PACK}, container version {contract.containers[-1].version}."


def c_header(contract: Contract) -> str:
    """The header for C (C99 or later) and for C++."""
    guard = f"{NAME}_H".upper()
    lead = f"/* {title(contract)}\n   {GENERATED} */\n\n"
    parts = [lead, f"#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>\n"]
    for name, group in constants(contract).items():
        parts.append(f"\n/* {name}. */\n\n")
        for item in group:
            parts.append(f"/* {item.what} */\n")
            parts.append(f"#define {NAME.upper()}_{item.name} {c_value(item.value)}\n")
    parts.append(f"\n#endif /* {guard} */\n")
    return "".join(parts)


def c_value(value: Value) -> str:
    """A value in C: several of them are the initialiser of an array."""
    if isinstance(value, str):
        return f'"{plain(value)}"'
    if isinstance(value, bytes):
        return f"{{ {', '.join(map(hexadecimal, value))} }}"
    if isinstance(value, Sequence):
        return f"{{ {', '.join(map(c_value, value))} }}"
    return f"UINT{64 if value > U32 else 32}_C({whole(value)})"


def rust_module(contract: Contract) -> str:
    """The module for Rust; it needs no library."""
    parts = [f"//! {title(contract)}\n//! {GENERATED}\n"]
    for name, group in constants(contract).items():
        parts.append(f"\n// {name}.\n\n")
        for item in group:
            type, value = rust_value(item.value)
            parts.append(f"/// {item.what}\npub const {item.name}: {type} = {value};\n")
    return "".join(parts)


def rust_value(value: Value) -> tuple[str, str]:
    """The type and the text of a value in Rust."""
    if isinstance(value, str):
        return "&str", f'"{plain(value)}"'
    if isinstance(value, bytes):
        return f"[u8; {len(value)}]", f"[{', '.join(map(hexadecimal, value))}]"
    if isinstance(value, Sequence):
        types, texts = zip(*map(rust_value, value), strict=True)
        return f"[{types[0]}; {len(value)}]", f"[{', '.join(texts)}]"
    return ("u64" if value > U32 else "u32"), str(whole(value))


def plain(text: str) -> str:
    """A text that means the same in each language's quotes. Raises `ValueError` for another."""
    if not text.isascii() or not text.isprintable() or set(text) & set('"\\{}?'):
        raise ValueError(f"{text!r} needs escapes")
    return text


def hexadecimal(byte: int) -> str:
    """A byte, as both languages write it."""
    return f"0x{byte:02x}"


def whole(value: int) -> int:
    """A number without a sign. Raises `ValueError` for another."""
    if value < 0:
        raise ValueError(f"{value} needs a sign")
    return value
