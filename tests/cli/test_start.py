"""What the command line loads for calls that a shell makes often."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.every import every

LISTS = (
    "import json, sys\n"
    "from prometeu_assets.cli.app import run\n"
    "assert run(sys.argv[1:]) == 0\n"
    "print()\n"
    "print(json.dumps(sorted(sys.modules)))\n"
)
CALLS = ("--help", "-h", "--version", "completion bash")
HEAVY = ("construct", "msgspec", "numpy", "PIL", "jsonschema")


def loaded(*call: str) -> list[str]:
    """The modules that a call leaves loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LISTS, *call], capture_output=True, text=True, check=True
    )
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


@every(CALLS)
def test_neither_the_contract_nor_the_codes_are_loaded(call: str) -> None:
    names = loaded(*call.split())
    ours = [name.split(".")[1] for name in names if name.startswith("prometeu_assets.")]
    assert set(ours) == {"_version", "cli"}
    assert not set(HEAVY) & set(names)


def test_a_verb_loads_what_it_needs() -> None:
    names = loaded("schema", "list")
    assert "prometeu_assets.contract.documents" in names
