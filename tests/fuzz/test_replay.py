"""The targets of `fuzz/` without an engine: what was ever found, and a sample that none rots."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fuzz import mutate
from fuzz.outcome import Unclear, judge, outcome
from fuzz.targets import TARGETS
from tests.every import every
from tests.packer.intake.files import reseal

import prometeu_assets as pa
from prometeu_assets.diagnostics import Diagnostic, Refused, Report

CORPUS = Path(__file__).with_name("corpus")
FOUND = sorted(path for path in CORPUS.rglob("*") if path.is_file())
MUTANTS = 25
"""For each target; the same ones every time."""
RARE = 400
"""As many where one of the two verdicts is rare."""
ONE_SIDED = {
    "cache": "nothing is taken from a cache in which anything is wrong",
}


@pytest.fixture(autouse=True)
def idle_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No loss of power is played here."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@every(FOUND)
def test_what_was_found(path: Path) -> None:
    TARGETS[path.parent.name].run(path.read_bytes())


@every(TARGETS)
def test_a_sample(name: str) -> None:
    """Seeds and mutants of seeds; some of both are accepted, and some refused."""
    target = TARGETS[name]
    seeds = target.start()
    chance = Random(name)
    change = mutate.by_hand(chance)
    sample = chance.sample(seeds, min(len(seeds), 15))
    assert any(map(target.run, sample))
    verdicts: set[bool] = set()
    for number in range(RARE):
        if number >= MUTANTS and (len(verdicts) > 1 or name in ONE_SIDED):
            break
        mutant = target.mutation(chance.choice(sample), chance, change)
        verdicts.add(target.run(mutant[: target.longest]))
    assert verdicts == {True, False} or name in ONE_SIDED


def test_mutated_packs_reach_beyond_the_header() -> None:
    """Checksums are made right again, so that faults behind them are found as well."""
    target, chance = TARGETS["validate"], Random(1)
    change = mutate.by_hand(chance)
    seeds = [seed for seed in target.start() if pa.validate(seed, profile="writer").ok]
    seen = set()
    for _ in range(400):
        mutant = target.mutation(chance.choice(seeds), chance, change)
        seen |= set(pa.validate(mutant, profile="writer").codes[:1])
    assert {code.partition("_")[0] for code in seen} >= {"PRELUDE", "HEADER", "TABLE", "BANK"}


@pytest.mark.parametrize("name", ["png", "wav", "open"])
def test_a_mutation_that_changes_nothing_seals(name: str) -> None:
    """What is put together again from its parts is what it was, with right checksums."""
    chance = Random(2)
    for seed in TARGETS[name].start():
        for _ in range(8):
            mutant = TARGETS[name].mutation(seed, chance, bytes)
            if name == "png" and mutant.startswith(seed[:8]) and mutant != seed:
                assert reseal(mutant) == mutant
            if name == "open" and mutant[:8] == seed[:8] and mutant != seed:
                size = int.from_bytes(mutant[8:12], "little")
                crc = int.from_bytes(mutant[28:32], "little")
                assert crc == zlib.crc32(mutant[32 : 32 + size])
            if name == "wav" and mutant != seed:
                assert int.from_bytes(mutant[4:8], "little") == len(mutant) - 8


# The judge itself.

GOOD: dict[str, Any] = {"code": "DOCUMENT_NUMBER", "pointer": "/a", "file": "x"}


def test_a_good_diagnostic_passes() -> None:
    assert judge(Report.of([Diagnostic(**GOOD)])).codes == ("DOCUMENT_NUMBER",)


@every(
    [
        ({"code": "NO_SUCH"}, KeyError),
        ({"code": "DOCUMENT_UTF8"}, KeyError),  # its message speaks of an offset
        ({"code": "DOCUMENT_UTF8", "data": {"offset": None}}, Unclear),
        ({"hint_key": "no-such"}, KeyError),
        ({"pointer": 3}, Unclear),
    ]
)
def test_a_bad_diagnostic_is_seen(change: dict[str, Any], error: type[Exception]) -> None:
    def fail() -> None:
        raise Refused(Diagnostic(**{**GOOD, **change}))

    with pytest.raises(error):
        outcome(fail)


def test_another_exception_passes_through() -> None:
    with pytest.raises(json.JSONDecodeError):
        outcome(lambda: json.loads("{"))
