"""The contract for other tools: files that derive from the contract, beside its pages.

Clause: ``spec/contract/1/exports.md``. Only ``tools/generate.py`` and the tests need them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from prometeu_assets.contract.value import Contract
from tools.exports.kaitai import ksy
from tools.exports.languages import NAME, c_header, rust_module
from tools.exports.model import contract_json

EXPORTS: Final[Mapping[str, Callable[[Contract], str]]] = {
    "contract.json": contract_json,
    f"{NAME}.ksy": ksy,
    f"{NAME}.h": c_header,
    f"{NAME}.rs": rust_module,
}
"""File below ``exports/`` in the folder of the contract's pages, and how its text is made."""
