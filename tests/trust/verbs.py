"""Every verb that works on a project, run for its verdict alone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import Cli

PROJECT_VERBS: dict[str, tuple[str, ...]] = {
    "check": ("build", "--check"),
    "doctor": ("doctor", "--workspace"),
    "repair": ("doctor", "--fix"),
    "list": ("list",),
    "migrate": ("migrate",),
    "show": ("show", "1", "--project"),
    "exclude": ("exclude", "1", "--project"),
    "include": ("include", "1", "--project"),
    "build": ("build",),
}
"""What to call it, and the words before the project's directory; in an order in which none finds
what another has changed."""


def verdict(cli: Cli, verb: str, project: Path) -> tuple[int, set[str]]:
    """(exit code, codes of the errors and warnings) of a verb on a project."""
    ran = cli(*PROJECT_VERBS[verb], project, "--format", "json")
    assert ran.out, ran.err
    value = json.loads(ran.out)
    report = value.get("report", value)
    return ran.code, {found["code"] for found in report.get("diagnostics", ())}
