"""Who read what: no body is shown before the journal has recorded who reads it and why."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hub.cli.speaking.body_reading import harmless_name
from hub.errors import NotFound, ReasonMissing
from tests.conftest import Bench

WHY = "an answer to the court's question"


def _sent(bench: Bench, what: str) -> UUID:
    return UUID(bench.send(bench.story()[what])["messages"][0]["id"])  # type: ignore[index]


def _readings(bench: Bench, message_id: UUID) -> list[dict[str, object]]:
    entries = bench.hub.stories.show(str(message_id))["journal"]
    return [
        {key: entry[key] for key in ("person", "reason", "read")} for entry in entries if entry["event"] == "body.read"
    ]


def test_every_reading_is_an_entry_with_person_reason_and_what_was_read(bench: Bench) -> None:
    id = _sent(bench, "report")
    body = bench.hub.reading.body(id, "ada.first", f"  {WHY}\n")
    assert body.payload
    assert _readings(bench, id) == [{"person": "ada.first", "reason": WHY, "read": ["body"]}]
    for described in body.attachments:
        held = bench.hub.reading.attachment(id, described["sha256"], "grace", WHY)
        assert len(held.content) == described["bytes"]
    assert [entry["read"] for entry in _readings(bench, id)[1:]] == [
        [f"attachment {each['sha256']}"] for each in body.attachments
    ]
    assert body.attachments, "the sample carries a document"
    assert str(body.payload)[:40] not in repr(body)


@pytest.mark.parametrize("reason", ["", "   ", "why", "x" * 501])
def test_without_a_reason_nothing_is_opened(bench: Bench, reason: str) -> None:
    id = _sent(bench, "list")
    with pytest.raises(ReasonMissing):
        bench.hub.reading.body(id, "ada.first", reason)
    assert _readings(bench, id) == []


def test_what_is_not_there_is_not_noted(bench: Bench) -> None:
    id = _sent(bench, "list")
    for wanted in (uuid4(), id):
        with pytest.raises(NotFound):
            bench.hub.reading.attachment(wanted, "0" * 64, "ada.first", WHY)
    with pytest.raises(NotFound):
        bench.hub.reading.body(uuid4(), "ada.first", WHY)
    assert _readings(bench, id) == []


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\x.pdf", ".bashrc", "", "/", "a\x1b[2Jb\n.pdf", "x" * 300, "…/ü.pdf", "..", "."],
)
def test_an_attachment_stays_in_its_folder_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    file = (tmp_path / harmless_name(name)).resolve()
    assert file.parent == tmp_path.resolve() and not file.name.startswith(".")
