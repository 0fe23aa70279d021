"""The functions of a profile read moments in ISO form whatever their pattern is, so a draft took a pattern without a
time for moments without an offset, and what it wrote would have lost the time."""

import pytest

from adapters.mapping.drafts.guessing import guesses
from adapters.mapping.drafts.sample import SeenField
from adapters.mapping.language.forms import Form, Slot
from schemas.category import Category


@pytest.mark.parametrize(
    ("form", "values", "by"),
    [
        (Form.MOMENT, ("2026-03-10T10:00:00", "2026-03-11T09:30:00"), "moment: YYYY-MM-DDTHH:MI:SS"),
        (Form.MOMENT, ("2026-03-10 10:00", "2026-03-11 09:30"), "moment: YYYY-MM-DD HH:MI"),
        (Form.MOMENT, ("2026-03-10T10:00:00Z", "2026-03-11T09:30:00+00:00"), "moment: iso"),
        (Form.MOMENT, ("10/03/2026", "11/03/2026"), "moment: DD/MM/YYYY"),
        (Form.DAY, ("10/03/2026", "2026-03-10T00:00:00Z", "11/03/2026"), "date: DD/MM/YYYY"),
        (Form.DAY, ("2026-03-10", "2026-03-11"), "date: YYYY-MM-DD"),
        (Form.DAY, ("2026-03-10T00:00:00Z",), "date: YYYY-MM-DD"),
    ],
)
def test_the_pattern_is_that_of_the_values(form: Form, values: tuple[str, ...], by: str) -> None:
    found = guesses([SeenField("hearing_at", values)], {"hearing_at": Slot(form, Category.CASE)})
    assert (found["hearing_at"].by, found["hearing_at"].sure) == ((by,), True)
