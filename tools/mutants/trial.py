"""Whether the tests notice a mutant."""

from __future__ import annotations

import json
import re
from typing import Final

from tools.mutants.recording import TESTS
from tools.mutants.tree import Tree

_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def tested(tree: Tree, tests: list[str], seconds: float | None) -> str | None:
    """What noticed in a run of these tests, until the first that fails; None when all passed."""
    if not tests:
        return None
    listed = tree.path.with_name(f"{tree.path.name}-tests.json")
    listed.write_text(json.dumps(tests), encoding="utf-8")
    modules = dict.fromkeys(test.partition("::")[0] for test in tests)
    command = ("-m", "pytest", "-x", "-q", "--hypothesis-seed=0", "-p", "no:cacheprovider",
               "-p", "tools.mutants.plugin", *modules)  # fmt: skip
    return outcome(*tree.run(command, seconds, {TESTS: str(listed)}))


def outcome(code: int | None, printed: str) -> str | None:
    """What noticed, by exit code and output; None when nothing did."""
    if code == 0:
        return None
    if code is None:
        return "the time was over"
    failed = _FAILED.search(printed)
    return failed[1] if failed else f"exit code {code}"
