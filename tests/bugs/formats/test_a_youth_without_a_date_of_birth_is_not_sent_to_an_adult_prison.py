"""The court's mark of a youth was dropped, and a child's custody was reported to an adult prison."""

from tests.bugs.formats.documents import INPUTS, Json, decoded, doubts, first_defendant, the_result
from tests.conftest import Bench

NAME = "youth_without_birth.json"


def test_the_mark_is_kept_and_decides_the_age_group() -> None:
    found = the_result(decoded(NAME))
    assert found.defendant.youth is True and found.facts()["age_group"] == "youth"


def test_a_hearing_that_names_its_youths_marks_them() -> None:
    def named(tree: Json) -> None:
        del first_defendant(tree)["isYouth"]
        tree["hearing"]["youthCourtDefendantIds"] = ["d-1"]

    assert the_result(decoded(NAME, named)).facts()["age_group"] == "youth"


def test_a_youth_who_is_of_age_by_the_date_of_birth_is_doubted() -> None:
    def grown(tree: Json) -> None:
        first_defendant(tree)["personDefendant"]["personDetails"]["dateOfBirth"] = "1990-04-05"

    found = decoded(NAME, grown)
    assert the_result(found).facts()["age_group"] == "adult"
    assert "youth_of_age" in [code for code, _ in doubts(found.drafts[0])]


def test_on_a_running_exchange_the_sentence_goes_to_a_young_peoples_establishment(bench: Bench) -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b01ef")
    answer = bench.hub.intake.receive(court, (INPUTS / NAME).read_bytes())
    assert answer.receipt is not None, answer.refused
    story = bench.hub.stories.show(answer.receipt["messages"][0]["id"])
    prisons = [one["recipient"] for one in story["deliveries"] if one["recipient"].startswith("prison-")]
    assert prisons == ["prison-feltham"]
