"""Targets that read packs."""

from __future__ import annotations

import importlib.util
import io
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import prometeu_assets as pa
from fuzz.outcome import judge, outcome
from prometeu_assets.diagnostics import Refused

ROOT: Final = Path(__file__).resolve().parents[1]
_READER: Final = ROOT / "conformance" / "readers" / "python-stdlib" / "reader.py"


class Disagreement(AssertionError):
    """Two readers of one thing say different things."""


@cache
def other_reader() -> ModuleType:
    """The reader that is written from the pages alone, with the standard library."""
    spec = importlib.util.spec_from_file_location("other_reader", _READER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def open_pack(data: bytes) -> bool:
    """Open a pack, and decode every slice of a valid one."""
    pack = outcome(lambda: pa.open(data))
    if isinstance(pack, Refused):
        return False
    with pack:
        for entry in pack:
            slice_ = pack.read(entry)
            bank = pack.decode(entry)
            if isinstance(bank, pa.SoundBank):
                whole = b"".join(run.tobytes() for run in bank.samples)
                _same(whole, bytes(slice_), "the samples and the slice")
            else:
                _same(int(bank.indices.max()) < 16, True, "the indices")
            _same(pack[entry.asset_id], pack[entry.asset_name], "the two ways to an entry")
        whole = b"".join(pack.chunks())
        _same(whole, data, "the pack and its bytes")
    return True


def validate(data: bytes) -> bool:
    """Both profiles with and without the fast tier, and the other reader: one verdict."""
    for profile in ("reader", "writer"):
        slow = judge(pa.validate(data, profile=profile, fast=False))
        fast = judge(pa.validate(data, profile=profile, fast=True))
        _same(fast.as_json(), slow.as_json(), f"the tiers, as a {profile}")
        _same(verdict(data, profile), next(iter(slow.codes), None), f"the readers, as a {profile}")
    return slow.ok


def verdict(data: bytes, profile: str) -> str | None:
    """The code with which the other reader rejects a pack, None if it accepts."""
    reader = other_reader()
    try:
        reader.read(io.BytesIO(data), Namespace(profile=profile))
    except reader.Reject as reject:
        return str(reject.args[0])
    return None


def _same(one: object, two: object, what: str) -> None:
    if one != two:
        raise Disagreement(f"{what}: {one!r:.200} and {two!r:.200}")


def vectors(limit: int = 70_000) -> Iterator[bytes]:
    """The packs of the conformance kit, but for the large ones."""
    for path in sorted((ROOT / "conformance" / "vectors").glob("*.pa")):
        if path.stat().st_size <= limit:
            yield path.read_bytes()
