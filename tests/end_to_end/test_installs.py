"""However the package was installed, it finds its schemas and does its work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prometeu_assets.contract.current import CURRENT

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, prometeu_assets as pa
from prometeu_assets.contract.current import CURRENT
result = pa.build(sys.argv[1])
assert pa.validate(result.outputs["assets.pa"], profile="writer", fast=False).ok
print(pa.__file__, len(CURRENT.documents.keys), CURRENT.documents.directory)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the sdist, unpacked into a directory of its own."""
    out = tmp_path_factory.mktemp("dist")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": ROOT}
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "-o", out], **quiet)
    (built,) = out.glob("*.whl")
    target = out / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    subprocess.run([*command, "--target", target, built], **quiet)
    return target


def work(tmp_path: Path, path: Path) -> tuple[Path, int, Path]:
    project = tmp_path / "project"
    shutil.copytree(
        ROOT / "examples" / "hello-cartridge", project, ignore=shutil.ignore_patterns("build")
    )
    environment = {**os.environ, "PYTHONPATH": str(path)}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, project],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    file, count, directory = ran.stdout.split()
    return Path(file), int(count), Path(directory)


SCHEMAS = len(list((ROOT / "schemas").glob("*/v*.json")))


def test_checkout_on_the_path(tmp_path: Path) -> None:
    file, count, directory = work(tmp_path, ROOT / "src")
    assert file.is_relative_to(ROOT / "src")
    assert (count, directory) == (SCHEMAS, ROOT / "schemas")


def test_wheel_built_from_the_sdist(tmp_path: Path, wheel: Path) -> None:
    file, count, directory = work(tmp_path, wheel)
    assert file.is_relative_to(wheel)
    assert (count, directory) == (SCHEMAS, wheel / "prometeu_assets" / "schemas")
    for path in (ROOT / "schemas").glob("*/v*.json"):
        assert (directory / path.relative_to(ROOT / "schemas")).read_bytes() == path.read_bytes()


def test_editable_install() -> None:
    assert CURRENT.documents.directory == ROOT / "schemas"
