"""A prosecutor's reference that is not a valid arrest summons number was lost."""

from schemas.shape import flags_of
from tests.bugs.formats.documents import Json, decoded, first_defendant, the_case

NAME = "prosecutors_reference.json"
VALID = "2601ZZ0100000000063T"


def test_it_is_kept_as_received_and_flagged() -> None:
    found = decoded(NAME)
    assert the_case(found).defendant.arrest_summons_number == "2601ZZ0100000000063A"
    assert "identifier.arrest_summons_number" in [flag.code for flag in flags_of(found.drafts[0].payload)]


def test_beside_an_arrest_summons_number_it_is_kept_too() -> None:
    def add(tree: Json) -> None:
        first_defendant(tree)["personDefendant"]["arrestSummonsNumber"] = VALID

    who = the_case(decoded(NAME, add)).defendant
    assert (who.arrest_summons_number, who.prosecutor_reference) == (VALID, "2601ZZ0100000000063A")
