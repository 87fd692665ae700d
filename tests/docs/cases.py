"""A real case of every code, and what the command line prints for it.

The pages of the codes and ``codes CODE`` show these texts; ``tools/examples.py`` records them.
"""

from __future__ import annotations

import io
from contextlib import chdir, redirect_stderr
from pathlib import Path

import pytest
from tests.docs import cartridge_cases, pack_cases, project_cases, source_cases
from tests.workspace import test_every_code
from tests.workspace.projects import Project

from prometeu_assets import Refused, Report
from prometeu_assets.cli.output import Output
from prometeu_assets.viewpoint import View

CASES = {
    **project_cases.CASES,
    **test_every_code.CASES,
    **pack_cases.CASES,
    **source_cases.CASES,
    **cartridge_cases.CASES,
}


def shown(code: str, directory: Path) -> str:
    """What is printed of the first finding with this code, in a project below ``directory``."""
    project = Project(directory / "game")
    project.tiles("hero")
    project.sounds("fx")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.path)
        try:
            report = CASES[code](project, patch)
        except Refused as refused:
            report = refused.report
    report = getattr(report, "report", report)
    assert isinstance(report, Report)
    found = next((d for d in report if d.code == code), None)
    assert found is not None, f"{code}: its case gives {report.codes}"
    told = io.StringIO()
    with chdir(project.path), redirect_stderr(told):
        Output(format="text").report(Report.of([found]).seen_from(View(base=Path())))
    text = told.getvalue().replace(f"{project.path}/", "").replace(str(project.path), ".")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
