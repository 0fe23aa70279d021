"""Every metric by its name: what it says, and by what it is divided. Nothing else is ever told to a monitor.

A label holds the id of an agency or a protocol, a kind, a state, a clock or a code, and never anything about a person.
"""

from dataclasses import dataclass
from enum import StrEnum

WINDOW_MINUTES = 15


class Sort(StrEnum):
    """In the words of Prometheus."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    says: str
    labels: tuple[str, ...] = ()
    sort: Sort = Sort.GAUGE


@dataclass(frozen=True, slots=True)
class Sample:
    """A value of a metric. `labels` are in the order in which the metric names them."""

    metric: Metric
    labels: tuple[str, ...]
    value: float

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.metric.labels):
            raise ValueError(f"{self.metric.name} has the labels {self.metric.labels}")


_OF_LATELY = f"the messages accepted within the last {WINDOW_MINUTES} minutes"

BUILD = Metric("hub_build_info", "1, with the version of the process that answers.", ("version",))
ACCEPTED = Metric("hub_messages_accepted_recently", f"The number of {_OF_LATELY}.", ("kind", "sender"))
DELIVERED = Metric(
    "hub_deliveries_delivered_recently", f"Deliveries of {_OF_LATELY} that have a receipt.", ("kind", "recipient")
)
DELIVERY_SECONDS = Metric(
    "hub_delivery_seconds",
    f"From accepted to receipt, of {_OF_LATELY}: the middle (0.5), the 95th percentile (0.95) and the longest (1).",
    ("kind", "recipient", "quantile"),
)
OPEN = Metric("hub_deliveries_open", "Deliveries that have not ended.", ("recipient", "state"))
OLDEST_READY = Metric(
    "hub_delivery_oldest_ready_seconds",
    "How long the oldest delivery to a partner that answers has been due.",
    ("recipient",),
)
STUCK = Metric("hub_workers_stuck", "1 if something has been ready for a minute and nobody sends it.")
OLDEST_PLACED = Metric(
    "hub_mailbox_oldest_seconds", "How long the oldest message has been in the mailbox.", ("recipient",)
)
CLOCKS_RUNNING = Metric("hub_clocks_running", "Clocks that run and are not overdue.", ("clock", "owner"))
CLOCKS_AT_RISK = Metric("hub_clocks_at_risk", "Of these, the ones that end within six hours.", ("clock", "owner"))
CLOCKS_OVERDUE = Metric(
    "hub_clocks_overdue", "Open clocks that are overdue, without those asked for too late.", ("clock", "owner")
)
CLOCKS_DOUBTFUL = Metric("hub_clocks_doubtful", "Clocks about which a person must decide.", ("clock", "owner"))
EVENTS = Metric("hub_events_total", "How often an event is in the journal.", ("event", "agency"), Sort.COUNTER)
QUARANTINED = Metric("hub_quarantined_deliveries", "Deliveries that wait for a person.", ("recipient", "code"))
REFUSED_PARTS = Metric("hub_refused_parts_open", "Refused parts that wait for a person.", ("sender", "code"))
LINKS_DOUBTFUL = Metric("hub_links_doubtful", "Links about which a person must decide.")
PARTNER_FAILURES = Metric("hub_partner_failures", "Failures in a row.", ("recipient",))
BREAKER_OPEN = Metric("hub_partner_breaker_open", "1 if the partner counts as not answering.", ("recipient",))
PARTNER_PAUSED = Metric("hub_partner_paused", "1 if a person has paused the partner.", ("recipient",))
UNSEALED_SECONDS = Metric("hub_journal_unsealed_seconds", "The age of the oldest entry without a seal.")
UNSEALED_ENTRIES = Metric("hub_journal_unsealed_entries", "Entries without a seal.")
DISK_FREE = Metric("hub_disk_free_bytes", "Free space on the disk of the state folder.")
DISK_MIN = Metric("hub_disk_free_bytes_min", "With less free space than this, nothing is accepted.")
ENDS = Metric(
    "hub_ends_in_seconds",
    "Until a protocol in force, or a valid key, certificate or secret of an agency ends: the last of each sort.",
    ("what", "name"),
)

SILENT_SECONDS = Metric("hub_sender_silent_seconds", "How long an agency has sent nothing.", ("sender",))
HABIT_SECONDS = Metric(
    "hub_sender_habit_seconds", "The longest silence that was usual for an agency in its last weeks.", ("sender",)
)

METRICS: tuple[Metric, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Metric))
