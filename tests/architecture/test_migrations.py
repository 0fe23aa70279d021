"""A migration runs while the version before it is at work, and must leave everything that this version uses.

So the old version may write rows without what is added, and nothing is removed, renamed, tightened or rewritten. What
nobody uses any more is removed later, by a migration that says since which one: `UNUSED_SINCE`.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

VERSIONS = ROOT / "hub" / "store" / "migrations" / "versions"
RULE_SINCE = "0019"
UNDER_RULE = sorted(file for file in VERSIONS.glob("*.py") if file.name[:4] >= RULE_SINCE)

_BEGINS_AS_SQL = re.compile(
    r"(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|TRUNCATE|GRANT|REVOKE|DO|LOCK|COMMENT|WITH|SELECT|MERGE|REINDEX|VACUUM|SET|CALL"
    r"|CLUSTER|RENAME|REFRESH|COPY) ",
    re.IGNORECASE,
)
_OPERATIONS = ("get_bind", "get_context")
_NAME = r"(?:IF NOT EXISTS )?([a-z_]+)"
_CREATES = re.compile(rf"CREATE TABLE {_NAME}", re.IGNORECASE)
_ON_TABLE = re.compile(r"(?:ALTER TABLE|INDEX [a-z_]+ ON|TRIGGER [a-z_]+ .*? ON) (?:ONLY )?([a-z_]+)", re.IGNORECASE)
_MAY_BE_ADDED = re.compile(
    r"ADD COLUMN [a-z_]+ [a-z]+(\[\])?"  # the type, and either nothing or a default that is the same for every row
    r"( (NOT NULL )?DEFAULT ('[^']*'(::[a-z]+)?|-?[0-9.]+|true|false|now\(\)))?",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"(INSERT INTO|GRANT|COMMENT ON|SELECT|CREATE FUNCTION) ", re.IGNORECASE)
# It refuses and changes nothing: it reads what a statement wrote.
_WATCHES = re.compile(
    r"CREATE TRIGGER note_(insert|update|delete) AFTER \1 ON [a-z_]+ REFERENCING [A-Za-z_ ]+ FOR EACH STATEMENT"
    r" EXECUTE FUNCTION note_",
    re.IGNORECASE,
)
_TAKES_AWAY = re.compile(
    r"(DROP (TABLE|INDEX|TRIGGER|FUNCTION|VIEW)|ALTER TABLE [a-z_]+ DROP (COLUMN|CONSTRAINT)) ", re.IGNORECASE
)


def _words(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


def _statements(tree: ast.AST) -> Iterator[str]:
    """Yield every piece of SQL in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = _words(node.value)
            if _BEGINS_AS_SQL.match(words):
                yield words


def _parts(statement: str) -> list[str]:
    """Yield the actions of an ALTER TABLE, one after another."""
    actions = re.sub(r"^ALTER TABLE (ONLY )?[a-z_]+ ", "", statement, flags=re.IGNORECASE)
    return re.split(r", (?=(?:ADD|ALTER|DROP|RENAME|SET|VALIDATE|ENABLE|DISABLE) )", actions)


def _breaks(statement: str, own: set[str], unused_since: bool) -> bool:
    on = _ON_TABLE.search(statement)
    if on is not None and on[1] in own and not statement.upper().startswith("DO "):
        return False
    if _CREATES.match(statement) or _HARMLESS.match(statement) or _WATCHES.match(statement):
        return False
    if _TAKES_AWAY.match(statement):
        return not unused_since
    if statement.upper().startswith("DO "):
        return any(_breaks(each, own, unused_since) for each in _inner(statement))
    if statement.upper().startswith("REVOKE "):
        return not any(f" ON {table} " in statement for table in own)
    if statement.upper().startswith("ALTER TABLE "):
        return not all(_MAY_BE_ADDED.fullmatch(part) for part in _parts(statement))
    return True


def _inner(block: str) -> Iterator[str]:
    """Yield the statements of a DO block, without its IF, BEGIN and END."""
    for piece in block.split(";"):
        found = re.search(r"\b(GRANT|REVOKE|ALTER|DROP|UPDATE|DELETE|TRUNCATE|CREATE|INSERT|EXECUTE)\b.*", piece)
        if found:
            yield found[0].strip()


def broken_rules(source: str) -> list[str]:
    """Yield what in this migration would break the version before it."""
    tree = ast.parse(source)
    statements = list(_statements(tree))
    own = {found[1] for statement in statements if (found := _CREATES.match(statement))}
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    since, before = constants.get("UNUSED_SINCE"), constants.get("down_revision")
    broken = [each for each in statements if _breaks(each, own, since is not None and str(since) < str(before))]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(_BEGINS_AS_SQL.match(_words(text)) for text in _texts(node)):
            broken.append("SQL that is put together cannot be checked: write it out")
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "op" and node.attr not in _OPERATIONS:
            broken.append(f"op.{node.attr} cannot be checked: write SQL")
    beside = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "create_index"]
    if beside and statements:
        broken.append("an index beside the traffic needs a migration of its own")
    return broken


def _texts(node: ast.JoinedStr) -> list[str]:
    return [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_each_migration_has_its_number_and_comes_after_the_one_before() -> None:
    """Two that came into the house on one day may have taken the same number: then no database can be migrated."""
    told = [
        tuple(re.findall(r'^(?:revision|down_revision)[^=]* = "?(\w+)"?$', file.read_text(), re.MULTILINE))
        for file in sorted(VERSIONS.glob("*.py"))
    ]
    numbers = [file.name[:4] for file in sorted(VERSIONS.glob("*.py"))]
    assert told == list(zip(numbers, ["None", *numbers], strict=False))


def test_the_running_version_survives_every_migration() -> None:
    """docs/house.md says what a migration may contain."""
    broken = {file.name: rules for file in UNDER_RULE if (rules := broken_rules(file.read_text()))}
    assert broken == {}


_FINE = (
    "CREATE TABLE later (id UUID NOT NULL, at timestamptz NOT NULL)",
    "CREATE INDEX later_at ON later (at)",
    "ALTER TABLE later ADD CONSTRAINT later_once UNIQUE (at)",
    "ALTER TABLE delivery ADD COLUMN later TEXT, ADD COLUMN later_too timestamptz",
    "ALTER TABLE delivery ADD COLUMN later INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE delivery ADD COLUMN later UUID[] NOT NULL DEFAULT '{}'",
    "INSERT INTO lifecycle_move (thing, from_state, to_state) VALUES ('delivery', 'a', 'b')",
    "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles) THEN GRANT SELECT ON later TO x; REVOKE DELETE ON later FROM x;"
    " END IF; END $$",
)
_BREAKING = (
    "ALTER TABLE delivery DROP COLUMN why",
    "ALTER TABLE delivery RENAME COLUMN why TO reason",
    "ALTER TABLE delivery RENAME TO deliveries",
    "ALTER TABLE delivery ADD COLUMN later INTEGER NOT NULL",
    "ALTER TABLE delivery ADD COLUMN later UUID NOT NULL DEFAULT gen_random_uuid()",
    "ALTER TABLE delivery ADD COLUMN later TEXT UNIQUE",
    "ALTER TABLE delivery ADD COLUMN later TEXT, DROP COLUMN why",
    "ALTER TABLE delivery ALTER COLUMN why SET NOT NULL",
    "ALTER TABLE delivery ALTER COLUMN attempts TYPE BIGINT",
    "ALTER TABLE delivery ADD CONSTRAINT some CHECK (attempts < 9)",
    "CREATE INDEX delivery_later ON delivery (why)",
    "CREATE TRIGGER later BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE OR REPLACE FUNCTION refuse_illegal_move() RETURNS trigger",
    "UPDATE delivery SET why = ''",
    "DELETE FROM delivery",
    "DROP TABLE delivery",
    "LOCK TABLE delivery",
    "DO $$ BEGIN REVOKE UPDATE ON delivery FROM x; END $$",
    "DO $$ BEGIN ALTER TABLE delivery DROP COLUMN why; END $$",
)
_FILE = 'down_revision = "0020"\nOWN = "CREATE TABLE later (id UUID)"\nSTATEMENTS = ({!r},)\n'


@pytest.mark.parametrize("statement", _FINE)
def test_what_the_running_version_survives_is_allowed(statement: str) -> None:
    assert broken_rules(_FILE.format(statement)) == []


@pytest.mark.parametrize("statement", _BREAKING)
def test_what_the_running_version_would_not_survive_is_found(statement: str) -> None:
    assert broken_rules(_FILE.format(statement)) == [statement]


def test_what_nobody_uses_any_more_may_be_taken_away_by_a_later_migration() -> None:
    drop = _FILE.format("ALTER TABLE delivery DROP COLUMN why")
    assert broken_rules('UNUSED_SINCE = "0019"\n' + drop) == []
    assert broken_rules('UNUSED_SINCE = "0020"\n' + drop) != [], (
        "the version before it is that of 0020, and ran with it"
    )


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('delivery', 'why')",
        "run(f'ALTER TABLE {name} DROP COLUMN why')",
        "STATEMENT = 'CREATE TABLE later (id UUID)'; create_index('later', 'delivery (why)')",
    ],
)
def test_what_cannot_be_checked_is_not_allowed(line: str) -> None:
    assert broken_rules(line) != []
