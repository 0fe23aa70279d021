"""Fields were dropped as the platform's own because of their names: names that end in Id, names that begin with is,
languages."""

from typing import Any

import pytest

from tests.bugs.formats.documents import Json, decoded, doubts, first_defendant, first_result, the_case, the_result


def test_a_published_list_gives_the_pnc_id() -> None:
    assert the_case(decoded("published_list_with_pnc.json")).defendant.pnc_id == "2019/1234567J"


def test_the_languages_that_a_defendant_needs_are_kept() -> None:
    who = the_case(decoded("language_needs.json")).defendant
    assert (who.language_needs, who.documentation_language, who.hearing_language) == (
        "Madeuplandish",
        "WELSH",
        "WELSH",
    )


def test_a_hearing_in_welsh_is_doubted() -> None:
    def in_welsh(tree: Json) -> None:
        tree["hearing"]["hearingLanguage"] = "WELSH"

    (draft,) = decoded("language_needs.json", in_welsh).drafts
    assert ("unmapped", "$.hearing.hearingLanguage") in doubts(draft)


@pytest.mark.parametrize("name", ["libraryId", "isDangerous", "hasChildren", "signLanguageNeeds", "type", "category"])
@pytest.mark.parametrize("value", ["said", True, False, 0, {"inner": "said"}, ["said"]])
def test_an_unknown_field_of_a_defendant_is_doubted_at_its_place(name: str, value: Any) -> None:
    def add(tree: Json) -> None:
        first_defendant(tree)[name] = value

    (draft,) = decoded("language_needs.json", add).drafts
    assert ("unmapped", f"$.hearing.prosecutionCases[0].defendants[0].{name}") in doubts(draft)


@pytest.mark.parametrize("place", ["hearing", "prompt", "wrapper", "metadata"])
def test_an_unknown_field_is_doubted_wherever_it_is(place: str) -> None:
    def add(tree: Json) -> None:
        tree["_metadata"] = {"id": "e-1"}
        prompts = first_result(tree)["judicialResultPrompts"]
        prompts.append({"label": "A label", "value": "a value"})
        places = {"hearing": tree["hearing"], "prompt": prompts[0], "wrapper": tree, "metadata": tree["_metadata"]}
        places[place]["secretNoteId"] = "said"

    found = decoded("restricted_result.json", add)
    assert the_result(found).offences[0].results[0].code == "1002"
    assert [code for code, where in doubts(found.drafts[0]) if where.endswith(".secretNoteId")] == ["unmapped"]
