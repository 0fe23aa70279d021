"""What an agency and the exchange can both sign: what it sends, what it gets, what was refused and why. It names
nobody, and it grants nothing."""

from datetime import datetime

from hub.deadlines.london import LONDON
from hub.exchange.wiring import Wiring
from hub.lifecycle import DeliveryState, DocumentState
from hub.store.overview import conformance
from hub.store.overview.conformance import GotKind, RefusedAs, SentKind
from schemas.codes.registry import code_registry
from schemas.json import JsonObject


class Conformance:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._live = wiring.live
        self._catalogue = wiring.catalogue

    def report(self, name: str, since: datetime) -> JsonObject:
        """Raises ValueUnusable if no agency has that name."""
        self._live.refresh()
        registry, now = self._live.current(), self._clock.now()
        agency = registry.agencies.named(name)
        today = now.astimezone(LONDON).date()
        with self._store.transaction() as connection:
            sent = conformance.sent(connection, agency.id, since)
            got = conformance.got(connection, agency.id, since)
            refused = conformance.refused(connection, agency.id, since)
            whole = conformance.documents_in(connection, agency.id, since, DocumentState.REFUSED)
        clauses = [
            (protocol, clause)
            for protocol in registry.protocols
            if registry.in_force(protocol, today)
            for clause in protocol.clauses
        ]
        may_send = sorted({k for _, c in clauses if any(p.includes(agency) for p in c.senders) for k in c.kinds})
        may_get = sorted({k for _, c in clauses if any(p.includes(agency) for p in c.recipients) for k in c.kinds})
        unproved = sum(each.deliveries - each.proved for each in got if each.state == DeliveryState.DELIVERED)
        open_points = [
            *(f"{kind}: it may be sent, and none was" for kind in may_send if kind not in {each.kind for each in sent}),
            *(
                f"{kind}: it may be received, and none was"
                for kind in may_get
                if kind not in {each.kind for each in got}
            ),
            *([f"{unproved} of what it got was delivered without a receipt"] if unproved else []),
        ]
        return {
            "agency": agency.id,
            "name": agency.name,
            "since": since.isoformat(),
            "made_at": now.isoformat(),
            "protocols": sorted(
                {
                    f"{protocol.id} v{protocol.version}"
                    for protocol, clause in clauses
                    if any(party.includes(agency) for party in (*clause.senders, *clause.recipients))
                }
            ),
            "sends": [_sent(each) for each in sent],
            "gets": [_got(each) for each in got],
            "documents_refused_whole": whole,
            "refused": [_refused(each) for each in refused],
            "open_points": open_points,
        }


def _sent(each: SentKind) -> JsonObject:
    return {
        "kind": each.kind,
        "version": each.version,
        "messages": each.messages,
        "last_at": each.last_at.isoformat(),
        "sample_sha256": each.digest,
    }


def _got(each: GotKind) -> JsonObject:
    return {
        "kind": each.kind,
        "from": each.sender,
        "state": str(each.state),
        "deliveries": each.deliveries,
        "with_receipt": each.proved,
        "last_at": each.last_at.isoformat(),
    }


def _refused(each: RefusedAs) -> JsonObject:
    known = code_registry().by_code.get(each.code)
    return {
        "code": each.code,
        "times": each.times,
        "last_at": each.last_at.isoformat(),
        "cause": known.cause if known else None,
        "cure": known.cure if known else None,
    }
