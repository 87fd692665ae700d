"""The mutants of a module: each is one small change, found in the syntax tree.

Left out is what no test should notice: annotations, decorators, docstrings, `assert`, imports, and
texts for people.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_KEY: Final = re.compile(r"[\w.+/-]*", re.ASCII)
"""A string that names something; other strings are text for people."""
_UNTOUCHED: Final = (ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
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


def mutants(source: bytes) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    return _Walk(source).of(ast.parse(source), "")


class _Walk:
    def __init__(self, source: bytes) -> None:
        self.source = source
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
        for name, value in ast.iter_fields(node):
            if name not in _UNTOUCHED_FIELDS:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self.of(child, where)

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
        case str() if _KEY.fullmatch(value):
            yield "key", repr(value + "_")


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
