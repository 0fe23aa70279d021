"""Every alert: from which figure it follows, what it means, and what a person does.

`ops/prometheus/alerts.yml` and docs/operations.md are written from this (`make schemas`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub.deadlines.ending import ENDS_SOON
from hub.watching import metrics
from hub.watching.metrics import Metric, Sample

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Urgency(StrEnum):
    NOW = "now"  # somebody is called
    TODAY = "today"
    SOON = "soon"


class Than(StrEnum):
    MORE = ">"
    LESS = "<"


@dataclass(frozen=True, slots=True)
class Alert:
    """Holds while a figure is more, or less, than `limit`; with `against`, than `limit` times that figure of the same
    labels. `by` are the labels that make one cause: values that differ in others are added up. `after_seconds`: so long
    it must hold before anybody is told."""

    name: str
    urgency: Urgency
    metric: Metric
    limit: float
    means: str
    do: tuple[str, ...]
    by: tuple[str, ...] = ()
    than: Than = Than.MORE
    against: Metric | None = None
    after_seconds: int = 0

    def causes(self, samples: Iterable[Sample]) -> dict[tuple[str, ...], float]:
        """The figure of each cause for which it holds, by the values of `by`."""
        kept = list(samples)
        figures = _added(kept, self.metric, self.by)
        limits = _added(kept, self.against, self.by) if self.against else dict.fromkeys(figures, 1.0)
        more = self.than is Than.MORE
        return {
            about: value
            for about, value in figures.items()
            if about in limits and (value > self.limit * limits[about] if more else value < self.limit * limits[about])
        }


def _added(samples: Iterable[Sample], metric: Metric, by: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    places = [metric.labels.index(label) for label in by]
    added: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for sample in samples:
        if sample.metric is metric:
            added[tuple(sample.labels[place] for place in places)] += sample.value
    return dict(added)


@dataclass(frozen=True, slots=True)
class OfMonitor:
    """What only a monitor outside can see: the exchange itself may be gone. `expression` is PromQL."""

    name: str
    urgency: Urgency
    expression: str
    means: str
    do: tuple[str, ...]
    after_seconds: int = 0


OF_MONITOR = (
    OfMonitor(
        "exchange_not_there",
        Urgency.NOW,
        "absent(hub_build_info)",
        "The monitor gets no figures. The API is stopped, its host is down, or the token is wrong.",
        (
            "Ask for `/health` at the API. No answer: start the API again (`systemctl restart exchange-api`).",
            "If it answers, ask for `/ready`. It says whether the database is away: start the database first.",
            "If both answer, compare the monitor's token with the file of `HUB_METRICS_TOKEN_FILE`.",
        ),
        2 * _MINUTE,
    ),
)
ALERTS = (
    Alert(
        "workers_stuck",
        Urgency.NOW,
        metrics.STUCK,
        0,
        "Messages are ready and nobody sends them. A host with workers, the relay or the broker has stopped.",
        (
            "Run `hub doctor`: it says whether the database and the broker answer.",
            "Look at `systemctl status exchange-relay exchange-worker` on each host, and start what has stopped.",
            "Nothing is lost: what a dead worker had is released after `HUB_LEASE_SECONDS`, and sent by another one.",
        ),
        after_seconds=2 * _MINUTE,
    ),
    Alert(
        "queue_old",
        Urgency.TODAY,
        metrics.OLDEST_READY,
        15 * _MINUTE,
        "A message for a partner that answers has waited for a quarter of an hour.",
        (
            "`hub partners list` shows how much waits. If it waits for many partners, start more workers.",
            "If it waits for one: a message before it may be in quarantine, since messages about one person keep their"
            " order. `hub quarantine list` shows it.",
        ),
        by=("recipient",),
    ),
    Alert(
        "journal_unsealed",
        Urgency.NOW,
        metrics.UNSEALED_SECONDS,
        5 * _MINUTE,
        "The newest entries of the journal have no seal. Until they have one, a change of them could not be proved.",
        (
            "Look at the relay's log for `sweep.failed` with the step `sealed`. It names the process that is still"
            " writing, if one holds the seal up.",
            "If the relay does not run, start it. The seals then catch up by themselves.",
            "Then run `hub journal verify`.",
        ),
    ),
    Alert(
        "disk_low",
        Urgency.NOW,
        metrics.DISK_FREE,
        2,
        "The disk of the state folder is nearly full. Below `HUB_DISK_FREE_BYTES_MIN` nothing is accepted any more.",
        (
            "Make room, or make the disk larger. Remove nothing from the state folder by hand.",
            "Run `hub retention run --dry-run`: it shows what is due to be destroyed.",
        ),
        than=Than.LESS,
        against=metrics.DISK_MIN,
    ),
    Alert(
        "clock_at_risk",
        Urgency.TODAY,
        metrics.CLOCKS_AT_RISK,
        0,
        "A deadline ends within six hours, and what stops it has not come.",
        (
            "`hub deadlines --clock CLOCK` shows which one and who must act.",
            "Ring the owner. The message itself says whom it is about: read it only if you must, with a reason.",
        ),
        by=("clock", "owner"),
    ),
    Alert(
        "clock_missed",
        Urgency.NOW,
        metrics.CLOCKS_OVERDUE,
        0,
        "A deadline has passed, and what stops it has not come.",
        (
            "`hub deadlines --clock CLOCK` shows which one, since when, and who must act.",
            "`hub show MESSAGE` tells whether the answer is on its way: in quarantine, refused, or for a paused"
            " partner. Settle that first.",
            "Otherwise ring the owner. The alert ends when the answer comes, or when a person decides about the clock.",
        ),
        by=("clock", "owner"),
    ),
    Alert(
        "clock_to_decide",
        Urgency.TODAY,
        metrics.CLOCKS_DOUBTFUL,
        0,
        "The exchange cannot tell whether a deadline still runs.",
        ("`hub deadlines --clock CLOCK` shows why; decide with `hub deadlines decide`.",),
        by=("clock", "owner"),
    ),
    Alert(
        "partner_not_answering",
        Urgency.NOW,
        metrics.BREAKER_OPEN,
        0,
        "A partner's system does not answer. Its messages wait and are sent when it answers again.",
        (
            "`hub partners list` says since when, and what failed.",
            "Tell the partner. If they move their system, `hub partners pause`.",
            "After `HUB_PARTNER_DOWN_QUARANTINE_DAYS` its messages go to quarantine.",
        ),
        by=("recipient",),
        after_seconds=5 * _MINUTE,
    ),
    Alert(
        "partner_paused_long",
        Urgency.SOON,
        metrics.PARTNER_PAUSED,
        0,
        "A person paused a partner more than a day ago. Its messages wait.",
        ("Ask whoever paused it (`hub partners list`), then `hub partners resume`.",),
        by=("recipient",),
        after_seconds=_DAY,
    ),
    Alert(
        "sender_silent",
        Urgency.TODAY,
        metrics.SILENT_SECONDS,
        1.5,
        "An agency that usually sends has been silent half as long again as it ever was in its last weeks. Its system"
        " may believe that it sends.",
        (
            "`hub messages --from AGENCY` shows what came last; `hub quarantine list --from AGENCY` what was refused.",
            "Ask the agency whether its system is well. Around holidays a silence may be right: acknowledge the alert.",
        ),
        by=("sender",),
        against=metrics.HABIT_SECONDS,
    ),
    Alert(
        "mailbox_not_emptied",
        Urgency.TODAY,
        metrics.OLDEST_PLACED,
        _DAY,
        "Something has been in a mailbox for more than a day, and its owner has not fetched it.",
        ("Ask the owner whether its system still fetches. The messages stay there until it does.",),
        by=("recipient",),
    ),
    Alert(
        "quarantine",
        Urgency.TODAY,
        metrics.QUARANTINED,
        0,
        "Messages could not be delivered and wait for a person.",
        (
            "`hub quarantine list --code CODE` shows them; `hub error CODE` explains the code.",
            "When the cause is settled, release them, many at once with `hub quarantine bulk`.",
        ),
        by=("code",),
    ),
    Alert(
        "refused_parts",
        Urgency.TODAY,
        metrics.REFUSED_PARTS,
        0,
        "Cases of a document were refused, and the agency that sent them must correct them.",
        ("`hub quarantine list --from AGENCY` shows them. Tell the agency what `hub error CODE` says.",),
        by=("sender", "code"),
    ),
    Alert(
        "links_to_decide",
        Urgency.TODAY,
        metrics.LINKS_DOUBTFUL,
        0,
        "A police record may be about a supervised person. Until a person decides, nothing is sent.",
        ("`hub links list`, then `hub links confirm` or `hub links reject`.",),
    ),
    Alert(
        "ends_soon",
        Urgency.SOON,
        metrics.ENDS,
        ENDS_SOON.days * _DAY,
        "A protocol, or the last valid key, certificate or secret of an agency, ends within 90 days.",
        (
            "A protocol: begin its review now; two people agree the next version (`hub protocols propose`).",
            "A key, certificate or secret: ask the agency for the next one and register it beside the old one.",
        ),
        by=("what", "name"),
        than=Than.LESS,
    ),
    Alert(
        "ends_within_a_week",
        Urgency.NOW,
        metrics.ENDS,
        7 * _DAY,
        "A protocol, or the last valid key, certificate or secret of an agency, ends within seven days. Afterwards its"
        " messages are held, or its calls are refused.",
        ("As for `ends_soon`; ring the agency.",),
        by=("what", "name"),
        than=Than.LESS,
    ),
)
