"""When two messages are about the same person in the same case."""

from datetime import UTC, datetime
from typing import Any

from hub.identity.case_keys import case_keys, contradict
from schemas.catalogue import Catalogue

REQUEST = Catalogue.discover().latest("report_request").payload


def _keys(**defendant: Any) -> frozenset[str]:
    urn = defendant.pop("urn", "10NS1234526")
    person = {"name": {"surname": "Ashbrook", "forenames": ["Sample"]}, "date_of_birth": "1988-02-14"} | defendant
    payload = {
        "requested_at": datetime(2026, 11, 22, tzinfo=UTC),
        "court": {"ou_code": "B10JQ00"},
        "urn": urn,
        "defendant": {key: value for key, value in person.items() if value is not None},
    }
    return case_keys(REQUEST.model_validate(payload))


def test_name_and_date_of_birth_within_one_case_are_enough() -> None:
    assert _keys() & _keys(name={"surname": "ASHBROOK"})


def test_the_same_person_in_another_case_is_another_matter() -> None:
    assert not _keys(pnc_id="2003/0011985X") & _keys(pnc_id="2003/0011985X", urn="10NS9999926")


def test_a_number_joins_where_the_name_is_spelt_otherwise() -> None:
    ours = _keys(pnc_id="03/11985X")
    assert ours & _keys(pnc_id="2003/0011985X", name={"surname": "Ashbrooke"})


def test_a_number_that_breaks_its_rule_joins_nobody() -> None:
    nameless = {"name": {"surname": "X"}, "date_of_birth": None}
    assert not _keys(pnc_id="2003/0011985A", **nameless) & _keys(pnc_id="2003/0011985A", **nameless)


def test_a_year_of_birth_alone_is_not_a_date_of_birth() -> None:
    assert not _keys(date_of_birth="1988") & _keys(date_of_birth="1988")


def test_two_numbers_that_differ_are_two_people_whatever_their_names() -> None:
    one, other = _keys(pnc_id="2003/0011985X"), _keys(pnc_id="2012/0052494Q")
    assert one & other
    assert contradict(one, other)
    assert not contradict(one, _keys(pnc_id="2003/0011985X"))
    assert not contradict(one, _keys()), "a number that is missing contradicts nothing"


def test_punctuation_and_case_of_a_reference_do_not_matter() -> None:
    assert _keys(name={"surname": "O'Example"}) & _keys(name={"surname": "OEXAMPLE"})
