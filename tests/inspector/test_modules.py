"""The inspector's modules, by the tests beside this one in Node, and the script made of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.every import every
from tools.inspector import BUNDLE, SOURCE, bundle

HERE = Path(__file__).parent
NODE = shutil.which("node")


def test_the_modules() -> None:
    assert NODE, "the tests need node"
    tests = sorted(HERE.glob("*.test.mjs"))
    assert len(tests) > 1
    done = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_script_is_a_script() -> None:
    assert NODE, "the tests need node"
    done = subprocess.run([NODE, "--check", BUNDLE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_script_is_the_modules() -> None:
    assert BUNDLE.read_text("utf-8") == bundle()


def test_the_reader_is_in_it_unchanged() -> None:
    """Each line of code of the kit's reader, and one that reads; comments are left out."""
    root = SOURCE.parents[2]
    reader = (root / "conformance/readers/javascript/reader.mjs").read_text("utf-8")
    lines = {line.removeprefix("export ") for line in reader.splitlines() if " * " not in line}
    missing = [line for line in lines - set(BUNDLE.read_text("utf-8").splitlines()) if line]
    assert not [line for line in missing if not line.lstrip().startswith(("/**", "*"))]


def test_no_module_is_too_long() -> None:
    for path in SOURCE.rglob("*.mjs"):
        assert path.read_text("utf-8").count("\n") <= 300, path.name


@every(
    {
        "import fs from 'node:fs';\n": "import fs",
        "export default 1;\n": "export default",
        "export { a } from './b.mjs';\n": "export",
        "import './main.mjs';\n": "import",
        "import { a } from './main.mjs';\nexport const b = 1;\n": "circle",
        "const text = '</script>';\n": "end the script",
        "const text = '<!--';\n": "end the script",
    }
)
def test_what_the_bundler_does_not_know_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.mjs").write_text(text)
    with pytest.raises(ValueError, match=r".mjs: |circle|end the script"):
        bundle(tmp_path / "main.mjs")


def test_modules_are_called_in_order_with_names_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "main.mjs").write_text(
        "import { one, two } from './b.mjs';\n/** More. */\nconsole.log(one + two);\n"
    )
    (tmp_path / "b.mjs").write_text(
        "import { hidden } from './c.mjs';\n/** Said. */\nexport const one = 1;\n"
        "export function two() { return hidden; }\n"
    )
    (tmp_path / "c.mjs").write_text("const hidden = 'x';\nexport { hidden };\n")
    script = bundle(tmp_path / "main.mjs")
    assert "Said" not in script
    assert NODE
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1function two() { return hidden; }\n"
