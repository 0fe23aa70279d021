"""Each rule of the agency and protocol files, broken once in a small world that is otherwise right."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hub.sharing.checking.lint import lint
from hub.sharing.checking.registry import RegistryInvalid, load_registry
from schemas.catalogue import Catalogue

CATALOGUE = Catalogue.discover()
TODAY = date(2026, 6, 1)

AGENCIES = """\
[[agency]]
id = "probation-north"
name = "North Area"
role = "probation"
forces = ["10"]

[[agency]]
id = "court-north"
name = "North Court"
role = "court"
ou_codes = ["B10AA"]
area = "probation-north"

[[agency]]
id = "police-north"
name = "North Police"
role = "police"
forces = ["10"]

[[agency]]
id = "prison-north"
name = "North Prison"
role = "prison"

[[reception]]
area = "probation-north"
sex = "male"
age_group = "adult"
prison = "prison-north"
"""

PROTOCOL = """\
id = "results"
version = 1
title = "Results"
purpose = "To supervise."
legal_basis = ["An Act of Parliament"]
starts = 2025-01-01
expires = 2027-12-31
review = 2026-12-31
signatories = ["The Chief Officer"]
retention_days = 30

[[permit]]
id = "result"
senders = ["role:court"]
recipients = ["probation-north"]
kinds = ["hearing_result"]
fields = [
  "category:identity",
  "offences",
]
except = ["offences[].wording"]

[[example]]
says = "No wording."
sender = "role:court"
recipient = "probation-north"
kind = "hearing_result"
passes = ["defendant.name"]
withholds = ["offences[].wording"]
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    agencies, protocols = tmp_path / "agencies", tmp_path / "protocols"
    agencies.mkdir()
    protocols.mkdir()
    (agencies / "all.toml").write_text(AGENCIES)
    (protocols / "results.toml").write_text(PROTOCOL)
    return agencies, protocols


Found = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def found(folders: tuple[Path, Path]) -> Found:
    return lambda: [(problem.code, problem.where) for problem in lint(*folders, CATALOGUE, TODAY)]


def line(text: str, part: str, nth: int = 1) -> int:
    numbers = [number for number, content in enumerate(text.splitlines(), 1) if part in content]
    return numbers[nth - 1]


def test_a_sound_world_has_no_problem_and_loads(folders: tuple[Path, Path], found: Found) -> None:
    assert found() == []
    registry = load_registry(*folders, CATALOGUE)
    assert [protocol.id for protocol in registry.protocols] == ["results"]


EXCEPT = 'except = ["offences[].wording"]'
BROKEN_PROTOCOLS = [
    ("version = 1", "version = = 1", "toml.malformed", "version"),
    ("retention_days = 30", "retention_days = 30\nfee = 2", "toml.key_unknown", "fee"),
    ('title = "Results"\n', "", "toml.key_missing", "id ="),
    ("version = 1", 'version = "1"', "toml.value_invalid", "version"),
    ("retention_days = 30", "retention_days = 0", "toml.value_invalid", "retention_days"),
    ("starts = 2025-01-01", 'starts = "soon"', "toml.value_invalid", "starts"),
    ('signatories = ["The Chief Officer"]', "signatories = []", "toml.value_invalid", "signatories"),
    ('senders = ["role:court"]', 'senders = ["role:judge"]', "role.unknown", "role:judge"),
    (
        'recipients = ["probation-north"]\nkinds',
        'recipients = ["probation-nowhere"]\nkinds',
        "agency.unknown",
        "nowhere",
    ),
    ('kinds = ["hearing_result"]', 'kinds = ["hearing_results"]', "kind.unknown", "hearing_results"),
    ('"category:identity"', '"category:identities"', "category.unknown", "identities"),
    ('"category:identity",', '"category:identity",\n  "defendant.nmae",', "field.unknown", "nmae"),
    ('"category:identity",', '"category:identity",\n  "category:victim",', "selector.matches_nothing", "victim"),
    ('except = ["offences[].wording"]', 'except = ["offences[].words"]', "field.unknown", "words"),
    ('except = ["offences[].wording"]', 'except = ["offences[].wording", "urn"]', "selector.withholds_nothing", "urn"),
    ("expires = 2027-12-31", "expires = 2024-12-31", "protocol.expires_before_start", "expires"),
    ("review = 2026-12-31", "review = 2028-12-31", "protocol.review_outside", "review"),
    ('passes = ["defendant.name"]', 'passes = ["defendant.address"]', "example.broken", "defendant.address"),
    ('withholds = ["offences[].wording"]', 'withholds = ["offences"]', "example.broken", "withholds"),
    ('passes = ["defendant.name"]', 'passes = ["defendant.nmae"]', "example.broken", "nmae"),
    ('passes = ["defendant.name"]', 'masks = ["defendant.name"]', "example.broken", "masks ="),
    ('passes = ["defendant.name"]', 'pseudonymises = ["defendant.name"]', "example.broken", "pseudonymises ="),
    (EXCEPT, EXCEPT + '\nmask = ["defendant.nmae"]', "field.unknown", "mask ="),
    (EXCEPT, EXCEPT + '\npseudonymise = ["defendant.nmae"]', "field.unknown", "pseudonymise ="),
    (EXCEPT, EXCEPT + '\nmask = ["category:victim"]', "selector.matches_nothing", "mask ="),
    (EXCEPT, EXCEPT + '\nmask = ["category:identity"]', "field.granted_twice", '"category:identity",'),
    (EXCEPT, EXCEPT + '\nmask = ["defendant"]\npseudonymise = ["urn", "defendant.crn"]', "field.granted_twice", "urn"),
    (EXCEPT, EXCEPT + '\nmask = ["defendant.sex"]', "mask.impossible", "defendant.sex"),
    (EXCEPT, EXCEPT + '\npseudonymise = ["defendant.date_of_birth"]', "pseudonym.impossible", "date_of_birth"),
    (EXCEPT, EXCEPT + '\npseudonymise = ["defendant.address"]', "pseudonym.impossible", "defendant.address"),
    (EXCEPT, EXCEPT + '\npseudonymise = "defendant.crn"', "toml.value_invalid", "pseudonymise ="),
]


@pytest.mark.parametrize(
    ("sound", "broken", "code", "at"), BROKEN_PROTOCOLS, ids=[f"{row[2]}-{n}" for n, row in enumerate(BROKEN_PROTOCOLS)]
)
def test_a_broken_protocol_is_refused_where_it_is_broken(
    folders: tuple[Path, Path], found: Found, sound: str, broken: str, code: str, at: str
) -> None:
    text = PROTOCOL.replace(sound, broken, 1)
    assert text != PROTOCOL
    (folders[1] / "results.toml").write_text(text)
    assert (code, f"protocols/results.toml line {line(text, at)}") in found()
    with pytest.raises(RegistryInvalid) as refusal:
        load_registry(*folders, CATALOGUE)
    assert code in {problem.code for problem in refusal.value.problems}


SECOND_COURT = '\n[[agency]]\nid = "court-south"\nname = "South Court"\nrole = "court"\n'
BROKEN_AGENCIES = [
    (AGENCIES.replace('role = "court"', 'role = "tribunal"'), "role.unknown", "tribunal", 1),
    (AGENCIES.replace('["B10AA"]', '["B10AA00"]'), "toml.value_invalid", "B10AA00", 1),
    (AGENCIES.replace('name = "North Court"', 'name = "North Court"\nnom = "N"'), "toml.key_unknown", "nom", 1),
    (AGENCIES + SECOND_COURT.replace("court-south", "court-north"), "agency.duplicate", '"court-north"', 2),
    (AGENCIES + SECOND_COURT + 'ou_codes = ["B10AA"]\n', "agency.ou_code_claimed", "B10AA", 2),
    (
        AGENCIES + SECOND_COURT.replace('"court"', '"police"') + 'forces = ["10"]\n',
        "agency.force_claimed",
        'forces = ["10"]',
        3,
    ),
    (AGENCIES + SECOND_COURT + 'area = "probation-south"\n', "agency.area_unknown", "probation-south", 1),
    (AGENCIES + SECOND_COURT + 'area = "police-north"\n', "agency.area_unknown", 'area = "police-north"', 1),
    (AGENCIES.replace('prison = "prison-north"', 'prison = "prison-x"'), "reception.prison_unknown", "prison-x", 1),
    (
        AGENCIES.replace('area = "probation-north"\nsex', 'area = "probation-x"\nsex'),
        "reception.area_unknown",
        "probation-x",
        1,
    ),
    (AGENCIES + "\n" + AGENCIES[AGENCIES.index("[[reception]]") :], "reception.duplicate", "[[reception]]", 2),
]


MERGED = SECOND_COURT + 'existed_until = 2001-03-31\nsuccessor = "court-north"\n'
BROKEN_AGENCIES += [
    (AGENCIES + SECOND_COURT.replace("South", "NORTH"), "agency.name_claimed", "NORTH Court", 1),
    (AGENCIES + SECOND_COURT + 'names = ["SC", "north prison"]\n', "agency.name_claimed", "names =", 1),
    (AGENCIES + SECOND_COURT + 'names = ["Court-North"]\n', "agency.name_claimed", "names =", 1),
    (
        AGENCIES + SECOND_COURT.replace("court", "probation") + 'forces = ["10"]\n',
        "agency.force_claimed",
        'forces = ["10"]',
        3,
    ),
    (AGENCIES + MERGED.replace('r = "court-north', 'r = "court-x'), "agency.successor_unknown", "court-x", 1),
    (AGENCIES + MERGED.replace('r = "court-', 'r = "prison-'), "agency.successor_unknown", "successor =", 1),
    (AGENCIES + MERGED.replace("existed_until = 2001-03-31\n", ""), "agency.successor_without_end", "successor =", 1),
    (AGENCIES + MERGED.replace('r = "court-north', 'r = "court-south'), "agency.successor_cycle", "successor =", 1),
    (AGENCIES + MERGED.replace("2001-03-31", '"2001-03-31"'), "toml.value_invalid", "existed_until", 1),
    (
        AGENCIES.replace('["B10AA"]', '["B10AA"]\nexisted_from = 2001-04-02') + MERGED,
        "agency.successor_gap",
        "successor =",
        1,
    ),
    (
        AGENCIES.replace('["B10AA"]', '["B10AA"]\nexisted_until = 2001-03-31') + MERGED,
        "agency.successor_gap",
        "successor =",
        1,
    ),
    (
        AGENCIES + SECOND_COURT + "existed_from = 2001-04-01\nexisted_until = 2001-03-31\n",
        "agency.ends_before_it_begins",
        "existed_until",
        1,
    ),
    (AGENCIES + SECOND_COURT + "budget_millions = 0\n", "toml.value_invalid", "budget_millions", 1),
]


@pytest.mark.parametrize(
    ("text", "code", "at", "nth"), BROKEN_AGENCIES, ids=[f"{row[1]}-{n}" for n, row in enumerate(BROKEN_AGENCIES)]
)
def test_broken_agencies_are_refused_where_they_are_broken(
    folders: tuple[Path, Path], found: Found, text: str, code: str, at: str, nth: int
) -> None:
    (folders[0] / "all.toml").write_text(text)
    assert found() == [(code, f"agencies/all.toml line {line(text, at, nth)}")]
    with pytest.raises(RegistryInvalid):
        load_registry(*folders, CATALOGUE)


def test_each_successor_in_a_circle_is_reported(folders: tuple[Path, Path], found: Found) -> None:
    north = AGENCIES.replace('["B10AA"]', '["B10AA"]\nexisted_until = 2002-03-31\nsuccessor = "court-south"')
    (folders[0] / "all.toml").write_text(north + MERGED)
    assert [code for code, _ in found()] == ["agency.successor_cycle"] * 2


@pytest.mark.parametrize("last", ["2001-03-31", "9999-12-31"])
def test_an_agency_may_pass_its_work_on_from_one_day_to_the_next(
    folders: tuple[Path, Path], found: Found, last: str
) -> None:
    north = AGENCIES.replace('["B10AA"]', '["B10AA"]\nexisted_from = 2001-04-01')
    (folders[0] / "all.toml").write_text(north + MERGED.replace("2001-03-31", last))
    assert found() == []


def test_the_same_files_are_checked_once_and_changed_ones_again(folders: tuple[Path, Path]) -> None:
    first = load_registry(*folders, CATALOGUE)
    assert load_registry(*folders, Catalogue.discover()) is first
    for folder in folders:
        (folder / "broken.toml").write_text("broken")
        with pytest.raises(RegistryInvalid):
            load_registry(*folders, CATALOGUE)
        (folder / "broken.toml").unlink()
    fewer = Catalogue({key: kind for key, kind in CATALOGUE.kinds.items() if key[0] != "hearing_result"})
    with pytest.raises(RegistryInvalid):
        load_registry(*folders, fewer)
    assert load_registry(*folders, CATALOGUE) == first


MASKS = """\
mask = ["defendant.date_of_birth", "category:contact"]
pseudonymise = ["defendant.pnc_id", "defendant.crn"]
"""


def test_a_clause_may_mask_and_pseudonymise_a_part_of_what_it_lists(folders: tuple[Path, Path], found: Found) -> None:
    whole = PROTOCOL.replace(
        'passes = ["defendant.name"]',
        'passes = ["defendant.name"]\nmasks = ["defendant.address"]\npseudonymises = ["defendant.pnc_id"]',
    ).replace("\n[[example]]", MASKS + "\n[[example]]")
    masks_alone = "\n".join(row for row in whole.splitlines() if not row.startswith("pseudonymise"))
    loaded = [load_registry(*folders, CATALOGUE)]
    for text in (masks_alone, whole):
        (folders[1] / "results.toml").write_text(text)
        assert found() == []
        loaded.append(load_registry(*folders, CATALOGUE))
    assert [registry.pseudonymises for registry in loaded] == [False, False, True]


def test_what_a_clause_excepts_it_need_not_be_able_to_mask(folders: tuple[Path, Path], found: Found) -> None:
    excepted = 'except = ["offences[].wording", "defendant.sex", "defendant.address.lines", '
    excepted += '"defendant.restricted", "defendant.youth"]\nmask = ["defendant"]'
    text = PROTOCOL.replace(EXCEPT, excepted).replace('passes = ["defendant.name"]', 'masks = ["defendant.name"]')
    (folders[1] / "results.toml").write_text(text.replace('  "category:identity",\n', ""))
    assert found() == []
    (folders[1] / "results.toml").write_text(text.replace('"defendant.address.lines"', '"urn"'))
    assert "selector.withholds_nothing" in {code for code, _ in found()}


def test_clauses_are_compared_in_the_kinds_that_both_name(folders: tuple[Path, Path], found: Found) -> None:
    head, block = PROTOCOL[: PROTOCOL.index("[[permit]]")], PROTOCOL[PROTOCOL.index("[[permit]]") :]
    block = block[: block.index("fields")] + 'fields = ["defendant.name"'
    first = block.replace('"hearing_result"', '"hearing_result", "reconviction_link"') + ', "offender.pnc_id"]\n'
    second = block.replace('"hearing_result"', '"hearing_result", "release_notice"').replace('"result"', '"again"')
    (folders[1] / "results.toml").write_text(head + first + second + ']\nmask = ["offender.pnc_id"]\n')
    assert found() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", ""), True),
        (('mask = ["defendant.date_of_birth", "category:contact"]\n', ""), True),
        (('"role:court"', '"role:police"'), False),
        (('"hearing_result"', '"report_request"'), False),
        (('except = ["offences[].wording"]', 'except = ["offences[].wording", "defendant"]'), False),
    ],
)
def test_two_clauses_may_not_do_different_things_to_one_field(
    folders: tuple[Path, Path], found: Found, change: tuple[str, str], told: bool
) -> None:
    block = PROTOCOL[PROTOCOL.index("[[permit]]") : PROTOCOL.index("[[example]]")]
    second = (block.replace('"result"', '"again"') + MASKS).replace(*change).replace('  "offences",', '  "offences",')
    if '"report_request"' in second:
        second = second.replace('  "offences",\n', "").replace('except = ["offences[].wording"]\n', "")
    text = PROTOCOL.replace("[[example]]", second + "\n[[example]]")
    (folders[1] / "results.toml").write_text(text)
    where = f"protocols/results.toml line {line(text, '[[permit]]', 2)}"
    assert [item for item in found() if item[0] != "example.broken"] == (
        [("field.granted_twice", where)] if told else []
    )


def test_a_second_clause_needs_its_own_id(folders: tuple[Path, Path], found: Found) -> None:
    clause = PROTOCOL[PROTOCOL.index("[[permit]]") : PROTOCOL.index("[[example]]")]
    text = PROTOCOL + "\n" + clause
    (folders[1] / "results.toml").write_text(text)
    second = line(text, 'id = "result"', 2)
    assert found() == [("clause.duplicate", f"protocols/results.toml line {second}")]


def test_one_version_of_a_protocol_is_in_one_file(folders: tuple[Path, Path], found: Found) -> None:
    (folders[1] / "zz.toml").write_text(PROTOCOL)
    assert found() == [("protocol.duplicate", "protocols/zz.toml line 1")]


@pytest.mark.parametrize(
    ("change", "overlapping"),
    [
        (("", ""), True),
        (("role:court", "court-north"), True),  # an agency within a role
        (('"probation-north"', '"role:probation"'), True),  # a role around an agency
        (("role:court", "role:police"), False),
        (('"probation-north"', '"prison-north"'), False),
        (("hearing_result", "report_request"), False),
    ],
)
def test_two_protocols_in_force_together_may_not_cover_one_message(
    folders: tuple[Path, Path], found: Found, change: tuple[str, str], overlapping: bool
) -> None:
    other = PROTOCOL.replace('"results"', '"other"').replace(*change)
    (folders[1] / "zz.toml").write_text(other)
    where = f"protocols/zz.toml line {line(other, '[[permit]]')}"
    assert found() == ([("protocol.overlap", where)] if overlapping else [])


def test_a_successor_that_begins_the_day_after_does_not_overlap(folders: tuple[Path, Path], found: Found) -> None:
    successor = PROTOCOL.replace("version = 1", "version = 2").replace("starts = 2025-01-01", "starts = 2028-01-01")
    successor = successor.replace("expires = 2027-12-31", "expires = 2029-12-31").replace("2026-12-31", "2028-12-31")
    (folders[1] / "zz.toml").write_text(successor)
    assert found() == [("protocol.not_begun", f"protocols/zz.toml line {line(successor, 'starts')}")]


def test_a_later_version_replaces_the_former_and_another_protocol_does_not(
    folders: tuple[Path, Path], found: Found
) -> None:
    successor = PROTOCOL.replace("version = 1", "version = 2").replace("starts = 2025-01-01", "starts = 2026-01-01")
    for name in ("zz.toml", "aa.toml"):  # read after the first, and before it
        (folders[1] / name).write_text(successor)
        assert found() == []
        (folders[1] / name).write_text(successor.replace('"results"', '"other"'))
        assert "protocol.overlap" in {code for code, _ in found()}
        (folders[1] / name).unlink()


def test_what_a_later_version_gave_up_another_protocol_may_cover(folders: tuple[Path, Path], found: Found) -> None:
    narrower = PROTOCOL.replace("version = 1", "version = 2").replace("starts = 2025-01-01", "starts = 2026-06-01")
    (folders[1] / "narrower.toml").write_text(narrower.replace("role:court", "role:police"))
    other = PROTOCOL.replace('"results"', '"other"').replace("starts = 2025-01-01", "starts = 2026-06-01")
    (folders[1] / "other.toml").write_text(other)
    assert found() == []
    (folders[1] / "other.toml").write_text(other.replace("starts = 2026-06-01", "starts = 2026-05-31"))
    assert [code for code, _ in found()] == ["protocol.overlap"]


@pytest.mark.parametrize(
    ("on", "code", "at"),
    [
        (date(2028, 1, 1), "protocol.expired", "expires"),
        (date(2024, 12, 31), "protocol.not_begun", "starts"),
        (date(2027, 1, 1), "protocol.review_due", "review"),
    ],
)
def test_what_only_the_day_makes_wrong_is_shown_and_loads(
    folders: tuple[Path, Path], on: date, code: str, at: str
) -> None:
    shown = lint(*folders, CATALOGUE, on)
    assert [(problem.code, problem.where) for problem in shown] == [
        (code, f"protocols/results.toml line {line(PROTOCOL, at)}")
    ]
    assert load_registry(*folders, CATALOGUE).protocols


@pytest.mark.parametrize("on", [date(2025, 1, 1), date(2026, 12, 31)])
def test_the_first_day_and_the_day_of_review_are_quiet(folders: tuple[Path, Path], on: date) -> None:
    assert lint(*folders, CATALOGUE, on) == ()


def test_files_that_are_not_text_and_folders_that_are_not_there_are_reported(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (folders[1] / "results.toml").write_bytes(b"\xff\xfe\x00")
    assert [p.code for p in lint(*folders, CATALOGUE, TODAY)] == ["file.not_utf8"]
    assert [p.code for p in lint(tmp_path / "no", tmp_path / "none", CATALOGUE, TODAY)] == ["folder.unreadable"] * 2


def test_a_broken_agency_file_does_not_make_every_party_unknown(folders: tuple[Path, Path], found: Found) -> None:
    (folders[0] / "all.toml").write_text(AGENCIES + "\n[[agency")
    assert [code for code, _ in found()] == ["toml.malformed"]


def test_no_protocol_at_all_is_sound_and_permits_nothing(folders: tuple[Path, Path]) -> None:
    (folders[1] / "results.toml").unlink()
    assert load_registry(*folders, CATALOGUE).protocols == ()
