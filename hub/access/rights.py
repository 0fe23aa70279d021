"""Who may do what: the roles of people, the rights of each role, and the rights that are granted individually. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Right(StrEnum):
    READ_STORIES = "read_stories"
    """What happened to messages: states, clocks, holds and links. Never their content."""
    READ_JOURNAL = "read_journal"
    READ_BODY = "read_body"
    """The content of a message. Each reading needs a reason."""
    SEARCH_INDEX = "search_index"
    """Look a person up in the index: which areas know them. Each look needs a reason."""
    MANAGE_PEOPLE = "manage_people"
    HAND_IN = "hand_in"
    """Send and collect in an agency's name."""
    DECIDE_LINKS = "decide_links"
    DECIDE_CLOCKS = "decide_clocks"
    """Decide whether a doubtful clock runs."""
    CHANGE_KEYS = "change_keys"
    RELEASE_QUARANTINE = "release_quarantine"
    PAUSE_PARTNERS = "pause_partners"
    RUN_RETENTION = "run_retention"
    BACK_UP = "back_up"
    CHANGE_HOLDS = "change_holds"
    REPORT_SUBJECT = "report_subject"
    """Tell people what data is held about them. The report prints values, so READ_BODY is needed too."""
    PROPOSE_PROTOCOLS = "propose_protocols"
    APPROVE_PROTOCOLS = "approve_protocols"


class StaffRole(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    PROTOCOL_OFFICER = "protocol_officer"
    APPROVER = "approver"
    AUDITOR = "auditor"


GRANTED_INDIVIDUALLY = frozenset({Right.READ_BODY, Right.SEARCH_INDEX, Right.MANAGE_PEOPLE})
"""No role includes these rights. They are granted to a person individually."""

WITH_SECOND_FACTOR = frozenset(
    {Right.READ_BODY, Right.SEARCH_INDEX, Right.MANAGE_PEOPLE, Right.APPROVE_PROTOCOLS, Right.RELEASE_QUARANTINE}
)
"""Rights that approve, read content, or decide who may. Where the rules say so, they need a login with a code."""

RIGHTS_OF_ROLE: Mapping[StaffRole, frozenset[Right]] = {
    StaffRole.VIEWER: frozenset({Right.READ_STORIES}),
    StaffRole.OPERATOR: frozenset(
        {
            Right.READ_STORIES,
            Right.HAND_IN,
            Right.DECIDE_LINKS,
            Right.DECIDE_CLOCKS,
            Right.CHANGE_KEYS,
            Right.RELEASE_QUARANTINE,
            Right.PAUSE_PARTNERS,
            Right.RUN_RETENTION,
            Right.BACK_UP,
        }
    ),
    StaffRole.PROTOCOL_OFFICER: frozenset(
        {Right.READ_STORIES, Right.PROPOSE_PROTOCOLS, Right.CHANGE_HOLDS, Right.REPORT_SUBJECT}
    ),
    StaffRole.APPROVER: frozenset({Right.READ_STORIES, Right.APPROVE_PROTOCOLS}),
    StaffRole.AUDITOR: frozenset({Right.READ_STORIES, Right.READ_JOURNAL}),
}


def rights_of(roles: Iterable[StaffRole], apart: Iterable[Right]) -> frozenset[Right]:
    """All rights of the roles, and those of `apart` that may be granted individually. Nothing else."""
    carried = frozenset().union(*(RIGHTS_OF_ROLE[role] for role in roles))
    return carried | (frozenset(apart) & GRANTED_INDIVIDUALLY)
