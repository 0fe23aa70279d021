"""An adjournment reason of 272 characters refused the prison sentence of another offence."""

import pytest

from tests.bugs.formats.documents import Json, codes, decoded, doubts, first_defendant, first_result, the_result

NAME = "long_reason.json"


def test_the_reason_is_held_whole_and_the_sentence_starts_its_clock() -> None:
    found = the_result(decoded(NAME))
    following = found.offences[1].results[0].next_hearing
    assert codes(found) == {"o-1": ["1002"], "o-2": ["4028"]} and len(found.clocks()) == 1
    assert following is not None and len(following.reason or "") == 271


def test_what_is_longer_than_a_message_holds_is_cut_with_a_doubt() -> None:
    def lengthen(tree: Json) -> None:
        following = first_defendant(tree)["offences"][1]["judicialResults"][0]["nextHearing"]
        following["adjournmentReason"] = "Made-up reason. " * 2_000

    found = decoded(NAME, lengthen)
    following = the_result(found).offences[1].results[0].next_hearing
    assert following is not None and len(following.reason or "") in range(19_900, 20_001)
    assert codes(the_result(found))["o-1"] == ["1002"]
    (doubt,) = (doubt for doubt in found.drafts[0].doubts if doubt.code == "common_platform.cut")
    assert "offences[1].results[0].next_hearing.reason" in doubt.problem


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cjsCode", "x" * 300),
        ("resultText", "y" * 30_000),
        ("qualifier", "q" * 200),
        ("orderedDate", "2026-02-30"),
        ("totalPenaltyPoints", 123_456),
        ("durationElement", {"primaryDurationValue": "many", "durationStartDate": "soon"}),
        ("nextHearing", {"listedStartDateTime": "some day", "courtCentre": {"code": "C" * 200}}),
        ("judicialResultPrompts", ["a text", {"value": 7, "isFinancialImposition": True, "durationSequence": "x"}]),
        ("secondaryCJSCodes", "none"),
        ("lastSharedDateTime", "never"),
    ],
)
def test_no_value_of_a_result_refuses_it(field: str, value: object) -> None:
    def spoil(tree: Json) -> None:
        first_result(tree)[field] = value

    found = decoded(NAME, spoil)
    result = the_result(found).offences[0].results[0]
    assert result.text is not None and (result.code == "1002" or field == "cjsCode")
    assert doubts(found.drafts[0]) != [] or field == "judicialResultPrompts"


def test_a_blank_result_beside_a_sentence_is_left_out_with_a_doubt() -> None:
    def blank(tree: Json) -> None:
        first_defendant(tree)["offences"][0]["judicialResults"].append({"cjsCode": " ", "resultText": ""})

    found = decoded(NAME, blank)
    assert codes(the_result(found))["o-1"] == ["1002"]
    assert ("empty_result", "$.hearing.prosecutionCases[0].defendants[0].offences[0].judicialResults[1]") in doubts(
        found.drafts[0]
    )
