"""A time of an offence with seconds and an offset refused the whole record of previous convictions."""

from schemas.kinds.previous_convictions.v1 import PreviousConvictions
from tests.bugs.formats.other_systems.reading import read


def test_the_time_is_read() -> None:
    (draft,) = read("police_record", "police_time_with_offset.json").drafts
    assert isinstance(draft.payload, PreviousConvictions)
    assert str(draft.payload.convictions[0].offences[0].started_at) == "14:30:00"
