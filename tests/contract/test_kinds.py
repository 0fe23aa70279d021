"""What every kind must keep. Kinds are found by discovery, so a new one needs no change here."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

import schemas.kinds
from adapters.systems.hub_json.adapter import HubJson
from schemas.catalogue import Catalogue
from schemas.generate import drifted, schema_path, schema_text
from schemas.kind import MessageKind, Payload
from schemas.parts.document import Attachment
from schemas.shape import flags_of, leaves_of, values_at

CATALOGUE = Catalogue.discover()
FOLDER = Path(schemas.kinds.__path__[0])
KINDS = [pytest.param(kind, id=f"{kind.name}-v{kind.version}") for kind in CATALOGUE.kinds.values()]


def sample_files(kind: MessageKind) -> list[Path]:
    """`samples/*.json` are payloads of the newest version; `samples/v<N>/*.json` are those of an older one."""
    older = FOLDER / kind.name / "samples" / f"v{kind.version}"
    return sorted((older if older.is_dir() else older.parent).glob("*.json"))


def documents_of(kind: MessageKind) -> dict[str, Attachment]:
    """Return the files beside the samples that the samples name."""
    files = (path for path in (FOLDER / kind.name / "samples").iterdir() if path.is_file() and path.suffix != ".json")
    return {path.name: Attachment(path.name, "", "", path.read_bytes()) for path in files}


SAMPLES = [
    pytest.param(kind, path, id=f"{kind.name}-v{kind.version}-{path.stem}")
    for kind in CATALOGUE.kinds.values()
    for path in sample_files(kind)
]


def read(kind: MessageKind, path: Path) -> Payload:
    return kind.payload.model_validate_json(path.read_bytes(), strict=True)


def stopped_by(kind: MessageKind) -> set[str]:
    """Return the clocks that the kind always stops, and those that one of its samples stops."""
    by_samples = (stop for path in sample_files(kind) for stop in read(kind, path).stops())
    return {stop.clock for stop in (*kind.stops, *by_samples)}


def test_the_catalogue_holds_every_folder_of_kinds() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == set(CATALOGUE.names())


@pytest.mark.parametrize("kind", KINDS)
def test_every_leaf_has_a_data_category(kind: MessageKind) -> None:
    leaves = leaves_of(kind.payload)  # raises if a leaf has none
    assert leaves
    assert len({leaf.path for leaf in leaves}) == len(leaves)


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_says_what_the_model_says(kind: MessageKind) -> None:
    assert schema_path(kind).read_text(encoding="utf-8") == schema_text(kind), "run python -m schemas.generate"


def test_no_published_schema_is_left_over() -> None:
    assert drifted() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_names_every_category_and_every_clock_the_kind_starts_or_stops(kind: MessageKind) -> None:
    readme = (FOLDER / kind.name / "README.md").read_text(encoding="utf-8")
    categories = {f"| {leaf.category.value} |" for leaf in leaves_of(kind.payload)}
    assert {category for category in categories if category not in readme} == set()
    clocks = stopped_by(kind) | {clock.clock for path in sample_files(kind) for clock in read(kind, path).clocks()}
    assert {clock for clock in clocks if f"`{clock}`" not in readme} == set()
    assert len(readme.splitlines()) <= 50, "one screen"


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_a_full_and_a_minimal_sample(kind: MessageKind) -> None:
    sizes = [len(read(kind, path).model_dump_json(exclude_none=True)) for path in sample_files(kind)]
    assert len(sizes) >= 2
    assert max(sizes) > 2 * min(sizes)


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_a_sample_is_taken_in_the_exchanges_own_json(kind: MessageKind, path: Path) -> None:
    frame = {"kind": kind.name, "version": kind.version, "reference": path.stem}
    body = json.dumps(frame | {"payload": json.loads(path.read_bytes())}).encode()
    named = {document.get("name") for document in json.loads(path.read_bytes()).get("documents", ())}
    documents = {name: document for name, document in documents_of(kind).items() if name in named}
    decoded = HubJson(CATALOGUE).decode(body, documents)
    assert decoded.refused == ()
    assert [draft.payload for draft in decoded.drafts] == [read(kind, path)]
    assert {attachment.name for attachment in decoded.drafts[0].attachments} == named


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_a_sample_holds_valid_identifiers_only(kind: MessageKind, path: Path) -> None:
    assert flags_of(read(kind, path)) == ()


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_reading_back_what_was_written_gives_the_same(kind: MessageKind, path: Path) -> None:
    payload = read(kind, path)
    assert kind.payload.model_validate(payload.model_dump(mode="json")) == payload
    assert kind.payload.model_validate(payload.model_dump(mode="json", exclude_none=True)) == payload
    assert kind.payload.model_validate_json(payload.model_dump_json(), strict=True) == payload


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_what_a_payload_says_of_itself_is_pure_and_of_the_right_shape(kind: MessageKind, path: Path) -> None:
    payload, again = read(kind, path), read(kind, path)
    before = payload.model_dump_json()
    assert payload.subject() and payload.subject() == again.subject() == payload.subject()
    assert all(isinstance(text, str) and text for item in payload.facts().items() for text in item)
    assert all(count >= 0 for count in payload.counts().values())
    assert payload.targets(), "a message is for somebody"
    assert all(clock.anchor.utcoffset() is not None and clock.why for clock in payload.clocks())
    for said in (
        *("facts", "counts", "targets", "about", "case_references", "clocks", "forwards"),
        *("named", "known_people", "supervision", "replaces", "stops"),
    ):
        assert getattr(payload, said)() == getattr(again, said)()
    assert payload.model_dump_json() == before


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_what_the_hub_will_ask_for_is_a_valid_message(kind: MessageKind, path: Path) -> None:
    for forward in read(kind, path).forwards():
        assert forward.kind in CATALOGUE.names()
        asked = CATALOGUE.find(forward.ask.kind, forward.ask.version)
        assert asked is not None
        asked.payload.model_validate_json(json.dumps(forward.ask.payload), strict=True)
        assert forward.clock in {clock.clock for clock in read(kind, path).clocks()}


def test_every_clock_that_a_sample_starts_can_be_stopped_by_some_kind() -> None:
    started = {clock.clock for kind, path in (p.values for p in SAMPLES) for clock in read(kind, path).clocks()}  # type: ignore[arg-type]
    stopped = {clock for kind in CATALOGUE.kinds.values() for clock in stopped_by(kind)}
    assert started <= stopped


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_a_payload_is_frozen_at_every_level(kind: MessageKind, path: Path) -> None:
    payload = read(kind, path)
    for person in (payload, *payload.about()):
        field = next(iter(type(person).model_fields))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(person, field, None)


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_an_unknown_field_is_refused_wherever_it_is(kind: MessageKind, path: Path) -> None:
    whole = json.loads(path.read_bytes())
    parts = [whole]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            part["never_agreed"] = "x"
            with pytest.raises(ValidationError, match="never_agreed"):
                kind.payload.model_validate(whole)
            del part["never_agreed"]
        parts.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
    kind.payload.model_validate(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_of_a_kind_together_use_every_category(kind: MessageKind) -> None:
    documents = [read(kind, path).model_dump(mode="json") for path in sample_files(kind)]
    used = {
        leaf.category
        for leaf in leaves_of(kind.payload)
        if any(value is not None for document in documents for _, value in values_at(document, leaf.path))
    }
    wanted = {leaf.category for leaf in leaves_of(kind.payload)}
    optional = {"sentence"}  # a list or a report may include earlier results; few do
    assert {category.value for category in wanted - used} <= optional


@pytest.mark.parametrize(("kind", "path"), SAMPLES)
def test_a_kind_declares_every_clock_that_its_messages_start(kind: MessageKind, path: Path) -> None:
    payload = kind.payload.model_validate_json(path.read_text(encoding="utf-8"))
    assert {start.clock for start in payload.clocks()} <= set(kind.starts)
