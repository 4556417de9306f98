"""What tools/fault_kinds.py puts in place of what, and what it leaves alone."""

from __future__ import annotations

import ast
import re

REDUCTIONS = {
    "mean": "max", "sum": "max", "max": "min", "min": "max", "any": "all", "all": "any", "median": "max",
    "argmax": "argmin", "argsort": "argmax", "reduce_mean": "reduce_max", "reduce_sum": "reduce_max",
    "minimum": "maximum", "maximum": "minimum",
}  # fmt: skip
OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "//",
    ast.BitAnd: "|", ast.BitOr: "&", ast.Pow: "*",
}  # fmt: skip
COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
OPPOSITES = COMPARISONS | {ast.Lt: ">=", ast.LtE: ">", ast.Gt: "<=", ast.GtE: "<"}
"""For random numbers and times, which are never exactly at a limit."""
SYMMETRIC = {
    "max",
    "min",
    "maximum",
    "minimum",
    "isinstance",
    "issubclass",
    "hypot",
    "array_equal",
    "getattr",
    "hasattr",
}
WRAPPERS = {"sorted", "abs", "round", "reversed", "set", "dilate", "erode", "ascontiguousarray", "strip", "lower"}
LEFT_ALONE = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
LEFT_ALONE_TEXT = re.compile(
    r'"""|_?log(ger)?\.|if TYPE_CHECKING|\w+ = (TypeVar|([A-Z]\w*|dict|tuple|list)\[|[A-Z]\w+ \| )'
)
"""Documentation, logging, names for annotations."""
UNTESTED_ARGUMENTS = {
    "dtype", "help", "name", "key", "prefix", "daemon", "encoding", "gap", "width", "icon", "type",
    "vertical_alignment", "horizontal", "placeholder", "label_visibility", "autocomplete",
}  # fmt: skip
"""Names, and what only changes how a page looks."""
KEY = re.compile(r"[\w.()-]{2,40}")
"""A string that is a name or a key; anything with spaces is text for people."""
