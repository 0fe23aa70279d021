"""A table of what becomes of each field of a message for one recipient, and why."""

from typing import TYPE_CHECKING

from hub.cli.speaking.screen import table
from hub.cli.speaking.tables import SpokenTable

if TYPE_CHECKING:
    from hub.exchange.telling.explanation import Explanation
    from hub.sharing.decision.decide import Denial, Permit


def explanation_table(explained: "Explanation") -> SpokenTable:
    under = f"; its delivery is under {explained.sent_under}" if explained.sent_under else ""
    if explained.today != explained.decision and decided(explained.today) != decided(explained.decision):
        under += f"; today it would be {decided(explained.today)}"
    title = f"{explained.kind} from {explained.sender} to {explained.recipient}: {decided(explained.decision)}{under}"
    rows = [(field.path, field.category, field.count, field.action, field.clause) for field in explained.fields]
    return table(title, ("field", "category", "values", "what becomes of it", "because"), rows)


def decided(decision: "Permit | Denial") -> str:
    from hub.sharing.decision.decide import Permit

    if isinstance(decision, Permit):
        return f"permitted by {decision.protocol_id} v{decision.protocol_version}"
    return f"denied, {decision.reason}"
