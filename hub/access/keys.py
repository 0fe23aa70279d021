"""The agencies' keys: make or register, list and revoke them, and find the agency that calls by its signed assertion.

Keys of one agency may overlap, so that a new key replaces an old one without a gap. A revoked key stops working
immediately.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hub.access.assertions import (
    LIVES_AT_MOST,
    AgencyKey,
    check_audience,
    check_claims,
    check_client,
    check_signature,
    key_id_of,
    not_known,
    public_key_of,
    signature_wrong,
    verified_claims,
)
from hub.errors import AssertionRefused, Failure, KeyUnusable, NotFound, TooManyCalls
from hub.journal.record.keys import record_key_added, record_key_revoked
from hub.store.access import agency_keys as access
from hub.store.access.agency_keys import KEYS, RegisteredKey, Use
from hub.store.database.engine import Store, Transaction
from schemas.json import JsonObject

VALID_FOR = timedelta(days=365)
CALLS_WITHIN = timedelta(seconds=10)
CallsMax = Callable[[str], int]
"""How many calls an agency may make within `CALLS_WITHIN`."""


def issue_key(store: Store, agency: str, now: datetime, algorithm: str, by: str) -> AgencyKey:
    """Makes a new key pair. Only its public part is kept."""
    made = AgencyKey.make(agency, algorithm)
    _add(store, made.id, agency, made.algorithm, made.public(), now, by)
    return made


def register_key(store: Store, agency: str, document: JsonObject, id: UUID, now: datetime, by: str) -> datetime:
    """Registers a public JWK that the agency made itself. Returns when it expires. Raises KeyUnusable."""
    algorithm, public = public_key_of(document)
    _add(store, id, agency, algorithm, public, now, by)
    return now + VALID_FOR


def revoke_key(store: Store, id: UUID, now: datetime, by: str) -> str:
    """Returns the agency whose key it was. Raises NotFound."""
    with store.transaction() as connection:
        agency = KEYS.revoke(connection, id, now)
        if agency is None:
            raise NotFound("no key in use has that id", "see their ids: hub keys list")
        record_key_revoked(connection, now, agency=agency, key=str(id), by=by)
    return agency


def keys_of(store: Store, agency: str | None) -> tuple[RegisteredKey, ...]:
    with store.transaction() as connection:
        return KEYS.listed(connection, agency)


@dataclass(frozen=True, slots=True)
class CalledWith:
    """The key that a call was made with, and the agency whose key it is."""

    agency: str
    key: UUID


def caller_of(
    store: Store,
    token: str,
    audiences: Collection[str],
    skew: timedelta,
    calls_max: CallsMax,
    now: datetime,
    *,
    lives_at_most: timedelta = LIVES_AT_MOST,
    client: bool = False,
) -> CalledWith:
    """The agency that calls, and its key. As a `client` of OAuth 2 it says so in `sub`. Raises AssertionRefused, also
    if the assertion was used before. Raises TooManyCalls: then the assertion was not used up."""
    rules = CallRules(audiences, skew, calls_max, lives_at_most, client)
    [called] = callers_of(store, [token], rules, now)
    if isinstance(called, Failure):
        raise called
    return called


@dataclass(frozen=True, slots=True)
class CallRules:
    """What every assertion must meet. `calls_max` is how many calls an agency may make within CALLS_WITHIN."""

    audiences: Collection[str]
    skew: timedelta
    calls_max: CallsMax
    lives_at_most: timedelta = LIVES_AT_MOST
    client: bool = False


@dataclass(frozen=True, slots=True)
class _Signed:
    """An assertion whose signature and claims are right."""

    number: int
    key: RegisteredKey
    use: Use


def callers_of(
    store: Store, tokens: Sequence[str], rules: CallRules, now: datetime
) -> tuple[CalledWith | Failure, ...]:
    """The same for calls that arrive together, in one transaction: each caller, or why it is refused."""
    found: dict[int, CalledWith | Failure] = {}
    named: dict[int, tuple[UUID, str]] = {}
    for number, token in enumerate(tokens):
        try:
            named[number] = key_id_of(token)
        except AssertionRefused as refused:
            found[number] = refused
    ids = {id for id, _ in named.values()}
    if not ids:
        return tuple(found[number] for number in range(len(tokens)))
    with store.transaction() as connection:
        keys = {key.id: key for key in KEYS.find_all(connection, ids)}
        proved = store.proved(connection, "agency_key", *map(str, keys)) if keys else frozenset()
        signed: list[_Signed] = []
        for number, (id, algorithm) in named.items():
            try:
                key = keys.get(id) if str(id) in proved else None
                signed.append(_Signed(number, *_checked(key, tokens[number], algorithm, rules, now)))
            except AssertionRefused as refused:
                found[number] = refused
        found |= _used(connection, signed, rules, now)
    return tuple(found[number] for number in range(len(tokens)))


def _checked(
    key: RegisteredKey | None, token: str, algorithm: str, rules: CallRules, now: datetime
) -> tuple[RegisteredKey, Use]:
    """Raises AssertionRefused."""
    if key is None:
        raise not_known()
    claims = verified_claims(token, key.algorithm, algorithm, key.public_key)
    check_claims(claims, key.agency, now, rules.skew, rules.lives_at_most)
    check_audience(token, rules.audiences)
    if rules.client:
        check_client(token, key.agency)
    if (revoked := _revoked(key)) is not None:
        raise revoked
    if not key.not_before - rules.skew <= now < key.expires_at:
        raise AssertionRefused("key.expired", f"the key expired on {key.expires_at:%d %B %Y}", "register a new key")
    return key, Use(key.agency, claims.jti, claims.expires_at)


def _used(
    connection: Transaction, signed: Sequence[_Signed], rules: CallRules, now: datetime
) -> dict[int, CalledWith | Failure]:
    """Use each once. An agency that has little room left is looked at call by call."""
    found: dict[int, CalledWith | Failure] = {}
    by_agency: dict[str, list[_Signed]] = {}
    for each in signed:
        by_agency.setdefault(each.key.agency, []).append(each)
    allowed = {agency: rules.calls_max(agency) for agency in by_agency}
    before_all = {agency: allowed[agency] - len(calls) + 1 for agency, calls in by_agency.items()}
    have_room = _with_room(connection, before_all, now)
    at_once = [each for agency in have_room for each in by_agency[agency]]
    for agency in by_agency.keys() - have_room:
        for each in by_agency[agency]:
            try:
                _refuse_too_many(connection, agency, allowed[agency], now)
                found |= _use_once(connection, [each], now)
            except TooManyCalls as full:
                found[each.number] = full
    return found | _use_once(connection, at_once, now)


def _use_once(connection: Transaction, signed: Sequence[_Signed], now: datetime) -> dict[int, CalledWith | Failure]:
    uses = access.use_once(connection, [each.use for each in signed], now)
    replayed = AssertionRefused("assertion.replayed", "the assertion was used before", "sign a new one for each call")
    return {
        each.number: CalledWith(each.key.agency, each.key.id) if is_new else replayed
        for each, is_new in zip(signed, uses, strict=True)
    }


def _with_room(connection: Transaction, calls_max: Mapping[str, int], now: datetime) -> frozenset[str]:
    """The agencies that have made fewer calls than these of late."""
    may = {agency: most for agency, most in calls_max.items() if most > 0}
    return frozenset(may) - access.calls_are_over(connection, may, now - CALLS_WITHIN).keys()


def refuse_if_revoked(connection: Transaction, called: CalledWith) -> None:
    """Called in the transaction that records what was handed in: the body may have come slowly, and the key may have
    been revoked meanwhile. Raises AssertionRefused."""
    refused = refusals_if_revoked(connection, [called])[called]
    if refused is not None:
        raise refused


def refusals_if_revoked(connection: Transaction, calls: Collection[CalledWith]) -> dict[CalledWith, Failure | None]:
    """For each of these calls, what `refuse_if_revoked` raises."""
    known = {key.id: key for key in KEYS.find_all(connection, {each.key for each in calls})} if calls else {}
    found: dict[CalledWith, Failure | None] = {}
    for each in calls:
        key = known.get(each.key)
        found[each] = not_known() if key is None else _revoked(key)
    return found


def _revoked(key: RegisteredKey) -> AssertionRefused | None:
    if key.revoked_at is None:
        return None
    return AssertionRefused("key.revoked", "the key was revoked", "sign with another key of yours")


def count_call(connection: Transaction, agency: str, calls_max: CallsMax, now: datetime) -> None:
    """Count a call that no assertion was used for. Raises TooManyCalls."""
    _refuse_too_many(connection, agency, calls_max(agency), now)
    access.use_once(connection, [Use(agency, f"call/{uuid4().hex}", now + CALLS_WITHIN)], now)


def use_once(
    connection: Transaction, agency: str, mark: str, calls_max: CallsMax, expires_at: datetime, now: datetime
) -> None:
    """Use up what proves one call, and count the call. Raises AssertionRefused if it was used before."""
    _refuse_too_many(connection, agency, calls_max(agency), now)
    if access.use_once(connection, [Use(agency, mark, expires_at)], now) != (True,):
        raise AssertionRefused("assertion.replayed", "the assertion was used before", "sign a new one for each call")


def _refuse_too_many(connection: Transaction, agency: str, calls_max: int, now: datetime) -> None:
    oldest = access.calls_are_over(connection, {agency: calls_max}, now - CALLS_WITHIN).get(agency)
    if oldest is not None:
        seconds = math.ceil((oldest + CALLS_WITHIN - now).total_seconds())
        raise TooManyCalls(calls_max, int(CALLS_WITHIN.total_seconds()), seconds)


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of an agency's document. It is kept in the journal, where it is sealed."""

    key_id: str
    text: str
    content: bytes | None = None
    """The signed content, if that is not the document as it was posted. Then only this content is read."""


def signature_of(store: Store, agency: str, text: str, body: bytes, now: datetime) -> Signature:
    """`body` is the body as it was posted, before it is unpacked. Raises AssertionRefused if the signature is wrong."""
    try:
        id, named = key_id_of(text)
    except AssertionRefused as refused:
        raise signature_wrong() from refused
    with store.transaction() as connection:
        key = KEYS.find(connection, id)
        proved = store.proved(connection, "agency_key", str(id))
    # A valid key of another agency proves nothing about this one.
    if key is None or not proved or key.agency != agency or not key.is_valid(now):
        raise signature_wrong()
    check_signature(text, body, key.algorithm, named, key.public_key)
    return Signature(str(id), text)


def signature_missing() -> AssertionRefused:
    cure = "send the header Hub-Signature (hub keys sign), or an XML document that is signed inside"
    return AssertionRefused("signature.missing", "the exchange accepts signed documents only", cure)


def _add(
    store: Store,
    id: UUID,
    agency: str,
    algorithm: str,
    public_key: JsonObject,
    now: datetime,
    by: str,
) -> None:
    new = RegisteredKey(agency, now, now + VALID_FOR, None, id, algorithm, public_key)
    with store.transaction() as connection:
        # One key is of one agency: else a document that one has signed could be shown as signed by the other.
        if access.is_registered(connection, public_key):
            raise KeyUnusable("this key is registered already, for this or another agency", "make a new key")
        if not KEYS.add(connection, new):
            raise KeyUnusable("a key with that id is registered already", "register it under another id")
        record_key_added(connection, now, agency=agency, key=str(id), algorithm=algorithm, by=by)
