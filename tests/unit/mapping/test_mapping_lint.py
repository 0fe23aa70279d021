"""What is wrong with a profile is reported with its file and line, before any document is read."""

import pytest

from adapters.mapping.collection import lint, load_all
from adapters.mapping.examples import run_examples
from adapters.mapping.profiles.source import Source
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import (
    ALL,
    CATALOGUE,
    CSV,
    TYPED,
    encoded,
    problems_of,
    system_of,
)

GROUP = """
[[exchange.group]]
to = "documents"
repeat = 2
fields = [
  { wire = "DOC#", to = "name" },
]
"""


WHY = 'wire = "WHY"'


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_right_profile_has_no_problems(name: str) -> None:
    assert problems_of(ALL[name]) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "piece"),
    [
        ('to = "to_area"', 'to = "to_aera"', "path.unknown", 'wire = "TO"'),
        ('by = ["table: decision"]', 'by = ["tabel: decision"]', "function.unknown", 'wire = "TAKEN"'),
        ('N = "refused"', 'N = "declined"', "table.value", 'N = "declined"'),
        ('N = "refused"', 'N = "accepted"', "table.not_reversible", "[tables.decision]"),
        ('wire = "WHY"', 'wire = "REF"', "wire.twice", 'to = "reason"'),
        ("version = 1", "version = one", "profile.toml", "version = one"),
        ("version = 1", 'version = "one"', "profile.key", 'version = "one"'),
        ('kind = "transfer_reply"', 'kind = "transfer_answer"', "kind.unknown", 'kind = "transfer_answer"'),
        ('{ wire = "TO", to = "to_area" },', "", "path.required", "[[exchange]]"),
    ],
)
def test_the_line_is_that_of_the_mistake(old: str, new: str, code: str, piece: str) -> None:
    wrong = changed(CSV, old, new)
    (problem,) = [one for one in problems_of(wrong) if one.code == code]
    assert problem.where == f"test.toml line {line_of(wrong, piece)}"


def test_a_near_miss_gets_the_name_that_was_probably_meant() -> None:
    (path,) = [one for one in problems_of(changed(CSV, '"to_area"', '"to_aera"')) if one.code == "path.unknown"]
    (function,) = [one for one in problems_of(changed(CSV, '"table: ', '"tabel: ')) if one.code == "function.unknown"]
    assert "to_area" in path.cure and "table" in function.cure


def test_a_table_need_not_be_reversible_where_nothing_is_written() -> None:
    merged = changed(CSV, 'N = "refused"', 'N = "accepted"')
    assert problems_of(changed(merged, "version = 1", 'version = 1\nway = "in"')) == []


def test_a_group_of_a_row_has_numbered_columns_and_of_a_file_of_rows_its_own_rows() -> None:
    group = GROUP.replace('"documents"', '"offender.aliases"').replace('to = "name"', 'to = "surname"')
    assert problems_of(CSV + group) == []
    assert [one.code for one in problems_of(CSV + group.replace("repeat = 2", 'wire = "A"'))] == ["group.repeat"]
    assert "group.number" in [one.code for one in problems_of(CSV + group.replace("DOC#", "DOC"))]
    assert [one.code for one in problems_of(TYPED + group)] == ["wire.missing"]
    assert problems_of(TYPED + group.replace("repeat = 2", 'wire = "A"')) == []
    assert "wire.twice" in [one.code for one in problems_of(TYPED + group.replace("repeat = 2", 'wire = "R"'))]
    assert "path.unknown" in [
        one.code for one in problems_of(CSV + group.replace("offender.aliases", "offender.alias"))
    ]


def test_a_list_is_filled_by_a_group_or_by_numbers_not_by_both() -> None:
    group = GROUP.replace('"documents"', '"offender.aliases"').replace('to = "name"', 'to = "surname"')
    both = changed(CSV, 'to = "reason"', 'to = "offender.aliases[0].surname"') + group
    (problem,) = problems_of(both)
    assert (problem.code, problem.where) == ("path.twice", f"test.toml line {line_of(both, WHY)}")
    assert "path.twice" in [one.code for one in problems_of(CSV + group + group.replace("DOC", "MORE"))]


def test_two_profiles_may_not_take_each_others_files_nor_have_one_name() -> None:
    wire = encoded(CSV).body.decode()
    shown = f"{CSV}\n[[example]]\ntitle = \"one\"\nkind = \"transfer_reply\"\nwire = '''{wire}'''\npayload = '{{}}'\n"
    one = Source("one.toml", shown)
    two = Source("two.toml", CSV.replace('name = "csv"', 'name = "other"'))
    (clash,) = [problem for problem in lint([one, two], CATALOGUE) if problem.code == "profile.recognition"]
    assert clash.where == f"one.toml line {line_of(shown, '[[example]]')}" and "other" in clash.problem
    of_refusal = Source("one.toml", shown.replace("payload = '{}'", 'refused = "value.date"'))
    assert lint([of_refusal, two], CATALOGUE) == lint([two], CATALOGUE), "what is refused may be anybody's"
    with pytest.raises(Refused, match=r"profile\.recognition"):
        load_all([one, two], CATALOGUE)
    with pytest.raises(Refused) as refused:
        load_all([one, Source("two.toml", CSV)], CATALOGUE)
    (twice,) = [problem for problem in refused.value.problems if problem.code == "profile.twice"]
    assert twice.where == f"two.toml line {line_of(CSV, 'name =')}"
    assert len(load_all([one], CATALOGUE)) == 1


def test_an_exchange_without_an_example_is_reported() -> None:
    assert [problem.code for problem in lint([Source("one.toml", CSV)], CATALOGUE)] == ["example.missing"]


PAYLOAD = """{"transfer_reference": "T-1", "to_area": "probation-cumbria", "decision": "refused",
"reason": "no such address", "decided_at": "2026-03-09T10:30:00Z",
"offender": {"name": {"surname": "Mockford"}, "date_of_birth": "1971-04-09"}}"""


def example(keys: str, old: str = "", new: str = "") -> list[str]:
    wire = encoded(CSV).body.decode().replace(old, new)
    text = f"{CSV}\n[[example]]\ntitle = \"one\"\nkind = \"transfer_reply\"\nwire = '''{wire}'''\n{keys}\n"
    ((_, problems),) = run_examples(system_of(text).profile)
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("keys", "old", "new", "codes"),
    [
        (f"payload = '''{PAYLOAD}'''", "", "", []),
        (f"payload = '''{PAYLOAD}'''\nsender = \"probation-cheshire\"\nreference = \"M-7\"", "", "", []),
        (f"payload = '''{PAYLOAD}'''\nsender = \"probation-kent\"", "", "", ["example.envelope"]),
        (f"payload = '''{PAYLOAD.replace('Mockford', 'Other')}'''", "", "", ["example.differs"]),
        (f"payload = '''{PAYLOAD.replace('refused', 'declined')}'''", "", "", ["example.payload"]),
        (f"payload = '''{PAYLOAD}'''", "09/04/1971", "31/02/1971", ["example.differs"]),
        ('refused = "value.date"', "09/04/1971", "31/02/1971", []),
        ('refused = "value.code"', "09/04/1971", "31/02/1971", ["example.refused"]),
        ('refused = "value.date"', "", "", ["example.refused"]),
        ("", "", "", ["example.expects"]),
    ],
)
def test_an_example_fails_when_it_does_not_hold(keys: str, old: str, new: str, codes: list[str]) -> None:
    assert example(keys, old, new) == codes


def test_lines_are_found_among_texts_of_several_lines_that_look_like_tables() -> None:
    hidden = "wire = '''\n[[exchange]]\n{ wire = 'x' }\n'''\n"
    text = f"name = 'a'\n[[example]]\n{hidden}[[exchange]]\nfields = [\n  {{ wire = 'y' }},\n]\n"
    source = Source("a.toml", text)
    assert source.where(("exchange", 0)) == "a.toml line 7"
    assert source.where(("exchange", 0, "fields", 0, "by")) == "a.toml line 9"
    assert source.where(("example", 0, "wire")) == "a.toml line 3"
    assert source.where(("exchange", 3)) == "a.toml line 1"
