"""Changes of a reader that were not used to find the kit's cases: how many of new ones it notices.

They are larger than those of `tokens` and `operators`: names, numbers, arguments and blocks change
places, and lines are lost, doubled or moved. One way serves all three languages.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Final

from tools.mutants import tokens
from tools.mutants.operators import SAID, Mutant
from tools.mutants.tokens import CLOSING, OPENING, Change, Token

_KINDS: Final = {tokenize.NAME: "word", tokenize.NUMBER: "number", tokenize.OP: "sign"}
_WORDS: Final = frozenset(
    {*keyword.kwlist, "let", "mut", "const", "var", "function", "return", "match", "fn", "pub",
     "use", "throw", "new", "typeof", "instanceof", "export", "struct", "enum", "impl", "self",
     "null", "undefined", "true", "false", "of", "loop", "static", "crate", "switch", "case"}
)  # fmt: skip
"""What is no name that another could stand for."""


_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_AGAIN: Final = re.compile(r"[-+]=|\+\+|\b(?:push|append|add|insert|extend\w*|next|digits)\(")
"""What does more when it is done twice."""


def mutants(source: bytes, *, language: str) -> Iterator[Mutant]:
    """The changes of a text in ``python``, ``javascript`` or ``rust``, in their order."""
    text = source.decode()
    if language == "python":
        found = list(_python(text))
    else:
        found = tokens.tokens(text, rust=language == "rust")
    return tokens.made(text, _changes(text, found), as_read=_unspaced)


def _unspaced(text: str) -> str:
    return "".join(text.split())


def of(language: str) -> Callable[[bytes], Iterator[Mutant]]:
    """`mutants` of one language."""
    return partial(mutants, language=language)


def _python(text: str) -> Iterator[Token]:
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (row, column), (last, end) = token.start, token.end
        kind = _KINDS.get(token.type, "text")
        if token.string.strip() and token.type != tokenize.COMMENT:
            yield Token(kind, token.string, starts[row - 1] + column, starts[last - 1] + end)


def _changes(text: str, found: Sequence[Token]) -> Iterator[Change]:
    other = _brackets(found)
    said = _said(found, other)
    kept = [index for index in range(len(found)) if index not in said]
    names = [index for index in kept if _is_name(found, index)]
    numbers = [index for index in kept if found[index].kind == "number"]
    for kind, places in (("another name", names), ("another number", numbers)):
        for one, two in pairwise(places):
            for index, taken in ((one, two), (two, one)):
                token = found[index]
                if _value(token.text) != _value(found[taken].text):
                    yield Change(kind, token.start, token.end, found[taken].text)
    for opening, closing in other.items():
        if found[opening].text not in OPENING:
            continue
        items = list(_items(found, other, opening, closing))
        for one, two in pairwise(items):
            if said.isdisjoint((*one, *two)):
                yield _exchanged("arguments exchanged", text, found, one, two)
        if closing + 2 < len(found) and [t.text for t in found[closing : closing + 3]] == [
            "}", "else", "{",
        ]:  # fmt: skip
            two = range(closing + 2, other[closing + 2] + 1)
            yield _exchanged("branches exchanged", text, found, range(opening, closing + 1), two)
    yield from _of_lines(text, found)


def _brackets(found: Sequence[Token]) -> dict[int, int]:
    """Each bracket and the one that closes it."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(found):
        if token.kind == "sign" and token.text in OPENING:
            opened.append(index)
        elif token.kind == "sign" and token.text in CLOSING:
            pairs[opened.pop()] = index
    return pairs


def _said(found: Sequence[Token], other: dict[int, int]) -> set[int]:
    """The tokens that say something to people alone."""
    said: set[int] = set()
    for index, token in enumerate(found[:-1]):
        if token.text in SAID and found[index + 1].text == "(":
            items = list(_items(found, other, index + 1, other[index + 1]))
            said.update(at for item in items[SAID[token.text] :] for at in item)
    return said


def _items(
    found: Sequence[Token], other: dict[int, int], opening: int, closing: int
) -> Iterator[range]:
    """What is between the commas of a bracket."""
    first = at = opening + 1
    while at < closing:
        if found[at].text == ",":
            if first < at:
                yield range(first, at)
            first = at + 1
        at = other.get(at, at) + 1
    if first < closing and first > opening + 1:
        yield range(first, closing)


def _is_name(found: Sequence[Token], index: int) -> bool:
    before = found[index - 1].text if index else ""
    after = found[index + 1].text if index + 1 < len(found) else ""
    token = found[index]
    return (
        token.kind == "word"
        and token.text not in _WORDS
        and token.text[:1].islower()
        and before not in (".", "::", "fn", "function", "def", "let", "const")
        and after not in ("(", "!", "::", ":", "=", "=>")
    )


def _exchanged(kind: str, text: str, found: Sequence[Token], one: range, two: range) -> Change:
    """Two ranges of tokens have each other's place."""
    a, b, c, d = found[one[0]].start, found[one[-1]].end, found[two[0]].start, found[two[-1]].end
    return Change(kind, a, d, text[c:d] + text[b:c] + text[a:b])


def _value(text: str) -> int | str:
    """A whole number, however it is written; any other text is itself."""
    try:
        return int(re.sub(r"[ui](\d+|size)$", "", text), 0)
    except ValueError:
        return text


def _of_lines(text: str, found: Sequence[Token]) -> Iterator[Change]:
    """Lines that end a statement or a row are lost, doubled and exchanged.

    One is doubled only when the second time does more, and exchanged with one of the same names.
    """
    starts = {token.start for token in found}
    at = 0
    lines = []
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    for (start, line), (_, after) in pairwise(lines):
        depth = len(line) - len(line.lstrip())
        whole = line.rstrip().endswith((";", ",", ")")) and line.count("(") == line.count(")")
        if not whole or start + depth not in starts:  # a comment or a text begins no token there
            continue
        end = start + len(line)
        yield Change("line lost", start, end, "")
        if _AGAIN.search(line):
            yield Change("line doubled", start, end, f"{line}\n{line}")
        shared = (set(_NAME.findall(line)) & set(_NAME.findall(after))) - _WORDS
        if shared and depth == len(after) - len(after.lstrip()):
            yield Change("lines exchanged", start, end + 1 + len(after), f"{after}\n{line}")
