"""Splink on an in-memory DuckDB: every pair that is worth weighing, and on which level each comparison stands.

Only this module loads Splink and DuckDB. Import it only where it is used, because they take half a second.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import fields

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from hub.identity.linkage.homes import HOME_KEYS, home_keys
from hub.identity.linkage.model import BLOCKING, COMPARISONS, Comparison, Level
from hub.identity.linkage.normalise import Comparable
from hub.identity.linkage.weigh import UNKNOWN, Pair
from hub.identity.short_forms import whole_names
from schemas.json import JsonObject

_COLUMNS = tuple(field.name for field in fields(Comparable))
# In bits. What is finally weighed may be this much better than what Splink can say.
_WORTH_WEIGHING = -8.0
# It uses memory only: no network, no files, no progress bar.
_SEALED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
    "temp_directory": "",
}


def pairs_worth_weighing(
    left: Sequence[Comparable], right: Sequence[Comparable], prior: float, shares: Mapping[str, Mapping[str, float]]
) -> list[Pair]:
    """Every pair that a blocking rule finds and that may be one person, in the order of the two sides. `shares`: by
    column, how common each value is."""
    with closing(duckdb.connect(":memory:", config=_SEALED)) as connection:
        connection.execute("set enable_progress_bar = false")
        database = DuckDBAPI(connection)
        sides = []
        for name, side, homes in zip("ab", (left, right), home_keys((left, right)), strict=True):
            _fill(
                connection,
                f"side_{name}",
                {
                    "unique_id": range(len(side)),
                    **{column: [getattr(person, column) for person in side] for column in _COLUMNS},
                    "given_whole": [whole_names(person.given) for person in side],
                    **{home: [keys[n] for keys in homes] for n, home in enumerate(HOME_KEYS)},
                },
            )
            sides.append(database.register(f"side_{name}", dataset_display_name=name))
        # The settings are fixed and tested; validating them would take a quarter of a small call's time.
        linker = Linker(sides, _settings(prior), log_level=None, validate_settings=False)
        for column, common in shares.items():
            _fill(connection, f"share_{column}", {column: common.keys(), f"tf_{column}": common.values()})
            linker.table_management.register_term_frequency_lookup(database.register(f"share_{column}"), column)
        found = linker.inference.predict(threshold_match_weight=_WORTH_WEIGHING).as_duckdbpyrelation()
        read = found.select("unique_id_l", "unique_id_r", *(f"gamma_{_column(each)}" for each in COMPARISONS))
        pairs = [
            Pair(left, right, tuple(map(_level, COMPARISONS, degrees))) for left, right, *degrees in read.fetchall()
        ]
    return sorted(pairs, key=lambda pair: (pair.left, pair.right))


def _fill(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Iterable[object]]) -> None:
    kinds = {"unique_id": "integer"} | {name: "double" for name in columns if name.startswith("tf_")}
    lists = ", ".join(
        f"unnest(${n}::{kinds.get(name, 'varchar')}[]) as {name}" for n, name in enumerate(columns, start=1)
    )
    connection.execute(f"create table {table} as select {lists}", [list(values) for values in columns.values()])


def _settings(prior: float) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=prior,
        comparisons=[_comparison(comparison) for comparison in COMPARISONS],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in BLOCKING],
        retain_matching_columns=True,  # for the levels; the values are not read back
        retain_intermediate_calculation_columns=False,
    )


def _comparison(comparison: Comparison) -> JsonObject:
    unknown = {"sql_condition": comparison.unknown, "label_for_charts": "not known", "is_null_level": True}
    levels = [
        {
            "sql_condition": level.condition,
            "label_for_charts": level.words,
            "m_probability": level.same,
            "u_probability": level.other,
        }
        | _frequency(level)
        for level in comparison.levels
    ]
    return {"output_column_name": _column(comparison), "comparison_levels": [unknown, *levels]}


def _frequency(level: Level) -> JsonObject:
    if level.frequency_of is None:
        return {}
    return {"tf_adjustment_column": level.frequency_of}


def _level(comparison: Comparison, degree: int) -> int:
    """Splink counts levels of agreement down to 0. -1 means that nothing is known."""
    return UNKNOWN if degree < 0 else len(comparison.levels) - 1 - degree


def _column(comparison: Comparison) -> str:
    return comparison.name.replace(" ", "_")
