"""An age of `35 yrs` refused a case, and the recipients of the list were told that the court had removed it."""

from schemas.kinds.court_list.v1 import CourtList
from tests.bugs.formats.other_systems.reading import read


def _cases(file: str) -> list[str | None]:
    (draft,) = read("libra", file).drafts
    assert isinstance(draft.payload, CourtList)
    return [case.number for session in draft.payload.sessions for case in session.cases]


def test_the_case_stays_and_the_age_is_left_out_with_a_doubt() -> None:
    assert _cases("list_with_a_bad_age.xml") == _cases("list_before.xml")
    (draft,) = read("libra", "list_with_a_bad_age.xml").drafts
    assert isinstance(draft.payload, CourtList)
    assert draft.payload.incomplete is None
    assert any(doubt.code == "libra.number_invalid" and doubt.where.endswith("/def_age") for doubt in draft.doubts)
