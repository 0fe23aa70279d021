"""The kinds of change: one function for each sort of error."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mutants.changing.source import Source

_COMPARISONS: dict[type[ast.cmpop], tuple[bytes, bytes]] = {
    ast.Lt: (rb"<", b"<="),
    ast.LtE: (rb"<=", b"<"),
    ast.Gt: (rb">", b">="),
    ast.GtE: (rb">=", b">"),
    ast.Eq: (rb"==", b"!="),
    ast.NotEq: (rb"!=", b"=="),
    ast.Is: (rb"\bis\b", b"is not"),
    ast.IsNot: (rb"\bis\s+not\b", b"is"),
    ast.In: (rb"\bin\b", b"not in"),
    ast.NotIn: (rb"\bnot\s+in\b", b"in"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[bytes, bytes]] = {
    ast.Add: (rb"\+", b"-"),
    ast.Sub: (rb"-", b"+"),
    ast.Mult: (rb"\*", b"/"),
    ast.Div: (rb"/", b"*"),
    ast.FloorDiv: (rb"//", b"*"),
    ast.Mod: (rb"%", b"*"),
    ast.Pow: (rb"\*\*", b"*"),
    ast.BitOr: (rb"\|", b"&"),
    ast.BitAnd: (rb"&", b"|"),
    ast.BitXor: (rb"\^", b"&"),
    ast.LShift: (rb"<<", b">>"),
    ast.RShift: (rb">>", b"<<"),
}
_OPPOSITES = {b"min": b"max", b"max": b"min", b"any": b"all", b"all": b"any"}
_SHAPING = {"strip", "lstrip", "rstrip", "lower", "upper", "casefold", "removeprefix", "removesuffix", "astimezone"}
_CODE = re.compile(r"[^\s]{0,40}")  # a code, a key, a separator: not a sentence
_DOTTED = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")  # misspelt, it still looks like a code
_ENCODINGS = {"utf-8", "utf-8-sig", "ascii"}  # Python ignores what is added to such a name
_KEPT_KEYWORDS = {"slots", "strict"}  # memory, and lengths that agree anyway: no test can notice


@dataclass(frozen=True, slots=True)
class Edit:
    """The bytes from `start` to `end` become `new`."""

    start: int
    end: int
    new: bytes


Operator = Callable[[ast.AST, Source], Iterator[Edit]]


def _swap(gap_start: int, gap_end: int, pattern: bytes, new: bytes, source: Source) -> Iterator[Edit]:
    """Yield the operator between its operands."""
    match = re.search(pattern, source.text[gap_start:gap_end])
    if match is not None:
        yield Edit(gap_start + match.start(), gap_start + match.end(), new)


def _instead(node: ast.expr | ast.stmt, new: bytes, source: Source) -> Edit:
    return Edit(source.start(node), source.end(node), new)


def compared_otherwise(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        for left, right, operator in zip(operands, operands[1:], node.ops, strict=False):
            yield from _swap(source.end(left), source.start(right), *_COMPARISONS[type(operator)], source)


def joined_otherwise(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Yield `and` for `or`, and each operand left out."""
    if isinstance(node, ast.BoolOp):
        pattern, new, nothing = (rb"\band\b", b"or", b"True")
        if isinstance(node.op, ast.Or):
            pattern, new, nothing = (rb"\bor\b", b"and", b"False")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from _swap(source.end(left), source.start(right), pattern, new, source)
        for value in node.values:
            if not isinstance(value, ast.Constant):
                yield _instead(value, nothing, source)


def not_denied(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield _instead(node, source.operand(node.operand), source)


def calculated_otherwise(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp) and not any(map(_is_text, (node.left, node.right))):
        gap = source.end(node.left), source.start(node.right)
        yield from _swap(*gap, *_ARITHMETIC[type(node.op)], source)


def another_constant(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield _instead(node, str(not value).encode(), source)
    elif isinstance(value, int | float):
        yield _instead(node, repr(value + 1).encode(), source)
    elif isinstance(value, str) and _CODE.fullmatch(value) and value not in _ENCODINGS:
        yield _instead(node, repr(value + ("_" if _DOTTED.fullmatch(value) else "~")).encode(), source)
    elif isinstance(value, bytes):
        yield _instead(node, repr(value + b"~").encode(), source)


def guarded_otherwise(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Yield a check that never holds, and one that always does."""
    if isinstance(node, ast.If) and source.of(node.test) == b"TYPE_CHECKING":
        return  # what only the type checker imports
    if isinstance(node, ast.If | ast.IfExp):
        yield _instead(node.test, b"False", source)
        yield _instead(node.test, b"True", source)
    elif isinstance(node, ast.While) and not isinstance(node.test, ast.Constant):
        yield _instead(node.test, b"False", source)
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        for test in (test for generator in node.generators for test in generator.ifs):
            yield _instead(test, b"True", source)


def nothing_returned(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield _instead(node.value, b"None", source)


def not_done(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Yield a call without a used result, a failure, a yield or a jump that is left out."""
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom | ast.Await):
        return
    if isinstance(node, ast.Expr | ast.Raise | ast.Continue | ast.Break):
        yield _instead(node, b"pass", source)


def counted_down(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        pattern, new = (rb"\+=", b"-=") if isinstance(node.op, ast.Add) else (rb"-=", b"+=")
        yield from _swap(source.end(node.target), source.start(node.value), pattern, new, source)


def dropped_keywords(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Yield a named argument that is not given, so that its default is used."""
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg in _KEPT_KEYWORDS:
            continue
        start, end = source.start(keyword), source.end(keyword)
        if after := re.match(rb"\s*,\s*", source.text[end : source.end(node)]):
            yield Edit(start, end + after.end(), b"")
        elif before := re.search(rb",\s*\Z", source.text[source.end(node.func) : start]):
            yield Edit(source.end(node.func) + before.start(), end, b"")
        else:
            yield Edit(start, end, b"")


def called_otherwise(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Yield the opposite function, or a text that is not normalised."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Name) and (opposite := _OPPOSITES.get(source.of(node.func))):
        yield _instead(node.func, opposite, source)
    elif isinstance(node.func, ast.Name) and node.func.id == "sorted" and len(node.args) == 1 and not node.keywords:
        yield _instead(node.func, b"list", source)
    elif isinstance(node.func, ast.Attribute) and (
        node.func.attr in _SHAPING or (node.func.attr == "replace" and any(map(_is_text, node.args)))
    ):
        yield _instead(node, source.operand(node.func.value), source)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _all_of(*operators: Operator) -> Operator:
    def each(node: ast.AST, source: Source) -> Iterator[Edit]:
        for operator in operators:
            yield from operator(node, source)

    return each


EXPRESSIONS = _all_of(
    compared_otherwise,
    joined_otherwise,
    not_denied,
    calculated_otherwise,
    another_constant,
    guarded_otherwise,
    dropped_keywords,
    called_otherwise,
)
STATEMENTS = _all_of(guarded_otherwise, nothing_returned, not_done, counted_down)
