"""The mutants of a module: each is one small change, found in the syntax tree.

Left out is what no test should notice: annotations, decorators, docstrings, `assert`, imports, and
texts for people.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_Change = tuple[str, ast.expr | ast.stmt, str]
"""The kind, what is replaced, its new text."""
KEY: Final = re.compile(r"[\w.+/-]*", re.ASCII)
"""A string that names something; other strings are text for people."""
SAID: Final[Mapping[str, int]] = {
    "need": 2,
    "Reject": 1,
    "NoVerdict": 0,
    "fault": 1,
    "check": 2,
    "Fault": 1,
    "depart": 0,
    "Error": 0,
    "ArgumentError": 0,
}
"""Functions of the kit's readers, and how many of their first arguments an answer shows; the others
say to people where and why."""
_UNTOUCHED: Final = (ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
_LONGEST: Final = 32
"""So many bytes of a constant are each left out."""
_UNTOUCHED_FIELDS: Final = frozenset({"annotation", "decorator_list", "returns", "type_params"})
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One change of one place: `text` replaces the bytes from `start` to `end`."""

    kind: str
    where: str
    lines: range
    start: int
    end: int
    before: str
    text: str

    @property
    def change(self) -> str:
        """What is replaced by what, on one line."""
        return f"{' '.join(self.before.split())} => {' '.join(self.text.split())}"

    def applied(self, source: bytes) -> bytes:
        """The module with this change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def mutants(source: bytes, said: Mapping[str, int] | None = None) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text.

    ``said`` names functions, and how many of their first arguments are not for people.
    """
    return _Walk(source, said or {}).of(ast.parse(source), "")


class _Walk:
    def __init__(self, source: bytes, said: Mapping[str, int]) -> None:
        self.source = source
        self.said = said
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def of(self, node: ast.AST, where: str) -> Iterator[Mutant]:
        if isinstance(node, _UNTOUCHED) or _is_text(node) or _is_exempt(node):
            return
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            where = f"{where}.{node.name}".lstrip(".")
        for kind, place, text in _changes(node):
            yield self._mutant(kind, where, place, text)
        yield from self._swapped(node, where)
        for name, value in ast.iter_fields(node):
            if name == "args" and isinstance(node, ast.Call):
                value = value[: self.said.get(_called(node), len(value))]  # noqa: PLW2901
            if name not in _UNTOUCHED_FIELDS:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self.of(child, where)

    def _swapped(self, node: ast.AST, where: str) -> Iterator[Mutant]:
        """Two checks behind each other change places."""
        body = getattr(node, "body", ())
        for one, two in pairwise(body if isinstance(body, list) else ()):
            if _is_check(one) and _is_check(two):
                both = self._mutant("checks swapped", where, ast.Pass(**_span(one, two)), "")
                first = self._mutant("", where, one, "").before
                second = self._mutant("", where, two, "").before
                yield replace(both, text=f"{second}\n{' ' * one.col_offset}{first}")

    def _mutant(self, kind: str, where: str, place: ast.expr | ast.stmt, text: str) -> Mutant:
        assert place.end_lineno is not None
        assert place.end_col_offset is not None
        start = self.starts[place.lineno - 1] + place.col_offset
        end = self.starts[place.end_lineno - 1] + place.end_col_offset
        before = self.source[start:end].decode()
        if kind == "return early":
            text = f"return\n{' ' * place.col_offset}{before}"
        return Mutant(
            kind=kind,
            where=where,
            lines=range(place.lineno, place.end_lineno + 1),
            start=start,
            end=end,
            before=before,
            text=text,
        )


def _is_check(node: ast.stmt) -> bool:
    """Whether it may refuse, and does nothing else."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name("need"))):
            return True
        case ast.If(body=[ast.Raise()], orelse=[]):
            return True
    return False


def _span(first: ast.stmt, last: ast.stmt) -> dict[str, int | None]:
    """The place of two statements as that of one."""
    return {
        "lineno": first.lineno,
        "col_offset": first.col_offset,
        "end_lineno": last.end_lineno,
        "end_col_offset": last.end_col_offset,
    }


def _called(node: ast.Call) -> str:
    """The name of the function or method that is called."""
    match node.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_exempt(node: ast.AST) -> bool:
    """Whether it is for type checkers and importers alone."""
    match node:
        case ast.Assign(targets=[ast.Name("__all__")]) | ast.If(test=ast.Name("TYPE_CHECKING")):
            return True
        case ast.Subscript(value=ast.Name("Literal")):
            return True
    return False


def _changes(node: ast.AST) -> Iterator[_Change]:
    """Each change at one node."""
    match node:
        case ast.stmt():
            yield from _of_statement(node)
        case ast.Constant():
            yield from ((kind, node, text) for kind, text in _of_constant(node.value))
        case ast.expr():
            yield from ((kind, node, f"({ast.unparse(new)})") for kind, new in _of_expression(node))
    match node:
        case ast.IfExp(test=test) | ast.If(test=test):
            yield "condition dropped", test, "True"
            yield "condition dropped", test, "False"
        case ast.comprehension(ifs=tests):
            yield from (("condition dropped", test, "True") for test in tests)


def _of_constant(value: object) -> Iterator[tuple[str, str]]:
    match value:
        case bool():
            yield "constant", str(not value)
        case int():
            yield "constant", str(value + 1)
            yield "constant", f"({value - 1})"
        case str() if KEY.fullmatch(value):
            yield "key", repr(value + "_")
        case bytes():
            for at in range(min(len(value), _LONGEST)):
                yield "key", repr(value[:at] + value[at + 1 :])


def _of_expression(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for at, operator in enumerate(ops):
                changed = [*ops[:at], _COMPARISONS[type(operator)](), *ops[at + 1 :]]
                yield "comparison", ast.Compare(left, changed, others)
        case ast.BoolOp(op=joint, values=values):
            other = ast.Or() if isinstance(joint, ast.And) else ast.And()
            yield "and, or", ast.BoolOp(other, values)
            for at in range(len(values)):
                yield "condition dropped", ast.BoolOp(joint, [*values[:at], *values[at + 1 :]])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not removed", operand
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
            yield "arithmetic", ast.BinOp(left, _ARITHMETIC[type(operator)](), right)


def _of_statement(node: ast.stmt) -> Iterator[_Change]:
    match node:
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Delete():
            yield "statement dropped", node, "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "statement dropped", node, "pass"
        case ast.Break():
            yield "statement dropped", node, "continue"
        case ast.Continue():
            yield "statement dropped", node, "break"
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            code = [part for part in body if not _is_text(part)]
            if code and not isinstance(code[0], (ast.Pass, *_FUNCTIONS)):
                yield "return early", code[0], ""
