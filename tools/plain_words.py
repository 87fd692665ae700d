"""Measure how plain the pages are: ``python tools/plain_words.py [--list N] [FILE…]``.

A sentence is hard for its words beyond 25, for verbs in the passive beyond one, for words of the
list `HARD`, and for negations beyond one. ``--list`` prints the hardest, with the place of each.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.spelling import texts

LONG = 25
"""The words of a sentence that nobody has to read twice."""
HARD = {
    "whose", "thereof", "therein", "whereby", "hence", "thus", "hereby", "notwithstanding", "lest",
    "albeit", "whilst", "upon", "utilise", "aforementioned", "beforehand", "besides",
}  # fmt: skip

_CODE = re.compile(r"^ *```.*?^ *```$|<!--.*?-->|<svg.*?</svg>", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\b(?: (?:never|not|only|also|always|then|all|both))?"
    r" (?:\w+ed|\w+wn|made|read|given|kept|written|taken|said|told|put|left|held|found|sent|cut)\b"
)
_NOT = re.compile(r"\b(?:no|not|never|none|nothing|nobody|neither|nor|without|cannot)\b|n't\b")


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each sentence of prose in Markdown; code counts as a word."""
    plain = _CODE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(plain.splitlines(), 1):
        if line.lstrip().startswith(("#", "<", ":--", "|--", "| --")):
            continue
        words = re.sub(r"``[^`]*``|`[^`]*`", "X", _LINK.sub(r"\1", line))
        cells = words.strip().strip("|").split(" | ") if line.startswith("|") else [words]
        for cell in cells:
            for part in re.split(r"(?<=[.!?:;]) +", cell):
                if sentence := re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", part).strip():
                    yield number, sentence


def hardness(sentence: str) -> int:
    """How much harder a sentence is than it may be: 0 for a plain one."""
    words = re.findall(r"[\w'’-]+", sentence)
    return (
        max(0, len(words) - LONG)
        + 3 * max(0, len(_PASSIVE.findall(sentence)) - 1)
        + 3 * max(0, len(_NOT.findall(sentence)) - 1)
        + 3 * sum(word.lower() in HARD for word in words)
    )


def main(arguments: list[str]) -> int:
    """Print the figures, and the hardest sentences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", type=int, default=0, metavar="N")
    parser.add_argument("file", nargs="*", help="the beginnings of names; all without one")
    asked = parser.parse_args(arguments)
    found = [
        (hardness(sentence), place if ":" in place else f"{place}:{line}", sentence)
        for place, text in texts()
        if not asked.file or place.startswith(tuple(asked.file))
        for line, sentence in sentences(text)
    ]
    hard = sorted((row for row in found if row[0]), key=lambda row: (-row[0], row[1]))
    for score, place, sentence in hard[: asked.list]:
        print(f"{score:3} {place}: {sentence}")
    print(f"{len(found)} sentences, {len(hard)} hard, sum {sum(row[0] for row in hard)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
