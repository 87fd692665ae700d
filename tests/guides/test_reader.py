"""The reader of the guide, put together step by step, passes what each step promises."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from prometeu_assets.cli.app import run
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.suite import Options, run_suite
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Step

GUIDE = Path(__file__).resolve().parents[2] / "spec" / "guide" / "reader.md"
BLOCKS = re.findall(
    r'^```python title="([^"]+)"\n(.*?)^```$', GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
WORDS = [step.name.lower() for step in Step if step is not Step.PAYLOAD]


def command(folder: Path, steps: int) -> list[str]:
    """The reader of the guide after so many steps."""
    assert [name for name, _ in BLOCKS] == ["reader.py", *(f"step {n}" for n in range(1, 9))]
    file = folder / "reader.py"
    file.write_text("\n\n".join(text for _, text in BLOCKS[: steps + 1]) + "\n\nmain()\n")
    return [sys.executable, str(file)]


@pytest.mark.parametrize("step", range(1, 8))
def test_a_step(step: int, tmp_path: Path) -> None:
    """What a step decides is right with it, and wrong without it. Recipes are for the whole."""
    kit = kits.load()
    earlier = kit.only(until=Step(step - 1)) if step > 1 else ()
    cases = [
        case
        for case in kit.only(profiles=["reader"], until=Step(step))
        if case.path is not None and case not in earlier
    ]
    assert len(cases) > 10
    assert run_suite(kit, command(tmp_path, step), cases, Options()).ok
    assert not run_suite(kit, command(tmp_path, step - 1), cases, Options()).ok
    assert f"`--until {WORDS[step - 1]}`" in GUIDE.read_text("utf-8")


def test_the_whole(tmp_path: Path) -> None:
    kit = kits.load()
    cases = kit.only(kinds=["read", "decode"], profiles=["reader"])
    outcome = run_suite(kit, command(tmp_path, 8), cases, Options(timeout=60, no_skip=True))
    assert outcome.ok, list(outcome.lines())


def test_the_cases_up_to_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    for word in WORDS:
        assert run(["conformance", "list", "--until", word, "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)["cases"]
        cases = kits.load().only(until=Step[word.upper()])
        assert [case["id"] for case in found] == [case.id for case in cases]
        last = {rule.code for rule in CURRENT.rules if rule.step is Step[word.upper()]}
        assert {case["code"] for case in found} >= last
    assert run(["conformance", "list", "--until", "prelude", "--kind", "decode"]) == 2
    assert "no case of kind decode of step prelude" in capsys.readouterr().err
