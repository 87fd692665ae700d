"""What pyright knows of the package: ``python -m tests.types``.

npm installs pyright, as locked. The tests ask mypy the same, without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.npm import installed
from tests.types import faults, write

HERE = Path(__file__).parent


def main() -> int:
    """Check both programs and the examples; 1 when an error is missing or is one too many."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        installed(HERE, place)
        pyright = place / "node_modules/pyright/index.js"
        command = ["node", pyright, "--outputjson", "--pythonpath", sys.executable, *write(place)]
        done = subprocess.run(command, cwd=place, stdout=subprocess.PIPE, check=False)
        report = json.loads(done.stdout)
    found = [
        (Path(row["file"]).name, row["range"]["start"]["line"] + 1, row["message"])
        for row in report["generalDiagnostics"]
        if row["severity"] == "error"
    ]
    wrong = faults(found)
    told = [*wrong, f"pyright {report['version']}: {report['summary']['filesAnalyzed']} files"]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
