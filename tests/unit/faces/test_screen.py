"""How the command line shows a table: an id can be copied, and one thing is singular."""

from uuid import uuid4

import pytest

from hub.cli.speaking.screen import out, table
from hub.counting import counted


@pytest.mark.parametrize(
    ("count", "thing", "words"),
    [(0, "item", "0 items"), (1, "item", "1 item"), (1, "delivery", "1 delivery"), (2_000, "entry", "2,000 entries")],
)
def test_a_count_is_singular_or_plural(count: int, thing: str, words: str) -> None:
    assert counted(count, thing) == words


def test_in_a_pipe_an_id_is_on_one_line_however_much_is_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [str(uuid4()) for _ in range(2)]
    columns = ["id", *(f"column {number}" for number in range(8))]
    out().print(table("", columns, [[id, *["a long cause that must be folded " * 5] * 8] for id in ids]))
    printed = capsys.readouterr().out
    assert all(id in printed for id in ids)
    assert printed.count("must") >= 80, "what is folded is not cut"
