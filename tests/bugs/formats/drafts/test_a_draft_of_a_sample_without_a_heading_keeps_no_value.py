"""A first profile holds nothing of the people in its sample, also if the sample begins with a record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.mapping.test_mapping_draft import drafted

PEOPLE = ["Quibblethwaite", "Zarnowitz", "Oxenbould", "Featherstonehaugh"]
NAMES = st.lists(st.sampled_from(PEOPLE), min_size=3, max_size=3)


@pytest.mark.parametrize(
    "sample",
    [
        "Surname: Quibblethwaite\nForename: Jane\nDate of birth: 01/02/1980\nCRN: X123456\nNew area: Durham\n",
        "Forename: Jane\nDate of birth: 01/02/1980\nNew area: Durham\nAddress: Quibblethwaite House 12\n",
        "Quibblethwaite,Jane,01/02/1980\nZarnowitz,Ann,03/04/1981\n",
        "Quibblethwaite|Jane|01/02/1980\nQuibblethwaite|Ann|03/04/1981\nZarnowitz|Ann|03/04/1981\n",
        "01Quibblethwaite  Jane  01021980\n01Zarnowitz       Ann   03041981\n01Oxenbould       Bob   03041982\n",
    ],
)
def test_a_record_in_the_place_of_a_heading_stays_outside(sample: str) -> None:
    text = drafted(sample.encode(), "case_transfer").text
    for value in ("Quibblethwaite", "Zarnowitz", "Oxenbould", "Jane", "1980", "X123456", "Durham"):
        assert value not in text, value


@given(NAMES, st.sampled_from(["Surname", "Family name", "CRN"]))
def test_no_labelled_sample_leaves_a_name(names: list[str], first: str) -> None:
    lines = [f"{first}: {names[0]}", f"Forename: {names[1]}", "Date of birth: 01/02/1980", f"Officer: {names[2]} 12"]
    text = drafted("\n".join(lines).encode(), "case_transfer").text
    assert not any(name in text for name in names)
