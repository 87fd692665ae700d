"""How each verb is used, for its help: a table, so that none is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "init": ("init my-game",),
    "new": (
        "new tile-bank assets/tiles/hero",
        "new sound-bank assets/sounds/effects",
        "new tile-bank assets/tiles/moth ~/art/moth.png --tile-size 16",
    ),
    "add": ("add tiles/hero ~/art/walk.png", "add sounds/effects ~/sounds --dry-run"),
    "register": ("register assets/tiles/hero", "register --new-uuid assets/tiles/copy-of-hero"),
    "rename": ("rename tiles/hero hero",),
    "duplicate": ("duplicate tiles/hero assets/tiles/heroine",),
    "forget": ("forget tiles/hero",),
    "include": ("include tiles/hero",),
    "exclude": ("exclude tiles/hero sounds/effects",),
    "list": ("list", "list my-game --format json"),
    "show": ("show tiles/hero", "show tiles/hero --picture"),
    "doctor": ("doctor --workspace", "doctor --fix --dry-run"),
    "build": (
        "build",
        "build my-game --jobs 2",
        "build --watch",
        "build --fresh",
        "build --check --format github",
    ),
    "preview": ("preview", "preview my-game --port 8080"),
    "migrate": ("migrate --dry-run", "migrate --check --format github"),
    "inspect": ("inspect build/assets.pa", "inspect build/assets.pa tiles/hero --picture"),
    "validate": ("validate build/assets.pa", "validate *.pa --profile writer --format sarif"),
    "verify": (
        "verify build/assets.pa",
        "verify cartridge/assets.pa --companions build",
    ),
    "extract": (
        "extract build/assets.pa --out extracted --decode",
        "extract build/assets.pa tiles/hero --out hero",
    ),
    "diff": ("diff old/assets.pa build/assets.pa",),
    "release": ("release", "release --from old/assets.pa", "release --check"),
    "ship": ("ship", "ship my-game --out dist/my-game", "ship --program target/main.pbx"),
    "boot": ("boot cartridge",),
    "merge-index": ("merge-index base.json ours.json theirs.json",),
    "conformance": (
        "conformance list",
        "conformance run --until prelude -- python my_reader.py",
    ),
    "conformance list": ("conformance list --kind decode",),
    "conformance export": ("conformance export kit --only 'prelude-*'",),
    "conformance run": ("conformance run --only 'rule-*' -- python my_reader.py",),
    "conformance build": ("conformance build --check",),
    "schema": ("schema list", "schema show asset-table --bundle"),
    "schema list": ("schema list --format json",),
    "schema show": ("schema show index@1",),
    "codes": ("codes", "codes SHEET_COLOR"),
    "completion": ("completion bash",),
}
"""Verb to command lines, without the program's name."""


def epilog(verb: str) -> str:
    """The end of a verb's help; its first line tells click to leave the others as they are."""
    lines = "\n".join(f"  prometeu-assets {line}" for line in EXAMPLES[verb])
    return f"\b\nExamples:\n{lines}"
