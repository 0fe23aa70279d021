"""The offences and the sentence of the second case were sent under the number of the first."""

from copy import deepcopy

from tests.bugs.formats.documents import Json, codes, decoded, results

NAME = "application_over_two_cases.json"


def test_each_case_has_its_own_offences_and_its_own_clock() -> None:
    found = results(decoded(NAME))
    assert {urn: codes(one) for urn, one in found.items()} == {
        "01ZZ1000526": {"o-0": ["1015"], "a-1": [None]},
        "01ZZ1000626": {"o-1": ["1002"], "a-1": [None]},
    }
    assert {urn: len(one.clocks()) for urn, one in found.items()} == {"01ZZ1000526": 0, "01ZZ1000626": 1}


def test_a_third_case_without_an_offence_of_its_own_has_the_application_alone() -> None:
    def add(tree: Json) -> None:
        cases = tree["hearing"]["courtApplications"][0]["courtApplicationCases"]
        cases.append({"prosecutionCaseId": "c-2", "prosecutionCaseIdentifier": {"caseURN": "01ZZ1009926"}})

    found = results(decoded(NAME, add))
    assert codes(found["01ZZ1009926"]) == {"a-1": [None]} and len(found) == 3


def test_the_offences_behind_an_order_are_in_the_case_that_they_name() -> None:
    def of_an_order(tree: Json) -> None:
        application = tree["hearing"]["courtApplications"][0]
        cases = application.pop("courtApplicationCases")
        behind = [{**case, "offence": case.pop("offences")[0]} for case in cases]
        application["courtOrder"] = {"courtOrderOffences": behind}

    found = results(decoded(NAME, of_an_order))
    assert [list(codes(one)) for one in found.values()] == [["o-0", "a-1"], ["o-1", "a-1"]]


def test_an_order_from_another_case_does_not_carry_the_application_there() -> None:
    def one_of_each(tree: Json) -> None:
        application = tree["hearing"]["courtApplications"][0]
        case = application["courtApplicationCases"].pop()
        application["courtOrder"] = {"courtOrderOffences": [{**case, "offence": case.pop("offences")[0]}]}

    found = results(decoded(NAME, one_of_each))
    assert [list(codes(one)) for one in found.values()] == [["o-0", "a-1"], ["o-1"]]


def test_a_case_that_the_hearing_lists_too_keeps_its_defendant_and_takes_the_offences() -> None:
    def listed_too(tree: Json) -> None:
        application = tree["hearing"]["courtApplications"][0]
        person = deepcopy(application["subject"]["masterDefendant"]["personDefendant"])
        offence = {"id": "o-9", "offenceCode": "TH68010", "judicialResults": []}
        case = {"id": "c-1", "prosecutionCaseIdentifier": {"caseURN": "01ZZ1000626"}}
        case["defendants"] = [
            {"id": "d-1", "masterDefendantId": "m-1", "personDefendant": person, "offences": [offence]}
        ]
        tree["hearing"]["prosecutionCases"] = [case]

    found = results(decoded(NAME, listed_too))
    assert codes(found["01ZZ1000626"]) == {"o-9": [], "o-1": ["1002"], "a-1": [None]}
    assert list(codes(found["01ZZ1000526"])) == ["o-0", "a-1"]
