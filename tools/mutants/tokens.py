"""The mutants of a text in JavaScript or Rust: each is one small change, found in its tokens.

Nothing is parsed, so a change may not compile: such a one does not count. The same is left out as
in `operators`, and what a call says for people alone: see `SAID`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from tools.mutants.operators import KEY, SAID, Mutant

_PIECE: Final = r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/|\#!/[^\n]*)
    |(?P<regex>(?<=[(,=:\[!&|?;{}]\s)/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*
        |(?<=[(!])/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*)
    |(?P<char>b?'(?:\\x[0-9a-f]{2}|\\u\{\w+\}|\\.|[^'\\])'(?!\w))
    |(?P<text>b?r\#+".*?"\#+|b?"(?:\\.|[^"\\])*"|QUOTED)
    |(?P<number>0x[0-9a-fA-F_]+|\d[\d_]*(?:\.\d+|[eE]\d+)?(?:[ui](?:8|16|32|64|size))?)
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<sign>>>>|===|!==|\.\.\.|\.\.=|->|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\.\.|<<|>>|\+\+|--|::
        |[-+*/%|&^]=|.)
    """
_QUOTED: Final = {
    False: r"'(?:\\.|[^'\\\n])*'",
    True: r"'[a-z]\w*",  # a lifetime
}
"""What a single quote begins that is no single character, in JavaScript and in Rust."""
_SIGNS: Final[Mapping[str, str]] = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "===": "!==", "!==": "===",
    "&&": "||", "||": "&&", "+": "-", "-": "+", "*": "/", "/": "*", "%": "/", "<<": ">>",
    ">>": "<<", ">>>": ">>", "&": "|", "|": "&", "^": "|", "+=": "-=", "-=": "+=", "|=": "&=",
    "&=": "|=", "++": "--", "..": "..=", "..=": "..", "??": "||", "?.": ".",
}  # fmt: skip
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "true": ("false",),
    "false": ("true",),
    "every": ("some",),
    "some": ("every",),
    "all": ("any",),
    "any": ("all",),
    "is_some": ("is_none",),
    "is_none": ("is_some",),
    "startsWith": ("endsWith", "includes"),
    "starts_with": ("ends_with", "contains"),
    "min": ("max",),
    "max": ("min",),
    "ceil": ("floor",),
    "break": ("continue",),
    "continue": ("break",),
    "first": ("last",),
    "last": ("first",),
    "split_once": ("rsplit_once",),
    "indexOf": ("lastIndexOf",),
    "from_le_bytes": ("from_be_bytes",),
    "from_utf8": ("from_utf8_lossy",),
    "is_ascii_alphanumeric": ("is_ascii_alphabetic", "is_ascii_graphic"),
    "is_ascii_digit": ("is_ascii_hexdigit",),
    "is_ascii_uppercase": ("is_ascii_alphabetic",),
    "is_control": ("is_ascii_control", "is_whitespace"),
    "chars": ("bytes",),
    "isSafeInteger": ("isInteger", "isFinite"),
    "isInteger": ("isFinite",),
    "isFinite": ("isInteger",),
    "null": ("undefined",),
    "u8": ("u16",),
    "u16": ("u8", "u32"),
    "u32": ("u16", "u64"),
    "u64": ("u32", "u128"),
    "i64": ("i32", "i128"),
    "i16": ("u16", "i32"),
    "usize": ("u32",),
}
"""Words and what each is taken for, types with a narrower and a wider one."""

OPENING: Final[Mapping[str, str]] = {"(": ")", "[": "]", "{": "}"}
CLOSING: Final = frozenset(OPENING.values())
_EDGES: Final = frozenset({",", ";", "=", "=>", "?", ":", "return", "&&", "||", "|"})
"""What an operand ends at, besides the bracket that is around it."""
_KEPT: Final = frozenset(
    {"let", "const", "var", "fn", "function", "use", "pub", "import", "export", "struct", "enum",
     "impl", "type", "mod", "extern", "class", "else", "match", "case", "if", "for", "while",
     "loop", "switch", "try", "#", "}"}
)  # fmt: skip
"""What begins a statement that is not dropped as a whole."""
_STOPS: Final = re.compile(r"\b(?:throw|return (?:Err|None|false|undefined))\b|\bcheck\(")
NAMED: Final = re.compile(
    r"(?m)^\s*(?:(?:export|pub|const) )*(?:fn|function|def) (\w+)|^(?:export )?const (\w+)"
)


class Token(NamedTuple):
    """A piece of the text, from ``start`` to ``end``."""

    kind: str
    text: str
    start: int
    end: int


class Change(NamedTuple):
    """One place of a text that gets another text."""

    kind: str
    start: int
    end: int
    text: str


def mutants(source: bytes, *, rust: bool) -> Iterator[Mutant]:
    """Every mutant of a text, in its order."""
    text = source.decode()
    return made(text, _Walk(text, rust=rust).changes(), as_read=str)


def made(
    text: str, changes: Iterable[Change], *, as_read: Callable[[str], str]
) -> Iterator[Mutant]:
    """The mutants of some changes, in the order of the text; each is shown with its whole lines.

    Left out is what was made before, and what is read (``as_read``) as it was.
    """
    names = [(match.start(), match[1] or match[2]) for match in NAMED.finditer(text)]
    seen = set()
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        start = text.rfind("\n", 0, change.start) + 1
        end = text.find("\n", change.end)
        before = text[start:end]
        after = text[start : change.start] + change.text + text[change.end : end]
        if as_read(after) == as_read(before) or (start, after) in seen:
            continue
        seen.add((start, after))
        line = text.count("\n", 0, change.start) + 1
        yield Mutant(
            kind=change.kind,
            where=next((name for at, name in reversed(names) if at <= change.start), ""),
            lines=range(line, line + before.count("\n") + 1),
            start=len(text[:start].encode()),
            end=len(text[:end].encode()),
            before=before,
            text=after,
        )


def tokens(text: str, *, rust: bool) -> list[Token]:
    """The tokens of a text without its space and comments; a template is none."""
    pattern = re.compile(_PIECE.replace("QUOTED", _QUOTED[rust]), re.VERBOSE | re.DOTALL)
    found = []
    at = 0
    while at < len(text):
        if text[at] == "`":
            at = _template_end(text, at)
            continue
        match = pattern.match(text, at)
        assert match is not None
        if match.lastgroup not in (None, "space"):
            found.append(Token(str(match.lastgroup), match[0], at, match.end()))
        at = match.end()
    return found


def _template_end(text: str, at: int) -> int:
    """Where a template ends that begins at ``at``; there may be others in it."""
    at += 1
    depth = 0
    while text[at] != "`" or depth:
        if text[at] == "`":
            at = _template_end(text, at)
            continue
        depth += text.startswith("${", at) or (depth > 0 and text[at] == "{")
        depth -= depth > 0 and text[at] == "}"
        at += 2 if text[at] == "\\" or text.startswith("${", at) else 1
    return at + 1


class _Walk:
    def __init__(self, text: str, *, rust: bool) -> None:
        self.text = text
        self.rust = rust
        self.tokens = tokens(text, rust=rust)
        self.other: dict[int, int] = {}
        """Bracket to the one that closes or opens it, as indices of tokens."""
        opened: list[int] = []
        for index, token in enumerate(self.tokens):
            if token.kind == "sign" and token.text in OPENING:
                opened.append(index)
            elif token.kind == "sign" and token.text in CLOSING:
                begin = opened.pop()
                self.other[begin], self.other[index] = index, begin

    def changes(self) -> Iterator[Change]:
        exempt = [False] * len(self.tokens)
        for index, token in enumerate(self.tokens):
            if token.text in SAID and self._is(index + 1, "("):
                for said in self._said(index + 1, SAID[token.text]):
                    exempt[said] = True
        for index, token in enumerate(self.tokens):
            if not exempt[index]:
                yield from self._of_token(index, token)
        yield from self._of_statements()

    def _is(self, index: int, text: str) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].text == text

    def _said(self, opening: int, judged: int) -> range:
        """The tokens of a call behind its first ``judged`` arguments."""
        end = self.other[opening]
        index = opening + 1
        while index < end:
            if self.tokens[index].text == ",":
                judged -= 1
                if not judged:
                    return range(index, end)
            index = self.other.get(index, index) + 1
        return range(end, end)

    def _replaced(self, kind: str, first: int, last: int, text: str) -> Change:
        return Change(kind, self.tokens[first].start, self.tokens[last].end, text)

    def _of_token(self, index: int, token: Token) -> Iterator[Change]:
        def changed(kind: str, text: str) -> Change:
            return Change(kind, token.start, token.end, text)

        match token.kind:
            case "number":
                yield from (changed("constant", text) for text in _numbers(token.text))
            case "char":
                yield from (changed("constant", text) for text in _chars(token.text))
            case "text":
                yield from (changed("key", text) for text in _texts(token.text))
            case "regex":
                yield from (changed("key", text) for text in _patterns(token.text))
            case "word":
                yield from (changed("word", text) for text in _WORDS.get(token.text, ()))
                yield from self._of_condition(index)
            case "sign":
                yield from self._of_sign(index, token)

    def _of_sign(self, index: int, token: Token) -> Iterator[Change]:
        spaced = self.text[token.start - 1] == " " and self.text[token.end : token.end + 1] == " "
        before = self.tokens[index - 1]
        # Behind a word it is a macro of Rust.
        if token.text == "!" and (before.kind != "word" or before.end < token.start):
            yield self._replaced("not removed", index, index, "")
        elif token.text in _SIGNS and (spaced or token.text not in "<>-&|*"):
            yield self._replaced("sign", index, index, _SIGNS[token.text])
        if token.text in ("&&", "||", "|"):
            yield self._replaced("condition dropped", index, self._operand(index, 1), "")
            yield self._replaced("condition dropped", self._operand(index, -1), index, "")
        elif token.text == "?" and spaced:
            first = self.tokens[self._operand(index, -1, {"&&", "||"})]
            for text in ("true ", "false "):
                yield Change("condition dropped", first.start, token.start, text)
        elif token.text == "." and self._is(index + 2, "("):
            yield self._replaced("call dropped", index, self.other[index + 2], "")
        elif token.text == "=>" and self.rust:
            yield from self._of_arm(index)

    def _operand(self, index: int, step: int, within: Collection[str] = ()) -> int:
        """The last token of the operand behind a sign, or the first of the one before it."""
        at = index + step
        while 0 <= at < len(self.tokens):
            text = self.tokens[at].text
            if text in (OPENING if step < 0 else CLOSING) or (
                text in _EDGES and text not in within
            ):
                break
            if step > 0 and text == "{":
                break
            if step < 0 and text in ("if", "while"):
                break
            at = self.other.get(at, at) + step
        return at - step

    def _of_condition(self, index: int) -> Iterator[Change]:
        """`if` and `while` with another condition; one that ends no loop is left out."""
        word = self.tokens[index].text
        if word not in ("if", "while") or self._is(index + 1, "let"):
            return
        if not self.rust:
            first, last = index + 1, self.other[index + 1]
        else:
            first = last = index + 1
            while self.tokens[last].text not in ("{", "=>", *CLOSING):
                last = self.other.get(last, last) + 1
            last -= 1
        whole = self.text[self.tokens[first].start : self.tokens[last].end]
        yield self._replaced("condition dropped", first, last, "(false)")
        if word == "if":
            yield self._replaced("condition dropped", first, last, "(true)")
            yield self._replaced("condition negated", first, last, f"(!({whole}))")

    def _of_arm(self, index: int) -> Iterator[Change]:
        """An arm of a `match` is dropped."""
        first = index - 1
        while self.tokens[first].text not in ("{", ",", "}"):
            first = self.other.get(first, first) - 1
        last = index + 1
        if self.tokens[last].text == "{":
            last = self.other[last]
        else:
            while self.tokens[last].text != "," and self.tokens[last].text not in CLOSING:
                last = self.other.get(last, last) + 1
            last -= self.tokens[last].text != ","
        yield self._replaced("arm dropped", first + 1, last, "")

    def _of_statements(self) -> Iterator[Change]:
        """Statements are dropped, and two checks behind each other change places."""
        for opening, closing in self.other.items():
            if opening > closing or self.tokens[opening].text != "{":
                continue
            found = list(self._statements(opening, closing))
            for first, last in found:
                token = self.tokens[first]
                if token.text not in _KEPT and token.kind in ("word", "sign"):
                    yield self._replaced("statement dropped", first, last, ";")
            for (first, end), (begin, last) in pairwise(found):
                one = self.text[self.tokens[first].start : self.tokens[end].end]
                two = self.text[self.tokens[begin].start : self.tokens[last].end]
                if end + 1 == begin and _STOPS.search(one) and _STOPS.search(two):
                    yield self._replaced("checks swapped", first, last, f"{two}\n{one}")

    def _statements(self, opening: int, closing: int) -> Iterator[tuple[int, int]]:
        """First and last token of each statement of a block, as far as tokens tell."""
        first = at = opening + 1
        while at < closing:
            token = self.tokens[at]
            if token.text == ";":
                yield first, at
                first = at + 1
            elif token.text == "{" and self.tokens[first].text in ("if", "for", "while", "match"):
                at = self.other[at]
                if not self._is(at + 1, "else"):
                    yield first, at
                    first = at + 1
                at += 1
                continue
            at = self.other.get(at, at) + 1


def _numbers(text: str) -> Iterator[str]:
    suffix = re.search(r"(?<![xX0-9a-fA-F])(?:[ui](?:8|16|32|64|size))$", text)
    digits = text[: suffix.start()] if suffix else re.sub(r"[ui](?:8|16|32|64|size)$", "", text)
    end = text[len(digits) :]
    if re.fullmatch(r"0x[0-9a-fA-F_]+|[\d_]+", digits):
        value = int(digits.replace("_", ""), 0)
        yield f"{value + 1}{end}"
        if value:
            yield f"{value - 1}{end}"


def _chars(text: str) -> Iterator[str]:
    """Characters of Rust beside this one; a text of one character in JavaScript looks the same."""
    short = {"n": 10, "t": 9, "r": 13, "0": 0, "\\": 92, "'": 39, '"': 34}
    mark = "b" if text.startswith("b") else ""
    inner = text[len(mark) + 1 : -1]
    if inner.startswith("\\x"):
        code = bytes.fromhex(inner[2:])[0]
    elif inner.startswith("\\"):
        code = short.get(inner[1], -1)
    else:
        code = ord(inner) if len(inner) == 1 else -1
    for other in (code - 1, code + 1):
        if code >= 0 and 0 <= other < 128:
            yield f"{mark}'\\x{other:02x}'"


def _texts(text: str) -> Iterator[str]:
    """A key with a letter more, bytes with one less."""
    match = re.fullmatch(r"(b?)([\"'])(.*)\2", text, re.DOTALL)
    if match is None:
        return
    mark, quote, inner = match.groups()
    if mark:
        pieces = re.findall(r"\\x..|\\.|.", inner, re.DOTALL)
        for at in range(len(pieces)):
            yield f"b{quote}{''.join(pieces[:at] + pieces[at + 1 :])}{quote}"
    elif KEY.fullmatch(inner):
        yield f"{quote}{inner}_{quote}"


def _patterns(text: str) -> Iterator[str]:
    """A pattern with one piece less, or with another letter or digit."""
    end = text.rindex("/")
    pieces = re.findall(r"\\u[0-9a-f]{4}|\\.|.", text[1:end])
    for at, piece in enumerate(pieces):
        others = [""]
        if len(piece) == 1 and piece.isalnum():
            others += [f"\\u{ord(piece) + step:04x}" for step in (-1, 1)]
        elif piece.startswith("\\u"):
            code = int.from_bytes(bytes.fromhex(piece[2:]))
            others += [f"\\u{code + step & 0xFFFF:04x}" for step in (-1, 1)]
        for other in others:
            yield f"/{''.join((*pieces[:at], other, *pieces[at + 1 :]))}/{text[end + 1 :]}"
