"""Times as people type them."""

from datetime import datetime, timedelta

import pytest
import typer

from hub.cli.speaking.moments import moment
from hub.deadlines.london import LONDON
from schemas.nearest import did_you_mean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=LONDON)),
        ("2026-07-02 09:00", datetime(2026, 7, 2, 9, tzinfo=LONDON)),
        ("2026-07-02T09:00:00+00:00", datetime(2026, 7, 2, 10, tzinfo=LONDON)),
    ],
)
def test_a_written_time_without_an_offset_is_londons(typed: str, meant: datetime) -> None:
    assert moment(typed) == meant


def test_words_count_from_now() -> None:
    now = datetime.now(LONDON)
    assert abs(moment("now") - now) < timedelta(minutes=1)
    assert moment("Today") == datetime.combine(now.date(), datetime.min.time(), LONDON)
    assert moment("yesterday").date() == now.date() - timedelta(days=1)
    assert abs(moment("3 days ago") - (now - timedelta(days=3))) < timedelta(minutes=1)
    assert abs(moment("1 hour  ago") - (now - timedelta(hours=1))) < timedelta(minutes=1)


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "three days ago", "99999 days ago"])
def test_for_a_text_that_is_not_a_time_the_error_says_what_can_be_written(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="yesterday"):
        moment(typed)


def test_the_nearest_name_or_all_of_a_few() -> None:
    assert (
        did_you_mean("warrant_opne", {"warrant_open", "feedback"})
        == "did you mean warrant_open? use one of: feedback, warrant_open"
    )
    assert did_you_mean("Prison-Durhamm", {"prison-durham"}) == "did you mean prison-durham?"
    assert did_you_mean("xyz", {"b", "a"}) == "use one of: a, b"
    assert did_you_mean("xyz", (str(n) * 9 for n in range(80))) == ""
