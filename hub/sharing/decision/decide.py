"""Decides whether a message may go from one agency to another today. Pure. What no protocol permits is denied."""

from dataclasses import InitVar, dataclass
from datetime import date

from hub.sharing.terms.agencies import Agency
from hub.sharing.terms.protocols import Clause, Condition, SharingProtocol, SharingRegistry
from schemas.kind import Allowance, MessageKind

# Only this module has it, so every Permit comes from `decide`. Nothing is recorded without a Permit.
_ISSUED_HERE = object()


@dataclass(frozen=True, slots=True)
class Permit:
    """One message kind may go from `sender` to `recipient` on the day `on`. `clauses` say which fields, and
    `conditions` may take some away.

    Only `decide` makes one. Any other construction, and `dataclasses.replace`, raises.
    """

    protocol_id: str
    protocol_version: int
    sender: str
    recipient: str
    kind: str
    kind_version: int
    on: date
    purpose: str
    legal_basis: tuple[str, ...]
    retention_days: int
    clocks: tuple[tuple[str, Allowance], ...]
    escalation: tuple[tuple[str, Allowance], ...]
    clauses: tuple[Clause, ...]
    conditions: tuple[Condition, ...]
    issued: InitVar[object]

    @property
    def is_pseudonymous(self) -> bool:
        """Whether the recipient must not learn who it is, and so must not learn an id that others know either."""
        return any(clause.pseudonymised for clause in self.clauses)

    def __post_init__(self, issued: object) -> None:
        if issued is not _ISSUED_HERE:
            raise PermissionError("a Permit is made by hub.sharing.decision.decide and nowhere else")


@dataclass(frozen=True, slots=True)
class Denial:
    """`code`: agency.unknown, agency.not_begun, agency.ended, protocol.none, protocol.not_begun, protocol.expired,
    protocol.replaced, protocol.ambiguous or condition.refused. The reason names the protocol if one would have covered
    the message at another time, or refuses its content."""

    code: str
    reason: str
    protocol_id: str | None = None
    protocol_version: int | None = None


def decide(registry: SharingRegistry, *, sender: str, recipient: str, kind: MessageKind, on: date) -> Permit | Denial:
    """`sender` and `recipient` are agency ids. The order of the registry's protocols does not matter."""
    source, target = registry.agencies.get(sender), registry.agencies.get(recipient)
    if source is None or target is None:
        missing = "sender" if source is None else "recipient"
        return Denial("agency.unknown", f"the {missing} is not an agency of the registry")
    if not target.exists(on):  # The sender may have ended since: what it sent stays valid.
        return _absent(registry, target, on)
    covering = [
        (protocol, clauses)
        for protocol in registry.protocols
        if (clauses := protocol.covering(source, target, kind.name))
    ]
    live = [(protocol, clauses) for protocol, clauses in covering if registry.in_force(protocol, on)]
    if len(live) > 1:
        return Denial(
            "protocol.ambiguous", f"more than one protocol in force covers {kind.name} from {sender} to {recipient}"
        )
    if not live:
        what = f"{kind.name} from {sender} to {recipient}"
        return _not_in_force(registry, [protocol for protocol, _ in covering], what, on)
    protocol, clauses = live[0]
    return Permit(
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        sender=sender,
        recipient=recipient,
        kind=kind.name,
        kind_version=kind.version,
        on=on,
        purpose=protocol.purpose,
        legal_basis=protocol.legal_basis,
        retention_days=protocol.retention_days,
        clocks=protocol.clocks,
        escalation=protocol.escalation,
        clauses=clauses,
        conditions=tuple(each for each in protocol.conditions if each.covers(source, target, kind.name)),
        issued=_ISSUED_HERE,
    )


def _absent(registry: SharingRegistry, agency: Agency, on: date) -> Denial:
    if not agency.ended(on):
        return Denial("agency.not_begun", f"{agency.id} begins on {agency.existed_from}")
    follower = registry.agencies.current(agency.id, on)
    instead = f"; {follower.id} has taken over its work" if follower is not agency else ""
    return Denial("agency.ended", f"{agency.id} ended on {agency.existed_until}{instead}")


def _not_in_force(registry: SharingRegistry, covering: list[SharingProtocol], what: str, on: date) -> Denial:
    """Names the protocol that came closest: the last to expire, else the first to begin, else one that was replaced."""
    replaced = {protocol: later for protocol in covering if (later := registry.replaced_by(protocol, on))}
    covering = [protocol for protocol in covering if protocol not in replaced]
    expired = [protocol for protocol in covering if protocol.expires < on]
    if expired:
        last = max(expired, key=lambda protocol: (protocol.expires, protocol.id, protocol.version))
        reason = f"protocol {last.id} version {last.version}, which covered {what}, expired on {last.expires}"
        return Denial("protocol.expired", reason, last.id, last.version)
    if covering:
        first = min(covering, key=lambda protocol: (protocol.starts, protocol.id, protocol.version))
        reason = f"protocol {first.id} version {first.version}, which will cover {what}, begins on {first.starts}"
        return Denial("protocol.not_begun", reason, first.id, first.version)
    if replaced:
        later = max(replaced.values(), key=lambda protocol: (protocol.starts, protocol.id))
        reason = f"protocol {later.id} covered {what} until version {later.version} replaced it on {later.starts}"
        return Denial("protocol.replaced", reason, later.id, later.version)
    return Denial("protocol.none", f"no protocol covers {what}")
