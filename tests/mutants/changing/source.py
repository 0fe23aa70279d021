"""The text of a module, and where each node of its tree is in it. Positions are bytes, as Python counts them."""

import ast
from dataclasses import dataclass, field
from itertools import accumulate

_WHOLE = ast.Name | ast.Attribute | ast.Call | ast.Constant | ast.Subscript | ast.Tuple | ast.List | ast.Dict


@dataclass(frozen=True)
class Source:
    text: bytes
    _starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lengths = (len(line) for line in self.text.splitlines(keepends=True))
        object.__setattr__(self, "_starts", tuple(accumulate(lengths, initial=0)))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.expr | ast.stmt | ast.keyword) -> bytes:
        return self.text[self.start(node) : self.end(node)]

    def operand(self, node: ast.expr) -> bytes:
        """Add brackets if it would otherwise be split in another place."""
        return self.of(node) if isinstance(node, _WHOLE) else b"(" + self.of(node) + b")"

    def line_of(self, position: int) -> int:
        return self.text.count(b"\n", 0, position) + 1

    def lines(self, start: int, end: int) -> tuple[bytes, bytes]:
        """Return what is on the lines of a range before it and after it."""
        first = self.text.rfind(b"\n", 0, start) + 1
        last = self.text.find(b"\n", end)
        return self.text[first:start], self.text[end : last if last >= 0 else len(self.text)]
