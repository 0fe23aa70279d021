"""Makes small changes of a module, one at a time. Each is an error that somebody could make: a boundary off by one, a
missing check, `and` for `or`. A test must notice it.

Sentences for people (texts with spaces, and f-strings), type annotations, tables and lists of words are never changed.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.mutants.changing.operators import EXPRESSIONS, STATEMENTS, Edit, dropped_keywords
from tests.mutants.changing.source import Source

_ENTRIES_MAX = 4


@dataclass(frozen=True, slots=True)
class Change:
    """`edit` in the statement on the lines `first` to `last` of the function or class `scope`."""

    edit: Edit
    scope: str
    first: int
    last: int
    in_function: bool

    def applied(self, source: Source) -> bytes:
        return source.text[: self.edit.start] + self.edit.new + source.text[self.edit.end :]

    def was(self, source: Source) -> str:
        """The changed lines as they are. Together with the new lines they identify the change permanently."""
        return self._shown(source, source.text[self.edit.start : self.edit.end])

    def becomes(self, source: Source) -> str:
        return self._shown(source, self.edit.new)

    def _shown(self, source: Source, middle: bytes) -> str:
        before, after = source.lines(self.edit.start, self.edit.end)
        return re.sub(r"\s+", " ", (before + middle + after).decode()).strip()


def changes_of(source: Source) -> tuple[Change, ...]:
    """Return every change that is still a valid module, in the order of the text."""
    tree = ast.parse(source.text)
    found = {(change.edit.start, change.edit.end, change.edit.new): change for change in _Finder(source).of_body(tree)}
    ordered = sorted(found.values(), key=lambda change: (change.edit.start, change.edit.end, change.edit.new))
    return tuple(change for change in ordered if _is_python(change.applied(source)))


def _is_python(text: bytes) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Finder:
    source: Source
    scope: str = ""
    in_function: bool = False

    def of_body(self, node: ast.AST) -> Iterator[Change]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from self._of_statement(child)
            elif isinstance(child, ast.excepthandler | ast.match_case):
                yield from self.of_body(child)

    def _of_statement(self, statement: ast.stmt) -> Iterator[Change]:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = replace(
                self,
                scope=f"{self.scope}.{statement.name}".strip("."),
                in_function=self.in_function or not isinstance(statement, ast.ClassDef),
            )
            for decorator in statement.decorator_list:
                if isinstance(decorator, ast.Call):
                    edits = dropped_keywords(decorator, self.source)
                    yield from (Change(edit, inner.scope, *_lines(statement), False) for edit in edits)
            if not isinstance(statement, ast.ClassDef):
                defaults = [*statement.args.defaults, *filter(None, statement.args.kw_defaults)]
                yield from (replace(c, in_function=False) for d in defaults for c in inner._of_node(d, statement))
            yield from inner.of_body(statement)
            return
        if isinstance(statement, ast.Assert | ast.Import | ast.ImportFrom):
            return
        for edit in STATEMENTS(statement, self.source):
            yield self._change(edit, statement)
        for child in ast.iter_child_nodes(statement):
            if isinstance(statement, ast.AnnAssign) and child is statement.annotation:
                continue
            if isinstance(child, ast.expr | ast.withitem):
                yield from self._of_node(child, statement)
        yield from self.of_body(statement)

    def _of_node(self, node: ast.AST, statement: ast.stmt) -> Iterator[Change]:
        if isinstance(node, ast.JoinedStr) or _is_data(node) or _is_type(node):
            return
        if isinstance(node, ast.expr):
            for edit in EXPRESSIONS(node, self.source):
                yield self._change(edit, statement)
        for child in ast.iter_child_nodes(node):
            yield from self._of_node(child, statement)

    def _change(self, edit: Edit, statement: ast.stmt) -> Change:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return Change(edit, self.scope, *_lines(statement), self.in_function)
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        for body in ("body", "orelse", "handlers", "finalbody"):
            inner = getattr(statement, body, None)
            if isinstance(inner, list) and inner:
                last = min(last, max(first, inner[0].lineno - 1))
        return Change(edit, self.scope, first, last, self.in_function)


def _is_data(node: ast.AST) -> bool:
    """Return whether it is a table or a list of words. A test that repeated it would notice only what its author
    already knew."""
    if isinstance(node, ast.Dict):
        return len(node.keys) > _ENTRIES_MAX and all(map(_is_word, node.values))
    if isinstance(node, ast.Set | ast.List | ast.Tuple):
        return len(node.elts) > _ENTRIES_MAX and all(map(_is_word, node.elts))
    return False


def _is_word(node: ast.AST) -> bool:
    """Or several, in a row of their own."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Tuple) and all(map(_is_word, node.elts)))


def _is_type(node: ast.AST) -> bool:
    """The values of a Literal are checked before anything runs."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _lines(statement: ast.stmt) -> tuple[int, int]:
    return statement.lineno, statement.end_lineno or statement.lineno
