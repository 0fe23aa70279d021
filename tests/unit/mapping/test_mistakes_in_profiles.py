"""Mistakes in profiles: every one is told, at its own line, and nothing else."""

import pytest

from tests.unit.mapping.mapping_profiles import CSV, FIXED, JSON, LABELLED, TYPED, XML, problems_of

NUMBERED = """
[[exchange.group]]
to = "offender.aliases"
repeat = 2
fields = [
  { wire = "DOC#", to = "surname" },
]
"""
ROWS = """
[[exchange.group]]
to = "offender.aliases"
wire = "A"
fields = [
  { wire = "AS", to = "surname" },
]
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        (
            CSV,
            'by = ["table: decision"]',
            'by = ["tabel: decision"]',
            [
                'function.unknown: { wire = "TAKEN", to = "decision", by = ["tabel: decision"] }',
                "path.required: [[exchange]]",
            ],
        ),
        (
            CSV,
            'by = ["table: decision"]',
            'by = ["table: decisions"]',
            [
                'table.unknown: { wire = "TAKEN", to = "decision", by = ["table: decisions"] }',
                "path.required: [[exchange]]",
            ],
        ),
        (CSV, ', by = ["table: decision"]', "", ['function.form: { wire = "TAKEN", to = "decision" }']),
        (
            CSV,
            ', by = ["moment: DD/MM/YYYY HH:MI"]',
            ', by = ["date: DD/MM/YYYY"]',
            ['function.form: { wire = "ON", to = "decided_at", by = ["date: DD/MM/YYYY"] }'],
        ),
        (
            CSV,
            '"moment: DD/MM/YYYY HH:MI"',
            '"moment: soon"',
            [
                'function.argument: { wire = "ON", to = "decided_at", by = ["moment: soon"] }',
                "path.required: [[exchange]]",
            ],
        ),
        (
            CSV,
            'to = "to_area"',
            'to = "to_aera"',
            ['path.unknown: { wire = "TO", to = "to_aera" }', "path.required: [[exchange]]"],
        ),
        (
            CSV,
            'to = "offender.name.surname"',
            'to = "offender.name"',
            ['function.form: { wire = "SURNAME", to = "offender.name" }'],
        ),
        (CSV, 'to = "reason"', 'to = "Reason!"', ['path.form: { wire = "WHY", to = "Reason!" }']),
        (
            CSV,
            'to = "reason"',
            'to = "offender.name.surname"',
            ['path.twice: { wire = "SURNAME", to = "offender.name.surname" }'],
        ),
        (CSV, 'to = "reason"', 'to = "@sender"', ['path.twice: { wire = "WHY", to = "@sender" }']),
        (CSV, 'wire = "WHY"', 'wire = "REF"', ['wire.twice: { wire = "REF", to = "reason" }']),
        (
            CSV,
            '{ wire = "TO", to = "to_area" }',
            '{ wire = "TO" }',
            ['field.sides: { wire = "TO" }', "path.required: [[exchange]]"],
        ),
        (
            CSV,
            '{ wire = "WHY", to = "reason" }',
            '{ wire = "WHY", to = "reason", at = 3 }',
            ['field.columns: { wire = "WHY", to = "reason", at = 3 }'],
        ),
        (
            CSV,
            '{ wire = "WHY", to = "reason" }',
            '{ wire = "WHY", to = "reason", json = "number" }',
            ['field.json: { wire = "WHY", to = "reason", json = "number" }'],
        ),
        (
            CSV,
            '{ wire = "BORN", to = "offender.date_of_birth", by = ["date: DD/MM/YYYY | YYYY"] }',
            '{ wire = "BORN", to = "offender.ethnicity", default = "W1" }',
            ['default.invents: { wire = "BORN", to = "offender.ethnicity", default = "W1" }'],
        ),
        (
            CSV,
            'to = "decision", by = ["table: decision"]',
            'to = "decision", constant = "Y"',
            ['field.sides: { wire = "TAKEN", to = "decision", constant = "Y" }', "path.required: [[exchange]]"],
        ),
        (
            CSV,
            '{ wire = "TAKEN", to = "decision", by = ["table: decision"] }',
            '{ to = "decision", constant = "Y" }',
            ['field.value: { to = "decision", constant = "Y" }'],
        ),
        (CSV, '{ wire = "TO", to = "to_area" },', "", ["path.required: [[exchange]]"]),
        (CSV, 'N = "refused"', 'N = "accepted"', ["table.not_reversible: [tables.decision]"]),
        (CSV, 'N = "refused"', 'N = "declined"', ['table.value: N = "declined"']),
        (CSV, "version = 1", "version = 7", ['kind.unknown: kind = "transfer_reply"']),
        (CSV, 'kind = "transfer_reply"', 'kind = "transfer_answer"', ['kind.unknown: kind = "transfer_answer"']),
        (CSV, "version = 1\n", 'version = 1\nwire = "R"\n', ['wire.unused: wire = "R"']),
        (CSV, 'trailer = "END"', 'first_line = "CSV"', ['layout.first_line: first_line = "CSV"']),
        (TYPED, 'first_line = "TYPED"\n', "", ["layout.first_line: [layout]"]),
        (TYPED, 'wire = "R"\n', "", ["wire.missing: [[exchange]]"]),
        (TYPED, 'wire = "R"\n', 'wire = "END"\n', ['wire.twice: wire = "END"']),
        (FIXED, "at = 14,", "at = 13,", ['columns.overlap: { wire = "NO", at = 13, width = 10, to = "@reference" }']),
        (
            FIXED,
            "at = 2,",
            "at = 1,",
            ['columns.overlap: { wire = "REF", at = 1, width = 12, to = "transfer_reference" }'],
        ),
        (FIXED, ", width = 12", "", ['columns.missing: { wire = "REF", at = 2, to = "transfer_reference" }']),
        (FIXED, 'wire = "R"\n', 'wire = "RR"\n', ['wire.form: wire = "RR"']),
        (XML, 'wire = "WHY"', 'wire = "WHY NOT"', ['wire.form: { wire = "WHY NOT", to = "reason" }']),
        (JSON, 'wire = "WHY"', 'wire = "WHY[0]"', ['wire.form: { wire = "WHY[0]", to = "reason" }']),
        (LABELLED, 'wire = "WHY"', 'wire = "WHY: "', ['wire.form: { wire = "WHY: ", to = "reason" }']),
        (CSV, "[layout]", "[layuot]", ["profile.key: ", "profile.key: [layuot]"]),
        (CSV, 'format = "csv"', 'format = "psv"', ["profile.key: [layout]"]),
        (CSV, "version = 1", "version = one", ["profile.toml: version = one"]),
        (CSV, "version = 1\n", "version = 1\nversion = 1\n", ["profile.toml: version = 1"]),
        (CSV + NUMBERED, "repeat = 2", 'repeat = 2\nwire = "A"', ["group.repeat: [[exchange.group]]"]),
        (CSV + NUMBERED, "DOC#", "DOC", ['group.number: { wire = "DOC", to = "surname" }']),
        (CSV + NUMBERED, '"DOC#"', '"W#"', []),
        (TYPED + ROWS, 'wire = "A"\n', 'wire = "R"\n', ['wire.twice: wire = "R"']),
        (TYPED + ROWS, 'wire = "A"\n', 'wire = "END"\n', ['wire.twice: wire = "END"']),
        (TYPED + ROWS, 'wire = "A"\n', "", ["wire.missing: [[exchange.group]]"]),
        (TYPED + ROWS, 'wire = "A"\n', 'wire = "A"\nrepeat = 2\n', ["wire.missing: [[exchange.group]]"]),
        (TYPED + ROWS, 'to = "surname"', 'to = "nickname"', ['path.unknown: { wire = "AS", to = "nickname" }']),
        (TYPED + ROWS, '"offender.aliases"', '"Offender!"', ['path.form: to = "Offender!"']),
        (
            TYPED + ROWS,
            '"AS", to = "surname" },',
            '"AS", to = "surname" },\n  { wire = "AS", to = "title" },',
            ['wire.twice: { wire = "AS", to = "title" }'],
        ),
        (
            TYPED + ROWS,
            '"AS", to = "surname" },',
            '"AS", to = "surname" },\n  { wire = "AT", to = "surname" },',
            ['path.twice: { wire = "AT", to = "surname" }'],
        ),
        (FIXED, "width = 30, cut = true", "width = 30", []),
        (
            FIXED,
            "at = 2, width = 12",
            "at = 2, width = 13",
            ['columns.overlap: { wire = "NO", at = 14, width = 10, to = "@reference" }'],
        ),
        (FIXED, "at = 2, width = 12, ", "", ['columns.missing: { wire = "REF", to = "transfer_reference" }']),
        (
            FIXED + ROWS,
            'wire = "A"\n',
            'wire = "AAA"\n',
            ['columns.missing: { wire = "AS", to = "surname" }', 'wire.form: wire = "AAA"'],
        ),
        (
            CSV,
            'to = "reason"',
            'to = "reason", cut = true',
            ['field.columns: { wire = "WHY", to = "reason", cut = true }'],
        ),
        (
            CSV,
            'to = "reason"',
            'to = "reason", width = 3',
            ['field.columns: { wire = "WHY", to = "reason", width = 3 }'],
        ),
        (
            CSV,
            'to = "@sender"',
            'to = "@sender", by = ["number"]',
            ['function.form: { wire = "FROM", to = "@sender", by = ["number"] }'],
        ),
        (
            CSV,
            '{ wire = "FROM", to = "@sender" }',
            '{ wire = "FROM", to = "@sent_at" }',
            ['function.form: { wire = "FROM", to = "@sent_at" }'],
        ),
        (
            CSV,
            'to = "reason"',
            'to = "documents[0].sha256"',
            ['path.unknown: { wire = "WHY", to = "documents[0].sha256" }'],
        ),
        (
            CSV,
            '{ wire = "WHY", to = "reason" }',
            '{ wire = "WHY", to = "reason", ignore = "x" }',
            ['field.sides: { wire = "WHY", to = "reason", ignore = "x" }'],
        ),
        (CSV, '{ wire = "WHY", to = "reason" }', '{ wire = "WHY", constant = "x" }', []),
        (CSV, '{ wire = "WHY", to = "reason" }', '{ wire = "WHY", ignore = "x" }', []),
        (
            CSV,
            '{ wire = "WHY", to = "reason" }',
            '{ wire = "WHY", to = "offender.name", by = ["name: surname_first"] }',
            ["path.twice: [[exchange]]"],
        ),
        (
            CSV,
            'to = "decision", by = ["table: decision"]',
            'to = "decision", by = ["table: decision"], default = "perhaps"',
            ['field.value: { wire = "TAKEN", to = "decision", by = ["table: decision"], default = "perhaps" }'],
        ),
        (
            CSV,
            'format = "csv"',
            'format = "csv"\nfirst_line = "A"\nheader = true',
            ['layout.first_line: first_line = "A"'],
        ),
        (
            CSV,
            'format = "csv"',
            'format = "csv"\nheader = false',
            ["wire.missing: [[exchange]]", "layout.first_line: [layout]"],
        ),
        (CSV, 'format = "csv"', 'format = "csv"\nquote = "x"', ['profile.key: quote = "x"']),
        (LABELLED, 'wire = "REPLY"\n', "", ["wire.missing: [[exchange]]"]),
        (LABELLED + NUMBERED, "repeat = 2", 'wire = "A"', ["group.repeat: [[exchange.group]]"]),
        (XML, 'root = "Replies"', 'root = "1Replies"', ['profile.key: root = "1Replies"']),
        (
            CSV,
            "fields = [",
            'fields = [\n  { wire = "X" },\n  { wire = "X2", two = 1 },',
            ['profile.key: { wire = "X2", two = 1 }'],
        ),
    ],
)
def test_each_mistake_is_told_with_its_line_and_a_cure(text: str, old: str, new: str, told: list[str]) -> None:
    assert old in text
    wrong = text.replace(old, new, 1)
    problems = problems_of(wrong)
    assert all(problem.where.startswith("test.toml line ") and problem.cure for problem in problems)
    lines = wrong.splitlines()
    at = [lines[int(problem.where.rpartition(" ")[2]) - 1].strip().rstrip(",") for problem in problems]
    assert [f"{problem.code}: {line}" for problem, line in zip(problems, at, strict=True)] == told


def test_a_field_may_be_stated_from_one_side_or_ignored_with_a_reason() -> None:
    for field in (
        '{ wire = "WHY", constant = "x" }',
        '{ wire = "WHY", ignore = "x" }',
        '{ to = "officer", constant = "x" }',
    ):
        assert "field.sides" not in [
            one.code for one in problems_of(CSV.replace('{ wire = "WHY", to = "reason" }', field))
        ]


def test_a_list_that_two_groups_fill_is_told_at_both() -> None:
    told = problems_of(TYPED + ROWS + ROWS.replace('"A"', '"B"'))
    assert [(one.code, one.where) for one in told] == [
        ("path.twice", "test.toml line 32"),
        ("path.twice", "test.toml line 39"),
    ]
