"""A case without a result, in an event with another's result, became a result without results; that withdrew a real
one."""

from tests.bugs.formats.documents import Json, codes, decoded, doubts, results

NAME = "second_case_not_reached.json"
FIRST, SECOND = "01ZZ1002326", "01ZZ1002426"


def second(tree: Json) -> Json:
    offence: Json = tree["hearing"]["prosecutionCases"][1]["defendants"][0]["offences"][0]
    return offence


def test_nothing_is_passed_on_about_it_and_a_doubt_says_so() -> None:
    found = decoded(NAME)
    assert [draft.kind for draft in found.drafts] == ["hearing_result"] and list(results(found)) == [FIRST]
    assert doubts(found.drafts[0]) == [("not_reached", "$.hearing.prosecutionCases[1].defendants[0]")]


def test_a_withdrawn_result_is_reported_as_withdrawn() -> None:
    def take_back(tree: Json) -> None:
        taken = {"cjsCode": "1002", "isDeleted": True, "orderedDate": "2026-03-10", "orderedHearingId": "h-1"}
        second(tree)["judicialResults"] = [taken]

    found = results(decoded(NAME, take_back))
    assert codes(found[SECOND]) == {"o-2": []}


def test_what_another_hearing_decided_does_not_make_it_one() -> None:
    def earlier(tree: Json) -> None:
        decided = {"cjsCode": "1002", "label": "Imprisonment", "orderedDate": "2026-01-10", "orderedHearingId": "h-0"}
        second(tree)["judicialResults"] = [decided]

    assert list(results(decoded(NAME, earlier))) == [FIRST]


def test_an_event_without_any_result_is_a_list_of_all_its_cases() -> None:
    def none(tree: Json) -> None:
        tree["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"][0]["judicialResults"] = []

    (draft,) = decoded(NAME, none).drafts
    assert draft.kind == "court_list" and draft.payload.counts()["cases"] == 2
