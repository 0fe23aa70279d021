"""A birth 35 years after the sentence made a man a youth, and his report went to a young people's prison."""

from tests.bugs.formats.documents import INPUTS, decoded, the_result
from tests.conftest import Bench

NAME = "born_after_the_hearing.json"


def test_the_age_group_is_not_known() -> None:
    found = the_result(decoded(NAME))
    assert found.defendant.date_of_birth == "2061-05-04"
    assert "age_group" not in found.facts()


def test_on_a_running_exchange_it_is_doubted_and_goes_where_no_age_is_known(bench: Bench) -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b01ef")
    answer = bench.hub.intake.receive(court, (INPUTS / NAME).read_bytes())
    assert answer.receipt is not None, answer.refused
    story = bench.hub.stories.show(answer.receipt["messages"][0]["id"])
    prisons = [one["recipient"] for one in story["deliveries"] if one["recipient"].startswith("prison-")]
    assert prisons == ["prison-wandsworth"]
    assert any("date_of_birth" in str(doubt) for doubt in story["doubts"]), story["doubts"]
