"""What the court entered beside a result was dropped: the prison, its address, the probation team."""

from typing import Any

import pytest

from tests.bugs.formats.documents import Json, decoded, doubts, first_defendant, first_result, the_result

NAME = "named_prison.json"


def test_the_prison_and_the_team_have_places_of_their_own_and_the_rest_is_kept_beside_the_result() -> None:
    found = the_result(decoded(NAME))
    assert (found.receiving_prison, found.probation_team) == ("HMP Bedford", "Exampleton Team")
    (result,) = found.offences[0].results
    assert [(one.label, one.value) for one in result.details] == [
        ("Imprisonment Period", "8 Months"),
        ("Prison email address 1", "reception@prison.invalid"),
    ]
    assert found.facts()["prison_as_written"] == "HMP Bedford"


@pytest.mark.parametrize(
    "prompt",
    [
        {"label": "Prison organisation name", "value": "HMP/YOI Example"},
        {"label": "Prison", "type": "NAMEADDRESS", "value": "HMP/YOI Example"},
        {"promptReference": "prisonOrganisationName", "label": "Enw'r carchar", "value": "HMP/YOI Example"},
        {"promptRef": "prison", "value": [{"promptRef": "prisonOrganisationName", "value": "HMP/YOI Example"}]},
    ],
)
def test_the_prison_is_found_however_the_prompt_is_written(prompt: Any) -> None:
    def instead(tree: Json) -> None:
        first_result(tree)["judicialResultPrompts"] = [prompt]

    assert the_result(decoded(NAME, instead)).receiving_prison == "HMP/YOI Example"


def test_of_two_prisons_that_of_the_custodial_sentence_counts_and_a_doubt_says_so() -> None:
    def another(tree: Json) -> None:
        fine = {"cjsCode": "1015", "label": "Fine", "orderedDate": "2026-03-10"}
        fine["judicialResultPrompts"] = [{"label": "Prison", "value": "HMP Elsewhere"}]  # type: ignore[assignment]
        first_defendant(tree)["offences"][0]["judicialResults"].insert(0, fine)

    (draft,) = decoded(NAME, another).drafts
    assert the_result(decoded(NAME, another)).receiving_prison == "HMP Bedford"
    assert "several_prisons" in [code for code, _ in doubts(draft)]


def test_two_prisons_for_one_custodial_sentence_are_kept_as_they_were_entered() -> None:
    def another(tree: Json) -> None:
        first_result(tree)["judicialResultPrompts"].append({"label": "Prison", "value": "HMP Elsewhere"})

    found = the_result(decoded(NAME, another))
    assert found.receiving_prison is None
    values = [one.value for one in found.offences[0].results[0].details]
    assert "HMP Bedford" in values and "HMP Elsewhere" in values


def test_where_the_defendant_is_held_is_passed_on_and_is_not_the_prison_that_the_court_named() -> None:
    def held(tree: Json) -> None:
        first_defendant(tree)["personDefendant"]["custodialEstablishment"] = {"custody": "Prison", "name": "HMP Held"}
        first_result(tree)["judicialResultPrompts"] = []

    found = the_result(decoded(NAME, held))
    assert (found.held_at, found.receiving_prison) == ("HMP Held", None)
