"""Spell-check what people read: ``python tools/spelling.py``; it needs hunspell with ``en_GB``.

The pages of the site, the texts at the root, and the docstrings and messages of the package.
What is code is left out; `WORDS` holds the words of the field that a dictionary does not have.
British spelling, with ``-ise``; names of the contract and of other programs stay as they are.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "tools" / "words.txt"
DICTIONARY = "en_GB"
WRONG = "mispeling"
"""What the dictionary must not have: else it finds nothing."""

_CODE = re.compile(
    r"""^\ *```.*?^\ *```$        # a fenced block
    | ``.*?`` | `[^`\n]*`         # code in a line
    | \]\([^)\s]*\)               # where a link leads
    | <[^>\n]+> | &lt;.*?&gt; | &\w+; # HTML, and the place of a value in a message
    | "\w+":                      # a member of JSON
    | \{[^{}\n]*\}                # attributes of Markdown, or fields of a message
    | [\w.+-]*[/@\\][\w.{}/@\\-]* # an address, a path
    | \S*[_=]\S* | --?\w[\w-]*    # names and options of programs
    | ^\ *```\S*.*$
    | \w+\.\w+                    # names of files
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z](?:[a-z]|['’](?=[a-z]))+(?![\w])")
_AMERICAN = re.compile(r"\w{3,}(?:iz(?:e[drs]?|ers?|ing|ations?)|yz(?:e[drs]?|ing))")
_AS_IS = {"resize", "resized", "resizes", "resizing", "tokenizer", "tokenizers"}


def words(text: str) -> set[str]:
    """The words of a text in Markdown, without code, names in capitals, identifiers and bytes."""
    found = {word.replace("’", "'") for word in _WORD.findall(_CODE.sub(" ", text))}
    found = {word.removesuffix("'s") for word in found}
    return {word for word in found if not re.fullmatch(r"[a-f]{2}", word)}


def american(found: Iterable[str]) -> set[str]:
    """The words that are spelt with ``-ize``."""
    return {word for word in found if _AMERICAN.fullmatch(word.lower())} - _AS_IS


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of all that is checked."""
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "spec").rglob("*.md"),
        *(ROOT / "conformance").glob("*.md"),
    ]
    for page in sorted(pages):
        yield page.relative_to(ROOT).as_posix(), page.read_text("utf-8")
    for module in sorted((ROOT / "src").rglob("*.py")):
        name = module.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield f"{name}:{node.lineno}", node.value


def unknown(found: Iterable[str]) -> set[str]:
    """The words that neither the dictionary nor the list has. Raises `OSError` without hunspell."""
    done = subprocess.run(  # noqa: S603  # words to its input
        ["hunspell", "-l", "-d", DICTIONARY],  # noqa: S607  # wherever it is installed
        input="\n".join([WRONG, *found]), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    missed = set(done.stdout.split())
    if WRONG not in missed:
        raise SystemExit(f"hunspell finds no word wrong: is {DICTIONARY} installed? {done.stderr}")
    return missed - {WRONG} - listed()


def listed() -> set[str]:
    """The words of the list: each once, in the order of the alphabet."""
    return set(WORDS.read_text("utf-8").split())


def main() -> int:
    """Report each word at the first place that has it; 1 if there is one."""
    if shutil.which("hunspell") is None:
        raise SystemExit("install hunspell and hunspell-en-gb")
    places: dict[str, str] = {}
    for place, text in texts():
        for word in words(text):
            places.setdefault(word, place)
    wrong = unknown(places) | american(places)
    for word in sorted(wrong, key=str.lower):
        print(f"{places[word]}: {word}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
