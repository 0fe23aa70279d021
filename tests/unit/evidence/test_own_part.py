"""What a person is shown of a whole message, value by value, and what is held back and why.

The files in the folder `own_parts` list both for every person of some samples. A person has read them: nothing that
is, or may be, about somebody else is among what is shown. `python -m tests.unit.evidence.test_own_part` writes them
anew.
"""

from pathlib import Path

import pytest

from hub.disposal.third_parties import own_part, values_of
from schemas.catalogue import Catalogue
from schemas.parts.person import Defendant
from tests.conftest import ROOT

FOLDER = Path(__file__).parent / "own_parts"
SAMPLES = (
    "case_package/full",
    "court_list/full",
    "hearing_result/custodial",
    "pre_sentence_report/full",
    "risk_registration/full",
    "release_notice/full",
)


def _told(sample: str) -> list[str]:
    kind, _, name = sample.partition("/")
    known = Catalogue.discover().latest(kind)
    payload = known.payload.model_validate_json((ROOT / f"schemas/kinds/{kind}/samples/{name}.json").read_bytes())
    plain = payload.model_dump(mode="json", exclude_none=True)
    told: list[str] = []
    for number, subject in enumerate(payload.about(), start=1):

        def is_subject(person: Defendant, subject: Defendant = subject) -> bool:
            return person == subject

        own = own_part(payload, plain, is_subject)
        assert own is not None
        told.append(f"person {number} is shown:")
        told += [f"  {place}: {value}" for place, value in values_of(own.payload)]
        told.append(f"person {number} is not shown:")
        told += [f"  {count} {reason}" for reason, count in sorted(own.held_back.items())]
    return told


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_person_is_shown_what_the_file_says_and_no_more(sample: str) -> None:
    assert _told(sample) == (FOLDER / f"{sample.replace('/', '-')}.txt").read_text(encoding="utf-8").splitlines()


def test_every_value_is_either_shown_or_counted() -> None:
    for sample in SAMPLES:
        kind, _, name = sample.partition("/")
        payload = (
            Catalogue.discover()
            .latest(kind)
            .payload.model_validate_json((ROOT / f"schemas/kinds/{kind}/samples/{name}.json").read_bytes())
        )
        plain = payload.model_dump(mode="json", exclude_none=True)
        whole = [place for place, _ in values_of(plain)]
        own = own_part(payload, plain, lambda person, payload=payload: person == payload.about()[0])
        assert own is not None
        assert len(list(values_of(own.payload))) + sum(own.held_back.values()) == len(whole)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for sample in SAMPLES:
        (FOLDER / f"{sample.replace('/', '-')}.txt").write_text("\n".join(_told(sample)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
