"""Reporting restrictions, markers and the hearing's type were in a list but lost in a result. With bail it was the
other way round."""

from tests.bugs.formats.documents import Json, decoded, doubts, first_defendant, the_case, the_result


def test_a_result_says_what_may_not_be_published_and_what_marks_the_case() -> None:
    found = the_result(decoded("restricted_result.json"))
    assert [one.reason for one in found.reporting_restrictions] == ["Made-up anonymity"]
    assert [one.reason for one in found.offences[0].reporting_restrictions] == ["Made-up section"]
    assert found.case_markers == ("Made-up marker",)
    assert (found.hearing_type, found.room, found.informant) == ("Sentence", "Courtroom 01", "CPS")


def test_a_list_says_who_is_in_custody_wherever_it_is_written() -> None:
    entry = the_case(decoded("listed_in_custody.json"))
    assert (entry.bail_status, entry.bail_conditions) == ("C", "Made-up condition")

    def with_the_defendant(tree: Json) -> None:
        defendant = first_defendant(tree)
        for name in ("bailStatus", "bailConditions"):
            defendant[name] = defendant["personDefendant"].pop(name)

    entry = the_case(decoded("listed_in_custody.json", with_the_defendant))
    assert (entry.bail_status, entry.bail_conditions) == ("C", "Made-up condition")


def test_what_a_list_has_no_place_for_is_doubted() -> None:
    def add(tree: Json) -> None:
        defendant = first_defendant(tree)
        defendant["personDefendant"]["bailReasons"] = "Made-up reason"
        mother, friend = ({"role": role, "person": {"lastName": "Madeup"}} for role in ("Parent", "Friend"))
        defendant["associatedPersons"] = [mother, friend]
        tree["hearing"]["defendantAttendance"] = [
            {"defendantId": "d-1", "attendanceDays": [{"day": "2026-03-10", "attendanceType": "IN_PERSON"}]}
        ]

    found = decoded("listed_in_custody.json", add)
    guardian = the_case(found).parent_guardian
    assert guardian is not None and guardian.type == "Parent"
    assert {where.removeprefix("$.hearing.") for code, where in doubts(found.drafts[0]) if code == "unmapped"} == {
        "prosecutionCases[0].defendants[0].personDefendant.bailReasons",
        "prosecutionCases[0].defendants[0].associatedPersons[1]",
        "defendantAttendance[0].attendanceDays[0]",
    }


def test_a_result_names_everybody_beside_the_defendant() -> None:
    def add(tree: Json) -> None:
        people = [{"role": role, "person": {"lastName": "Madeup"}} for role in ("Parent", "Interpreter")]
        first_defendant(tree)["associatedPersons"] = people

    found = the_result(decoded("restricted_result.json", add))
    assert [one.role for one in found.associated_persons] == ["Parent", "Interpreter"]
