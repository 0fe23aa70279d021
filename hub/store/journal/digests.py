"""How the rows of the covered tables stand now."""

from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from typing import cast

from sqlalchemy import Connection, TextClause, text

from hub.store.database.driver import streamed
from hub.store.journal.covered import COVERED
from hub.store.journal.state import GONE

_BINARY = "2:"
"""So begins the digest of what a row holds in the binary form of the database. The others are of its JSON."""
_Keyed = Iterator[tuple[str, str]]
_KeyedContent = Iterator[tuple[str, bytes]]
_BY_JSON = "digest_of_state(to_jsonb(kept))"


def standing(connection: Connection, name: str) -> Iterator[tuple[str, str]]:
    """The key and the digest of each row of a covered table."""
    covered = COVERED[name]
    if covered.by_json:
        yield from cast("_Keyed", streamed(connection, _standing(name, _BY_JSON)))
        return
    rows = streamed(connection, _standing(name, _in_binary(name)))
    for key, kept in cast("_KeyedContent", rows):
        yield key, _BINARY + sha256(kept).hexdigest()


def digests(connection: Connection, name: str, keys: Collection[str] | None = None) -> dict[str, str]:
    """How the rows of a covered table stand, by their key: all of them, or those with these keys."""
    if keys is None:
        return dict(standing(connection, name))
    digest = _BY_JSON if COVERED[name].by_json else f"'{_BINARY}' || encode(sha256({_in_binary(name)}), 'hex')"
    return _some(connection, name, digest, keys)


def former_digests(connection: Connection, name: str, keys: Collection[str]) -> dict[str, str]:
    """The same, as entries say it that were written before this table had a function of its own (migration 0032)."""
    return _some(connection, name, _BY_JSON, keys)


def is_former(digest: str) -> bool:
    """Whether only `former_digests` can say if a row stands so."""
    return digest != GONE and not digest.startswith(_BINARY)


def _some(connection: Connection, name: str, digest: str, keys: Collection[str]) -> dict[str, str]:
    found = connection.execute(_some_of(name, digest), {"keys": list(keys)})
    return {str(key): str(digest) for key, digest in found}


@cache
def _some_of(name: str, digest: str) -> TextClause:
    covered = COVERED[name]
    return text(f"{_standing(name, digest)} WHERE ({covered.key}) = ANY (CAST(:keys AS {covered.kind}[]))")


def _standing(name: str, said: str) -> str:
    """Made from names of our own tables alone."""
    covered = COVERED[name]
    if covered.together is not None:
        rows = f"(SELECT {covered.key}, {covered.together} AS together FROM {name} GROUP BY 1)"  # noqa: S608
        return f"SELECT CAST({covered.key} AS text), {said} FROM {rows} kept"  # noqa: S608
    columns = ", ".join((covered.columns, *covered.later))
    return f"SELECT CAST(({covered.key}) AS text), {said} FROM (SELECT {columns} FROM {name}) kept"  # noqa: S608


def _in_binary(name: str) -> str:
    """What a digest is taken of, as watch_state of migration 0032 says it too."""
    covered = COVERED[name]
    columns = covered.columns if covered.together is None else f"{covered.key}, together"
    if name == "delivery":  # one that is being sent counts as waiting
        columns = columns.replace(" state,", " CASE state WHEN 'sending' THEN 'waiting' ELSE state END,")
    return f"record_send(ROW({columns}))" + "".join(
        f" || CASE WHEN {each} IS NULL THEN '' ELSE record_send(ROW(CAST('{each}' AS text), {each})) END"
        for each in covered.later
    )
