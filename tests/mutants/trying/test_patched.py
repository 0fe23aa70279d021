"""A changed function answers anew, although its answers from before were kept."""

import importlib.util
from pathlib import Path

from tests.mutants.trying.patched import living_of, patch

TEXT = """from functools import cache


@cache
def double(number: int) -> int:
    return number * 2


def plain(number: int) -> int:
    return number
"""


def test_what_was_kept_before_a_change_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "doubled.py"
    file.write_text(TEXT)
    spec = importlib.util.spec_from_file_location("doubled", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.double(2) == 4
    living = living_of(str(file))
    assert not patch(living, str(file), TEXT.encode()), "nothing has changed"
    assert patch(living, str(file), TEXT.replace("* 2", "* 3").encode())
    assert (module.double(2), module.plain(2)) == (6, 2)
