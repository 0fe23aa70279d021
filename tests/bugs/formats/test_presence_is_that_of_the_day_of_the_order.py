"""The message gave the defendant's presence on the last day of the hearing, not on the day of the sentence."""

from tests.bugs.formats.documents import Json, decoded, first_result, the_result

NAME = "attendance_of_two_days.json"


def test_the_presence_is_that_of_the_order_and_the_other_days_are_beside_it() -> None:
    found = the_result(decoded(NAME))
    assert found.present_at_hearing == "IN_PERSON"
    assert [(str(one.on), one.presence) for one in found.attendance] == [
        ("2026-03-10", "IN_PERSON"),
        ("2026-03-11", "NOT_PRESENT"),
    ]


def test_it_does_not_depend_on_the_order_of_the_list() -> None:
    def turn(tree: Json) -> None:
        tree["hearing"]["defendantAttendance"][0]["attendanceDays"].reverse()

    assert the_result(decoded(NAME, turn)).present_at_hearing == "IN_PERSON"


def test_of_an_order_on_the_second_day_it_is_that_of_the_second() -> None:
    def later(tree: Json) -> None:
        first_result(tree)["orderedDate"] = "2026-03-11"

    found = the_result(decoded(NAME, later))
    assert (found.present_at_hearing, str(found.hearing_at.date())) == ("NOT_PRESENT", "2026-03-11")


def test_for_a_day_without_attendance_nothing_is_passed_on() -> None:
    def other(tree: Json) -> None:
        tree["hearing"]["defendantAttendance"][0]["attendanceDays"].pop(0)

    assert the_result(decoded(NAME, other)).present_at_hearing is None
