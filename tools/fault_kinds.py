"""The kinds of single-line faults that tools/seed_faults.py puts into a module, by its syntax tree.

Each kind is a mistake that people make: swapped arguments, a dropped check or lock, a constant that is off by a fifth.
Text for people, annotations and logging are left alone.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator

from tools.fault_tables import (
    COMPARISONS,
    KEY,
    LEFT_ALONE,
    LEFT_ALONE_TEXT,
    OPERATORS,
    OPPOSITES,
    REDUCTIONS,
    SYMMETRIC,
    UNTESTED_ARGUMENTS,
    WRAPPERS,
)


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault: bytes `start` to `end` of a module are replaced by `text`; the line then reads `reads`."""

    module: str
    kind: str
    line: int
    start: int
    end: int
    text: str
    reads: str

    def apply(self, source: bytes) -> bytes:
        """The module's source with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.module}:{self.line} ({self.kind}): {self.reads}"


class Seeder:
    """The faults of one module, given by its path and source."""

    def __init__(self, module: str, source: bytes):
        self._module, self._source = module, source
        self._lines = [0, *(i + 1 for i, byte in enumerate(source) if byte == ord("\n"))]
        self._tree = ast.parse(source)
        self._own = {
            alias.asname or alias.name
            for node in ast.walk(self._tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siamese")
            for alias in node.names
        } | {node.name for node in ast.walk(self._tree) if isinstance(node, ast.FunctionDef)}
        self._keys: list[str] = []

    def faults(self) -> list[Fault]:
        """Every fault, in the order of the source."""
        nodes = list(self._visible(self._tree))
        self._keys = sorted({n.value for n in nodes if self._is_key(n)})
        made = [
            self._fault(kind, node, text)
            for place in nodes
            for kind, node, text in self._faults_at(place)
            if self._differs(node, text)
        ]
        return list(dict.fromkeys(made))

    def _fault(self, kind: str, node: ast.AST, text: str) -> Fault:
        start, end = self._offset(node), self._offset(node, end=True)
        begin = self._lines[node.lineno - 1]
        mutated = self._source[begin:start] + text.encode() + self._source[end:]
        return Fault(self._module, kind, node.lineno, start, end, text, mutated.split(b"\n")[0].decode().strip())

    def _visible(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes below this one that are code, and neither errors nor logging."""
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "op", "ops"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not isinstance(child, LEFT_ALONE):
                    if isinstance(child, ast.stmt) and LEFT_ALONE_TEXT.match(self._text(child)):
                        continue
                    if isinstance(child, (ast.expr, ast.stmt, ast.keyword)):
                        yield child
                    yield from self._visible(child)

    def _faults_at(self, node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
        """(kind, node to replace, its new text) of the faults of one node."""
        if isinstance(node, ast.Call):
            yield from self._calls(node)
        elif isinstance(node, ast.keyword) and node.arg in ("axis", "axes") and isinstance(node.value, ast.Constant):
            yield "axis", node.value, str({0: 1, 1: 0, 2: 1}.get(node.value.value, 0))
        elif isinstance(node, ast.Constant):
            yield from self._constants(node)
        elif isinstance(node, ast.BinOp):
            yield from self._arithmetic(node)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
            left, right = self._text(node.left), self._text(node.comparators[0])
            continuous = "random()" in left + right or "monotonic()" in left + right
            signs = OPPOSITES if continuous else COMPARISONS
            yield "comparison", node, f"{left} {signs[type(node.ops[0])]} {right}"
        elif isinstance(node, ast.BoolOp):
            word = " or " if isinstance(node.op, ast.And) else " and "
            parts = [self._inner(value) for value in node.values]
            yield "logic", node, word.join(parts)
            yield "condition dropped", node, " and ".join(parts[1:])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
            yield "sign", node, self._text(node.operand)
        elif isinstance(node, ast.IfExp):
            yield "condition dropped", node, self._text(node.body)
            yield "condition dropped", node, self._text(node.orelse)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
            first, second = node.elts
            if not any(isinstance(part, ast.Starred) for part in node.elts):
                swapped = f"{self._text(second)}, {self._text(first)}"
                yield "swapped", node, f"({swapped})" if self._text(node).startswith("(") else swapped
        elif isinstance(node, ast.stmt):
            yield from self._statements(node)

    def _calls(self, node: ast.Call) -> Iterator[tuple[str, ast.AST, str]]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        arguments = [self._text(argument) for argument in node.args]
        plain = not any(isinstance(argument, ast.Starred) for argument in node.args)
        if len(arguments) >= 2 and plain and name not in SYMMETRIC:
            first, second = node.args[:2]
            between = self._source[self._offset(first, end=True) : self._offset(second)].decode()
            before = self._source[self._offset(node) : self._offset(first)].decode()
            after = self._source[self._offset(second, end=True) : self._offset(node, end=True)].decode()
            yield "swapped", node, before + arguments[1] + between + arguments[0] + after
        if name in ("clip", "clip_by_value"):
            yield "clip dropped", node, arguments[0]
        elif name in ("max", "min", "maximum", "minimum") and len(arguments) == 2 and plain:
            kept = arguments[1] if isinstance(node.args[0], ast.Constant) else arguments[0]
            yield "clip dropped", node, f"({kept})"
        elif re.search("escape|quote", name) and arguments:
            yield "escape dropped", node, arguments[0]
        elif name == "default_rng" and arguments:
            yield "seed ignored", node.args[0], "0"
        elif name in ("permutation", "shuffled") and arguments:
            yield (
                "seed ignored",
                node,
                f"np.arange({arguments[0]})" if arguments[0].startswith("len(") else arguments[0],
            )
        elif (name in WRAPPERS or getattr(node.func, "id", None) in self._own) and name.islower() and plain:
            inner = arguments[0] if arguments else self._text(getattr(node.func, "value", node.func))
            if not isinstance(node.args[0], ast.Constant) if arguments else name in WRAPPERS:
                yield "call dropped", node, inner
        if name in REDUCTIONS:
            function = self._text(node.func)
            yield "reduction", node.func, function.removesuffix(name) + REDUCTIONS[name]
        for keyword in node.keywords:
            if keyword.arg == "seed":
                yield "seed ignored", keyword.value, "0"
            elif keyword.arg and keyword.arg not in UNTESTED_ARGUMENTS:
                yield "argument dropped", node, self._without(node, keyword)

    def _constants(self, node: ast.Constant) -> Iterator[tuple[str, ast.AST, str]]:
        value = node.value
        if isinstance(value, bool):
            yield "switched", node, str(not value)
        elif isinstance(value, int) and abs(value) <= 3:
            yield "off by one", node, str(value + 1)
        elif isinstance(value, int) and value < 10**9:
            yield "off by a fifth", node, str(value + max(1, value // 5))
        elif isinstance(value, float):
            yield "off by a fifth", node, repr(value * 1.2 if value else 0.2)
        elif self._is_key(node) and len(self._keys) > 1:
            other = self._keys[(self._keys.index(value) + 1) % len(self._keys)]
            yield "name exchanged", node, repr(other)

    def _arithmetic(self, node: ast.BinOp) -> Iterator[tuple[str, ast.AST, str]]:
        left, right = self._inner(node.left), self._inner(node.right)
        if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return
        if type(node.op) in OPERATORS:
            yield "operator", node, f"({left} {OPERATORS[type(node.op)]} {right})"
        sign = {ast.Sub: "-", ast.Div: "/", ast.MatMult: "@", ast.FloorDiv: "//"}.get(type(node.op))
        if sign:
            yield "swapped", node, f"({right} {sign} {left})"
        if isinstance(node.op, ast.Sub) and left == "1":
            yield "complement", node, right

    def _statements(self, node: ast.stmt) -> Iterator[tuple[str, ast.AST, str]]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield "statement dropped", node, "pass"
        elif isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise):
            yield "check dropped", node.test, "False"
        elif isinstance(node, ast.If):
            yield "condition", node.test, "False"
            yield "condition", node.test, "True"
        elif isinstance(node, ast.With) and len(node.items) == 1 and not node.items[0].optional_vars:
            expression = node.items[0].context_expr
            if re.search("lock|guard|mutex", self._text(expression).lower()):
                yield "lock dropped", expression, "__import__('contextlib').nullcontext()"
        elif isinstance(node, ast.AugAssign) and (sign := OPERATORS.get(type(node.op))):
            yield "operator", node, f"{self._text(node.target)} {sign}= {self._text(node.value)}"

    def _without(self, call: ast.Call, keyword: ast.keyword) -> str:
        """The call without one of its keyword arguments."""
        parts = [self._text(part) for part in (*call.args, *call.keywords) if part is not keyword]
        return f"{self._text(call.func)}({', '.join(parts)})"

    def _is_key(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(KEY.fullmatch(node.value))

    def _inner(self, node: ast.AST) -> str:
        text = self._text(node)
        simple = isinstance(node, (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript))
        return text if simple else f"({text})"

    def _offset(self, node: ast.AST, end: bool = False) -> int:
        line, column = (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)
        return self._lines[line - 1] + column

    def _text(self, node: ast.AST) -> str:
        return self._source[self._offset(node) : self._offset(node, end=True)].decode()

    def _differs(self, node: ast.AST, text: str) -> bool:
        """Whether the text is code and other code than the node."""
        try:
            made = ast.parse(text if isinstance(node, ast.stmt) else f"({text})").body[0]
        except SyntaxError:
            return False
        return ast.dump(made if isinstance(node, ast.stmt) else made.value) != ast.dump(node)


def faults_of(module: str, source: bytes) -> list[Fault]:
    """Every fault that a module, given by its path, can be given."""
    return Seeder(module, source).faults()
