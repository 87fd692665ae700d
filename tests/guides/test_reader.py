"""The reader of the guide, put together step by step, passes what each step promises."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from prometeu_assets.cli.app import run
from prometeu_assets.conformance import kit as kits
from prometeu_assets.conformance.results import ConformanceReport
from prometeu_assets.conformance.suite import Options, run_suite
from prometeu_assets.contract.current import CURRENT
from prometeu_assets.contract.rule import Profile, Step

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
    return [sys.executable, "-I", "-S", str(file)]


def outcome(reader: list[str], step: int, **options: bool) -> ConformanceReport:
    """What comes of the cases of profile reader up to a step, without those that are recipes."""
    kit, until = kits.load(), Step(step)
    cases = [v for v in kit.only(profiles=["reader"], until=until) if v.path is not None]
    return run_suite(kit, reader, cases, Options(until=until, **options))


@pytest.mark.parametrize("step", range(1, 8))
def test_a_step(step: int, tmp_path: Path) -> None:
    """What a step decides is right with it, and wrong without it. Recipes are for the whole."""
    ran = outcome(command(tmp_path, step), step)
    assert ran.ok, list(ran.lines())
    assert not outcome(command(tmp_path, step - 1), step).ok
    assert f"`--until {WORDS[step - 1]}`" in GUIDE.read_text("utf-8")


@pytest.mark.parametrize(
    ("step", "code"), [(1, "HEADER_CANONICAL"), (3, "HEADER_CANONICAL"), (3, "HEADER_CANONICL")]
)
def test_a_reader_that_rejects_every_pack_fails(step: int, code: str, tmp_path: Path) -> None:
    """Whatever it says of a pack that passes the step, unless it is the code of a later one."""
    found = outcome(too_strict(tmp_path, step, code), 3)
    text = "\n".join(found.lines())
    assert f"expected to pass step text; found reject {code}\n" in text
    codes = {case.vector.code for case in found.failures}
    later = [rule for rule in CURRENT.rules if rule.step > Step.TEXT]
    assert codes >= {rule.code for rule in later if rule.profile is Profile.READER}
    accepted = kits.load().only(kinds=["read"], profiles=["reader"])
    assert {case.vector.id for case in found.failures} >= {
        case.id for case in accepted if case.code is None and case.path is not None
    }
    bare = outcome(too_strict(tmp_path, 3, code), 3, verdicts_only=True)
    assert {case.vector.verdict for case in bare.failures} == {"accept"}


def test_a_reader_may_have_a_part_of_later_steps(tmp_path: Path) -> None:
    assert outcome(too_strict(tmp_path, 3, "HEADER_SCHEMA"), 3).ok
    assert not outcome(too_strict(tmp_path, 3, "HEADER_SCHEMA"), 4).ok


def too_strict(folder: Path, step: int, code: str) -> list[str]:
    """The reader of the guide after three steps, which rejects every pack in one of them."""
    reader = command(folder, 3)
    file = Path(reader[-1])
    ends = {
        1: "pack.checksum = length, payload, checksum\n",
        3: 'canonical(pack.value) == header, "HEADER_CANONICAL")\n',
    }
    text = file.read_text()
    assert text.count(ends[step]) == 1
    file.write_text(text.replace(ends[step], f'{ends[step]}    need(False, "{code}")\n'))
    return reader


def test_the_whole(tmp_path: Path) -> None:
    """But for a table that Python takes seconds for; the one that has a row more is judged."""
    kit = kits.load()
    whole = kit.only(kinds=["read", "decode"], profiles=["reader"])
    cases = [case for case in whole if case.id != "order-largest-table"]
    ran = run_suite(kit, command(tmp_path, 8), cases, Options(timeout=60, no_skip=True))
    assert ran.ok, list(ran.lines())


def test_the_cases_up_to_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    for word in WORDS:
        assert run(["conformance", "list", "--until", word, "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)["cases"]
        cases = kits.load().only(until=Step[word.upper()])
        assert [case["id"] for case in found] == [case.id for case in cases]
        assert {case.get("code") for case in found} == {None, *(r.code for r in CURRENT.rules)}
        accepted = {case.id for case in kits.load().only(kinds=["read"]) if case.code is None}
        assert {case["id"] for case in found if case["verdict"] == "accept"} == accepted
        late = {rule.code for rule in CURRENT.rules if rule.step > Step[word.upper()]}
        rules = Counter(case["rule"] for case in found if case.get("code") in late)
        assert set(rules.values()) <= {1}, "one pack is enough of each later rule"
    assert run(["conformance", "list", "--until", "prelude", "--kind", "decode"]) == 2
    assert "no case of kind decode of step prelude" in capsys.readouterr().err


def test_the_texts_belong_to_step_text(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--kind", "canonical-json,read", "--format", "json"]
    assert run(["conformance", "list", "--until", "text", *asked]) == 0
    found = json.loads(capsys.readouterr().out)["cases"]
    texts = [case["id"] for case in found if case["kind"] == "canonical-json"]
    assert texts == [case.id for case in kits.load().only(kinds=["canonical-json"])]
    assert {case["kind"] for case in found} == {"canonical-json", "read"}
    assert run(["conformance", "list", "--until", "file", *asked]) == 2
    assert "no case of kind canonical-json of step file" in capsys.readouterr().err
