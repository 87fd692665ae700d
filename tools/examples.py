"""Record what the command line prints for a real case of every code.

Writes ``src/prometeu_assets/codes/examples.json``, from which the pages of the codes and
``codes CODE`` take their examples; ``tests/docs`` fails when a recorded text is not what is
printed now. With codes as arguments, only those are recorded anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.docs.cases import CASES, shown  # noqa: E402

from prometeu_assets.catalog import CODES  # noqa: E402
from prometeu_assets.codes.explain import EXAMPLES, examples  # noqa: E402


def main(arguments: list[str]) -> int:
    """Record the examples of the codes named, or of all; 1 when a code has no case."""
    recorded = dict(examples()) if EXAMPLES.exists() else {}
    for code in arguments or CODES:
        if code in CASES:
            with tempfile.TemporaryDirectory() as directory:
                recorded[code] = shown(code, Path(directory))
    kept = {code: recorded[code] for code in CODES if code in recorded}
    EXAMPLES.write_text(json.dumps(kept, indent=1) + "\n", encoding="ascii", newline="\n")
    missing = [code for code in CODES if code not in kept]
    print(f"recorded {len(kept)} examples" + (f"; no case: {missing}" if missing else ""))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
