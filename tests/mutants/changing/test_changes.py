"""The tool itself: which changes it makes of a piece of text, and which it leaves alone."""

import pytest

from tests.mutants.changing.changes import changes_of
from tests.mutants.changing.source import Source


def becomes(text: str) -> list[str]:
    source = Source(text.encode())
    return sorted(change.becomes(source) for change in changes_of(source))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a >= b", ["x = a > b"]),
        ("x = (a) not in (b)", ["x = (a) in (b)"]),
        ("x = a is not b", ["x = a is b"]),
        ("x = 'é' + y if a == b else c", ["x = 'é' + y if False else c", "x = 'é' + y if True else c"]),
        ("x = a and b", ["x = True and b", "x = a and True", "x = a or b"]),
        ("x = not (a or b)", ["x = (a or b)", "x = not (False or b)", "x = not (a and b)", "x = not (a or False)"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a // b", ["x = a * b"]),
        ("x = -a", ["x = a"]),
        ("x = 7", ["x = 8"]),
        ("x = True", ["x = False"]),
        ("x = 'code.one'", ["x = 'code.one_'"]),
        ("x = 'a sentence for people'", []),
        ("x = f'{a + b}'", []),
        ("x = {'a', 'b', 'c', 'd', 'e'}", []),
        ("x: Literal[1, 2] = y", []),
        ("X = Literal['a', 'b']", []),
        ("assert a < b", []),
        ("x = min(a)", ["x = max(a)"]),
        ("x = sorted(a)", ["x = list(a)"]),
        ("x = (a + b).strip()", ["x = (a + b)", "x = (a - b).strip()"]),
        ("x = at.astimezone(LONDON).date()", ["x = at.date()"]),
        ("x = text.replace('-', y)", ["x = text", "x = text.replace('-~', y)"]),
        ("x = f(a, b=c, d=e)", ["x = f(a, b=c)", "x = f(a, d=e)"]),
        ("x = f(b=c)", ["x = f()"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if True]"]),
        ("x += y", ["x -= y"]),
        ("send(x)", ["pass"]),
        ("if a:\n    b = c", ["if False:", "if True:"]),
        ("for a in b:\n    continue", ["pass"]),
        ("def f():\n    return g", ["return None"]),
        ("def f():\n    return None", []),
        ("def f():\n    '''Words.'''\n    raise X", ["pass"]),
        ("def f(a=3):\n    b = a", ["def f(a=4):"]),
        ("@dataclass(frozen=True, slots=True)\nclass A:\n    pass", ["@dataclass(slots=True)"]),
    ],
)
def test_each_sort_of_error_is_made(text: str, expected: list[str]) -> None:
    found = becomes(text)
    assert set(expected) <= set(found)
    if not expected or len(text) < 20:
        assert found == expected


def test_every_change_differs_from_the_text_and_from_every_other() -> None:
    source = Source(b"def f(a: int = 2):\n    if a > 1 and not g(a, b=1):\n        return a in (1, 2)\n    h()\n")
    made = [change.applied(source) for change in changes_of(source)]
    assert len(made) > 10
    assert len({*made, source.text}) == len(made) + 1


def test_a_change_knows_its_function_and_the_lines_of_its_statement() -> None:
    source = Source(b"class A:\n    def f(self):\n        return g(\n            1,\n            x < y,\n        )\n")
    [place] = {(change.scope, change.first, change.last) for change in changes_of(source)}
    assert place == ("A.f", 3, 6)
    [change] = [change for change in changes_of(source) if "<=" in change.becomes(source)]
    assert (change.was(source), change.becomes(source)) == ("x < y,", "x <= y,")
