"""The state of the whole exchange at one moment: what works, what waits, and what a person must look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.counting import counted
from hub.deadlines.ending import ENDS_SOON
from hub.deadlines.london import LONDON
from hub.deadlines.view import clock_view
from hub.durable_files import free_bytes
from hub.exchange.partners.agency_access import AgencyAccess
from hub.exchange.partners.agency_certificates import AgencyCertificates
from hub.exchange.partners.availability import WELL, Partners
from hub.exchange.wiring import Wiring
from hub.lifecycle import ClockState, LinkState
from hub.store.journal import seals
from hub.store.messages import backlog, clocks
from hub.store.persons import people
from hub.store.repairing import quarantine, refused_parts
from hub.store.repairing.quarantine import Selection

_SOON = timedelta(hours=6)
_STUCK_AFTER = timedelta(minutes=1)
_UNSEALED_AT_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EndsSoon:
    """Something that ends soon: a protocol, or a key or a certificate of an agency. `name` is the protocol or the
    agency."""

    what: str
    name: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """Counts, but for `in_trouble`, which names the agencies that are paused or do not answer or fetch. `stuck`: a
    delivery has been ready for more than a minute, so the workers do not work. `unsealed_since` is set if an entry of
    the journal has not been sealed for more than a minute."""

    overdue: int
    asked_too_late: int
    due_soon: int
    doubtful_clocks: int
    doubtful_links: int
    quarantined: int
    refused_parts: int
    waiting: int
    in_mailboxes: int
    in_trouble: tuple[str, ...]
    stuck: bool
    unsealed_since: datetime | None
    disk_free_bytes: int
    disk_is_low: bool
    ending: tuple[EndsSoon, ...]

    @property
    def attention(self) -> tuple[str, ...]:
        """What a person must look at, in words; empty if there is nothing."""
        in_quarantine = self.quarantined + self.refused_parts
        said = (
            (self.stuck, "deliveries are ready and nobody sends them: look at the workers"),
            (self.unsealed_since is not None, "the journal is not being sealed"),
            (self.disk_is_low, "the disk is nearly full"),
            (self.overdue, f"{counted(self.overdue, 'deadline')} overdue"),
            (self.asked_too_late, f"{counted(self.asked_too_late, 'deadline')} asked for too late"),
            (self.doubtful_clocks, f"{counted(self.doubtful_clocks, 'deadline')} to be decided"),
            (self.doubtful_links, f"{counted(self.doubtful_links, 'link')} to be decided"),
            (in_quarantine, f"{counted(in_quarantine, 'item')} in quarantine"),
            (self.in_trouble, f"{counted(len(self.in_trouble), 'agency')} paused or in trouble"),
        )
        return tuple(words for is_so, words in said if is_so)


class StatusBoard:
    def __init__(
        self,
        wiring: Wiring,
        partners: Partners,
        access: AgencyAccess,
        certificates: AgencyCertificates,
    ) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._settings = wiring.settings
        self._live = wiring.live
        self._partners = partners
        self._access = access
        self._certificates = certificates

    def now(self) -> Status:
        now = self._clock.now()
        partners = self._partners.listed()
        free = free_bytes(self._settings.state_dir)
        with self._store.transaction() as connection:
            running = [clock_view(each, now) for each in clocks.open_now(connection)]
            newest = seals.newest(connection)
            unsealed = seals.oldest_entry_after(connection, newest.last_position if newest else 0)
            stuck = backlog.something_ready_since(connection, now - _STUCK_AFTER, now)
            quarantined = quarantine.count(connection, Selection())
            parts = refused_parts.count(connection, None, None)
            links = len(people.links(connection, LinkState.DOUBTFUL))
        return Status(
            overdue=sum(each["overdue"] and not each["late_from_start"] for each in running),
            asked_too_late=sum(each["overdue"] and each["late_from_start"] for each in running),
            due_soon=sum(0 <= (each["seconds_left"] or -1) <= _SOON.total_seconds() for each in running),
            doubtful_clocks=sum(each["state"] == ClockState.DOUBTFUL for each in running),
            doubtful_links=links,
            quarantined=quarantined,
            refused_parts=parts,
            waiting=sum(each["waiting"] for each in partners),
            in_mailboxes=sum(each["in_mailbox"] for each in partners),
            in_trouble=tuple(each["recipient"] for each in partners if each["state"] not in WELL),
            stuck=stuck,
            unsealed_since=unsealed if unsealed and now - unsealed > _UNSEALED_AT_MOST else None,
            disk_free_bytes=free,
            disk_is_low=free < self._settings.disk_free_bytes_min,
            ending=tuple(sorted(self._ending(now), key=lambda each: each.ends_at)),
        )

    def _ending(self, now: datetime) -> list[EndsSoon]:
        registry, until = self._live.current(), now + ENDS_SOON
        today, last = now.astimezone(LONDON).date(), until.astimezone(LONDON).date()
        found = [
            EndsSoon("protocol", each.id, datetime.combine(each.expires, datetime.max.time(), LONDON))
            for each in registry.protocols
            if registry.in_force(each, today) and each.expires <= last
        ]
        for what, credentials in (("key", self._access.keys(None)), ("certificate", self._certificates.listed(None))):
            soon = (each for each in credentials if each.is_valid(now) and each.expires_at <= until)
            found += [EndsSoon(what, each.agency, each.expires_at) for each in soon]
        return found
