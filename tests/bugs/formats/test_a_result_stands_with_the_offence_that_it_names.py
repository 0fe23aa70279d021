"""A result beside the cases was put into the first offence of the person's first case, whatever offence it named."""

from tests.bugs.formats.documents import Json, codes, decoded, doubts, results

NAME = "result_names_its_offence.json"
FIRST, SECOND = "01ZZ1002126", "01ZZ1002226"


def beside(tree: Json) -> Json:
    judicial_result: Json = tree["hearing"]["defendantJudicialResults"][0]["judicialResult"]
    return judicial_result


def test_it_goes_to_the_offence_and_the_case_that_it_names() -> None:
    found = decoded(NAME)
    assert {urn: codes(one) for urn, one in results(found).items()} == {
        FIRST: {"o-1": ["1017"]},
        SECOND: {"o-2": ["1015", "3117"]},
    }
    assert [doubts(draft) for draft in found.drafts] == [[], []]


def test_one_that_names_no_offence_is_of_each_case_of_the_defendant_and_doubted() -> None:
    found = decoded(NAME, lambda tree: beside(tree).pop("offenceId"))
    assert {urn: codes(one) for urn, one in results(found).items()} == {
        FIRST: {"o-1": ["1017", "3117"]},
        SECOND: {"o-2": ["1015", "3117"]},
    }
    assert [[code for code, _ in doubts(draft)] for draft in found.drafts] == [["result_of_case"]] * 2


def test_one_of_the_case_goes_to_the_offence_that_it_names() -> None:
    def of_the_case(tree: Json) -> None:
        judicial_result = beside(tree)
        defendant = tree["hearing"]["prosecutionCases"][1]["defendants"][0]
        defendant["offences"].insert(0, {"id": "o-0", "offenceCode": "TH68010", "judicialResults": []})
        defendant["defendantCaseJudicialResults"] = [judicial_result]
        del tree["hearing"]["defendantJudicialResults"]

    assert codes(results(decoded(NAME, of_the_case))[SECOND]) == {"o-0": [], "o-2": ["1015", "3117"]}


def test_a_result_in_another_offence_goes_to_the_offence_that_it_names() -> None:
    def astray(tree: Json) -> None:
        first = tree["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"][0]
        first["judicialResults"].append(beside(tree))
        del tree["hearing"]["defendantJudicialResults"]

    found = results(decoded(NAME, astray))
    assert (codes(found[FIRST]), codes(found[SECOND])) == ({"o-1": ["1017"]}, {"o-2": ["1015", "3117"]})


def test_one_that_names_an_unknown_offence_stays_and_is_doubted() -> None:
    def unknown(tree: Json) -> None:
        first = tree["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"][0]
        first["judicialResults"][0]["offenceId"] = "o-nowhere"

    found = decoded(NAME, unknown)
    assert codes(results(found)[FIRST]) == {"o-1": ["1017"]}
    assert "elsewhere" in [code for code, _ in doubts(found.drafts[0])]
