"""What a person may learn of a message about them, and what is about others."""

import json

import pytest

from hub.disposal.third_parties import OTHER_PERSON, own_part
from schemas.catalogue import Catalogue
from schemas.parts.person import Defendant
from tests.conftest import ROOT


def _samples() -> list[tuple[str, int, dict[str, object]]]:
    found = []
    for file in sorted((ROOT / "schemas" / "kinds").glob("*/samples/*.json")):
        kind = file.parent.parent.name
        found.append((kind, file.stem, json.loads(file.read_text())))
    return found


@pytest.mark.parametrize(("kind", "name", "plain"), _samples())
def test_no_value_of_another_person_or_of_a_withheld_category_is_shown(
    kind: str, name: str, plain: dict[str, object]
) -> None:
    known = Catalogue.discover().latest(kind)
    payload = known.payload.model_validate(plain)
    plain = payload.model_dump(mode="json", exclude_none=True)
    about = payload.about()
    for subject in about:
        own = own_part(payload, plain, lambda person, subject=subject: person == subject)
        assert own is not None
        told = json.dumps(own.payload)
        for other in about:
            surname = other.name.surname if other.name else None
            if surname and (subject.name is None or surname != subject.name.surname):
                assert f'"{surname}"' not in told
        if len(set(map(str, about))) > 1:
            assert own.held_back[OTHER_PERSON] > 0


def test_victims_guardians_and_codefendants_of_a_case_are_held_back() -> None:
    plain = next(plain for kind, _, plain in _samples() if kind == "case_package" and plain.get("victims"))
    kind = Catalogue.discover().latest("case_package")
    payload = kind.payload.model_validate(plain)
    plain = payload.model_dump(mode="json", exclude_none=True)
    own = own_part(payload, plain, lambda person: person == payload.about()[0])
    assert own is not None
    assert "victims" not in own.payload
    assert "officer" not in own.payload
    assert "parent_guardian" not in json.dumps(own.payload)
    assert sum(own.held_back.values()) > 0


def test_a_message_that_names_the_subject_nowhere_has_no_part_of_theirs() -> None:
    kind, _, plain = _samples()[0]
    payload = Catalogue.discover().latest(kind).payload.model_validate(plain)

    def nobody(person: Defendant) -> bool:
        return False

    assert own_part(payload, payload.model_dump(mode="json", exclude_none=True), nobody) is None
