"""A bot of CI: build a project and post what is wrong as annotations of a check run.

    python annotate.py PROJECT [URL]

Prints the body of the request, or posts it to URL with the token in ANNOTATE_TOKEN. The exit code
is 1 when the project is wrong.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

import prometeu_assets as pa

LEVELS = {"error": "failure", "warning": "warning"}


def judge(project: Path) -> pa.Report:
    """What a build says of the project, also when it refuses to build."""
    try:
        return pa.build(project).report
    except pa.Refused as refused:
        return refused.report


def annotation(project: Path, row: dict[str, Any]) -> dict[str, Any]:
    """One diagnostic, at its line if it has one; a service wants a path and a line of each."""
    line = row.get("line", 1)
    told: dict[str, Any] = {
        "path": (project / row.get("file", "")).as_posix(),
        "start_line": line,
        "end_line": line,
        "annotation_level": LEVELS[row["severity"]],
        "title": row["code"],
        "message": "\n".join(filter(None, (row["message"], row.get("hint")))),
    }
    if "column" in row:
        told |= {"start_column": row["column"], "end_column": row["column"]}
    return told


def body(project: Path, report: pa.Report) -> dict[str, Any]:
    """The body of the request."""
    rows = report.as_json()["diagnostics"]
    return {
        "name": "assets",
        "conclusion": "success" if report.ok else "failure",
        "output": {
            "title": f"{len(report.errors)} errors in {len(rows)} findings",
            "annotations": [annotation(project, row) for row in rows],
        },
    }


def main() -> int:
    """Build the project that is named."""
    project, *urls = sys.argv[1:]
    report = judge(Path(project))
    text = json.dumps(body(Path(project), report), indent=2)
    for url in urls:
        headers = {"Authorization": f"Bearer {os.environ['ANNOTATE_TOKEN']}"}
        urllib.request.urlopen(urllib.request.Request(url, text.encode(), headers)).close()
    if not urls:
        print(text)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
