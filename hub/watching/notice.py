"""What is told of alerts at one time, as JSON and in words."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from hub.store.watching.alerts import KeptAlert
from hub.watching.alerts import ALERTS, Alert
from hub.watching.receivers import Told
from schemas.json import JsonObject

_BY_NAME = {alert.name: alert for alert in ALERTS}


def notice(begun: Sequence[KeptAlert], ended: Sequence[KeptAlert]) -> Told:
    """All that begins or ends at one time is one notice, with one entry for each alert and its causes."""
    which = " ".join(f"{each.id} {each.told_at}" for each in (*begun, *ended))
    id = str(uuid5(NAMESPACE_URL, f"{which} {len(begun)}"))
    plain: JsonObject = {
        "id": id,
        "begun": [_plain(each) for each in begun],
        "ended": [_plain(each) for each in ended],
    }
    return Told(id, plain, _words(begun, ended))


def _plain(kept: KeptAlert) -> JsonObject:
    alert = _BY_NAME.get(kept.name)
    return in_short(kept) | {
        "again": kept.told_at is not None,
        "means": alert.means if alert else None,
        "do": list(alert.do) if alert else [],
        "runbook": f"docs/operations.md#{kept.name}",
    }


def in_short(kept: KeptAlert) -> JsonObject:
    """What is said of an alert wherever it is shown."""
    alert = _BY_NAME.get(kept.name)
    return {
        "id": str(kept.id),
        "alert": kept.name,
        "urgency": str(alert.urgency) if alert else None,
        "about": about(kept),
        "value": kept.value,
        "since": kept.since.isoformat(),
    }


def about(kept: KeptAlert) -> JsonObject:
    alert = _BY_NAME.get(kept.name)
    return dict(zip(alert.by, kept.about, strict=True)) if alert and len(alert.by) == len(kept.about) else {}


def _words(begun: Sequence[KeptAlert], ended: Sequence[KeptAlert]) -> str:
    lines: list[str] = []
    for name in dict.fromkeys(each.name for each in begun):
        mine = [each for each in begun if each.name == name]
        alert: Alert = _BY_NAME[name]
        lines += [f"{name.upper()} ({alert.urgency})", alert.means, *(f"  - {_one(each)}" for each in mine)]
        lines += ["What to do:", *(f"  {number}. {step}" for number, step in enumerate(alert.do, 1))]
        lines += ["Say that you look after it: " + f"hub alerts acknowledge {str(mine[0].id)[:8]} --reason WHY", ""]
    if ended:
        lines += ["Ended by themselves:", *(f"  - {each.name}: {_one(each)}" for each in ended)]
    return "\n".join(lines).rstrip() + "\n"


def _one(kept: KeptAlert) -> str:
    said = ", ".join(f"{label} {value}" for label, value in about(kept).items()) or "the exchange"
    return f"{said} since {kept.since:%Y-%m-%d %H:%M} UTC"
